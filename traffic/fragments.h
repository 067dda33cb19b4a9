// SPDX-License-Identifier: Apache-2.0
//
// Datagrams as lists of fragments, each with what a reader must say of a datagram that ends within
// it, and the cut at every byte that holds a reader to it (BUG-14).
#ifndef WAYBILL_TRAFFIC_FRAGMENTS_H_
#define WAYBILL_TRAFFIC_FRAGMENTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "waybill/traffic/bytes.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// All functions here are thread-safe.

// Some bytes of a record.
struct Fragment {
  DropReason if_cut;  // where any of `bytes`, or all of them, are missing
  Bytes bytes;
};

// A whole record.
using AnnotatedRecord = std::vector<Fragment>;

// The CID in the header of a record, as far as it matters for where the record may be cut.
struct HeaderCid {
  size_t length = 0;             // in bytes
  size_t delineator_length = 0;  // the first bytes of a self-delineating CID, without which its
                                 // length is not known; 0 where it is known beforehand
};

// Divides `record`, which must be well-formed (asserted in part), of any form, and alone in its
// bytes. Layout, S and L are taken from the first byte. Extended forms are divided as those that
// they extend: within chain and payload, it is the length field that is found wrong.
//
// A record without a length field takes what remains: it can be cut behind the 16th byte of its
// payload and still be one, and only its protection will tell. So its last fragment says kNone.
AnnotatedRecord FragmentsOf(absl::Span<const uint8_t> record, HeaderCid cid = {});

// The bytes of all fragments.
Bytes Join(absl::Span<const AnnotatedRecord> datagram);

// Calls `visit` with every prefix of the datagram, from none of its bytes to all of them, and with
// the reason that a DatagramReader must give for the last record that it finds there; for all
// records before it, the reason must be kNone. Each prefix is an allocation of its own and of its
// exact size, so that AddressSanitizer sees a reader that goes past it.
void ForEachPrefix(absl::Span<const AnnotatedRecord> datagram,
                   const std::function<void(const Bytes& prefix, DropReason expected)>& visit);

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_FRAGMENTS_H_
