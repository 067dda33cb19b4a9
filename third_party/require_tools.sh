#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Fails and names them where commands are missing: require_tools.sh LIST COMMAND…; LIST is the list of packages that brings them.
set -euo pipefail

list=$1
shift
status=0
for tool in "$@"; do
  command -v "$tool" > /dev/null || { echo "$tool is missing; third_party/install_packages.sh $list installs what is needed" >&2; status=1; }
done
exit $status
