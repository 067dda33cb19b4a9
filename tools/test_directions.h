// SPDX-License-Identifier: Apache-2.0
//
// Clients of one server, for tests.
#ifndef WAYBILL_TOOLS_TEST_DIRECTIONS_H_
#define WAYBILL_TOOLS_TEST_DIRECTIONS_H_

#include <cstdint>

#include "waybill/capture/ip_endpoint.h"
#include "waybill/tools/direction.h"

namespace waybill {

// From the client at `client_port` to 198.51.100.2:5684.
inline FlowDirection ToServer(uint16_t client_port = 40000) {
  return {IpEndpoint::V4({192, 0, 2, 1}, client_port), IpEndpoint::V4({198, 51, 100, 2}, 5684)};
}

inline FlowDirection ToClient(uint16_t client_port = 40000) {
  return ToServer(client_port).Reverse();
}

}  // namespace waybill

#endif  // WAYBILL_TOOLS_TEST_DIRECTIONS_H_
