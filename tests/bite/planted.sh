#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Plants one fault at a time into wire/, ext/ or record/ and demands that the check which is meant for it fails, by itself and in the
# words that the fault deserves, and that it passes without a fault:
#
#   planted.sh [WORDS]      all faults, or those whose description has the words
#
# Fails where a fault is not seen, and where one can no longer be planted. The rooms are planted in a copy, out/planted, which Bazel takes
# in place of the tree's (--package_path); the output folders stay, so that a second run builds only what a fault touches.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

only=${1:-}
copy=$PWD/out/planted
fail() {
  echo "planted.sh: $*" >&2
  exit 1
}

# Only what differs, so that times say what has to be built.
git ls-files -co --exclude-standard wire ext record | while read -r file; do
  [[ -e $file ]] || { rm -f "$copy/$file"; continue; }
  cmp -s "$file" "$copy/$file" || { mkdir -p "$copy/$(dirname "$file")" && cp "$file" "$copy/$file"; }
done

# check COMMAND CONFIGURATION TARGET: Bazel's answer in `said`. Output folders are of their own: links to the copy stay in them.
check() {
  local -a options=(--noshow_progress --show_result=0 --package_path="$copy:%workspace%")
  [[ $2 == ordinary ]] || options+=(--config="$2")
  # A pass by chance must not be remembered.
  [[ $1 != test ]] || options+=(--nocache_test_results)
  said=$(bazel "$1" "${options[@]}" --platform_suffix="-planted-$2" "$3" 2>&1)
}

declare -A sound
planted=0
unseen=0

# fault WHAT FILE EDIT WORDS COMMAND CONFIGURATION TARGET: EDIT is sed's and changes one place of FILE; WORDS is a regular expression.
fault() {
  local what=$1 file=$2 edit=$3 words=$4 started=$SECONDS status=0
  shift 4
  [[ $what == *"$only"* ]] || return 0
  if [[ -z ${sound[$*]:-} ]]; then
    check "$@" || fail "without a fault, \`bazel $*\` fails:"$'\n'"$said"
    sound[$*]=yes
  fi
  sed -E "$edit" "$file" > "$copy/$file"
  (($(diff "$file" "$copy/$file" | grep -c '^[0-9]') == 1)) || status=2
  ((status == 2)) || check "$@" || status=1
  cp "$file" "$copy/$file"
  ((status != 2)) || fail "$what: cannot be planted in $file any more"
  planted=$((planted + 1))
  if ((status == 1)) && grep -qE "$words" <<< "$said"; then
    echo "seen: $what: $(grep -m 1 -oE "$words" <<< "$said") ($((SECONDS - started)) s)"
  else
    unseen=$((unseen + 1))
    ((status == 1)) && said="fails, but not with the words '$words':"$'\n'"$said" || said=passes
    echo "UNSEEN: $what: \`bazel $*\` $said"
  fi
}

# Runs for every record that is read.
in_reader() { echo "/^  started_ = true;\$/a\\  $1"; }
reader=record/datagram_reader.cc
readers_seeds=//fuzz:datagram_reader_fuzz_seeds_test

fault "undefined behaviour: a shift as far as a peer says" record/replay_window.h \
  's/<< \(sequence % kWordBits\)/<< sequence/' 'shift exponent [0-9]+ is too large for 64-bit type' test asan //record:replay_window_test
fault "a read behind the datagram" $reader \
  "$(in_reader 'static_cast<void>(*static_cast<const volatile uint8_t*>(datagram_.data() + datagram_.size()));')" \
  'heap-buffer-overflow' test asan $readers_seeds
fault "a write behind a buffer" record/additional_data.cc \
  '/^  const absl::Span<const uint8_t> chain = /a\  const_cast<volatile uint8_t\&>(writer->written().data()[writer->written().size() + writer->room()]) = 0;' \
  '(heap|stack|global)-buffer-overflow' test asan //record:additional_data_test
fault "a race: a static between two calls" $reader "$(in_reader 'static size_t steps = 0;\n  ++steps;')" \
  'ThreadSanitizer: data race' test tsan //tests/receive_path:threads_test
fault "an uninitialised read: a member without a value" record/datagram_reader.h \
  's/bool started_ = false;/bool started_;/' 'use-of-uninitialized-value' test msan $readers_seeds
fault "a header of a target that is no dependency" $reader \
  '/^#include "waybill\/record\/parse_record.h"/a#include "waybill/wire/cid_length.h"' \
  'does not depend on a module exporting' build clang //record:datagram_reader

fault "an allocation on the receive path" $reader "$(in_reader '::operator delete(::operator new(datagram_.size()));')" \
  'FAILED  \] Allocations.TheReceivePathMakesNone' test ordinary //tests/receive_path:allocations_test
fault "an allocation, as a word" $reader "$(in_reader '::operator delete(::operator new(datagram_.size()));')" \
  'record/ must not use new' test ordinary //tests:room_borders_test
fault "an allocation, as a symbol" $reader "$(in_reader '::operator delete(::operator new(datagram_.size()));')" \
  "the rooms' objects must not refer to the above" test ordinary //tests/microcontroller:microcontroller_test
fault "an include of a container" wire/byte_reader.h '/^#include <cstdint>/a#include <vector>' \
  'wire/ must not include vector' test ordinary //tests:room_borders_test
fault "an include of a room above" ext/hello.h '/^#include "waybill\/wire\/drop_reason.h"/i#include "waybill/record/record_view.h"' \
  'ext/ must not include waybill/record' test ordinary //tests:room_borders_test
fault "a dependency on a room above" record/BUILD.bazel '/^    name = "record_checks",/,/^\)/s/^    deps = \[/&\n        "\/\/traffic:bytes",/' \
  'the keyless rooms must not reach' test ordinary //tests:keyless_rooms_reach_test
fault "an exception" $reader "$(in_reader 'if (offset_ > 65535) throw offset_;')" \
  'exception handling disabled' build ordinary //record:datagram_reader
fault "a run-time type" $reader \
  "$(in_reader 'struct A { virtual ~A() {} };\n  struct B : A {};\n  A* a = nullptr;\n  static_cast<void>(dynamic_cast<B*>(a));')" \
  'not permitted with .-fno-rtti' build ordinary //record:datagram_reader
fault "a temporary that may be kept" record/datagram_reader.h \
  '/IfTemporaryOwner<Owner>>$/,/= delete;$/d' '[a-z ]+ compiles' test ordinary //tests/compile_failure:compile_failure_test

((planted > 0)) || fail "no fault is described by '$only'"
echo "$planted faults planted, $unseen unseen, $SECONDS s"
((unseen == 0))
