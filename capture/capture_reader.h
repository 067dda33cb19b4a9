// SPDX-License-Identifier: Apache-2.0
//
// The UDP datagrams of a capture file, in order, read through libpcap.

#ifndef WAYBILL_CAPTURE_CAPTURE_READER_H_
#define WAYBILL_CAPTURE_CAPTURE_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "waybill/capture/packet.h"

struct pcap;  // libpcap's pcap_t

namespace waybill {

struct CapturedPacket {
  uint64_t frame = 0;  // counts all packets of the file from 1, also those that are passed over
  absl::Time time;     // as the file says, in nanoseconds where it has them
  UdpPacket udp;
};

// How many packets were read, and what became of them. datagrams + fragments + not_udp + malformed
// == packets.
struct CaptureCounts {
  uint64_t packets = 0;
  uint64_t datagrams = 0;
  uint64_t fragments = 0;
  uint64_t not_udp = 0;
  uint64_t malformed = 0;
};

// Reads pcap and pcapng, of either byte order and any time resolution, with the link layers of
// LinkLayer. Memory does not grow with the file. Not safe for use from several threads at once.
//
// libpcap's limits with a pcapng file of several interfaces: all must have one link layer and one
// snapshot length, and libpcap 1.10 takes a second interface of raw IP for one of another link
// layer. Reading fails there as it does at damage.
class CaptureReader {
 public:
  // Opens the file `path`, or standard input for "-", which may be a pipe. Fails, with the file's
  // name in the message, if it cannot be opened, is empty, is cut within its header, is not a
  // capture, or has an unsupported link layer.
  static absl::StatusOr<CaptureReader> Open(const std::string& path);

  // Reads on to the next UDP datagram or fragment, passes over packets that are neither, and
  // returns true; or false at the end of the file. `packet->udp.payload` is valid until the next
  // call and as long as this reader.
  //
  // A capture may be cut or damaged. All that stands before the damage is returned first; then this
  // call and every later one fails, and the message names the file, the byte offset where reading
  // stopped, the offset up to which all was well, and the cause. A file cut between two packets has
  // simply ended.
  absl::StatusOr<bool> Next(CapturedPacket* packet);

  const CaptureCounts& counts() const { return counts_; }

  // Bytes of the file, or of standard input, that were read so far.
  uint64_t offset() const;

 private:
  struct PcapCloser {
    void operator()(pcap* capture) const;
  };

  CaptureReader(std::string name, pcap* capture, LinkLayer link);

  std::string name_;
  std::unique_ptr<pcap, PcapCloser> pcap_;
  LinkLayer link_;
  CaptureCounts counts_;
  uint64_t good_offset_;
  absl::Status failure_;
};

}  // namespace waybill

#endif  // WAYBILL_CAPTURE_CAPTURE_READER_H_
