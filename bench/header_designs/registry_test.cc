// SPDX-License-Identifier: Apache-2.0
//
// Every design, held to what it is for: what it writes, it reads.
#include "waybill/bench/header_designs/registry.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/comparison/receivers.h"
#include "waybill/bench/comparison/stages.h"
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
  // Numbers of all lengths.
  const uint64_t bits = random->Below(49);
  label.sequence = random->Next() & ((uint64_t{1} << bits) - 1);
  label.payload_length = static_cast<uint16_t>(random->Between(16, kMaxCiphertextLength13));
  label.content_type = random->Percent(50) ? kApplicationData : kAlert;
  return label;
}

constexpr size_t kAssociations = 100;

// The same for every design.
std::shared_ptr<const ComparedAssociations> Associations() {
  const auto associations = std::make_shared<ComparedAssociations>(kAssociations);
  for (uint32_t i = 0; i < kAssociations; ++i) {
    (*associations)[i].address = {Endpoint::OfIpv4(i, 1), Endpoint::OfIpv4(2, 3)};
    (*associations)[i].generation = static_cast<uint8_t>(i % 7);
  }
  return associations;
}

TEST(RegistryTest, WhatADesignWritesItReads) {
  Receivers receivers(Associations(), 1);
  for (const ComparedDesign& design : AllDesigns()) {
    SCOPED_TRACE(std::string(design.info->name));
    const absl::StatusOr<ComparedReceiver> receiver = receivers.For(design);
    ASSERT_TRUE(receiver.ok());
    Random random(1);
    for (int i = 0; i < 2000; ++i) {
      const RecordLabel label = RandomLabel(&random);
      const absl::Span<const uint8_t> cid = receiver->cids->Of(i % kAssociations);
      uint8_t header[64];
      ByteWriter writer(header);
      ASSERT_TRUE(design.write_header(label, cid, &writer));
      Bytes datagram(writer.written().begin(), writer.written().end());
      const size_t header_length = datagram.size();
      datagram.resize(header_length + label.payload_length);
      RecordView view;
      ASSERT_EQ(design.parse(datagram, receiver->rules, &view), DropReason::kNone);
      EXPECT_EQ(view.payload.offset, header_length);
      EXPECT_EQ(view.payload.length, label.payload_length);
      EXPECT_EQ(view.record.length, datagram.size());
      const int bits = 8 * view.number().length;
      EXPECT_EQ(view.sequence, label.sequence & ((uint64_t{1} << bits) - 1));
      EXPECT_EQ(view.cid.In(datagram), cid);
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
      {"tls12_cid_length_octet", 13 + 1 + 8},
      {"tls12_cid_nibble", 13 + 8},           // the nibble is part of 8
      {"tls12_cid_quic_lb", 13 + 1 + 3 + 4},  // server ID 3, nonce 4
      {"tls12_cid_tagged", 13 + 8 + 4},
      {"tls12_cid_sealed", 13 + 16},
      {"ext12", 13 + 2 + 8},  // and the CID behind type and length
      {"unified13", 5 + 8},   // first byte 1, CID, sequence 2, length 2
      {"unified13_self_delineating", 5 + 8},
      {"ext13", 5 + 2 + 8},
  };
  std::map<std::string, size_t> lengths;
  Receivers receivers(Associations(), 2);
  Random random(2);
  for (const ComparedDesign& design : AllDesigns()) {
    uint8_t header[64];
    ByteWriter writer(header);
    const absl::Span<const uint8_t> cid = receivers.For(design)->cids->Of(0);
    ASSERT_TRUE(design.write_header(RandomLabel(&random), cid, &writer));
    EXPECT_EQ(cid.size(), design.cid_length);
    lengths[std::string(design.info->name)] = writer.written().size();
  }
  EXPECT_EQ(lengths, expected);
}

// By its header, or because the CID is none of its own: designs that differ in their CIDs alone
// have one header.
TEST(RegistryTest, ADesignRefusesWhatAnotherWrites) {
  Receivers receivers(Associations(), 3);
  Random random(3);
  const RecordLabel label = RandomLabel(&random);
  const AddressKey unknown(Endpoint::OfIpv4(1000, 1), Endpoint::OfIpv4(2, 3));
  for (const ComparedDesign& writes : AllDesigns()) {
    uint8_t header[64];
    ByteWriter writer(header);
    ASSERT_TRUE(writes.write_header(label, receivers.For(writes)->cids->Of(0), &writer));
    Bytes datagram(writer.written().begin(), writer.written().end());
    datagram.resize(datagram.size() + label.payload_length);
    for (const ComparedDesign& reads : AllDesigns()) {
      if (reads.info == writes.info) continue;
      const Verdict verdict = reads.receive(*receivers.For(reads), datagram, unknown);
      EXPECT_LE(verdict.stage, Stage::kLookup)
          << writes.info->name << " read by " << reads.info->name;
      if (writes.info->version != reads.info->version) {
        EXPECT_EQ(verdict.stage, Stage::kFirstByte);
      }
    }
  }
}

// A receiver of a design finds its own CIDs, and, where it can tell, refuses those of another one
// without looking them up.
TEST(RegistryTest, CidsOfAnotherEndpointAreRefusedByThemselvesWhereTheyCanBe) {
  const std::set<std::string> can_tell = {"tls12_cid_quic_lb", "tls12_cid_tagged",
                                          "tls12_cid_sealed"};
  const auto associations = Associations();
  Receivers own(associations, 4);
  Receivers other(associations, 5);
  Random random(4);
  const AddressKey nobody({}, {});
  for (const ComparedDesign& design : AllDesigns()) {
    if (design.info->lookup_by == LookupBy::kAddress) continue;
    for (uint32_t i = 0; i < kAssociations; ++i) {
      const RecordLabel label = RandomLabel(&random);
      uint8_t header[64];
      ByteWriter writer(header);
      ASSERT_TRUE(design.write_header(label, other.For(design)->cids->Of(i), &writer));
      Bytes datagram(writer.written().begin(), writer.written().end());
      datagram.resize(datagram.size() + label.payload_length);
      const Stage expected =
          can_tell.count(std::string(design.info->name)) != 0 ? Stage::kCid : Stage::kLookup;
      EXPECT_EQ(design.receive(*own.For(design), datagram, nobody).stage, expected)
          << design.info->name;
      // That endpoint itself knows them; whether the epoch is the association's comes after.
      const Verdict verdict = design.receive(*other.For(design), datagram, nobody);
      EXPECT_EQ(verdict.association, i) << design.info->name;
    }
  }
}

TEST(RegistryTest, DesignsWithCidsOfOneKindShareThem) {
  Receivers receivers(Associations(), 6);
  std::map<const ComparedCids*, std::set<std::string>> sharing;
  for (const ComparedDesign& design : AllDesigns()) {
    sharing[receivers.For(design)->cids.get()].insert(std::string(design.info->name));
  }
  std::set<std::set<std::string>> groups;
  for (const auto& [cids, names] : sharing) groups.insert(names);
  const std::set<std::set<std::string>> expected = {
      {"dtls12"},
      {"tls12_cid", "ext12", "unified13", "ext13"},
      {"tls12_cid_length_octet"},
      {"tls12_cid_nibble", "unified13_self_delineating"},
      {"tls12_cid_quic_lb"},
      {"tls12_cid_tagged"},
      {"tls12_cid_sealed"}};
  EXPECT_EQ(groups, expected);
}

// Everything that a run issues can be issued again.
TEST(RegistryTest, ASeedNamesEveryCid) {
  const auto associations = Associations();
  Receivers one(associations, 7);
  Receivers same(associations, 7);
  Receivers other(associations, 8);
  for (const ComparedDesign& design : AllDesigns()) {
    std::set<Bytes> seen;
    for (uint32_t i = 0; i < kAssociations; ++i) {
      const absl::Span<const uint8_t> cid = one.For(design)->cids->Of(i);
      EXPECT_EQ(cid, same.For(design)->cids->Of(i));
      if (cid.empty()) continue;
      EXPECT_NE(cid, other.For(design)->cids->Of(i));
      EXPECT_TRUE(seen.insert(Bytes(cid.begin(), cid.end())).second) << "issued twice";
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
