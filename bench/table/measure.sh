#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   bench/table/measure.sh [DIR]    measures the table of CIDs and prints how it stands against what is asked
#
# Into DIR (out/table), a file for each step: a run that broke off goes on where it was, with the programs that it began with.
# Remove DIR to measure anew. Needs two processors, AES instructions and 13 GB; on a machine that does nothing else.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
[ $# -le 1 ] && [[ ${1:-} != -* ]] || { sed -n 's/^#   //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
dir=$(realpath -m "${1:-$here/../../out/table}")
programs=(lookup_benchmark_with_dpdk growth_benchmark crafted_benchmark cores_benchmark key_benchmark memory_benchmark)
cd "$here"

if [ ! -d "$dir/programs" ]; then
  ./fetch_dpdk.sh >&2
  bazel build --config=opt --repo_env=WAYBILL_DPDK=1 --ui_event_filters=-info --noshow_progress --show_result=0 "${programs[@]/#///bench/table:}"
  mkdir -p "$dir/programs.part"
  for program in "${programs[@]}"; do
    cp "$(bazel info --config=opt bazel-bin 2> /dev/null)/bench/table/$program" "$dir/programs.part"
  done
  mv "$dir/programs.part" "$dir/programs"
fi

# NAME PROGRAM ARGUMENTS…: sizes at which every row is measured, and those between them, for the curves.
steps=()
for size in 1000000 10000000 100000 1000; do
  steps+=("lookup_$size lookup_benchmark_with_dpdk --associations $size --benchmark_repetitions=10")
done
steps+=(
  "growth growth_benchmark --associations 10000000 --benchmark_repetitions=10"
  "key key_benchmark --associations 1000000 --benchmark_repetitions=10"
  "memory memory_benchmark --associations 10000000"
)
# Four tables of crafted keys at once: among ten million they would want more memory than all else.
for size in 1000000 100000; do
  steps+=("crafted_$size crafted_benchmark --associations $size --benchmark_repetitions=10")
done
for size in 1000000 10000000 100000; do
  steps+=("cores_$size cores_benchmark --associations $size --benchmark_repetitions=10")
done
curves='^(hit|miss)_batch/(waybill_aes|sealed_16|absl_siphash|absl_8_bytes|std_siphash|rte_hash)/(two|state)_lines?_in_store/'
for size in 3000000 300000 30000 10000 3000; do
  steps+=("curve_$size lookup_benchmark_with_dpdk --associations $size --benchmark_repetitions=10 --benchmark_filter=$curves")
done

number=0
for step in "${steps[@]}"; do
  read -r name program arguments <<< "$step"
  number=$((number + 1))
  [ ! -e "$dir/$name.json" ] || continue
  printf '%(%H:%M)T  %d of %d: %s\n' -1 "$number" "${#steps[@]}" "$name" >&2
  # shellcheck disable=SC2086  # arguments are several words
  "$dir/programs/$program" $arguments --benchmark_out_format=json --benchmark_out="$dir/part" > /dev/null 2> "$dir/errors" ||
    { cat "$dir/errors" >&2; exit 1; }
  mv "$dir/part" "$dir/$name.json"
done

python3 summary.py "$dir"
