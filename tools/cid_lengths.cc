// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_lengths.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "waybill/record/first_byte.h"

namespace waybill {
namespace {

KnownCidLength Unknown() {
  return {CidLength::SelfDelineating(
              [](const void*, absl::Span<const uint8_t>) -> uint8_t { return 0; }, nullptr),
          CidLengthSource::kNone};
}

// Where the CID stands that the header at `record` has.
size_t CidPlace(absl::Span<const uint8_t> datagram, size_t record) {
  return record + (HeaderLayoutOf(datagram[record]) == HeaderLayout::kTls12Cid ? 11 : 1);
}

std::string ToString(absl::Span<const uint8_t> bytes) {
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace

std::string_view NameOf(CidLengthSource source) {
  switch (source) {
    case CidLengthSource::kHello:
      return "hello";
    case CidLengthSource::kOption:
      return "option";
    case CidLengthSource::kHeader:
      return "header";
    case CidLengthSource::kInferred:
      return "inferred";
    case CidLengthSource::kNone:
      break;
  }
  return "";
}

void CidLengths::Learn(const HelloAgreement& agreement) {
  const auto learn = [this](const FlowDirection& direction, const std::string& cid) {
    directions_.FindOrAdd(direction) = Known{static_cast<uint8_t>(cid.size()), CidCandidates()};
    const auto* bytes = reinterpret_cast<const uint8_t*>(cid.data());
    Remember(absl::MakeConstSpan(bytes, cid.size()), CidLengthSource::kHello);
  };
  learn(agreement.to_server, agreement.cid_to_server);
  learn(agreement.to_server.Reverse(), agreement.cid_to_client);
}

void CidLengths::Remember(absl::Span<const uint8_t> cid, CidLengthSource source) {
  if (cid.empty()) return;
  const std::string key = ToString(cid);
  if (cids_.Find(key) == nullptr) ++cids_of_length_[cid.size()];
  cids_.FindOrAdd(key) = source;
}

// Every short CID begins many long ones. A known one is believed where chance would find any of its
// length at most once in 2^16 CIDs of others; of four bytes and more, always: see kMaxCids.
bool CidLengths::TellsByItself(size_t length) const {
  const uint64_t known = cids_of_length_[length];
  if (known == 0 || length >= 4) return known != 0;
  return known << 16 <= uint64_t{1} << (8 * length);
}

bool CidLengths::Fits(absl::Span<const uint8_t> datagram, size_t first_cid, bool is_whole,
                      uint8_t length) const {
  if (!is_whole || !CidLengthCanBeInferred(datagram, first_cid)) return true;
  return CidLengthFits(datagram, first_cid, extensions_, length);
}

std::optional<KnownCidLength> CidLengths::FromKnownCid(absl::Span<const uint8_t> datagram,
                                                       size_t first_cid, bool is_whole) {
  const size_t place = CidPlace(datagram, first_cid);
  // The longest first: it is the least likely to be there by chance.
  for (size_t length = std::min(kMaxCidLength, datagram.size() - place); length > 0; --length) {
    if (!TellsByItself(length)) continue;
    const auto* cid = reinterpret_cast<const char*>(datagram.data() + place);
    const CidLengthSource* source = cids_.Find(absl::string_view(cid, length));
    const auto fixed = static_cast<uint8_t>(length);
    if (source != nullptr && Fits(datagram, first_cid, is_whole, fixed)) {
      return KnownCidLength{CidLength::Fixed(fixed), *source};
    }
  }
  return std::nullopt;
}

KnownCidLength CidLengths::For(const FlowDirection& direction, absl::Span<const uint8_t> datagram,
                               size_t first_cid, bool is_whole) {
  Known& known = directions_.FindOrAdd(direction);
  if (known.from_hello.has_value()) {
    if (*known.from_hello == 0) return {CidLength::Absent(), CidLengthSource::kNone};
    if (Fits(datagram, first_cid, is_whole, *known.from_hello)) {
      return {CidLength::Fixed(*known.from_hello), CidLengthSource::kHello};
    }
  }
  if (const auto length = FromKnownCid(datagram, first_cid, is_whole)) return *length;
  if (!is_whole || !CidLengthCanBeInferred(datagram, first_cid)) return Unknown();

  const bool fits = known.candidates.Narrow(datagram, first_cid, extensions_);
  const std::optional<uint8_t> only = known.candidates.Only();
  if (!fits || !only.has_value()) return Unknown();
  const absl::Span<const uint8_t> cid = datagram.subspan(CidPlace(datagram, first_cid), *only);
  const CidLengthSource* known_from = cids_.Find(ToString(cid));
  const CidLengthSource source = known_from == nullptr ? CidLengthSource::kInferred : *known_from;
  Remember(cid, source);
  return {CidLength::Fixed(*only), source};
}

}  // namespace waybill
