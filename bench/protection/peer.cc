// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/protection/peer.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/protection/bare_open.h"
#include "waybill/bench/protection/timed_pair.h"

namespace waybill {
namespace {

constexpr size_t kContent = 64;  // bytes
constexpr size_t kRecords = 16 * kBlock;
constexpr uint8_t kFill = 0x5a;

// A block of ciphertexts, with 23 bytes of additional data: between the 13 that there are without a
// CID, or in DTLS 1.3, and the 31 of DTLS 1.2 with it.
class Floor {
 public:
  explicit Floor(InnerType inner_type) : text_length_(kContent + (inner_type == InnerType::kYes)) {
    for (size_t i = 0; i < kBlock; ++i) {
      records_[i].nonce[11] = static_cast<uint8_t>(i);
      records_[i].additional_data_length = 23;
      records_[i].text_length = static_cast<uint8_t>(text_length_);
    }
  }

  void Begin(bool forged) {
    for (size_t i = 0; i < kBlock; ++i) {
      std::memset(Text(i), kFill, text_length_);
      if (!key_.Seal(records_[i], Text(i))) FailPeer("a bare seal fails");
      Text(i)[text_length_ + kBareTagLength - 1] ^= forged;
    }
  }

  void Open(size_t count, bool forged) {
    size_t opened = 0;
    for (size_t i = 0; i < count; ++i) opened += key_.Open(records_[i], Text(i));
    if (forged) ForgetBareFailures();
    if (opened != (forged ? 0 : count)) FailPeer("a bare open answers wrong");
  }

 private:
  uint8_t* Text(size_t i) { return &texts_[kRecordRoom * i]; }

  const size_t text_length_;
  const BareKey key_{kPeerPsk};
  std::vector<BareRecord> records_ = std::vector<BareRecord>(kBlock);
  Bytes texts_ = Bytes(kRecordRoom * kBlock);
};

class Benchmarks {
 public:
  Benchmarks(InnerType inner_type, Peer* peer) : peer_(*peer), floor_(inner_type) {}

  void Register(const std::string& name) {
    RegisterPair(name + "/open_64",
                 {[this](size_t begin, size_t end) {
                    SealBlock(begin, end);
                    floor_.Begin(false);
                  },
                  [this](size_t begin, size_t end) {
                    floor_.Open(end - begin, false);
                    left_ = true;
                  },
                  [this](size_t begin, size_t end) { ReadBlock(end - begin, true); }},
                 kRecords);
    RegisterPair(name + "/forged_64",
                 {[this](size_t begin, size_t end) {
                    SealBlock(begin, end);
                    Flip();
                    floor_.Begin(true);
                  },
                  [this](size_t begin, size_t end) {
                    floor_.Open(end - begin, true);
                    Flip();
                    left_ = true;
                  },
                  [this](size_t begin, size_t end) {
                    ReadBlock(end - begin, false);
                    Flip();
                    left_ = true;
                  }},
                 kRecords);
    RegisterPair(name + "/replay_64",
                 {[this](size_t begin, size_t end) {
                    SealBlock(begin, end);
                    ReadBlock(end - begin, true);
                    floor_.Begin(false);
                  },
                  [this](size_t begin, size_t end) { floor_.Open(end - begin, false); },
                  [this](size_t begin, size_t end) { ReadBlock(end - begin, false); }},
                 kRecords);
  }

 private:
  // A block of fresh records. The last one is read first where it was not, or was forged: no number
  // is left out, and a forged record that changed something is noticed.
  void SealBlock(size_t begin, size_t end) {
    if (std::exchange(left_, false)) ReadBlock(records_.size(), true);
    const Bytes content(kContent, kFill);
    records_.clear();
    for (size_t i = begin; i < end; ++i) {
      peer_.Send(content);
      records_.push_back(peer_.to_server().TakeOnly());
      if (records_.back().size() < kContent + kBareTagLength) FailPeer("a record is too short");
    }
  }

  void Flip() {
    for (Bytes& record : records_) record.back() ^= 1;
  }

  void ReadBlock(size_t count, bool delivers) {
    uint8_t content[256];
    size_t read = 0, right = 0;
    for (size_t i = 0; i < count; ++i) {
      peer_.to_server().Lend(records_[i]);
      const std::optional<size_t> length = peer_.Read(absl::MakeSpan(content));
      read += length.has_value();
      right += length == kContent && content[0] == kFill && content[kContent - 1] == kFill;
      if (!peer_.to_server().empty()) FailPeer("a datagram was left unread");
    }
    if (read != (delivers ? count : 0) || right != read) FailPeer("a record is answered wrong");
  }

  Peer& peer_;
  Floor floor_;
  std::vector<Bytes> records_;
  bool left_ = false;  // records_ are sealed and unread
};

}  // namespace

void FailPeer(const std::string& what) {
  std::fprintf(stderr, "peer: %s\n", what.c_str());
  std::exit(1);
}

std::optional<size_t> Inbox::Take(void* data, size_t capacity) {
  const bool lent = !lent_.empty();
  if (!lent && kept_.empty()) return std::nullopt;
  const absl::Span<const uint8_t> datagram = lent ? lent_ : absl::MakeConstSpan(kept_.front());
  const size_t size = datagram.size();
  if (size > capacity) FailPeer("a datagram is longer than the stack's buffer");
  std::memcpy(data, datagram.data(), size);
  if (lent) {
    lent_ = {};
  } else {
    kept_.pop_front();
  }
  return size;
}

Bytes Inbox::TakeOnly() {
  if (kept_.size() != 1) FailPeer("a record is not a datagram");
  Bytes datagram = std::move(kept_.front());
  kept_.clear();
  return datagram;
}

int MeasurePeer(int argc, char** argv, const std::string& name, const std::string& stack,
                InnerType inner_type, Peer* peer) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (!IsOptimisedBuild()) FailPeer("build it with --config=opt");
  benchmark::AddCustomContext("stack", stack);
  Benchmarks benchmarks(inner_type, peer);
  benchmarks.Register(name);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace waybill
