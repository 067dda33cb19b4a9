// SPDX-License-Identifier: Apache-2.0
//
// Why a peer's bytes were refused. One vocabulary for the whole way of a datagram, so that every
// refusal can be counted.
#ifndef WAYBILL_WIRE_DROP_REASON_H_
#define WAYBILL_WIRE_DROP_REASON_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill {

// What goes with a refusal. Fixed for each reason (BUG-12): a reader that cannot tell where the
// record ends cannot go on behind it.
enum class DropScope : uint8_t {
  kNothing,         // accepted
  kRecord,          // this record; the next one begins where its length says
  kRestOfDatagram,  // this record and everything behind it in the datagram
};

// The reasons: X(enumerator, name, scope, sentence). Names are stable: counters, JSON and tests of
// others use them.
//
// clang-format off
#define WAYBILL_DROP_REASONS(X)                                                                                                        \
  X(kNone, "none", kNothing, "The record was accepted.")                                                                              \
  /* The datagram and the form of the record. */                                                                                      \
  X(kEmptyDatagram, "empty_datagram", kRestOfDatagram, "The datagram has no bytes.")                                                  \
  X(kDatagramTooLong, "datagram_too_long", kRestOfDatagram, "The datagram is longer than 65535 bytes.")                               \
  X(kNotDtls, "not_dtls", kRestOfDatagram, "The first byte belongs to another protocol or to none (RFC 9443).")                      \
  X(kUnknownContentType, "unknown_content_type", kRestOfDatagram,                                                                     \
    "The first byte is in the range of DTLS, but announces no form of a record (RFC 9147, section 4.1).")                            \
  X(kHeaderTruncated, "header_truncated", kRestOfDatagram, "The datagram ends inside the record header.")                             \
  X(kLengthPastEnd, "length_past_end", kRestOfDatagram, "The length field names more bytes than the datagram has left.")              \
  X(kLengthOverLimit, "length_over_limit", kRestOfDatagram, "The record is longer than its form allows.")                             \
  X(kCidNotExpected, "cid_not_expected", kRestOfDatagram,                                                                             \
    "The record carries a connection ID where none was negotiated, so that its header cannot be delineated (RFC 9147, section 9).")   \
  X(kCidNotDelineated, "cid_not_delineated", kRestOfDatagram, "No connection ID of the receiver's begins where one must.")            \
  X(kOtherAssociation, "other_association", kRestOfDatagram,                                                                          \
    "The connection ID names another association than the records before it (RFC 9147, section 4).")                                  \
  X(kContentTypeInClear, "content_type_in_clear", kRecord, "The content type must not travel in epoch 0.")                            \
  X(kCiphertextTooShort, "ciphertext_too_short", kRecord,                                                                             \
    "The ciphertext is shorter than the 16 bytes that record number encryption samples (RFC 9147, section 4.2.3).")                   \
  /* Record header extensions. */                                                                                                     \
  X(kExtensionInClear, "extension_in_clear", kRecord, "A record of epoch 0 carries record header extensions.")                        \
  X(kExtensionInTls12Cid, "extension_in_tls12_cid", kRecord, "A tls12_cid record carries record header extensions.")                  \
  X(kExtensionInHandshake, "extension_in_handshake", kRecord, "A record of the handshake carries record header extensions.")         \
  X(kExtensionTruncated, "extension_truncated", kRecord, "The chain of record header extensions does not end within the record.")     \
  X(kExtensionChainTooLong, "extension_chain_too_long", kRecord,                                                                      \
    "The chain of record header extensions exceeds the configured length or count.")                                                  \
  X(kExtensionOrder, "extension_order", kRecord, "The types of record header extensions do not ascend strictly.")                     \
  X(kExtensionNotNegotiated, "extension_not_negotiated", kRecord, "A record header extension was not negotiated.")                    \
  X(kExtensionAbortsSession, "extension_aborts_session", kRecord,                                                                     \
    "A record header extension was not negotiated, and the strict profile asks the receiver to abort the session.")                   \
  X(kExtensionCidLength, "extension_cid_length", kRecord, "The connection ID extension is empty or longer than 255 bytes.")           \
  X(kExtensionSecondCid, "extension_second_cid", kRecord,                                                                             \
    "A connection ID extension stands in a unified header that has a connection ID already.")                                         \
  X(kExtensionCidMissing, "extension_cid_missing", kRecord,                                                                           \
    "The record lacks the connection ID extension that was negotiated.")                                                              \
  /* What an association adds once it is known. */                                                                                    \
  X(kWrongVersion, "wrong_version", kRecord, "A protected DTLS 1.2 record does not carry version 0xfefd.")                            \
  X(kContentTypeNotAllowed, "content_type_not_allowed", kRecord,                                                                      \
    "The outer content type has no place in the version and epoch of the association (RFC 9147, section 4.1).")                       \
  X(kUnknownCid, "unknown_cid", kRecord, "No association owns the connection ID.")                                                    \
  X(kForgedCid, "forged_cid", kRecord,                                                                                                \
    "The connection ID was not issued by this endpoint: its check bits, its tag or its configuration are wrong.")                     \
  X(kCidOfOtherServer, "cid_of_other_server", kRecord, "The connection ID routes to another server.")                                 \
  X(kCidMissing, "cid_missing", kRecord,                                                                                              \
    "The record lacks the connection ID that was negotiated (RFC 9146, section 3).")                                                  \
  X(kEpochWithoutKeys, "epoch_without_keys", kRecord, "The receiver has no keys for the epoch of the record.")                        \
  X(kReplayed, "replayed", kRecord, "A record of the same number was opened before.")                                                 \
  X(kLeftOfWindow, "left_of_window", kRecord, "The record number is older than the replay window.")                                   \
  /* Opening. */                                                                                                                      \
  X(kPayloadTooShort, "payload_too_short", kRecord, "The payload is shorter than what its protection adds.")                          \
  X(kAuthenticationFailed, "authentication_failed", kRecord, "The record is not what a holder of the key has sealed.")                \
  X(kBeyondReservation, "beyond_reservation", kRecord,                                                                                \
    "The record is authentic, but its number is none that the saved state of the association leaves to this process.")               \
  X(kInnerPlaintextTooLong, "inner_plaintext_too_long", kRecord, "The inner plaintext is longer than its form allows.")               \
  X(kInnerTypeMissing, "inner_type_missing", kRecord, "The inner plaintext is empty or all zeros: it has no content type.")           \
  X(kInnerTypeNotAllowed, "inner_type_not_allowed", kRecord, "The inner content type has no place in a record of this form.")         \
  /* Hellos. */                                                                                                                       \
  X(kHelloMalformed, "hello_malformed", kRecord, "The hello does not have the structure of its RFC.")                                 \
  X(kHelloExtensionMalformed, "hello_extension_malformed", kRecord, "The body of a hello extension is not what its document says.")   \
  X(kHelloExtensionRepeated, "hello_extension_repeated", kRecord, "A hello extension occurs twice.")                                  \
  X(kHelloExtensionOrphaned, "hello_extension_orphaned", kRecord,                                                                     \
    "A hello extension lacks another one that it needs in the same hello.")
