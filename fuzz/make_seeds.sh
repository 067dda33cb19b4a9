#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Writes the seeds in the tree anew, from the builders of traffic/ and from traffic/captures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bazel build --ui_event_filters=-info --noshow_progress //fuzz:make_seeds
rm -rf fuzz/seeds
bazel-bin/fuzz/make_seeds fuzz/seeds traffic/captures/*.pcap traffic/captures/*.pcapng
