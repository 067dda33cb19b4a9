#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   bench/chart/draw.sh RESULTS.json    draws docs/passing_cids.svg anew from what `waybill compare --out` wrote
#   bench/chart/draw.sh DIR             draws docs/cid_table_*.svg anew from what bench/table/measure.sh measured
#
# Vega-Lite comes through npm in the versions of package-lock.json, into out/chart. No program and no test needs it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
[ $# -eq 1 ] || { sed -n '4,7s/^# \?//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
results=$(realpath "$1")
for tool in python3 node npm; do
  command -v "$tool" > /dev/null || { echo "draw.sh: $tool is missing" >&2; exit 1; }
done

mkdir -p "$root/out/chart"
cp "$here/package.json" "$here/package-lock.json" "$root/out/chart"
(cd "$root/out/chart" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2

# draw NAME: docs/NAME.svg, from the specification on standard input, which stands beside it.
draw() {
  cat > "$root/docs/$1.vl.json"
  "$root/out/chart/node_modules/.bin/vl2svg" "$root/docs/$1.vl.json" "$root/docs/$1.svg"
  echo "docs/$1.vl.json and docs/$1.svg are drawn" >&2
}

if [ -d "$results" ]; then
  for chart in lookups growth index; do
    python3 "$here/cid_table_chart.py" "$chart" "$results" | draw "cid_table_$chart"
  done
else
  python3 "$here/passing_cids_chart.py" < "$results" | draw passing_cids
fi
