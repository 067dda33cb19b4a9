#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs under memcheck what protection/ and cid/ do with secrets, compiled by g++ and clang++ at -O1, -O2 and -O3:
#
#   run.sh [BUILD]      all builds, or those whose name, as "clang++ -O3", begins so
#
# Fails where a branch or an address depends on a secret, but for what verdicts.supp names, and where one that was planted on purpose is
# not found.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/constant_time
only=${1:-}
"$root/third_party/require_tools.sh" "third_party/packages.txt tests/packages.txt" g++ clang++ valgrind

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{include,readers,program,planted}
ln -s "$root" "$work/include/waybill"
ln -s /usr/include/android/openssl "$work/include/openssl"
fail() {
  echo "$*" >&2
  exit 1
}

# compile FOLDER COMPILER OPTIONS SOURCE…: to objects in the folder. Valgrind does not read DWARF 5.
compile() {
  # shellcheck disable=SC2016  # $0 to $4 are the inner shell's
  printf '%s\n' "${@:4}" | xargs -P "$(nproc)" -I {} sh -c \
    '$1 -std=c++17 -gdwarf-4 -g1 -DNDEBUG $2 -I "$3" -c "$0" -o "$4/$(basename "$0" .cc).o"' {} "$2" "$3" "$work/include" "$1"
}

# link PROGRAM OBJECT…: what is inline in headers is taken from the first object that has it, so that the rooms' stand in front.
link() {
  # shellcheck disable=SC2046  # several words
  g++ "${@:2}" "$work"/{readers,program}/*.o -o "$1" -L/usr/lib/x86_64-linux-gnu/android -Wl,-rpath,/usr/lib/x86_64-linux-gnu/android -lcrypto \
    -lmbedcrypto $(pkg-config --libs absl_statusor absl_strings)
}

# The exit status of a program in which memcheck found something.
found=99
# memcheck OPTION… PROGRAM ARGUMENT…: what it finds is in the log, how much in each path in the counts.
memcheck() {
  valgrind --quiet --vgdb=no --error-exitcode=$found --log-file="$work/log" "$@" > "$work/counts"
}

# sound WHAT PROGRAM: memcheck finds nothing in it.
sound() {
  memcheck --suppressions="$here/verdicts.supp" "$2" ||
    fail "$1: ends with $?, and memcheck finds errors:"$'\n'"$(grep -v '^0 ' "$work/counts")"$'\n'"$(head -n 100 "$work/log")"
  paths=$(wc -l < "$work/counts")
  ((paths >= 32)) || fail "$1: there are $paths paths only"
}

# Paths in which memcheck must find something, so that its silence means something.
faults=("AES_128_CCM by tables" "a replay window that is asked first")
planted=()
# plant PATH FILE EDIT: a fault in that path; EDIT is sed's and changes one place of FILE.
plant() {
  local copy
  copy=$work/planted/$(basename "$2")
  sed -E "$3" "$root/$2" > "$copy"
  (($(diff "$root/$2" "$copy" | grep -c '^[0-9]') == 1)) || fail "$1: cannot be planted in $2 any more"
  planted+=("$copy")
  faults+=("$1")
}
plant "cookies are verified" protection/hmac_cookie_mac.cc 's/CRYPTO_memcmp\(/std::memcmp(/'
plant "masks of AES_256_GCM by BoringSSL" protection/boringssl_number_mask.cc \
  's/^( *)std::memcpy\(job\.mask/\1if (block[0] == 0) continue;\n&/'
plant "masks of AES_256_GCM by AES instructions" protection/aes_instructions.cc \
  's/\.mask\.data\(\), &front,/.mask.data(), \&kRoundConstants[front % 8],/'
plant "reconstruction of a number" record/record_number.cc \
  's/^  return first \+ /  while (bits == 8 \&\& ((first ^ wire) \& 0xff) != 0) ++first;\n&/'
plant "CIDs are tagged by blocks" cid/cid_tagger.cc 's/\*tags\+\+ = /if (blocks[i][0] != 0) &/'
plant "routable CIDs there and back" cid/quic_lb_cipher.cc 's/changed\[i\] \^= /if (blocks[i][0] != 0) &/'
# And these two but for verdicts.supp, which is left out here: it has not become useless.
faults+=("AES_128_CCM" "DTLS 1.2 records with AES_128_CCM_8")

# seen WHAT PROGRAM: memcheck finds all the faults in it.
seen() {
  local status=0 fault
  memcheck "$2" --leaking || status=$?
  ((status == found)) || fail "$1: the program with faults ends with $status"$'\n'"$(head -n 100 "$work/log")"
  for fault in "${faults[@]}"; do
    grep -qE "^[1-9][0-9]* $fault\$" "$work/counts" || fail "$1: memcheck does not see the fault in: $fault"
  done
}

# What sees no secrets is compiled once: what reads a datagram as it is on the wire.
readers=()
sources=()
for source in "$root"/{wire,ext,record,cid,protection}/*.cc; do
  case ${source#"$root/"} in
    *_test.cc) ;;
    wire/* | ext/* | record/parse_record*.cc | record/unusual_record.cc | record/datagram_reader.cc) readers+=("$source") ;;
    *) sources+=("$source") ;;
  esac
done
compile "$work/readers" g++ -O1 "${readers[@]}"
compile "$work/program" g++ "-O1 -Wall -Wextra -Wshadow -Werror" "$here"/*.cc

builds=0
for compiler in g++ clang++; do
  for level in -O1 -O2 -O3; do
    build="$compiler $level"
    [[ $build == "$only"* ]] || continue
    rm -rf "$work/rooms" && mkdir "$work/rooms" && compile "$work/rooms" $compiler $level "${sources[@]}"
    link "$work/sound" "$work"/rooms/*.o
    sound "$build" "$work/sound"
    compile "$work/rooms" $compiler $level "${planted[@]}"
    link "$work/faulty" "$work"/rooms/*.o
    seen "$build" "$work/faulty"
    echo "$build: nothing in $paths paths, all of ${#faults[@]} faults"
    builds=$((builds + 1))
  done
done
((builds > 0)) || fail "no build begins with '$only'"

# Of the libraries there is one build, which finds its way by what the processor can do: BoringSSL without AES and CLMUL, and without any
# instructions but those that every x86-64 has.
for capabilities in '~0x200000200000000' '0:0'; do
  OPENSSL_ia32cap=$capabilities sound "OPENSSL_ia32cap=$capabilities" "$work/sound"
  echo "OPENSSL_ia32cap=$capabilities: nothing in $paths paths"
done
