// SPDX-License-Identifier: Apache-2.0
//
// The library and the reference codec side by side: each reads the same bytes under the same rules,
// and whatever one says, the other must say too.
#ifndef WAYBILL_TESTS_CODEC_AGREEMENT_H_
#define WAYBILL_TESTS_CODEC_AGREEMENT_H_

#include <cstddef>
#include <string>

#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_rules.h"
#include "waybill/traffic/bytes.h"

namespace waybill {

// All functions here are thread-safe. Each answers with the first difference in words, or with
// nothing where both codecs agree.

// The records of a datagram: how many there are; of each the reason, its scope and the place of
// the record; of those that are accepted, or refused alone, every field that was read, its place
// and its bytes; of those that are accepted, the additional data.
std::string Disagreement(const Bytes& datagram, const RecordRules& rules,
                         SameAssociation same_association = nullptr, const void* context = nullptr);

enum class HelloKind { kClient, kServer };

// What a hello says, or why it is refused.
std::string HelloDisagreement(const Bytes& body, HelloKind kind);

// What is in an opened plaintext of at most `limit` bytes.
std::string InnerPlaintextDisagreement(const Bytes& plaintext, size_t limit);

}  // namespace waybill

#endif  // WAYBILL_TESTS_CODEC_AGREEMENT_H_
