// SPDX-License-Identifier: Apache-2.0
//
// What holds for every format.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/test_formats.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

// Fits every sealed length.
CidTarget TargetOf(uint32_t number) {
  CidTarget target;
  target.slot = number * 2654435761u & 0xffffff;
  target.generation = number >> 8 & 0xff;
  target.ordinal = number & 0xff;
  return target;
}

TEST(EveryFormat, ReadsAndDelineatesWhatItHasIssued) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    for (const auto& made : EveryFormat(seed)) {
      SCOPED_TRACE(made->name);
      CidFormat& format = *made->format;
      EXPECT_GE(format.max_length(), made->length);
      for (uint32_t i = 0; i < 50; ++i) {
        const Bytes cid = IssueOne(&format, TargetOf(i));
        ASSERT_EQ(cid.size(), made->length);
        EXPECT_EQ(format.length().Of(cid), cid.size());
        const CidReading reading = ReadOne(format, cid);
        EXPECT_EQ(reading.reason, DropReason::kNone);
        EXPECT_EQ(reading.target, format.locates() ? TargetOf(i) : CidTarget());
      }
    }
  }
}

TEST(EveryFormat, TargetsAreTheSameWhereEveryFieldIs) {
  const CidTarget target = {1, 2, 3, 4};
  EXPECT_TRUE(target == (CidTarget{1, 2, 3, 4}));
  EXPECT_FALSE(target != (CidTarget{1, 2, 3, 4}));
  for (const CidTarget& other : {CidTarget{0, 2, 3, 4}, CidTarget{1, 0, 3, 4},
                                 CidTarget{1, 2, 0, 4}, CidTarget{1, 2, 3, 0}}) {
    EXPECT_FALSE(target == other);
    EXPECT_TRUE(target != other);
  }
}

// For a receiver that has no format: all first octets, and none.
TEST(EveryFormat, DelineatorsStandByThemselves) {
  EXPECT_EQ(OpaqueCidFormat::LengthByOctet(nullptr, {}), 0);
  EXPECT_EQ(OpaqueCidFormat::LengthByNibble(nullptr, {}), 0);
  for (int octet = 0; octet < 256; ++octet) {
    const uint8_t bytes[] = {static_cast<uint8_t>(octet)};
    EXPECT_EQ(OpaqueCidFormat::LengthByOctet(nullptr, bytes),
              octet == 0 || octet == 255 ? 0 : 1 + octet);
    EXPECT_EQ(OpaqueCidFormat::LengthByNibble(nullptr, bytes),
              octet % 16 == 0 ? 0 : 1 + octet % 16);
  }
}

// The delineator depends on nothing behind the CID (REQ-004).
TEST(EveryFormat, DelineatesWhateverStandsBehindTheCid) {
  for (const auto& made : EveryFormat(6)) {
    SCOPED_TRACE(made->name);
    const Bytes cid = IssueOne(made->format.get(), TargetOf(1));
    for (const uint8_t behind : {0x00, 0x5a, 0xff}) {
      Bytes rest = cid;
      rest.resize(cid.size() + 30, behind);
      EXPECT_EQ(made->format->length().Of(rest), cid.size());
    }
  }
}

// Any number of jobs, beyond what is worked on at once, answers as each job alone does.
TEST(EveryFormat, BatchesAnswerAsSingleJobs) {
  for (const size_t count : {0, 1, 2, 31, 32, 33, 100}) {
    TestFormats batched = EveryFormat(7);
    TestFormats single = EveryFormat(7);
    for (size_t f = 0; f < batched.size(); ++f) {
      SCOPED_TRACE(batched[f]->name);
      std::vector<Bytes> storage(count, Bytes(255));
      std::vector<CidIssue> issues(count);
      for (size_t i = 0; i < count; ++i) {
        issues[i].target = TargetOf(static_cast<uint32_t>(i));
        // Every seventh has no room.
        const size_t room = i % 7 == 6 ? batched[f]->length - 1 : storage[i].size();
        issues[i].storage = absl::Span<uint8_t>(storage[i].data(), room);
      }
      batched[f]->format->Issue(absl::MakeSpan(issues));
      std::vector<Bytes> cids;
      for (size_t i = 0; i < count; ++i) {
        if (i % 7 == 6) {
          EXPECT_EQ(issues[i].result, CidIssueResult::kStorageTooShort);
          EXPECT_EQ(issues[i].length, 0);
          EXPECT_EQ(storage[i], Bytes(255));
          continue;
        }
        ASSERT_EQ(issues[i].result, CidIssueResult::kIssued);
        const absl::Span<const uint8_t> cid = issues[i].cid();
        EXPECT_EQ(Bytes(cid.begin(), cid.end()),
                  IssueOne(single[f]->format.get(), TargetOf(static_cast<uint32_t>(i))));
        cids.emplace_back(cid.begin(), cid.end());
        // Spoilt ones and ones of another length between the good ones.
        if (i % 5 == 0) cids.back()[cids.back().size() / 2] ^= 0x10;
        if (i % 5 == 1) cids.back().pop_back();
        if (i % 5 == 2) cids.back().clear();
      }
      std::vector<CidReading> readings(cids.size());
      for (size_t i = 0; i < cids.size(); ++i) readings[i].cid = cids[i];
      batched[f]->format->Read(absl::MakeSpan(readings));
      for (size_t i = 0; i < cids.size(); ++i) {
        const CidReading alone = ReadOne(*single[f]->format, cids[i]);
        EXPECT_EQ(readings[i].reason, alone.reason) << i;
        EXPECT_EQ(readings[i].target, alone.target) << i;
      }
    }
  }
}

