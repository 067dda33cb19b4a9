// SPDX-License-Identifier: Apache-2.0
//
// Input: a capture file, whole. All packets are counted once, offsets never run ahead of the file
// or backwards, and what failed or ended stays so.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/capture/capture_reader.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/wire/byte_range.h"

namespace waybill {
namespace {

// A file without a disk behind it, for a reader that wants a path.
class MemoryFile {
 public:
  MemoryFile()
      : fd_(memfd_create("capture", MFD_CLOEXEC)), path_(absl::StrCat("/proc/self/fd/", fd_)) {
    WAYBILL_FUZZ_CHECK(fd_ >= 0);
  }
  ~MemoryFile() { close(fd_); }

  void Write(absl::Span<const uint8_t> bytes) {
    WAYBILL_FUZZ_CHECK(ftruncate(fd_, 0) == 0);
    WAYBILL_FUZZ_CHECK(pwrite(fd_, bytes.data(), bytes.size(), 0) ==
                       static_cast<ssize_t>(bytes.size()));
  }
  const std::string& path() const { return path_; }

 private:
  int fd_;
  std::string path_;
};

void CheckPacket(const CapturedPacket& packet, const CaptureCounts& counts) {
  // Copied, so that a sanitizer sees every byte read.
  const std::vector<uint8_t> payload(packet.udp.payload.begin(), packet.udp.payload.end());
  WAYBILL_FUZZ_CHECK(payload.size() <= kMaxDatagramLength);
  WAYBILL_FUZZ_CHECK(packet.frame == counts.packets);
  WAYBILL_FUZZ_CHECK(counts.datagrams + counts.fragments + counts.not_udp + counts.malformed ==
                     counts.packets);
}

void ReadCapture(const std::string& path, size_t size) {
  absl::StatusOr<CaptureReader> reader = CaptureReader::Open(path);
  if (!reader.ok()) {
    WAYBILL_FUZZ_CHECK(!reader.status().message().empty());
    return;
  }
  CapturedPacket packet;
  uint64_t offset = reader->offset(), yielded = 0;
  absl::StatusOr<bool> more = reader->Next(&packet);
  for (; more.ok() && *more; more = reader->Next(&packet)) {
    CheckPacket(packet, reader->counts());
    WAYBILL_FUZZ_CHECK(reader->offset() > offset && reader->offset() <= size);
    offset = reader->offset();
    ++yielded;
  }
  WAYBILL_FUZZ_CHECK(yielded == reader->counts().datagrams + reader->counts().fragments);
  // The end is that of the file: nothing of it was passed over.
  WAYBILL_FUZZ_CHECK(more.ok() ? reader->offset() == size : reader->offset() <= size);
  const absl::StatusOr<bool> again = reader->Next(&packet);
  WAYBILL_FUZZ_CHECK(again.status() == more.status() && (!again.ok() || !*again));
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static waybill::MemoryFile file;
  file.Write(absl::MakeConstSpan(data, size));
  waybill::ReadCapture(file.path(), size);
  return 0;
}
