// SPDX-License-Identifier: Apache-2.0
//
// Opening records: the whole way from bytes to content, beside a bare open of the same ciphertext
// by BoringSSL in the same moments.
//
//   bazel run --config=opt //bench/protection:open_benchmark -- [--benchmark_out=FILE]
//
// Times nothing where an answer is wrong, or the build is not optimised.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/machine/large_pages.h"
#include "waybill/bench/protection/bare_open.h"
#include "waybill/bench/protection/timed_pair.h"
#include "waybill/protection/boringssl_aead.h"
#include "waybill/protection/nonce.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"
#include "waybill/record/additional_data.h"
#include "waybill/record/parse_record.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr AeadAlgorithm kAlgorithm = AeadAlgorithm::kAes128Gcm;
constexpr size_t kContent = 64;  // bytes
constexpr uint8_t kCid[8] = {0xc1, 0xd0, 1, 2, 3, 4, 5, 6};

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "open_benchmark: %s\n", what);
  std::exit(1);
}

void Check(bool right, const char* what) {
  if (!right) Fail(what);
}

TrafficKeys KeysFrom(DtlsVersion version, std::mt19937_64* random) {
  const auto draw = [random](size_t size) {
    Bytes bytes(size);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>((*random)());
    return bytes;
  };
  const bool dtls13 = version == DtlsVersion::kDtls13;
  TrafficKeys keys;
  keys.algorithm = kAlgorithm;
  keys.key = AeadKey(draw(16));
  keys.iv.Assign(draw(dtls13 ? 12 : 4));
  if (dtls13) keys.number_key.Assign(draw(16));
  return keys;
}

const OpenerOptions* Opening(DtlsVersion version) {
  static const OpenerOptions dtls12;
  static const OpenerOptions dtls13 = [] {
    OpenerOptions options;
    options.version = DtlsVersion::kDtls13;
    return options;
  }();
  return version == DtlsVersion::kDtls13 ? &dtls13 : &dtls12;
}

const RecordRules& Rules() {
  static const RecordRules rules(CidLength::Fixed(sizeof(kCid)));
  return rules;
}

// Records of one association, numbered from `first` on, each with what a bare open is given.
struct Record {
  Bytes datagram;
  BareRecord bare;
};

std::vector<Record> Seal(DtlsVersion version, const TrafficKeys& keys, Aead* aead, size_t count,
                         uint64_t first = 0) {
  SendEpoch storage;
  SealerOptions options;
  options.version = version;
  RecordSealer sealer(options, absl::MakeSpan(&storage, 1));
  const RecordCipher cipher{aead, &NumberMaskerFor(kAlgorithm)};
  Check(sealer.InstallEpoch(3, keys, &cipher, first).ok(), "keys");
  std::vector<Record> records(count);
  const Bytes content(kContent, 0x5a);
  for (size_t i = 0; i < count; ++i) {
    Record& record = records[i];
    RecordToSeal to_seal;
    to_seal.content_type = 23;
    to_seal.content = content;
    to_seal.cid = kCid;
    record.datagram.resize(200);
    ByteWriter writer(absl::MakeSpan(record.datagram));
    RecordNumber number;
    Check(sealer.Seal(to_seal, &writer, &number).ok(), "seal");
    record.datagram.resize(writer.size());
    RecordView view;
    Check(ParseRecord(record.datagram, 0, Rules(), &view) == DropReason::kNone, "parse");
    const bool dtls13 = version == DtlsVersion::kDtls13;
    const size_t explicit_length = dtls13 ? 0 : kExplicitNonceLength;
    BareRecord& bare = record.bare;
    bare.text_offset = static_cast<uint8_t>(view.payload.offset + explicit_length);
    bare.text_length = static_cast<uint8_t>(view.payload.length - explicit_length - kBareTagLength);
    ByteWriter additional_data(absl::MakeSpan(bare.additional_data));
    if (dtls13) {
      bare.nonce = NonceOfNumber(keys.iv.bytes(), number.sequence);
      Bytes header(record.datagram.begin(), record.datagram.begin() + view.payload.offset);
      header[9] = static_cast<uint8_t>(number.sequence >> 8);
      header[10] = static_cast<uint8_t>(number.sequence);
      additional_data.WriteBytes(header);
    } else {
      bare.nonce = NonceOfExplicit(keys.iv.bytes(),
                                   absl::MakeConstSpan(&record.datagram[view.payload.offset], 8));
      WriteAdditionalData12(view, record.datagram, ExtensionProfile::kOff, bare.text_length,
                            &additional_data);
    }
    bare.additional_data_length = static_cast<uint8_t>(additional_data.size());
    Check(record.datagram.size() <= kRecordRoom, "a record is too long");
  }
  return records;
}

