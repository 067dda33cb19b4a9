// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/mutation.h"

#include <cstdint>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/fragments.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

constexpr uint8_t kSomeCid[] = {0xc1, 0xd2, 0xc3, 0xd4, 0xc5, 0xd6, 0xc7, 0xd8};

uint8_t NoCidOfOurs(const void*, absl::Span<const uint8_t>) { return 0; }

// The faults of one record, by what they befall.
class Mutator {
 public:
  explicit Mutator(const WellFormedRecord& base) : base_(base), bytes_(base.builder.Build()) {}

  std::vector<Mutation> Run() && {
    MutateDatagram();
    MutateFirstByte();
    if (base_.has_length) MutateLengthField();
    if (base_.header_cid.length != 0) MutateHeaderCid();
    if (base_.has_length && !base_.cid.empty()) MutateAssociation();
    MutatePayload();
    if (rfc6347() || extended12()) MutateUnextendable12();
    if (base_.form == RecordForm::kTls12Cid) MutateTls12Cid();
    if (extended()) MutateChain();
    return std::move(mutations_);
  }

 private:
  bool rfc6347() const {
    return base_.form == RecordForm::kDtlsPlaintext || base_.form == RecordForm::kDtlsCiphertext;
  }
  bool extended12() const { return base_.form == RecordForm::kExtended12; }
  bool extended13() const { return base_.form == RecordForm::kExtended13; }
  bool extended() const { return extended12() || extended13(); }
  bool authenticated() const {
    return base_.rules.extensions.profile == ExtensionProfile::kAuthenticated;
  }

  // A copy of the record's description, to be spoilt.
  DatagramBuilder Record() const { return base_.builder; }
  // The same with an empty chain in place of its own, and the E bit.
  DatagramBuilder RecordWithoutChain() const { return Record().RawChain({}); }

  RecordRules WithCidLength(CidLength cid_length) const {
    return RecordRules(cid_length, base_.rules.extensions);
  }
  RecordRules WithProfile(ExtensionProfile profile) const {
    RecordRules rules = base_.rules;
    rules.extensions.profile = profile;
    return rules;
  }

  void Add(std::string what, const Bytes& datagram, const RecordRules& rules, DropReason reason,
           size_t accepted_before = 0) {
    mutations_.push_back(
        {absl::StrCat(base_.name, ": ", what), datagram, rules, reason, accepted_before});
  }
  void Add(std::string what, const DatagramBuilder& datagram, DropReason reason) {
    Add(std::move(what), datagram.Build(), base_.rules, reason);
  }
  void Add(std::string what, const RecordRules& rules, DropReason reason) {
    Add(std::move(what), bytes_, rules, reason);
  }

  void MutateDatagram() {
    Add("no bytes", Record().CutAt(0), DropReason::kEmptyDatagram);
    Bytes too_long = bytes_;
    too_long.resize(kMaxDatagramLength + 1);
    Add("65536 bytes", too_long, base_.rules, DropReason::kDatagramTooLong);
    size_t start = 0;
    for (const Fragment& fragment : FragmentsOf(bytes_, base_.header_cid)) {
      const size_t cut = start + fragment.bytes.size() / 2;
      if (cut != 0 && cut < start + fragment.bytes.size() && fragment.if_cut != DropReason::kNone) {
        Add(absl::StrCat("cut to ", cut), Record().CutAt(cut), fragment.if_cut);
      }
      start += fragment.bytes.size();
    }
  }

  void MutateFirstByte() {
    // One of each range of RFC 9443, and the ranges that belong to nobody.
    for (const uint8_t byte : {0, 3, 4, 15, 16, 19, 64, 79, 80, 127, 128, 191, 192, 255}) {
      Add(absl::StrCat("first byte ", byte), Record().FirstByte(byte), DropReason::kNotDtls);
    }
    for (const uint8_t byte : {28, 31}) {
      Add(absl::StrCat("first byte ", byte), Record().FirstByte(byte),
          DropReason::kUnknownContentType);
    }
  }

  void MutateLengthField() {
    // What the length field counts is the last fragment: no other can be past the end.
    const auto length =
        static_cast<uint16_t>(FragmentsOf(bytes_, base_.header_cid).back().bytes.size());
    Add("length one too long", Record().ClaimLength(length + 1), DropReason::kLengthPastEnd);
    Add("length 32767", Record().ClaimLength(0x7fff), DropReason::kLengthPastEnd);
    // EXT-7: a bit of the length like any other.
    Add("E where extensions are off", Record().ExtensionBit(true).Build(),
        WithProfile(ExtensionProfile::kOff), DropReason::kLengthPastEnd);
    if (extended13()) {  // EXT-4: the strict profile is one of DTLS 1.2.
      Add("E in the strict profile", WithProfile(ExtensionProfile::kStrict),
          DropReason::kLengthPastEnd);
    }
  }

  void MutateHeaderCid() {
    Add("no CID negotiated", WithCidLength(CidLength::Absent()), DropReason::kCidNotExpected);
    Add("no CID of ours", WithCidLength(CidLength::SelfDelineating(NoCidOfOurs, nullptr)),
        DropReason::kCidNotDelineated);
    if (base_.cid.end() + 100 < kMaxCidLength) {
      Add("CID past the end", WithCidLength(CidLength::Fixed(kMaxCidLength)),
          DropReason::kHeaderTruncated);
    }
    if (base_.header_cid.delineator_length != 0) {
      Bytes cid(base_.header_cid.length);
      Add("CID that says it is none", Record().Cid(cid), DropReason::kCidNotDelineated);
    }
  }

