// SPDX-License-Identifier: Apache-2.0
//
// The connection IDs of one association of DTLS 1.3, and how they change while it lives (RFC 9147,
// section 9): a state machine without I/O.
//
//   handshake    IssueFirst() ⇒ own CID for the hello;  SetPeerCid() ← the peer's hello
//   a message    OnNewConnectionId(), OnRequestConnectionId() ← bodies of messages that were opened
//   to be sent   NextMessage() ⇒ a body; OnAcknowledged() ← its ACK. Retransmission is the caller's
//   own CIDs     Offer() new ones; OnOwnCidUsed() ← records that were opened; RetireReplaced()
//   peer's CIDs  peer_cid() is on every record that is sent; UseNextPeerCid() on a new path;
//                Request() more of them
#ifndef WAYBILL_CID_CONNECTION_ID_UPDATES_H_
#define WAYBILL_CID_CONNECTION_ID_UPDATES_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/connection_id.h"
#include "waybill/cid/connection_id_messages.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// The alert by which an association must end after a message of its peer's (RFC 8446, section 6),
// or kNone.
enum class CidAlert : uint8_t {
  kUnexpectedMessage = 10,
  kIllegalParameter = 47,
  kDecodeError = 50,
  kTooManyCidsRequested = 52,
  kNone = 255,
};

// A place for a CID that this endpoint issued.
struct OwnCid {
  enum class State : uint8_t {
    kFree,
    kLive,      // accepted
    kReplaced,  // accepted; the peer uses newer ones, and may not return to it
  };
  ConnectionId cid;
  uint16_t ordinal = 0;
  State state = State::kFree;
};

// One association's CIDs, in storage of the caller's. For one thread. Nothing that the peer sends
// makes it allocate or grow.
class ConnectionIdUpdates {
 public:
  // None of it is owned; all of it must outlive the association.
  struct Storage {
    // As many own CIDs as can be live at once. The last free one is kept for an immediate change,
    // so that a peer that asks for spares cannot prevent it: two places at least, for changes.
    absl::Span<OwnCid> own;
    // The peer's CID in use, and as many spares as are kept. One place at least.
    absl::Span<PeerConnectionId> peer;
    // For own CIDs of more than ConnectionId::kInlineLength bytes; else null.
    LongCidStorage* longer = nullptr;
  };

  // A peer that asks for CIDs so often in a row without being given any is sent
  // kTooManyCidsRequested.
  static constexpr uint8_t kMaxVainRequests = 16;

  // `issuer` is null where the association receives no CIDs; not owned. `target` is where it is;
  // the ordinals are counted here, from 0.
  ConnectionIdUpdates(CidIssuer* issuer, const CidTarget& target, const Storage& storage);
  // Retires every own CID.
  ~ConnectionIdUpdates();
  ConnectionIdUpdates(const ConnectionIdUpdates&) = delete;
  ConnectionIdUpdates& operator=(const ConnectionIdUpdates&) = delete;

  // Issues the CID that goes into the hello, once; `cid` is valid as long as it is not retired.
  // kStorageTooShort where there is no place for it, or no issuer.
  CidIssueResult IssueFirst(absl::Span<const uint8_t>* cid);
  // Takes the peer's CID from its hello; empty where it wants none. False where it is too long.
  bool SetPeerCid(absl::Span<const uint8_t> cid);

  // Messages of the peer, whose records were opened. Nothing changes where the answer is an alert.

  // Immediate: the first of the new CIDs is used from now on, and those before are forgotten
  // (REQ-090). Spares are kept in their order (REQ-091) as far as there are places (REQ-092). Empty
  // CIDs, and those that are there already, are passed over. Answers a Request().
  //   kUnexpectedMessage   no CIDs go to the peer (REQ-094)
  //   kDecodeError         the body is malformed
  //   kIllegalParameter    an immediate change to no CID at all
  CidAlert OnNewConnectionId(absl::Span<const uint8_t> body);
  // Makes NextMessage() answer with spares; with fewer, or none, where places are missing.
  //   kUnexpectedMessage     no CIDs come from the peer (REQ-094)
  //   kDecodeError           the body is malformed
  //   kTooManyCidsRequested  more than kMaxVainRequests in a row that came before the one before
  //   was
  //                          answered, or could be given nothing (REQ-095)
  CidAlert OnRequestConnectionId(absl::Span<const uint8_t> body);
  // The peer has acknowledged the message of this type that is outstanding.
  void OnAcknowledged(uint8_t handshake_type);

  // What the caller wants.

  // New own CIDs for the peer, sent by NextMessage(). False where CIDs are not received, `count` is
  // 0, or an offer waits already.
  bool Offer(uint8_t count, ConnectionIdUsage usage);
  // More CIDs of the peer's, sent by NextMessage(). False where none are sent, there is no place
  // for one more, or an earlier request is not acknowledged and answered yet.
  bool Request(uint8_t count);

  // What is to be sent now: writes the body of one message behind what `body` has, and answers its
  // type, kRequestConnectionIdType or kNewConnectionIdType; the caller sends it until it is
  // acknowledged. 0, and nothing is written, where there is nothing to send: also while a message
  // of the type is outstanding (REQ-093), or where not one CID of an offer could be issued, which
  // last_issue() explains and the next call tries again.
  // CIDs that do not fit into `body`, or for which there is no place, are left out.
  uint8_t NextMessage(ByteWriter* body);
  // How issuing went when a CID was issued last.
  CidIssueResult last_issue() const { return last_issue_; }

  // Own CIDs.

  // A record with this CID was opened, and is newer than those before. Where it belongs to an
  // immediate offer or was issued later, the CIDs from before that offer are replaced. False where
  // the CID is none of the association's.
  bool OnOwnCidUsed(absl::Span<const uint8_t> cid);
  // Retires replaced CIDs: records with them find nobody any more. The caller waits for as long as
  // records may be under way (REQ-136).
  void RetireReplaced();
  absl::Span<const OwnCid> own() const { return storage_.own; }

  // The peer's CIDs.

  // The CID of every record that is sent; empty where there is none.
  absl::Span<const uint8_t> peer_cid() const;
  // Changes to a CID that was on no record yet, for a new path (REQ-096), and forgets the one
  // before (REQ-149). False, and nothing is changed, where there is no spare.
  bool UseNextPeerCid();
  size_t spare_peer_cids() const { return peer_count_ > 0 ? peer_count_ - 1 : 0; }

 private:
  CidIssuer* issuer_;
  CidTarget target_;
  Storage storage_;
  size_t peer_count_ = 0;  // the one in use, then the spares
  CidIssueResult last_issue_ = CidIssueResult::kIssued;
  // …
};

}  // namespace waybill

#endif  // WAYBILL_CID_CONNECTION_ID_UPDATES_H_
