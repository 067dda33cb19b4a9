// SPDX-License-Identifier: Apache-2.0
//
// Arguments, socket, key log and exchange of the partner programs.

#include "waybill/tests/partners/partner.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace waybill::partners {
namespace {

constexpr unsigned kSecondsToLive = 30;
constexpr size_t kMessageSizes[] = {1, 20, 64, 15, 300, 100, kLongestMessage, 17};

std::string program_name;  // for messages

void OnAlarm(int) {
  constexpr char kMessage[] = "partner: out of time\n";
  // Nothing is left to do if even this cannot be written.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kMessage, sizeof(kMessage) - 1);
  _exit(EXIT_FAILURE);
}

[[noreturn]] void FailErrno(absl::string_view what) {
  Fail(absl::StrCat(what, ": ", std::strerror(errno)));
}

// The numbers of an address, for people: "127.0.0.1 port 5684".
std::string Describe(const sockaddr* address, socklen_t length) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (getnameinfo(address, length, host, sizeof(host), port, sizeof(port),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    Fail("getnameinfo");
  }
  return absl::StrCat(host, " port ", port);
}

absl::string_view AsText(absl::Span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<std::string> ParseCid(const std::string& text) {
  if (text == "none") return std::nullopt;
  if (text == "empty") return "";
  const bool is_hex =
      text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
  if (!is_hex) Fail(absl::StrCat("--cid: not hexadecimal: ", text));
  return absl::HexStringToBytes(text);
}

// The message that each end sends in a turn, and that the other expects.
std::string Message(bool from_server, int turn) {
  const std::string phrase = absl::StrCat(from_server ? "server" : "client", " ", turn, "; ");
  // The two ends send different sizes in one turn.
  const size_t size = kMessageSizes[(turn + (from_server ? 3 : 0)) % std::size(kMessageSizes)];
  std::string message;
  while (message.size() < size) message += phrase;
  message.resize(size);
  return message;
}

void ReceiveTurn(Session& session, UdpSocket& socket, const Options& options, int turn) {
  if (session.Receive() != Message(!options.server, turn))
    Fail(absl::StrCat("message ", turn, " is not what was sent"));
  socket.FollowPeer();
}

constexpr char kEchoWord[] = "heard: ";

}  // namespace

std::string EchoOf(absl::string_view message) {
  return absl::StrCat(kEchoWord, message).substr(0, kLongestMessage);
}

void BeginProcess(std::string name) {
  program_name = std::move(name);
  signal(SIGALRM, OnAlarm);
  alarm(kSecondsToLive);
}

void Fail(absl::string_view what) {
  std::cerr << program_name << ": " << what << std::endl;
  // Not exit(): destructors of a stack in the middle of a callback have nothing to add.
  _exit(EXIT_FAILURE);
}

Options ParseOptions(int argc, char** argv, const std::string& description,
                     const std::string& default_suite) {
  Options options;
  options.suite = default_suite;
  std::string role;
  std::string cid = "none";
  CLI::App app(description);
  app.add_option("role", role, "server or client")
      ->required()
      ->check(CLI::IsMember({"server", "client"}));
  app.add_option("--address", options.address, "the server's, as a number")->capture_default_str();
  app.add_option("--port", options.port, "the server's; 0: any, and the server prints it")
      ->capture_default_str();
  app.add_option("--suite", options.suite, "as the stack names it")->capture_default_str();
  app.add_option("--cid", cid, "the own connection ID: hexadecimal, empty or none")
      ->capture_default_str();
  app.add_option("--messages", options.messages, "each way")->capture_default_str();
  app.add_flag("--echo", options.echo, "server: answers each message, until the client closes");
  app.add_option("--leave-to", options.leave_to,
                 "client: after its messages it writes its state to this file and goes");
  app.add_option("--change-port-after", options.change_port_after,
                 "client: messages before a new port; 0: never");
  app.add_option("--update-keys-after", options.update_keys_after,
                 "messages before a key update; 0: never");
  app.add_option("--handshake-mtu", options.handshake_mtu,
                 "the longest datagram of the handshake; 0: the stack's own");
  app.add_option("--key-log", options.key_log, "file for the secrets, in the NSS key log format");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  BeginProcess(absl::StrCat(app.get_name(), " ", role));
  options.server = role == "server";
  options.cid = ParseCid(cid);
  if (options.server ? !options.leave_to.empty() : options.echo) {
    Fail("servers echo, and clients leave");
  }
  return options;
}

UdpSocket::UdpSocket(const Options& options) {
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(options.address.c_str(), std::to_string(options.port).c_str(), &hints, &found) !=
      0) {
    Fail(absl::StrCat("not an address: ", options.address));
  }
  std::memcpy(&peer_, found->ai_addr, found->ai_addrlen);
  peer_length_ = found->ai_addrlen;
  freeaddrinfo(found);

  fd_ = Open();
  if (!options.server) {
    peer_confirmed_ = true;
    return;
  }
  if (bind(fd_, peer(), peer_length_) != 0) FailErrno("bind");
  sockaddr_storage bound = {};
  socklen_t length = sizeof(bound);
  if (getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &length) != 0) FailErrno("getsockname");
  std::cout << "listening on " << Describe(reinterpret_cast<sockaddr*>(&bound), length)
            << std::endl;
}

