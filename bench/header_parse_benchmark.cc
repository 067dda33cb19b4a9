// SPDX-License-Identifier: Apache-2.0
//
// Reading a header in each design, over the trace of `waybill compare`, beside the copy of 24 bytes
// in the same moments. Times nothing where a design answers wrong, or the build is not optimised.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "waybill/bench/comparison/captured_records.h"
#include "waybill/bench/comparison/check.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/comparison/measure.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/comparison/receivers.h"
#include "waybill/bench/comparison/trace.h"
#include "waybill/bench/header_designs/registry.h"

namespace waybill {
namespace {

constexpr size_t kAssociations = 1000;
constexpr size_t kDatagrams = 65536;
constexpr uint64_t kSeed = 1;

// One iteration is one pass over the trace; the times shown are of one datagram.
void TimePasses(benchmark::State& state, const Loop& loop) {
  double floor_ns = 0;
  double ns = 0;
  for (auto _ : state) {
    const PassTimes times = TimePass(loop);
    state.SetIterationTime(times.ns * 1e-9);
    ns += times.ns;
    floor_ns += times.floor_ns;
  }
  state.counters["copy_ns"] = benchmark::Counter(floor_ns, benchmark::Counter::kAvgIterations);
  state.counters["times_the_copy"] = ns / floor_ns;
}

void Register(const std::string& name, Loop loop) {
  // Passes, not seconds: the time of an iteration is that of one datagram.
  benchmark::RegisterBenchmark(name.c_str(),
                               [loop](benchmark::State& state) { TimePasses(state, loop); })
      ->UseManualTime()
      ->Iterations(20)
      ->Repetitions(10)
      ->ReportAggregatesOnly(true);
}

struct Prepared {
  ComparedReceiver receiver;
  DatagramStore datagrams;
};

absl::Status RegisterAll(std::vector<Prepared>* prepared) {
  if (!IsOptimisedBuild()) {
    return absl::FailedPreconditionError("this build is not optimised; build with --config=opt");
  }
  const absl::StatusOr<std::vector<std::string>> paths = ShippedCaptures();
  if (!paths.ok()) return paths.status();
  const absl::StatusOr<CapturedTraffic> traffic = ReadCaptures(*paths);
  if (!traffic.ok()) return traffic.status();
  const Trace trace = MakeTrace(traffic->records, kAssociations, kDatagrams, kSeed);
  Receivers receivers(trace.associations, kSeed);
  prepared->reserve(AllDesigns().size());
  for (const ComparedDesign& design : AllDesigns()) {
    absl::StatusOr<ComparedReceiver> receiver = receivers.For(design);
    if (!receiver.ok()) return receiver.status();
    absl::StatusOr<DatagramStore> written = WriteTrace(design, trace, *receiver->cids, kSeed);
    if (!written.ok()) return written.status();
    prepared->push_back({*std::move(receiver), *std::move(written)});
    const Prepared& one = prepared->back();
    const absl::Status status = CheckAnswers(design, trace, one.receiver, one.datagrams,
                                             ReadAll(design, one.receiver.rules, one.datagrams));
    const std::string name(design.info->name);
    if (!status.ok()) {
      return absl::InternalError(name + " is wrong: " + std::string(status.message()));
    }
    Register("parse/" + name, {&one.datagrams, [&design, &one](size_t begin, size_t end) {
                                 design.parse_block(one.datagrams, one.receiver.rules, begin, end);
                               }});
  }
  const DatagramStore& copied = prepared->front().datagrams;
  Register("parse/copy", {&copied, [&copied](size_t begin, size_t end) {
                            ParseBlock<CopyFloor>(copied, CopyFloor::kRules, begin, end);
                          }});
  return absl::OkStatus();
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  std::vector<waybill::Prepared> prepared;
  const absl::Status status = waybill::RegisterAll(&prepared);
  if (!status.ok()) {
    std::fprintf(stderr, "header_parse_benchmark: %s\n", std::string(status.message()).c_str());
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
