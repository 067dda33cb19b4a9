// SPDX-License-Identifier: Apache-2.0
//
// What the partner programs share. A partner is a process that speaks DTLS through a stack that
// others wrote: one end of one association over loopback, run by the tests and by record.sh. Here
// are its arguments, its socket, its key log and the exchange of messages; a file per stack
// (mbedtls_partner.cc, …) does the rest. Test keys only. Any failure ends the process with
// status 1.

#ifndef WAYBILL_TESTS_PARTNERS_PARTNER_H_
#define WAYBILL_TESTS_PARTNERS_PARTNER_H_

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "waybill/tests/partners/handover.h"

namespace waybill::partners {

inline constexpr char kPskIdentity[] = "waybill-test";
inline constexpr char kPsk[] = "a key for tests.";  // 16 bytes, without the terminator
inline constexpr size_t kPskLength = sizeof(kPsk) - 1;

// The longest message of an exchange; a datagram with it stays below the MTU that stacks assume.
inline constexpr size_t kLongestMessage = 1200;

struct Options {
  bool server = false;
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // the server's; 0 lets the kernel choose
  std::string suite;  // as the stack names it
  // The connection ID that the peer is to write on its records. Empty: the extension is sent, but
  // asks for none; absent: it is not sent.
  std::optional<std::string> cid;
  int messages = 8;            // each way
  bool echo = false;           // server: see Echo()
  std::string leave_to;        // client: the file for Leave(); empty: it stays to the end
  int change_port_after = 0;   // client: messages before it moves to a new port; 0: never
  int update_keys_after = 0;   // messages before it updates its keys (1.3); 0: never
  uint16_t handshake_mtu = 0;  // 0: the stack's own
  std::string key_log;         // a file in the NSS key log format; none where empty
};

// What an echoing server answers: the message itself behind a word, so that nobody takes what comes
// back for what was sent.
std::string EchoOf(absl::string_view message);

// Parses the command line and calls BeginProcess(). Exits with a message where the arguments are
// wrong.
Options ParseOptions(int argc, char** argv, const std::string& description,
                     const std::string& default_suite);

// Gives the process a name for its messages, and limits it to half a minute.
void BeginProcess(std::string name);

// Prints the process's name and `what` to standard error and exits with status 1.
[[noreturn]] void Fail(absl::string_view what);

// One end's UDP socket. It is never connected: a server must hear a client whose address has
// changed.
class UdpSocket {
 public:
  // A server binds to the port and prints "listening on ADDRESS port PORT"; a client takes any port
  // of its own.
  explicit UdpSocket(const Options& options);
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  // Waits for a datagram, at most `timeout_ms` (-1: for ever), and remembers where it came from. No
  // value: none came.
  std::optional<size_t> Receive(absl::Span<uint8_t> buffer, int timeout_ms);
  // Sends to the server, or from a server to the peer: the one that FollowPeer() confirmed last,
  // until then whoever spoke last.
  void Send(absl::Span<const uint8_t> datagram);

  // Server: the last datagram's source is the peer from now on; prints "peer is ADDRESS port PORT"
  // where that is news. Call only once a record of that datagram was authenticated.
  void FollowPeer();
  // Client: leaves its port for another.
  void ChangePort();
  // From now on Send() sends nothing, and leaves the datagram in `datagram`.
  void Divert(std::string* datagram) { diverted_ = datagram; }

  const sockaddr* peer() const { return reinterpret_cast<const sockaddr*>(&peer_); }
  socklen_t peer_length() const { return peer_length_; }

 private:
  int Open() const;

  sockaddr_storage peer_ = {};
  socklen_t peer_length_ = 0;
  bool peer_confirmed_ = false;
  sockaddr_storage source_ = {};
  socklen_t source_length_ = 0;
  std::string* diverted_ = nullptr;
  int fd_ = -1;
};

// The secrets of one association, as Wireshark and others read them.
class KeyLog {
 public:
  explicit KeyLog(const std::string& path);
  void Write(absl::string_view label, absl::Span<const uint8_t> client_random,
             absl::Span<const uint8_t> secret);
  void WriteLine(absl::string_view line);

 private:
  std::ofstream file_;
};

// One association in a stack. Calls block; one that fails ends the process.
class Session {
 public:
  virtual ~Session() = default;
  virtual void Handshake() = 0;
  virtual void Send(const std::string& message) = 0;
  virtual std::string Receive() = 0;  // empty: the peer has closed
  virtual void UpdateKeys() { Fail("this stack has no key update"); }
  virtual void Close() = 0;  // sends close_notify
  // A client's, but for its next message and datagram.
  virtual Handover HandOver() = 0;
};

// All of an association, as the options say: Exchange(), Echo() or Leave().
void Run(Session& session, UdpSocket& socket, const Options& options);

// Handshake, messages of varied sizes both ways by turns, each compared with what the other end
// must have sent, and the close.
void Exchange(Session& session, UdpSocket& socket, const Options& options);

// A server: handshake, then every message is answered by EchoOf(it), wherever it came from, until
// the client closes. Prints "server PID: received N, duplicates N, then close_notify".
void Echo(Session& session, UdpSocket& socket, const Options& options);

// A client of an echoing server: handshake and messages, then it leaves its session to whoever
// reads options.leave_to, without a close. Prints "client PID: left after N messages".
void Leave(Session& session, UdpSocket& socket, const Options& options);

}  // namespace waybill::partners

#endif  // WAYBILL_TESTS_PARTNERS_PARTNER_H_
