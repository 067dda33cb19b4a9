// SPDX-License-Identifier: Apache-2.0
//
// Records of every form, read and written on the microcontroller.

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/extended12.h"
#include "waybill/record/extended13.h"
#include "waybill/record/record_view.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"
#include "waybill/tests/microcontroller/image.h"
#include "waybill/tests/microcontroller/semihosting.h"
#include "waybill/tests/microcontroller/vectors.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

absl::Span<const uint8_t> DatagramOf(const Vector& vector) {
  return absl::Span<const uint8_t>(vector.bytes, vector.length);
}

bool Same(const RecordView& a, const RecordView& b) {
  return a.form == b.form && a.first_byte == b.first_byte && a.version == b.version &&
         a.epoch == b.epoch && a.sequence == b.sequence && a.record == b.record && a.cid == b.cid &&
         a.extensions == b.extensions && a.payload == b.payload;
}

bool ReadsRight(const Vector& vector, StackGauge* stack) {
  DatagramReader reader(DatagramOf(vector), *vector.rules);
  RecordView view;
  DropReason reason = DropReason::kNone;
  const auto next = [&] { return stack->Run([&] { return reader.Next(&view, &reason); }); };
  for (int i = 0; i < vector.accepted_before; ++i) {
    if (!next() || reason != DropReason::kNone) return false;
  }
  return next() && reason == vector.reason && Same(view, vector.view) && !next();
}

// Writes `header` into exactly the room that it needs, and fails where a byte is missing or the
// sequence number is too large.
template <typename Header>
bool WritesExactly(Header header, absl::Span<const uint8_t> expected, StackGauge* stack) {
  uint8_t storage[300];
  const size_t length = EncodedLength(header);
  if (length != expected.size() || length > sizeof(storage)) return false;
  const auto write = [&](size_t room) {
    ByteWriter writer(absl::Span<uint8_t>(storage, room));
    return stack->Run([&] { return WriteHeader(header, &writer); });
  };
  if (!write(length) || absl::Span<const uint8_t>(storage, length) != expected) return false;
  if (write(length - 1)) return false;
  header.sequence = kMaxSequence + 1;
  return !write(length);
}

// The header of a good record, written again from what was read of it.
bool WritesRight(const Vector& vector, StackGauge* stack) {
  const absl::Span<const uint8_t> datagram = DatagramOf(vector);
  const RecordView& view = vector.view;
  const absl::Span<const uint8_t> expected = view.header().In(datagram);
  const absl::Span<const uint8_t> cid = view.cid.In(datagram);
  const bool sequence16 = (view.first_byte & kUnifiedSequence16Bit) != 0;
  RecordExtension storage[kExtensionTypeCount];
  size_t count = 0;
  for (const RecordExtension& extension : ExtensionChain(view.extensions.In(datagram))) {
    if (count == kExtensionTypeCount) return false;
    storage[count++] = extension;
  }
  const absl::Span<const RecordExtension> extensions(storage, count);

  switch (view.form) {
    case RecordForm::kDtlsPlaintext:
    case RecordForm::kDtlsCiphertext:
      return WritesExactly(Rfc6347Header{view.first_byte, view.version, view.epoch, view.sequence,
                                         view.payload.length},
                           expected, stack);
    case RecordForm::kTls12Cid:
      return WritesExactly(
          Tls12CidHeader{view.version, view.epoch, view.sequence, cid, view.payload.length},
          expected, stack);
    case RecordForm::kUnified: {
      UnifiedHeader header{view.epoch, view.sequence, sequence16, cid, {}};
      if (view.has_length()) header.length = view.payload.length;
      return WritesExactly(header, expected, stack);
    }
    case RecordForm::kExtended12:
      return WritesExactly(Extended12Header{view.first_byte, view.version, view.epoch,
                                            view.sequence, extensions, view.payload.length},
                           expected, stack);
    case RecordForm::kExtended13: {
      const bool in_header = (view.first_byte & kUnifiedCidBit) != 0;
      // An epoch of application data that ends in the bits that were read.
      return WritesExactly(Extended13Header{uint64_t{4} + view.epoch, view.sequence, sequence16,
                                            in_header ? cid : absl::Span<const uint8_t>(),
                                            extensions, view.payload.length},
                           expected, stack);
    }
    case RecordForm::kOther:
      break;
  }
  return false;
}

void Complain(const char* what, size_t index, Tally* tally) {
  Print("wrong: ");
  Print(what);
  Print(" vector ");
  Print(static_cast<uint32_t>(index));
  Print("\n");
  ++tally->wrong;
}

Tally RunForm(RecordForm form, StackGauge* stack) {
  Tally tally;
  uint32_t written = 0;
  const absl::Span<const Vector> vectors = Vectors();
  for (size_t i = 0; i < vectors.size(); ++i) {
    const Vector& vector = vectors.data()[i];
    if (vector.base != form) continue;
    ++tally.vectors;
    if (!ReadsRight(vector, stack)) Complain("reading", i, &tally);
    if (vector.reason != DropReason::kNone) continue;
    ++written;
    if (!WritesRight(vector, stack)) Complain("writing", i, &tally);
  }
  Print(NameOf(form).data());
  Print(": ");
  Print(written);
  Print(" read and written, ");
  Print(tally.vectors - written);
  Print(" refused\n");
  tally.vectors += written;
  return tally;
}

}  // namespace

Tally RunRecords(StackGauge* stack) {
  Tally all;
  for (const RecordForm form :
       {RecordForm::kDtlsPlaintext, RecordForm::kDtlsCiphertext, RecordForm::kTls12Cid,
        RecordForm::kUnified, RecordForm::kExtended12, RecordForm::kExtended13}) {
    const Tally tally = RunForm(form, stack);
    all.vectors += tally.vectors;
    all.wrong += tally.wrong;
  }
  return all;
}

}  // namespace waybill
