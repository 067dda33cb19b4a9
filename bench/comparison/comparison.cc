// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/comparison.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "waybill/bench/comparison/check.h"
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

absl::StatusOr<Comparison::Datagrams> Comparison::PrepareDatagrams(const ComparedDesign& design,
                                                                   const Trace& trace,
                                                                   bool spoil) const {
  absl::StatusOr<DatagramStore> valid = WriteTrace(design, trace, options_.seed);
  if (!valid.ok()) return valid.status();
  std::vector<RecordView> views = ReadAll(design, *valid);
  if (spoil) ++views[views.size() / 2].sequence;
  if (absl::Status status = CheckAnswers(design, trace, *valid, views); !status.ok()) {
    return status;
  }
  Datagrams datagrams;
  for (const RecordView& view : views) datagrams.cids.push_back(view.cid);
  for (const TrashClass trash_class : kTrashClasses) {
    const size_t index = static_cast<size_t>(trash_class);
    const absl::StatusOr<DatagramStore> trash =
        MakeTrashFor(design, trash_class, *valid, views, std::min(valid->size(), kMostTrash),
                     options_.seed + 1 + index);
    if (!trash.ok()) return trash.status();
    absl::StatusOr<Refusals> refusals = CountRefusals(design, trace.associations, *trash);
    if (!refusals.ok()) {
      return absl::InternalError(absl::StrCat("trash of class ",
                                              std::string(waybill::NameOf(trash_class)), ", ",
                                              std::string(refusals.status().message())));
    }
    datagrams.trash[index] = *std::move(refusals);
  }
  datagrams.valid = *std::move(valid);
  return datagrams;
}

absl::StatusOr<Comparison> Comparison::Prepare(const ComparisonOptions& options,
                                               absl::Span<const CapturedRecord> captured,
                                               const ProgressFunction& progress) {
  Comparison comparison(options);
  bool spoil = options.plant_wrong;
  for (const size_t associations : options.association_counts) {
    Receiver receiver;
    receiver.trace = MakeTrace(captured, associations, options.datagrams, options.seed);
    for (const ComparedDesign& design : options.designs) {
      progress(absl::StrCat("checking ", NameOf(design), " with ", associations, " associations"));
      absl::StatusOr<Datagrams> datagrams =
          comparison.PrepareDatagrams(design, receiver.trace, std::exchange(spoil, false));
      if (!datagrams.ok()) {
        return absl::InternalError(absl::StrCat(
            "header design ", NameOf(design), " is wrong, and nothing is timed: ",
            std::string(datagrams.status().message()), " (", associations, " associations)"));
      }
      receiver.designs.push_back(*std::move(datagrams));
    }
    comparison.receivers_.push_back(std::move(receiver));
  }
  return comparison;
}

// All that is known without a clock.
ComparisonResults Comparison::Describe() const {
  ComparisonResults results;
  for (size_t i = 0; i < options_.designs.size(); ++i) {
    DesignResult design;
    design.info = options_.designs[i].info;
    const Receiver& first = receivers_.front();
    design.header_length =
        first.designs[i].valid.bytes(0).size() - first.trace.labels[0].payload_length;
    for (size_t r = 0; r < receivers_.size(); ++r) {
      ReceiverResult receiver;
      receiver.associations = options_.association_counts[r];
      for (const TrashClass trash_class : kTrashClasses) {
        const Refusals& refusals = receivers_[r].designs[i].trash[static_cast<size_t>(trash_class)];
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

ComparisonResults Comparison::Run(const ReplayArguments& replay,
                                  const ProgressFunction& progress) const {
  ComparisonResults results = Describe();
  Schedule schedule;
  const DatagramStore& copied = receivers_.front().designs.front().valid;
  progress("counting instructions of the copy");
  results.floor_instructions = CountInstructions(kFloorName, copied, replay);
  schedule.Add(
      copied, [&copied](size_t begin, size_t end) { ParseBlock<CopyFloor>(copied, begin, end); },
      &results.floor);
  for (size_t i = 0; i < options_.designs.size(); ++i) {
    const ComparedDesign& design = options_.designs[i];
    DesignResult& result = results.designs[i];
    const DatagramStore& parsed = receivers_.front().designs[i].valid;
    progress(absl::StrCat("counting instructions of ", NameOf(design)));
    result.instructions = CountInstructions(NameOf(design), parsed, replay);
    schedule.Add(
        parsed,
        [&design, &parsed](size_t begin, size_t end) { design.parse_block(parsed, begin, end); },
        &result.parse);
    for (size_t r = 0; r < receivers_.size(); ++r) {
      const AssociationTable& associations = receivers_[r].trace.associations;
      const Datagrams& datagrams = receivers_[r].designs[i];
      schedule.Add(
          datagrams.valid,
          [&design, &associations, &datagrams](size_t begin, size_t end) {
            design.find_block(associations, datagrams.valid, datagrams.cids, begin, end);
          },
          &result.receivers[r].lookup);
      for (TrashResult& trash : result.receivers[r].trash) {
        if (!trash.refused.has_value()) continue;
        const DatagramStore& refused =
            datagrams.trash[static_cast<size_t>(trash.trash_class)].refused;
        schedule.Add(
            refused,
            [&design, &associations, &refused](size_t begin, size_t end) {
              design.receive_block(associations, refused, begin, end);
            },
            &*trash.refused);
      }
    }
  }
  schedule.Run(options_.repetitions, progress);
  return results;
}

}  // namespace waybill