// The whole way of a datagram with one record.
DropReason WholeOpen(RecordOpener* opener, absl::Span<uint8_t> copy,
                     std::optional<OpenedRecord>* opened) {
  RecordView view;
  const DropReason reason = ParseRecord(copy, 0, Rules(), &view);
  return reason != DropReason::kNone ? reason : opener->Open(copy, view, opened);
}

const char* NameOf(DtlsVersion version) {
  return version == DtlsVersion::kDtls13 ? "dtls13" : "dtls12";
}

// One association that is warm: valid records, forged ones, replays.
class OneAssociation {
 public:
  static constexpr size_t kRecords = 16 * kBlock;

  explicit OneAssociation(DtlsVersion version)
      : version_(version),
        random_(1),
        keys_(KeysFrom(version, &random_)),
        aead_(MakeBoringsslAead(kAlgorithm, 64)),
        records_(Seal(version, keys_, aead_.get(), kRecords)),
        bare_(keys_.key.bytes()),
        copies_(kBlock * kRecordRoom) {}

  void Register() {
    const std::string version = NameOf(version_);
    Add(version + "/open_64",
        TimedPair{[this](size_t begin, size_t end) { Begin(begin, end, false); },
                  [this](size_t begin, size_t end) { Bare(begin, end, true); },
                  [this](size_t begin, size_t end) { Whole(begin, end, DropReason::kNone); }});
    Add(version + "/forged_64",
        TimedPair{[this](size_t begin, size_t end) { Begin(begin, end, true); },
                  [this](size_t begin, size_t end) { Bare(begin, end, false); },
                  [this](size_t begin, size_t end) {
                    Whole(begin, end, DropReason::kAuthenticationFailed);
                  }});
    Add(version + "/replay_64",
        TimedPair{[this](size_t begin, size_t end) {
                    Begin(begin, end, false);
                    Whole(begin, end, DropReason::kNone);
                    Begin(begin, end, false, /*fresh=*/false);
                  },
                  [this](size_t begin, size_t end) { Bare(begin, end, true); },
                  [this](size_t begin, size_t end) { Whole(begin, end, DropReason::kReplayed); }});
  }

 private:
  static void Add(const std::string& name, const TimedPair& pair) {
    RegisterPair(name, pair, kRecords);
  }

