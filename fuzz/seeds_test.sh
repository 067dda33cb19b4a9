#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# seeds_test.sh MAKE_SEEDS SEEDS: what MAKE_SEEDS writes is what stands in SEEDS.
set -euo pipefail
mkdir "$TEST_TMPDIR/made"
"$1" "$TEST_TMPDIR/made"
diff -rq "$TEST_TMPDIR/made" "$2" || {
  echo "write them anew with: bazel run //fuzz:make_seeds -- \$PWD/fuzz/seeds"
  exit 1
}
