// SPDX-License-Identifier: Apache-2.0
//
// What is kept of an association, in the lines of an AssociationStore.
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/test_memory.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"
#include "waybill/protection/test_association.h"

namespace waybill {
namespace {

constexpr size_t kLines = 1 + sizeof(ReceiveEpoch) / AssociationStore::kLineBytes +
                          sizeof(SendEpoch) / AssociationStore::kLineBytes + 1;
static_assert(kLines == 6);
static_assert(sizeof(ReplayWindow) == AssociationStore::kHotBytes);

// The record layer of one association, seen where it is kept.
struct RecordLayer {
  RecordLayer(const AssociationStore& store, AssociationHandle association)
      : window(*reinterpret_cast<ReplayWindow*>(store.HotBytes(association))),
        receive(*reinterpret_cast<ReceiveEpoch*>(store.Line(association, 1))),
        send(*reinterpret_cast<SendEpoch*>(store.Line(association, 3))) {}
  static void Make(const AssociationStore& store, AssociationHandle association) {
    new (store.HotBytes(association)) ReplayWindow();
    new (store.Line(association, 1)) ReceiveEpoch();
    new (store.Line(association, 3)) SendEpoch();
  }
  ReceiveStorage storage() { return {absl::MakeSpan(&receive, 1), absl::MakeSpan(&window, 1)}; }

  ReplayWindow& window;
  ReceiveEpoch& receive;
  SendEpoch& send;
};

// Each datagram finds its association by CID, and an opener is made over what is kept there.
TEST(AssociationLines, HoldTheRecordLayer) {
  constexpr uint32_t kAssociations = 2000;
  const AeadAlgorithm algorithm = AeadAlgorithm::kAes128Gcm;
  const auto aead = MakeTestAead(algorithm);
  const RecordCipher cipher{aead.get(), nullptr};
  const OpenerOptions opening;
  const SealerOptions sealing;

  TestMemory memory;
  AssociationStore store(&memory, kAssociations, kLines);
  AssociationTable table({kAssociations, 20, AssociationTable::Kind::kCids},
                         KeyedHash(SipHashKey{1, 2}), &store, &memory);
  std::vector<AssociationHandle> associations;
  for (uint32_t i = 0; i < kAssociations; ++i) {
    const AssociationHandle association = store.Add(0);
    ASSERT_TRUE(association);
    RecordLayer::Make(store, association);
    RecordLayer layer(store, association);
    const TrafficKeys keys = MakeTestKeys(DtlsVersion::kDtls12, algorithm, static_cast<uint8_t>(i));
    ASSERT_TRUE(RecordOpener(&opening, layer.storage()).InstallEpoch(1, keys, &cipher).ok());
    ASSERT_TRUE(
        RecordSealer(sealing, absl::MakeSpan(&layer.send, 1)).InstallEpoch(1, keys, &cipher).ok());
    const uint8_t cid[] = {static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8), 7, 7};
    ASSERT_EQ(table.Add(cid, association), CidRegistry::Answer::kAdded);
    associations.push_back(association);
  }
  // The pass mark of the project's goals, with 8-byte CIDs alike.
  const double bytes_each = static_cast<double>(kLines * AssociationStore::kLineBytes) +
                            static_cast<double>(table.index_bytes()) / kAssociations;
  EXPECT_LE(bytes_each, 400);

  for (int round = 0; round < 3; ++round) {
    for (uint32_t i = 0; i < kAssociations; ++i) {
      const Bytes content = {static_cast<uint8_t>(round), 2, 3};
      const uint8_t cid[] = {static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8), 7, 7};
      RecordToSeal record;
      record.content_type = 23;
      record.content = content;
      record.cid = cid;
      Bytes datagram(100);
      ByteWriter writer(absl::MakeSpan(datagram));
      // The other end has the same keys.
      SendEpoch& send = RecordLayer(store, associations[i]).send;
      ASSERT_TRUE(RecordSealer(sealing, absl::MakeSpan(&send, 1)).Seal(record, &writer).ok());
      datagram.resize(writer.size());

      for (const DropReason expected : {DropReason::kNone, DropReason::kReplayed}) {
        Bytes copy = datagram;
        RecordView view;
        ASSERT_EQ(ParseRecord(copy, 0, RecordRules(CidLength::Fixed(4)), &view), DropReason::kNone);
        const AssociationHandle found = table.Find(view.cid.In(absl::MakeConstSpan(copy)));
        ASSERT_EQ(found, associations[i]);
        RecordLayer layer(store, found);
        std::optional<OpenedRecord> opened;
        ASSERT_EQ(RecordOpener(&opening, layer.storage()).Open(absl::MakeSpan(copy), view, &opened),
                  expected);
        if (expected == DropReason::kNone) {
          EXPECT_EQ(Bytes(opened->content().begin(), opened->content().end()), content);
          EXPECT_EQ(opened->number().sequence, static_cast<uint64_t>(round));
          EXPECT_TRUE(opened->newest());
        }
      }
    }
  }
  for (const AssociationHandle association : associations) {
    RecordLayer layer(store, association);
    RecordOpener(&opening, layer.storage()).Reset();
    RecordSealer(sealing, absl::MakeSpan(&layer.send, 1)).Reset();
    table.RemoveAll(association);
    store.Remove(association);
  }
}

}  // namespace
}  // namespace waybill
