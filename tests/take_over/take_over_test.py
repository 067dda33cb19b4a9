#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A session changes hands: take_over_test.py CASE SUCCESSOR PARTNER.

A client and a server, processes of a stack that others wrote, complete their handshake and exchange messages. The client ends, and a
process of ours goes on with its keys, CIDs and record numbers (successor.cc), until the server has answered MESSAGES more. All that
the two send passes this process, which loses, repeats and reorders datagrams both ways. The server must not notice.

What happens depends on the seed alone: this process tells the successor when to send, and so knows what is under way.
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
BEFORE = 8  # messages of the client before it goes
PATIENCE = 20  # seconds that nothing here takes
LONGEST_DATAGRAM = 2048
SCRATCH = pathlib.Path(os.environ["TEST_TMPDIR"])

# same_port: the association has no CID to the server, which knows it by its address.
Case = collections.namedtuple("Case", "suite server client same_port nonce_from_number", defaults=[False, True])
CASES = {
    "mbedtls_ccm8": Case("TLS-PSK-WITH-AES-128-CCM-8", ["--cid", "5e70000000000001"], ["--cid", "c11e"]),
    "mbedtls_gcm": Case("TLS-PSK-WITH-AES-128-GCM-SHA256", ["--cid", "5e7002"], ["--cid", "c11e000000000002"]),
    "mbedtls_gcm_no_cid_to_client": Case("TLS-PSK-WITH-AES-128-GCM-SHA256", ["--cid", "5e70000000000003"], ["--cid", "empty"]),
    "mbedtls_chacha20": Case("TLS-PSK-WITH-CHACHA20-POLY1305-SHA256", ["--cid", "5e70000000000004"], ["--cid", "c11e000000000000000004"]),
    "wolfssl_gcm": Case("TLS13-AES128-GCM-SHA256", ["--cid", "5e7000000000000000000000000005"], ["--cid", "c11e000000000005"]),
    "wolfssl_chacha20": Case("TLS13-CHACHA20-POLY1305-SHA256", ["--cid", "5e700000000006"], ["--cid", "c11e06"]),
    # OpenSSL counts nonces from a random one on, so nobody else seals the same bytes.
    "openssl_gcm": Case("PSK-AES128-GCM-SHA256", [], [], same_port=True, nonce_from_number=False),
}


class Way:
    """One direction of the proxy: which of the datagrams that come in go out, how often, and behind how many later ones.

    A datagram is overtaken by at most REACH others, far fewer than the 64 numbers of a replay window, which mbedTLS, wolfSSL, OpenSSL
    and the successor all have: what is refused is refused as a replay.
    """
    REACH = 8
    LOST, REPEATED, HELD = 0.05, 0.05, 0.25

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.taken = self.lost = self.repeated = self.overtaken = self.newest_out = 0
        self.held = []

    @property
    def passed(self):
        return self.taken - self.lost

    def _draw(self, share):
        return self.random.random() < share

    def _delay(self):
        return 1 + int(self.random.random() * self.REACH)

    def push(self, datagram):
        """What goes out now, in order: (datagram, whether it is a repetition)."""
        self.taken += 1
        if self._draw(self.LOST):
            self.lost += 1
        else:
            first = self.taken + (self._delay() if self._draw(self.HELD) else 0)
            heapq.heappush(self.held, (first, self.taken, 0, datagram))
            if self._draw(self.REPEATED):
                self.repeated += 1
                again = first + (self._delay() if self._draw(self.HELD) else 0)
                heapq.heappush(self.held, (again, self.taken, 1, datagram))
        return self._pop(self.taken)

    def flush(self):
        return self._pop(self.taken + 2 * self.REACH)

    def _pop(self, until):
        out = []
        while self.held and self.held[0][0] <= until:
            _, number, copy, datagram = heapq.heappop(self.held)
            self.overtaken += copy == 0 and number < self.newest_out
            self.newest_out = max(self.newest_out, number)
            out.append((datagram, copy == 1))
        return out

    def __str__(self):
        return (f"{self.taken} datagrams, of which {self.lost} lost, {self.overtaken} overtaken, {self.repeated} repeated")


def udp_socket(port=0):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.settimeout(PATIENCE)
    made.bind(("127.0.0.1", port))
    return made


