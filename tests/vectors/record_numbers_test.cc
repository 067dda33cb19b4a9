// SPDX-License-Identifier: Apache-2.0
//
// Sequence numbers reconstructed as others say: BoringSSL's figures, and QUIC's procedure, since
// RFC 9147, section 4.2.2, has words alone.
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/record/record_number.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

struct Reconstruction {
  uint16_t wire;
  int bits;
  uint64_t highest;  // received so far
  uint64_t sequence;
};

// google/boringssl, ssl/ssl_internal_test.cc at a0689af2 (Apache-2.0). The limit of 2^48-1 and the
// larger of two equally near numbers are its choices; RFC 9147 leaves them open, and they are ours
// too.
constexpr Reconstruction kBoringSsl[] = {
    {0, 8, 0, 0},
    {1, 8, 0, 1},
    {2, 8, 0, 2},
    {0, 16, 0, 0},
    {1, 16, 0, 1},
    {2, 16, 0, 2},
    {255, 8, 0, 255},
    {254, 8, 0, 254},
    {65535, 16, 0, 65535},
    {65534, 16, 0, 65534},
    {0, 8, 255, 256},
    {1, 8, 255, 257},
    {2, 8, 255, 258},
    {0, 16, 65535, 65536},
    {1, 16, 65535, 65537},
    {2, 16, 65535, 65538},
    {255, 8, 752, 767},
    {254, 8, 752, 766},
    {65535, 16, 192512, 196607},
    {65534, 16, 192512, 196606},
    {255, 8, 281474976710655, 281474976710655},
    {255, 8, 281474976710654, 281474976710655},
    {65535, 16, 281474976710655, 281474976710655},
    {65535, 16, 281474976710654, 281474976710655},
    {0, 8, 16, 0},
    {0, 16, 4096, 0},
    {0, 8, 528, 512},
    {2, 8, 528, 514},
    {0, 16, 274960, 262144},
    {2, 16, 274960, 262146},
    {255, 8, 512, 511},
    {254, 8, 512, 510},
    {65535, 16, 131072, 131071},
    {65534, 16, 131072, 131070},
    {0, 8, 281474976710655, 281474976710400},
    {0, 8, 281474976710654, 281474976710400},
    {1, 8, 281474976710655, 281474976710401},
    {1, 8, 281474976710654, 281474976710401},
    {254, 8, 281474976710655, 281474976710654},
    {253, 8, 281474976710654, 281474976710653},
    {0, 16, 281474976710655, 281474976645120},
    {0, 16, 281474976710654, 281474976645120},
    {1, 16, 281474976710655, 281474976645121},
    {1, 16, 281474976710654, 281474976645121},
    {65534, 16, 281474976710655, 281474976710654},
    {65533, 16, 281474976710654, 281474976710653},
    {128, 8, 256, 384},
    {129, 8, 256, 385},
    {130, 8, 256, 130},
    {32768, 16, 65536, 98304},
    {32769, 16, 65536, 98305},
    {32770, 16, 65536, 32770},
};

// REQ-044: nearest to one more than the highest.
TEST(PublishedVectors, OfBoringSslsReconstruction) {
  for (const Reconstruction& vector : kBoringSsl) {
    EXPECT_EQ(ReconstructSequence(vector.wire, vector.bits, vector.highest + 1), vector.sequence)
        << vector.wire << "/" << vector.bits << " after " << vector.highest;
  }
}

// RFC 9000, appendix A.3: the example below the procedure.
TEST(PublishedVectors, OfQuicsPacketNumber) {
  EXPECT_EQ(ReconstructSequence(0x9b32, 16, 0xa82f30ea + 1), 0xa82f9b32u);
}

// RFC 9000, appendix A.3, DecodePacketNumber, step by step, with 48 in place of the 62 bits that
// QUIC's numbers have. Over signed integers: numbers in pseudocode do not wrap.
int64_t DecodePacketNumber(int64_t largest_pn, int64_t truncated_pn, int pn_nbits) {
  const int64_t expected_pn = largest_pn + 1;
  const int64_t pn_win = int64_t{1} << pn_nbits;
  const int64_t pn_hwin = pn_win / 2;
  const int64_t pn_mask = pn_win - 1;
  const int64_t candidate_pn = (expected_pn & ~pn_mask) | truncated_pn;
  if (candidate_pn <= expected_pn - pn_hwin && candidate_pn < (int64_t{1} << 48) - pn_win) {
    return candidate_pn + pn_win;
  }
  if (candidate_pn > expected_pn + pn_hwin && candidate_pn >= pn_win) {
    return candidate_pn - pn_win;
  }
  return candidate_pn;
}

void ExpectQuicsAnswer(int64_t largest, int64_t wire, int bits) {
  ASSERT_EQ(
      ReconstructSequence(static_cast<uint16_t>(wire), bits, static_cast<uint64_t>(largest + 1)),
      static_cast<uint64_t>(DecodePacketNumber(largest, wire, bits)))
      << wire << "/" << bits << " after " << largest;
}

// Highest numbers at which a window begins, ends or is in its middle, at both ends of what there
// is, and elsewhere. The last number of all has no successor, so QUIC's procedure is not asked.
std::vector<int64_t> HighestNumbers() {
  const int64_t last = int64_t{kMaxSequence};
  std::vector<int64_t> all;
  for (const int64_t middle : {int64_t{0}, int64_t{1} << 7, int64_t{1} << 8, int64_t{1} << 15,
                               int64_t{1} << 16, int64_t{1} << 32, last - (1 << 16),
                               last - (1 << 15), last - (1 << 8), last - (1 << 7), last}) {
    for (int64_t near = -3; near <= 3; ++near) {
      if (middle + near >= -1 && middle + near < last) all.push_back(middle + near);
    }
  }
  Random random(9000);
  for (int i = 0; i < 50; ++i) all.push_back(static_cast<int64_t>(random.Below(kMaxSequence)));
  return all;
}

// REQ-044: every value of the bits on the wire.
TEST(QuicsProcedure, GivesTheSameNumbers) {
  for (const int64_t largest : HighestNumbers()) {
    for (int64_t wire = 0; wire < 1 << 8; ++wire) {
      ASSERT_NO_FATAL_FAILURE(ExpectQuicsAnswer(largest, wire, 8));
    }
    for (int64_t wire = 0; wire < 1 << 16; ++wire) {
      ASSERT_NO_FATAL_FAILURE(ExpectQuicsAnswer(largest, wire, 16));
    }
  }
}

}  // namespace
}  // namespace waybill
