// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/comparison.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "waybill/bench/comparison/check.h"
#include "waybill/bench/comparison/receivers.h"
#include "waybill/record/record_view.h"

namespace waybill {
namespace {

std::string NameOf(const ComparedDesign& design) { return std::string(design.info->name); }

// Loops, and where their figures go.
class Schedule {
 public:
  void Add(const DatagramStore& datagrams, std::function<void(size_t begin, size_t end)> run,
           Measured* result) {
    loops_.push_back({&datagrams, std::move(run)});
    results_.push_back(result);
  }

  void Run(int repetitions, const ProgressFunction& progress) {
    const std::vector<Measured> measured = Measure(loops_, repetitions, [&](int done) {
      progress(absl::StrCat("timing: repetition ", done + 1, " of ", repetitions));
    });
    for (size_t i = 0; i < measured.size(); ++i) *results_[i] = measured[i];
  }

 private:
  std::vector<Loop> loops_;
  std::vector<Measured*> results_;
};

}  // namespace

absl::StatusOr<Comparison::Prepared> Comparison::PrepareDesign(
    const ComparedDesign& design, const Trace& trace, absl::StatusOr<ComparedReceiver> receiver,
    bool spoil) const {
  if (!receiver.ok()) return receiver.status();
  absl::StatusOr<DatagramStore> valid = WriteTrace(design, trace, *receiver->cids, options_.seed);
  if (!valid.ok()) return valid.status();
  std::vector<RecordView> views = ReadAll(design, receiver->rules, *valid);
  if (spoil) ++views[views.size() / 2].sequence;
  if (absl::Status status = CheckAnswers(design, trace, *receiver, *valid, views); !status.ok()) {
    return status;
  }
  Prepared prepared{*std::move(receiver), {}, {}, {}};
  for (const RecordView& view : views) prepared.cids.push_back(view.cid);
  for (const TrashClass trash_class : kTrashClasses) {
    const size_t index = static_cast<size_t>(trash_class);
    const absl::StatusOr<DatagramStore> trash =
        MakeTrashFor(design, trash_class, *valid, views, std::min(valid->size(), kMostTrash),
                     options_.seed + 1 + index);
    if (!trash.ok()) return trash.status();
    absl::StatusOr<Refusals> refusals = CountRefusals(design, prepared.receiver, *trash);
    if (!refusals.ok()) {
      return absl::InternalError(absl::StrCat("trash of class ",
                                              std::string(waybill::NameOf(trash_class)), ", ",
                                              std::string(refusals.status().message())));
    }
    prepared.trash[index] = *std::move(refusals);
  }
  prepared.valid = *std::move(valid);
  return prepared;
}

absl::StatusOr<Comparison> Comparison::Prepare(const ComparisonOptions& options,
                                               absl::Span<const CapturedRecord> captured,
                                               const ProgressFunction& progress) {
  Comparison comparison(options);
  bool spoil = options.plant_wrong;
  for (const size_t associations : options.association_counts) {
    Round round;
    round.trace = MakeTrace(captured, associations, options.datagrams, options.seed);
    Receivers receivers(round.trace.associations, options.seed);
    for (const ComparedDesign& design : options.designs) {
      progress(absl::StrCat("checking ", NameOf(design), " with ", associations, " associations"));
      absl::StatusOr<Prepared> prepared = comparison.PrepareDesign(
          design, round.trace, receivers.For(design), std::exchange(spoil, false));
      if (!prepared.ok()) {
        return absl::InternalError(absl::StrCat(
            "header design ", NameOf(design), " is wrong, and nothing is timed: ",
            std::string(prepared.status().message()), " (", associations, " associations)"));
      }
      round.designs.push_back(*std::move(prepared));
    }
    comparison.rounds_.push_back(std::move(round));
  }
  return comparison;
}

// All that is known without a clock.
ComparisonResults Comparison::Describe() const {
  ComparisonResults results;
  for (size_t i = 0; i < options_.designs.size(); ++i) {
    DesignResult design;
    design.info = options_.designs[i].info;
    design.cid_length = options_.designs[i].cid_length;
    const Round& first = rounds_.front();
    design.header_length =
        first.designs[i].valid.bytes(0).size() - first.trace.labels[0].payload_length;
    for (size_t r = 0; r < rounds_.size(); ++r) {
      ReceiverResult receiver;
      receiver.associations = options_.association_counts[r];
      for (const TrashClass trash_class : kTrashClasses) {
        const Refusals& refusals = rounds_[r].designs[i].trash[static_cast<size_t>(trash_class)];
        TrashResult trash;
        trash.trash_class = trash_class;
        trash.at_stage = refusals.at_stage;
        for (const uint64_t count : trash.at_stage) trash.datagrams += count;
        if (!refusals.refused.empty()) trash.refused.emplace();
        receiver.trash.push_back(trash);
      }
      design.receivers.push_back(std::move(receiver));
    }
    results.designs.push_back(std::move(design));
  }
  return results;
}

absl::StatusOr<ComparisonResults> Comparison::Run(const ReplayArguments& replay,
                                                  const ProgressFunction& progress) const {
  ComparisonResults results = Describe();
  absl::StatusOr<std::vector<PassingCount>> passing =
      CountPassingCids(options_.seed, options_.trials, progress);
  if (!passing.ok()) return passing.status();
  results.passing = *std::move(passing);
  Schedule schedule;
  const DatagramStore& copied = rounds_.front().designs.front().valid;
  progress("counting instructions of the copy");
  results.floor_instructions = CountInstructions(kFloorName, copied, replay);
  schedule.Add(
      copied,
      [&copied](size_t begin, size_t end) {
        ParseBlock<CopyFloor>(copied, CopyFloor::kRules, begin, end);
      },
      &results.floor);
  for (size_t i = 0; i < options_.designs.size(); ++i) {
    const ComparedDesign& design = options_.designs[i];
    DesignResult& result = results.designs[i];
    const Prepared& first = rounds_.front().designs[i];
    const DatagramStore& parsed = first.valid;
    progress(absl::StrCat("counting instructions of ", NameOf(design)));
    result.instructions = CountInstructions(NameOf(design), parsed, replay);
    schedule.Add(
        parsed,
        [&design, &first](size_t begin, size_t end) {
          design.parse_block(first.valid, first.receiver.rules, begin, end);
        },
        &result.parse);
    for (size_t r = 0; r < rounds_.size(); ++r) {
      const Prepared& prepared = rounds_[r].designs[i];
      schedule.Add(
          prepared.valid,
          [&design, &prepared](size_t begin, size_t end) {
            design.find_block(prepared.receiver, prepared.valid, prepared.cids, begin, end);
          },
          &result.receivers[r].lookup);
      schedule.Add(
          prepared.valid,
          [&design, &prepared](size_t begin, size_t end) {
            design.find_batches(prepared.receiver, prepared.valid, prepared.cids, begin, end);
          },
          &result.receivers[r].batched_lookup);
      for (TrashResult& trash : result.receivers[r].trash) {
        if (!trash.refused.has_value()) continue;
        const DatagramStore& refused =
            prepared.trash[static_cast<size_t>(trash.trash_class)].refused;
        schedule.Add(
            refused,
            [&design, &prepared, &refused](size_t begin, size_t end) {
              design.receive_block(prepared.receiver, refused, begin, end);
            },
            &*trash.refused);
      }
    }
  }
  schedule.Run(options_.repetitions, progress);
  return results;
}

}  // namespace waybill
