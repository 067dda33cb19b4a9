// SPDX-License-Identifier: Apache-2.0
//
// ParseRecord() for x86-64 with SSSE3. The fields of a header, whatever its form, are brought to
// their places in the RecordView by byte shuffles, which are derived from the form's layout.
#include "waybill/record/parse_record_variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/field_layout.h"
#include "waybill/record/layout_table.h"
#include "waybill/record/unusual_record.h"
#include "waybill/wire/big_endian.h"

namespace waybill {
namespace {

// The bytes of the view, as little-endian as the machine.
constexpr size_t kFormByte = offsetof(RecordView, form);
constexpr size_t kFirstByteByte = offsetof(RecordView, first_byte);
constexpr size_t kVersionByte = offsetof(RecordView, version);
constexpr size_t kEpochByte = offsetof(RecordView, epoch);
constexpr size_t kSequenceByte = offsetof(RecordView, sequence);
static_assert(kSequenceByte + sizeof(RecordView::sequence) == 16, "the front half is one vector");
static_assert(offsetof(RecordView, record) == 16 && offsetof(RecordView, cid) == 20 &&
                  offsetof(RecordView, extensions) == 24 && offsetof(RecordView, payload) == 28 &&
                  sizeof(RecordView) == 32,
              "the back half is one vector of ranges");

// What a shuffle makes 0 of.
constexpr uint8_t kZero = 0x80;

using Bytes16 = std::array<uint8_t, 16>;
using Words8 = std::array<uint16_t, 8>;

constexpr Bytes16 AllZero() {
  Bytes16 shuffle = {};
  for (uint8_t& place : shuffle) place = kZero;
  return shuffle;
}

// A FieldLayout, told as shuffles.
struct alignas(64) Shuffles {
  // The front half of the view: of the record's first 16 bytes, where `front_mask` is set; of the
  // 16 bytes from the length of a CID further on; and what is always there.
  Bytes16 front = AllZero();
  Bytes16 front_mask = {};
  Bytes16 behind_cid = AllZero();
  Bytes16 front_constant = {};
  // The back half: sums of offset, CID length and payload length, as 16-bit numbers 0, 1 and 2 of a
  // vector, and of what is always there.
  Bytes16 back = AllZero();
  Words8 back_constant = {};
  uint32_t header_length = 0;
  uint32_t cid_mask = 0;
  uint32_t length_place = 0;
  uint32_t length_mask = 0;
  int32_t first_epoch = 0;
  int32_t min_payload = 0;
  int32_t max_payload = 0;
  uint16_t lone_cid_under = 0;
  DropReason reason = DropReason::kNone;  // of a record whose header is there
};
static_assert(sizeof(Shuffles) == 128, "two cache lines");

constexpr uint8_t kOffsetWord = 0, kCidLengthWord = 2, kLengthWord = 4;

constexpr size_t kRecordRange = 0, kCidRange = 1, kExtensionsRange = 2, kPayloadRange = 3;

constexpr void SetWord(size_t range, size_t member, uint8_t word, Bytes16* shuffle) {
  (*shuffle)[4 * range + 2 * member] = word;
  (*shuffle)[4 * range + 2 * member + 1] = static_cast<uint8_t>(word + 1);
}

// A range of the back half: each of its numbers is a word of the vector and a constant.
constexpr void SetRange(size_t range, uint8_t offset, uint32_t offset_constant, uint8_t length,
                        uint32_t length_constant, Shuffles* shuffles) {
  SetWord(range, 0, offset, &shuffles->back);
  SetWord(range, 1, length, &shuffles->back);
  shuffles->back_constant[2 * range] = static_cast<uint16_t>(offset_constant);
  shuffles->back_constant[2 * range + 1] = static_cast<uint16_t>(length_constant);
}

// Added to a back half: what stands behind the CID.
constexpr Bytes16 CidLengthShuffle() {
  Bytes16 shuffle = AllZero();
  SetWord(0, 1, kCidLengthWord, &shuffle);
  SetWord(3, 0, kCidLengthWord, &shuffle);
  return shuffle;
}

constexpr Shuffles ShufflesOf(const FieldLayout& layout) {
  Shuffles shuffles;
  for (uint8_t& mask : shuffles.front_mask) mask = 0xff;
  shuffles.front_constant[kFormByte] = static_cast<uint8_t>(layout.form);
  shuffles.front[kFirstByteByte] = 0;
  SetRange(kRecordRange, kOffsetWord, 0, kLengthWord, layout.header_length, &shuffles);
  if (layout.last_byte == FieldLayout::kNoRecord) {
    // Refused by the same instructions: it is the rest of the datagram.
    shuffles.max_payload = kMaxDatagramLength;
    shuffles.reason = layout.fault;
    return shuffles;
  }

  if (layout.version_mask != 0) {
    shuffles.front[kVersionByte] = static_cast<uint8_t>(layout.version_place + 1);
    shuffles.front[kVersionByte + 1] = static_cast<uint8_t>(layout.version_place);
  }
  // Epoch and sequence number are the front of 64 bits, of which the rest is shifted out.
  Bytes16& number = layout.cid_mask_before_sequence != 0 ? shuffles.behind_cid : shuffles.front;
  const size_t number_length = 8 - layout.sequence_shift / 8;
  for (size_t i = 0; i < number_length; ++i) {
    const size_t byte = i < 6 ? kSequenceByte + i : kEpochByte + i - 6;
    number[byte] = static_cast<uint8_t>(layout.sequence_place + number_length - 1 - i);
  }
  if (layout.epoch_mask != 0) {
    shuffles.front[kEpochByte] = 0;
    shuffles.front_mask[kEpochByte] = static_cast<uint8_t>(layout.epoch_mask);
  }

  SetRange(kPayloadRange, kOffsetWord, layout.header_length, kLengthWord, 0, &shuffles);
  if (layout.cid_mask != 0) {
    SetRange(kCidRange, kOffsetWord, layout.cid_place, kCidLengthWord, 0, &shuffles);
  }

  shuffles.header_length = layout.header_length;
  shuffles.cid_mask = static_cast<uint32_t>(layout.cid_mask);
  shuffles.length_place = layout.length_place;
  shuffles.length_mask = static_cast<uint32_t>(layout.length_mask);
  shuffles.first_epoch = layout.first_epoch;
  shuffles.min_payload = layout.min_payload;
  shuffles.max_payload = layout.max_payload;
  // Where the only extension can be the CID.
  if (layout.cid_mask == 0 && layout.fault_if_extended == DropReason::kNone) {
    shuffles.lone_cid_under = layout.extended_under;
  }
  return shuffles;
}

// The same where a record header extension follows that is the record's CID: as if the header were
// longer by it.
constexpr Shuffles ExtendedShufflesOf(const FieldLayout& layout) {
  Shuffles shuffles = ShufflesOf(layout);
  const uint32_t chain = layout.header_length;
  shuffles.header_length = chain + kExtensionHeaderLength;
  shuffles.front_constant[kFormByte] = static_cast<uint8_t>(layout.form_extended);
  SetRange(kRecordRange, kOffsetWord, 0, kLengthWord, shuffles.header_length, &shuffles);
  SetRange(kPayloadRange, kOffsetWord, shuffles.header_length, kLengthWord, 0, &shuffles);
  SetRange(kCidRange, kOffsetWord, shuffles.header_length, kCidLengthWord, 0, &shuffles);
  SetRange(kExtensionsRange, kOffsetWord, chain, kCidLengthWord, kExtensionHeaderLength, &shuffles);
  return shuffles;
}

struct ShuffleTable {
  constexpr ShuffleTable() {
    for (size_t i = 0; i < LayoutTable::kSize; ++i) {
      layouts[i] = ShufflesOf(kLayouts.At(i));
      layouts[LayoutTable::kSize + i] = ExtendedShufflesOf(kLayouts.At(i));
    }
  }
  // As in kLayouts, then all of them once more with the CID as an extension.
  std::array<Shuffles, 2 * LayoutTable::kSize> layouts = {};
};

constexpr ShuffleTable kTable;
alignas(16) constexpr Bytes16 kCidLengthShuffle = CidLengthShuffle();

[[gnu::target("ssse3")]] inline __m128i Load(const void* bytes) {
  return _mm_loadu_si128(static_cast<const __m128i*>(bytes));
}

[[gnu::target("ssse3")]] inline void Store(__m128i vector, void* bytes) {
  _mm_storeu_si128(static_cast<__m128i*>(bytes), vector);
}

// Whether every CID is taken that is the only extension of its record.
inline bool TakesLoneCids(const ExtensionRules& rules) {
  return rules.profile != ExtensionProfile::kOff && rules.accepted.Has(kCidExtensionType) &&
         rules.max_count > 0 && rules.max_chain_length >= kExtensionHeaderLength + kMaxCidLength;
}

// Whether a record is read as one whose CID is an extension, or as one without extensions, whose
// CID has a length that is known or one that it says by itself.
enum class Reading { kPlain, kExtended, kDelineated };

template <Reading kReading>
[[gnu::target("ssse3")]] inline DropReason ReadRecord(absl::Span<const uint8_t> datagram,
                                                      size_t offset, const RecordRules& rules,
                                                      RecordView* view) {
  const uint8_t* bytes = datagram.data() + offset;
  const uint32_t size = static_cast<uint32_t>(datagram.size() - offset);
  const Shuffles* shuffles = &kTable.layouts[kLayouts.IndexOf(bytes[0])];
  uint32_t cid_length = rules.cid_length.known() & shuffles->cid_mask;
  if constexpr (kReading == Reading::kDelineated) {
    // Where no CID begins, none is found the other way either, which says so.
    const uint32_t place = shuffles->back_constant[2 * kCidRange];
    if (shuffles->cid_mask != 0 && place < size) {
      const uint8_t said =
          rules.cid_length.Of(absl::Span<const uint8_t>(bytes + place, size - place));
      if (said != 0) cid_length = said;
    }
  }
  if (sizeof(Bytes16) + cid_length > size) {
    return ParseRecordPortable(datagram, offset, rules, view);
  }
  uint32_t field = LoadU16(bytes + shuffles->length_place + cid_length);
  const __m128i behind_cid = Load(bytes + cid_length);
  if constexpr (kReading == Reading::kExtended) {
    // The header of an extension that is a CID and the only one is the CID's length: neither M nor
    // a bit of the type is set.
    const uint32_t extension = LoadU16(bytes + shuffles->header_length + cid_length);
    const uint32_t lone_cid =
        field >> 15 & (extension - 1 < kMaxCidLength) &
        shuffles->lone_cid_under >> static_cast<int>(rules.extensions.profile);
    const uint32_t mask = 0 - lone_cid;
    shuffles += LayoutTable::kSize & mask;
    cid_length |= extension & mask;
    field -= (kExtensionIndicator + kExtensionHeaderLength + extension) & mask;
  }
  const uint32_t remaining = size - shuffles->header_length - cid_length;
  const uint32_t length = remaining ^ ((remaining ^ field) & shuffles->length_mask);

  const __m128i front =
      _mm_or_si128(_mm_or_si128(_mm_and_si128(_mm_shuffle_epi8(Load(bytes), Load(&shuffles->front)),
                                              Load(&shuffles->front_mask)),
                                _mm_shuffle_epi8(behind_cid, Load(&shuffles->behind_cid))),
                   Load(&shuffles->front_constant));
  Store(front, view);

  const __m128i numbers = _mm_cvtsi64_si128(
      static_cast<int64_t>(uint64_t{offset} | uint64_t{cid_length} << 16 | uint64_t{length} << 32));
  const __m128i back = _mm_add_epi16(_mm_add_epi16(_mm_shuffle_epi8(numbers, Load(&shuffles->back)),
                                                   Load(&shuffles->back_constant)),
                                     _mm_shuffle_epi8(numbers, Load(&kCidLengthShuffle)));
  Store(back, &view->record);

  const int32_t epoch = _mm_extract_epi16(front, kEpochByte / 2);
  const int32_t signed_length = static_cast<int32_t>(length);
  const int32_t usual = (static_cast<int32_t>(remaining) - signed_length) |
                        (shuffles->max_payload - signed_length) |
                        (signed_length - shuffles->min_payload) | (epoch - shuffles->first_epoch);
  if (usual >= 0) return shuffles->reason;
  return ParseRecordPortable(datagram, offset, rules, view);
}

// Its call would have the others save registers.
[[gnu::target("ssse3"), gnu::noinline]] DropReason ReadDelineatedRecord(
    absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules, RecordView* view) {
  return ReadRecord<Reading::kDelineated>(datagram, offset, rules, view);
}

}  // namespace

bool HasShuffle() { return __builtin_cpu_supports("ssse3"); }

[[gnu::target("ssse3")]] DropReason ParseRecordByShuffle(absl::Span<const uint8_t> datagram,
                                                         size_t offset, const RecordRules& rules,
                                                         RecordView* view) {
  if (datagram.size() > kMaxDatagramLength || offset >= datagram.size()) {
    return RefuseDatagram(datagram, view);
  }
  if (TakesLoneCids(rules.extensions)) {
    return ReadRecord<Reading::kExtended>(datagram, offset, rules, view);
  }
  return rules.cid_length.self_delineating()
             ? ReadDelineatedRecord(datagram, offset, rules, view)
             : ReadRecord<Reading::kPlain>(datagram, offset, rules, view);
}

}  // namespace waybill

#endif  // defined(__x86_64__)
