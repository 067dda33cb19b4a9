// SPDX-License-Identifier: Apache-2.0
//
// How many records a second `waybill dissect` reads, and whether its memory grows with the capture:
//
//   bazel run --config=opt //bench/dissect_rates -- [--json] [--records N] [--repetitions N]
//
// Times nothing where an answer of the tool is wrong, or the build is not optimised.
#include <pcap/pcap.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/comparison/own_path.h"
#include "waybill/bench/comparison/statistics.h"
#include "waybill/bench/dissect_rates/check.h"
#include "waybill/bench/dissect_rates/child.h"
#include "waybill/bench/dissect_rates/generated_capture.h"

namespace waybill {
namespace {

constexpr uint64_t kSeed = 1;
constexpr uint64_t kShorter = 5;  // times fewer records, to see whether memory grows

struct Options {
  uint64_t records = 5'000'000;
  int repetitions = 10;
  std::string waybill;
  bool json = false;
};

// A folder that goes with this value.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path() / "dissect_rates.XXXXXX";
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  bool ok() const { return !path_.empty(); }
  std::string File(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// One way to read a capture.
struct Command {
  std::string name;
  std::vector<std::string> arguments;  // the file goes behind them
};

struct Result {
  std::string name;
  Summary records_a_second;
  Summary ratio;               // of its CPU time to the floor's in the same repetition
  double shorter_peak_mb = 0;  // the highest of all repetitions, as is the next one
  double peak_mb = 0;
};

std::vector<std::string> With(std::vector<std::string> arguments, const std::string& file) {
  arguments.push_back(file);
  return arguments;
}

// The floor: libpcap alone, counting packets, in a process of its own as the tool is.
int CountPackets(const char* path) {
  char cause[PCAP_ERRBUF_SIZE] = "";
  pcap_t* capture = pcap_open_offline(path, cause);
  if (capture == nullptr) return 1;
  uint64_t packets = 0;
  pcap_pkthdr* header;
  const u_char* bytes;
  int result;
  while ((result = pcap_next_ex(capture, &header, &bytes)) == 1) ++packets;
  pcap_close(capture);
  absl::PrintF("%d\n", packets);
  return result == PCAP_ERROR_BREAK ? 0 : 1;
}

class DissectRates {
 public:
  DissectRates(const Options& options, const std::string& own_path, const TemporaryFolder& folder)
      : options_(options),
        shorter_file_(folder.File("shorter.pcap")),
        file_(folder.File("capture.pcap")),
        commands_{{"floor", {own_path, "--count-packets"}},
                  {"--stats", {options.waybill, "dissect", "--quiet", "--stats"}},
                  {"--json", {options.waybill, "dissect", "--quiet", "--json"}}} {}

  absl::StatusOr<std::vector<Result>> Run() {
    const auto shorter = WriteGeneratedCapture(shorter_file_, options_.records / kShorter, kSeed);
    if (!shorter.ok()) return shorter.status();
    const auto content = WriteGeneratedCapture(file_, options_.records, kSeed);
    if (!content.ok()) return content.status();
    content_ = *content;
    for (const auto& [file, expected] :
         {std::pair(shorter_file_, *shorter), std::pair(file_, content_)}) {
      const absl::Status status = CheckAnswers(file, expected);
      if (!status.ok()) return status;
    }
    return Measure();
  }

  const ExpectedContent& content() const { return content_; }
  uint64_t file_size() const { return std::filesystem::file_size(file_); }

 private:
  absl::Status CheckAnswers(const std::string& file, const ExpectedContent& content) const {
    std::string packets, statistics;
    LineCheck lines(content);
    const auto keep = [](std::string* text) {
      return [text](absl::string_view line) { text->append(line.data(), line.size()); };
    };
    const auto counted = ReadChild(With(commands_[0].arguments, file), keep(&packets));
    if (!counted.ok()) return counted.status();
    if (packets != absl::StrCat(content.datagrams, "\n")) {
      return absl::InternalError("the floor counts other packets: " + packets);
    }
    std::vector<std::string> stats_as_json = commands_[1].arguments;
    stats_as_json.push_back("--json");
    const auto stats = ReadChild(With(stats_as_json, file), keep(&statistics));
    if (!stats.ok()) return stats.status();
    const absl::Status status = CheckStatistics(content, statistics);
    if (!status.ok()) return status;
    const auto json = ReadChild(With(commands_[2].arguments, file),
                                [&lines](absl::string_view line) { lines.Add(line); });
    return json.ok() ? lines.Result() : json.status();
  }

  // All commands in turn, so that what disturbs the machine disturbs all alike.
  absl::StatusOr<std::vector<Result>> Measure() const {
    std::vector<std::vector<double>> rates(commands_.size()), ratios(commands_.size());
    std::vector<Result> results(commands_.size());
    for (int repetition = 0; repetition < options_.repetitions; ++repetition) {
      double floor_seconds = 0;
      for (size_t i = 0; i < commands_.size(); ++i) {
        const auto shorter = RunChild(With(commands_[i].arguments, shorter_file_));
        if (!shorter.ok()) return shorter.status();
        const auto cost = RunChild(With(commands_[i].arguments, file_));
        if (!cost.ok()) return cost.status();
        if (i == 0) floor_seconds = cost->cpu_seconds;
        rates[i].push_back(static_cast<double>(content_.records) / cost->cpu_seconds);
        ratios[i].push_back(cost->cpu_seconds / floor_seconds);
        results[i].shorter_peak_mb = std::max(results[i].shorter_peak_mb, shorter->peak_mb);
        results[i].peak_mb = std::max(results[i].peak_mb, cost->peak_mb);
      }
    }
    for (size_t i = 0; i < commands_.size(); ++i) {
      results[i].name = commands_[i].name;
      results[i].records_a_second = Summarize(rates[i]);
      results[i].ratio = Summarize(ratios[i]);
    }
    return results;
  }

  const Options& options_;
  std::string shorter_file_, file_;
  std::vector<Command> commands_;
  ExpectedContent content_;
};

void PrintText(const DissectRates& rates, const std::vector<Result>& results,
               const Options& options) {
  const Environment environment = ThisEnvironment();
  absl::PrintF("%d records in %d datagrams, %d MB, seed %d; %d repetitions.\n",
               rates.content().records, rates.content().datagrams, rates.file_size() >> 20, kSeed,
               options.repetitions);
  absl::PrintF("%s, %d cores, %s, %s build, %s.\n", environment.cpu, environment.cores,
               environment.compiler, environment.build_mode, environment.kernel);
  absl::PrintF(
      "CPU time, the median and an interval that holds the true one with 95 %% confidence. The "
      "floor "
      "reads\nthe same file through libpcap alone. No peak of memory can be told below %.1f "
      "MB.\n\n",
      OwnPeakMb());
  absl::PrintF("  %-8s %32s %22s %20s\n", "", "records a second, millions", "times the floor",
               "peak MB, 1/5 and all");
  for (const Result& result : results) {
    const auto interval = [](const Summary& summary, double unit) {
      return absl::StrFormat("%.2f [%.2f, %.2f]", summary.median / unit, summary.low / unit,
                             summary.high / unit);
    };
    absl::PrintF("  %-8s %32s %22s %12.1f %7.1f\n", result.name,
                 interval(result.records_a_second, 1e6), interval(result.ratio, 1),
                 result.shorter_peak_mb, result.peak_mb);
  }
}

nlohmann::ordered_json JsonOf(const Summary& summary) {
  return {{"median", summary.median},
          {"low", summary.low},
          {"high", summary.high},
          {"raw", summary.raw}};
}

void PrintJson(const DissectRates& rates, const std::vector<Result>& results) {
  const Environment environment = ThisEnvironment();
  nlohmann::ordered_json object;
  object["environment"] = {{"cpu", environment.cpu},
                           {"cores", environment.cores},
                           {"compiler", environment.compiler},
                           {"build_mode", environment.build_mode},
                           {"kernel", environment.kernel}};
  object["capture"] = {{"seed", kSeed},
                       {"records", rates.content().records},
                       {"datagrams", rates.content().datagrams},
                       {"file_bytes", rates.file_size()},
                       {"forms", rates.content().forms}};
  object["lowest_peak_mb"] = OwnPeakMb();
  for (const Result& result : results) {
    object["commands"].push_back({{"name", result.name},
                                  {"records_a_second", JsonOf(result.records_a_second)},
                                  {"times_the_floor", JsonOf(result.ratio)},
                                  {"peak_mb_of_a_fifth", result.shorter_peak_mb},
                                  {"peak_mb", result.peak_mb}});
  }
  std::printf("%s\n", object.dump().c_str());
}

absl::Status Run(const Options& options) {
  if (!IsOptimisedBuild()) {
    return absl::FailedPreconditionError("this build is not optimised; build with --config=opt");
  }
  const absl::StatusOr<std::string> own_path = OwnPath();
  if (!own_path.ok()) return own_path.status();
  const TemporaryFolder folder;
  if (!folder.ok()) return absl::InternalError("no temporary folder can be made");
  DissectRates rates(options, *own_path, folder);
  const absl::StatusOr<std::vector<Result>> results = rates.Run();
  if (!results.ok()) return results.status();
  if (options.json) {
    PrintJson(rates, *results);
  } else {
    PrintText(rates, *results, options);
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--count-packets") {
    return waybill::CountPackets(argv[2]);
  }
  waybill::Options options;
  CLI::App app("How many records a second waybill dissect reads, and with how much memory");
  app.add_option("WAYBILL", options.waybill, "the program waybill")->required();
  app.add_option("--records", options.records, "in the generated capture")
      ->check(CLI::Range(5000, 1'000'000'000));
  app.add_option("--repetitions", options.repetitions)
      ->check(CLI::Range(waybill::kFewestRepetitions, 1000));
  app.add_flag("--json", options.json, "every figure with its raw repetitions and environment");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = waybill::Run(options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "dissect_rates: %s\n", std::string(status.message()).c_str());
  return 1;
}
