// SPDX-License-Identifier: Apache-2.0
//
// How an endpoint is made and printed.

#include "waybill/capture/ip_endpoint.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace waybill {

IpEndpoint IpEndpoint::V4(const std::array<uint8_t, 4>& address, uint16_t port) {
  IpEndpoint endpoint;
  std::copy(address.begin(), address.end(), endpoint.address.begin());
  endpoint.port = port;
  return endpoint;
}

IpEndpoint IpEndpoint::V6(const std::array<uint8_t, 16>& address, uint16_t port) {
  IpEndpoint endpoint;
  endpoint.address = address;
  endpoint.is_v6 = true;
  endpoint.port = port;
  return endpoint;
}

std::string IpEndpoint::ToString() const {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(is_v6 ? AF_INET6 : AF_INET, address.data(), text, sizeof(text));
  return is_v6 ? absl::StrCat("[", text, "]:", port) : absl::StrCat(text, ":", port);
}

}  // namespace waybill
