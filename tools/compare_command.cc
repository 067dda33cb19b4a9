// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/compare_command.h"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "waybill/bench/comparison/callgrind.h"
#include "waybill/bench/comparison/captured_records.h"
#include "waybill/bench/comparison/comparison.h"
#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/comparison/results_json.h"
#include "waybill/bench/comparison/results_text.h"
#include "waybill/bench/header_designs/registry.h"
#include "waybill/tools/command.h"
#include "waybill/tools/progress.h"

namespace waybill {
namespace {

constexpr char kFooter[] =
    R"(Every protected record of the captures is written anew in the header of each design, with the payload
length that it had and a connection ID of the design's own kind, issued under keys that the seed
names. What a receiver reads in it is checked before anything is timed: a design that answers wrong
is named, with the datagram, and nothing is timed.
Then: bytes a record; the cost of reading a header, beside a copy of 24 bytes; of finding the
association; of refusing trash, by class and by the stage that refuses it; and what reaches the AEAD.
Last, how many random connection IDs pass the lookup, a tag or a seal, beside what theory says.

Without --capture the captures are used that the project ships. Instructions are counted by
valgrind's callgrind where it is installed. Times are of this machine; ratios travel better.

Exit status: 0 done, 1 an input could not be read or a design answers wrong, 2 wrong usage.)";

struct Arguments {
  std::vector<std::string> captures;
  std::vector<std::string> designs;
  std::string out;
  std::string plant;
  std::vector<std::string> replay;  // name and file; see ReplayArguments
  bool json = false;
  bool quiet = false;
  ComparisonOptions options;
};

absl::Status WriteFile(const std::string& folder, const std::string& name,
                       const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::InternalError(absl::StrCat(folder, ": ", error.message()));
  const std::string path = (std::filesystem::path(folder) / name).string();
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file.fail()) return absl::InternalError(absl::StrCat(path, ": cannot be written"));
  return absl::OkStatus();
}

absl::Status Compare(const Arguments& arguments) {
  Progress line(arguments.quiet);
  const ProgressFunction progress = [&line](std::string_view text) { line.Show(text); };
  std::vector<std::string> paths = arguments.captures;
  if (paths.empty()) {
    absl::StatusOr<std::vector<std::string>> shipped = ShippedCaptures();
    if (!shipped.ok()) return shipped.status();
    paths = *std::move(shipped);
  }
  const absl::StatusOr<CapturedTraffic> traffic = ReadCaptures(paths);
  if (!traffic.ok()) return traffic.status();
  const absl::StatusOr<Comparison> comparison =
      Comparison::Prepare(arguments.options, traffic->records, progress);
  if (!comparison.ok()) return comparison.status();
  if (!IsOptimisedBuild()) {
    return absl::FailedPreconditionError(
        "all answers are right, but this build is not optimised and has assertions: its times "
        "would mean nothing; build it with --config=opt");
  }
  const absl::StatusOr<ComparisonResults> results = comparison->Run(
      [](const std::string& name, const std::string& file) {
        return std::vector<std::string>{"compare", "--replay", name, file};
      },
      progress);
  line.Wipe();
  if (!results.ok()) return results.status();
  const Environment environment = ThisEnvironment();
  const std::string json =
      absl::StrCat(ToJson(arguments.options, traffic->captures, environment, *results), "\n");
  const std::string shown =
      arguments.json ? json : ToText(arguments.options, traffic->captures, environment, *results);
  if (!arguments.out.empty()) {
    absl::Status status = WriteFile(arguments.out, "results.json", json);
    if (!status.ok()) return status;
  }
  const bool printed = std::fwrite(shown.data(), 1, shown.size(), stdout) == shown.size() &&
                       std::fflush(stdout) == 0;
  return printed ? absl::OkStatus() : absl::InternalError("standard output: cannot write");
}

int Run(const Arguments& arguments) {
  const absl::Status status = arguments.replay.empty()
                                  ? Compare(arguments)
                                  : ParseReplay(arguments.replay[0], arguments.replay[1]);
  if (status.ok()) return kDone;
  std::fprintf(stderr, "waybill: %s\n", std::string(status.message()).c_str());
  return kInputUnreadable;
}

}  // namespace

void AddCompareCommand(CLI::App* app, int* exit_status) {
  auto arguments = std::make_shared<Arguments>();
  auto associations = std::make_shared<size_t>(0);
  CLI::App* command = app->add_subcommand("compare", "Compare header designs on real traffic");
  command->add_option("--capture", arguments->captures, "captures to draw records from")
      ->allow_extra_args(false)
      ->type_name("FILE");
  command
      ->add_option("--associations", *associations,
                   "associations of the receiver, 1 to 10000000; without it 1000 and then 100000")
      ->check(CLI::Range(1, 10000000).description(""))
      ->type_name("N");
  command
      ->add_option("--datagrams", arguments->options.datagrams,
                   "datagrams that are timed, 1 to 1000000")
      ->check(CLI::Range(1, 1000000).description(""))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--seed", arguments->options.seed, "names the traffic")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option(
          "--trials", arguments->options.trials,
          "random CIDs of which those are counted that pass, 0 to 100000000 for each count")
      ->check(CLI::Range(0, 100000000).description(""))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--designs", arguments->designs, "only these, NAME,…; otherwise all")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME");
  command->add_option("--out", arguments->out, "also write results.json into this folder")
      ->type_name("DIR");
  command->add_flag("--json", arguments->json, "one JSON object instead of tables");
  command->add_flag("--quiet", arguments->quiet, "no progress on standard error");
  command
      ->add_option("--plant", arguments->plant,
                   "self-check: `wrong` spoils one answer of the first design, which must be found "
                   "out: exit status 1")
      ->check(CLI::IsMember({"wrong"}).description(""))
      ->type_name("KIND");
  command->add_option("--replay", arguments->replay)->expected(2)->group("");
  command->footer(kFooter);
  command->callback([arguments, associations, exit_status] {
    absl::StatusOr<std::vector<ComparedDesign>> designs = DesignsNamed(arguments->designs);
    if (!designs.ok()) {
      throw CLI::ValidationError("--designs", std::string(designs.status().message()));
    }
    arguments->options.designs = *std::move(designs);
    if (*associations != 0) arguments->options.association_counts = {*associations};
    arguments->options.plant_wrong = !arguments->plant.empty();
    *exit_status = Run(*arguments);
  });
}

}  // namespace waybill
