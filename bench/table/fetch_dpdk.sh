#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   bench/table/fetch_dpdk.sh    fetches what rte_hash needs, from Debian 12's libdpdk-dev, into out/dpdk
#
# Nothing is installed, and root is not needed: the package would bring two hundred others. A second run does nothing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
fetched=$root/out/dpdk
recipe=$(sha256sum "${BASH_SOURCE[0]}" | cut -d ' ' -f 1)
[ "$(cat "$fetched/recipe" 2> /dev/null)" != "$recipe" ] || exit 0

fail() {
  echo "fetch_dpdk.sh: $*" >&2
  exit 1
}
for tool in apt-get dpkg-deb; do
  command -v "$tool" > /dev/null || fail "$tool is missing"
done
rm -rf "$fetched"
mkdir -p "$fetched"/{work,include,lib}
cd "$fetched/work"
apt-get download -qq libdpdk-dev libnuma-dev libbsd-dev libmd-dev > apt.log 2>&1 || fail "apt-get:"$'\n'"$(tail -n 20 apt.log)"
for package in *.deb; do dpkg-deb --extract "$package" .; done
mv usr/include/dpdk/* usr/include/*-linux-gnu/dpdk/* "$fetched/include"
for library in rte_hash rte_ring rte_rcu rte_eal rte_telemetry rte_kvargs numa bsd md; do
  mv usr/lib/*-linux-gnu/"lib$library.a" "$fetched/lib" || fail "there is no lib$library.a"
done
rm -rf "$fetched/work"
# Last: what breaks off is fetched anew.
echo "$recipe" > "$fetched/recipe"
