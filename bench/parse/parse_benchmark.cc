// SPDX-License-Identifier: Apache-2.0
//
// Reading the header of the first record of a datagram, of mixed traffic that does not repeat: the
// portable parser, the one of this machine and a branchy one, beside the copy of 24 bytes in the
// same moments.
//
//   bazel run --config=opt //bench/parse:parse_benchmark -- [--benchmark_out=FILE]
//
// Times nothing where a parser answers wrong, or the build is not optimised.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/comparison/measure.h"
#include "waybill/bench/parse/branchy_parser.h"
#include "waybill/bench/parse/parse_traces.h"
#include "waybill/record/parse_record_variants.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/tests/codec/agreement.h"
#include "waybill/traffic/bytes.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

constexpr size_t kDatagrams = 65536;
constexpr uint64_t kSeed = 1;

using Parser = DropReason (*)(absl::Span<const uint8_t> datagram, size_t offset,
                              const RecordRules& rules, RecordView* view);

template <Parser kParse>
void ParseBlock(const DatagramStore& datagrams, const RecordRules& rules, size_t begin,
                size_t end) {
  RecordView views[64];
  uint64_t refused = 0;
  for (size_t i = begin; i < end; ++i) {
    refused += kParse(datagrams.bytes(i), 0, rules, &views[i % 64]) != DropReason::kNone;
  }
  KeepAlive(&refused);
  KeepAlive(views);
}

struct Contender {
  const char* name;
  Parser parse;
  void (*parse_block)(const DatagramStore& datagrams, const RecordRules& rules, size_t begin,
                      size_t end);
};

template <Parser kParse>
constexpr Contender MakeContender(const char* name) {
  return {name, kParse, ParseBlock<kParse>};
}

// Whether the parser accepts what the reference codec accepts, and says the same of it.
absl::Status CheckAnswers(const Contender& contender, const ParseTrace& trace) {
  for (size_t i = 0; i < trace.mixed.size(); ++i) {
    const absl::Span<const uint8_t> datagram = trace.mixed.bytes(i);
    RecordView expected, view;
    // The views have padding, which no parser has to write.
    std::memset(static_cast<void*>(&expected), 0, sizeof(expected));
    std::memset(static_cast<void*>(&view), 0, sizeof(view));
    const bool accepted =
        ParseRecordPortable(datagram, 0, trace.rules, &expected) == DropReason::kNone;
    const std::string disagreement =
        Disagreement(Bytes(datagram.begin(), datagram.end()), trace.rules);
    if (!disagreement.empty()) {
      return absl::InternalError(absl::StrCat("datagram ", i + 1, ": ", disagreement));
    }
    if ((contender.parse(datagram, 0, trace.rules, &view) == DropReason::kNone) != accepted ||
        (accepted &&
         (view.form != expected.form || view.sequence != expected.sequence ||
          view.version != expected.version || view.epoch != expected.epoch ||
          view.record != expected.record || view.cid != expected.cid ||
          view.extensions != expected.extensions || view.payload != expected.payload))) {
      return absl::InternalError(absl::StrCat("datagram ", i + 1, " is read otherwise"));
    }
  }
  return absl::OkStatus();
}

// An iteration is a pass over the trace and one over the same datagrams sorted; the time shown is
// that of a datagram of the former.
void TimePasses(benchmark::State& state, const Loop& mixed, const Loop& sorted) {
  double floor_ns = 0, mixed_ns = 0, sorted_ns = 0;
  for (auto _ : state) {
    const PassTimes times = TimePass(mixed);
    state.SetIterationTime(times.ns * 1e-9);
    floor_ns += times.floor_ns;
    mixed_ns += times.ns;
    sorted_ns += TimePass(sorted).ns;
  }
  state.counters["copy_ns"] = benchmark::Counter(floor_ns, benchmark::Counter::kAvgIterations);
  state.counters["times_the_copy"] = mixed_ns / floor_ns;
  state.counters["mixed_over_sorted"] = mixed_ns / sorted_ns;
}

Loop LoopOver(const DatagramStore& datagrams, const Contender& contender,
              const RecordRules& rules) {
  return {&datagrams, [&datagrams, &contender, &rules](size_t begin, size_t end) {
            contender.parse_block(datagrams, rules, begin, end);
          }};
}

absl::Status RegisterAll(const std::vector<Contender>& contenders,
                         const std::vector<ParseTrace>& traces) {
  if (!IsOptimisedBuild()) {
    return absl::FailedPreconditionError("this build is not optimised; build with --config=opt");
  }
  for (const ParseTrace& trace : traces) {
    for (const Contender& contender : contenders) {
      const std::string name = absl::StrCat("parse/", std::string(trace.name), "/", contender.name);
      const absl::Status status = CheckAnswers(contender, trace);
      if (!status.ok()) {
        return absl::InternalError(absl::StrCat(name, " is wrong: ", status.message()));
      }
      const Loop mixed = LoopOver(trace.mixed, contender, trace.rules);
      const Loop sorted = LoopOver(trace.sorted, contender, trace.rules);
      benchmark::RegisterBenchmark(
          name.c_str(),
          [mixed, sorted](benchmark::State& state) { TimePasses(state, mixed, sorted); })
          ->UseManualTime()
          ->Iterations(10)
          ->Repetitions(10)
          ->DisplayAggregatesOnly(true);
    }
  }
  return absl::OkStatus();
}

std::vector<Contender> AllContenders() {
  std::vector<Contender> contenders = {MakeContender<ParseRecordByBranches>("branchy"),
                                       MakeContender<ParseRecordPortable>("portable")};
#if defined(__x86_64__)
  if (HasShuffle()) contenders.push_back(MakeContender<ParseRecordByShuffle>("shuffle"));
#endif
  return contenders;
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const std::vector<waybill::Contender> contenders = waybill::AllContenders();
  const std::vector<waybill::ParseTrace> traces =
      waybill::MakeParseTraces(waybill::kDatagrams, waybill::kSeed);
  const absl::Status status = waybill::RegisterAll(contenders, traces);
  if (!status.ok()) {
    std::fprintf(stderr, "parse_benchmark: %s\n", std::string(status.message()).c_str());
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
