// SPDX-License-Identifier: Apache-2.0
//
// Issuing, reading and refusing connection IDs of every format, one at a time and in batches of 32.
// Beside each, in the same moments, one AES-128 block a CID by the processor's instructions, eight
// side by side: the floor. For routable CIDs also a reader written the obvious way.
//
//   bazel run --config=opt //bench/cid:cid_benchmark -- [--benchmark_filter=…]
//   [--benchmark_out=FILE]
//
// Times nothing where an answer is wrong, or the build is not optimised.
#include <benchmark/benchmark.h>
#include <immintrin.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/cid/obvious_quic_lb.h"
#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/protection/timed_pair.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/quic_lb_cid_format.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/protection/aes128.h"
#include "waybill/protection/system_random.h"

namespace waybill {
namespace {

constexpr size_t kCids = 512;  // with their answers, they fit the first-level cache
constexpr size_t kBatch = 32;
constexpr size_t kPasses = 8;  // over them, between two looks at the clock
constexpr size_t kTimed = 64 * kPasses * kCids;
constexpr size_t kRoom = 32;  // bytes a CID may have

void Check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "cid_benchmark: %s: nothing is timed\n", what);
  std::exit(1);
}

// The floor: blocks that are there already, encrypted in place under one key.
class PipelinedBlocks {
 public:
  PipelinedBlocks() : bytes_(kCids * kBlockLength) {
    std::mt19937_64 random(1);
    for (uint8_t& byte : bytes_) byte = static_cast<uint8_t>(random());
    for (__m128i& key : keys_) {
      key = _mm_set_epi64x(static_cast<int64_t>(random()), static_cast<int64_t>(random()));
    }
  }

  [[gnu::target("aes")]] void Encrypt() {
    for (size_t i = 0; i < kCids; i += 8) {
      __m128i* const at = reinterpret_cast<__m128i*>(&bytes_[i * kBlockLength]);
      __m128i blocks[8];
      for (size_t j = 0; j < 8; ++j) blocks[j] = _mm_xor_si128(_mm_loadu_si128(at + j), keys_[0]);
      for (size_t round = 1; round < 10; ++round) {
        for (__m128i& block : blocks) block = _mm_aesenc_si128(block, keys_[round]);
      }
      for (size_t j = 0; j < 8; ++j) {
        _mm_storeu_si128(at + j, _mm_aesenclast_si128(blocks[j], keys_[10]));
      }
    }
  }

 private:
  static constexpr size_t kBlockLength = 16;
  std::vector<uint8_t> bytes_;
  __m128i keys_[11];
};

// Times `pass`, which goes over kCids, beside as many blocks. After several passes `check` looks at
// the answers.
void RegisterPasses(const std::string& name, const std::function<void()>& prepare,
                    PipelinedBlocks* floor, const std::function<void()>& pass,
                    const std::function<void()>& check) {
  TimedPair pair;
  pair.block = kPasses * kCids;
  pair.prepare = [prepare](size_t, size_t) { prepare(); };
  pair.floor = [floor](size_t, size_t) {
    for (size_t i = 0; i < kPasses; ++i) floor->Encrypt();
  };
  pair.subject = [pass, check](size_t, size_t) {
    for (size_t i = 0; i < kPasses; ++i) pass();
    check();
  };
  RegisterPair(name, pair, kTimed);
}

// CIDs that a format issued, and as many that it did not, all of one length.
class Contender {
 public:
  Contender(std::string name, CidFormat* format, bool refuses, PipelinedBlocks* floor)
      : name_(std::move(name)),
        format_(format),
        refuses_(refuses),
        floor_(floor),
        issued_(kCids * kRoom),
        strange_(kCids * kRoom),
        issues_(kCids),
        readings_(kCids) {
    std::mt19937_64 random(2);
    for (uint8_t& byte : strange_) byte = static_cast<uint8_t>(random());
    for (size_t i = 0; i < kCids; ++i) {
      issues_[i].storage = absl::Span<uint8_t>(&issued_[i * kRoom], kRoom);
      issues_[i].target.slot = static_cast<uint32_t>(i);
    }
    Issue(kBatch);
    CheckIssued();
    const uint8_t length = issues_[0].length;
    // What delineates itself goes on saying its length.
    if (format_->length().self_delineating()) {
      for (size_t i = 0; i < kCids; ++i) strange_[i * kRoom] = issued_[i * kRoom];
    }
    Aim(issued_, length);
    Read(kBatch);
    CheckRead(true);
    CheckTargets();
  }

  void Register() {
    const uint8_t length = issues_[0].length;
    for (const size_t batch : {size_t{1}, kBatch}) {
      const std::string suffix = "/" + std::to_string(batch);
      RegisterPasses(
          name_ + "/issue" + suffix, [] {}, floor_, [this, batch] { Issue(batch); },
          [this] { CheckIssued(); });
      RegisterPasses(
          name_ + "/read" + suffix, [this, length] { Aim(issued_, length); }, floor_,
          [this, batch] { Read(batch); }, [this] { CheckRead(true); });
      if (!refuses_) continue;
      RegisterPasses(
          name_ + "/refuse" + suffix, [this, length] { Aim(strange_, length); }, floor_,
          [this, batch] { Read(batch); }, [this] { CheckRead(false); });
    }
  }

