// SPDX-License-Identifier: Apache-2.0
//
// Input: 0 for a ClientHello or 1 for a ServerHello, then its body. What is read from a hello lies
// inside it; the extensions that were read are written back as they stand in it; and it is that
// hello up to its very last byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "waybill/ext/hello.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

DropReason Read(bool client, absl::Span<const uint8_t> body, Hello* hello) {
  return client ? ReadClientHello(body, hello) : ReadServerHello(body, hello);
}

bool IsReasonOfHellos(DropReason reason) {
  return reason == DropReason::kHelloMalformed || reason == DropReason::kHelloExtensionMalformed ||
         reason == DropReason::kHelloExtensionRepeated ||
         reason == DropReason::kHelloExtensionOrphaned;
}

// Each of the extensions that `hello` has, written by the library, stands somewhere in `body`.
void CheckWriteBack(const Hello& hello, absl::Span<const uint8_t> body) {
  std::vector<uint8_t> room(body.size());
  const auto check = [&](bool written, const ByteWriter& writer) {
    WAYBILL_FUZZ_CHECK(written);
    const absl::Span<const uint8_t> extension = writer.written();
    WAYBILL_FUZZ_CHECK(std::search(body.begin(), body.end(), extension.begin(), extension.end()) !=
                       body.end());
  };
  ByteWriter cid(absl::MakeSpan(room)), rrc(absl::MakeSpan(room)), offer(absl::MakeSpan(room));
  if (hello.cid.has_value()) check(WriteConnectionIdHelloExtension(*hello.cid, &cid), cid);
  if (hello.return_routability_check) check(WriteReturnRoutabilityCheckHelloExtension(&rrc), rrc);
  if (hello.record_header_extensions.has_value()) {
    check(WriteRecordHeaderExtensionsHelloExtension(*hello.record_header_extensions, &offer),
          offer);
  }
}

void CheckHello(const Hello& hello, absl::Span<const uint8_t> body) {
  const auto is_within = [body](absl::Span<const uint8_t> bytes) {
    return bytes.data() >= body.data() && bytes.data() + bytes.size() <= body.data() + body.size();
  };
  WAYBILL_FUZZ_CHECK(hello.random.size() == 32 && is_within(hello.random));
  WAYBILL_FUZZ_CHECK(!hello.cid.has_value() || is_within(*hello.cid));
  WAYBILL_FUZZ_CHECK(!hello.return_routability_check || hello.cid.has_value());
  const auto& offer = hello.record_header_extensions;
  WAYBILL_FUZZ_CHECK(!offer.has_value() || !offer->receives.Has(kCidExtensionType) ||
                     (hello.cid.has_value() && !hello.cid->empty()));
  // Whoever answers with the offer agrees to it.
  WAYBILL_FUZZ_CHECK(AgreeOnRecordHeaderExtensions(hello, hello).profile ==
                     (offer.has_value() ? offer->profile : ExtensionProfile::kOff));
}

void ReadHello(bool client, absl::Span<const uint8_t> body) {
  Hello hello;
  const DropReason reason = Read(client, body, &hello);
  if (reason != DropReason::kNone) {
    WAYBILL_FUZZ_CHECK(IsReasonOfHellos(reason));
    return;
  }
  CheckHello(hello, body);
  CheckWriteBack(hello, body);
  WAYBILL_FUZZ_CHECK(!client || !hello.is_hello_retry_request);

  std::vector<uint8_t> longer(body.begin(), body.end());
  longer.push_back(0);
  WAYBILL_FUZZ_CHECK(Read(client, longer, &hello) == DropReason::kHelloMalformed);
  const absl::Span<const uint8_t> shorter = body.first(body.size() - 1);
  WAYBILL_FUZZ_CHECK(Read(client, shorter, &hello) == DropReason::kHelloMalformed);
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  waybill::ReadHello(/*client=*/data[0] % 2 == 0, absl::MakeConstSpan(data + 1, size - 1));
  return 0;
}
