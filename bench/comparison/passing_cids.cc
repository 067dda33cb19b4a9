// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/passing_cids.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/bench/header_designs/seeded_random.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/cid_tagger.h"
#include "waybill/cid/heap_memory.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/protection/aes128.h"
#include "waybill/traffic/random.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// Tables of these sizes, where there are at least twice as many CIDs of the length as associations:
// CIDs that collide are issued anew. From 5 bytes on hardly any trial finds somebody; one size
// shows that theory is not exceeded.
struct TableSize {
  size_t associations;
  uint8_t cid_length;
};
constexpr TableSize kTables[] = {{100, 1},    {100, 2},     {1000, 2},    {1000, 3},   {1000, 4},
                                 {100000, 3}, {100000, 4},  {100000, 5},  {100000, 6}, {100000, 7},
                                 {100000, 8}, {1000000, 3}, {1000000, 4}, {1000000, 5}};

// In front of every tag.
constexpr uint8_t kOpaqueLength = 8;
constexpr uint8_t kSealedLengths[] = {8, 12, 16};
constexpr uint8_t SealCheckLength(uint8_t cid_length) { return cid_length == 8 ? 3 : 4; }

// Of 2^24 random CIDs one passes a check of 3 bytes: with sixteen times the trials there is
// something to be counted. Longer checks would take hours.
constexpr uint8_t kCountedCheckLength = 3;
constexpr uint64_t kMoreTrials = 16;

// Formats and tables are asked for as many at once as they take.
constexpr size_t kBatch = 32;
// Of the state of an association, which is not looked at: as few as there can be.
constexpr size_t kLines = 2;

absl::Status Refused(CidHurdle hurdle, uint8_t cid_length) {
  return absl::InternalError(
      absl::StrCat("a CID of ", cid_length, " bytes that was issued does not pass the ",
                   absl::string_view(NameOf(hurdle).data(), NameOf(hurdle).size())));
}

// Fills a table, and answers how many of random CIDs are in it.
absl::StatusOr<uint64_t> CountFound(const TableSize& size, uint64_t trials, uint64_t seed) {
  SeededRandom source(seed), hash_source(seed + 2);
  CheckedRandom random(&source);
  OpaqueCidFormat format = *OpaqueCidFormat::Fixed(&random, size.cid_length);
  const std::unique_ptr<Aes128> hash_cipher = MakeSeededCipher(&hash_source);
  const uint32_t count = static_cast<uint32_t>(size.associations);
  HeapMemory memory;
  AssociationStore store(&memory, count, kLines);
  AssociationTable table({count, size.cid_length, AssociationTable::Kind::kCids},
                         KeyedHash(hash_cipher.get()), &store, &memory);
  CidIssuer issuer(&format, &table);
  for (uint32_t i = 0; i < count; ++i) {
    const AssociationHandle association = store.Add(0);
    uint64_t cid;
    CidIssue job;
    job.target.slot = association.slot;
    job.target.generation = association.generation;
    job.storage = absl::MakeSpan(reinterpret_cast<uint8_t*>(&cid), sizeof(cid));
    do issuer.Issue(absl::MakeSpan(&job, 1));
    while (job.result == CidIssueResult::kCollided);
    if (job.result != CidIssueResult::kIssued || table.Find(job.cid()) != association) {
      return Refused(CidHurdle::kLookup, size.cid_length);
    }
  }
  Random trial(seed + 1);
  std::array<uint64_t, kBatch> cids;
  std::array<absl::Span<const uint8_t>, kBatch> keys;
  std::array<AssociationHandle, kBatch> associations;
  for (size_t i = 0; i < kBatch; ++i) {
    keys[i] = absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(&cids[i]), size.cid_length);
  }
  uint64_t found = 0;
  for (uint64_t left = trials; left > 0;) {
    const size_t batch = std::min<uint64_t>(left, kBatch);
    for (size_t i = 0; i < batch; ++i) cids[i] = trial.Next();
    table.Find(absl::MakeConstSpan(keys.data(), batch), absl::MakeSpan(associations));
    for (size_t i = 0; i < batch; ++i) found += associations[i] ? 1 : 0;
    left -= batch;
  }
  return found;
}

