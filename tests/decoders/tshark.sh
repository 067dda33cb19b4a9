#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the tshark that fetch.sh fetched, with the libraries that came with it and with nothing of the machine's or the user's
# configuration. Arguments are tshark's own.
set -euo pipefail

fetched=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/fetched
[[ -x $fetched/tshark ]] || { echo "tshark is not here: run tests/decoders/fetch.sh, which fetches it" >&2; exit 1; }
nowhere=/nonexistent
exec env -i LC_ALL=C HOME=$nowhere WIRESHARK_CONFIG_DIR=$nowhere WIRESHARK_DATA_DIR=$nowhere WIRESHARK_PLUGIN_DIR=$nowhere \
  WIRESHARK_EXTCAP_DIR=$nowhere "$fetched/lib/ld.so" --library-path "$fetched/lib" "$fetched/tshark" "$@"
