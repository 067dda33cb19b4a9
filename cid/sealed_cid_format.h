// SPDX-License-Identifier: Apache-2.0
//
// Connection IDs that say where the state of their association is, sealed so that nobody else can
// read or make them. docs/connection-ids.md has the layouts.
#ifndef WAYBILL_CID_SEALED_CID_FORMAT_H_
#define WAYBILL_CID_SEALED_CID_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/cid_format.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// CIDs of 8, 12 or 16 bytes that hold server, core, slot, generation and ordinal, with check bits,
// under AES-128. One that was never issued costs a block, or two of the shorter lengths, and no
// memory; one in 2^24 passes at 8 bytes, one in 2^32 at 12 and 16.
//
// Needs no randomness: CIDs differ as their targets do. Under one key no target may be issued
// twice, also not by another process, or after a restart.
class SealedCidFormat final : public CidFormat {
 public:
  // What a field of the target, or the server, may be at most.
  struct Limits {
    uint16_t server;
    uint8_t core;
    uint32_t slot;
    uint32_t generation;
    uint16_t ordinal;
  };

  // `cipher` is not owned and must outlive the format; its key is random and serves nothing else.
  // Nothing where `length` is not 8, 12 or 16, or has no room for the server.
  static std::optional<SealedCidFormat> Make(const BlockCipher* cipher, uint8_t length,
                                             uint16_t server = 0);

  Limits limits() const;

  CidLength length() const override { return CidLength::Fixed(length_); }
  uint8_t max_length() const override { return length_; }
  bool locates() const override { return true; }
  // Fails with kTargetTooLarge where a field is beyond its limit; kExhausted where that field is
  // the generation or the ordinal: under another key they begin anew.
  void Issue(absl::Span<CidIssue> jobs) override;
  // Refuses kCidNotDelineated where the length is another, kForgedCid where the check bits are
  // wrong, kCidOfOtherServer where the server is another. The target's core may be another than the
  // caller's.
  void Read(absl::Span<CidReading> jobs) const override;

  // For whoever routes CIDs to servers, or looks into them: reads a CID as its own server does, and
  // says which that is.
  DropReason ReadOfAnyServer(absl::Span<const uint8_t> cid, CidTarget* target,
                             uint16_t* server) const;

 private:
  SealedCidFormat(const BlockCipher* cipher, uint8_t length, uint16_t server)
      : cipher_(cipher), length_(length), server_(server) {}

  CidIssueResult CheckTarget(const CidTarget& target) const;
  // CIDs of one block, and shorter ones.
  void SealBlocks(absl::Span<const CidIssue> part) const;
  void SealShort(absl::Span<const CidIssue> part) const;
  // Where `any_server` is null, CIDs of another server are refused; else it is told the server of
  // the one CID of the part.
  void OpenBlocks(absl::Span<CidReading> part, uint16_t* any_server) const;
  void OpenShort(absl::Span<CidReading> part, uint16_t* any_server) const;
  void Answer(bool authentic, uint16_t server, const CidTarget& target, uint16_t* any_server,
              CidReading* job) const;

  const BlockCipher* cipher_;
  uint8_t length_;
  uint16_t server_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_SEALED_CID_FORMAT_H_
