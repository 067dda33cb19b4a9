#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# REQ-155: neither branch nor address depends on keys, masks, unmasked numbers and plaintexts while records are unmasked, opened and sealed.
# REQ-150: the comparisons of tags, cookies and digests of states tell nothing but their outcome.
# BUG-43: compilers undo constant time, so that two of them are asked, at three levels; and each build has faults that must be found.
set -euo pipefail

exec tests/constant_time/run.sh