// Answers how many of random CIDs the format takes for its own.
template <typename Format>
absl::StatusOr<uint64_t> CountRead(CidHurdle hurdle, Format* format, uint64_t trials,
                                   uint64_t seed) {
  constexpr size_t kWordsEach = 2;
  const uint8_t length = format->max_length();
  std::array<std::array<uint64_t, kWordsEach>, kBatch> words;
  std::array<CidReading, kBatch> readings;
  std::array<CidIssue, kBatch> issues;
  for (size_t i = 0; i < kBatch; ++i) {
    const absl::Span<uint8_t> bytes(reinterpret_cast<uint8_t*>(words[i].data()), length);
    readings[i].cid = bytes;
    issues[i].storage = bytes;
    issues[i].target.slot = static_cast<uint32_t>(i);
  }
  const auto count_passed = [&readings] {
    return static_cast<uint64_t>(std::count_if(
        readings.begin(), readings.end(),
        // Whose server it is comes after.
        [](const CidReading& reading) { return reading.reason != DropReason::kForgedCid; }));
  };
  format->Issue(absl::MakeSpan(issues));
  format->Read(absl::MakeSpan(readings));
  if (count_passed() != kBatch) return Refused(hurdle, length);

  Random trial(seed);
  uint64_t passed = 0;
  for (uint64_t i = 0; i < trials; i += kBatch) {
    for (auto& cid : words) {
      for (uint64_t& word : cid) word = trial.Next();
    }
    format->Read(absl::MakeSpan(readings));
    passed += count_passed();
  }
  return passed;
}

// Whole batches.
uint64_t TrialsFor(uint8_t check_length, uint64_t trials) {
  const uint64_t all = check_length == kCountedCheckLength ? kMoreTrials * trials : trials;
  return (all + kBatch - 1) / kBatch * kBatch;
}

}  // namespace

double PassingCount::expected() const {
  const double values = std::pow(2, 8 * check_length);
  return hurdle == CidHurdle::kLookup ? static_cast<double>(associations) / values : 1 / values;
}

bool PassingCount::expected_inside() const {
  const Interval inside = interval();
  return inside.low <= expected() && expected() <= inside.high;
}

std::optional<double> PassingCount::bound() const {
  return passed == 0 ? std::optional<double>(BoundAfterNoHit(trials)) : std::nullopt;
}

absl::StatusOr<std::vector<PassingCount>> CountPassingCids(
    uint64_t seed, size_t trials, const std::function<void(std::string_view)>& progress) {
  std::vector<PassingCount> counts;
  if (trials == 0) return counts;
  Random seeds(seed);
  const auto add = [&](PassingCount count, auto&& count_passed) -> absl::Status {
    progress(absl::StrCat("counting CIDs of ", count.cid_length, " bytes that pass"));
    const absl::StatusOr<uint64_t> passed = count_passed(count.trials);
    if (!passed.ok()) return passed.status();
    count.passed = *passed;
    counts.push_back(count);
    return absl::OkStatus();
  };
  for (const TableSize& table : kTables) {
    const uint64_t own_seed = seeds.Next();
    if (table.associations > trials) continue;
    absl::Status status =
        add({CidHurdle::kLookup, table.cid_length, table.cid_length, table.associations, trials, 0},
            [&](uint64_t count) { return CountFound(table, count, own_seed); });
    if (!status.ok()) return status;
  }
  SeededRandom source(seeds.Next());
  CheckedRandom random(&source);
  const std::unique_ptr<Aes128> tag_cipher = MakeSeededCipher(&source);
  const std::unique_ptr<Aes128> seal_cipher = MakeSeededCipher(&source);
  const BlockCidTagger tagger(tag_cipher.get());
  for (uint8_t tag = TaggedCidFormat::kMinTagLength; tag <= TaggedCidFormat::kMaxTagLength; ++tag) {
    TaggedCidFormat format = *TaggedCidFormat::Make(&tagger, &random, kOpaqueLength, tag);
    const uint64_t own_seed = seeds.Next();
    absl::Status status =
        add({CidHurdle::kTag, format.max_length(), tag, 0, TrialsFor(tag, trials), 0},
            [&](uint64_t count) { return CountRead(CidHurdle::kTag, &format, count, own_seed); });
    if (!status.ok()) return status;
  }
  for (const uint8_t length : kSealedLengths) {
    SealedCidFormat format = *SealedCidFormat::Make(seal_cipher.get(), length);
    const uint8_t check = SealCheckLength(length);
    const uint64_t own_seed = seeds.Next();
    absl::Status status =
        add({CidHurdle::kSeal, length, check, 0, TrialsFor(check, trials), 0},
            [&](uint64_t count) { return CountRead(CidHurdle::kSeal, &format, count, own_seed); });
    if (!status.ok()) return status;
  }
  return counts;
}

}  // namespace waybill
