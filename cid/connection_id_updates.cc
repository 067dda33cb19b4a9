// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/connection_id_updates.h"

#include <algorithm>
#include <limits>

#include "waybill/wire/cid_length.h"

namespace waybill {

ConnectionIdUpdates::ConnectionIdUpdates(CidIssuer* issuer, const CidTarget& target,
                                         const Storage& storage)
    : issuer_(issuer), target_(target), storage_(storage) {}

CidIssueResult ConnectionIdUpdates::IssueFirst(absl::Span<const uint8_t>* cid) {
  const OwnCid* const first = IssueOne(0, 0);
  if (first != nullptr) *cid = first->cid.bytes();
  return last_issue_;
}

bool ConnectionIdUpdates::SetPeerCid(absl::Span<const uint8_t> cid) {
  if (storage_.peer.empty() || !storage_.peer[0].Assign(cid)) return false;
  peer_count_ = cid.empty() ? 0 : 1;
  return true;
}

void ConnectionIdUpdates::NotNegotiated() {
  RetireAll();
  issuer_ = nullptr;
  peer_count_ = 0;
  waiting_ = Waiting();
}

CidAlert ConnectionIdUpdates::OnNewConnectionId(absl::Span<const uint8_t> body) {
  if (!SendsCids()) return CidAlert::kUnexpectedMessage;
  NewConnectionId message;
  const CidAlert alert = NewConnectionId::Parse(body, &message);
  if (alert != CidAlert::kNone) return alert;

  // Room is made before it is needed: one place is enough for a change (REQ-138).
  const size_t count_before = peer_count_;
  if (message.usage() == ConnectionIdUsage::kImmediate) peer_count_ = 0;
  absl::Span<const uint8_t> cid;
  while (peer_count_ < storage_.peer.size() && message.Next(&cid)) AddPeerCid(cid);
  if (peer_count_ == 0) {
    peer_count_ = count_before;  // nothing was written over them
    return CidAlert::kIllegalParameter;
  }
  request_unanswered_ = false;
  return CidAlert::kNone;
}

void ConnectionIdUpdates::AddPeerCid(absl::Span<const uint8_t> cid) {
  const auto known = storage_.peer.begin();
  const auto end = known + static_cast<ptrdiff_t>(peer_count_);
  const auto is_it = [&cid](const PeerConnectionId& other) { return other.bytes() == cid; };
  if (cid.empty() || std::any_of(known, end, is_it)) return;
  end->Assign(cid);
  ++peer_count_;
}

CidAlert ConnectionIdUpdates::OnRequestConnectionId(absl::Span<const uint8_t> body) {
  if (!ReceivesCids()) return CidAlert::kUnexpectedMessage;
  uint8_t count;
  if (!ParseRequestConnectionId(body, &count)) return CidAlert::kDecodeError;
  if (vain_requests_ == kMaxVainRequests) return CidAlert::kTooManyCidsRequested;
  ++vain_requests_;
  waiting_.answer = true;
  waiting_.answer_count = count;
  return CidAlert::kNone;
}

void ConnectionIdUpdates::OnAcknowledged(uint8_t handshake_type) {
  if (handshake_type == kNewConnectionIdType) new_cids_unacknowledged_ = false;
  if (handshake_type == kRequestConnectionIdType) request_unacknowledged_ = false;
}

bool ConnectionIdUpdates::Offer(uint8_t count, ConnectionIdUsage usage) {
  if (!ReceivesCids() || count == 0) return false;
  waiting_.offer_count = count;
  waiting_.offer_usage = usage;
  return true;
}

bool ConnectionIdUpdates::Request(uint8_t count) {
  if (!SendsCids() || waiting_.request_count != 0 || request_unacknowledged_ ||
      request_unanswered_) {
    return false;
  }
  waiting_.request_count =
      static_cast<uint8_t>(std::min<size_t>(count, storage_.peer.size() - peer_count_));
  return waiting_.request_count != 0;
}

uint8_t ConnectionIdUpdates::NextMessage(ByteWriter* body) {
  // An offer first: spares before an immediate change would be forgotten by it.
  if (!new_cids_unacknowledged_ && (WriteOffer(body) || WriteAnswer(body))) {
    new_cids_unacknowledged_ = true;
    return kNewConnectionIdType;
  }
  if (waiting_.request_count != 0 && WriteRequestConnectionId(waiting_.request_count, body)) {
    waiting_.request_count = 0;
    request_unacknowledged_ = request_unanswered_ = true;
    return kRequestConnectionIdType;
  }
  return 0;
}

bool ConnectionIdUpdates::WriteOffer(ByteWriter* body) {
  if (waiting_.offer_count == 0) return false;
  ByteWriter tried = *body;  // so that nothing is written where no CID can be issued
  NewConnectionIdWriter message(&tried);
  if (!message.Begin()) return false;
  if (IssueInto(&message, waiting_.offer_count, waiting_.offer_usage) == 0) return false;
  message.End(waiting_.offer_usage);
  *body = tried;
  waiting_.offer_count = 0;
  return true;
}

bool ConnectionIdUpdates::WriteAnswer(ByteWriter* body) {
  NewConnectionIdWriter message(body);
  if (!waiting_.answer || !message.Begin()) return false;
  const size_t given = IssueInto(&message, waiting_.answer_count, ConnectionIdUsage::kSpare);
  if (given != 0) vain_requests_ = 0;
  message.End(ConnectionIdUsage::kSpare);
  waiting_.answer = false;
  return true;
}

size_t ConnectionIdUpdates::IssueInto(NewConnectionIdWriter* message, size_t count,
                                      ConnectionIdUsage usage) {
  const bool immediate = usage == ConnectionIdUsage::kImmediate;
  const size_t reserved = immediate ? 0 : 1;
  const uint32_t replaces_before = immediate ? next_ordinal_ : first_immediate_;
  size_t issued = 0;
  while (issued < count) {
    // Asked before: a CID that is issued and not sent would have to be retired.
    if (!message->Fits(issuer_->format().max_length())) {
      last_issue_ = CidIssueResult::kStorageTooShort;
      break;
    }
    const OwnCid* const own = IssueOne(reserved, replaces_before);
    if (own == nullptr) break;
    message->Add(own->cid.bytes());
    ++issued;
  }
  if (issued != 0) first_immediate_ = replaces_before;
  return issued;
}

const OwnCid* ConnectionIdUpdates::IssueOne(size_t reserved, uint32_t replaces_before) {
  uint8_t bytes[kMaxCidLength];
  CidIssue job;
  job.target = target_;
  job.target.ordinal = static_cast<uint16_t>(next_ordinal_);
  job.storage = absl::MakeSpan(bytes);
  if (FreePlaces() <= reserved) {
    job.result = CidIssueResult::kStorageTooShort;
  } else if (next_ordinal_ > std::numeric_limits<uint16_t>::max()) {
    job.result = CidIssueResult::kExhausted;
  } else {
    issuer_->Issue(absl::MakeSpan(&job, 1));
  }
  last_issue_ = job.result;
  if (job.result != CidIssueResult::kIssued) return nullptr;

  const auto place = std::find_if(storage_.own.begin(), storage_.own.end(), [](const OwnCid& own) {
    return own.state == OwnCid::State::kFree;
  });
  place->cid.Assign(job.cid(), storage_.longer);  // for which FreePlaces() has seen a place
  place->ordinal = job.target.ordinal;
  place->replaces_before = static_cast<uint16_t>(replaces_before);
  place->state = OwnCid::State::kLive;
  ++next_ordinal_;
  return &*place;
}

size_t ConnectionIdUpdates::FreePlaces() const {
  if (issuer_ == nullptr) return 0;
  const auto places = static_cast<size_t>(
      std::count_if(storage_.own.begin(), storage_.own.end(),
                    [](const OwnCid& own) { return own.state == OwnCid::State::kFree; }));
  const uint8_t max_length = issuer_->format().max_length();
  if (max_length <= ConnectionId::kInlineLength) return places;
  const LongCidStorage* const longer = storage_.longer;
  if (longer == nullptr || longer->max_length() < max_length) return 0;
  return std::min(places, longer->places_left());
}

bool ConnectionIdUpdates::OnOwnCidUsed(absl::Span<const uint8_t> cid) {
  const auto used = std::find_if(storage_.own.begin(), storage_.own.end(),
                                 [&cid](const OwnCid& own) { return own.cid.Equals(cid); });
  if (used == storage_.own.end()) return false;
  for (OwnCid& own : storage_.own) {
    if (own.state == OwnCid::State::kLive && own.ordinal < used->replaces_before) {
      own.state = OwnCid::State::kReplaced;
    }
  }
  return true;
}

void ConnectionIdUpdates::RetireReplaced() {
  for (OwnCid& own : storage_.own) {
    if (own.state == OwnCid::State::kReplaced) Retire(&own);
  }
}

void ConnectionIdUpdates::RetireAll() {
  for (OwnCid& own : storage_.own) {
    if (own.state != OwnCid::State::kFree) Retire(&own);
  }
}

void ConnectionIdUpdates::Retire(OwnCid* own) {
  issuer_->Retire(own->cid.bytes());
  own->cid.Clear(storage_.longer);
  own->state = OwnCid::State::kFree;
}

absl::Span<const uint8_t> ConnectionIdUpdates::peer_cid() const {
  return SendsCids() ? storage_.peer[0].bytes() : absl::Span<const uint8_t>();
}

bool ConnectionIdUpdates::UseNextPeerCid() {
  if (spare_peer_cids() == 0) return false;
  const auto in_use = storage_.peer.begin();
  std::copy(in_use + 1, in_use + static_cast<ptrdiff_t>(peer_count_), in_use);
  --peer_count_;
  return true;
}

}  // namespace waybill
