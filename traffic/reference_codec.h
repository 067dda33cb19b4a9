// SPDX-License-Identifier: Apache-2.0
//
// Records and datagrams read a second time, by a codec written from the texts: RFC 6347 (section
// 4.1), RFC 9146 (section 4), RFC 9147 (section 4), draft-fossati-tls-ext-header-01 and
// docs/header-extensions.md. In their order and in their words, slow and plain, without a line of
// record/ or ext/: where it and the library disagree, one of them is wrong.
//
// All functions of the reference codec are thread-safe and return values that own what they hold.
#ifndef WAYBILL_TRAFFIC_REFERENCE_CODEC_H_
#define WAYBILL_TRAFFIC_REFERENCE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "waybill/traffic/reference_octets.h"
#include "waybill/wire/drop_reason.h"

namespace waybill::reference {

// What a receiver knows before it reads.

// How long a CID in a header is, which only the receiver who chose it knows: none was negotiated,
// one length for all, or CIDs that delineate themselves.
struct CidLength {
  enum class Kind { kNoneNegotiated, kFixed, kSelfDelineating };

  Kind kind = Kind::kNoneNegotiated;
  size_t fixed = 0;  // octets; at least 1
  // The length of the CID that these octets begin with, all that are left of the datagram and at
  // least one; 0 where no CID does.
  std::function<size_t(const Octets&)> delineate;
};

// EXT-4, EXT-5, EXT-7.
enum class Profile { kOff, kStrict, kAuthenticated };

struct Rules {
  CidLength cid_length;
  Profile profile = Profile::kOff;
  uint16_t receive_mask = 0;        // EXT-6: bit n says that type n was negotiated
  size_t max_chain_length = 1024;   // EXT-9: octets
  size_t max_extension_count = 16;  // EXT-9
  // Whether two CIDs, the first accepted one and another, name the same association. Where this is
  // empty, only equal ones do.
  std::function<bool(const Octets&, const Octets&)> same_association;
};

// What is read.

enum class Form {
  kDtlsPlaintext,   // RFC 6347, epoch 0
  kDtlsCiphertext,  // RFC 6347, any other epoch
  kTls12Cid,        // RFC 9146
  kUnified,         // RFC 9147
  kExtended12,      // EXT-11
  kExtended13,      // EXT-12
};

struct HeaderExtension {
  uint64_t type = 0;
  Octets value;
};

// Octets of a datagram and where they were.
struct Field {
  size_t offset = 0;
  Octets octets;
};

// A record. Fields that its form lacks are empty, as are all fields behind the one that it was
// refused for.
struct Record {
  std::optional<Form> form;
  std::optional<uint64_t> content_type;
  std::optional<uint64_t> flags;  // 001CSLEE
  std::optional<uint64_t> version;
  std::optional<uint64_t> epoch;            // 16 bits, or EE
  std::optional<uint64_t> sequence_number;  // 48, 16 or 8 bits
  size_t sequence_number_offset = 0;
  std::optional<Field> cid;          // from the header, or from the first extension of type 0
  std::optional<uint64_t> length;    // as the field says without E; without field, what is left
  bool extension_indicator = false;  // E
  std::vector<HeaderExtension> extensions;
  size_t chain_length = 0;  // octets that the extensions take in the record
  Field payload;

  size_t offset = 0;  // of the record in the datagram
  size_t size = 0;    // of what was accepted or refused with it, to its last octet

  DropReason reason = DropReason::kNone;
  DropScope scope = DropScope::kNothing;  // as the texts say it, whatever ScopeOf() says
};

// The record that begins at `offset`.
Record ReadRecord(const Octets& datagram, size_t offset, const Rules& rules);

// The records of a datagram, in order, with those that are refused; one without octets is refused
// as such.
std::vector<Record> ReadDatagram(const Octets& datagram, const Rules& rules);

// The extension headers of draft-fossati-tls-ext-header-01, section 3.1, M set on all but the last.
Octets EncodeExtensions(const std::vector<HeaderExtension>& extensions);

}  // namespace waybill::reference

#endif  // WAYBILL_TRAFFIC_REFERENCE_CODEC_H_
