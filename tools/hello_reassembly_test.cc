// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/hello_reassembly.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/tools/test_directions.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/handshake_message.h"
#include "waybill/traffic/hello_builder.h"
#include "waybill/traffic/random.h"

namespace {

size_t live_bytes = 0;
size_t most_live_bytes = 0;

}  // namespace

// Count what the program holds.
void* operator new(size_t size) {
  void* block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  live_bytes += malloc_usable_size(block);
  most_live_bytes = std::max(most_live_bytes, live_bytes);
  return block;
}
void operator delete(void* block) noexcept {
  if (block != nullptr) live_bytes -= malloc_usable_size(block);
  std::free(block);
}
void operator delete(void* block, size_t) noexcept { operator delete(block); }

namespace waybill {
namespace {

constexpr uint8_t kCertificateMessage = 11;

struct Heard {
  uint8_t type;
  uint16_t sequence;
  Bytes body;

  friend bool operator==(const Heard& a, const Heard& b) {
    return a.type == b.type && a.sequence == b.sequence && a.body == b.body;
  }
};

// A reassembly with the hellos that came out of it.
class Listener {
 public:
  void Read(absl::Span<const uint8_t> payload, const FlowDirection& direction = ToServer()) {
    reassembly_.Read(direction, payload, [this](const HelloMessage& hello) {
      heard_.push_back(
          {hello.type, hello.message_sequence, Bytes(hello.body.begin(), hello.body.end())});
    });
  }
  const std::vector<Heard>& heard() const { return heard_; }

