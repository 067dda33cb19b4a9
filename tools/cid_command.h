// SPDX-License-Identifier: Apache-2.0
//
// `waybill cid`: issues connection IDs and reads them.
#ifndef WAYBILL_TOOLS_CID_COMMAND_H_
#define WAYBILL_TOOLS_CID_COMMAND_H_

namespace CLI {
class App;
}  // namespace CLI

namespace waybill {

// See command.h.
void AddCidCommand(CLI::App* app, int* exit_status);

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CID_COMMAND_H_
