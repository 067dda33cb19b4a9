// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/well_formed.h"

#include <cstdint>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/first_byte.h"
#include "waybill/traffic/bytes.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

constexpr uint64_t kSequence = 0x010203040506;
constexpr size_t kPayloadLength = 40;

// Where CIDs begin.
constexpr uint16_t kOffsetInTls12Cid = 11;
constexpr uint16_t kOffsetInUnified = 1;
constexpr uint16_t kOffsetInExtended12 = 13 + kExtensionHeaderLength;

Bytes CidOfLength(size_t length) {
  Bytes cid(length);
  std::iota(cid.begin(), cid.end(), uint8_t{0x11});
  return cid;
}

// A CID whose first byte counts the others.
Bytes CidWithLengthOctet(uint8_t others) {
  Bytes cid = CidOfLength(1 + others);
  cid[0] = others;
  return cid;
}

uint8_t DelineateByLengthOctet(const void*, absl::Span<const uint8_t> bytes) {
  return bytes.empty() || bytes[0] == 0 || bytes[0] == 255 ? 0 : 1 + bytes[0];
}

RecordRules Rules(CidLength cid_length,
                  ExtensionProfile profile = ExtensionProfile::kAuthenticated) {
  ExtensionRules extensions;
  extensions.profile = profile;
  extensions.accepted = ExtensionTypeSet::All();
  return RecordRules(cid_length, extensions);
}

// Every receiver but the self-delineating ones issues CIDs of the length at hand, or of 8 bytes
// where the header of the record has none.
RecordRules FixedRules(size_t cid_length = 8) {
  return Rules(CidLength::Fixed(static_cast<uint8_t>(cid_length)));
}

ByteRange CidAt(size_t offset, size_t length) {
  if (length == 0) return {};
  return {static_cast<uint16_t>(offset), static_cast<uint16_t>(length)};
}

void AddRfc6347(std::vector<WellFormedRecord>* records) {
  const auto add = [records](std::string name, RecordForm form, const DatagramBuilder& builder) {
    records->push_back({std::move(name), form, builder, FixedRules(), /*has_length=*/true,
                        HeaderCid(), ByteRange()});
  };
  for (const uint8_t type : {kChangeCipherSpec, kAlert, kHandshake, kAck}) {
    add(absl::StrCat("dtls_plaintext of type ", type), RecordForm::kDtlsPlaintext,
        DatagramBuilder().Plaintext(type).Sequence(kSequence).PayloadOfLength(kPayloadLength));
  }
  for (const uint8_t type : {kChangeCipherSpec, kAlert, kHandshake, kApplicationData, kHeartbeat,
                             kAck, kReturnRoutabilityCheck}) {
    add(absl::StrCat("dtls_ciphertext of type ", type), RecordForm::kDtlsCiphertext,
        DatagramBuilder().Ciphertext(type).Sequence(kSequence).PayloadOfLength(kPayloadLength));
  }
  add("dtls_ciphertext without payload", RecordForm::kDtlsCiphertext,
      DatagramBuilder().Ciphertext().Epoch(0xffff).Sequence(kMaxSequence));
}

void AddTls12Cid(std::vector<WellFormedRecord>* records) {
  const auto add = [records](std::string name, const Bytes& cid, size_t delineator_length,
                             RecordRules rules) {
    records->push_back(
        {std::move(name), RecordForm::kTls12Cid,
         DatagramBuilder().Tls12Cid(cid).Sequence(kSequence).PayloadOfLength(kPayloadLength), rules,
         /*has_length=*/true, HeaderCid{cid.size(), delineator_length},
         CidAt(kOffsetInTls12Cid, cid.size())});
  };
  for (const size_t length : {1, 8, 20, 255}) {
    add(absl::StrCat("tls12_cid with a CID of ", length), CidOfLength(length), 0,
        FixedRules(length));
  }
  for (const uint8_t others : {1, 7, 254}) {
    add(absl::StrCat("tls12_cid with a CID of a length octet and ", others),
        CidWithLengthOctet(others), 1,
        Rules(CidLength::SelfDelineating(DelineateByLengthOctet, nullptr)));
  }
}

WellFormedRecord UnifiedRecord(const Bytes& cid, size_t delineator_length, bool sequence16,
                               bool has_length, uint64_t epoch, RecordRules rules) {
  DatagramBuilder builder;
  builder.Unified().Epoch(epoch).PayloadOfLength(kPayloadLength);
  if (!cid.empty()) builder.Cid(cid);
  sequence16 ? builder.Sequence16(kSequence) : builder.Sequence8(kSequence);
  if (!has_length) builder.WithoutLength();
  return {absl::StrCat("unified with a CID of ", cid.size(), ", S=", sequence16, ", L=", has_length,
                       ", EE=", epoch),
          RecordForm::kUnified,
          builder,
          rules,
          has_length,
          HeaderCid{cid.size(), delineator_length},
          CidAt(kOffsetInUnified, cid.size())};
}

