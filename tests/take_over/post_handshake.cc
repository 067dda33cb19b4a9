// SPDX-License-Identifier: Apache-2.0
#include "waybill/tests/take_over/post_handshake.h"

#include <cstddef>

#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

constexpr size_t kNumberLength = 16;  // an epoch and a sequence number of 64 bits
constexpr size_t kLongest = 2 + 16 * kNumberLength;

constexpr uint8_t kKeyUpdate = 24;
constexpr size_t kKeyUpdateLength = 1;

bool WriteU64(uint64_t value, ByteWriter* writer) {
  return writer->WriteU32(value >> 32) && writer->WriteU32(value & 0xffffffff);
}

bool ReadU64(ByteReader* reader, uint64_t* value) {
  uint32_t high, low;
  if (!reader->ReadU32(&high) || !reader->ReadU32(&low)) return false;
  *value = uint64_t{high} << 32 | low;
  return true;
}

// What `write(ByteWriter*)` writes; nothing where there is no room.
template <typename Write>
std::vector<uint8_t> Written(Write write) {
  std::vector<uint8_t> bytes(kLongest);
  ByteWriter writer(absl::MakeSpan(bytes));
  bytes.resize(write(&writer) ? writer.size() : 0);
  return bytes;
}

}  // namespace

std::vector<uint8_t> EncodeAck(absl::Span<const RecordNumber> numbers) {
  return Written([&](ByteWriter* writer) {
    bool ok = writer->WriteU16(numbers.size() * kNumberLength);
    for (const RecordNumber& number : numbers) {
      ok = ok && WriteU64(number.epoch, writer) && WriteU64(number.sequence, writer);
    }
    return ok;
  });
}

std::optional<std::vector<RecordNumber>> DecodeAck(absl::Span<const uint8_t> content) {
  ByteReader reader(content);
  uint16_t length;
  if (!reader.ReadU16(&length) || length != reader.remaining()) return std::nullopt;
  std::vector<RecordNumber> numbers;
  while (!reader.empty()) {
    RecordNumber& number = numbers.emplace_back();
    if (!ReadU64(&reader, &number.epoch) || !ReadU64(&reader, &number.sequence)) {
      return std::nullopt;
    }
  }
  return numbers;
}

std::vector<uint8_t> EncodeKeyUpdate(uint16_t message_number) {
  return Written([&](ByteWriter* writer) {
    return writer->WriteU8(kKeyUpdate) && writer->WriteU24(kKeyUpdateLength) &&
           writer->WriteU16(message_number) && writer->WriteU24(0) &&  // one fragment, all of it
           writer->WriteU24(kKeyUpdateLength) && writer->WriteU8(0);
  });
}

std::optional<bool> DecodeKeyUpdate(absl::Span<const uint8_t> content) {
  ByteReader reader(content);
  uint8_t type, request;
  uint16_t message_number;
  uint32_t length, fragment_offset, fragment_length;
  if (!reader.ReadU8(&type) || type != kKeyUpdate ||                               //
      !reader.ReadU24(&length) || length != kKeyUpdateLength ||                    //
      !reader.ReadU16(&message_number) ||                                          //
      !reader.ReadU24(&fragment_offset) || fragment_offset != 0 ||                 //
      !reader.ReadU24(&fragment_length) || fragment_length != kKeyUpdateLength ||  //
      !reader.ReadU8(&request) || request > 1 || !reader.empty()) {
    return std::nullopt;
  }
  return request == 1;
}

}  // namespace waybill
