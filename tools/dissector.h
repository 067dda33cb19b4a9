// SPDX-License-Identifier: Apache-2.0
//
// The records of a capture's datagrams, with all that an observer can say of them, with keys or
// without.
#ifndef WAYBILL_TOOLS_DISSECTOR_H_
#define WAYBILL_TOOLS_DISSECTOR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/types/span.h"
#include "waybill/capture/key_log.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/protection/record_opener.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/capture_opener.h"
#include "waybill/tools/cid_lengths.h"
#include "waybill/tools/direction.h"
#include "waybill/tools/hello_tracker.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// One datagram as it was captured. The payload is not owned.
struct ObservedDatagram {
  uint64_t frame = 0;                      // counts from 1
  std::optional<FlowDirection> direction;  // none where the datagram came without addresses
  absl::Span<const uint8_t> payload;
  bool is_fragment = false;  // of an IP packet: not parsed
  bool is_cut = false;       // the capture holds only the front of it
};

// One record, or a datagram that holds none.
struct DissectedRecord {
  const ObservedDatagram* datagram = nullptr;
  int number = 1;  // within the datagram
  Protocol protocol = Protocol::kUnknown;
  RecordView view;
  DropReason drop = DropReason::kNone;
  // The view says no more than first byte and form; of tls12_cid also what stands before the CID.
  bool header_unread = false;
  // The record goes on behind what was captured. Where its header has a length field, that counts
  // what is not there, too.
  bool cut_by_capture = false;
  CidLengthSource cid_length_source = CidLengthSource::kNone;
  std::optional<OpenedRecord> opened;  // where the key log has its keys
};

struct DissectorOptions {
  std::optional<uint8_t> cid_length;  // for all CIDs in headers, whatever hellos say
  ExtensionProfile profile = ExtensionProfile::kAuthenticated;
  const KeyLog* key_log = nullptr;  // records are opened with it; not owned
};

// Reads datagrams in the order of their capture, and learns from them how long CIDs are. Memory is
// bounded, however long the capture is. One thread at a time.
class Dissector {
 public:
  explicit Dissector(const DissectorOptions& options);

  // Calls `on_record` for each record of the datagram, in order, and at least once. What the call
  // is given is valid during the call alone.
  void Read(const ObservedDatagram& datagram,
            const std::function<void(const DissectedRecord&)>& on_record);

 private:
  // Takes what hellos say, up to the first record that has a CID in its header, and answers where
  // that one begins, if there is one and it can be reached: so far the walk does not depend on the
  // length of CIDs.
  std::optional<size_t> ReadUpToCid(const ObservedDatagram& datagram);
  void ReadHellos(const ObservedDatagram& datagram, const RecordView& view, DropReason reason);
  void Open(const ObservedDatagram& datagram, DissectedRecord* record);
  KnownCidLength CidLengthOf(const ObservedDatagram& datagram, std::optional<size_t> first_cid);

  DissectorOptions options_;
  ExtensionRules extensions_;
  CidLengths cid_lengths_;
  HelloTracker hellos_;
  std::unique_ptr<CaptureOpener> opener_;
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_DISSECTOR_H_
