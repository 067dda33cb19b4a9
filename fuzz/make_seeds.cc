// SPDX-License-Identifier: Apache-2.0
//
// Writes the seeds of all fuzz targets, by name: make_seeds DIRECTORY, which gets a folder a
// target. The seeds in the tree were written by `bazel run //fuzz:make_seeds -- $PWD/fuzz/seeds`,
// and a test holds them to that.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/hello_builder.h"
#include "waybill/traffic/mutation.h"
#include "waybill/traffic/well_formed.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// Longer inputs slow a fuzzer down and show nothing that shorter ones do not.
constexpr size_t kMaxSeedLength = 600;

class SeedWriter {
 public:
  explicit SeedWriter(std::filesystem::path root) : root_(std::move(root)) {}

  void Write(absl::string_view target, absl::string_view name, const Bytes& seed) {
    std::string file;
    for (const char c : name) file += absl::ascii_isalnum(c) ? absl::ascii_tolower(c) : '_';
    const std::filesystem::path folder = root_ / std::string(target);
    std::filesystem::create_directories(folder);
    std::ofstream out(folder / file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(seed.data()),
              static_cast<std::streamsize>(seed.size()));
    ok_ = ok_ && out.good();
  }

  bool ok() const { return ok_; }

 private:
  std::filesystem::path root_;
  bool ok_ = true;
};

// As datagram_reader_fuzz.cc reads it.
Bytes DatagramSeed(const RecordRules& rules, const Bytes& datagram) {
  Bytes seed;
  AppendUint(rules.cid_length.self_delineating() ? 255 : rules.cid_length.fixed(), 1, &seed);
  AppendUint(static_cast<uint64_t>(rules.extensions.profile), 1, &seed);
  AppendUint(rules.extensions.accepted.mask(), 2, &seed);
  AppendBytes(datagram, &seed);
  return seed;
}

void WriteDatagrams(SeedWriter* writer) {
  for (const WellFormedRecord& record : WellFormedRecords()) {
    const Bytes seed = DatagramSeed(record.rules, record.builder.Build());
    if (seed.size() <= kMaxSeedLength) writer->Write("datagram_reader_fuzz", record.name, seed);
  }
  // One fault of each kind in each form.
  for (const WellFormedRecord& record : WellFormedRecords()) {
    static std::set<std::pair<RecordForm, DropReason>> written;
    for (const Mutation& mutation : MutationsOf(record)) {
      const Bytes seed = DatagramSeed(mutation.rules, mutation.datagram);
      if (seed.size() > kMaxSeedLength || !written.insert({record.form, mutation.reason}).second)
        continue;
      writer->Write(
          "datagram_reader_fuzz",
          std::string(NameOf(record.form)) + "_but_" + std::string(NameOf(mutation.reason)), seed);
    }
  }
}

void WriteChains(SeedWriter* writer) {
  for (const WellFormedRecord& record : WellFormedRecords()) {
    if (record.form != RecordForm::kExtended12 && record.form != RecordForm::kExtended13) continue;
    // The chain begins behind the header's 13 bytes, or behind its 5 where it has no CID.
    const Bytes datagram = record.builder.Build();
    const size_t chain = record.form == RecordForm::kExtended12 ? 13 : 5 + record.header_cid.length;
    Bytes seed;
    AppendUint(record.rules.extensions.profile == ExtensionProfile::kStrict ? 0 : 1, 1, &seed);
    AppendUint(record.rules.extensions.accepted.mask(), 2, &seed);
    AppendBytes(absl::MakeConstSpan(datagram).subspan(chain), &seed);
    if (seed.size() <= kMaxSeedLength) writer->Write("extension_chain_fuzz", record.name, seed);
  }
}

void WriteHellos(SeedWriter* writer) {
  const Bytes cid = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto write = [&](absl::string_view name, uint8_t kind, const HelloBuilder& hello) {
    Bytes seed = {kind};
    AppendBytes(hello.Build(), &seed);
    writer->Write("hello_fuzz", name, seed);
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
  write("client with rrc alone", 0, HelloBuilder::Client().ReturnRoutabilityCheck());
  write("client with an unknown profile", 0,
        HelloBuilder::Client().RecordHeaderExtensions(ExtensionProfile::kOff, {}));
  write("server", 1, HelloBuilder::Server());
  write("server with all extensions", 1, with_all(HelloBuilder::Server()));
  write("server with trailing bytes", 1, HelloBuilder::Server().ConnectionId(cid).Trailing(cid));
  write("hello retry request", 1, HelloBuilder::HelloRetryRequest());
}

void WritePackets(SeedWriter* writer) {
  const std::string udp =
      "0035c0de000a0000"
      "16fe";  // ports 53 and 49374, two bytes of payload
  const std::string ipv4 =
      "4500001e0001400040110000"
      "7f000001"
      "7f000002" +
      udp;
  const std::string addresses6 =
      "20010db8000000000000000000000001"
      "20010db8000000000000000000000002";
  const std::string ipv6 = "60000000000a1140" + addresses6 + udp;
  const std::string ipv6_options = "6000000000120040" + addresses6 + "1100010400000000" + udp;
  const std::string ipv6_fragment = "6000000000122c40" + addresses6 + "1100000100000007" + udp;
  const std::string ipv4_fragment =
      "4500001e0001200040110000"
      "7f000001"
      "7f000002" +
      udp;
  const std::string ethernet =
      "020000000001"
      "020000000002";
  const std::string cooked =
      "000003040006000000000000"
      "0000";
  const auto write = [&](absl::string_view name, uint8_t link, const std::string& hex) {
    const std::string packet = absl::HexStringToBytes(hex);
    Bytes seed = {link};
    seed.insert(seed.end(), packet.begin(), packet.end());
    writer->Write("packet_fuzz", name, seed);
  };
  write("ethernet ipv4", 0, ethernet + "0800" + ipv4);
  write("ethernet ipv6", 0, ethernet + "86dd" + ipv6);
  write("ethernet vlan", 0,
        ethernet +
            "8100"
            "0001"
            "0800" +
            ipv4);
  write("ethernet two vlans", 0,
        ethernet +
            "88a8"
            "0001"
            "8100"
            "0002"
            "86dd" +
            ipv6);
  write("cooked", 1, cooked + "0800" + ipv4);
  write("cooked2", 2,
        "080000000000000103040006"
        "0000000000000000" +
            ipv4);
  write("raw ipv4", 3, ipv4);
  write("raw ipv6 with options", 3, ipv6_options);
  write("raw ipv6 fragment", 3, ipv6_fragment);
  write("raw ipv4 fragment", 3, ipv4_fragment);
  write("loopback", 4, "02000000" + ipv4);
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_seeds DIRECTORY\n");
    return 2;
  }
  waybill::SeedWriter writer(argv[1]);
  waybill::WriteDatagrams(&writer);
  waybill::WriteChains(&writer);
  waybill::WriteHellos(&writer);
  waybill::WritePackets(&writer);
  if (!writer.ok()) std::fprintf(stderr, "%s: cannot be written\n", argv[1]);
  return writer.ok() ? 0 : 1;
}
