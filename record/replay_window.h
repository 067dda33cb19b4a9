// SPDX-License-Identifier: Apache-2.0
//
// Which records of one epoch were opened already (RFC 6347, section 4.1.2.6; RFC 9147,
// section 4.5.1).
#ifndef WAYBILL_RECORD_REPLAY_WINDOW_H_
#define WAYBILL_RECORD_REPLAY_WINDOW_H_

#include <cstddef>
#include <cstdint>

#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// The sequence numbers opened in one epoch: the highest, and of the 256 up to it which ones. One
// window an epoch (REQ-056).
//
// Checking and marking are two calls (BUG-01): Check() changes nothing and may be asked of any
// record; Mark() is for records that were opened, and for nothing else (REQ-059). Constant size, no
// allocation. One thread at a time.
class ReplayWindow {
 public:
  // Sequence numbers that the window covers, the highest included.
  static constexpr uint64_t kSize = 256;

  ReplayWindow() = default;

  // A window that takes every number below `next` for opened: that of an association whose records
  // others received before.
  static ReplayWindow SeenBelow(uint64_t next);

  // Writes the window to be stored, kStateLength bytes, and takes it up again. False where the
  // writer has no room, or the reader no whole window of numbers up to kMaxSequence; the window is
  // then as it was.
  static constexpr size_t kStateLength = 40;
  bool WriteState(ByteWriter* writer) const;
  bool ReadState(ByteReader* reader);

  // kNone for a number that was not marked; kReplayed for one that was; kLeftOfWindow for one that
  // is too old to tell (REQ-057). Takes the full, reconstructed number.
  DropReason Check(uint64_t sequence) const;

  // Remembers the number, and forgets those that the window leaves behind. A number left of the
  // window changes nothing.
  void Mark(uint64_t sequence);

  // One more than the highest number marked; 0 where none was. What ReconstructSequence() expects.
  uint64_t expected() const { return expected_; }

 private:
  static constexpr size_t kWordBits = 64;
  static constexpr size_t kWords = kSize / kWordBits;

  bool IsLeft(uint64_t sequence) const { return expected_ > kSize && sequence < expected_ - kSize; }
  uint64_t& WordOf(uint64_t sequence) { return words_[sequence / kWordBits % kWords]; }
  static uint64_t BitOf(uint64_t sequence) { return uint64_t{1} << (sequence % kWordBits); }

  uint64_t expected_ = 0;
  // The bit of a number is at the number modulo kSize, so that marking moves no bits (BUG-02). Bits
  // of numbers right of the highest are 0.
  uint64_t words_[kWords] = {};
};

static_assert(sizeof(ReplayWindow) == 40,
              "the window leaves room for the CID in an association's hot line");

}  // namespace waybill

#endif  // WAYBILL_RECORD_REPLAY_WINDOW_H_
