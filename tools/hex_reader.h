// SPDX-License-Identifier: Apache-2.0
//
// Datagrams written down as hex, a line each.
#ifndef WAYBILL_TOOLS_HEX_READER_H_
#define WAYBILL_TOOLS_HEX_READER_H_

#include <cstdint>
#include <fstream>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace waybill {

// Reads lines of hex digits. Blanks between digits are ignored; so are empty lines, and all from a
// `#` on. One thread at a time.
class HexReader {
 public:
  // Opens the file `path`, or standard input for "-". Fails with the file's name in the message.
  static absl::StatusOr<HexReader> Open(const std::string& path);

  // Reads the next datagram and returns true; or false at the end. A line with anything but pairs
  // of hex digits fails: the message names file, line and byte offset.
  absl::StatusOr<bool> Next(std::vector<uint8_t>* datagram);

  // Bytes read so far.
  uint64_t offset() const { return offset_; }

 private:
  HexReader(std::string name, std::ifstream file)
      : name_(std::move(name)), file_(std::move(file)) {}
  absl::Status Decode(const std::string& line, std::vector<uint8_t>* datagram) const;
  std::istream& input();

  std::string name_;
  std::ifstream file_;  // not open for standard input
  uint64_t line_number_ = 0;
  uint64_t offset_ = 0;       // behind the last line
  uint64_t line_offset_ = 0;  // of the last line
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_HEX_READER_H_
