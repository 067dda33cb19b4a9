#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Nothing below protection/ reaches cryptography, and the keyless rooms reach neither captures nor the tool's libraries, through
# however many targets. Reads the answer of a build query, a label a line.
set -euo pipefail
labels=$1
for listed in //wire:byte_reader //ext:hello //record:datagram_reader //cid:block_cipher; do
  grep -q "^$listed$" "$labels" || { echo "the query lists no $listed: it shows nothing"; exit 1; }
done
# @bazel_tools and the toolchain stand behind every C++ target.
allowed='^(//(wire|ext|record|cid|dispatch):|@com_google_absl//absl/(types:span|base:core_headers)$|@bazel_tools//|@local_config_cc//|//tests:)'
if grep -vE "$allowed" "$labels"; then
  echo "the keyless rooms must not reach the targets above"
  exit 1
fi
