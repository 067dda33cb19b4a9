// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/hex_reader.h"

#include <sys/stat.h>

#include <cerrno>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

absl::StatusOr<HexReader> HexReader::Open(const std::string& path) {
  if (path == "-") return HexReader("standard input", std::ifstream());
  struct stat about;
  if (stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a directory"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot open"));
  return HexReader(path, std::move(file));
}

std::istream& HexReader::input() { return file_.is_open() ? file_ : std::cin; }

absl::StatusOr<bool> HexReader::Next(std::vector<uint8_t>* datagram) {
  std::string line;
  while (std::getline(input(), line)) {
    ++line_number_;
    line_offset_ = offset_;
    offset_ += line.size() + (input().eof() ? 0 : 1);
    const absl::Status status = Decode(line, datagram);
    if (!status.ok()) return status;
    if (!datagram->empty()) return true;
  }
  if (input().bad()) {
    return absl::DataLossError(absl::StrCat(name_, ": cannot be read behind byte ", offset_));
  }
  return false;
}

absl::Status HexReader::Decode(const std::string& line, std::vector<uint8_t>* datagram) const {
  datagram->clear();
  int high = -1;
  size_t i = 0;
  for (; i < line.size() && line[i] != '#'; ++i) {
    if (absl::ascii_isspace(static_cast<unsigned char>(line[i]))) continue;
    const int digit = DigitOf(line[i]);
    if (digit < 0) {
      return absl::InvalidArgumentError(absl::StrCat(name_, ": line ", line_number_, ", byte ",
                                                     line_offset_ + i, ": not a hex digit"));
    }
    if (high < 0) {
      high = digit;
    } else {
      datagram->push_back(static_cast<uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  if (high >= 0) {
    return absl::InvalidArgumentError(absl::StrCat(name_, ": line ", line_number_, ", byte ",
                                                   line_offset_ + i,
                                                   ": an odd number of hex digits"));
  }
  return absl::OkStatus();
}

}  // namespace waybill
