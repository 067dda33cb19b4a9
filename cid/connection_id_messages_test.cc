// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/connection_id_messages.h"

#include <vector>

#include "gtest/gtest.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

using Cids = std::vector<Bytes>;
constexpr ConnectionIdUsage kUsages[] = {ConnectionIdUsage::kImmediate, ConnectionIdUsage::kSpare};

// The message as the RFC's structs say it, by nothing of the writer.
Bytes Body(const Cids& cids, uint8_t usage) {
  Bytes vector;
  for (const Bytes& cid : cids) {
    AppendUint(cid.size(), 1, &vector);
    AppendBytes(cid, &vector);
  }
  Bytes body;
  AppendUint(vector.size(), 2, &body);
  AppendBytes(vector, &body);
  body.push_back(usage);
  return body;
}

CidAlert Read(absl::Span<const uint8_t> body, Cids* cids, ConnectionIdUsage* usage) {
  NewConnectionId message;
  const CidAlert alert = NewConnectionId::Parse(body, &message);
  cids->clear();
  absl::Span<const uint8_t> cid;
  while (message.Next(&cid)) cids->emplace_back(cid.begin(), cid.end());
  *usage = message.usage();
  return alert;
}

CidAlert Verdict(absl::Span<const uint8_t> body) {
  NewConnectionId message;
  return NewConnectionId::Parse(body, &message);
}

// Writes what fits; the number of CIDs that did. Checks that Fits() and Add() agree.
size_t Write(const Cids& cids, ConnectionIdUsage usage, ByteWriter* writer) {
  NewConnectionIdWriter message(writer);
  EXPECT_TRUE(message.Begin());
  size_t count = 0;
  for (const Bytes& cid : cids) {
    const size_t before = writer->size();
    const bool fits = message.Fits(cid.size());
    EXPECT_EQ(message.Add(cid), fits);
    EXPECT_EQ(writer->size(), before + (fits ? 1 + cid.size() : 0));
    if (!fits) break;
    ++count;
  }
  message.End(usage);
  return count;
}

TEST(ConnectionIdMessages, LookLikeTheRfcSays) {
  Bytes storage(100);
  ByteWriter writer(absl::MakeSpan(storage));
  EXPECT_EQ(Write({{0xaa, 0xbb}, {}, {0xcc}}, ConnectionIdUsage::kSpare, &writer), 3u);
  EXPECT_EQ(Bytes(writer.written().begin(), writer.written().end()),
            (Bytes{0, 6, 2, 0xaa, 0xbb, 0, 1, 0xcc, 1}));
  ByteWriter request(absl::MakeSpan(storage));
  EXPECT_TRUE(WriteRequestConnectionId(7, &request));
  EXPECT_EQ(Bytes(request.written().begin(), request.written().end()), Bytes{7});
}

TEST(ConnectionIdMessages, ReadBackWhatWasWritten) {
  Random random(1);
  Bytes storage(70000);
  for (int round = 0; round < 2000; ++round) {
    Cids cids(random.Below(round % 100 == 0 ? 400 : 6));
    for (Bytes& cid : cids) cid = random.MakeBytes(random.Below(256));
    const ConnectionIdUsage usage = kUsages[random.Below(2)];
    ByteWriter writer(absl::MakeSpan(storage));
    cids.resize(Write(cids, usage, &writer));
    ASSERT_EQ(Bytes(writer.written().begin(), writer.written().end()),
              Body(cids, static_cast<uint8_t>(usage)));
    Cids read;
    ConnectionIdUsage read_usage;
    ASSERT_EQ(Read(writer.written(), &read, &read_usage), CidAlert::kNone);
    ASSERT_EQ(read, cids);
    ASSERT_EQ(read_usage, usage);
  }
}

TEST(ConnectionIdMessages, HaveCidsOfEveryLength) {
  for (size_t length = 0; length <= 255; ++length) {
    const Cids cids = {Bytes(length, 0x5a), Bytes(255 - length, 0xa5)};
    for (const uint8_t usage : {0, 1}) {
      Cids read;
      ConnectionIdUsage read_usage;
      ASSERT_EQ(Read(Body(cids, usage), &read, &read_usage), CidAlert::kNone);
      ASSERT_EQ(read, cids);
    }
  }
}

// However long the vectors are: of every message that is cut or has more behind it, nothing is
// taken.
TEST(ConnectionIdMessages, AreRefusedWhereTheyAreCutOrGoOn) {
  const Cids lists[] = {{}, {{}}, {{1, 2, 3}}, {{}, {1}, {}}, {Bytes(255, 1), Bytes(4, 2)}};
  for (const Cids& cids : lists) {
    Bytes body = Body(cids, 1);
    for (size_t length = 0; length < body.size(); ++length) {
      ASSERT_EQ(Verdict(absl::MakeConstSpan(body.data(), length)), CidAlert::kDecodeError);
    }
    ASSERT_EQ(Verdict(body), CidAlert::kNone);
    for (int i = 0; i < 3; ++i) {
      body.push_back(0);
      ASSERT_EQ(Verdict(body), CidAlert::kDecodeError);
    }
  }
}

