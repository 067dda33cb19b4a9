// SPDX-License-Identifier: Apache-2.0
//
// The options of `waybill cid`, and which formats take each.
#ifndef WAYBILL_TOOLS_CID_ARGUMENTS_H_
#define WAYBILL_TOOLS_CID_ARGUMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "waybill/tools/cid_options.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace waybill {

// Pairs of hex digits and nothing else.
std::optional<std::vector<uint8_t>> BytesOfHex(const std::string& hex);

// Adds options to a command that stores them in `options`, which must outlive it.
class CidArguments {
 public:
  CidArguments(CLI::App* command, CidOptions* options);

  void AddForIssue();
  void AddForRead();
  // Throws a CLI::ValidationError where an option was given that the format does not take.
  void ExpectTaken() const;

 private:
  // An option, and the formats that take it.
  template <typename T>
  void Number(const char* name, std::optional<T>* value, const char* what, uint64_t least,
              uint64_t most, std::vector<CidKind> takers);
  void Hex(const char* name, std::optional<std::vector<uint8_t>>* value, const char* what,
           std::vector<CidKind> takers);
  void AddForBoth();

  CLI::App* command_;
  CidOptions* options_;
  std::vector<std::pair<CLI::Option*, std::vector<CidKind>>> takers_;
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CID_ARGUMENTS_H_
