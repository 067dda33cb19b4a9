#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Fetches tshark 4.4 from Debian's suite trixie into fetched/ beside this script, with every library that it loads, libc among them:
# Debian 12 has 4.0, which does not know DTLS 1.3's unified header. tshark.sh runs it. packages.txt lists what the machine must have.
# A second run finds everything in place and does nothing; a change of this script fetches anew.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fetched=$here/fetched
source "$here/../trixie.sh"

fetched_already "$fetched" "$here/fetch.sh" && exit

begin_fetch "$fetched"
# To a machine on which nothing is installed, tshark and all that it depends on.
apt install --yes --no-install-recommends --download-only tshark
want tshark "$(dpkg-deb --field "$work"/apt/cache/archives/tshark_*.deb Version)" '4.4.*'
for package in "$work"/apt/cache/archives/*.deb; do
  dpkg-deb --extract "$package" "$work/deb"
done

program=$work/deb/usr/bin/tshark
libraries=$(echo "$work"/deb/usr/lib/*-linux-gnu)
loader=$(echo "$libraries"/ld-linux*.so.*)
mkdir "$fetched/lib"
cp "$loader" "$fetched/lib/ld.so"
"$loader" --library-path "$libraries" --list "$program" > "$work/loaded"
while read -r name arrow path _; do
  [[ $arrow == '=>' && $name != /* ]] || continue
  [[ $path == "$libraries"/* ]] || fail "$suite has no $name for tshark"
  cp "$path" "$fetched/lib/$name"
done < "$work/loaded"
cp "$program" "$fetched/tshark"
"$here/tshark.sh" --version > /dev/null || fail "tshark does not run"

end_fetch "$fetched" "$here/fetch.sh"
