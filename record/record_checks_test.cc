// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/record_checks.h"

#include <set>

#include "gtest/gtest.h"
#include "waybill/record/first_byte.h"

namespace waybill {
namespace {

RecordView View(RecordForm form, uint8_t first_byte, uint16_t version = kDtls12Version) {
  RecordView view;
  view.form = form;
  view.first_byte = first_byte;
  view.version = version;
  return view;
}

// A view with a chain of extensions, and a connection ID in it or not.
RecordView Extended(RecordForm form, uint8_t first_byte, bool cid) {
  RecordView view = View(form, first_byte);
  view.extensions = ByteRange{13, 10};
  if (cid) view.cid = ByteRange{15, 8};
  return view;
}

ExtensionRules CidExtensionAccepted(ExtensionProfile profile) {
  ExtensionRules rules;
  rules.profile = profile;
  rules.accepted = ExtensionTypeSet(1);
  return rules;
}

TEST(CheckVersion, ProtectedRecordsOf12Need12sVersion) {
  for (uint32_t version = 0; version < 65536; ++version) {
    const uint16_t wire = static_cast<uint16_t>(version);
    const DropReason expected = version == 0xfefd ? DropReason::kNone : DropReason::kWrongVersion;
    EXPECT_EQ(CheckVersion(View(RecordForm::kDtlsCiphertext, 23, wire)), expected);
    EXPECT_EQ(CheckVersion(View(RecordForm::kTls12Cid, 25, wire)), expected);
    EXPECT_EQ(CheckVersion(View(RecordForm::kExtended12, 23, wire)), expected);
    EXPECT_EQ(CheckVersion(View(RecordForm::kDtlsPlaintext, 22, wire)),
              DropReason::kNone);  // REQ-027
  }
  EXPECT_EQ(CheckVersion(View(RecordForm::kUnified, 0x2c, 0)), DropReason::kNone);
  EXPECT_EQ(CheckVersion(View(RecordForm::kExtended13, 0x2c, 0)), DropReason::kNone);
}

// REQ-036
TEST(CheckContentType, FollowsTheFigureForEachVersion) {
  const std::set<int> clear13 = {21, 22, 26};
  for (int type : {20, 21, 22, 23, 24, 26, 27}) {
    const uint8_t byte = static_cast<uint8_t>(type);
    const RecordView clear = View(RecordForm::kDtlsPlaintext, byte);
    const RecordView ciphertext = View(RecordForm::kDtlsCiphertext, byte);
    const auto allowed = [](bool yes) {
      return yes ? DropReason::kNone : DropReason::kContentTypeNotAllowed;
    };
    EXPECT_EQ(CheckContentType(clear, DtlsVersion::kDtls13), allowed(clear13.count(type) != 0))
        << type;
    EXPECT_EQ(CheckContentType(ciphertext, DtlsVersion::kDtls13), allowed(false)) << type;
    EXPECT_EQ(CheckContentType(clear, DtlsVersion::kDtls12), allowed(type != 26)) << type;
    EXPECT_EQ(CheckContentType(ciphertext, DtlsVersion::kDtls12), allowed(type != 26)) << type;
  }
  for (RecordForm form : {RecordForm::kUnified, RecordForm::kExtended13}) {
    EXPECT_EQ(CheckContentType(View(form, 0x2c), DtlsVersion::kDtls13), DropReason::kNone);
    EXPECT_EQ(CheckContentType(View(form, 0x2c), DtlsVersion::kDtls12),
              DropReason::kContentTypeNotAllowed);
  }
  for (RecordForm form : {RecordForm::kTls12Cid, RecordForm::kExtended12}) {
    EXPECT_EQ(CheckContentType(View(form, 25), DtlsVersion::kDtls12), DropReason::kNone);
    EXPECT_EQ(CheckContentType(View(form, 25), DtlsVersion::kDtls13),
              DropReason::kContentTypeNotAllowed);
  }
}

// EXT-13: once type 0 was negotiated every record behind the handshake carries it.
TEST(CheckExtensions, TheConnectionIdExtensionIsMandatoryBehindTheHandshake) {
  for (ExtensionProfile profile : {ExtensionProfile::kStrict, ExtensionProfile::kAuthenticated}) {
    const ExtensionRules rules = CidExtensionAccepted(profile);
    EXPECT_EQ(CheckExtensions(Extended(RecordForm::kExtended12, 23, true), rules, 1),
              DropReason::kNone);
    EXPECT_EQ(CheckExtensions(Extended(RecordForm::kExtended12, 23, false), rules, 1),
              DropReason::kExtensionCidMissing);
    for (uint8_t type : {21, 23, 24, 27}) {
      EXPECT_EQ(CheckExtensions(View(RecordForm::kDtlsCiphertext, type), rules, 1),
                DropReason::kExtensionCidMissing);
    }
    for (uint8_t type : {20, 22}) {
      EXPECT_EQ(CheckExtensions(View(RecordForm::kDtlsCiphertext, type), rules, 1),
                DropReason::kNone);
    }
    EXPECT_EQ(CheckExtensions(View(RecordForm::kDtlsPlaintext, 21), rules, 0), DropReason::kNone);
    EXPECT_EQ(CheckExtensions(View(RecordForm::kTls12Cid, 25), rules, 1), DropReason::kNone);
  }
  RecordView cid_in_header = Extended(RecordForm::kExtended13, 0x3f, false);
  cid_in_header.cid = ByteRange{1, 8};
  EXPECT_EQ(
      CheckExtensions(cid_in_header, CidExtensionAccepted(ExtensionProfile::kAuthenticated), 3),
      DropReason::kExtensionCidMissing)
      << "a CID in the header is not the extension that was negotiated";
}

// EXT-13: decided on the full epoch, since the two bits of epochs 4 to 6 equal those of 0 to 2.
TEST(CheckExtensions, DependOnTheFullEpochIn13) {
  const ExtensionRules rules = CidExtensionAccepted(ExtensionProfile::kAuthenticated);
  for (uint64_t epoch = 1; epoch < 20; ++epoch) {
    const uint8_t first_byte = static_cast<uint8_t>(0x2c | (epoch & 3));
    EXPECT_EQ(CheckExtensions(View(RecordForm::kUnified, first_byte), rules, epoch),
              epoch < 3 ? DropReason::kNone : DropReason::kExtensionCidMissing);
    EXPECT_EQ(CheckExtensions(Extended(RecordForm::kExtended13, first_byte, true), rules, epoch),
              epoch < 3 ? DropReason::kExtensionInHandshake : DropReason::kNone);
  }
}

TEST(CheckExtensions, AsksForNothingThatWasNotNegotiated) {
  EXPECT_EQ(CheckExtensions(View(RecordForm::kDtlsCiphertext, 23), ExtensionRules(), 1),
            DropReason::kNone);
  EXPECT_EQ(CheckExtensions(View(RecordForm::kUnified, 0x2f), ExtensionRules(), 3),
            DropReason::kNone);
  ExtensionRules other_types = CidExtensionAccepted(ExtensionProfile::kAuthenticated);
  other_types.accepted = ExtensionTypeSet(0xfffe);
  EXPECT_EQ(CheckExtensions(View(RecordForm::kUnified, 0x3f), other_types, 3), DropReason::kNone);
}

// BUG-06: every inner type in every form and epoch.
TEST(CheckInnerType, EveryCell) {
  const std::set<int> in_tls12_cid = {21, 22, 23, 24, 27};
  const std::set<int> early_data = {21, 23};
  const std::set<int> handshake13 = {21, 22, 26};
  const std::set<int> in_13 = {21, 22, 23, 24, 26, 27};
  const std::set<int> handshake = {21, 22};
  const ExtensionRules off, cid_extension = CidExtensionAccepted(ExtensionProfile::kAuthenticated);
  for (int type = 0; type < 256; ++type) {
    const auto allowed = [type](const std::set<int>& types) {
      return types.count(type) != 0 ? DropReason::kNone : DropReason::kInnerTypeNotAllowed;
    };
    const uint8_t inner = static_cast<uint8_t>(type);
    for (const uint64_t epoch : {1, 2, 3, 4, 7}) {
      EXPECT_EQ(CheckInnerType(View(RecordForm::kTls12Cid, 25), off, epoch, inner),
                allowed(in_tls12_cid));
      EXPECT_EQ(CheckInnerType(View(RecordForm::kTls12Cid, 25), cid_extension, epoch, inner),
                allowed(handshake));  // EXT-13
      const std::set<int>& in_epoch = epoch == 1 ? early_data : epoch == 2 ? handshake13 : in_13;
      EXPECT_EQ(CheckInnerType(View(RecordForm::kUnified, 0x2f), off, epoch, inner),
                allowed(in_epoch));
      EXPECT_EQ(CheckInnerType(View(RecordForm::kExtended13, 0x2f), cid_extension, epoch, inner),
                allowed(in_epoch));
      EXPECT_EQ(CheckInnerType(View(RecordForm::kDtlsCiphertext, 23), off, epoch, inner),
                DropReason::kNone);
    }
  }
}

}  // namespace
}  // namespace waybill
