// SPDX-License-Identifier: Apache-2.0
//
// An association's record layer across restarts, without a nonce used twice or a record opened
// twice.
#ifndef WAYBILL_PROTECTION_RECORD_STATE_H_
#define WAYBILL_PROTECTION_RECORD_STATE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/protection/epoch_keys.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"

namespace waybill {

// Where an embedder keeps the state of an association: files, flash pages, a database. Two cells,
// each written as a whole or not at all, and durable when the call returns OK. A state holds keys
// in the clear: what is at rest is the embedder's to protect.
class StateStore {
 public:
  virtual absl::Status WriteState(absl::Span<const uint8_t> state) = 0;
  // Copies the state that was written last to the front of `state`, and answers its length; 0
  // where there was none, or it is longer than `state`.
  virtual absl::StatusOr<size_t> ReadState(absl::Span<uint8_t> state) = 0;

  // The mark: no state of its generation or an older one is any good. 0 where there was none.
  virtual absl::Status WriteMark(uint64_t generation) = 0;
  virtual absl::StatusOr<uint64_t> ReadMark() = 0;

 protected:
  // Whoever uses a store does not own it.
  ~StateStore() = default;
};

// How far ahead numbers are reserved each time that a state is saved.
struct Reservation {
  // Numbers that may be sealed until the state has to be saved again. As many go unused in a
  // restart.
  uint64_t send = 1024;
  // Numbers that may be opened until then. As many of the peer's records are refused behind a
  // restart, those that had been opened before it among them. With 0 the windows are saved as they
  // are: no record is lost, and one that was opened since the last Save() can be opened again.
  uint64_t receive = 0;
};

// Saves and restores sealer and opener of one association. No datagram waits for it: Save() is
// called when the sealer or the opener runs short, or rather before. One thread at a time.
//
// Order is what makes it safe. Save() writes a state that begins behind the numbers to be reserved,
// then the mark of the generation before it, and only then are the numbers used. So whichever state
// is found behind a crash, at whatever point, its numbers were never used. A state that was
// restored once, and any older one, is refused by its generation; a torn one by its digest. What
// cannot be seen from here is a store that was rolled back as a whole, state and mark together: see
// docs/restart.md.
class RecordStateKeeper {
 public:
  // The longest state, in bytes: of four epochs each way.
  static constexpr size_t kMaxStateLength = 1536;

  // Nothing is owned, and all must outlive the keeper.
  RecordStateKeeper(StateStore* store, const Reservation& reservation, RecordSealer* sealer,
                    RecordOpener* opener)
      : store_(*store), reservation_(reservation), sealer_(*sealer), opener_(*opener) {}

  // Reserves numbers and writes the state. To be called before the first record, after each change
  // of epochs, and before the numbers run out. On failure nothing is reserved.
  absl::Status Save();

  // Takes up what was saved, and saves it anew with numbers reserved. To be called with a sealer
  // and an opener that have no epochs yet; on failure they are of no use.
  //
  // NotFound: nothing was saved. DataLoss: the state is torn. FailedPrecondition: it is stale, or a
  // copy of one that was restored before. InvalidArgument: it does not go with the sealer's and the
  // opener's options and storage, or with `ciphers`. Other codes are the store's.
  absl::Status Restore(absl::Span<const RecordCipher> ciphers);

 private:
  absl::StatusOr<uint64_t> NewestGeneration();

  StateStore& store_;
  const Reservation reservation_;
  RecordSealer& sealer_;
  RecordOpener& opener_;
  uint64_t generation_ = 0;  // of the state written last; 0: none yet
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_RECORD_STATE_H_
