// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/datagram_builder.h"

#include <algorithm>
#include <cassert>

#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"

namespace waybill {
namespace {

Bytes Copy(absl::Span<const uint8_t> bytes) { return Bytes(bytes.begin(), bytes.end()); }

}  // namespace

DatagramBuilder& DatagramBuilder::Begin(HeaderLayout layout, uint8_t content_type, uint64_t epoch) {
  records_.emplace_back();
  last().layout = layout;
  last().content_type = content_type;
  last().epoch = epoch;
  return *this;
}

DatagramBuilder::Record& DatagramBuilder::last() {
  assert(!records_.empty() && "a field was set before the first record was begun");
  return records_.back();
}

DatagramBuilder& DatagramBuilder::Plaintext(uint8_t content_type) {
  return Begin(HeaderLayout::kRfc6347, content_type, /*epoch=*/0);
}

DatagramBuilder& DatagramBuilder::Ciphertext(uint8_t content_type) {
  return Begin(HeaderLayout::kRfc6347, content_type, /*epoch=*/1);
}

DatagramBuilder& DatagramBuilder::Tls12Cid(absl::Span<const uint8_t> cid) {
  return Begin(HeaderLayout::kTls12Cid, kTls12CidType, /*epoch=*/1).Cid(cid);
}

DatagramBuilder& DatagramBuilder::Unified() {
  return Begin(HeaderLayout::kUnified, /*content_type=*/0, /*epoch=*/3);
}

DatagramBuilder& DatagramBuilder::Extended12(uint8_t content_type) {
  return Ciphertext(content_type).ExtensionBit(true);
}

DatagramBuilder& DatagramBuilder::Extended13() { return Unified().ExtensionBit(true); }

DatagramBuilder& DatagramBuilder::Raw(absl::Span<const uint8_t> bytes) {
  return Begin(HeaderLayout::kNone, /*content_type=*/0, /*epoch=*/0).Payload(bytes);
}

DatagramBuilder& DatagramBuilder::Version(uint16_t version) {
  last().version = version;
  return *this;
}

DatagramBuilder& DatagramBuilder::Epoch(uint64_t epoch) {
  last().epoch = epoch;
  return *this;
}

DatagramBuilder& DatagramBuilder::Sequence(uint64_t sequence) {
  last().sequence = sequence;
  return *this;
}

DatagramBuilder& DatagramBuilder::Sequence8(uint64_t sequence) {
  last().sequence16 = false;
  return Sequence(sequence);
}

DatagramBuilder& DatagramBuilder::Sequence16(uint64_t sequence) {
  last().sequence16 = true;
  return Sequence(sequence);
}

DatagramBuilder& DatagramBuilder::Cid(absl::Span<const uint8_t> cid) {
  last().cid = Copy(cid);
  return *this;
}

DatagramBuilder& DatagramBuilder::WithoutLength() {
  last().has_length = false;
  return *this;
}

DatagramBuilder& DatagramBuilder::Extension(uint8_t type, absl::Span<const uint8_t> value) {
  Record& record = last();
  if (record.last_extension.has_value()) record.chain[*record.last_extension] |= 0x80;
  record.last_extension = record.chain.size();
  AppendUint(static_cast<uint64_t>(type & 0x0f) << 11 | (value.size() & kMaxExtensionValueLength),
             2, &record.chain);
  AppendBytes(value, &record.chain);
  return ExtensionBit(true);
}

DatagramBuilder& DatagramBuilder::CidExtension(absl::Span<const uint8_t> cid) {
  return Extension(kCidExtensionType, cid);
}

DatagramBuilder& DatagramBuilder::Payload(absl::Span<const uint8_t> payload) {
  last().payload = Copy(payload);
  return *this;
}

DatagramBuilder& DatagramBuilder::PayloadOfLength(size_t length) {
  Bytes& payload = last().payload;
  payload.resize(length);
  for (size_t i = 0; i < length; ++i) payload[i] = static_cast<uint8_t>(0xc0 | i);
  return *this;
}

DatagramBuilder& DatagramBuilder::RawChain(absl::Span<const uint8_t> chain) {
  last().chain = Copy(chain);
  last().last_extension.reset();
  return ExtensionBit(true);
}

DatagramBuilder& DatagramBuilder::ClaimLength(uint16_t length) {
  last().claimed_length = length;
  return *this;
}

DatagramBuilder& DatagramBuilder::ExtensionBit(bool set) {
  last().extension_bit = set;
  return *this;
}

DatagramBuilder& DatagramBuilder::FirstByte(uint8_t first_byte) {
  last().first_byte = first_byte;
  return *this;
}

DatagramBuilder& DatagramBuilder::CutAt(size_t length) {
  cut_ = length;
  return *this;
}

Bytes DatagramBuilder::Build() const {
  Bytes out;
  for (const Record& record : records_) Append(record, &out);
  if (cut_.has_value()) out.resize(std::min(*cut_, out.size()));
  return out;
}

void DatagramBuilder::Append(const Record& record, Bytes* out) {
  const Bytes cid = record.cid.value_or(Bytes());
  const size_t length =
      record.claimed_length.value_or(record.chain.size() + record.payload.size()) |
      (record.extension_bit ? kExtensionIndicator : 0);
  switch (record.layout) {
    case HeaderLayout::kRfc6347:
    case HeaderLayout::kTls12Cid:
      AppendUint(record.first_byte.value_or(record.content_type), 1, out);
      AppendUint(record.version, 2, out);
      AppendUint(record.epoch, 2, out);
      AppendUint(record.sequence, 6, out);
      if (record.layout == HeaderLayout::kTls12Cid) AppendBytes(cid, out);
      AppendUint(length, 2, out);
      break;
    case HeaderLayout::kUnified:
      AppendUint(record.first_byte.value_or(kUnifiedFixedBits |
                                            (record.cid.has_value() ? kUnifiedCidBit : 0) |
                                            (record.sequence16 ? kUnifiedSequence16Bit : 0) |
                                            (record.has_length ? kUnifiedLengthBit : 0) |
                                            (record.epoch & kUnifiedEpochMask)),
                 1, out);
      AppendBytes(cid, out);
      AppendUint(record.sequence, record.sequence16 ? 2 : 1, out);
      if (record.has_length) AppendUint(length, 2, out);
      break;
    case HeaderLayout::kNone:
      break;
  }
  AppendBytes(record.chain, out);
  AppendBytes(record.payload, out);
}

}  // namespace waybill