 private:
  // What the next Read() reads.
  void Aim(const std::vector<uint8_t>& cids, uint8_t length) {
    for (size_t i = 0; i < kCids; ++i) {
      readings_[i].cid = absl::Span<const uint8_t>(&cids[i * kRoom], length);
    }
  }
  void Issue(size_t batch) {
    for (size_t i = 0; i < kCids; i += batch) {
      format_->Issue(absl::Span<CidIssue>(&issues_[i], batch));
    }
  }
  void Read(size_t batch) {
    for (size_t i = 0; i < kCids; i += batch) {
      format_->Read(absl::Span<CidReading>(&readings_[i], batch));
    }
  }
  void CheckIssued() const {
    for (const CidIssue& issue : issues_) {
      Check(issue.result == CidIssueResult::kIssued, "a CID is not issued");
    }
  }
  void CheckRead(bool accepted) const {
    for (const CidReading& reading : readings_) {
      Check((reading.reason == DropReason::kNone) == accepted, "a CID is read wrong");
    }
  }
  // Where CIDs locate, what they locate; not timed.
  void CheckTargets() const {
    for (size_t i = 0; i < kCids; ++i) {
      Check(readings_[i].target.slot == (format_->locates() ? i : 0), "a CID leads elsewhere");
    }
  }

  std::string name_;
  CidFormat* format_;
  bool refuses_;
  PipelinedBlocks* floor_;
  std::vector<uint8_t> issued_;
  std::vector<uint8_t> strange_;
  std::vector<CidIssue> issues_;
  std::vector<CidReading> readings_;
};

struct Formats {
  Formats() {
    for (std::array<uint8_t, 16>& key : keys) source.Fill(absl::MakeSpan(key));
    for (size_t i = 0; i < keys.size(); ++i) ciphers[i] = MakeAes128(keys[i]);
  }
  QuicLbCidFormat QuicLb(uint8_t server_id_length, uint8_t nonce_length) {
    QuicLbConfiguration configuration;
    configuration.parameters = {0, server_id_length, nonce_length, ciphers[0].get()};
    QuicLbCidFormat format(&random);
    Check(format.Configure(configuration) == QuicLbConfigured::kDone, "a configuration");
    return format;
  }

  SystemRandom source;
  CheckedRandom random{&source};
  std::array<std::array<uint8_t, 16>, 3> keys;
  std::array<std::unique_ptr<Aes128>, 3> ciphers;
};

// The peer: reads the CIDs that a format has issued.
void RegisterObvious(const std::string& name, QuicLbCidFormat* format,
                     absl::Span<const uint8_t> key, uint8_t server_id_length, uint8_t nonce_length,
                     PipelinedBlocks* floor) {
  auto cids = std::make_shared<std::vector<std::vector<uint8_t>>>();
  for (size_t i = 0; i < kCids; ++i) {
    cids->emplace_back(1 + server_id_length + nonce_length);
    CidIssue job;
    job.storage = absl::MakeSpan(cids->back());
    format->Issue(absl::Span<CidIssue>(&job, 1));
  }
  auto reader = std::make_shared<ObviousQuicLb>(key, server_id_length, nonce_length);
  auto right = std::make_shared<bool>(true);
  const auto pass = [cids, reader, server_id_length, right] {
    std::array<uint8_t, 15> server_id = {};
    for (const std::vector<uint8_t>& cid : *cids) {
      *right &= reader->ServerIdOf(cid, server_id.data()) && server_id[0] == 0 &&
                server_id[server_id_length - 1] == 0;
    }
  };
  RegisterPasses(
      name, [] {}, floor, pass, [right] { Check(*right, "the obvious reader answers wrong"); });
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Check(IsOptimisedBuild(), "build it with --config=opt");
  Check(MakeAesInstructionsAes128(std::array<uint8_t, 16>{}) != nullptr,
        "this processor has no AES instructions");
  PipelinedBlocks floor;
  Formats given;
  auto fixed = OpaqueCidFormat::Fixed(&given.random, 8);
  auto octet = OpaqueCidFormat::LengthOctet(&given.random, 9);
  auto nibble = OpaqueCidFormat::Nibble(&given.random, 9);
  QuicLbCidFormat four_passes = given.QuicLb(3, 4);
  QuicLbCidFormat one_pass = given.QuicLb(8, 8);
  SipHashCidTagger by_siphash(SipHashKey::FromBytes(given.keys[1]));
  BlockCidTagger by_block(given.ciphers[1].get());
  auto tagged_siphash = TaggedCidFormat::Make(&by_siphash, &given.random, 5, 4);
  auto tagged_block = TaggedCidFormat::Make(&by_block, &given.random, 5, 4);
  auto sealed8 = SealedCidFormat::Make(given.ciphers[2].get(), 8);
  auto sealed12 = SealedCidFormat::Make(given.ciphers[2].get(), 12);
  auto sealed16 = SealedCidFormat::Make(given.ciphers[2].get(), 16);
  std::vector<std::unique_ptr<Contender>> contenders;
  const auto add = [&](const char* name, CidFormat* format, bool refuses) {
    contenders.push_back(std::make_unique<Contender>(name, format, refuses, &floor));
    contenders.back()->Register();
  };
  add("fixed_8", &*fixed, false);
  add("length_octet_9", &*octet, false);
  add("nibble_9", &*nibble, false);
  add("quic_lb_four_passes_8", &four_passes, true);
  RegisterObvious("quic_lb_four_passes_8/obvious_read/1", &four_passes, given.keys[0], 3, 4,
                  &floor);
  add("quic_lb_one_pass_17", &one_pass, true);
  RegisterObvious("quic_lb_one_pass_17/obvious_read/1", &one_pass, given.keys[0], 8, 8, &floor);
  add("tagged_siphash_9", &*tagged_siphash, true);
  add("tagged_aes_9", &*tagged_block, true);
  add("sealed_8", &*sealed8, true);
  add("sealed_12", &*sealed12, true);
  add("sealed_16", &*sealed16, true);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
