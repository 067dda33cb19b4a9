// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/record_checks.h"

#include "waybill/record/first_byte.h"

namespace waybill {
namespace {

constexpr uint64_t kEarlyDataEpoch13 = 1;
constexpr uint64_t kFirstApplicationEpoch13 = 3;

bool CidExtensionNegotiated(const ExtensionRules& rules) {
  return rules.profile != ExtensionProfile::kOff && rules.accepted.Has(kCidExtensionType);
}

bool InnerTypeAllowedIn13(uint64_t epoch, uint8_t inner_type) {
  if (inner_type == kAlert) return true;
  if (epoch <= kEarlyDataEpoch13) return inner_type == kApplicationData;
  if (inner_type == kHandshake || inner_type == kAck) return true;
  return epoch >= kFirstApplicationEpoch13 &&
         (inner_type == kApplicationData || inner_type == kHeartbeat ||
          inner_type == kReturnRoutabilityCheck);
}

}  // namespace

DropReason CheckVersion(const RecordView& view) {
  const bool versioned = !view.unified() && view.form != RecordForm::kDtlsPlaintext;
  return versioned && view.version != kDtls12Version ? DropReason::kWrongVersion
                                                     : DropReason::kNone;
}

DropReason CheckContentType(const RecordView& view, DtlsVersion version) {
  bool allowed = false;
  if (version == DtlsVersion::kDtls13) {
    allowed =
        view.unified() ||
        (view.form == RecordForm::kDtlsPlaintext &&
         (view.first_byte == kAlert || view.first_byte == kHandshake || view.first_byte == kAck));
  } else {
    allowed = !view.unified() && view.first_byte != kAck;
  }
  return allowed ? DropReason::kNone : DropReason::kContentTypeNotAllowed;
}

DropReason CheckExtensions(const RecordView& view, const ExtensionRules& rules, uint64_t epoch) {
  const bool handshake = view.unified() ? epoch < kFirstApplicationEpoch13
                                        : epoch == 0 || view.first_byte == kChangeCipherSpec ||
                                              view.first_byte == kHandshake ||
                                              view.form == RecordForm::kTls12Cid;
  if (handshake) {
    return view.extensions.empty() ? DropReason::kNone : DropReason::kExtensionInHandshake;
  }
  const bool cid_extension = !view.extensions.empty() && view.cid.offset > view.extensions.offset;
  return CidExtensionNegotiated(rules) && !cid_extension ? DropReason::kExtensionCidMissing
                                                         : DropReason::kNone;
}

DropReason CheckInnerType(const RecordView& view, const ExtensionRules& rules, uint64_t epoch,
                          uint8_t inner_type) {
  bool allowed = true;
  if (view.form == RecordForm::kTls12Cid) {
    const bool handshake = inner_type == kAlert || inner_type == kHandshake;
    allowed = handshake || (!CidExtensionNegotiated(rules) &&
                            (inner_type == kApplicationData || inner_type == kHeartbeat ||
                             inner_type == kReturnRoutabilityCheck));
  } else if (view.unified()) {
    allowed = InnerTypeAllowedIn13(epoch, inner_type);
  }
  return allowed ? DropReason::kNone : DropReason::kInnerTypeNotAllowed;
}

}  // namespace waybill
