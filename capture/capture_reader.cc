// SPDX-License-Identifier: Apache-2.0
//
// libpcap reads a stdio stream. Ours counts what was read, because ftello() of an ordinary stream
// fails on a pipe and may cost a system call a packet on a file.

#include "waybill/capture/capture_reader.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace waybill {
namespace {

// The cookie of a stdio stream over a file descriptor. ftello() asks Tell() how much was read and
// subtracts what is still buffered.
struct CountedInput {
  int fd;
  off64_t size_read;

  static ssize_t Read(void* cookie, char* buffer, size_t size) {
    auto* input = static_cast<CountedInput*>(cookie);
    const ssize_t size_read = read(input->fd, buffer, size);
    if (size_read > 0) input->size_read += size_read;
    return size_read;
  }

  static int Tell(void* cookie, off64_t* offset, int whence) {
    if (whence != SEEK_CUR || *offset != 0) return -1;
    *offset = static_cast<CountedInput*>(cookie)->size_read;
    return 0;
  }

  static int Close(void* cookie) {
    auto* input = static_cast<CountedInput*>(cookie);
    const int result = input->fd == STDIN_FILENO ? 0 : close(input->fd);
    delete input;
    return result;
  }
};

FILE* OpenCounted(int fd) {
  const cookie_io_functions_t functions = {CountedInput::Read, /*write=*/nullptr,
                                           CountedInput::Tell, CountedInput::Close};
  return fopencookie(new CountedInput{fd, 0}, "r", functions);
}

std::optional<LinkLayer> LinkLayerOf(int datalink) {
  // DLT_RAW has two values, by the system on which the file was written.
  constexpr int kDltRaw = 12, kDltRawOpenBsd = 14;
  switch (datalink) {
    case DLT_EN10MB:
      return LinkLayer::kEthernet;
    case DLT_LINUX_SLL:
      return LinkLayer::kLinuxCooked;
    case DLT_LINUX_SLL2:
      return LinkLayer::kLinuxCooked2;
    case kDltRaw:
    case kDltRawOpenBsd:
    case DLT_IPV4:
    case DLT_IPV6:
      return LinkLayer::kRawIp;
    case DLT_NULL:
    case DLT_LOOP:
      return LinkLayer::kLoopback;
    default:
      return std::nullopt;
  }
}

}  // namespace

void CaptureReader::PcapCloser::operator()(pcap* capture) const { pcap_close(capture); }

CaptureReader::CaptureReader(std::string name, pcap* capture, LinkLayer link)
    : name_(std::move(name)), pcap_(capture), link_(link), good_offset_(offset()) {}

absl::StatusOr<CaptureReader> CaptureReader::Open(const std::string& path) {
  const bool is_standard_input = path == "-";
  const std::string name = is_standard_input ? "standard input" : path;
  const int fd = is_standard_input ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat(name, ": cannot open"));

  FILE* stream = OpenCounted(fd);
  char cause[PCAP_ERRBUF_SIZE] = "";
  pcap_t* capture =
      pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, cause);
  if (capture == nullptr) {
    const off64_t offset = ftello64(stream);
    fclose(stream);
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": not a capture that can be read, at byte ", offset, ": ", cause));
  }
  const int datalink = pcap_datalink(capture);
  const std::optional<LinkLayer> link = LinkLayerOf(datalink);
  if (!link.has_value()) {
    pcap_close(capture);
    return absl::UnimplementedError(absl::StrCat(name, ": link type ", datalink, " (",
                                                 pcap_datalink_val_to_description_or_dlt(datalink),
                                                 ") is not supported"));
  }
  return CaptureReader(name, capture, *link);
}

uint64_t CaptureReader::offset() const { return ftello64(pcap_file(pcap_.get())); }

absl::StatusOr<bool> CaptureReader::Next(CapturedPacket* packet) {
  if (!failure_.ok()) return failure_;
  for (;;) {
    pcap_pkthdr* header;
    const u_char* bytes;
    const int result = pcap_next_ex(pcap_.get(), &header, &bytes);
    if (result == PCAP_ERROR_BREAK) return false;
    if (result != 1) {
      failure_ = absl::DataLossError(absl::StrCat(name_, ": damaged or cut at byte ", offset(),
                                                  " (all up to byte ", good_offset_,
                                                  " was read): ", pcap_geterr(pcap_.get())));
      return failure_;
    }
    good_offset_ = offset();
    packet->frame = ++counts_.packets;
    switch (DecodePacket(link_, absl::MakeConstSpan(bytes, header->caplen), &packet->udp)) {
      case PacketVerdict::kUdp:
        ++(packet->udp.is_fragment ? counts_.fragments : counts_.datagrams);
        // The reader asked for nanoseconds, which libpcap puts where microseconds usually are.
        packet->time =
            absl::FromUnixSeconds(header->ts.tv_sec) + absl::Nanoseconds(header->ts.tv_usec);
        return true;
      case PacketVerdict::kNotUdp:
        ++counts_.not_udp;
        break;
      case PacketVerdict::kMalformed:
        ++counts_.malformed;
        break;
    }
  }
}

}  // namespace waybill
