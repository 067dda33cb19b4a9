// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/mix.h"

#include <array>
#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

constexpr int kDatagrams = 5000;

// FNV-1a over all that a generator says.
class Digest {
 public:
  void Add(const GeneratedDatagram& datagram) {
    Bytes fields;
    AppendUint(datagram.bytes.size(), 4, &fields);
    AppendUint(datagram.flow, 4, &fields);
    AppendUint(static_cast<uint64_t>(datagram.direction), 1, &fields);
    AppendUint(datagram.trash.has_value() ? static_cast<uint64_t>(*datagram.trash) : 255, 1,
               &fields);
    AppendUint(datagram.cid.offset, 2, &fields);
    AppendUint(datagram.cid.length, 2, &fields);
    AppendBytes(datagram.bytes, &fields);
    for (const uint8_t byte : fields) value_ = (value_ ^ byte) * 0x100000001b3;
  }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325;
};

uint64_t DigestOf(const Mix& mix, uint64_t seed) {
  Digest digest;
  MixGenerator generator(mix, seed);
  for (int i = 0; i < 1000; ++i) digest.Add(generator.Next());
  return digest.value();
}

// The bytes are the same on every machine and with every compiler. A change here changes every
// benchmark and every capture that was made of a mix: not to be made lightly.
TEST(Mix, SeedSaysEveryByte) {
  const std::map<std::string_view, uint64_t> expected = {
      {"iot-12", 0xf06d48e4190e8209},   {"gateway-13", 0xeaa2733cf7d73dba},
      {"extended", 0x99637f81577e8417}, {"mixed", 0xe279513fd1805985},
      {"trash", 0x37453fd81429e794},    {"flood", 0xb0dbd80492ac21c9},
  };
  ASSERT_EQ(AllMixes().size(), expected.size());
  for (const Mix& mix : AllMixes()) {
    EXPECT_EQ(DigestOf(mix, 1), expected.at(mix.name)) << mix.name;
    EXPECT_NE(DigestOf(mix, 2), expected.at(mix.name)) << mix.name;
  }
}

TEST(Mix, IsFoundByName) {
  std::set<std::string_view> names;
  for (const Mix& mix : AllMixes()) {
    names.insert(mix.name);
    EXPECT_FALSE(mix.sentence.empty());
    ASSERT_TRUE(FindMix(mix.name).ok());
    EXPECT_EQ(FindMix(mix.name)->sentence, mix.sentence);
  }
  EXPECT_EQ(names.size(), AllMixes().size());
  const absl::Status status = FindMix("mixe").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find("gateway-13"), absl::string_view::npos);
}

TEST(Mix, GoodDatagramsAreGood) {
  for (const Mix& mix : AllMixes()) {
    SCOPED_TRACE(std::string(mix.name));
    MixGenerator generator(mix, 1);
    for (int i = 0; i < kDatagrams; ++i) {
      const GeneratedDatagram datagram = generator.Next();
      if (datagram.trash.has_value()) continue;
      EXPECT_LT(datagram.flow, mix.flows);
      DatagramReader reader(datagram.bytes, RulesOf(mix, datagram.direction));
      RecordView view;
      DropReason reason;
      size_t records = 0;
      for (; reader.Next(&view, &reason); ++records) {
        EXPECT_EQ(reason, DropReason::kNone) << NameOf(reason);
        if (records == 0) {
          EXPECT_EQ(view.cid, datagram.cid);
        }
      }
      EXPECT_GE(records, 1u);
    }
  }
}

std::map<RecordForm, int> CountForms(const Mix& mix) {
  std::map<RecordForm, int> counts;
  MixGenerator generator(mix, 1);
  for (int i = 0; i < kDatagrams; ++i) {
    const GeneratedDatagram datagram = generator.Next();
    DatagramReader reader(datagram.bytes, RulesOf(mix, datagram.direction));
    RecordView view;
    DropReason reason;
    while (reader.Next(&view, &reason)) ++counts[view.form];
  }
  return counts;
}

TEST(Mix, HoldsTheFormsThatItPromises) {
  const std::map<RecordForm, int> iot = CountForms(*FindMix("iot-12"));
  EXPECT_EQ(iot.size(), 3u);
  EXPECT_GT(iot.at(RecordForm::kTls12Cid), kDatagrams / 4);
  const std::map<RecordForm, int> gateway = CountForms(*FindMix("gateway-13"));
  EXPECT_EQ(gateway.size(), 2u);
  EXPECT_GT(gateway.at(RecordForm::kUnified), kDatagrams);
  const std::map<RecordForm, int> extended = CountForms(*FindMix("extended"));
  EXPECT_GT(extended.at(RecordForm::kExtended12), kDatagrams / 4);
  EXPECT_GT(extended.at(RecordForm::kExtended13), kDatagrams / 4);
  const std::map<RecordForm, int> mixed = CountForms(*FindMix("mixed"));
  for (const RecordForm form :
       {RecordForm::kDtlsPlaintext, RecordForm::kDtlsCiphertext, RecordForm::kTls12Cid,
        RecordForm::kUnified, RecordForm::kExtended12, RecordForm::kExtended13}) {
    EXPECT_GT(mixed.at(form), kDatagrams / 20) << NameOf(form);
  }
}

TEST(Mix, HoldsTheTrashThatItPromises) {
  for (const Mix& mix : AllMixes()) {
    SCOPED_TRACE(std::string(mix.name));
    MixGenerator generator(mix, 1);
    std::array<int, kTrashClassCount> counts = {};
    int trash = 0;
    for (int i = 0; i < kDatagrams; ++i) {
      const GeneratedDatagram datagram = generator.Next();
      if (!datagram.trash.has_value()) continue;
      ++trash;
      ++counts[static_cast<size_t>(*datagram.trash)];
      EXPECT_EQ(datagram.direction, Direction::kToServer);
      const bool damage =
          *datagram.trash == TrashClass::kCut || *datagram.trash == TrashClass::kBitFlips;
      EXPECT_EQ(datagram.flow < mix.flows, damage);
    }
    EXPECT_NEAR(trash, kDatagrams * mix.trash_percent / 100, kDatagrams / 50);
    for (size_t i = 0; i < kTrashClassCount; ++i) {
      EXPECT_EQ(counts[i] > 0, mix.trash[i] > 0) << NameOf(static_cast<TrashClass>(i));
    }
  }
}

// What is called an unknown CID is none that ever stood in a good record.
TEST(Mix, UnknownCidsAreUnknown) {
  const Mix flood = *FindMix("flood");
  MixGenerator generator(flood, 1);
  std::set<Bytes> known, unknown;
  for (int i = 0; i < kDatagrams; ++i) {
    const GeneratedDatagram datagram = generator.Next();
    const absl::Span<const uint8_t> cid = datagram.cid.In(absl::MakeConstSpan(datagram.bytes));
    if (cid.empty()) continue;
    if (!datagram.trash.has_value()) known.emplace(cid.begin(), cid.end());
    if (datagram.trash == TrashClass::kUnknownCid) unknown.emplace(cid.begin(), cid.end());
  }
  EXPECT_GT(known.size(), 100u);
  EXPECT_GT(unknown.size(), 1000u);
  for (const Bytes& cid : unknown) EXPECT_EQ(known.count(cid), 0u);
}

}  // namespace
}  // namespace waybill
