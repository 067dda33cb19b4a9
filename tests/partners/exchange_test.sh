#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Shows that every partner completes a handshake, sends and hears messages both ways, and is followed to a new port where it has
# connection IDs. A partner that is missing is a failure.
set -euo pipefail

partners=tests/partners
source tests/partners/pair.sh

# expect NAME PEERS LABEL SERVER CLIENT: the pair succeeds, the server saw the client at PEERS addresses, and the key log has LABEL.
expect() {
  local folder=$TEST_TMPDIR/$1 peers
  mkdir "$folder"
  run_pair "$folder" "$4" "$5"
  peers=$(grep -c '^peer is ' "$folder/server" || true)
  if [[ $peers != "$2" ]]; then
    echo "$1: the client was at $peers addresses, not $2" >&2
    exit 1
  fi
  if ! grep -qE "^$3 [0-9a-f]{64} [0-9a-f]{64,96}$" "$folder/keylog"; then
    echo "$1: no $3 in the key log" >&2
    exit 1
  fi
  echo "$1: done"
}

expect mbedtls 2 CLIENT_RANDOM \
  'mbedtls --cid c0ffee0011223344' 'mbedtls --cid 0102 --change-port-after 3'
expect mbedtls-empty-cid 2 CLIENT_RANDOM \
  'mbedtls --cid c0ffee' 'mbedtls --cid empty --change-port-after 3'
expect wolfssl 2 SERVER_TRAFFIC_SECRET_0 \
  'wolfssl --cid c0ffee0011223344' 'wolfssl --cid 0102 --change-port-after 3'
expect wolfssl-key-update 2 CLIENT_TRAFFIC_SECRET_0 \
  'wolfssl --cid c0ffee0011223344' 'wolfssl --cid 0102 --update-keys-after 3 --change-port-after 5'
expect openssl 1 CLIENT_RANDOM openssl openssl
expect mbedtls-to-openssl 1 CLIENT_RANDOM \
  openssl 'mbedtls --cid 0102 --suite TLS-PSK-WITH-AES-128-GCM-SHA256'

# A pair that cannot agree must fail, or none of the above would mean anything.
mkdir "$TEST_TMPDIR/disagree"
if run_pair "$TEST_TMPDIR/disagree" mbedtls 'mbedtls --suite TLS-PSK-WITH-AES-128-GCM-SHA256' 2> /dev/null; then
  echo "two suites, and yet the handshake succeeded" >&2
  exit 1
fi