 private:
  HelloReassembly reassembly_;
  std::vector<Heard> heard_;
};

HandshakeMessage ClientHello(uint16_t sequence = 0) {
  return HelloBuilder::Client().ConnectionId({1, 2, 3, 4}).Message(sequence);
}

Heard AsHeard(const HandshakeMessage& message) {
  return {message.type, message.sequence, message.body};
}

Bytes Join(absl::Span<const Bytes> parts) {
  Bytes joined;
  for (const Bytes& part : parts) AppendBytes(part, &joined);
  return joined;
}

TEST(HelloReassembly, YieldsAWholeHelloAtOnce) {
  for (const HandshakeMessage& message :
       {ClientHello(), ClientHello(1), HelloBuilder::Server().Message(7)}) {
    Listener listener;
    listener.Read(FragmentHandshake(message)[0]);
    EXPECT_EQ(listener.heard(), std::vector<Heard>{AsHeard(message)});
  }
}

// RFC 6347, section 4.2.3: fragments may come in any order.
TEST(HelloReassembly, PutsFragmentsTogetherInAnyOrder) {
  const HandshakeMessage message = ClientHello();
  std::vector<Bytes> fragments = FragmentHandshake(message, {1, 20, 20, 5});
  ASSERT_EQ(fragments.size(), 5u);
  std::sort(fragments.begin(), fragments.end());
  do {
    Listener in_records, in_one_record;
    for (const Bytes& fragment : fragments) {
      EXPECT_TRUE(in_records.heard().empty());
      in_records.Read(fragment);
    }
    EXPECT_EQ(in_records.heard(), std::vector<Heard>{AsHeard(message)});
    in_one_record.Read(Join(fragments));
    EXPECT_EQ(in_one_record.heard(), std::vector<Heard>{AsHeard(message)});
  } while (std::next_permutation(fragments.begin(), fragments.end()));
}

TEST(HelloReassembly, PutsSingleBytesTogether) {
  const HandshakeMessage message = ClientHello();
  Listener listener;
  for (size_t i = message.body.size(); i-- > 0;) listener.Read(HandshakeFragment(message, i, 1));
  EXPECT_EQ(listener.heard(), std::vector<Heard>{AsHeard(message)});
}

TEST(HelloReassembly, CountsRepeatedAndOverlappingBytesOnce) {
  const HandshakeMessage message = ClientHello();
  const size_t length = message.body.size();
  Listener listener;
  listener.Read(HandshakeFragment(message, 0, 30));
  listener.Read(HandshakeFragment(message, 0, 30));
  listener.Read(HandshakeFragment(message, 10, 30));
  listener.Read(HandshakeFragment(message, 40, 0));
  listener.Read(HandshakeFragment(message, 41, length));
  EXPECT_TRUE(listener.heard().empty()) << "byte 40 is missing";
  listener.Read(HandshakeFragment(message, 5, 50));
  EXPECT_EQ(listener.heard(), std::vector<Heard>{AsHeard(message)});
}

TEST(HelloReassembly, BeginsAnewAfterEachHello) {
  const HandshakeMessage message = ClientHello();
  const std::vector<Bytes> fragments = FragmentHandshake(message, {30});
  Listener listener;
  listener.Read(fragments[0]);
  listener.Read(fragments[1]);
  listener.Read(fragments[1]);  // a repetition of half of it is not a second hello
  EXPECT_EQ(listener.heard().size(), 1u);
  listener.Read(fragments[0]);
  EXPECT_EQ(listener.heard(), (std::vector<Heard>{AsHeard(message), AsHeard(message)}));
}

TEST(HelloReassembly, KeepsDirectionsTypesAndNumbersApart) {
  const HandshakeMessage first = ClientHello(0);
  const HandshakeMessage second = ClientHello(1);
  HandshakeMessage from_server = first;
  from_server.type = HelloMessage::kServer;
  Listener listener;
  listener.Read(HandshakeFragment(first, 0, 30), ToServer(1));
  for (const auto& [message, direction] :
       {std::pair{first, ToServer(2)}, std::pair{second, ToServer(1)},
        std::pair{first, ToClient(1)}, std::pair{from_server, ToServer(1)}}) {
    listener.Read(HandshakeFragment(message, 30, message.body.size()), direction);
  }
  EXPECT_TRUE(listener.heard().empty());
  listener.Read(HandshakeFragment(first, 30, first.body.size()), ToServer(1));
  EXPECT_EQ(listener.heard(), std::vector<Heard>{AsHeard(first)});
}

TEST(HelloReassembly, FindsHellosAmongOtherMessages) {
  const HandshakeMessage hello = HelloBuilder::Server().Message(1);
  const HandshakeMessage other = {kCertificateMessage, 2, Bytes(100, 0x5a)};
  const HandshakeMessage client = ClientHello(3);
  Listener listener;
  listener.Read(Join({FragmentHandshake(other)[0], FragmentHandshake(hello)[0],
                      HandshakeFragment(other, 10, 20), FragmentHandshake(client)[0]}));
  EXPECT_EQ(listener.heard(), (std::vector<Heard>{AsHeard(hello), AsHeard(client)}));
}

// A handshake whose hello was captured in part is followed by one with another random.
TEST(HelloReassembly, LaterHandshakeReplacesOneThatWasNeverComplete) {
  const HandshakeMessage lost = ClientHello();
  const HandshakeMessage later =
      HelloBuilder::Client().Random(Bytes(32, 0x77)).ConnectionId({5, 6, 7, 8}).Message();
  ASSERT_EQ(lost.body.size(), later.body.size()) << "what is tested here";
  Listener listener;
  listener.Read(HandshakeFragment(lost, 0, 30));
  listener.Read(HandshakeFragment(later, 0, 30));
  listener.Read(HandshakeFragment(later, 30, later.body.size()));
  EXPECT_EQ(listener.heard(), std::vector<Heard>{AsHeard(later)});

  const HandshakeMessage longer = HelloBuilder::Client().ConnectionId(Bytes(20, 9)).Message();
  listener.Read(HandshakeFragment(lost, 0, 30));
  listener.Read(HandshakeFragment(longer, 30, longer.body.size()));
  listener.Read(HandshakeFragment(longer, 0, 30));
  EXPECT_EQ(listener.heard(), (std::vector<Heard>{AsHeard(later), AsHeard(longer)}));
}

TEST(HelloReassembly, EndsReadingAtABadFragment) {
  const HandshakeMessage message = ClientHello();
  const Bytes good = FragmentHandshake(message)[0];
  const auto bad = [](uint32_t message_length, uint32_t offset, uint32_t length) {
    return EncodeHandshakeFragment({HelloMessage::kClient, message_length, 0, offset, length},
                                   Bytes(40, 0));
  };
  const struct {
    const char* what;
    Bytes payload;
  } cases[] = {
      {"ends behind the message", bad(40, 1, 40)},
      {"begins behind the message", bad(40, 41, 40)},
      {"the largest numbers that can be written", bad(0xffffff, 0xffffff, 40)},
      {"is longer than the record", bad(100, 0, 0xffff)},
      {"is in front of nothing", Bytes(good.begin(), good.begin() + 11)},
  };
  for (const auto& bad_case : cases) {
    SCOPED_TRACE(bad_case.what);
    Listener listener;
    listener.Read(Join({good, bad_case.payload, good}));
    EXPECT_EQ(listener.heard(), std::vector<Heard>{AsHeard(message)}) << "the one in front of it";
    listener.Read(good);
    EXPECT_EQ(listener.heard().size(), 2u) << "the next record is read";
  }
  Listener listener;
  listener.Read({});
  for (size_t length = 0; length < good.size(); ++length) {
    listener.Read(Bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(length)));
  }
  EXPECT_TRUE(listener.heard().empty());
}

// Every length field of a fragment, of 24 bits: each two bytes of it with every value.
TEST(HelloReassembly, AnyLengthIsReadForWhatItSays) {
  constexpr uint32_t kBytes = 40;  // that the record has behind the header
  const Bytes bytes(kBytes, 0);
  std::vector<uint32_t> values;
  for (uint32_t value = 0; value <= 0xffff; ++value) {
    values.push_back(value);
    values.push_back(value << 8);
    values.push_back(value << 8 | kBytes);
  }
  const auto heard = [&bytes](uint32_t message_length, uint32_t offset, uint32_t length) {
    Listener listener;
    listener.Read(
        EncodeHandshakeFragment({HelloMessage::kClient, message_length, 0, offset, length}, bytes));
    return listener.heard().size();
  };
  for (const uint32_t value : values) {
    // The whole message, a part of one, a message of no bytes; the rest is no hello.
    ASSERT_EQ(heard(value, 0, kBytes), value == kBytes ? 1u : 0u) << value;
    ASSERT_EQ(heard(value, 0, 0), value == 0 ? 1u : 0u) << value;
    ASSERT_EQ(heard(kBytes, value, kBytes), value == 0 ? 1u : 0u) << value;
    ASSERT_EQ(heard(kBytes, 0, value), value == kBytes ? 1u : 0u) << value;
    ASSERT_EQ(heard(value, 0, value), value <= kBytes ? 1u : 0u) << value;
  }
  // A fragment counts where it lies within its message, and nowhere else.
  const HandshakeMessage message = ClientHello();
  const std::vector<Bytes> fragments = FragmentHandshake(message, {30});
  const auto rest = absl::MakeConstSpan(message.body).subspan(30);
  for (const uint32_t value : values) {
    Listener listener;
    listener.Read(fragments[0]);
    listener.Read(
        EncodeHandshakeFragment({HelloMessage::kClient, static_cast<uint32_t>(message.body.size()),
                                 0, value, static_cast<uint32_t>(rest.size())},
                                rest));
    ASSERT_EQ(listener.heard().size(), value == 30 ? 1u : 0u) << value;
  }
}

// BUG-18: what a fragment claims allocates kMaxHelloLength at most; a longer hello must come whole.
TEST(HelloReassembly, PutsTogetherUpToItsLimitAlone) {
  for (const size_t excess : {0, 1}) {
    const HandshakeMessage message = {HelloMessage::kClient, 0,
                                      Bytes(HelloReassembly::kMaxHelloLength + excess, 0x33)};
    Listener listener;
    for (const Bytes& fragment : FragmentHandshake(message, {8000, 8000})) listener.Read(fragment);
    EXPECT_EQ(listener.heard().size(), excess == 0 ? 1u : 0u);
    listener.Read(FragmentHandshake(message)[0]);
    ASSERT_FALSE(listener.heard().empty());
    EXPECT_EQ(listener.heard().back(), AsHeard(message));
  }
}

TEST(HelloReassembly, ClaimsDoNotAddUp) {
  Listener listener;
  const size_t before = live_bytes;
  most_live_bytes = before;
  for (uint32_t i = 0; i < 100000; ++i) {
    const uint32_t length = i % 2 == 0 ? HelloReassembly::kMaxHelloLength : 0xffffff;
    listener.Read(EncodeHandshakeFragment(
                      {HelloMessage::kClient, length, static_cast<uint16_t>(i), 0, 1}, {0}),
                  ToServer(static_cast<uint16_t>(i >> 16)));
  }
  EXPECT_TRUE(listener.heard().empty());
  EXPECT_LT(most_live_bytes - before, size_t{5} << 20) << "what the header promises";
  EXPECT_GT(most_live_bytes - before, size_t{1} << 20) << "what is measured here";
}

TEST(HelloReassembly, ForgetsTheOldestOfTooMany) {
  const HandshakeMessage message = ClientHello();
  const std::vector<Bytes> halves = FragmentHandshake(message, {30});
  Listener listener;
  const uint16_t clients = 2 * HelloReassembly::kMaxPending;
  for (uint16_t client = 1; client <= clients; ++client) listener.Read(halves[0], ToServer(client));
  listener.Read(halves[1], ToServer(1));
  EXPECT_TRUE(listener.heard().empty()) << "forgotten";
  listener.Read(halves[1], ToServer(clients));
  EXPECT_EQ(listener.heard(), std::vector<Heard>{AsHeard(message)}) << "the last one is not";
}

// Any bytes are read without a fault, and a hello that comes out has the length that was claimed.
TEST(HelloReassembly, SurvivesMutations) {
  const HandshakeMessage message = ClientHello();
  const std::vector<Bytes> fragments = FragmentHandshake(message, {10, 20, 30});
  Random random(2);
  Listener listener;
  for (int i = 0; i < 30000; ++i) {
    Bytes payload;
    for (uint64_t count = random.Between(1, 3); count > 0; --count) {
      AppendBytes(fragments[random.Below(fragments.size())], &payload);
    }
    for (uint64_t flips = random.Below(4); flips > 0; --flips) {
      payload[random.Below(payload.size())] ^= static_cast<uint8_t>(1 << random.Below(8));
    }
    if (random.Percent(20)) payload.resize(random.Below(payload.size()));
    payload.shrink_to_fit();  // AddressSanitizer sees a read behind it
    listener.Read(payload, ToServer(static_cast<uint16_t>(random.Below(4))));
  }
  const auto intact =
      std::count(listener.heard().begin(), listener.heard().end(), AsHeard(message));
  EXPECT_GT(intact, 100);
  EXPECT_LT(static_cast<size_t>(intact), listener.heard().size());
}

}  // namespace
}  // namespace waybill
