#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Records the project's captures: partners talk to each other over the loopback of a network namespace of its own, tcpdump
# listens, and the client's key log is kept beside the capture. Usage: record.sh [FOLDER], by default traffic/captures.
# Wants tests/partners/fetched (fetch.sh) and what packages.txt lists; as another user than root, user namespaces as well.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
partners=$root/bazel-bin/tests/partners

"$root/third_party/require_tools.sh" tests/partners/packages.txt bazel unshare ip tcpdump editcap

if [[ ${1:-} != --inside ]]; then
  out=$(realpath --canonicalize-missing "${1:-$root/traffic/captures}")
  (cd "$root" && bazel build //tests/partners:all)
  map_root=()
  ((EUID == 0)) || map_root=(--map-root-user)
  exec unshare --net "${map_root[@]}" "$here/record.sh" --inside "$out"
fi

out=$2
source "$here/pair.sh"
mkdir -p "$out"
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
ip link set lo up

port=4433
gcm='--suite TLS-PSK-WITH-AES-128-GCM-SHA256'
chacha12='--suite TLS-PSK-WITH-CHACHA20-POLY1305-SHA256'
chacha13='--suite TLS13-CHACHA20-POLY1305-SHA256'

count() {
  echo "$1: $(tcpdump -r "$out/$1" 2> /dev/null | wc -l) datagrams"
}

# Datagrams that were sent so far; only the partners speak in this namespace.
sent() {
  awk '/^Udp: [0-9]/ {sum += $5} /^Udp6OutDatagrams / {sum += $2} END {print sum}' /proc/net/snmp /proc/net/snmp6
}

# record NAME.FORMAT INTERFACE SERVER CLIENT: the pair as in pair.sh. The interface "any" yields Linux cooked frames, version 2;
# the format is pcap or pcapng, and a pcapng file holds the secrets as well.
record() {
  local file=$1 interface=$2 name=${1%.*} tcpdump_pid sent_before captured
  local folder=$work/$name
  mkdir "$folder"
  : > "$folder/tcpdump"
  # -Z root: else tcpdump becomes another user, who may not write here.
  # -B, in KiB: the kernel keeps 64 KiB for a datagram of the loopback, twice, and by default 2 MiB for all that were not read yet.
  tcpdump -Z root -i "$interface" -B 32768 --immediate-mode -U -w "$folder/capture" "udp port $port" 2> "$folder/tcpdump" &
  tcpdump_pid=$!
  for ((tries = 0; tries < 100; ++tries)); do
    ! grep -q '^tcpdump: listening' "$folder/tcpdump" || break
    sleep 0.05
  done
  sent_before=$(sent)
  run_pair "$folder" "$3 --port $port" "$4"
  # What the kernel has and tcpdump has not read yet would be lost.
  for ((tries = 0; tries < 200; ++tries)); do
    captured=$(tcpdump -r "$folder/capture" 2> /dev/null | wc -l)
    ((captured < $(sent) - sent_before)) || break
    sleep 0.05
  done
  kill -INT "$tcpdump_pid"
  wait "$tcpdump_pid"
  if ((captured != $(sent) - sent_before)); then
    echo "$name: $(($(sent) - sent_before)) datagrams were sent, $captured captured" >&2
    exit 1
  fi
  cp "$folder/keylog" "$out/$name.keylog"
  if [[ $file == *.pcapng ]]; then
    editcap -F pcapng --inject-secrets "tls,$folder/keylog" "$folder/capture" "$out/$file"
  else
    cp "$folder/capture" "$out/$file"
  fi
  count "$file"
}

# keep NAME NEW FILTER: NEW.pcap has the datagrams of NAME.pcap that FILTER lets through.
keep() {
  tcpdump -Z root -r "$out/$1.pcap" -w "$out/$2.pcap" "$3" 2> /dev/null
  cp "$out/$1.keylog" "$out/$2.keylog"
  count "$2.pcap"
}

record mbedtls-dtls12-cid8-ccm8.pcap lo \
  'mbedtls --cid 5e70000000000001' 'mbedtls --cid c11e000000000001 --change-port-after 4'
record mbedtls-dtls12-cid4-cid16-gcm.pcap lo \
  "mbedtls $gcm --cid 5e700002" "mbedtls $gcm --cid c11e0000000000000000000000000002 --change-port-after 4"
record mbedtls-dtls12-cid-to-server-only-gcm.pcap lo \
  "mbedtls $gcm --cid 5e7000000003" "mbedtls $gcm --cid empty --change-port-after 4"
record mbedtls-dtls12-cid-to-client-only-gcm.pcap lo \
  "mbedtls $gcm --cid empty" "mbedtls $gcm --cid c11e000000000000000004"
record mbedtls-dtls12-cid32-gcm-ipv6.pcap lo \
  "mbedtls $gcm --address ::1 --cid 5e70000000000000000000000000000000000000000000000000000000000005" \
  "mbedtls $gcm --address ::1 --cid c11e000000000000000000000000000000000000000000000000000000000005 --change-port-after 4"
record mbedtls-dtls12-cid-fragmented-hellos-ccm8.pcap lo \
  'mbedtls --handshake-mtu 100 --cid 5e70000000000006' 'mbedtls --handshake-mtu 76 --cid c11e000000000006'
record mbedtls-dtls12-cid8-chacha20.pcap lo \
  "mbedtls $chacha12 --cid 5e70000000000007" "mbedtls $chacha12 --cid c11e000000000007 --change-port-after 4"
record mbedtls-openssl-dtls12-cid-declined-gcm.pcap lo \
  openssl "mbedtls $gcm --cid c11e000000000008"
record openssl-dtls12-no-cid-gcm-cooked.pcap any openssl openssl

record wolfssl-dtls13-cid8-gcm.pcap lo \
  'wolfssl --cid 5e70000000000011' 'wolfssl --cid c11e000000000011 --change-port-after 4'
record wolfssl-dtls13-cid7-cid3-chacha20.pcapng lo \
  "wolfssl $chacha13 --cid 5e700000000012" "wolfssl $chacha13 --cid c11e12 --change-port-after 4"
record wolfssl-dtls13-cid15-gcm-key-update.pcap lo \
  'wolfssl --cid 5e7000000000000000000000000013' \
  'wolfssl --cid c11e00000000000000000000000013 --update-keys-after 3 --change-port-after 6'
record wolfssl-dtls13-cid-fragmented-hello-gcm.pcap lo \
  'wolfssl --handshake-mtu 256 --cid 5e70000000000014' 'wolfssl --handshake-mtu 256 --cid c11e000000000014'
record wolfssl-dtls13-cid-to-server-only-gcm.pcap lo \
  'wolfssl --cid 5e70000000000015' 'wolfssl --cid empty --change-port-after 4'
record wolfssl-dtls13-no-cid-gcm.pcap lo wolfssl wolfssl

# As if the recording had begun after the handshake: datagrams that begin with a tls12_cid record, or with one of epoch 3.
keep mbedtls-dtls12-cid8-ccm8 mbedtls-dtls12-cid8-ccm8-after-handshake 'udp[8] = 25'
keep wolfssl-dtls13-cid8-gcm wolfssl-dtls13-cid8-gcm-after-handshake 'udp[8] & 0xe3 = 0x23'
