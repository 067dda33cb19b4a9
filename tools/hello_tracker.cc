// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/hello_tracker.h"

#include <algorithm>

#include "waybill/ext/hello.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

std::string ToString(absl::Span<const uint8_t> bytes) {
  return std::string(bytes.begin(), bytes.end());
}

std::optional<std::string> CidOf(const Hello& hello) {
  if (!hello.cid.has_value()) return std::nullopt;
  return ToString(*hello.cid);
}

HelloRandom RandomOf(const Hello& hello) {
  HelloRandom random = {};
  std::copy_n(hello.random.begin(), std::min(random.size(), hello.random.size()), random.begin());
  return random;
}

}  // namespace

void HelloTracker::Read(const FlowDirection& direction, absl::Span<const uint8_t> payload,
                        const std::function<void(const HelloAgreement&)>& on_agreement) {
  reassembly_.Read(direction, payload, [&](const HelloMessage& message) {
    if (message.type == HelloMessage::kClient) {
      ReadClientHello(direction, message);
    } else if (const auto agreement = ReadServerHello(direction, message)) {
      on_agreement(*agreement);
    }
  });
}

void HelloTracker::ReadClientHello(const FlowDirection& to_server, const HelloMessage& message) {
  Hello hello;
  if (waybill::ReadClientHello(message.body, &hello) != DropReason::kNone) {
    offers_.Erase(to_server);
    return;
  }
  Offer& offer = offers_.FindOrAdd(to_server);
  const HelloRandom random = RandomOf(hello);
  if (random == offer.random && message.message_sequence < offer.message_sequence) return;
  offer = {random, message.message_sequence, CidOf(hello)};
}

std::optional<HelloAgreement> HelloTracker::ReadServerHello(const FlowDirection& to_client,
                                                            const HelloMessage& message) {
  Offer* offer = offers_.Find(to_client.Reverse());
  Hello hello;
  if (offer == nullptr || waybill::ReadServerHello(message.body, &hello) != DropReason::kNone ||
      hello.is_hello_retry_request) {
    return std::nullopt;
  }
  offer->message_sequence = 0;  // answered: any ClientHello from now on begins another handshake

  HelloAgreement agreement;
  agreement.to_server = to_client.Reverse();
  agreement.client_random = offer->random;
  agreement.server_random = RandomOf(hello);
  agreement.cipher_suite = hello.cipher_suite;
  agreement.in_use = offer->cid.has_value() && hello.cid.has_value();
  if (agreement.in_use) {
    agreement.cid_to_server = ToString(*hello.cid);
    agreement.cid_to_client = *offer->cid;
  }
  return agreement;
}

}  // namespace waybill
