// SPDX-License-Identifier: Apache-2.0
//
// Connection IDs that load balancers can route (draft-ietf-quic-load-balancers, QUIC-LB), as a
// server issues and reads them.
#ifndef WAYBILL_CID_QUIC_LB_CID_FORMAT_H_
#define WAYBILL_CID_QUIC_LB_CID_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/quic_lb_nonces.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// How the CIDs of one configuration are made; shared with the load balancers.
struct QuicLbParameters {
  static constexpr uint8_t kUnroutable = 7;  // 0b111 names no configuration

  uint8_t configuration = 0;     // 0 to 6: the first three bits of a CID
  uint8_t server_id_length = 0;  // 1 to 15
  uint8_t nonce_length = 0;      // 4 to 18; both together up to 19
  // AES-128 under the configuration's key; null where server IDs are in clear. Not owned.
  const BlockCipher* cipher = nullptr;

  // False where a number is outside of the above.
  bool Valid() const;
  size_t plaintext_length() const { return size_t{server_id_length} + nonce_length; }
  size_t cid_length() const { return 1 + plaintext_length(); }
};

// What is in a routable CID.
struct QuicLbContent {
  std::array<uint8_t, 15> server_id = {};  // as long as the parameters say
  std::array<uint8_t, 18> nonce = {};
};

// Writes the CID of `content`, parameters.cid_length() bytes, into `cid`. False, and nothing is
// written, where the parameters are not valid or `cid` has another length.
bool EncodeQuicLbCid(const QuicLbParameters& parameters, const QuicLbContent& content,
                     absl::Span<uint8_t> cid);

// The way back, for a load balancer: kForgedCid where the parameters are not valid or the CID names
// another configuration, kCidNotDelineated where its length or the one that it says differs.
DropReason DecodeQuicLbCid(const QuicLbParameters& parameters, absl::Span<const uint8_t> cid,
                           QuicLbContent* content);

// A configuration as a server has it.
struct QuicLbConfiguration {
  QuicLbParameters parameters;
  // parameters.server_id_length bytes.
  std::array<uint8_t, 15> server_id = {};
  // Where server IDs are in clear, the key of QuicLbNonces' permutation; random, and the server's
  // alone. Not owned.
  const BlockCipher* nonce_cipher = nullptr;
  // The nonces of this process: all, from a random one, unless said otherwise.
  absl::Span<const uint8_t> first_nonce;
  uint64_t nonce_count = QuicLbNonces::kAll;
};

enum class QuicLbConfigured : uint8_t {
  kDone,
  kBadParameters,   // QuicLbParameters::Valid() is false, or first_nonce has another length
  kNoNonceCipher,   // server IDs are in clear, and nothing hides the order of nonces
  kServerIdShared,  // a server ID in clear is also encrypted by another configuration (REQ-164)
  kNoRandomness,
};

// Issues by the newest configuration, reads by all that it has (REQ-156). Every CID says its own
// length. Ciphers must outlive the format, or the configuration's end.
class QuicLbCidFormat final : public CidFormat {
 public:
  // `random` is not owned and must outlive the format. `unroutable_length`, 8 to 32 bytes, is that
  // of the CIDs that it issues while no configuration issues (REQ-157), and reads at any time,
  // since they outlive a configuration's arrival; with any other number it issues and reads none.
  explicit QuicLbCidFormat(CheckedRandom* random, uint8_t unroutable_length = 8);

  // From now on CIDs are issued by this configuration. One of the same number is forgotten: the
  // caller knows that no CID of it lives. Nothing changes where the answer is not kDone.
  QuicLbConfigured Configure(const QuicLbConfiguration& configuration);
  // CIDs of this configuration are not read any more, and if it was the one that issues, none
  // issues until the next Configure().
  void Forget(uint8_t configuration);
  // The nonces that a configuration has left; null where there is none of that number. A server
  // asks for a new configuration long before they end.
  const QuicLbNonces* nonces(uint8_t configuration) const;

  CidLength length() const override { return CidLength::SelfDelineating(Delineate, this); }
  uint8_t max_length() const override;
  bool locates() const override { return false; }
  // kExhausted where the nonces of the issuing configuration have all been used: then another must
  // be configured, or this one forgotten.
  void Issue(absl::Span<CidIssue> jobs) override;
  // Refuses kCidNotDelineated where there is no such configuration, or it has another length, and
  // kCidOfOtherServer where the server is another.
  void Read(absl::Span<CidReading> jobs) const override;

 private:
  static constexpr size_t kConfigurations = 7;

  struct Entry {
    bool present = false;
    QuicLbParameters parameters;
    std::array<uint8_t, 15> server_id = {};
    QuicLbNonces nonces;
  };

  static uint8_t Delineate(const void* context, absl::Span<const uint8_t> bytes);
  // The length of CIDs that begin with `octet`, 0 where there are none.
  uint8_t LengthOf(uint8_t octet) const;
  bool SharesServerId(const QuicLbConfiguration& configuration) const;
  void IssueUnroutable(CidIssue* job);
  static void IssueBy(Entry* entry, absl::Span<CidIssue> part);
  void ReadBy(const Entry& entry, absl::Span<CidReading> jobs) const;

  CheckedRandom* random_;
  uint8_t unroutable_length_;
  uint8_t issuing_ = QuicLbParameters::kUnroutable;
  std::array<Entry, kConfigurations> entries_ = {};
};

}  // namespace waybill

#endif  // WAYBILL_CID_QUIC_LB_CID_FORMAT_H_
