#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   bench/chart/draw.sh RESULTS.json    draws docs/passing_cids.svg anew from what `waybill compare --out` wrote
#
# Vega-Lite comes through npm in the versions of package-lock.json, into out/chart. No program and no test needs it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
[ $# -eq 1 ] || { sed -n '4,6s/^# \?//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
results=$(realpath "$1")
for tool in python3 node npm; do
  command -v "$tool" > /dev/null || { echo "draw.sh: $tool is missing" >&2; exit 1; }
done

mkdir -p "$root/out/chart"
cp "$here/package.json" "$here/package-lock.json" "$root/out/chart"
(cd "$root/out/chart" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2

python3 "$here/passing_cids_chart.py" < "$results" > "$root/docs/passing_cids.vl.json"
"$root/out/chart/node_modules/.bin/vl2svg" "$root/docs/passing_cids.vl.json" "$root/docs/passing_cids.svg"
echo "docs/passing_cids.vl.json and docs/passing_cids.svg are drawn" >&2