// None of an endpoint's CIDs is the beginning of another; none is issued twice where there are
// enough of them (REQ-134).
TEST(EveryFormat, IssuesCidsThatAreNoPrefixesOfEachOther) {
  for (const auto& made : EveryFormat(8)) {
    SCOPED_TRACE(made->name);
    std::vector<Bytes> cids;
    for (uint32_t i = 0; i < 3000; ++i) cids.push_back(IssueOne(made->format.get(), TargetOf(i)));
    std::sort(cids.begin(), cids.end());
    if (made->plentiful) {
      EXPECT_EQ(std::adjacent_find(cids.begin(), cids.end()), cids.end());
    }
    cids.erase(std::unique(cids.begin(), cids.end()), cids.end());
    // In order, a prefix stands right before what it begins.
    const auto begins = [](const Bytes& a, const Bytes& b) {
      return a.size() <= b.size() && std::equal(a.begin(), a.end(), b.begin());
    };
    EXPECT_EQ(std::adjacent_find(cids.begin(), cids.end(), begins), cids.end());
  }
}

// Every length but the right one is refused, and nothing behind the bytes that are there is read
// (the storage ends with them).
TEST(EveryFormat, RefusesTruncatedAndLengthenedCids) {
  for (const auto& made : EveryFormat(9)) {
    SCOPED_TRACE(made->name);
    const Bytes cid = IssueOne(made->format.get(), TargetOf(3));
    for (size_t length = 0; length <= cid.size() + 20; ++length) {
      if (length == cid.size()) continue;
      Bytes other = cid;
      other.resize(length);
      other.shrink_to_fit();
      EXPECT_EQ(ReadOne(*made->format, other).reason, DropReason::kCidNotDelineated) << length;
      const uint8_t said = made->format->length().Of(other);
      EXPECT_TRUE(said == cid.size() || (length == 0 && said == 0)) << length;
    }
  }
}

// A sealed or tagged CID of which one bit is another is refused, and its target is not given away.
TEST(EveryFormat, AuthenticCidsAreRefusedWithAnyBitFlipped) {
  for (const auto& made : EveryFormat(10)) {
    if (!made->authentic) continue;
    SCOPED_TRACE(made->name);
    Bytes cid = IssueOne(made->format.get(), TargetOf(4));
    for (size_t bit = 0; bit < 8 * cid.size(); ++bit) {
      cid[bit / 8] ^= 1 << (bit % 8);
      const CidReading reading = ReadOne(*made->format, cid);
      EXPECT_EQ(reading.reason, DropReason::kForgedCid) << bit;
      EXPECT_EQ(reading.target, CidTarget()) << bit;
      cid[bit / 8] ^= 1 << (bit % 8);
    }
  }
}

// CIDs of one format, or of one key, are none of another's: what locates or authenticates never
// takes them.
TEST(EveryFormat, CidsOfOtherFormatsAndKeysAreRefused) {
  const TestFormats ours = EveryFormat(11);
  const TestFormats others = EveryFormat(1000);
  size_t confused = 0;
  for (const auto& made : ours) {
    if (!made->authentic) continue;
    for (const TestFormats* formats : {&ours, &others}) {
      for (const auto& foreign : *formats) {
        if (foreign == made) continue;
        for (uint32_t i = 0; i < 20; ++i) {
          const Bytes cid = IssueOne(foreign->format.get(), TargetOf(i));
          const DropReason reason = ReadOne(*made->format, cid).reason;
          EXPECT_EQ(reason, cid.size() == made->length ? DropReason::kForgedCid
                                                       : DropReason::kCidNotDelineated)
              << made->name << " reads " << foreign->name;
          confused += cid.size() == made->length;
        }
      }
    }
  }
  EXPECT_GT(confused, 1000u) << "lengths met";
}

