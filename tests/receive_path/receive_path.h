// SPDX-License-Identifier: Apache-2.0
//
// The way of a received datagram through wire/, ext/ and record/, as far as it goes without a key,
// and datagrams that between them take all of it.
#ifndef WAYBILL_TESTS_RECEIVE_PATH_RECEIVE_PATH_H_
#define WAYBILL_TESTS_RECEIVE_PATH_RECEIVE_PATH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "waybill/record/record_rules.h"
#include "waybill/traffic/bytes.h"

namespace waybill {

// A datagram, and what its receiver knows.
struct ReceivedDatagram {
  Bytes bytes;
  RecordRules rules;
};

// Every well-formed record, every mutation, and hellos in the clear.
std::vector<ReceivedDatagram> AllReceivedDatagrams();

// What came of some datagrams. Two that were read alike have equal digests.
struct Reception {
  size_t accepted = 0;
  size_t refused = 0;
  size_t hellos = 0;
  uint64_t digest = 0;

  friend bool operator==(const Reception& a, const Reception& b) {
    return a.accepted == b.accepted && a.refused == b.refused && a.hellos == b.hellos &&
           a.digest == b.digest;
  }
};

// Reads each datagram with every function that a receiver calls before it has a key, and those that
// it calls behind the opening, as if each payload were an opened plaintext. Allocates nothing
// itself. Thread-safe.
Reception ReceiveAll(const std::vector<ReceivedDatagram>& datagrams);

}  // namespace waybill

#endif  // WAYBILL_TESTS_RECEIVE_PATH_RECEIVE_PATH_H_
