// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "waybill/fuzz/seeds.h"

namespace waybill {
namespace {

// `size` bytes from `first` on, counting up, in hex.
std::string Hex(uint8_t first, size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(first + i);
  return absl::BytesToHexString(bytes);
}

std::string Line(absl::string_view label, const std::string& random, const std::string& secret) {
  return absl::StrCat(label, " ", random, " ", secret, "\n");
}

}  // namespace

void WriteKeyLogSeeds(SeedWriter* writer) {
  const auto write = [&](absl::string_view name, const std::string& text) {
    writer->Write("key_logs", name,
                  absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  };
  const std::string random = Hex(0xa0, 32), other_random = Hex(0x10, 32);
  const std::string master = Line("CLIENT_RANDOM", random, Hex(0xc0, 48));
  const std::string traffic = Line("CLIENT_TRAFFIC_SECRET_0", random, Hex(0x40, 32)) +
                              Line("SERVER_TRAFFIC_SECRET_0", random, Hex(0x60, 32));
  const std::string comment = "# key log\n\n";

  write("empty", "");
  write("master secret", master);
  write("traffic secrets", Line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", random, Hex(1, 32)) +
                               Line("SERVER_HANDSHAKE_TRAFFIC_SECRET", random, Hex(2, 32)) +
                               traffic);
  write("traffic secrets of 48 bytes", Line("CLIENT_TRAFFIC_SECRET_0", random, Hex(1, 48)) +
                                           Line("SERVER_TRAFFIC_SECRET_0", random, Hex(2, 48)));
  write("early traffic secret", Line("CLIENT_EARLY_TRAFFIC_SECRET", random, Hex(1, 32)));
  write("numbered traffic secrets", Line("CLIENT_TRAFFIC_SECRET_10", random, Hex(1, 32)) +
                                        Line("SERVER_TRAFFIC_SECRET_2", random, Hex(2, 32)));
  write("largest number",
        Line("CLIENT_TRAFFIC_SECRET_18446744073709551612", random, Hex(1, 32)) +
            Line("CLIENT_TRAFFIC_SECRET_18446744073709551613", random, Hex(1, 32)));
  write("two sessions", master + Line("CLIENT_RANDOM", other_random, Hex(1, 48)));
  write("the same line twice", master + master);
  write("two secrets for one label", master + Line("CLIENT_RANDOM", random, Hex(1, 48)));
  write("upper case",
        Line("CLIENT_RANDOM", absl::AsciiStrToUpper(random), absl::AsciiStrToUpper(Hex(0xc0, 48))));
  write("comments and blank lines", comment + master + " \t\n#\xff\n" + traffic);
  write("carriage returns and line feeds",
        absl::StrReplaceAll(comment + master + traffic, {{"\n", "\r\n"}}));
  write("carriage returns", absl::StrReplaceAll(comment + master + traffic, {{"\n", "\r"}}));
  write("last line without an end", comment + master.substr(0, master.size() - 1));
  write("last line cut", traffic + master.substr(0, 140));
  write("unknown labels", Line("EXPORTER_SECRET", random, Hex(1, 32)) +
                              "RSA 0123456789abcdef 00\n" +
                              Line("CLIENT_TRAFFIC_SECRET_00", random, "00") + master);
  write("no label", comment + random + " " + Hex(1, 48));
  write("byte order mark", "\xef\xbb\xbf" + master);
  write("two fields", comment + "CLIENT_RANDOM " + random);
  write("two spaces", comment + "CLIENT_RANDOM  " + random + " " + Hex(1, 48));
  write("short client random", comment + Line("CLIENT_RANDOM", Hex(1, 31), Hex(1, 48)));
  write("short master secret", comment + Line("CLIENT_RANDOM", random, Hex(1, 32)));
  write("short traffic secret", comment + Line("SERVER_TRAFFIC_SECRET_0", random, Hex(1, 31)));
  write("half a byte", comment + Line("CLIENT_RANDOM", random, Hex(1, 48).substr(1)));
  write("no hex", comment + Line("CLIENT_RANDOM", random, Hex(1, 47) + "0x"));
  write("longest line", "#" + std::string(1023, 'x') + "\n" + master);
  write("line that is too long", master + "#" + std::string(1024, 'x') + "\n");
}

}  // namespace waybill
