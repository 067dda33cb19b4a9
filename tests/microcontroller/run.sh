#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds wire/, ext/ and record/ for a Cortex-M0, links them with vectors into an image for the BBC micro:bit, runs it under QEMU, and
# prints code sizes: run.sh MAKE_VECTORS, the host's program (bazel build //tests/microcontroller:make_vectors).
#
# Fails where an answer is wrong, the stack grows beyond its bound, a form takes more than 2 KB or all of them more than 6 KB, or an
# object refers to the heap, to exceptions or to anything of Abseil's libraries. packages.txt lists what the machine must have.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
make_vectors=$1
cross=arm-none-eabi
for tool in $cross-g++ $cross-nm qemu-system-arm; do
  command -v "$tool" > /dev/null || { echo "run.sh: $tool is missing; packages.txt lists what is needed" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/include" "$work/rooms" "$work/image"
# The whole of /usr/include would bring the host's C library.
ln -s "$root" "$work/include/waybill"
ln -s /usr/include/absl "$work/include/absl"
"$make_vectors" > "$work/vectors.cc"

compile() {
  local options="-mcpu=cortex-m0 -mthumb -Os -DNDEBUG -std=c++17 -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-unwind-tables"
  options+=" -ffunction-sections -fdata-sections -Wall -Wextra -Wshadow -Werror"
  # shellcheck disable=SC2086  # several words
  $cross-g++ $options -I "$work/include" -c "$1" -o "$2"
}

for source in "$root"/{wire,ext,record}/*.cc; do
  [[ $source == *_test.cc ]] || compile "$source" "$work/rooms/$(basename "$source" .cc).o"
done
for source in "$root"/tests/microcontroller/{main,records,other_parts,semihosting,startup}.cc "$work/vectors.cc"; do
  compile "$source" "$work/image/$(basename "$source" .cc).o"
done

if $cross-nm --undefined-only --demangle "$work"/rooms/*.o | grep -E 'operator (new|delete)|malloc|free$|__cxa_|_Unwind|Throw|abort'; then
  echo "the rooms' objects must not refer to the above" >&2
  exit 1
fi

$cross-g++ -mcpu=cortex-m0 -mthumb -nostdlib -nostartfiles -Wl,--gc-sections -T "$root/tests/microcontroller/microbit.ld" \
  "$work"/image/*.o "$work"/rooms/*.o -lgcc -lc -lgcc -o "$work/image.elf"

# The code of a room's object that the image kept, in bytes, by function.
declare -A file_of
while read -r file symbol; do file_of[$symbol]=$file; done < <(
  for object in "$work"/rooms/*.o; do
    $cross-nm --defined-only "$object" | awk -v file="$(basename "$object" .o)" '$2 ~ /[TtRrVvWw]/ {print file, $3}'
  done)
declare -A size_of
while read -r size symbol; do
  file=${file_of[$symbol]:-}
  [[ -z $file ]] || size_of[$file]=$((${size_of[$file]:-0} + 16#$size))
done < <($cross-nm --print-size "$work/image.elf" | awk 'NF == 4 && $3 ~ /[TtRrVvWw]/ {print $2, $4}')

status=0
all=0
printf '%-20s %6s\n' "file" "bytes"
for file in $(printf '%s\n' "${!size_of[@]}" | sort); do
  printf '%-20s %6d\n' "$file" "${size_of[$file]}"
  all=$((all + size_of[$file]))
  case $file in
    rfc6347 | tls12_cid | unified | extended12 | extended13)
      ((size_of[$file] <= 2048)) || { echo "$file takes more than 2048 bytes" >&2; status=1; } ;;
  esac
done
# What reads and writes the forms, the chain of extensions included.
forms=0
for file in parse_record parse_record_by_shuffle unusual_record datagram_reader rfc6347 tls12_cid unified extended12 extended13 extension_chain first_byte drop_reason; do
  forms=$((forms + ${size_of[$file]:-0}))
done
printf '%-20s %6d\n' "all forms" "$forms" "all rooms" "$all"
((forms > 0 && forms <= 6144)) || { echo "the forms take more than 6144 bytes" >&2; status=1; }

timeout 120 qemu-system-arm -M microbit -nographic -semihosting-config enable=on,target=native -kernel "$work/image.elf" < /dev/null ||
  { echo "the image failed with status $?" >&2; status=1; }
exit "$status"