  void MutateAssociation() {
    Bytes other = bytes_;
    other[base_.cid.end() - 1] ^= 1;
    Add("another association behind it", Record().Raw(other).Build(), base_.rules,
        DropReason::kOtherAssociation, /*accepted_before=*/1);
  }

  void MutatePayload() {
    Add("payload over the limit", Record().PayloadOfLength(MaxPayloadLength(base_.form) + 1),
        DropReason::kLengthOverLimit);
    if (base_.form == RecordForm::kUnified || extended13()) {
      Add("15 bytes of payload", Record().PayloadOfLength(15), DropReason::kCiphertextTooShort);
      Add("no payload", Record().Payload({}), DropReason::kCiphertextTooShort);
    }
    if (rfc6347()) {
      for (const uint8_t type : {kApplicationData, kHeartbeat, kReturnRoutabilityCheck}) {
        Add(absl::StrCat("type ", type, " in epoch 0"), Record().FirstByte(type).Epoch(0),
            DropReason::kContentTypeInClear);
      }
    }
  }

  // Where DTLS 1.2 does not allow extensions (EXT-10, EXT-13).
  void MutateUnextendable12() {
    const DatagramBuilder extended = RecordWithoutChain().CidExtension(kSomeCid);
    Add("extensions in epoch 0", DatagramBuilder(extended).Epoch(0), DropReason::kExtensionInClear);
    for (const uint8_t type : {kChangeCipherSpec, kHandshake}) {
      Add(absl::StrCat("extensions in type ", type),
          DatagramBuilder(extended).FirstByte(type).Epoch(1), DropReason::kExtensionInHandshake);
    }
  }

  void MutateTls12Cid() {
    Add("in epoch 0", Record().Epoch(0), DropReason::kContentTypeInClear);
    Add("E without extensions", Record().ExtensionBit(true), DropReason::kExtensionInTls12Cid);
    Add("extensions", Record().CidExtension(kSomeCid), DropReason::kExtensionInTls12Cid);
  }

  void MutateChain() {
    MutateChainEnd();
    MutateChainLimits();
    MutateChainTypes();
    for (const size_t length : {0, 256, 1000}) {
      Add(absl::StrCat("CID extension of ", length),
          RecordWithoutChain().CidExtension(Bytes(length)), DropReason::kExtensionCidLength);
    }
    if (extended13()) {
      Add("a CID in the header and one in an extension",
          RecordWithoutChain().Cid(kSomeCid).CidExtension(kSomeCid).Build(),
          WithCidLength(CidLength::Fixed(sizeof(kSomeCid))), DropReason::kExtensionSecondCid);
    }
  }

  void MutateChainEnd() {
    // Extensions of type 1, the first one with M.
    constexpr uint8_t kMore[] = {0x88, 0x02, 0xaa, 0xbb};
    constexpr uint8_t kHalfValue[] = {0x08, 0x02, 0xaa};
    constexpr uint8_t kLongValue[] = {0x0f, 0xff, 0xaa};
    const std::pair<const char*, absl::Span<const uint8_t>> chains[] = {
        {"no chain", {}},
        {"half an extension header", absl::MakeConstSpan(kMore, 1)},
        {"half a value", kHalfValue},
        {"a value past the end", kLongValue},
        {"M on the last extension", kMore},
    };
    for (const auto& [what, chain] : chains) {
      Add(what, Record().RawChain(chain).Payload({}), DropReason::kExtensionTruncated);
    }
    Add("the payload read as a value", Record().RawChain(kLongValue),
        DropReason::kExtensionTruncated);
  }

  void MutateChainLimits() {
    const Bytes datagram =
        RecordWithoutChain().Extension(1, {0xaa}).Extension(2, {0xbb, 0xcc}).Build();
    RecordRules short_chains = base_.rules;
    short_chains.extensions.max_chain_length = 6;  // of 7
    Add("chain over the limit", datagram, short_chains, DropReason::kExtensionChainTooLong);
    RecordRules few_extensions = base_.rules;
    few_extensions.extensions.max_count = 1;
    Add("extensions over the limit", datagram, few_extensions, DropReason::kExtensionChainTooLong);
  }

  void MutateChainTypes() {
    RecordRules negotiated_others = base_.rules;
    negotiated_others.extensions.accepted = ExtensionTypeSet(1 << 5);
    Add("an extension that was not negotiated",
        RecordWithoutChain().Extension(5, {}).Extension(6, {}).Build(), negotiated_others,
        authenticated() ? DropReason::kExtensionNotNegotiated
                        : DropReason::kExtensionAbortsSession);
    if (!authenticated()) return;
    Add("a type twice", RecordWithoutChain().Extension(3, {}).Extension(3, {}),
        DropReason::kExtensionOrder);
    Add("types descending", RecordWithoutChain().Extension(3, {}).Extension(2, {}),
        DropReason::kExtensionOrder);
  }

  const WellFormedRecord& base_;
  const Bytes bytes_;
  std::vector<Mutation> mutations_;
};

}  // namespace

std::vector<Mutation> MutationsOf(const WellFormedRecord& base) { return Mutator(base).Run(); }

std::vector<Mutation> AllMutations() {
  std::vector<Mutation> all;
  for (const WellFormedRecord& base : WellFormedRecords()) {
    std::vector<Mutation> mutations = MutationsOf(base);
    all.insert(all.end(), std::make_move_iterator(mutations.begin()),
               std::make_move_iterator(mutations.end()));
  }
  return all;
}

}  // namespace waybill
