// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/callgrind.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/own_path.h"
#include "waybill/bench/header_designs/registry.h"
#include "waybill/record/record_rules.h"
#include "waybill/wire/byte_reader.h"

namespace waybill {
namespace {

// Enough for every branch of a design to be taken as often as in the whole trace, and few enough
// for a simulated processor.
constexpr size_t kCountedDatagrams = 1024;

// A folder that goes with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code error;
    std::string name = (std::filesystem::temp_directory_path(error) / "waybill_XXXXXX").string();
    if (!error && mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  bool made() const { return !path_.empty(); }
  std::string File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }

 private:
  std::string path_;
};

// Each datagram behind its length of two bytes.
bool WriteReplay(const DatagramStore& datagrams, size_t count, const std::string& file) {
  std::ofstream out(file, std::ios::binary);
  for (size_t i = 0; i < count; ++i) {
    const absl::Span<const uint8_t> bytes = datagrams.bytes(i);
    out.put(static_cast<char>(bytes.size() >> 8)).put(static_cast<char>(bytes.size() & 0xff));
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  }
  out.close();
  return !out.fail();
}

// Runs a program, whose output nobody sees, to its end.
absl::Status Run(std::vector<std::string> command) {
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  }
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return absl::NotFoundError(absl::StrCat(command[0], " is not installed"));
  if (error != 0) return absl::InternalError(absl::StrCat(command[0], ": ", strerror(error)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    return absl::InternalError(absl::StrCat(command[0], " died of signal ", WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    return absl::InternalError(
        absl::StrCat(command[0], " ended with status ", WEXITSTATUS(status)));
  }
  return absl::OkStatus();
}

// The sum that callgrind writes into its file: `summary: N` or `totals: N`.
absl::StatusOr<uint64_t> ReadTotal(const std::string& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    absl::string_view number = line;
    uint64_t total = 0;
    if ((absl::ConsumePrefix(&number, "summary: ") || absl::ConsumePrefix(&number, "totals: ")) &&
        absl::SimpleAtoi(number, &total)) {
      if (total != 0) return total;
      return absl::InternalError("callgrind did not see the function being called");
    }
  }
  return absl::InternalError("callgrind wrote no total");
}

}  // namespace

absl::StatusOr<double> CountInstructions(const std::string& name, const DatagramStore& datagrams,
                                         const ReplayArguments& arguments) {
  const absl::StatusOr<std::string> self = OwnPath();
  if (!self.ok()) return self.status();
  const TemporaryFolder folder;
  const std::string replay = folder.File("datagrams");
  const std::string counts = folder.File("callgrind.out");
  const size_t count = std::min(datagrams.size(), kCountedDatagrams);
  if (!folder.made() || !WriteReplay(datagrams, count, replay)) {
    return absl::InternalError("no temporary file could be written");
  }
  // Only one design runs there, so that the pattern, which is over demangled names, hits it alone.
  std::vector<std::string> command = {"valgrind", "--tool=callgrind",
                                      "--toggle-collect=*ParseOne<*",
                                      absl::StrCat("--callgrind-out-file=", counts), *self};
  const std::vector<std::string> own = arguments(name, replay);
  command.insert(command.end(), own.begin(), own.end());
  if (absl::Status status = Run(std::move(command)); !status.ok()) return status;
  const absl::StatusOr<uint64_t> total = ReadTotal(counts);
  if (!total.ok()) return total.status();
  return static_cast<double>(*total) / static_cast<double>(count);
}

absl::Status ParseReplay(const std::string& name, const std::string& file) {
  auto parse = ParseOne<CopyFloor>;
  RecordRules rules = CopyFloor::kRules;
  std::shared_ptr<const ComparedCids> cids;  // which the rules may point to
  if (name != kFloorName) {
    const absl::StatusOr<std::vector<ComparedDesign>> designs = DesignsNamed({name});
    if (!designs.ok()) return designs.status();
    const ComparedDesign& design = designs->front();
    // Where a CID ends depends on no key and on no association.
    absl::StatusOr<std::shared_ptr<const ComparedCids>> issued =
        design.issue_cids(ComparedAssociations(), 0);
    if (!issued.ok()) return issued.status();
    cids = *std::move(issued);
    parse = design.parse;
    rules = design.rules(cids->length());
  }
  std::ifstream in(file, std::ios::binary);
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in),
                                   std::istreambuf_iterator<char>()};
  ByteReader reader(bytes);
  RecordView view;
  while (!reader.empty()) {
    ByteReader datagram({});
    if (!reader.ReadVector16(&datagram)) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": cut at byte ", reader.offset()));
    }
    parse(datagram.rest(), rules, &view);
    KeepAlive(&view);
  }
  return absl::OkStatus();
}

}  // namespace waybill
