#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# seeds_test.sh MAKE_SEEDS SEEDS FILE…: what MAKE_SEEDS writes of the captures among the files is what stands in SEEDS.
set -euo pipefail
make_seeds=$1 seeds=$2
shift 2
captures=()
for file in "$@"; do
  [[ $file == *.keylog ]] || captures+=("$file")
done
mkdir "$TEST_TMPDIR/made"
"$make_seeds" "$TEST_TMPDIR/made" "${captures[@]}"
diff -rq "$TEST_TMPDIR/made" "$seeds" || {
  echo "write them anew with fuzz/make_seeds.sh"
  exit 1
}
