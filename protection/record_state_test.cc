// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/record_state.h"

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/protection/test_association.h"

namespace waybill {
namespace {

// Two cells in memory, of which the k-th write can fail, before it has written or behind it.
class TestStore final : public StateStore {
 public:
  absl::Status WriteState(absl::Span<const uint8_t> bytes) override {
    return Write([&] { state.assign(bytes.begin(), bytes.end()); });
  }
  absl::StatusOr<size_t> ReadState(absl::Span<uint8_t> bytes) override {
    if (unreadable) return absl::InternalError("unreadable");
    if (state.size() > bytes.size()) return size_t{0};
    std::copy(state.begin(), state.end(), bytes.begin());
    return state.size();
  }
  absl::Status WriteMark(uint64_t generation) override {
    return Write([&] { mark = generation; });
  }
  absl::StatusOr<uint64_t> ReadMark() override {
    if (unreadable) return absl::InternalError("unreadable");
    return mark;
  }

  Bytes state;
  uint64_t mark = 0;
  bool unreadable = false;
  int writes_until_failure = -1;
  bool failing_write_is_done = false;

 private:
  template <typename Do>
  absl::Status Write(Do write) {
    const bool fails = writes_until_failure == 0;
    if (writes_until_failure >= 0) --writes_until_failure;
    if (!fails || failing_write_is_done) write();
    return fails ? absl::InternalError("the store has failed") : absl::OkStatus();
  }
};

// One end of an association that restarts: sealer and opener anew, with the state of the store.
struct Process {
  Process(DtlsVersion version, Aead* aead, StateStore* store, const Reservation& reservation)
      : cipher{aead, &NumberMaskerFor(aead->algorithm())},
        sealer(Sealing(version), absl::MakeSpan(send)),
        opening(Opening(version)),
        opener(&opening, receive),
        keeper(store, reservation, &sealer, &opener) {}

  static SealerOptions Sealing(DtlsVersion version) {
    SealerOptions options;
    options.version = version;
    return options;
  }
  static OpenerOptions Opening(DtlsVersion version) {
    OpenerOptions options;
    options.version = version;
    options.max_failed_opens = 1000;
    return options;
  }

  void Install(DtlsVersion version, uint64_t epoch) {
    const TrafficKeys keys =
        MakeTestKeys(version, cipher.aead->algorithm(), static_cast<uint8_t>(epoch));
    ASSERT_TRUE(sealer.InstallEpoch(epoch, keys, &cipher).ok());
    ASSERT_TRUE(opener.InstallEpoch(epoch, keys, &cipher).ok());
  }
  absl::Status Restore() { return keeper.Restore(absl::MakeConstSpan(&cipher, 1)); }
  absl::Status Seal(Bytes* datagram, RecordNumber* number = nullptr) {
    const Bytes content = {1, 2, 3};
    RecordToSeal record;
    record.content_type = 23;
    record.content = content;
    datagram->resize(200);
    ByteWriter writer(absl::MakeSpan(*datagram));
    const absl::Status status = sealer.Seal(record, &writer, number);
    datagram->resize(writer.size());
    return status;
  }
  DropReason Open(Bytes datagram) {
    RecordView view;
    const DropReason reason = ParseRecord(datagram, 0, RecordRules(CidLength::Absent()), &view);
    if (reason != DropReason::kNone) return reason;
    std::optional<OpenedRecord> opened;
    return opener.Open(absl::MakeSpan(datagram), view, &opened);
  }

  const RecordCipher cipher;
  std::array<SendEpoch, 2> send;
  ReceiveEpochs<2> receive;
  RecordSealer sealer;
  const OpenerOptions opening;
  RecordOpener opener;
  RecordStateKeeper keeper;
};

class RecordState : public testing::TestWithParam<std::tuple<DtlsVersion, AeadAlgorithm>> {
 protected:
  DtlsVersion version() const { return std::get<0>(GetParam()); }
  uint64_t first_epoch() const { return version() == DtlsVersion::kDtls13 ? 3 : 1; }
  std::unique_ptr<Process> NewProcess(const Reservation& reservation) {
    return std::make_unique<Process>(version(), aead_.get(), &store_, reservation);
  }
  std::unique_ptr<Process> Begin(const Reservation& reservation) {
    auto process = NewProcess(reservation);
    process->Install(version(), first_epoch());
    EXPECT_TRUE(process->keeper.Save().ok());
    return process;
  }

