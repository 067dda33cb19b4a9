// SPDX-License-Identifier: Apache-2.0
//
// `waybill compare`: header designs side by side on real traffic.
#ifndef WAYBILL_TOOLS_COMPARE_COMMAND_H_
#define WAYBILL_TOOLS_COMPARE_COMMAND_H_

namespace CLI {
class App;
}  // namespace CLI

namespace waybill {

// See command.h.
void AddCompareCommand(CLI::App* app, int* exit_status);

}  // namespace waybill

#endif  // WAYBILL_TOOLS_COMPARE_COMMAND_H_