UdpSocket::~UdpSocket() { close(fd_); }

int UdpSocket::Open() const {
  const int fd = socket(peer_.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) FailErrno("socket");
  return fd;
}

std::optional<size_t> UdpSocket::Receive(absl::Span<uint8_t> buffer, int timeout_ms) {
  pollfd readable = {fd_, POLLIN, 0};
  if (poll(&readable, 1, timeout_ms) == 0) return std::nullopt;
  source_length_ = sizeof(source_);
  const ssize_t received = recvfrom(fd_, buffer.data(), buffer.size(), 0,
                                    reinterpret_cast<sockaddr*>(&source_), &source_length_);
  if (received < 0) FailErrno("recvfrom");
  if (!peer_confirmed_) {
    peer_ = source_;
    peer_length_ = source_length_;
  }
  return received;
}

void UdpSocket::Send(absl::Span<const uint8_t> datagram) {
  if (diverted_ != nullptr) {
    diverted_->assign(datagram.begin(), datagram.end());
    return;
  }
  const ssize_t sent = sendto(fd_, datagram.data(), datagram.size(), 0, peer(), peer_length_);
  if (sent != static_cast<ssize_t>(datagram.size())) FailErrno("sendto");
}

void UdpSocket::FollowPeer() {
  const bool moved =
      source_length_ != peer_length_ || std::memcmp(&source_, &peer_, peer_length_) != 0;
  if (peer_confirmed_ && !moved) return;
  peer_ = source_;
  peer_length_ = source_length_;
  peer_confirmed_ = true;
  std::cout << "peer is " << Describe(peer(), peer_length_) << std::endl;
}

void UdpSocket::ChangePort() {
  const int fresh =
      Open();  // before the old one goes, so that the kernel cannot hand out the same port again
  sockaddr_storage any = {};
  any.ss_family = peer_.ss_family;
  if (bind(fresh, reinterpret_cast<sockaddr*>(&any), peer_length_) != 0) FailErrno("bind");
  close(fd_);
  fd_ = fresh;
}

KeyLog::KeyLog(const std::string& path) {
  if (path.empty()) return;
  file_.open(path);
  if (!file_) Fail(absl::StrCat("cannot write ", path));
}

void KeyLog::Write(absl::string_view label, absl::Span<const uint8_t> client_random,
                   absl::Span<const uint8_t> secret) {
  WriteLine(absl::StrCat(label, " ", absl::BytesToHexString(AsText(client_random)), " ",
                         absl::BytesToHexString(AsText(secret))));
}

void KeyLog::WriteLine(absl::string_view line) {
  if (file_.is_open()) file_ << line << std::endl;
}

void Run(Session& session, UdpSocket& socket, const Options& options) {
  if (options.echo) {
    Echo(session, socket, options);
  } else if (!options.leave_to.empty()) {
    Leave(session, socket, options);
  } else {
    Exchange(session, socket, options);
  }
}

void Exchange(Session& session, UdpSocket& socket, const Options& options) {
  session.Handshake();
  for (int turn = 1; turn <= options.messages; ++turn) {
    if (options.server) {
      ReceiveTurn(session, socket, options, turn);
      session.Send(Message(/*from_server=*/true, turn));
      continue;
    }
    session.Send(Message(/*from_server=*/false, turn));
    ReceiveTurn(session, socket, options, turn);
    if (turn == options.update_keys_after) session.UpdateKeys();
    if (turn == options.change_port_after) socket.ChangePort();
  }
  if (options.server && !session.Receive().empty()) Fail("a message beyond the last");
  session.Close();
}

void Echo(Session& session, UdpSocket& socket, const Options& options) {
  session.Handshake();
  socket.FollowPeer();
  std::set<std::string> heard;
  int received = 0;
  for (std::string message = session.Receive(); !message.empty(); message = session.Receive()) {
    socket.FollowPeer();
    heard.insert(message);
    session.Send(EchoOf(message));
    if (++received == options.update_keys_after) session.UpdateKeys();
  }
  std::cout << "server " << getpid() << ": received " << received << ", duplicates "
            << received - static_cast<int>(heard.size()) << ", then close_notify" << std::endl;
  session.Close();
}

void Leave(Session& session, UdpSocket& socket, const Options& options) {
  session.Handshake();
  for (int turn = 1; turn <= options.messages; ++turn) {
    const std::string message = Message(/*from_server=*/false, turn);
    session.Send(message);
    if (session.Receive() != EchoOf(message)) {
      Fail(absl::StrCat("message ", turn, " was not answered as it should be"));
    }
    if (turn == options.update_keys_after) session.UpdateKeys();
  }
  Handover handover = session.HandOver();
  handover.next_message = Message(/*from_server=*/false, options.messages + 1);
  socket.Divert(&handover.next_datagram);
  session.Send(handover.next_message);
  if (!WriteHandover(options.leave_to, handover)) {
    Fail(absl::StrCat("cannot write ", options.leave_to));
  }
  std::cout << "client " << getpid() << ": left after " << options.messages << " messages"
            << std::endl;
}

}  // namespace waybill::partners
