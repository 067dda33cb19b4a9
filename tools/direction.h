// SPDX-License-Identifier: Apache-2.0
//
// One way of the traffic between two endpoints. Connection IDs belong to a direction: each peer
// chooses the ones that it wants to receive (RFC 9146, section 3).
#ifndef WAYBILL_TOOLS_DIRECTION_H_
#define WAYBILL_TOOLS_DIRECTION_H_

#include <utility>

#include "waybill/capture/ip_endpoint.h"

namespace waybill {

// A value, usable as a key of absl's hash containers. All datagrams whose addresses are unknown
// travel in the default direction, which is its own reverse.
struct FlowDirection {
  IpEndpoint source;
  IpEndpoint destination;

  FlowDirection Reverse() const { return {destination, source}; }

  friend bool operator==(const FlowDirection& a, const FlowDirection& b) {
    return a.source == b.source && a.destination == b.destination;
  }
  template <typename H>
  friend H AbslHashValue(H h, const FlowDirection& direction) {
    return H::combine(std::move(h), direction.source, direction.destination);
  }
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_DIRECTION_H_
