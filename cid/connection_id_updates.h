// SPDX-License-Identifier: Apache-2.0
//
// The connection IDs of one association of DTLS 1.3, and how they change while it lives (RFC 9147,
// section 9): a state machine without I/O.
//
//   handshake    IssueFirst() ⇒ own CID for the hello; SetPeerCid() or NotNegotiated() ← the peer's
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

// A place for a CID that this endpoint issued.
struct OwnCid {
  enum class State : uint8_t {
    kFree,
    kLive,      // accepted
    kReplaced,  // accepted; the peer uses newer ones, and may not return to it
  };
  ConnectionId cid;
  uint16_t ordinal = 0;
  // The first ordinal of the immediate offer that the CID belongs to, or follows: once it is used,
  // those before are replaced.
  uint16_t replaces_before = 0;
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
    // For own CIDs where the format may issue more than ConnectionId::kInlineLength bytes; else
    // null. With fewer places than all associations have for own CIDs, they take them from each
    // other.
    LongCidStorage* longer = nullptr;
  };

  // A peer that asks for CIDs more often than this without being given any is sent
  // kTooManyCidsRequested.
  static constexpr uint8_t kMaxVainRequests = 16;

  // `issuer` is null where the association receives no CIDs; not owned. `target` is where it is;
  // the ordinals are counted here, from 0. All places for own CIDs are free.
  ConnectionIdUpdates(CidIssuer* issuer, const CidTarget& target, const Storage& storage);
  // Retires every own CID, and leaves the places free.
  ~ConnectionIdUpdates() { RetireAll(); }
  ConnectionIdUpdates(const ConnectionIdUpdates&) = delete;
  ConnectionIdUpdates& operator=(const ConnectionIdUpdates&) = delete;

  // Issues the CID that goes into the hello; `cid` is valid as long as it is not retired. To be
  // called again only where it was not kIssued. kStorageTooShort where there is no place for it, or
  // no issuer.
  CidIssueResult IssueFirst(absl::Span<const uint8_t>* cid);
  // Takes the peer's CID from its hello; empty where it wants none. False, and nothing is changed,
  // where it is too long or there is no place.
  bool SetPeerCid(absl::Span<const uint8_t> cid);
  // The peer's hello has no connection_id: retires every own CID, forgets the peer's and what was
  // to be sent, and from now on there are none.
  void NotNegotiated();

  // Messages of the peer, whose records were opened. Nothing changes where the answer is an alert.

  // Immediate: the first of the new CIDs is used from now on, and those before are forgotten
  // (REQ-090). Spares are kept in their order (REQ-091) as far as there are places (REQ-092). Empty
  // CIDs, and those that are there already, are passed over. Answers a Request().
  //   kUnexpectedMessage   no CIDs go to the peer (REQ-094)
  //   kDecodeError         the body is malformed
  //   kIllegalParameter    a usage that there is not, or an immediate change to no CID at all
  CidAlert OnNewConnectionId(absl::Span<const uint8_t> body);
  // Makes NextMessage() answer with spares; with fewer, or none, where places are missing. Of
  // requests that come before the answer, the last one is answered.
  //   kUnexpectedMessage     no CIDs come from the peer (REQ-094)
  //   kDecodeError           the body is malformed
  //   kTooManyCidsRequested  since a request was given CIDs, kMaxVainRequests were not (REQ-095)
  CidAlert OnRequestConnectionId(absl::Span<const uint8_t> body);
  // The peer has acknowledged the message of this type that is outstanding.
  void OnAcknowledged(uint8_t handshake_type);

  // What the caller wants.

  // New own CIDs for the peer, sent by NextMessage(). Takes the place of an offer that waits still,
  // so that spares without places hold up no immediate change. False where CIDs are not received or
  // `count` is 0.
  bool Offer(uint8_t count, ConnectionIdUsage usage);
  // As many more CIDs of the peer's as there are places for, `count` at most, asked for by
  // NextMessage(). False where none are sent, there is no place for one more, `count` is 0, or an
  // earlier request is not sent, acknowledged and answered yet (REQ-095).
  bool Request(uint8_t count);

  // What is to be sent now: writes the body of one message behind what `body` has, and answers its
  // type, kRequestConnectionIdType or kNewConnectionIdType; the caller sends it until it is
  // acknowledged. 0, and nothing is written, where there is nothing to send: also while a message
  // of the type is outstanding (REQ-093), where not one CID of an offer could be issued, which the
  // next call tries again, or where `body` has no room. CIDs for which there is no room or place
  // are not issued. An offer goes before an answer.
  uint8_t NextMessage(ByteWriter* body);
  // Why there were no more CIDs when some were to be issued last: kIssued where all were,
  // kStorageTooShort where places or room in the message were missing.
  CidIssueResult last_issue() const { return last_issue_; }

  // Own CIDs.

  // A record with this CID was opened; in which order does not matter. Where the CID belongs to an
  // immediate offer or was issued later, those from before that offer are replaced. False where it
  // is none of the association's.
  bool OnOwnCidUsed(absl::Span<const uint8_t> cid);
  // Retires replaced CIDs: records with them find nobody any more. The caller waits for as long as
  // records may be under way (REQ-136).
  void RetireReplaced();
  absl::Span<const OwnCid> own() const { return storage_.own; }

  // The peer's CIDs.

  // The CID of every record that is sent; empty where there is none. Valid until it changes.
  absl::Span<const uint8_t> peer_cid() const;
  // Changes to a CID that was on no record yet, for a new path (REQ-096), and forgets the one
  // before (REQ-149). False, and nothing is changed, where there is no spare.
  bool UseNextPeerCid();
  size_t spare_peer_cids() const { return peer_count_ > 0 ? peer_count_ - 1 : 0; }

 private:
  // What is to be sent, as soon as that may be.
  struct Waiting {
    uint8_t offer_count = 0;  // 0: no offer
    ConnectionIdUsage offer_usage = ConnectionIdUsage::kSpare;
    bool answer = false;
    uint8_t answer_count = 0;
    uint8_t request_count = 0;  // 0: no request
  };

  bool ReceivesCids() const { return issuer_ != nullptr && next_ordinal_ != 0; }
  bool SendsCids() const { return peer_count_ != 0; }

  // The two kinds of NewConnectionId. False, and nothing is written, where there is none to send.
  bool WriteOffer(ByteWriter* body);
  bool WriteAnswer(ByteWriter* body);
  // Issues up to `count` CIDs into the message, and answers how many.
  size_t IssueInto(NewConnectionIdWriter* message, size_t count, ConnectionIdUsage usage);
  // Issues a CID while more than `reserved` places are free; null, and last_issue_, where it could
  // not.
  const OwnCid* IssueOne(size_t reserved, uint32_t replaces_before);
  // How many more own CIDs there are places for.
  size_t FreePlaces() const;

  void AddPeerCid(absl::Span<const uint8_t> cid);

  void Retire(OwnCid* own);
  void RetireAll();

  CidIssuer* issuer_;
  CidTarget target_;
  Storage storage_;
  size_t peer_count_ = 0;  // the one in use, then the spares

  uint32_t next_ordinal_ = 0;     // beyond 16 bits where all were used
  uint32_t first_immediate_ = 0;  // the first ordinal of the last immediate offer
  CidIssueResult last_issue_ = CidIssueResult::kIssued;

  Waiting waiting_;
  // Sent.
  bool new_cids_unacknowledged_ = false;
  bool request_unacknowledged_ = false;
  bool request_unanswered_ = false;

  uint8_t vain_requests_ = 0;  // of the peer's, since one was given CIDs
};

}  // namespace waybill

#endif  // WAYBILL_CID_CONNECTION_ID_UPDATES_H_