  // Copies of the records, and an opener that has seen none of them.
  void Begin(size_t begin, size_t end, bool forged, bool fresh = true) {
    for (size_t i = begin; i < end; ++i) {
      const Bytes& datagram = records_[i].datagram;
      std::copy(datagram.begin(), datagram.end(), Copy(i));
      bare_records_[i % kBlock] = records_[i].bare;
      sizes_[i % kBlock] = datagram.size();
      if (forged) Copy(i)[datagram.size() - 1] ^= 1;
    }
    if (!fresh) return;
    opener_.emplace(Opening(version_), storage_);
    opener_->Reset();
    Check(opener_->InstallEpoch(3, keys_, &cipher_, begin).ok(), "keys");
    // Expands the keys.
    const AeadNonce nonce = {};
    uint8_t tag[16] = {};
    Check(!aead_->Open(keys_.key, nonce, {}, {}, tag), "an empty record opens");
    if (version_ == DtlsVersion::kDtls13) {
      NumberMaskJob job;
      job.key = keys_.number_key.bytes().data();
      job.key_id = keys_.key.id();
      uint8_t sample[16] = {};
      job.sample = sample;
      masker_->Compute(absl::MakeSpan(&job, 1));
    }
  }
  void Bare(size_t begin, size_t end, bool opens) {
    size_t opened = 0;
    for (size_t i = begin; i < end; ++i) opened += bare_.Open(bare_records_[i % kBlock], Copy(i));
    if (!opens) ForgetBareFailures();
    Check(opened == (opens ? end - begin : 0), "a bare open answers wrong");
  }
  void Whole(size_t begin, size_t end, DropReason expected) {
    size_t right = 0;
    for (size_t i = begin; i < end; ++i) {
      std::optional<OpenedRecord> opened;
      right +=
          WholeOpen(&*opener_, absl::MakeSpan(Copy(i), sizes_[i % kBlock]), &opened) == expected;
      right -= opened.has_value() && opened->content().size() != kContent;
    }
    Check(right == end - begin, "the opener answers wrong");
  }
  uint8_t* Copy(size_t i) { return &copies_[i % kBlock * kRecordRoom]; }

  const DtlsVersion version_;
  std::mt19937_64 random_;
  const TrafficKeys keys_;
  const std::unique_ptr<Aead> aead_;
  const std::unique_ptr<NumberMasker> masker_ = MakeNumberMasker(kAlgorithm, 64);
  const RecordCipher cipher_{aead_.get(), masker_.get()};
  const std::vector<Record> records_;
  const BareKey bare_;
  // Of the block alone, and brought into the cache with it.
  Bytes copies_;
  std::array<BareRecord, kBlock> bare_records_;
  std::array<size_t, kBlock> sizes_ = {};
  ReceiveEpochs<1> storage_;
  std::optional<RecordOpener> opener_;
};

// Two million associations, in random order: keys are cold, and their contexts are made anew.
class ManyAssociations {
 public:
  static constexpr size_t kAssociations = 2'000'000;
  static constexpr size_t kRecords = 8 * kBlock;  // opened in a pass
  static constexpr size_t kBatch = 32;

  explicit ManyAssociations(DtlsVersion version)
      : version_(version),
        random_(2),
        aead_(MakeBoringsslAead(kAlgorithm, 1)),
        states_(kAssociations),
        warm_keys_(KeysFrom(version, &random_)),
        warm_(Seal(version, warm_keys_, aead_.get(), 1).front()),
        copies_(kBlock * kRecordRoom) {
    for (size_t i = 0; i < kAssociations; ++i) {
      State& state = states_[i];
      RecordOpener opener(Opening(version), state);
      const TrafficKeys keys = KeysFrom(version, &random_);
      Check(opener.InstallEpoch(3, keys, &cipher_).ok(), "keys");
      if (i == chosen_.size() * (kAssociations / kRecords) && chosen_.size() < kRecords) {
        chosen_.push_back(i);
        records_.push_back(Seal(version, keys, aead_.get(), 1).front());
        chosen_keys_.push_back(keys);
      }
    }
    order_.resize(kRecords);
    for (size_t i = 0; i < kRecords; ++i) order_[i] = i;
    std::shuffle(order_.begin(), order_.end(), random_);
  }

  // Two million associations are made where they are asked for.
  static void Register(DtlsVersion version) {
    const std::string name = std::string(NameOf(version)) + "/open_64_of_2M_associations";
    benchmark::RegisterBenchmark(
        name.c_str(),
        [version](benchmark::State& state) {
          static std::map<DtlsVersion, std::unique_ptr<ManyAssociations>> made;
          std::unique_ptr<ManyAssociations>& many = made[version];
          if (many == nullptr) many = std::make_unique<ManyAssociations>(version);
          TimePair(state,
                   TimedPair{[&](size_t begin, size_t end) { many->Begin(begin, end); },
                             [&](size_t begin, size_t end) { many->Warm(begin, end); },
                             [&](size_t begin, size_t end) { many->Cold(begin, end); }},
                   kRecords);
        })
        ->UseManualTime()
        ->Iterations(3)
        ->Unit(benchmark::kNanosecond);
  }

