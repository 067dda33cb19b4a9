// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <initializer_list>

#include "absl/strings/string_view.h"
#include "waybill/fuzz/seeds.h"
#include "waybill/traffic/bytes.h"

namespace waybill {
namespace {

// The calls as association_table_fuzz.cc numbers them, each with a byte.
enum Call : uint8_t {
  kOpen,
  kClose,
  kAdd,
  kRemove,
  kRemoveAll,
  kFind,
  kFindIdle,
  kFail,
  kRead,
  kAddresses = 16,  // instead of CIDs
};

// Behind the calls of a key: its length, what leads to its segment, its home and tag, and the last
// byte.
Bytes Keyed(uint8_t call, uint8_t argument, uint8_t length, uint8_t last, uint8_t tag = 0,
            uint8_t home = 0, uint8_t segment = 0) {
  return {call, argument, length, segment, home, tag, last};
}

struct Capacities {
  uint8_t associations = 8, cids = 8, max_cid_length = 20, addresses = 8, closed = 8;
  uint8_t max_generation = 255;
  uint8_t failing = 7;  // nothing does
};

}  // namespace

void WriteAssociationTableSeeds(SeedWriter* writer) {
  const auto write = [writer](absl::string_view name, const Capacities& sizes, const Bytes& calls) {
    Bytes seed = {sizes.associations, sizes.cids,           sizes.max_cid_length, sizes.addresses,
                  sizes.closed,       sizes.max_generation, sizes.failing};
    AppendBytes(calls, &seed);
    writer->Write("association_tables", name, seed);
  };
  const auto join = [](std::initializer_list<Bytes> calls) {
    Bytes all;
    for (const Bytes& call : calls) AppendBytes(call, &all);
    return all;
  };
  // Keys that differ in their last byte, or their tags, for one association.
  const auto adds = [](uint8_t count, uint8_t length, uint8_t tags, uint8_t call = kAdd) {
    Bytes all;
    for (uint8_t i = 0; i < count; ++i) {
      AppendBytes(Keyed(call, i, length, i, tags == 0 ? 0 : i % tags), &all);
    }
    return all;
  };

  write("no calls", {}, {});
  write("no capacity", {0, 0, 0, 0, 0}, join({{kOpen, 0}, Keyed(kAdd, 0, 8, 1)}));
  write("keys of one association", {},
        join({{kOpen, 0},
              Keyed(kAdd, 0, 8, 1),
              Keyed(kAdd, 0, 20, 2),
              Keyed(kAdd | kAddresses, 0, 36, 3),
              Keyed(kRemove, 0, 8, 1),
              Keyed(kAdd, 0, 8, 1),
              {kClose, 0},
              {kOpen, 0},
              Keyed(kAdd, 1, 8, 1)}));
  write("keys that nobody may have", {},
        join({Keyed(kAdd, 0, 8, 1),
              {kOpen, 0},
              Keyed(kAdd, 255, 8, 1),
              Keyed(kAdd, 0, 0, 0),
              Keyed(kAdd, 0, 21, 0)}));
  write("short keys", {},
        join({{kOpen, 0}, {kOpen, 0}, adds(6, 1, 0), adds(6, 1, 0, kAdd | kAddresses)}));
  write("a CID that is no address", {},
        join({{kOpen, 0},
              Keyed(kAdd, 0, 1, 1),
              Keyed(kAdd | kAddresses, 0, 1, 2),
              Keyed(kRemove | kAddresses, 0, 1, 1)}));
  write(
      "keys that meet", {20, 40, 20, 40},
      join({{kOpen, 0}, {kOpen, 0}, {kOpen, 0}, adds(30, 16, 0), {kRemoveAll, 1}, adds(30, 9, 2)}));
  write("keys that move", {20, 32, 20, 32},
        join({{kOpen, 0}, {kOpen, 0}, {kOpen, 0}, adds(34, 9, 0), adds(34, 9, 40), {kClose, 0}}));
  write("a segment that grows", {20, 230, 20, 230},
        join({{kOpen, 0}, {kRead, 0}, adds(40, 16, 40), {kRead, 0}, {kRemoveAll, 0}}));
  write("memory that is missing", {20, 230, 20, 230, 8, 255, 2},
        join({{kOpen, 0},
              adds(4, 16, 0),
              {kFail, 0},
              adds(20, 16, 0),
              {kRead, 0},
              {kFail, 1},
              adds(30, 16, 30)}));
  write("a slot that wears out", {1, 8, 20, 8, 8, 1},
        join({{kOpen, 0}, {kClose, 0}, {kOpen, 0}, {kClose, 1}, {kOpen, 0}}));
  write("idle associations", {},
        join({{kOpen, 0}, {kFindIdle, 9}, {kOpen, 0}, {kFindIdle, 5}, {kFindIdle, 9}}));
  write("many at once", {},
        join({{kOpen, 0},
              adds(5, 10, 0),
              {kFind, 3},
              {10, 0, 0, 0, 1, 10, 0, 0, 0, 9, 11, 0, 0, 0, 1}}));
}

}  // namespace waybill
