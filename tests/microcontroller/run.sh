#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds wire/, ext/, record/ and cid/ for a Cortex-M0, links them with vectors into an image for the BBC micro:bit, runs it under QEMU, and
# prints code sizes: run.sh MAKE_VECTORS, the host's program (bazel build //tests/microcontroller:make_vectors).
#
# Fails where an answer is wrong, the stack grows beyond its bound, an image that reads records and writes one form has more than 2 KB
# of the rooms' code, or the image with all of them more than 6 KB, or an object refers to the heap, to exceptions or to anything of
# Abseil's libraries. packages.txt lists what the machine must have.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
make_vectors=$1
cross=arm-none-eabi
"$root/third_party/require_tools.sh" tests/microcontroller/packages.txt $cross-g++ $cross-nm qemu-system-arm

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/include" "$work/rooms" "$work/image"
# The whole of /usr/include would bring the host's C library.
ln -s "$root" "$work/include/waybill"
ln -s /usr/include/absl "$work/include/absl"
"$make_vectors" > "$work/vectors.cc"

# compile SOURCE OBJECT OPTION…
compile() {
  local options="-mcpu=cortex-m0 -mthumb -Os -DNDEBUG -std=c++17 -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-unwind-tables"
  options+=" -ffunction-sections -fdata-sections -Wall -Wextra -Wshadow -Werror"
  # shellcheck disable=SC2086  # several words
  $cross-g++ $options -I "$work/include" "${@:3}" -c "$1" -o "$2"
}

# link IMAGE OBJECT_OR_OPTION…: with what it uses of the rooms.
link() {
  $cross-g++ -mcpu=cortex-m0 -mthumb -nostdlib -nostartfiles -Wl,--gc-sections -T "$root/tests/microcontroller/microbit.ld" \
    "${@:2}" "$work"/rooms/*.o -lgcc -lc -lgcc -o "$1"
}

for source in "$root"/{wire,ext,record,cid}/*.cc; do
  [[ $source == *_test.cc || $source == */heap_memory.cc ]] || compile "$source" "$work/rooms/$(basename "$source" .cc).o"
done
for source in "$root"/tests/microcontroller/{main,records,other_parts,cids,tables,semihosting,startup}.cc "$work/vectors.cc"; do
  compile "$source" "$work/image/$(basename "$source" .cc).o"
done

if $cross-nm --undefined-only --demangle "$work"/rooms/*.o | grep -E 'operator (new|delete)|malloc|free$|__cxa_|_Unwind|Throw|abort'; then
  echo "the rooms' objects must not refer to the above" >&2
  exit 1
fi

link "$work/image.elf" "$work"/image/*.o

declare -A file_of
while read -r file symbol; do file_of[$symbol]=$file; done < <(
  for object in "$work"/rooms/*.o; do
    $cross-nm --defined-only "$object" | awk -v file="$(basename "$object" .o)" '$2 ~ /[TtRrVvWw]/ {print file, $3}'
  done)

# The code and tables of the rooms that an image kept, in bytes, by file: read_sizes IMAGE fills size_of.
declare -A size_of
read_sizes() {
  size_of=()
  local size symbol file
  while read -r size symbol; do
    file=${file_of[$symbol]:-}
    [[ -z $file ]] || size_of[$file]=$((${size_of[$file]:-0} + 16#$size))
  done < <($cross-nm --print-size "$1" | awk 'NF == 4 && $3 ~ /[TtRrVvWw]/ {print $2, $4}')
}

# sum FILE…: the bytes of these in size_of.
sum() {
  local file bytes=0
  for file in "$@"; do bytes=$((bytes + ${size_of[$file]:-0})); done
  echo "$bytes"
}

status=0
# at_most LIMIT BYTES WHAT
at_most() {
  (($2 > 0 && $2 <= $1)) || { echo "$3 takes $2 bytes, which is none or more than $1" >&2; status=1; }
}

read_sizes "$work/image.elf"
printf '%-36s %6s\n' "file" "bytes"
for file in $(printf '%s\n' "${!size_of[@]}" | sort); do
  printf '%-36s %6d\n' "$file" "${size_of[$file]}"
done
forms=$(sum parse_record parse_record_by_shuffle unusual_record datagram_reader rfc6347 tls12_cid unified extended12 extended13 \
  extension_chain first_byte drop_reason)
printf '%-36s %6d\n' "all rooms" "$(sum "${!size_of[@]}")" "all forms, read and written" "$forms"
at_most 6144 "$forms" "reading and writing all forms"

for header in Rfc6347 Tls12Cid Unified Extended12 Extended13; do
  compile "$root/tests/microcontroller/one_form.cc" "$work/one_form.o" "-DHEADER=${header}Header"
  link "$work/$header.elf" "$work/one_form.o" -Wl,--entry=ReadRecord -Wl,--undefined=WriteRecord
  read_sizes "$work/$header.elf"
  bytes=$(sum "${!size_of[@]}")
  printf '%-36s %6d\n' "records read, ${header}Header written" "$bytes"
  at_most 2048 "$bytes" "an image with ${header}Header alone"
done

timeout 120 qemu-system-arm -M microbit -nographic -semihosting-config enable=on,target=native -kernel "$work/image.elf" < /dev/null ||
  { echo "the image failed with status $?" >&2; status=1; }
exit "$status"