TEST(ConnectionIdMessages, AreRefusedWhereALengthIsWrong) {
  const Bytes good = Body({{0x81, 0x82, 0x83}, {0x84, 0x85}}, 1);
  for (uint32_t length = 0; length <= 0xffff; ++length) {
    Bytes body = good;
    body[0] = static_cast<uint8_t>(length >> 8);
    body[1] = static_cast<uint8_t>(length);
    ASSERT_EQ(Verdict(body), length == 7 ? CidAlert::kNone : CidAlert::kDecodeError) << length;
  }
  for (uint32_t length = 0; length <= 0xff; ++length) {
    Bytes body = good;
    body[2] = static_cast<uint8_t>(length);  // one of 6 swallows the other CID
    const bool ends = length == 3 || length == 6;
    ASSERT_EQ(Verdict(body), ends ? CidAlert::kNone : CidAlert::kDecodeError) << length;
  }
}

// An enumeration's value that there is not is no matter of syntax (RFC 8446, section 6).
TEST(ConnectionIdMessages, AreRefusedWithAnUnknownUsage) {
  for (uint32_t usage = 0; usage <= 0xff; ++usage) {
    ASSERT_EQ(Verdict(Body({{1}}, static_cast<uint8_t>(usage))),
              usage <= 1 ? CidAlert::kNone : CidAlert::kIllegalParameter);
  }
  Bytes both = Body({{1}}, 2);
  both[1] = 3;
  EXPECT_EQ(Verdict(both), CidAlert::kDecodeError) << "syntax comes first";
}

TEST(ConnectionIdMessages, ThatAreRefusedLeaveTheMessageAlone) {
  NewConnectionId message;
  const Bytes good = Body({{1}}, 0);
  ASSERT_EQ(NewConnectionId::Parse(good, &message), CidAlert::kNone);
  const Bytes unknown = Body({{2}, {3}}, 9);
  EXPECT_NE(NewConnectionId::Parse(unknown, &message), CidAlert::kNone);
  EXPECT_NE(NewConnectionId::Parse({}, &message), CidAlert::kNone);
  EXPECT_EQ(message.usage(), ConnectionIdUsage::kImmediate);
  absl::Span<const uint8_t> cid;
  ASSERT_TRUE(message.Next(&cid));
  EXPECT_EQ(Bytes(cid.begin(), cid.end()), Bytes{1});
  EXPECT_FALSE(message.Next(&cid));
  EXPECT_FALSE(message.Next(&cid));
}

// In storage of every size there is a message of as many CIDs as fit, or none.
TEST(ConnectionIdMessages, AreWrittenAsFarAsThereIsRoom) {
  const Cids cids = {{1, 2}, {}, Bytes(20, 3), {4}};
  const Bytes whole = Body(cids, 0);
  for (size_t room = 0; room <= whole.size() + 1; ++room) {
    Bytes storage(room, 0xee);
    ByteWriter writer(absl::MakeSpan(storage));
    NewConnectionIdWriter message(&writer);
    if (room < 3) {
      EXPECT_FALSE(message.Begin());
      EXPECT_EQ(writer.size(), 0u);
      continue;
    }
    Cids written = cids;
    written.resize(Write(cids, ConnectionIdUsage::kImmediate, &writer));
    EXPECT_EQ(Bytes(writer.written().begin(), writer.written().end()), Body(written, 0));
    EXPECT_EQ(written == cids, room >= whole.size());
  }
}

TEST(ConnectionIdMessages, HaveVectorsOfUpTo65535Bytes) {
  Bytes storage(70000);
  ByteWriter writer(absl::MakeSpan(storage));
  NewConnectionIdWriter message(&writer);
  ASSERT_TRUE(message.Begin());
  for (int i = 0; i < 255; ++i) ASSERT_TRUE(message.Add(Bytes(255, 1)));
  EXPECT_FALSE(message.Fits(255));
  EXPECT_FALSE(message.Add(Bytes(255, 2)));
  EXPECT_TRUE(message.Add(Bytes(254, 3)));
  EXPECT_FALSE(message.Add({}));
  message.End(ConnectionIdUsage::kSpare);
  EXPECT_EQ(writer.size(), 2u + 65535 + 1);
  EXPECT_EQ(Verdict(writer.written()), CidAlert::kNone);
}

TEST(ConnectionIdMessages, HaveNoCidsOfMoreThan255Bytes) {
  Bytes storage(1000);
  ByteWriter writer(absl::MakeSpan(storage));
  NewConnectionIdWriter message(&writer);
  ASSERT_TRUE(message.Begin());
  EXPECT_FALSE(message.Fits(256));
  EXPECT_FALSE(message.Add(Bytes(256, 1)));
  EXPECT_TRUE(message.Add(Bytes(255, 1)));
}

TEST(ConnectionIdMessages, ARequestIsOneByte) {
  for (uint32_t count = 0; count <= 0xff; ++count) {
    Bytes storage(1);
    ByteWriter writer(absl::MakeSpan(storage));
    ASSERT_TRUE(WriteRequestConnectionId(static_cast<uint8_t>(count), &writer));
    EXPECT_FALSE(WriteRequestConnectionId(0, &writer)) << "no room";
    uint8_t read = 0;
    ASSERT_TRUE(ParseRequestConnectionId(storage, &read));
    EXPECT_EQ(read, count);
  }
  for (const size_t length : {0, 2, 3, 255}) {
    uint8_t read = 77;
    EXPECT_FALSE(ParseRequestConnectionId(Bytes(length), &read));
    EXPECT_EQ(read, 77);
  }
}

}  // namespace
}  // namespace waybill