void AddUnified(std::vector<WellFormedRecord>* records) {
  for (const size_t cid_length : {0, 8}) {
    for (const bool sequence16 : {false, true}) {
      for (const bool has_length : {false, true}) {
        for (const uint64_t epoch : {0, 1, 2, 3}) {
          records->push_back(UnifiedRecord(CidOfLength(cid_length), 0, sequence16, has_length,
                                           epoch, FixedRules()));
        }
      }
    }
  }
  for (const size_t length : {1, 20, 255}) {
    records->push_back(UnifiedRecord(CidOfLength(length), 0, true, true, 3, FixedRules(length)));
  }
  for (const uint8_t others : {6, 254}) {
    records->push_back(
        UnifiedRecord(CidWithLengthOctet(others), 1, true, true, 3,
                      Rules(CidLength::SelfDelineating(DelineateByLengthOctet, nullptr))));
    records->back().name += ", self-delineating";
  }
}

void AddExtended12(std::vector<WellFormedRecord>* records) {
  const auto add = [records](std::string name, DatagramBuilder builder, size_t cid_length,
                             RecordRules rules = FixedRules()) {
    records->push_back({absl::StrCat("extended12 ", name), RecordForm::kExtended12,
                        builder.Sequence(kSequence).PayloadOfLength(kPayloadLength), rules,
                        /*has_length=*/true, HeaderCid(), CidAt(kOffsetInExtended12, cid_length)});
  };
  const Bytes cid = CidOfLength(8);
  for (const size_t length : {1, 8, 255}) {
    add(absl::StrCat("with a CID of ", length),
        DatagramBuilder().Extended12().CidExtension(CidOfLength(length)), length);
  }
  for (const uint8_t type : {kAlert, kHeartbeat, kAck, kReturnRoutabilityCheck}) {
    add(absl::StrCat("of type ", type), DatagramBuilder().Extended12(type).CidExtension(cid), 8);
  }
  add("without a CID", DatagramBuilder().Extended12().Extension(3, {0xaa}), 0);
  add("with three extensions",
      DatagramBuilder().Extended12().CidExtension(cid).Extension(5, {1, 2, 3}).Extension(15, {}),
      8);
  DatagramBuilder all;
  all.Extended12().CidExtension(cid);
  for (uint8_t type = 1; type < kExtensionTypeCount; ++type) all.Extension(type, {type});
  add("with all extensions", all, 8);
  add("strict, in any order, with duplicates",
      DatagramBuilder().Extended12().CidExtension(cid).Extension(9, {1}).Extension(4, {}).Extension(
          4, {2}),
      8, Rules(CidLength::Fixed(8), ExtensionProfile::kStrict));
}

void AddExtended13(std::vector<WellFormedRecord>* records) {
  const auto add = [records](std::string name, DatagramBuilder builder, HeaderCid header_cid,
                             ByteRange cid) {
    records->push_back({absl::StrCat("extended13 ", name), RecordForm::kExtended13,
                        builder.PayloadOfLength(kPayloadLength), FixedRules(),
                        /*has_length=*/true, header_cid, cid});
  };
  const Bytes cid = CidOfLength(8);
  for (const uint64_t epoch : {3, 4, 5, 6}) {
    add(absl::StrCat("in epoch ", epoch),
        DatagramBuilder().Extended13().Epoch(epoch).Sequence16(kSequence).CidExtension(cid),
        HeaderCid(), CidAt(1 + 2 + 2 + kExtensionHeaderLength, 8));
  }
  add("S=0 with a second extension",
      DatagramBuilder().Extended13().Sequence8(kSequence).CidExtension(cid).Extension(7, {1, 2}),
      HeaderCid(), CidAt(1 + 1 + 2 + kExtensionHeaderLength, 8));
  add("C=1 with another extension",
      DatagramBuilder().Extended13().Cid(cid).Sequence16(kSequence).Extension(1, {}), HeaderCid{8},
      CidAt(kOffsetInUnified, 8));
  add("without a CID", DatagramBuilder().Extended13().Sequence16(kSequence).Extension(2, {0xbb}),
      HeaderCid(), {});
}

}  // namespace

std::vector<WellFormedRecord> WellFormedRecords() {
  std::vector<WellFormedRecord> records;
  AddRfc6347(&records);
  AddTls12Cid(&records);
  AddUnified(&records);
  AddExtended12(&records);
  AddExtended13(&records);
  return records;
}

size_t MaxPayloadLength(RecordForm form) {
  switch (form) {
    case RecordForm::kDtlsPlaintext:
      return kMaxPlaintextLength;
    case RecordForm::kDtlsCiphertext:
    case RecordForm::kTls12Cid:
    case RecordForm::kExtended12:
      return kMaxCiphertextLength12;
    case RecordForm::kUnified:
    case RecordForm::kExtended13:
      return kMaxCiphertextLength13;
    case RecordForm::kOther:
      break;
  }
  return 0;
}

}  // namespace waybill
