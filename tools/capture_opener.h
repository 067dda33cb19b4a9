// SPDX-License-Identifier: Apache-2.0
//
// The records of a capture, opened with the secrets of a key log.
#ifndef WAYBILL_TOOLS_CAPTURE_OPENER_H_
#define WAYBILL_TOOLS_CAPTURE_OPENER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "waybill/capture/key_log.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/protection/aead.h"
#include "waybill/protection/cipher_suite.h"
#include "waybill/protection/record_opener.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/bounded_map.h"
#include "waybill/tools/direction.h"
#include "waybill/tools/hello_tracker.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// Opens what one peer of an association sent, as that peer's partner would.
//
// Which association a record belongs to is known from its connection ID, else from its addresses.
// Where neither was in a hello, as in a capture that begins later, every association of the key log
// is tried, and the first that opens a record has its connection ID and its addresses from then
// on; a direction in which kMaxTrials records were tried in vain is left alone. So DTLS 1.3 opens
// without hellos; DTLS 1.2 does not, since its keys depend on the server's random.
//
// Memory grows with the key log, not with the capture. One thread at a time.
class CaptureOpener {
 public:
  static constexpr int kMaxTrials = 8;
  static constexpr size_t kMaxDirections = 1 << 16;
  static constexpr size_t kMaxCids = 1 << 16;

  // `key_log` is not owned and must outlive this object. `profile` is that of the extensions that
  // were parsed.
  CaptureOpener(const KeyLog& key_log, ExtensionProfile profile);
  ~CaptureOpener();

  // Takes the keys of an association whose hellos were seen, where the key log has its secrets.
  void Learn(const HelloAgreement& agreement);

  // Opens the protected record that `view` was parsed from. `datagram` stays as it is; the content
  // of what is opened lives until the next call. Where nothing was opened the reason says why a
  // holder of the keys refuses the record, or kNone where no keys are at hand.
  DropReason Open(const FlowDirection& direction, absl::Span<const uint8_t> datagram,
                  const RecordView& view, std::optional<OpenedRecord>* opened);

 private:
  class Sender;
  struct Session;
  struct Direction {
    std::vector<Sender*> senders;  // more than one where addresses are unknown: both ways are one
    int trials = 0;
  };

  DropReason OpenAs(Sender* sender, absl::Span<const uint8_t> datagram, const RecordView& view,
                    std::optional<OpenedRecord>* opened);
  Sender* Try(absl::Span<const uint8_t> datagram, const RecordView& view,
              std::optional<OpenedRecord>* opened);
  bool TryUnknownSuite(Sender* sender, const Sender& partner, absl::Span<const uint8_t> datagram,
                       const RecordView& view, std::optional<OpenedRecord>* opened);

  const ExtensionProfile profile_;
  // Before the sessions, which use them.
  std::map<AeadAlgorithm, std::unique_ptr<Aead>> aeads_;
  std::map<AeadAlgorithm, std::unique_ptr<NumberMasker>> maskers_;
  std::map<AeadAlgorithm, RecordCipher> ciphers_;
  std::map<KeyLog::ClientRandom, std::unique_ptr<Session>> sessions_;
  BoundedMap<FlowDirection, Direction> directions_{kMaxDirections};
  BoundedMap<std::string, Sender*> cids_{kMaxCids};
  std::vector<uint8_t> scratch_;
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CAPTURE_OPENER_H_
