// SPDX-License-Identifier: Apache-2.0
//
// What the compared header designs have in common: the label of a record that each of them writes
// in its own way, and the shape of a design.
//
// A design says how its header is written and read, how the connection IDs in it are made, and by
// what its receiver finds the association; everything else is shared. It is a type, so that the
// loops that are timed are instantiated for it:
//
//   struct Design {
//     static constexpr DesignInfo kInfo = …;
//     // The kind of its CIDs (cid_kinds.h).
//     using Cids = …;
//     // What a receiver has to know to read the records; `cids` says where its CIDs end.
//     static RecordRules Rules(CidLength cids);
//     // False where the receiver can tell by the first byte alone that this is no record for it.
//     static bool TakesFirstByte(uint8_t first_byte);
//     // Writes a record of the association that has `cid`. False where the design cannot say the
//     // label.
//     static bool WriteHeader(const RecordLabel& label, absl::Span<const uint8_t> cid,
//                             ByteWriter* writer);
//     // Reads the record at the front of the datagram by Rules(); any answer but kNone refuses it.
//     static DropReason Parse(absl::Span<const uint8_t> datagram, const RecordRules& rules,
//                             RecordView* view);
//   };
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_HEADER_DESIGN_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_HEADER_DESIGN_H_

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// The first epoch of application data, in which all records of the comparison are sent.
constexpr uint16_t ApplicationEpoch(DtlsVersion version) {
  return version == DtlsVersion::kDtls12 ? 1 : 3;
}

// A record before any design has written it.
struct RecordLabel {
  uint32_t association = 0;  // counts from 0
  uint64_t sequence = 0;
  uint16_t payload_length = 0;  // bytes behind the header and its extensions, at least 16
  uint8_t content_type = 0;     // may stand in every form of a protected record
};

// By what a receiver finds the association of a record.
enum class LookupBy : uint8_t {
  kCid,      // a table of CIDs
  kAddress,  // a table of addresses
  kSlot,     // the CID says where the association is
};

constexpr std::string_view NameOf(LookupBy lookup_by) {
  return lookup_by == LookupBy::kCid ? "cid" : lookup_by == LookupBy::kAddress ? "address" : "slot";
}

struct DesignInfo {
  std::string_view name;
  std::string_view sentence;
  std::string_view citation;
  LookupBy lookup_by = LookupBy::kCid;
  DtlsVersion version = DtlsVersion::kDtls12;
  uint8_t protected_type = 0;  // bytes that the content type takes inside the protection
};

// What a receiver of the self-describing designs accepts: the CID extension, and nothing else.
inline constexpr ExtensionRules kCidExtensionOnly = {ExtensionProfile::kAuthenticated,
                                                     ExtensionTypeSet(1 << kCidExtensionType)};

// ParseRecord() for a receiver that speaks a single form: any other is refused.
inline DropReason ParseForm(RecordForm form, const RecordRules& rules,
                            absl::Span<const uint8_t> datagram, RecordView* view) {
  const DropReason reason = ParseRecord(datagram, 0, rules, view);
  if (reason != DropReason::kNone) return reason;
  return view->form == form ? DropReason::kNone : DropReason::kContentTypeNotAllowed;
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_HEADER_DESIGN_H_
