// SPDX-License-Identifier: Apache-2.0
//
// What can be refused without a key once more than the header is known: which version an
// association speaks, which epoch a record belongs to, what was negotiated. Each is a stage of its
// own, so that a refusal can be counted where it happens.
#ifndef WAYBILL_RECORD_RECORD_CHECKS_H_
#define WAYBILL_RECORD_RECORD_CHECKS_H_

#include <cstdint>

#include "waybill/ext/extension_chain.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// The version that the handshake of an association settled on.
enum class DtlsVersion : uint8_t { kDtls12, kDtls13 };

// kWrongVersion for a protected record with RFC 6347's fields whose version is not DTLS 1.2's.
// Epoch 0 passes with any version: the first hellos carry others (RFC 6347, section 4.2.1), and
// DTLS 1.3 ignores the field (REQ-027).
DropReason CheckVersion(const RecordView& view);

// kContentTypeNotAllowed for a record whose form or outer content type has no place in the version
// (RFC 9147, section 4.1; REQ-036): DTLS 1.3 takes types 21, 22 and 26 in the clear, in epoch 0,
// and protects all else with the unified header; DTLS 1.2 has neither that header nor type 26.
DropReason CheckContentType(const RecordView& view, DtlsVersion version);

// Checks a record against the extensions that this receiver accepts, given the full epoch of the
// record, reconstructed where the form is one of DTLS 1.3 (EXT-13): kExtensionInHandshake for
// extensions in epochs 1 and 2 of DTLS 1.3; kExtensionCidMissing for a record without the
// connection ID extension where type 0 was negotiated, unless it belongs to the handshake: epoch 0,
// types 20 and 22 of DTLS 1.2, type 25 (see CheckInnerType), epochs 1 and 2 of DTLS 1.3.
DropReason CheckExtensions(const RecordView& view, const ExtensionRules& rules, uint64_t epoch);

// kInnerTypeNotAllowed for an opened record whose inner content type has no place in its form and
// epoch, `epoch` being the full one:
//
//   tls12_cid          21 to 24 and 27; only 21 and 22 where the connection ID extension was
//                      negotiated (EXT-13)
//   DTLS 1.3, epoch 1  21 and 23: early data (RFC 9147, section 6.1; BUG-06)
//   DTLS 1.3, epoch 2  21, 22 and 26: the handshake
//   DTLS 1.3, later    21 to 24, 26 and 27
//
// Forms whose type stands outside pass.
DropReason CheckInnerType(const RecordView& view, const ExtensionRules& rules, uint64_t epoch,
                          uint8_t inner_type);

}  // namespace waybill

#endif  // WAYBILL_RECORD_RECORD_CHECKS_H_
