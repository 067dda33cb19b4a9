#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Fetches the DTLS stacks that the tests talk to, from Debian's suite trixie, into fetched/ beside this script:
#   mbedTLS 3.6, static libraries and headers as Debian builds them;
#   wolfSSL 5.7, built from Debian's source with connection IDs, which its binary package lacks (GPL: for tests only).
# Nothing is installed, and root is not needed. packages.txt lists what the machine must have.
# A second run finds everything in place and does nothing; a change of this script fetches anew.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fetched=$here/fetched
source "$here/../trixie.sh"

fetched_already "$fetched" "$here/fetch.sh" && exit

begin_fetch "$fetched" dpkg-source autoreconf libtoolize make cc

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
# Connection IDs of any length (the default is 2 bytes), the traffic secrets for the key log, and, so that bench/protection measures
# it at its best, the AES instructions.
{
  ./autogen.sh &&
  ./configure --prefix="$fetched/wolfssl" --disable-shared --enable-static --disable-examples --disable-crypttests \
    --enable-dtls --enable-dtls13 --enable-dtlscid --enable-dtls-frag-ch --enable-dtls-mtu --enable-psk --enable-aesccm \
    --enable-intelasm \
    CPPFLAGS='-DDTLS_CID_MAX_SIZE=255 -DHAVE_SECRET_CALLBACK' &&
  make -j "$(nproc)" install
} > "$work/build.log" 2>&1 || fail "wolfSSL does not build:"$'\n'"$(tail -n 20 "$work/build.log")"

end_fetch "$fetched" "$here/fetch.sh"
