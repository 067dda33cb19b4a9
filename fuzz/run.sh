#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   fuzz/run.sh [SECONDS] [TARGET…]     runs each target for so long, 600 seconds unless said otherwise; all targets unless named
#
# Each begins with its seeds and what earlier runs have kept in WAYBILL_FUZZ_CORPUS (~/.cache/waybill/fuzz), out of the tree. Prints a
# line a target; exit status 1 where one has a finding, whose input and report are kept there, too.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."

third_party/require_tools.sh tests/packages.txt clang ld.lld bazel

seconds=600
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
targets=("$@")
if [ $# -eq 0 ]; then
  for file in "$here"/*_fuzz.cc; do
    targets+=("$(basename "$file" .cc)")
  done
fi
for target in "${targets[@]}"; do
  [ -e "$here/$target.cc" ] || { echo "usage: fuzz/run.sh [SECONDS] [TARGET...]; there is no target $target" >&2; exit 2; }
done

kept=${WAYBILL_FUZZ_CORPUS:-${XDG_CACHE_HOME:-$HOME/.cache}/waybill/fuzz}
bazel build --config=fuzz --ui_event_filters=-info --noshow_progress --show_result=0 "${targets[@]/#///fuzz:}"
programs=$(bazel info --config=fuzz bazel-bin 2> /dev/null)/fuzz

# The last number behind $1 in the log.
last() {
  grep -oE "$1 *[0-9]+" "$log" | tail -n 1 | grep -oE '[0-9]+$' || echo 0
}

findings=0
for target in "${targets[@]}"; do
  mkdir -p "$kept/$target/corpus" "$kept/$target/findings"
  log=$kept/$target/log
  # What the BUILD file gives the target besides its program: seeds of one kind, and maybe a dictionary.
  given=$programs/$target.runfiles/waybill/fuzz
  options=(-max_total_time="$seconds" -max_len=20000 -timeout=10 -print_final_stats=1 -artifact_prefix="$kept/$target/findings/")
  for dictionary in "$given"/*.dict; do
    [ ! -e "$dictionary" ] || options+=(-dict="$dictionary")
  done
  status=0
  "$programs/$target" "${options[@]}" "$kept/$target/corpus" "$given"/seeds/* > "$log" 2>&1 || status=$?
  result="no finding"
  if [ $status -ne 0 ]; then
    findings=$((findings + 1))
    result="FINDING: $log"
  fi
  printf '%-24s %12s executions, %6s a second, coverage %5s, features %6s, corpus %5s; %s\n' "$target" \
    "$(last stat::number_of_executed_units:)" "$(last stat::average_exec_per_sec:)" "$(last cov:)" "$(last ft:)" "$(last corp:)" "$result"
done
[ $findings -eq 0 ]
