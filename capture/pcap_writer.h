// SPDX-License-Identifier: Apache-2.0
//
// Writes UDP datagrams into a pcap file through libpcap: for generated traffic.

#ifndef WAYBILL_CAPTURE_PCAP_WRITER_H_
#define WAYBILL_CAPTURE_PCAP_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "waybill/capture/ip_endpoint.h"

struct pcap;         // libpcap's pcap_t
struct pcap_dumper;  // and pcap_dumper_t

namespace waybill {

// Writes raw IP packets with nanosecond timestamps. The same calls give the same bytes (on machines
// of one byte order). Not safe for use from several threads at once.
class PcapWriter {
 public:
  // Creates or overwrites the file `path`; "-" is standard output. Fails if it cannot be written.
  static absl::StatusOr<PcapWriter> Create(const std::string& path);

  // Appends one datagram, under IPv4 or IPv6 as its endpoints are, with correct checksums. Fails,
  // and writes nothing, if the endpoints are of different IP versions, the payload is longer than a
  // UDP datagram can be (65507 bytes, under IPv6 65527), or `time` is before 1970 or after January
  // 2038, which pcap cannot say. Fails for good once the file could not be written.
  absl::Status Write(absl::Time time, const IpEndpoint& source, const IpEndpoint& destination,
                     absl::Span<const uint8_t> payload);

  // Ends the file. Fails if any part of it could not be written: nothing is certain before this has
  // returned OK. No other call may follow. A writer that is destroyed without it closes the file in
  // silence.
  absl::Status Close();

 private:
  struct PcapCloser {
    void operator()(pcap* handle) const;
    void operator()(pcap_dumper* dumper) const;
  };

  PcapWriter(std::string path, pcap* handle, pcap_dumper* dumper);

  // By errno.
  absl::Status CannotWrite() const;

  std::string path_;
  std::unique_ptr<pcap, PcapCloser> pcap_;
  std::unique_ptr<pcap_dumper, PcapCloser> dumper_;
  absl::Status failure_;
};

}  // namespace waybill

#endif  // WAYBILL_CAPTURE_PCAP_WRITER_H_
