// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/fuzz/fuzzed_rules.h"
#include "waybill/fuzz/seeds.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/hello_builder.h"
#include "waybill/traffic/mutation.h"
#include "waybill/traffic/random.h"
#include "waybill/traffic/session.h"
#include "waybill/traffic/well_formed.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

void WriteDatagram(absl::string_view name, const RecordRules& rules, const Bytes& datagram,
                   SeedWriter* writer) {
  Bytes seed;
  AppendFuzzedRules(rules, &seed);
  AppendBytes(datagram, &seed);
  if (seed.size() <= kMaxSeedLength) writer->Write("datagrams", name, seed);
}

// EXT-4: the strict profile lets two CIDs through, of which the first names the association.
const ExtensionRules kStrictRules = {ExtensionProfile::kStrict, ExtensionTypeSet::All()};

Bytes RecordWithTwoCids() {
  return DatagramBuilder()
      .Extended12()
      .CidExtension({7, 7})
      .CidExtension({8})
      .PayloadOfLength(20)
      .Build();
}

// Every good record, and one fault of each kind in each form.
void WriteDatagrams(SeedWriter* writer) {
  std::set<std::pair<RecordForm, DropReason>> written;
  for (const WellFormedRecord& record : WellFormedRecords()) {
    WriteDatagram(record.name, record.rules, record.builder.Build(), writer);
    for (const Mutation& mutation : MutationsOf(record)) {
      if (mutation.datagram.size() > kMaxSeedLength ||
          !written.insert({record.form, mutation.reason}).second) {
        continue;
      }
      WriteDatagram(absl::StrCat(std::string(NameOf(record.form)), " but ",
                                 std::string(NameOf(mutation.reason))),
                    mutation.rules, mutation.datagram, writer);
    }
  }
  WriteDatagram("extended12 strict with two cids", RecordRules(CidLength::Absent(), kStrictRules),
                RecordWithTwoCids(), writer);
}

void WriteChains(SeedWriter* writer) {
  const auto write = [writer](absl::string_view name, const ExtensionRules& rules,
                              absl::Span<const uint8_t> chain) {
    Bytes seed;
    AppendExtensionRules(rules, &seed);
    AppendBytes(chain, &seed);
    if (seed.size() <= kMaxSeedLength) writer->Write("extension_chains", name, seed);
  };
  for (const WellFormedRecord& record : WellFormedRecords()) {
    if (record.form != RecordForm::kExtended12 && record.form != RecordForm::kExtended13) continue;
    // The chain begins behind the header's 13 bytes, or behind its 5 where it has no CID.
    const Bytes datagram = record.builder.Build();
    const size_t chain = record.form == RecordForm::kExtended12 ? 13 : 5 + record.header_cid.length;
    write(record.name, record.rules.extensions, absl::MakeConstSpan(datagram).subspan(chain));
  }
  write("extended12 strict with two cids", kStrictRules,
        absl::MakeConstSpan(RecordWithTwoCids()).subspan(13));
}

void WriteHellos(SeedWriter* writer) {
  const Bytes cid = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto write = [&](absl::string_view name, uint8_t kind, const HelloBuilder& hello) {
    Bytes seed = {kind};
    AppendBytes(hello.Build(), &seed);
    writer->Write("hellos", name, seed);
  };
  const auto with_all = [&cid](HelloBuilder hello) {
    return hello.ConnectionId(cid).ReturnRoutabilityCheck().RecordHeaderExtensions(
        ExtensionProfile::kAuthenticated, ExtensionTypeSet(0x0003));
  };
  write("client", 0, HelloBuilder::Client());
  write("client with all extensions", 0, with_all(HelloBuilder::Client()));
  write("client with an empty cid", 0, HelloBuilder::Client().ConnectionId({}));
  write("client with the early cid", 0, HelloBuilder::Client().Extension(53, {0}));
  write("client with a cookie", 0, HelloBuilder::Client().Cookie(cid).SessionId(cid));
  write("client with two cids", 0, HelloBuilder::Client().ConnectionId(cid).ConnectionId(cid));
  write("client with a byte behind its cid", 0, HelloBuilder::Client().Extension(54, {1, 7, 7}));
  write("client with rrc alone", 0, HelloBuilder::Client().ReturnRoutabilityCheck());
  write("client with an unknown profile", 0,
        HelloBuilder::Client().RecordHeaderExtensions(ExtensionProfile::kOff, {}));
  write("server", 1, HelloBuilder::Server());
  write("server with all extensions", 1, with_all(HelloBuilder::Server()));
  write("server with trailing bytes", 1, HelloBuilder::Server().ConnectionId(cid).Trailing(cid));
  write("hello retry request", 1, HelloBuilder::HelloRetryRequest());
}

void WriteInnerPlaintexts(SeedWriter* writer) {
  const auto write = [&](absl::string_view name, size_t limit, const Bytes& plaintext) {
    Bytes seed;
    AppendUint(limit, 2, &seed);
    AppendBytes(plaintext, &seed);
    writer->Write("inner_plaintexts", name, seed);
  };
  write("content and type", kMaxInnerPlaintext12, {1, 2, 3, 23});
  write("content type and padding", kMaxInnerPlaintext13, {1, 0, 3, 23, 0, 0, 0});
  write("type alone", kMaxInnerPlaintext13, {26});
  write("at the limit", 4, {1, 2, 3, 23});
  write("beyond the limit", 4, {1, 2, 3, 4, 23});
  write("zeros alone", kMaxInnerPlaintext12, {0, 0, 0});
  write("nothing", kMaxInnerPlaintext12, {});
}

// As dissect_fuzz.cc reads them: a whole session of each dialect.
void WriteSessions(SeedWriter* writer) {
  constexpr absl::string_view kNames[kDialectCount] = {"dtls12", "dtls12 cid", "extended12",
                                                       "dtls13", "dtls13 cid", "extended13"};
  Random random(/*seed=*/1);
  for (size_t i = 0; i < kDialectCount; ++i) {
    // One after the other: compilers differ in the order of arguments.
    const Bytes to_client = random.MakeBytes(3), to_server = random.MakeBytes(8);
    Session session(static_cast<Dialect>(i), to_server, to_client);
    Bytes seed = {0, static_cast<uint8_t>(ExtensionProfile::kAuthenticated)};
    const auto append = [&seed](Direction direction, const Bytes& datagram) {
      AppendUint(direction == Direction::kToServer ? 0 : 1, 1, &seed);
      AppendUint(datagram.size(), 2, &seed);
      AppendBytes(datagram, &seed);
    };
    while (session.InHandshake()) {
      Direction direction;
      const Bytes datagram = session.NextOfHandshake(&random, &direction);
      append(direction, datagram);
    }
    const std::vector<size_t> payloads = {16, 20};
    append(Direction::kToServer, session.Application(Direction::kToServer, payloads, &random));
    append(Direction::kToClient, session.Application(Direction::kToClient, payloads, &random));
    writer->Write("observed_datagrams", absl::StrCat("session of ", kNames[i]), seed);
  }
}

}  // namespace

void WriteBuiltSeeds(SeedWriter* writer) {
  WriteDatagrams(writer);
  WriteChains(writer);
  WriteHellos(writer);
  WriteInnerPlaintexts(writer);
  WriteSessions(writer);
}

}  // namespace waybill
