// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstring>
#include <memory>

#include "waybill/protection/boringssl_aead.h"
#include "waybill/protection/record_state.h"
#include "waybill/tests/constant_time/paths.h"
#include "waybill/tests/constant_time/secrets.h"

namespace waybill {
namespace {

constexpr AeadAlgorithm kAlgorithm = AeadAlgorithm::kAes128Gcm;

class MemoryStore final : public StateStore {
 public:
  absl::Status WriteState(absl::Span<const uint8_t> state) override {
    state_.assign(state.begin(), state.end());
    return absl::OkStatus();
  }
  absl::StatusOr<size_t> ReadState(absl::Span<uint8_t> state) override {
    std::memcpy(state.data(), state_.data(), state_.size());
    return state_.size();
  }
  absl::Status WriteMark(uint64_t generation) override {
    mark_ = generation;
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> ReadMark() override { return mark_; }

  Bytes& state() { return state_; }

 private:
  Bytes state_;
  uint64_t mark_ = 0;
};

// Both ends that a process has, with a keeper.
struct RecordLayer {
  explicit RecordLayer(StateStore* store)
      : aead(MakeBoringsslAead(kAlgorithm, 2)),
        sealer(SealerOptions(), absl::MakeSpan(send_epochs)),
        opener(&options, receive_epochs),
        keeper(store, Reservation(), &sealer, &opener) {}

  std::unique_ptr<Aead> aead;
  const RecordCipher cipher{aead.get(), nullptr};
  const OpenerOptions options;
  std::array<SendEpoch, 1> send_epochs;
  ReceiveEpochs<1> receive_epochs;
  RecordSealer sealer;
  RecordOpener opener;
  RecordStateKeeper keeper;
};

// The keys of a state are secret, and with them its digest, which tells whether it is torn.
void SaveAndRestore() {
  TrafficKeys keys;
  keys.algorithm = kAlgorithm;
  keys.key = AeadKey(SecretBytesOf(ParametersOf(kAlgorithm).key_length, 1));
  keys.iv.Assign(SecretBytesOf(kSaltLength, 2));
  MemoryStore store;
  RecordLayer saved(&store);
  Require(saved.sealer.InstallEpoch(1, keys, &saved.cipher).ok() &&
              saved.opener.InstallEpoch(1, keys, &saved.cipher).ok() && saved.keeper.Save().ok(),
          "is not saved");
  RequireSecret(absl::MakeConstSpan(store.state()).last(32), "the digest");

  store.state().back() ^= 1;
  RecordLayer torn(&store);
  Require(absl::IsDataLoss(torn.keeper.Restore(absl::MakeConstSpan(&torn.cipher, 1))),
          "is restored though it is torn");
  store.state().back() ^= 1;

  RecordLayer restored(&store);
  Require(restored.keeper.Restore(absl::MakeConstSpan(&restored.cipher, 1)).ok(),
          "is not restored");
}

}  // namespace

void AddStatePaths(std::vector<Path>* paths) {
  paths->push_back({"states are saved and restored", SaveAndRestore});
}

}  // namespace waybill
