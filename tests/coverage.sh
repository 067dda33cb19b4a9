#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the tests of wire/, ext/, record/ and cid/, instrumented, and prints which share of the rooms' lines and branches they run, headers
# included. Fails below what coverage.py asks for. No test of another room counts: each room shows its own code.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

third_party/require_tools.sh tests/packages.txt clang ld.lld llvm-profdata llvm-cov nm bazel

# What .bazelrc says for this configuration.
profiles=/tmp/waybill_coverage
rm -rf "$profiles"
mkdir -p "$profiles"
work=$(mktemp -d)
trap 'rm -rf "$work" "$profiles"' EXIT

quiet="--ui_event_filters=-info --noshow_progress --show_result=0"
rooms="//wire/... + //ext/... + //record/... + //cid/..."
tests=$(bazel query --ui_event_filters=-info --noshow_progress "kind(cc_test, $rooms)")
# shellcheck disable=SC2086  # several words
bazel test $quiet --config=coverage $tests

bin=$(bazel info --ui_event_filters=-info --config=coverage bazel-bin)
programs=()
for label in $tests; do
  program=${label#//}
  programs+=("$bin/${program/:/\/}")
done
objects=("${programs[0]}")
for program in "${programs[@]:1}"; do objects+=(-object "$program"); done
llvm-profdata merge -sparse "$profiles"/*.profraw -o "$work/profile"
nm "${programs[@]}" | awk 'NF == 3 {print $3}' | sort -u > "$work/programs"
export_as() { llvm-cov export -format="$1" -instr-profile "$work/profile" "${objects[@]}" 2> /dev/null; }
export_as text > "$work/export.json"
export_as lcov > "$work/export.lcov"
tests/coverage.py "$work/export" "$work/programs"
