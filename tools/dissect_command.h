// SPDX-License-Identifier: Apache-2.0
//
// `waybill dissect`: every record of every UDP datagram of a capture.
#ifndef WAYBILL_TOOLS_DISSECT_COMMAND_H_
#define WAYBILL_TOOLS_DISSECT_COMMAND_H_

namespace CLI {
class App;
}  // namespace CLI

namespace waybill {

// See command.h.
void AddDissectCommand(CLI::App* app, int* exit_status);

}  // namespace waybill

#endif  // WAYBILL_TOOLS_DISSECT_COMMAND_H_
