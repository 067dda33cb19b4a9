// SPDX-License-Identifier: Apache-2.0
//
// What the rooms offer besides records, on the microcontroller: an answer or two of each, whose
// cases are tested on the host.

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/ext/hello.h"
#include "waybill/record/additional_data.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_number.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/record/replay_window.h"
#include "waybill/tests/microcontroller/image.h"
#include "waybill/tests/microcontroller/parts.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// The stack is measured around these functions: what is large in them stands elsewhere.

constexpr uint8_t kCid[] = {1, 2, 3, 4, 5, 6, 7, 8};
constexpr size_t kHelloFront = 2 + 32;  // version, random

// Both hellos of a handshake, whose extensions the library writes itself.
bool HellosAgree() {
  // Session ID, cookie and cipher suites of a client; session ID and cipher suite of a server.
  constexpr uint8_t kClientMiddle[] = {0, 0, 0, 2, 0xc0, 0xa8, 1, 0};
  constexpr uint8_t kServerMiddle[] = {0, 0xc0, 0xa8, 0};
  const auto write = [](absl::Span<const uint8_t> middle, ByteWriter* writer) {
    constexpr size_t kExtensionsLength = (4 + 1 + sizeof(kCid)) + 4 + (4 + 3);
    return writer->WriteU16(kDtls12Version) && writer->WriteRepeated(0x5a, kHelloFront - 2) &&
           writer->WriteBytes(middle) && writer->WriteU16(kExtensionsLength) &&
           WriteConnectionIdHelloExtension(kCid, writer) &&
           WriteReturnRoutabilityCheckHelloExtension(writer) &&
           WriteRecordHeaderExtensionsHelloExtension(
               {ExtensionProfile::kAuthenticated, ExtensionTypeSet(0x8001)}, writer);
  };
  static uint8_t client_storage[80], server_storage[80];
  ByteWriter client_writer{absl::MakeSpan(client_storage)};
  ByteWriter server_writer{absl::MakeSpan(server_storage)};
  static Hello client, server;
  if (!write(kClientMiddle, &client_writer) || !write(kServerMiddle, &server_writer) ||
      ReadClientHello(client_writer.written(), &client) != DropReason::kNone ||
      ReadServerHello(server_writer.written(), &server) != DropReason::kNone) {
    return false;
  }
  const RecordHeaderExtensionsAgreement agreement = AgreeOnRecordHeaderExtensions(client, server);
  return client.cid == absl::MakeConstSpan(kCid) && server.return_routability_check &&
         agreement.profile == ExtensionProfile::kAuthenticated &&
         agreement.server_receives.mask() == 0x8001;
}

bool RefusesACutHello() {
  constexpr uint8_t kCut[kHelloFront + 1] = {0xfe, 0xfd};
  Hello hello;
  return ReadClientHello(absl::Span<const uint8_t>(kCut, kHelloFront), &hello) ==
             DropReason::kHelloMalformed &&
         ReadServerHello(kCut, &hello) == DropReason::kHelloMalformed;
}

// REQ-016: known answer of pion/dtls.
bool AdditionalDataOfTls12Cid() {
  constexpr uint8_t kDatagram[] = {0x19, 0xfe, 0xfd, 0, 2, 0, 0, 0, 0,    1,    0x15, 1,   2,
                                   3,    4,    5,    6, 7, 8, 0, 4, 0xde, 0xad, 0xbe, 0xef};
  constexpr uint8_t kExpected[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x19, 8,    0x19,
                                   0xfe, 0xfd, 0,    2,    0,    0,    0,    0,    1,    0x15, 1,
                                   2,    3,    4,    5,    6,    7,    8,    6,    0xf8};
  RecordView view;
  static uint8_t storage[MaxAdditionalDataLength12(0)];
  ByteWriter writer{absl::MakeSpan(storage)};
  return ParseRecord(kDatagram, 0, RecordRules(CidLength::Fixed(sizeof(kCid))), &view) ==
             DropReason::kNone &&
         WriteAdditionalData12(view, kDatagram, ExtensionProfile::kOff, 1784, &writer) &&
         writer.written() == absl::MakeConstSpan(kExpected);
}

