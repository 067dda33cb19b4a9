// SPDX-License-Identifier: Apache-2.0
//
// What a subcommand of `waybill` is, so that main.cc can be a list of them.
//
// The subcommand NAME lives in NAME_command.h and NAME_command.cc and offers one function,
//
//   void AddNameCommand(CLI::App* app, int* exit_status);
//
// which adds it to `app` with its options and its help. Its callback runs the command and stores
// one of the exit statuses below; it runs while main.cc parses the command line, so both arguments
// outlive it. Usage that only the command itself can see to be wrong is thrown as a
// CLI::ParseError, like the errors that CLI11 finds; main.cc turns them all into kWrongUsage.
#ifndef WAYBILL_TOOLS_COMMAND_H_
#define WAYBILL_TOOLS_COMMAND_H_

namespace waybill {

// The exit statuses of all commands.
inline constexpr int kDone = 0;
inline constexpr int kInputUnreadable = 1;  // a line on standard error names the input and why
inline constexpr int kWrongUsage = 2;

}  // namespace waybill

#endif  // WAYBILL_TOOLS_COMMAND_H_
