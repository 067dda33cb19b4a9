#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The reference codec shares no code with what it is compared with: it reaches nothing of record/ and ext/, and of wire/ only the
# names of drop reasons. Reads the answer of a build query, a label a line.
set -euo pipefail
labels=$1
grep -q '^//traffic:reference_codec.cc$' "$labels" || { echo "the query lists nothing of the reference codec: it shows nothing"; exit 1; }
# @bazel_tools and the toolchain stand behind every C++ target.
allowed='^(//traffic:reference_[a-z]+(\.h|\.cc)?$|//wire:drop_reason(\.h|\.cc)?$|@bazel_tools//|@local_config_cc//)'
if grep -vE "$allowed" "$labels"; then
  echo "the reference codec must not reach the targets above"
  exit 1
fi
