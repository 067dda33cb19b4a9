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
  if (front >> 32 != 0) return false;
  const uint64_t back = LoadU64(block + 8);
  content->server = static_cast<uint16_t>(front >> 16);
  content->target.core = static_cast<uint8_t>(front >> 8);
  content->target.slot = static_cast<uint32_t>(front << 24 | back >> 40);
  content->target.generation = static_cast<uint32_t>(back >> 16) & 0xffffff;
  content->target.ordinal = static_cast<uint16_t>(back);
  return true;
}

// What the tag of a short CID is computed from, and what its mask is. Of `word`, all bytes in front
// of the last two count.
enum Purpose : uint8_t { kTag = 1, kMask = 2 };
void MakeInput(uint64_t word, uint8_t cid_length, Purpose purpose, uint8_t* block) {
  StoreBlock(word, uint64_t{cid_length} << 8 | purpose, block);
}

// The first `length` bytes of a word, and nothing of the others.
constexpr uint64_t Front(uint64_t word, int length) {
  return word >> (64 - 8 * length) << (64 - 8 * length);
}

// A short CID, which has 8 bytes or more, as its tag and its content, each at the front of a word.
struct Parts {
  uint64_t tag;
  uint64_t content;
};

Parts LoadParts(const Layout& layout, const uint8_t* cid) {
  const int content_length = layout.bits() / 8;
  const uint64_t front = LoadU64(cid);
  const uint64_t back = LoadU64(cid + layout.check_length + content_length - 8);
  return {Front(front, layout.check_length), back << (64 - 8 * content_length)};
}

void StoreParts(const Layout& layout, const Parts& parts, uint8_t* cid) {
  const int content_length = layout.bits() / 8;
  StoreU64(parts.tag | parts.content >> (8 * layout.check_length), cid);
  // The content of 12 bytes reaches behind the first 8, and is 8 long itself.
  if (content_length == 8) StoreU64(parts.content, cid + layout.check_length);
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
    for (CidIssue& job : part) {
      job.result =
          job.storage.size() < length_ ? CidIssueResult::kStorageTooShort : CheckTarget(job.target);
      job.length = job.result == CidIssueResult::kIssued ? length_ : 0;
    }
    length_ == kOneBlock ? SealBlocks(part) : SealShort(part);
  });
}

void SealedCidFormat::SealBlocks(absl::Span<const CidIssue> part) const {
  CidBlocks blocks;
  for (size_t i = 0; i < part.size(); ++i) PackBlock({server_, part[i].target}, blocks[i]);
  cipher_->Encrypt(blocks.Front(part.size()));
  for (size_t i = 0; i < part.size(); ++i) {
    if (part[i].length != 0) std::memcpy(part[i].storage.data(), blocks[i], kBlock);
  }
}

void SealedCidFormat::SealShort(absl::Span<const CidIssue> part) const {
  const Layout layout = LayoutOf(length_);
  Parts parts[kCidsAtOnce];
  CidBlocks blocks;
  for (size_t i = 0; i < part.size(); ++i) {
    parts[i].content = PackShort(layout, {server_, part[i].target});
    MakeInput(parts[i].content, length_, kTag, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(part.size()));
  for (size_t i = 0; i < part.size(); ++i) {
    parts[i].tag = Front(LoadU64(blocks[i]), layout.check_length);
    MakeInput(parts[i].tag, length_, kMask, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(part.size()));
  for (size_t i = 0; i < part.size(); ++i) {
    parts[i].content ^= Front(LoadU64(blocks[i]), layout.bits() / 8);
    if (part[i].length != 0) StoreParts(layout, parts[i], part[i].storage.data());
  }
}

void SealedCidFormat::Read(absl::Span<CidReading> jobs) const {
  InParts(jobs, [this](absl::Span<CidReading> part) {
    length_ == kOneBlock ? OpenBlocks(part, nullptr) : OpenShort(part, nullptr);
  });
}

DropReason SealedCidFormat::ReadOfAnyServer(absl::Span<const uint8_t> cid, CidTarget* target,
                                            uint16_t* server) const {
  CidReading job;
  job.cid = cid;
  const absl::Span<CidReading> part(&job, 1);
  *server = 0;
  length_ == kOneBlock ? OpenBlocks(part, server) : OpenShort(part, server);
  *target = job.target;
  return job.reason;
}

void SealedCidFormat::OpenBlocks(absl::Span<CidReading> part, uint16_t* any_server) const {
  CidBlocks blocks;
  for (size_t i = 0; i < part.size(); ++i) {
    std::memcpy(blocks[i], BytesOf(part[i].cid, kBlock), kBlock);
  }
  cipher_->Decrypt(blocks.Front(part.size()));
  for (size_t i = 0; i < part.size(); ++i) {
    Content content;
    const bool authentic = UnpackBlock(blocks[i], &content);
    Answer(authentic, content.server, content.target, any_server, &part[i]);
  }
}

void SealedCidFormat::OpenShort(absl::Span<CidReading> part, uint16_t* any_server) const {
  const Layout layout = LayoutOf(length_);
  Parts parts[kCidsAtOnce];
  CidBlocks blocks;
  for (size_t i = 0; i < part.size(); ++i) {
    parts[i] = LoadParts(layout, BytesOf(part[i].cid, length_));
    MakeInput(parts[i].tag, length_, kMask, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(part.size()));
  for (size_t i = 0; i < part.size(); ++i) {
    parts[i].content ^= Front(LoadU64(blocks[i]), layout.bits() / 8);
    MakeInput(parts[i].content, length_, kTag, blocks[i]);
  }
  cipher_->Encrypt(blocks.Front(part.size()));
  for (size_t i = 0; i < part.size(); ++i) {
    const Content content = UnpackShort(layout, parts[i].content);
    const bool authentic = Front(LoadU64(blocks[i]), layout.check_length) == parts[i].tag;
    Answer(authentic, content.server, content.target, any_server, &part[i]);
  }
}

inline void SealedCidFormat::Answer(bool authentic, uint16_t server, const CidTarget& target,
                                    uint16_t* any_server, CidReading* job) const {
  if (!authentic) {
    job->reason =
        job->cid.size() == length_ ? DropReason::kForgedCid : DropReason::kCidNotDelineated;
  } else if (job->cid.size() != length_) {
    job->reason = DropReason::kCidNotDelineated;
  } else if (server != server_ && any_server == nullptr) {
    job->reason = DropReason::kCidOfOtherServer;
  } else {
    job->reason = DropReason::kNone;
    job->target = target;
    if (any_server != nullptr) *any_server = server;
  }
}

}  // namespace waybill