 private:
  // What an opener keeps; it is made for each datagram.
  using State = ReceiveEpochs<1>;

  void Begin(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      State& state = states_[chosen_[order_[i]]];
      RecordOpener opener(Opening(version_), state);
      opener.Reset();
      Check(opener.InstallEpoch(3, chosen_keys_[order_[i]], &cipher_).ok(), "keys");
    }
    // What this has brought into the cache goes again.
    uint64_t sum = 0;
    for (size_t i = 0; i < kFlushed; i += 64) sum += flushed_[i]++;
    benchmark::DoNotOptimize(sum);
    // The datagrams have just arrived.
    for (size_t i = begin; i < end; ++i) {
      const Bytes& datagram = records_[order_[i]].datagram;
      uint8_t* const copy = &copies_[i % kBlock * kRecordRoom];
      std::copy(datagram.begin(), datagram.end(), copy);
      arrived_[i % kBlock] = {&states_[chosen_[order_[i]]], {copy, datagram.size()}};
    }
  }
  void Warm(size_t begin, size_t end) {
    size_t opened = 0;
    for (size_t i = begin; i < end; ++i) {
      uint8_t copy[kRecordRoom];
      std::copy(warm_.datagram.begin(), warm_.datagram.end(), copy);
      const BareKey key(warm_keys_.key.bytes());
      opened += key.Open(warm_.bare, copy);
    }
    Check(opened == end - begin, "a bare open answers wrong");
  }
  void Cold(size_t begin, size_t end) {
    size_t right = 0;
    for (size_t batch = begin; batch < end; batch += kBatch) {
      for (size_t i = batch; i < batch + kBatch; ++i) {
        const char* const state = reinterpret_cast<const char*>(arrived_[i % kBlock].state);
        for (size_t line = 0; line < sizeof(State); line += 64) __builtin_prefetch(state + line);
      }
      for (size_t i = batch; i < batch + kBatch; ++i) {
        const Arrived& arrived = arrived_[i % kBlock];
        std::optional<OpenedRecord> opened;
        RecordOpener opener(Opening(version_), *arrived.state);
        right += WholeOpen(&opener, arrived.datagram, &opened) == DropReason::kNone;
      }
    }
    Check(right == end - begin, "the opener answers wrong");
  }

  struct Arrived {
    State* state = nullptr;
    absl::Span<uint8_t> datagram;
  };

  static constexpr size_t kFlushed = 64 << 20;

  const DtlsVersion version_;
  std::mt19937_64 random_;
  const std::unique_ptr<Aead> aead_;
  const RecordCipher cipher_{aead_.get(), &NumberMaskerFor(kAlgorithm)};
  LargePages<State> states_;
  const TrafficKeys warm_keys_;
  const Record warm_;
  std::vector<size_t> chosen_;
  std::vector<Record> records_;
  std::vector<TrafficKeys> chosen_keys_;
  std::vector<size_t> order_;
  Bytes copies_;
  std::array<Arrived, kBlock> arrived_;
  Bytes flushed_ = Bytes(kFlushed);
};

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (!IsOptimisedBuild()) {
    std::fprintf(stderr, "open_benchmark: build it with --config=opt\n");
    return 1;
  }
  std::printf("bytes of an association's record layer, one epoch each way: %zu\n",
              sizeof(ReceiveEpoch) + sizeof(ReplayWindow) + sizeof(SendEpoch));
  OneAssociation dtls12(DtlsVersion::kDtls12), dtls13(DtlsVersion::kDtls13);
  dtls12.Register();
  dtls13.Register();
  ManyAssociations::Register(DtlsVersion::kDtls12);
  ManyAssociations::Register(DtlsVersion::kDtls13);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