// BUG-42: nothing is issued from a source that fails, is stuck or repeats itself. (Sealed CIDs and
// nonces that count need no randomness once they have a key.)
TEST(EveryFormat, IssuesNothingFromABrokenSource) {
  FailingSource failing(263);  // fewer than one CID after the first words
  StuckSource stuck(0, 0x42);
  RepeatingSource repeating(0, 64);
  for (RandomSource* source :
       {static_cast<RandomSource*>(&failing), static_cast<RandomSource*>(&stuck),
        static_cast<RandomSource*>(&repeating)}) {
    CheckedRandom random(source);
    SipHashCidTagger tagger({1, 2});
    auto fixed = OpaqueCidFormat::Fixed(&random, 60);
    auto octet = OpaqueCidFormat::LengthOctet(&random, 60);
    auto nibble = OpaqueCidFormat::Nibble(&random, 16);
    auto tagged = TaggedCidFormat::Make(&tagger, &random, 50, 4);
    QuicLbCidFormat unroutable(&random);
    for (CidFormat* format : {static_cast<CidFormat*>(&*fixed), static_cast<CidFormat*>(&*octet),
                              static_cast<CidFormat*>(&*nibble), static_cast<CidFormat*>(&*tagged),
                              static_cast<CidFormat*>(&unroutable)}) {
      CidIssueResult result;
      EXPECT_EQ(IssueOne(format, CidTarget(), &result), Bytes());
      EXPECT_EQ(result, CidIssueResult::kNoRandomness);
    }
  }
}

// Lengths that a kind cannot say have no format.
TEST(EveryFormat, CannotBeMadeWithLengthsThatItCannotSay) {
  SeededSource source(1);
  CheckedRandom random(&source);
  const auto cipher = DrawCipher(&source);
  SipHashCidTagger by_siphash({1, 2});
  BlockCidTagger by_block(cipher.get());
  for (int length = 0; length <= 255; ++length) {
    const uint8_t whole = static_cast<uint8_t>(length);
    EXPECT_EQ(OpaqueCidFormat::Fixed(&random, whole).has_value(), length >= 1);
    EXPECT_EQ(OpaqueCidFormat::LengthOctet(&random, whole).has_value(), length >= 2);
    EXPECT_EQ(OpaqueCidFormat::Nibble(&random, whole).has_value(), length >= 2 && length <= 16);
    EXPECT_EQ(SealedCidFormat::Make(cipher.get(), whole).has_value(),
              length == 8 || length == 12 || length == 16);
    for (int tag = 0; tag <= 9; ++tag) {
      const bool sayable = tag >= 3 && tag <= 8 && length >= 1;
      const uint8_t tag_length = static_cast<uint8_t>(tag);
      EXPECT_EQ(TaggedCidFormat::Make(&by_siphash, &random, whole, tag_length).has_value(),
                sayable && length + tag <= 255)
          << length << " " << tag;
      EXPECT_EQ(TaggedCidFormat::Make(&by_block, &random, whole, tag_length).has_value(),
                sayable && length <= 14)
          << length << " " << tag;
    }
  }
}

// BUG-38: whatever bit of a key changes, about half of the bits of a CID change.
TEST(EveryFormat, CidsShowNothingOfTheirKeys) {
  for (const uint8_t length : {8, 12, 16}) {
    std::array<uint8_t, BlockCipher::kKeyLength> key = {};
    const auto issue = [&] {
      const auto cipher = MakeAes128(key);
      auto format = SealedCidFormat::Make(cipher.get(), length);
      return IssueOne(&*format, TargetOf(5));
    };
    const Bytes before = issue();
    int changed = 0;
    for (size_t bit = 0; bit < 8 * key.size(); ++bit) {
      key[bit / 8] ^= 1 << (bit % 8);
      const Bytes after = issue();
      key[bit / 8] ^= 1 << (bit % 8);
      for (size_t i = 0; i < length; ++i) changed += __builtin_popcount(before[i] ^ after[i]);
    }
    const double trials = 128.0 * 8 * length;
    EXPECT_NEAR(changed, trials / 2, 3 * std::sqrt(trials)) << "six standard deviations";
  }
}

}  // namespace
}  // namespace waybill
