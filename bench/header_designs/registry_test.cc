// SPDX-License-Identifier: Apache-2.0
//
// Every design, held to what it is for: what it writes, it reads.
#include "waybill/bench/header_designs/registry.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

RecordLabel RandomLabel(Random* random) {
  RecordLabel label;
  for (uint8_t& byte : label.cid) byte = static_cast<uint8_t>(random->Next());
  // Numbers of all lengths.
  const uint64_t bits = random->Below(49);
  label.sequence = random->Next() & ((uint64_t{1} << bits) - 1);
  label.payload_length = static_cast<uint16_t>(random->Between(16, kMaxCiphertextLength13));
  label.content_type = random->Percent(50) ? kApplicationData : kAlert;
  return label;
}

TEST(RegistryTest, WhatADesignWritesItReads) {
  for (const ComparedDesign& design : AllDesigns()) {
    SCOPED_TRACE(std::string(design.info->name));
    Random random(1);
    for (int i = 0; i < 2000; ++i) {
      const RecordLabel label = RandomLabel(&random);
      uint8_t header[64];
      ByteWriter writer(header);
      ASSERT_TRUE(design.write_header(label, &writer));
      Bytes datagram(writer.written().begin(), writer.written().end());
      const size_t header_length = datagram.size();
      datagram.resize(header_length + label.payload_length);
      RecordView view;
      ASSERT_EQ(design.parse(datagram, &view), DropReason::kNone);
      EXPECT_EQ(view.payload.offset, header_length);
      EXPECT_EQ(view.payload.length, label.payload_length);
      EXPECT_EQ(view.record.length, datagram.size());
      const int bits = 8 * view.number().length;
      EXPECT_EQ(view.sequence, label.sequence & ((uint64_t{1} << bits) - 1));
      if (design.info->lookup_by == LookupBy::kCid) {
        EXPECT_EQ(view.cid.In(datagram), absl::MakeConstSpan(label.cid));
      } else {
        EXPECT_TRUE(view.cid.empty());
      }
      if (design.info->protected_type == 0) {
        EXPECT_EQ(view.first_byte, label.content_type);
      }
    }
  }
}

// The bytes that the specifications ask for, counted by hand.
TEST(RegistryTest, HeadersHaveTheLengthsOfTheirSpecifications) {
  const std::map<std::string, size_t> expected = {
      {"dtls12", 13},         // type 1, version 2, epoch 2, sequence 6, length 2
      {"tls12_cid", 13 + 8},  // and the CID
      {"ext12", 13 + 2 + 8},  // and the CID behind type and length
      {"unified13", 5 + 8},   // first byte 1, CID, sequence 2, length 2
      {"ext13", 5 + 2 + 8},
  };
  std::map<std::string, size_t> lengths;
  Random random(2);
  for (const ComparedDesign& design : AllDesigns()) {
    uint8_t header[64];
    ByteWriter writer(header);
    ASSERT_TRUE(design.write_header(RandomLabel(&random), &writer));
    lengths[std::string(design.info->name)] = writer.written().size();
  }
  EXPECT_EQ(lengths, expected);
}

TEST(RegistryTest, ADesignRefusesWhatAnotherWrites) {
  Random random(3);
  const RecordLabel label = RandomLabel(&random);
  for (const ComparedDesign& writes : AllDesigns()) {
    uint8_t header[64];
    ByteWriter writer(header);
    ASSERT_TRUE(writes.write_header(label, &writer));
    Bytes datagram(writer.written().begin(), writer.written().end());
    datagram.resize(datagram.size() + label.payload_length);
    for (const ComparedDesign& reads : AllDesigns()) {
      RecordView view;
      EXPECT_EQ(reads.parse(datagram, &view) == DropReason::kNone, reads.info == writes.info)
          << writes.info->name << " read by " << reads.info->name;
    }
  }
}

TEST(RegistryTest, NamesChooseInTheOrderOfAll) {
  const std::vector<std::string> names = {"ext13", "dtls12"};
  const absl::StatusOr<std::vector<ComparedDesign>> chosen = DesignsNamed(names);
  ASSERT_TRUE(chosen.ok());
  ASSERT_EQ(chosen->size(), 2u);
  EXPECT_EQ((*chosen)[0].info->name, "dtls12");
  EXPECT_EQ((*chosen)[1].info->name, "ext13");
  EXPECT_EQ(DesignsNamed({})->size(), AllDesigns().size());
  const std::vector<std::string> unknown = {"dtls12", "dtls14"};
  EXPECT_EQ(DesignsNamed(unknown).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(RegistryTest, EveryDesignSaysWhatItIs) {
  std::set<std::string_view> names;
  for (const ComparedDesign& design : AllDesigns()) {
    EXPECT_TRUE(names.insert(design.info->name).second);
    EXPECT_FALSE(design.info->sentence.empty());
    EXPECT_FALSE(design.info->citation.empty());
  }
}

}  // namespace
}  // namespace waybill
