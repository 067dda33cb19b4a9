// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/well_formed.h"

#include <set>

#include "gtest/gtest.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/parse_record.h"
#include "waybill/traffic/bytes.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

TEST(WellFormed, IsAcceptedAsWhatItSays) {
  for (const WellFormedRecord& record : WellFormedRecords()) {
    SCOPED_TRACE(record.name);
    const Bytes bytes = record.builder.Build();
    RecordView view;
    ASSERT_EQ(ParseRecord(bytes, 0, record.rules, &view), DropReason::kNone);
    EXPECT_EQ(view.form, record.form);
    EXPECT_EQ(record.name.find(std::string(NameOf(record.form))), 0u);
    EXPECT_EQ(view.record, (ByteRange{0, static_cast<uint16_t>(bytes.size())}));
    EXPECT_EQ(view.cid, record.cid);
    EXPECT_EQ(view.has_length(), record.has_length);
    const bool cid_in_header = view.extensions.empty() || view.cid.offset < view.extensions.offset;
    EXPECT_EQ(record.header_cid.length, cid_in_header ? view.cid.length : 0);
  }
}

TEST(WellFormed, CoversEveryFormUnderNamesOfItsOwn) {
  std::set<RecordForm> forms;
  std::set<std::string> names;
  for (const WellFormedRecord& record : WellFormedRecords()) {
    forms.insert(record.form);
    EXPECT_TRUE(names.insert(record.name).second) << record.name;
  }
  EXPECT_EQ(forms, (std::set<RecordForm>{RecordForm::kDtlsPlaintext, RecordForm::kDtlsCiphertext,
                                         RecordForm::kTls12Cid, RecordForm::kUnified,
                                         RecordForm::kExtended12, RecordForm::kExtended13}));
}

// EXT-7: whether extensions are negotiated changes nothing for records without any.
TEST(WellFormed, WithoutExtensionsIsAcceptedInEveryProfile) {
  for (const WellFormedRecord& record : WellFormedRecords()) {
    if (record.form == RecordForm::kExtended12 || record.form == RecordForm::kExtended13) continue;
    for (const ExtensionProfile profile : {ExtensionProfile::kOff, ExtensionProfile::kStrict}) {
      RecordRules rules = record.rules;
      rules.extensions.profile = profile;
      const Bytes bytes = record.builder.Build();
      RecordView view;
      EXPECT_EQ(ParseRecord(bytes, 0, rules, &view), DropReason::kNone) << record.name;
      EXPECT_EQ(view.form, record.form) << record.name;
    }
  }
}

// EXT-8: the last length that passes; the next one is a mutation.
TEST(WellFormed, IsAcceptedUpToTheLimitOfItsForm) {
  for (const WellFormedRecord& record : WellFormedRecords()) {
    const Bytes bytes =
        DatagramBuilder(record.builder).PayloadOfLength(MaxPayloadLength(record.form)).Build();
    RecordView view;
    EXPECT_EQ(ParseRecord(bytes, 0, record.rules, &view), DropReason::kNone) << record.name;
    EXPECT_EQ(view.payload.length, MaxPayloadLength(record.form)) << record.name;
  }
}

}  // namespace
}  // namespace waybill