bool ChecksAUnifiedRecord() {
  constexpr size_t kHeaderLength = 1 + sizeof(kCid) + 2;
  constexpr uint8_t kDatagram[kHeaderLength + 16] = {0x3b, 1, 2, 3, 4, 5, 6, 7, 8, 0xaa, 0xbb};
  RecordView view;
  ExtensionRules with_cid_extension;
  with_cid_extension.profile = ExtensionProfile::kAuthenticated;
  with_cid_extension.accepted = ExtensionTypeSet(1);
  return ParseRecord(kDatagram, 0, RecordRules(CidLength::Fixed(sizeof(kCid))), &view) ==
             DropReason::kNone &&
         AdditionalData13(view, kDatagram) == absl::Span<const uint8_t>(kDatagram, kHeaderLength) &&
         CheckVersion(view) == DropReason::kNone &&
         CheckContentType(view, DtlsVersion::kDtls13) == DropReason::kNone &&
         CheckContentType(view, DtlsVersion::kDtls12) == DropReason::kContentTypeNotAllowed &&
         CheckExtensions(view, with_cid_extension, 3) == DropReason::kExtensionCidMissing &&
         CheckInnerType(view, with_cid_extension, 3, kApplicationData) == DropReason::kNone &&
         CheckInnerType(view, with_cid_extension, 3, kChangeCipherSpec) ==
             DropReason::kInnerTypeNotAllowed;
}

bool InnerPlaintextThereAndBack() {
  uint8_t storage[64];
  ByteWriter writer{absl::MakeSpan(storage)};
  InnerPlaintext inner;
  return WriteInnerPlaintext(kApplicationData, kCid, 10, kMaxInnerPlaintext13, &writer) &&
         ReadInnerPlaintext(writer.written(), kMaxInnerPlaintext13, &inner) == DropReason::kNone &&
         inner.content_type == kApplicationData && inner.content == absl::MakeConstSpan(kCid) &&
         inner.padding == 10;
}

// REQ-044: RFC 9000, appendix A.3, and the ends of the range; REQ-045.
bool ReconstructsNumbers() {
  uint64_t epoch = 0;
  return ReconstructSequence(0x9b32, 16, 0xa82f30eb) == 0xa82f9b32 &&
         ReconstructSequence(0xff, 8, kMaxSequence + 1) == kMaxSequence &&
         ReconstructSequence(0, 8, 255) == 256 && ReconstructEpoch(1, 6, &epoch) && epoch == 5 &&
         !ReconstructEpoch(3, 1, &epoch);
}

// REQ-055, REQ-057
bool WindowForgetsNothing() {
  ReplayWindow window;
  window.Mark(1000);
  window.Mark(kMaxSequence);
  window.Mark(kMaxSequence - 255);
  return window.Check(1000) == DropReason::kLeftOfWindow &&
         window.Check(kMaxSequence) == DropReason::kReplayed &&
         window.Check(kMaxSequence - 255) == DropReason::kReplayed &&
         window.Check(kMaxSequence - 256) == DropReason::kLeftOfWindow &&
         window.Check(kMaxSequence - 100) == DropReason::kNone;
}

constexpr Part kParts[] = {
    {"hellos", HellosAgree},
    {"cut hellos", RefusesACutHello},
    {"additional data", AdditionalDataOfTls12Cid},
    {"record checks", ChecksAUnifiedRecord},
    {"inner plaintext", InnerPlaintextThereAndBack},
    {"record numbers", ReconstructsNumbers},
    {"replay window", WindowForgetsNothing},
};

}  // namespace

Tally RunOtherParts(StackGauge* stack) { return RunParts("other parts", kParts, stack); }

}  // namespace waybill
