#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Fetches the DTLS stacks that the tests talk to, from Debian's suite trixie, into fetched/ beside this script:
#   mbedTLS 3.6, static libraries and headers as Debian builds them;
#   wolfSSL 5.7, built from Debian's source with connection IDs, which its binary package lacks (GPL: for tests only).
# Nothing is installed, and the system's own package lists stay as they are: apt gets a configuration of its own, and checks
# signatures and hashes against Debian's archive keys as ever. packages.txt lists what the machine must have. Needs no root.
# A second run finds everything in place and does nothing; a change of this script fetches anew.
set -euo pipefail
export LC_ALL=C

suite=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fetched=$here/fetched
recipe=$(sha256sum "$here/fetch.sh" | cut -d ' ' -f 1)

fail() {
  echo "fetch.sh: $*" >&2
  exit 1
}

if [[ -f $fetched/versions.txt && -f $fetched/mbedtls/lib/libmbedtls.a && -f $fetched/wolfssl/lib/libwolfssl.a ]] &&
   grep -qx "recipe $recipe" "$fetched/versions.txt"; then
  grep -v '^recipe ' "$fetched/versions.txt"
  exit 0
fi

for tool in apt-get dpkg-deb dpkg-source autoreconf libtoolize make cc; do
  command -v "$tool" > /dev/null || fail "$tool is missing; install the packages that $here/packages.txt lists"
done
[[ -r $keyring ]] || fail "$keyring is missing; install debian-archive-keyring"

# Everything happens in a new folder, so that a run that breaks off leaves neither half a result nor a stale one.
rm -rf "$fetched"
work=$fetched/work
mkdir -p "$work"/apt/{state/lists,cache/archives}/partial "$work"/{deb,src}

# The mirror is the one that the machine itself uses.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p)
mirror=${mirror:-http://deb.debian.org/debian}
for type in deb deb-src; do
  echo "$type [signed-by=$keyring] $mirror $suite main"
done > "$work/apt/sources.list"
# Read after the machine's own configuration, so that its proxy, if any, still holds; its hooks are not for these lists.
cat > "$work/apt/apt.conf" << END
Dir::State "$work/apt/state";
Dir::State::status "/dev/null";
Dir::Cache "$work/apt/cache";
Dir::Etc::SourceList "$work/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
END

apt() {
  apt-get --config-file="$work/apt/apt.conf" --quiet --quiet "$@" >> "$work/apt.log" 2>&1 ||
    fail "apt-get $1 failed:"$'\n'"$(tail -n 20 "$work/apt.log")"
}

# want NAME VERSION PATTERN: point releases replace each other, another series would be another partner.
want() {
  [[ $2 == $3 ]] || fail "$suite has $1 $2, but the tests want $3"
  echo "$1 $2" | tee -a "$work/versions.txt"
}

apt update

cd "$work/deb"
apt download libmbedtls-dev
want mbedtls "$(dpkg-deb --field libmbedtls-dev_*.deb Version)" '3.6.*'
dpkg-deb --extract libmbedtls-dev_*.deb .
mkdir -p "$fetched/mbedtls/lib"
mv usr/include "$fetched/mbedtls/include"
mv usr/lib/*/libmbed*.a "$fetched/mbedtls/lib/" || fail "libmbedtls-dev has no static libraries"

cd "$work/src"
apt source wolfssl
want wolfssl "$(sed -n 's/^Version: //p' wolfssl_*.dsc)" '5.7.*'
cd wolfssl-*/
# Connection IDs of any length (the default is 2 bytes), and the traffic secrets for the key log.
{
  ./autogen.sh &&
  ./configure --prefix="$fetched/wolfssl" --disable-shared --enable-static --disable-examples --disable-crypttests \
    --enable-dtls --enable-dtls13 --enable-dtlscid --enable-dtls-frag-ch --enable-dtls-mtu --enable-psk --enable-aesccm \
    CPPFLAGS='-DDTLS_CID_MAX_SIZE=255 -DHAVE_SECRET_CALLBACK' &&
  make -j "$(nproc)" install
} > "$work/build.log" 2>&1 || fail "wolfSSL does not build:"$'\n'"$(tail -n 20 "$work/build.log")"

echo "recipe $recipe" >> "$work/versions.txt"
mv "$work/versions.txt" "$fetched/versions.txt"
cd "$here"
rm -rf "$work"
