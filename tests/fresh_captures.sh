#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Records the captures anew and runs every test that reads captures on the recording: what the tests say of traffic/captures holds for
# any recording, not for the one that is shipped; but for tests tagged `shipped_captures`. The tree stays as it is.
#
# Wants what tests/partners/record.sh wants: tests/partners/fetched, and leave to make a network namespace.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  echo "fresh_captures.sh: $*" >&2
  exit 1
}

fresh=$(mktemp --directory)
trap 'rm -rf "$fresh"' EXIT
captures=$fresh/traffic/captures
mkdir -p "$captures"
cp traffic/captures/BUILD.bazel "$captures"
tests/partners/record.sh "$captures"
for shipped in traffic/captures/*.{pcap,pcapng,keylog}; do
  ! cmp --quiet "$shipped" "$captures/$(basename "$shipped")" || fail "$(basename "$shipped") is no new recording"
done

# Bazel takes a package from the first folder of the path that has it.
path=--package_path=$fresh:%workspace%
[[ $(bazel query "$path" --output=location //traffic/captures 2> /dev/null) == "$captures"/* ]] ||
  fail "Bazel does not take the captures from $captures"
mapfile -t tests < <(bazel query "$path" 'tests(rdeps(//..., //traffic/captures)) except attr(tags, shipped_captures, //...)' 2> /dev/null)
((${#tests[@]} > 0)) || fail "no test reads //traffic/captures"
# An output folder of its own: links to the recording stay in it.
bazel test "$path" --platform_suffix=-fresh --ui_event_filters=-info --noshow_progress --show_result=0 "${tests[@]}"
