#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   bench/protection/peers.sh [--rounds N] [--out DIR]
#
# Opening records of 64 bytes, beside the stacks of others: builds the four programs, runs them in turn for N rounds (3), and prints
# the medians of the rounds. DIR gets what each run wrote, as PROGRAM_ROUND.json. The stacks come from tests/partners/fetch.sh.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
programs=(open_benchmark boringssl_peer wolfssl_peer mbedtls_peer)
rounds=3 out=
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=${2:?--rounds N} ;;
    --out) out=$(realpath -m "${2:?--out DIR}") ;;
    *) sed -n 's/^#   //p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
  shift 2
done
if [ -z "$out" ]; then
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
fi
mkdir -p "$out"

cd "$root"
tests/partners/fetch.sh >&2
bazel build --config=opt --ui_event_filters=-info --noshow_progress --show_result=0 "${programs[@]/#///bench/protection:}"
bin=$(bazel info --config=opt bazel-bin 2> /dev/null)

for ((round = 1; round <= rounds; ++round)); do
  for program in "${programs[@]}"; do
    "$bin/bench/protection/$program" --benchmark_filter='/(open|forged|replay)_64/' \
      --benchmark_out_format=json --benchmark_out="$out/${program}_$round.json" > /dev/null 2>&1 ||
      { echo "peers.sh: $program failed" >&2; exit 1; }
  done
done

python3 - "$out" "$rounds" "${programs[@]}" << 'END'
import json, statistics, sys

out, rounds, programs = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
rows = {}
for program in programs:
    for round in range(1, rounds + 1):
        with open(f"{out}/{program}_{round}.json") as file:
            for run in json.load(file)["benchmarks"]:
                version, row = run["name"].split("/")[:2]
                rows.setdefault(row, {}).setdefault((program, version), []).append(run)
print(f"{'':12}{'':16}{'':8}{'ns':>8}{'floor ns':>10}{'times the floor':>17}")
for row, contenders in rows.items():
    for (program, version), runs in contenders.items():
        ns, floor, times = (statistics.median(run[key] for run in runs) for key in ("real_time", "floor_ns", "times_the_floor"))
        print(f"{row:12}{program:16}{version:8}{ns:8.1f}{floor:10.1f}{times:17.2f}")
END
