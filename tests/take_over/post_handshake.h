// SPDX-License-Identifier: Apache-2.0
//
// What a process that goes on with a session of DTLS 1.3 needs of the handshake's messages:
// KeyUpdate (RFC 8446, section 4.6.3; RFC 9147, section 5.2) and ACK (RFC 9147, section 7).
#ifndef WAYBILL_TESTS_TAKE_OVER_POST_HANDSHAKE_H_
#define WAYBILL_TESTS_TAKE_OVER_POST_HANDSHAKE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "waybill/record/record_number.h"

namespace waybill {

// The content of an ACK record, at most 16 numbers.
std::vector<uint8_t> EncodeAck(absl::Span<const RecordNumber> numbers);
// No value where it is malformed.
std::optional<std::vector<RecordNumber>> DecodeAck(absl::Span<const uint8_t> content);

// A KeyUpdate that asks for none in return.
std::vector<uint8_t> EncodeKeyUpdate(uint16_t message_number);
// Whether it asks for one in return; no value where it is malformed, or another message.
std::optional<bool> DecodeKeyUpdate(absl::Span<const uint8_t> content);

}  // namespace waybill

#endif  // WAYBILL_TESTS_TAKE_OVER_POST_HANDSHAKE_H_
