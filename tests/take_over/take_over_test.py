#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A session changes hands: take_over_test.py CASE SUCCESSOR PARTNER.

A client and a server, processes of a stack that others wrote, complete their handshake and exchange messages. The client ends, and a
process of ours goes on with its keys, CIDs and record numbers (successor.cc), until the server has answered MESSAGES more. All that
the two send passes this process, which loses, repeats and reorders datagrams both ways. The server must not notice.

What happens depends on the seeds alone: this process tells the successor when to send, and so knows what is under way.
"""
import collections
import heapq
import os
import pathlib
import random
import re
import socket
import subprocess
import sys

MESSAGES = 1000
PATIENCE = 20  # seconds that nothing here takes
LONGEST_DATAGRAM = 2048
RECORD_HEADER = 13  # bytes, without a CID
SCRATCH = pathlib.Path(os.environ["TEST_TMPDIR"])

Case = collections.namedtuple("Case", [
    "suite", "server", "client",
    "epochs",  # that the successor ends with: of what it sends and of what it receives
    "same_port",  # the association has no CID to the server, which knows it by the client's address
    "own_nonces",  # the stack's explicit nonces are not its record numbers, so that nobody else seals the same bytes
    "others",  # records of the server that are no answers: KeyUpdates and ACKs
    "before",  # messages of the client before it goes
], defaults=[(1, 1), False, False, 0, 8])
GCM12 = "TLS-PSK-WITH-AES-128-GCM-SHA256"
GCM13 = "TLS13-AES128-GCM-SHA256"
CASES = {
    # REQ-003: the CIDs of the two directions differ in length.
    "mbedtls_ccm8": Case("TLS-PSK-WITH-AES-128-CCM-8", ["--cid", "5e70000000000001"], ["--cid", "c11e"]),
    "mbedtls_chacha20": Case("TLS-PSK-WITH-CHACHA20-POLY1305-SHA256", ["--cid", "5e70000000000002"], ["--cid", "c11e0000000000000002"],
                             before=0),
    "mbedtls_gcm": Case(GCM12, ["--cid", "5e7003"], ["--cid", "c11e000000000003"]),
    # REQ-006: one direction alone has CIDs, or none has.
    "mbedtls_gcm_cid_to_server_only": Case(GCM12, ["--cid", "5e70000000000004"], ["--cid", "empty"]),
    "openssl_gcm": Case("PSK-AES128-GCM-SHA256", [], [], same_port=True, own_nonces=True),
    "wolfssl_chacha20": Case("TLS13-CHACHA20-POLY1305-SHA256", ["--cid", "5e700000000005"], ["--cid", "c11e05"], epochs=(3, 3),
                             before=0),
    "wolfssl_gcm": Case(GCM13, ["--cid", "5e7000000000000000000000000006"], ["--cid", "c11e000000000006"], epochs=(3, 3)),
    # Both ends update their keys before the session changes hands, and again when it has: of the latter the seeds lose what the successor
    # sends first, which it sends again, and nothing of wolfSSL's, which without a timer sends it once.
    "wolfssl_key_updates": Case(GCM13, ["--cid", "5e70000000000007", "--update-keys-after", 512],
                                ["--cid", "c11e07", "--update-keys-after", 3], epochs=(5, 5), others=2),
}


class Way:
    """One direction through the proxy: which of the datagrams that come go out, when, and how often.

    A datagram goes out at once, or when up to REACH later ones have come; repetitions follow within as many again. That stays inside the
    replay windows: 64 numbers in mbedTLS, wolfSSL and OpenSSL, 256 in the successor. So whatever is late must be delivered.
    """
    REACH = 8
    LOST, REPEATED, HELD = 0.05, 0.05, 0.25

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.taken = self.lost = self.repeated = self.late = self.newest = 0
        self.held = []

    @property
    def passed(self):
        return self.taken - self.lost

    def happens(self, share):
        return self.random.random() < share

    def delay(self):
        return 1 + int(self.random.random() * self.REACH) if self.happens(self.HELD) else 0

    def push(self, datagram):
        """What goes out now, in order: pairs of a datagram and whether it is a repetition."""
        self.taken += 1
        if self.happens(self.LOST):
            self.lost += 1
        else:
            when = self.taken + self.delay()
            heapq.heappush(self.held, (when, self.taken, False, datagram))
            if self.happens(self.REPEATED):
                self.repeated += 1
                heapq.heappush(self.held, (when + self.delay(), self.taken, True, datagram))
        return self.pop(self.taken)

    def flush(self):
        return self.pop(self.taken + 2 * self.REACH)

    def pop(self, now):
        out = []
        while self.held and self.held[0][0] <= now:
            _, number, repetition, datagram = heapq.heappop(self.held)
            self.late += not repetition and number < self.newest
            self.newest = max(self.newest, number)
            out.append((datagram, repetition))
        return out

    def __str__(self):
        return f"{self.taken} datagrams, of which {self.lost} lost, {self.late} late, {self.repeated} repeated"


class Proxy:
    """Between the successor and the server."""

    def __init__(self, successor, successor_side, server_side, server_port):
        self.successor = successor
        self.successor_side = successor_side
        self.server_side = server_side
        self.server = ("127.0.0.1", server_port)
        self.successor_address = None
        self.under_way = 0  # datagrams that the successor has not been told of
        self.to_server = Way(seed=1)
        self.to_successor = Way(seed=2)

    def tell_successor(self, what):
        self.successor.tell(f"{what} {self.under_way}")
        self.under_way = 0

    def receive_from_successor(self):
        datagram, self.successor_address = self.successor_side.recvfrom(LONGEST_DATAGRAM)
        return datagram

    def send_to_successor(self, datagram):
        self.successor_side.sendto(datagram, self.successor_address)
        self.under_way += 1

    def exchange(self, datagrams):
        """Sends them to the server, which must answer each but repetitions."""
        for datagram, repetition in datagrams:
            self.server_side.sendto(datagram, self.server)
            if repetition:
                continue
            for answer, _ in self.to_successor.push(self.server_side.recv(LONGEST_DATAGRAM)):
                self.send_to_successor(answer)

    def run(self):
        while self.to_server.passed < MESSAGES:
            self.tell_successor("next")
            self.exchange(self.to_server.push(self.receive_from_successor()))
        self.exchange(self.to_server.flush())
        for answer, _ in self.to_successor.flush():
            self.send_to_successor(answer)


class Process:
    """One that must end with status 0 and say nothing on standard error. Its lines are printed as they are read."""
    started = []

    def __init__(self, *arguments):
        self.name = " ".join(map(str, arguments))
        self.errors = SCRATCH / f"{len(self.started)}.errors"
        with self.errors.open("wb") as errors:
            self.popen = subprocess.Popen([str(argument) for argument in arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                          stderr=errors, text=True)
        self.pid = self.popen.pid
        self.started.append(self)
        print(f"process {self.pid}: {self.name}", flush=True)

    def line(self):
        line = self.popen.stdout.readline().rstrip("\n")
        print(line, flush=True)
        return line

    def tell(self, line):
        self.popen.stdin.write(line + "\n")
        self.popen.stdin.flush()

    def end(self):
        """The lines that are left."""
        status = self.popen.wait(timeout=PATIENCE)
        lines = self.popen.stdout.read().splitlines()
        print(*lines, sep="\n", flush=True)
        assert status == 0 and self.errors.stat().st_size == 0, f"{self.name}: status {status}"
        return lines


def udp_socket(port=0):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.settimeout(PATIENCE)
    made.bind(("127.0.0.1", port))
    return made


def all_that_came(to):
    to.setblocking(False)
    datagrams = []
    while True:
        try:
            datagrams.append(to.recv(LONGEST_DATAGRAM))
        except BlockingIOError:
            return datagrams


def port_in(line):
    return int(re.fullmatch(r"(?:listening on|peer is) 127\.0\.0\.1 port (\d+)", line)[1])


def take_over(case, successor_program, partner_program):
    handover = SCRATCH / "handover"
    server = Process(partner_program, "server", "--echo", "--suite", case.suite, *case.server)
    server_port = port_in(server.line())
    successor_side = udp_socket()
    server_side = None if case.same_port else udp_socket()
    client = Process(partner_program, "client", "--suite", case.suite, *case.client, "--port", server_port, "--messages", case.before,
                     "--leave-to", handover)
    assert client.end() == [f"client {client.pid}: left after {case.before} messages"]
    client_port = port_in(server.line())
    if case.same_port:
        server_side = udp_socket(client_port)
    own_port = server_side.getsockname()[1]
    assert (own_port == client_port) == case.same_port

    successor = Process(successor_program, handover, "--port", successor_side.getsockname()[1])
    proxy = Proxy(successor, successor_side, server_side, server_port)
    proxy.run()
    proxy.tell_successor("close")
    server_side.sendto(proxy.receive_from_successor(), proxy.server)
    server_lines = server.end()
    last = all_that_came(server_side)  # close_notify, and what others there are: nothing of it is lost
    for datagram in last:
        proxy.send_to_successor(datagram)
    proxy.tell_successor("end")
    (successor_line,) = successor.end()
    to_server, to_successor = proxy.to_server, proxy.to_successor
    print(f"to the server: {to_server}\nto the successor: {to_successor}")

    for way in (to_server, to_successor):
        assert min(way.lost, way.late, way.repeated) > 20, way
    assert len({os.getpid(), server.pid, client.pid, successor.pid}) == 4
    # The server has delivered each message once and answered it, from another address too, and was closed by an alert of ours.
    # REQ-007, BUG-28: it takes nothing without the CID, be it data or alerts.
    # REQ-029, REQ-030: wolfSSL takes sequence numbers of 8 and of 16 bits, with length and without, by turns.
    moved = [] if case.same_port else [f"peer is 127.0.0.1 port {own_port}"]
    assert server_lines == [*moved, f"server {server.pid}: received {case.before + MESSAGES}, duplicates 0, then close_notify"]
    assert to_server.passed == MESSAGES
    assert to_successor.taken + len(last) == MESSAGES + case.others + 1

    pid, counts = re.fullmatch(r"waybill (\d+): (.*)", successor_line).groups()
    counts = {name: int(count) for name, count in (entry.split() for entry in counts.split(", "))}
    assert int(pid) == successor.pid
    # BUG-21: the first record after the session changed hands is the one that the client would have sent, byte for byte.
    fields = dict(line.split(" ") for line in handover.read_text(encoding="ascii").splitlines())
    as_the_client = counts.pop("as_the_client")
    client_length = len(fields["next_datagram"]) // 2
    assert RECORD_HEADER <= as_the_client < client_length if case.own_nonces else as_the_client == client_length, as_the_client
    # DTLS 1.3 alone has them. More than one: it was sent again.
    key_updates = counts.pop("key_updates")
    assert (key_updates > 1) == (case.others > 0), key_updates
    # REQ-022, REQ-060: what is late is delivered; it stays inside the replay windows.
    # REQ-055: what is repeated is not delivered again.
    assert counts == {
        "sealed": to_server.taken,
        "answers": to_successor.passed + len(last) - 1 - case.others,
        "others": case.others,
        "late": to_successor.late,
        "replayed": to_successor.repeated,
        "refused": 0,
        "send_epoch": case.epochs[0],
        "receive_epoch": case.epochs[1],
        "closed": 1,
    }, counts


def main():
    try:
        take_over(CASES[sys.argv[1]], *sys.argv[2:])
    finally:
        for process in Process.started:
            process.popen.kill()
            print(process.errors.read_text(encoding="utf-8"), end="")


if __name__ == "__main__":
    main()