  const std::unique_ptr<Aead> aead_ = MakeTestAead(std::get<1>(GetParam()));
  TestStore store_;
};

INSTANTIATE_TEST_SUITE_P(
    All, RecordState,
    testing::Combine(testing::Values(DtlsVersion::kDtls12, DtlsVersion::kDtls13),
                     testing::Values(AeadAlgorithm::kAes128Gcm, AeadAlgorithm::kChaCha20Poly1305,
                                     AeadAlgorithm::kAes128Ccm8)));

// BUG-21: what goes on is the same association, behind the numbers that were reserved.
TEST_P(RecordState, GoesOnBehindTheReservation) {
  auto process = Begin({10, 0});
  Bytes datagram;
  RecordNumber number;
  for (uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(process->Seal(&datagram, &number).ok());
    EXPECT_EQ(number.sequence, i);
  }
  process = NewProcess({10, 0});
  ASSERT_TRUE(process->Restore().ok());
  ASSERT_TRUE(process->Seal(&datagram, &number).ok());
  EXPECT_EQ(number.sequence, 10u);
  EXPECT_EQ(number.epoch, first_epoch());
  // The peer, who has missed six, opens it.
  Process peer(version(), aead_.get(), &store_, {});
  peer.Install(version(), first_epoch());
  EXPECT_EQ(peer.Open(datagram), DropReason::kNone);
}

TEST_P(RecordState, NumbersEndWithTheReservationUntilItIsSavedAnew) {
  auto process = Begin({5, 0});
  Bytes datagram;
  RecordNumber number;
  for (uint64_t i = 0; i < 20; ++i) {
    if (i % 5 == 0 && i != 0) {
      EXPECT_EQ(process->Seal(&datagram).code(), absl::StatusCode::kUnavailable);
      EXPECT_TRUE(datagram.empty());
      ASSERT_TRUE(process->keeper.Save().ok());
    }
    ASSERT_TRUE(process->Seal(&datagram, &number).ok());
    EXPECT_EQ(number.sequence, i) << "no number is lost without a restart";
  }
}

// A state is consumed by loading it: a copy that is put back is refused.
TEST_P(RecordState, AStateIsGoodForOneRestart) {
  auto process = Begin({10, 10});
  const Bytes copy = store_.state;
  process = NewProcess({10, 10});
  ASSERT_TRUE(process->Restore().ok());
  EXPECT_NE(store_.state, copy);
  store_.state = copy;
  EXPECT_EQ(NewProcess({10, 10})->Restore().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(RecordState, AStaleStateIsRefused) {
  auto process = Begin({10, 10});
  std::vector<Bytes> states = {store_.state};
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(process->keeper.Save().ok());
    states.push_back(store_.state);
  }
  for (size_t i = 0; i + 1 < states.size(); ++i) {
    store_.state = states[i];
    EXPECT_EQ(NewProcess({10, 10})->Restore().code(), absl::StatusCode::kFailedPrecondition) << i;
  }
  store_.state = states.back();
  EXPECT_TRUE(NewProcess({10, 10})->Restore().ok());
}

// Another association's state is older than the first of the one that follows.
TEST_P(RecordState, AnEarlierAssociationsStateIsStale) {
  Begin({10, 10});
  const Bytes earlier = store_.state;
  Begin({10, 10});
  store_.state = earlier;
  EXPECT_EQ(NewProcess({10, 10})->Restore().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(RecordState, ATornStateIsRefused) {
  Begin({10, 10});
  const Bytes whole = store_.state;
  EXPECT_LE(whole.size(), RecordStateKeeper::kMaxStateLength);
  for (size_t length = 1; length < whole.size(); ++length) {
    store_.state.assign(whole.begin(), whole.begin() + static_cast<long>(length));
    ASSERT_EQ(NewProcess({10, 10})->Restore().code(), absl::StatusCode::kDataLoss) << length;
  }
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    store_.state = whole;
    store_.state[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_EQ(NewProcess({10, 10})->Restore().code(), absl::StatusCode::kDataLoss) << bit;
  }
  store_.state.clear();
  EXPECT_EQ(NewProcess({10, 10})->Restore().code(), absl::StatusCode::kNotFound);
  store_.unreadable = true;
  EXPECT_EQ(NewProcess({10, 10})->Restore().code(), absl::StatusCode::kInternal);
}

TEST_P(RecordState, AStateGoesWithItsVersionAndAead) {
  Begin({10, 10});
  const DtlsVersion other_version =
      version() == DtlsVersion::kDtls12 ? DtlsVersion::kDtls13 : DtlsVersion::kDtls12;
  Process other(other_version, aead_.get(), &store_, {});
  EXPECT_EQ(other.Restore().code(), absl::StatusCode::kInvalidArgument);
  const auto other_aead = MakeTestAead(AeadAlgorithm::kAes256Gcm);
  Process without_aead(version(), other_aead.get(), &store_, {});
  EXPECT_EQ(without_aead.Restore().code(), absl::StatusCode::kInvalidArgument);
}

// With numbers reserved for receiving, nothing that was opened opens again, whenever it was.
TEST_P(RecordState, NothingOpensTwiceAcrossARestart) {
  Process peer(version(), aead_.get(), &store_, {});
  peer.Install(version(), first_epoch());
  std::vector<Bytes> sent(100);
  for (Bytes& datagram : sent) ASSERT_TRUE(peer.Seal(&datagram).ok());

  auto process = Begin({10, 16});
  std::set<size_t> opened;
  // Numbers beyond the reservation wait for the next Save(), and are not lost to the window.
  for (size_t i = 0; i < 16; ++i) {
    if (process->Open(sent[i]) == DropReason::kNone) opened.insert(i);
  }
  EXPECT_EQ(opened.size(), 16u);
  EXPECT_EQ(process->Open(sent[40]), DropReason::kBeyondReservation);
  ASSERT_TRUE(process->keeper.Save().ok());
  EXPECT_EQ(process->Open(sent[40]), DropReason::kNone);
  opened.insert(40);
  EXPECT_EQ(process->Open(sent[20]), DropReason::kNone);
  opened.insert(20);

  process = NewProcess({10, 16});
  ASSERT_TRUE(process->Restore().ok());
  for (size_t i = 0; i < sent.size(); ++i) {
    const DropReason reason = process->Open(sent[i]);
    if (opened.count(i) != 0) {
      EXPECT_EQ(reason, DropReason::kReplayed) << i;
    }
    if (reason == DropReason::kNone) {
      EXPECT_TRUE(opened.insert(i).second) << i;
    }
  }
  // The association lives on.
  ASSERT_TRUE(process->keeper.Save().ok());
  EXPECT_EQ(process->Open(sent[99]), DropReason::kNone);
}

// Without, the windows are as they were saved.
TEST_P(RecordState, WindowsAreRestored) {
  Process peer(version(), aead_.get(), &store_, {});
  peer.Install(version(), first_epoch());
  std::vector<Bytes> sent(50);
  for (Bytes& datagram : sent) ASSERT_TRUE(peer.Seal(&datagram).ok());
  auto process = Begin({10, 0});
  for (size_t i = 0; i < sent.size(); i += 2) EXPECT_EQ(process->Open(sent[i]), DropReason::kNone);
  ASSERT_TRUE(process->keeper.Save().ok());
  process = NewProcess({10, 0});
  ASSERT_TRUE(process->Restore().ok());
  for (size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(process->Open(sent[i]), i % 2 == 0 ? DropReason::kReplayed : DropReason::kNone) << i;
  }
}

TEST_P(RecordState, EpochsAndTheirCountsAreRestored) {
  auto process = Begin({10, 0});
  Bytes forged;
  ASSERT_TRUE(process->Seal(&forged).ok());
  forged.back() ^= 1;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(process->Open(forged), DropReason::kAuthenticationFailed);
  }
  process->Install(version(), first_epoch() + 1);
  // Keys that came behind a Save() may not be used before the next.
  Bytes datagram;
  EXPECT_EQ(process->Seal(&datagram).code(), absl::StatusCode::kUnavailable);
  ASSERT_TRUE(process->keeper.Save().ok());
  process = NewProcess({10, 0});
  ASSERT_TRUE(process->Restore().ok());
  EXPECT_EQ(process->opener.FailedOpens(first_epoch()), 3u);
  RecordNumber number;
  ASSERT_TRUE(process->Seal(&datagram, &number).ok());
  EXPECT_EQ(number.epoch, first_epoch() + 1);
}

// REQ-043: also where the keys of the newest epoch are gone, and the records that were opened with
// them.
TEST_P(RecordState, EpochsThatWereDroppedDoNotComeAgain) {
  const uint64_t newest = first_epoch() + 1;
  auto before = Begin({10, 0});
  before->Install(version(), newest);
  ASSERT_TRUE(before->keeper.Save().ok());
  Bytes datagram;
  ASSERT_TRUE(before->Seal(&datagram).ok());
  ASSERT_EQ(before->Open(datagram), DropReason::kNone);
  before->sealer.DropEpoch(newest);
  before->opener.DropEpoch(newest);
  ASSERT_TRUE(before->keeper.Save().ok());

  auto after = NewProcess({10, 0});
  ASSERT_TRUE(after->Restore().ok());
  const TrafficKeys keys = MakeTestKeys(version(), after->cipher.aead->algorithm(), 9);
  for (const bool again : {true, false}) {
    const uint64_t epoch = newest + (again ? 0 : 1);
    EXPECT_EQ(after->sealer.InstallEpoch(epoch, keys, &after->cipher).ok(), !again);
    EXPECT_EQ(after->opener.InstallEpoch(epoch, keys, &after->cipher).ok(), !again);
  }

  // They take a place, which smaller storage does not have.
  Bytes state(RecordStateKeeper::kMaxStateLength);
  for (const bool opener : {true, false}) {
    ByteWriter writer(absl::MakeSpan(state));
    ASSERT_TRUE(opener ? before->opener.WriteState(0, &writer)
                       : before->sealer.WriteState(0, &writer));
    ByteReader reader(writer.written());
    ReceiveEpochs<1> receive;
    std::array<SendEpoch, 1> send;
    RecordOpener small_opener(&after->opening, receive);
    RecordSealer small_sealer(Process::Sealing(version()), absl::MakeSpan(send));
    const absl::Span<const RecordCipher> ciphers(&after->cipher, 1);
    EXPECT_EQ((opener ? small_opener.ReadState(ciphers, &reader)
                      : small_sealer.ReadState(ciphers, &reader))
                  .code(),
              absl::StatusCode::kInvalidArgument);
  }
}

// BUG-41: processes that end at any point, in a store whose writes fail at any point, before or
// behind the bytes: no number is sealed twice.
TEST_P(RecordState, NoNumberIsSealedTwiceWhateverFails) {
  std::mt19937 random(static_cast<unsigned>(std::get<1>(GetParam())));
  std::set<std::pair<uint64_t, uint64_t>> sealed;
  auto process = Begin({7, 7});
  int restores = 0;
  for (int life = 0; life < 2000; ++life) {
    store_.writes_until_failure = static_cast<int>(random() % 8);
    store_.failing_write_is_done = random() % 2 == 0;
    for (int step = static_cast<int>(random() % 30); step > 0; --step) {
      Bytes datagram;
      RecordNumber number;
      if (random() % 8 == 0) {
        process->keeper.Save().IgnoreError();
      } else if (process->Seal(&datagram, &number).ok()) {
        ASSERT_TRUE(sealed.insert({number.epoch, number.sequence}).second) << number.sequence;
      }
    }
    process = NewProcess({7, 7});
    const absl::Status status = process->Restore();
    if (status.ok()) {
      ++restores;
    } else {
      // The store has failed, and is sound for the next life.
      ASSERT_EQ(status.code(), absl::StatusCode::kInternal);
      store_.writes_until_failure = -1;
      process = NewProcess({7, 7});
      ASSERT_TRUE(process->Restore().ok());
    }
  }
  EXPECT_GT(restores, 500);
  EXPECT_GT(sealed.size(), 5000u);
}

}  // namespace
}  // namespace waybill
