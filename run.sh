#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   ./run.sh            sets up what is missing, builds, and compares header designs over the captures in traffic/captures
#   ./run.sh ARGS…      is `waybill ARGS…`; see `./run.sh --help`
#
# Builds only what changed since the last build, and nothing where nothing did. Paths in ARGS are relative to where you are.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
waybill=$root/out/opt-bin/tools/waybill
stamp=$root/out/built

up_to_date() {
  [ -x "$waybill" ] && [ -e "$stamp" ] || return 1
  # `out` holds the stamp itself, and bazel-* are links out of the tree.
  [ -z "$(find "$root" -path "$root/out" -prune -o -path "$root/.git" -prune -o -path "$root/tests/*/fetched" -prune -o \
    -type f -newer "$stamp" -print -quit)" ]
}

if ! up_to_date; then
  mkdir -p "$root/out"
  "$root/third_party/install_packages.sh" "$root/third_party/packages.txt"
  # Touched before the build: a file edited while it runs is newer than the stamp.
  touch "$root/out/building"
  (cd "$root" && bazel build --config=opt --symlink_prefix=out/opt- --ui_event_filters=-info --noshow_progress \
    --show_result=0 //tools:waybill) >&2 ||
    { echo "run.sh: the build failed" >&2; exit 1; }
  mv "$root/out/building" "$stamp"
fi

[ $# -gt 0 ] || set -- compare
exec "$waybill" "$@"