// clang-format on

// Why a record or a datagram was refused, or kNone.
enum class DropReason : uint8_t {
#define WAYBILL_DROP_REASON_ENUMERATOR(enumerator, name, scope, sentence) enumerator,
  WAYBILL_DROP_REASONS(WAYBILL_DROP_REASON_ENUMERATOR)
#undef WAYBILL_DROP_REASON_ENUMERATOR
};

// The number of reasons, kNone included: the size of an array of counters that is indexed by
// reason.
inline constexpr size_t kDropReasonCount = 0
#define WAYBILL_DROP_REASON_ONE(enumerator, name, scope, sentence) +1
    WAYBILL_DROP_REASONS(WAYBILL_DROP_REASON_ONE)
#undef WAYBILL_DROP_REASON_ONE
    ;

// Thread-safe and free of allocation; what they return lives as long as the program. A value that
// is no enumerator of its type is answered as kNone, or as an empty name.

// What the refusal takes with it.
DropScope ScopeOf(DropReason reason);
// The stable name in lower case with underscores, as in "length_past_end".
std::string_view NameOf(DropReason reason);
// One sentence for people.
std::string_view SentenceOf(DropReason reason);
// "nothing", "record" or "rest_of_datagram".
std::string_view NameOf(DropScope scope);

}  // namespace waybill

#endif  // WAYBILL_WIRE_DROP_REASON_H_