class Process:
    """One that must end with status 0 and say nothing on standard error. Its lines are printed as they are read."""

    def __init__(self, *arguments):
        self.name = " ".join(map(str, arguments))
        self.errors = SCRATCH / f"{len(list(SCRATCH.iterdir()))}.errors"
        with self.errors.open("wb") as errors:
            self.popen = subprocess.Popen([str(argument) for argument in arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                          stderr=errors, text=True)
        print(f"{self.popen.pid}: {self.name}", flush=True)

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
        assert status == 0, f"{self.name}: status {status}"
        assert self.errors.stat().st_size == 0, f"{self.name}: {self.errors.read_text()}"
        return lines


def port_in(line):
    return int(re.fullmatch(r"(?:listening on|peer is) 127\.0\.0\.1 port (\d+)", line)[1])


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

    def send_to_successor(self, datagrams):
        for datagram, _ in datagrams:
            self.successor_side.sendto(datagram, self.successor_address)
            self.under_way += 1

    def send_to_server(self, datagrams):
        """Each but repetitions must be answered."""
        for datagram, repetition in datagrams:
            self.server_side.sendto(datagram, self.server)
            if not repetition:
                self.send_to_successor(self.to_successor.push(self.server_side.recv(LONGEST_DATAGRAM)))


def take_over(case, successor_program, partner_program):
    handover = SCRATCH / "handover"
    server = Process(partner_program, "server", "--echo", "--suite", case.suite, *case.server)
    server_port = port_in(server.line())
    successor_side = udp_socket()
    server_side = None if case.same_port else udp_socket()
    client = Process(partner_program, "client", "--suite", case.suite, *case.client, "--port", server_port, "--messages", BEFORE,
                     "--leave-to", handover)
    (left,) = client.end()
    assert left == f"client {client.popen.pid}: left after {BEFORE} messages", left
    client_port = port_in(server.line())
    if case.same_port:
        server_side = udp_socket(client_port)
    assert (server_side.getsockname()[1] == client_port) == case.same_port

    successor = Process(successor_program, handover, "--port", successor_side.getsockname()[1])
    proxy = Proxy(successor, successor_side, server_side, server_port)
    while proxy.to_server.passed < MESSAGES:
        proxy.tell_successor("next")
        proxy.send_to_server(proxy.to_server.push(proxy.receive_from_successor()))
    proxy.send_to_server(proxy.to_server.flush())
    proxy.send_to_successor(proxy.to_successor.flush())
    proxy.tell_successor("close")
    server_side.sendto(proxy.receive_from_successor(), proxy.server)
    server_lines = server.end()
    proxy.send_to_successor([(server_side.recv(LONGEST_DATAGRAM), False)])
    proxy.tell_successor("end")
    (successor_line,) = successor.end()
    print(f"to the server: {proxy.to_server}\nto the successor: {proxy.to_successor}")

    for way in (proxy.to_server, proxy.to_successor):
        assert min(way.lost, way.overtaken, way.repeated) > 20, way
    moved = [] if case.same_port else [f"peer is 127.0.0.1 port {server_side.getsockname()[1]}"]
    assert server_lines == [
        *moved, f"server {server.popen.pid}: received {BEFORE + MESSAGES}, duplicates 0, then close_notify"], server_lines
    said = re.fullmatch(r"waybill (\d+): client's bytes (\d+) of (\d+), sealed (\d+), answers (\d+), late (\d+), replayed (\d+), "
                        r"refused 0, then close_notify", successor_line)
    assert said, successor_line
    pid, alike, length, sealed, answers, late, replayed = map(int, said.groups())
    assert pid == successor.popen.pid
    assert alike == length if case.nonce_from_number else 13 <= alike < length
    assert proxy.to_server.passed == MESSAGES and sealed == proxy.to_server.taken
    assert proxy.to_successor.taken == MESSAGES and answers == proxy.to_successor.passed
    assert late == proxy.to_successor.overtaken
    assert replayed == proxy.to_successor.repeated
    assert len({os.getpid(), server.popen.pid, client.popen.pid, pid}) == 4


if __name__ == "__main__":
    take_over(CASES[sys.argv[1]], *sys.argv[2:])
