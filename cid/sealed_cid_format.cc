// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/sealed_cid_format.h"

#include <cstring>

#include "waybill/cid/cids_at_once.h"
#include "waybill/wire/big_endian.h"

namespace waybill {
namespace {

constexpr size_t kBlock = BlockCipher::kBlockLength;
constexpr uint8_t kOneBlock = kBlock;  // the length whose CIDs are a block, and need no tag

// The bits of the fields, in their order in the content, and the bytes of the check in front of it.
struct Layout {
  uint8_t check_length;
  uint8_t server, core, slot, generation, ordinal;

  constexpr int bits() const { return server + core + slot + generation + ordinal; }
};

constexpr Layout LayoutOf(uint8_t length) {
  switch (length) {
    case 8:
      return {3, 0, 0, 24, 8, 8};
    case 12:
      return {4, 8, 8, 24, 16, 8};
    default:
      return {4, 16, 8, 32, 24, 16};
  }
}

constexpr bool FillsItsLength(uint8_t length) {
  return 8 * LayoutOf(length).check_length + LayoutOf(length).bits() == 8 * length;
}
static_assert(FillsItsLength(8) && FillsItsLength(12) && FillsItsLength(16), "no byte is left");

constexpr uint32_t Largest(int bits) { return static_cast<uint32_t>((uint64_t{1} << bits) - 1); }

struct Content {
  uint16_t server = 0;
  CidTarget target;
};

// The content of the short layouts, which stands in the first bits of a word.

uint64_t PackShort(const Layout& layout, const Content& content) {
  uint64_t word = content.server;
  word = word << layout.core | content.target.core;
  word = word << layout.slot | content.target.slot;
  word = word << layout.generation | content.target.generation;
  word = word << layout.ordinal | content.target.ordinal;
  return word << (64 - layout.bits());
}

Content UnpackShort(const Layout& layout, uint64_t word) {
  word >>= 64 - layout.bits();
  const auto take = [&word](int bits) {
    const uint32_t field = static_cast<uint32_t>(word) & Largest(bits);
    word >>= bits;
    return field;
  };
  Content content;
  content.target.ordinal = static_cast<uint16_t>(take(layout.ordinal));
  content.target.generation = take(layout.generation);
  content.target.slot = take(layout.slot);
  content.target.core = static_cast<uint8_t>(take(layout.core));
  content.server = static_cast<uint16_t>(take(layout.server));
  return content;
}

// The content of a block, behind its check of 32 zero bits.

void PackBlock(const Content& content, uint8_t* block) {
  const CidTarget& target = content.target;
  StoreU64(uint64_t{content.server} << 16 | uint64_t{target.core} << 8 | target.slot >> 24, block);
  StoreU64(
      uint64_t{target.slot & 0xffffff} << 40 | uint64_t{target.generation} << 16 | target.ordinal,
      block + 8);
}

// False where the check is wrong.
bool UnpackBlock(const uint8_t* block, Content* content) {
  const uint64_t front = LoadU64(block);
  const uint64_t back = LoadU64(block + 8);
  content->server = static_cast<uint16_t>(front >> 16);
  content->target.core = static_cast<uint8_t>(front >> 8);
  content->target.slot = static_cast<uint32_t>(front << 24 | back >> 40);
  content->target.generation = static_cast<uint32_t>(back >> 16) & 0xffffff;
  content->target.ordinal = static_cast<uint16_t>(back);
  return front >> 32 == 0;
}

// What the tag of a short CID is computed from, and what its mask is. Of `word`, all bytes in front
// of the last two count.
enum Purpose : uint8_t { kTag = 1, kMask = 2 };
void MakeInput(uint64_t word, uint8_t cid_length, Purpose purpose, uint8_t* block) {
  StoreU64(word, block);
  StoreU64(uint64_t{cid_length} << 8 | purpose, block + 8);
}

// The first `length` bytes of a word, and nothing of the others.
constexpr uint64_t Front(uint64_t word, int length) {
  return word >> (64 - 8 * length) << (64 - 8 * length);
}

// `length` bytes, 1 to 8, at the front of a word.
uint64_t LoadFront(const uint8_t* bytes, int length) {
  uint64_t word = 0;
  for (int i = 0; i < length; ++i) word |= uint64_t{bytes[i]} << (56 - 8 * i);
  return word;
}

void StoreFront(uint64_t word, int length, uint8_t* bytes) {
  for (int i = 0; i < length; ++i) bytes[i] = static_cast<uint8_t>(word >> (56 - 8 * i));
}

}  // namespace

std::optional<SealedCidFormat> SealedCidFormat::Make(const BlockCipher* cipher, uint8_t length,
                                                     uint16_t server) {
  if (length != 8 && length != 12 && length != kOneBlock) return std::nullopt;
  if (server > Largest(LayoutOf(length).server)) return std::nullopt;
  return SealedCidFormat(cipher, length, server);
}

SealedCidFormat::Limits SealedCidFormat::limits() const {
  const Layout layout = LayoutOf(length_);
  return {static_cast<uint16_t>(Largest(layout.server)), static_cast<uint8_t>(Largest(layout.core)),
          Largest(layout.slot), Largest(layout.generation),
          static_cast<uint16_t>(Largest(layout.ordinal))};
}

CidIssueResult SealedCidFormat::CheckTarget(const CidTarget& target) const {
  const Limits most = limits();
  if (target.core > most.core || target.slot > most.slot) return CidIssueResult::kTargetTooLarge;
  if (target.generation > most.generation || target.ordinal > most.ordinal) {
    return CidIssueResult::kExhausted;
  }
  return CidIssueResult::kIssued;
}

void SealedCidFormat::Issue(absl::Span<CidIssue> jobs) {
  InParts(jobs, [this](absl::Span<CidIssue> part) {
    CidSelection selection;
    for (size_t i = 0; i < part.size(); ++i) {
      CidIssue& job = part[i];
      job.result =
          job.storage.size() < length_ ? CidIssueResult::kStorageTooShort : CheckTarget(job.target);
      job.length = job.result == CidIssueResult::kIssued ? length_ : 0;
      if (job.length != 0) selection.Add(i);
    }
    length_ == kOneBlock ? SealBlocks(part, selection) : SealShort(part, selection);
  });
}

void SealedCidFormat::SealBlocks(absl::Span<const CidIssue> jobs,
                                 const CidSelection& selection) const {
  CidBlocks blocks;
  for (size_t i = 0; i < selection.size(); ++i) {
    PackBlock({server_, jobs[selection[i]].target}, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(selection.size()));
  for (size_t i = 0; i < selection.size(); ++i) {
    std::memcpy(jobs[selection[i]].storage.data(), blocks[i], kBlock);
  }
}

void SealedCidFormat::SealShort(absl::Span<const CidIssue> jobs,
                                const CidSelection& selection) const {
  const Layout layout = LayoutOf(length_);
  const int tag_length = layout.check_length;
  uint64_t contents[kCidsAtOnce];
  uint64_t tags[kCidsAtOnce];
  CidBlocks blocks;
  for (size_t i = 0; i < selection.size(); ++i) {
    contents[i] = PackShort(layout, {server_, jobs[selection[i]].target});
    MakeInput(contents[i], length_, kTag, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(selection.size()));
  for (size_t i = 0; i < selection.size(); ++i) {
    tags[i] = Front(LoadU64(blocks[i]), tag_length);
    MakeInput(tags[i], length_, kMask, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(selection.size()));
  for (size_t i = 0; i < selection.size(); ++i) {
    uint8_t* const cid = jobs[selection[i]].storage.data();
    StoreFront(tags[i], tag_length, cid);
    StoreFront(contents[i] ^ LoadU64(blocks[i]), length_ - tag_length, cid + tag_length);
  }
}

void SealedCidFormat::Read(absl::Span<CidReading> jobs) const {
  InParts(jobs, [this](absl::Span<CidReading> part) {
    CidSelection selection;
    for (size_t i = 0; i < part.size(); ++i) {
      part[i].reason = DropReason::kCidNotDelineated;
      if (part[i].cid.size() == length_) selection.Add(i);
    }
    length_ == kOneBlock ? OpenBlocks(part, selection) : OpenShort(part, selection);
  });
}

void SealedCidFormat::OpenBlocks(absl::Span<CidReading> jobs, const CidSelection& selection) const {
  CidBlocks blocks;
  for (size_t i = 0; i < selection.size(); ++i) {
    std::memcpy(blocks[i], jobs[selection[i]].cid.data(), kBlock);
  }
  cipher_->Decrypt(blocks.Front(selection.size()));
  for (size_t i = 0; i < selection.size(); ++i) {
    Content content;
    const bool authentic = UnpackBlock(blocks[i], &content);
    Answer(authentic, content.server, content.target, &jobs[selection[i]]);
  }
}

void SealedCidFormat::OpenShort(absl::Span<CidReading> jobs, const CidSelection& selection) const {
  const Layout layout = LayoutOf(length_);
  const int tag_length = layout.check_length;
  const int content_length = length_ - tag_length;
  uint64_t contents[kCidsAtOnce];
  uint64_t tags[kCidsAtOnce];
  CidBlocks blocks;
  for (size_t i = 0; i < selection.size(); ++i) {
    tags[i] = LoadFront(jobs[selection[i]].cid.data(), tag_length);
    MakeInput(tags[i], length_, kMask, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(selection.size()));
  for (size_t i = 0; i < selection.size(); ++i) {
    const uint64_t masked = LoadFront(&jobs[selection[i]].cid[tag_length], content_length);
    contents[i] = Front(masked ^ LoadU64(blocks[i]), content_length);
    MakeInput(contents[i], length_, kTag, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(selection.size()));
  for (size_t i = 0; i < selection.size(); ++i) {
    const Content content = UnpackShort(layout, contents[i]);
    const bool authentic = Front(LoadU64(blocks[i]), tag_length) == tags[i];
    Answer(authentic, content.server, content.target, &jobs[selection[i]]);
  }
}

void SealedCidFormat::Answer(bool authentic, uint16_t server, const CidTarget& target,
                             CidReading* job) const {
  job->reason = !authentic          ? DropReason::kForgedCid
                : server != server_ ? DropReason::kCidOfOtherServer
                                    : DropReason::kNone;
  if (job->reason == DropReason::kNone) job->target = target;
}

DropReason SealedCidFormat::ReadOfAnyServer(absl::Span<const uint8_t> cid, CidTarget* target,
                                            uint16_t* server) const {
  *server = cid.size() == length_ ? ServerIn(cid) : 0;
  CidReading job;
  job.cid = cid;
  SealedCidFormat(cipher_, length_, *server).Read(absl::Span<CidReading>(&job, 1));
  *target = job.target;
  return job.reason;
}

uint16_t SealedCidFormat::ServerIn(absl::Span<const uint8_t> cid) const {
  const Layout layout = LayoutOf(length_);
  uint8_t block[kBlock] = {};
  if (layout.server == 0) return 0;
  if (length_ == kOneBlock) {
    std::memcpy(block, cid.data(), kBlock);
    cipher_->Decrypt(block);
    return static_cast<uint16_t>(block[layout.check_length] << 8 | block[layout.check_length + 1]);
  }
  std::memcpy(block, cid.data(), layout.check_length);
  block[kBlock - 2] = length_;
  block[kBlock - 1] = kMask;
  cipher_->Encrypt(block);
  return cid[layout.check_length] ^ block[0];
}

}  // namespace waybill
