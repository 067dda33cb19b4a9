// SPDX-License-Identifier: Apache-2.0
//
// Where the type can tell that the bytes will be gone, what keeps or hands out a span of them does
// not take them: see compile_failure_test.py.
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/hello.h"
#include "waybill/record/additional_data.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

using Bytes = std::vector<uint8_t>;

Bytes Receive();
std::array<uint8_t, 16> ReceiveArray();
const Bytes ReceiveConst();
absl::Span<const uint8_t> View();
bool Same(const void*, absl::Span<const uint8_t>, absl::Span<const uint8_t>) { return true; }

void Places(const RecordView& view) {
  Bytes datagram = Receive();
  std::array<uint8_t, 16> array = ReceiveArray();
  const uint8_t plain[4] = {};
  view.cid.In(datagram);
  view.cid.In(array);
  view.cid.In(plain);
  view.cid.In(std::as_const(datagram));
  view.cid.In(View());
  view.cid.In(absl::MakeSpan(datagram))[0] = 1;
  AdditionalData13(view, datagram);
  AdditionalData13(view, View());
#ifdef FAULTS  // place in a temporary: deleted .*In
  view.cid.In(Receive());
#endif
#ifdef FAULTS  // place in a constant temporary: deleted .*In
  view.cid.In(ReceiveConst());
#endif
#ifdef FAULTS  // place in an array that is a temporary: deleted .*In
  view.cid.In(ReceiveArray());
#endif
#ifdef FAULTS  // place in what is moved from: deleted .*In
  view.payload.In(std::move(datagram));
#endif
#ifdef FAULTS  // place in an array that is moved from: deleted .*In
  view.payload.In(std::move(array));
#endif
#ifdef FAULTS  // place in a string: (deleted .*In|no matching (member )?function)
  view.payload.In(std::string("a"));
#endif
#ifdef FAULTS  // additional data of a temporary: deleted .*AdditionalData13
  AdditionalData13(view, Receive());
#endif
}

void Readers(const RecordRules& rules) {
  Bytes datagram = Receive();
  ByteReader bytes(datagram);
  ByteReader from_view(View(), 3);
  DatagramReader records(datagram, rules);
  DatagramReader records_of_view(View(), rules, Same, nullptr);
  ExtensionChain chain(datagram);
  ExtensionChain chain_of_view(ByteRange{1, 2}.In(datagram));
#ifdef FAULTS  // byte reader over a temporary: deleted .*ByteReader
  { ByteReader gone(Receive()); }
#endif
#ifdef FAULTS  // byte reader over a temporary from an offset: deleted .*ByteReader
  { ByteReader gone(Receive(), 3); }
#endif
#ifdef FAULTS  // byte reader over what is moved from: deleted .*ByteReader
  { ByteReader gone(std::move(datagram)); }
#endif
#ifdef FAULTS  // datagram reader over a temporary: deleted .*DatagramReader
  { DatagramReader gone(Receive(), rules); }
#endif
#ifdef FAULTS  // datagram reader with associations over a temporary: deleted .*DatagramReader
  { DatagramReader gone(Receive(), rules, Same, nullptr); }
#endif
#ifdef FAULTS  // datagram reader over what is moved from: deleted .*DatagramReader
  { DatagramReader gone(std::move(datagram), rules); }
#endif
#ifdef FAULTS  // datagram reader with rules unnamed over a temporary: deleted .*DatagramReader
  { DatagramReader gone(ReceiveArray(), RecordRules(CidLength::Fixed(8))); }
#endif
#ifdef FAULTS  // extension chain over a temporary: deleted .*ExtensionChain
  { ExtensionChain gone(Receive()); }
#endif
#ifdef FAULTS  // extension chain in a temporary: deleted .*In
  { ExtensionChain gone(ByteRange{1, 2}.In(Receive())); }
#endif
}

void Messages() {
  Bytes message = Receive();
  Hello hello;
  InnerPlaintext inner;
  ReadClientHello(message, &hello);
  ReadServerHello(View(), &hello);
  ReadInnerPlaintext(message, kMaxInnerPlaintext12, &inner);
#ifdef FAULTS  // client hello in a temporary: deleted .*ReadClientHello
  ReadClientHello(Receive(), &hello);
#endif
#ifdef FAULTS  // server hello in a temporary: deleted .*ReadServerHello
  ReadServerHello(std::move(message), &hello);
#endif
#ifdef FAULTS  // inner plaintext of a temporary: deleted .*ReadInnerPlaintext
  ReadInnerPlaintext(Receive(), kMaxInnerPlaintext12, &inner);
#endif
}

void Writers() {
  Bytes storage(16);
  std::array<uint8_t, 16> array;
  uint8_t plain[16];
  ByteWriter writer(absl::MakeSpan(storage)), in_array(absl::MakeSpan(array)), in_plain(plain);
#ifdef FAULTS  // byte writer into a temporary: deleted .*ByteWriter
  { ByteWriter gone(Receive()); }
#endif
#ifdef FAULTS  // byte writer into what is moved from: deleted .*ByteWriter
  { ByteWriter gone(std::move(array)); }
#endif
#ifdef FAULTS  // byte writer into constant bytes: no matching (function|constructor|conversion)
  { ByteWriter gone(View()); }
#endif
}

}  // namespace waybill
