// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/dissect_rates/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

constexpr double kKbOfAMb = 1024;  // ru_maxrss is in KB

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

// Starts the program with `output` as its standard output.
absl::StatusOr<pid_t> Start(const std::vector<std::string>& arguments, int output) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t pid;
  const int error = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return absl::ErrnoToStatus(error, arguments[0]);
  return pid;
}

absl::StatusOr<ChildCost> WaitFor(pid_t pid, const std::vector<std::string>& arguments) {
  int status;
  rusage usage;
  if (wait4(pid, &status, 0, &usage) != pid) return absl::ErrnoToStatus(errno, "wait4");
  if (status != 0) {
    return absl::InternalError(absl::StrCat(arguments[0], " failed with status ", status));
  }
  return ChildCost{Seconds(usage.ru_utime) + Seconds(usage.ru_stime),
                   static_cast<double>(usage.ru_maxrss) / kKbOfAMb};
}

}  // namespace

absl::StatusOr<ChildCost> RunChild(const std::vector<std::string>& arguments) {
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null < 0) return absl::ErrnoToStatus(errno, "/dev/null");
  const absl::StatusOr<pid_t> pid = Start(arguments, null);
  close(null);
  if (!pid.ok()) return pid.status();
  return WaitFor(*pid, arguments);
}

absl::StatusOr<ChildCost> ReadChild(const std::vector<std::string>& arguments,
                                    const std::function<void(absl::string_view)>& on_line) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe2");
  const absl::StatusOr<pid_t> pid = Start(arguments, ends[1]);
  close(ends[1]);
  std::FILE* output = fdopen(ends[0], "r");
  if (pid.ok()) {
    char* line = nullptr;
    size_t capacity = 0;
    for (ssize_t size; (size = getline(&line, &capacity, output)) > 0;) {
      on_line(absl::string_view(line, static_cast<size_t>(size)));
    }
    std::free(line);
  }
  std::fclose(output);
  if (!pid.ok()) return pid.status();
  return WaitFor(*pid, arguments);
}

double OwnPeakMb() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / kKbOfAMb;
}

}  // namespace waybill
