#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what waybill and tshark see in datagrams of other projects: corpora.py CORPUS…, to be run by hand.

A CORPUS is a folder or a tar archive with a datagram a file, or a text with a datagram a line in hex. Every datagram goes its own way in
a capture, between addresses of its own to port 4433, so that none changes how another one is read. Both decoders are told that there are
no CIDs. What they see differently is grouped by kind, with counts and the shortest example of each; docs/other-decoders.md says who
is right. Wants tests/decoders/fetched (fetch.sh).
"""
import collections
import itertools
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile

sys.dont_write_bytecode = True
import decoders

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RAW_IP = 101  # a link layer of pcap: packets begin with their IP header


def datagrams_of(corpus):
    if corpus.is_dir():
        return [path.read_bytes() for path in sorted(corpus.rglob("*")) if path.is_file()]
    if tarfile.is_tarfile(corpus):
        with tarfile.open(corpus) as archive:
            return [archive.extractfile(member).read() for member in archive if member.isfile()]
    return [bytes.fromhex(line) for line in corpus.read_text().split()]


def write_capture(path, datagrams):
    with open(path, "wb") as capture:
        capture.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IP))
        for number, datagram in enumerate(datagrams, start=1):
            udp = struct.pack(">HHHH", 40000, 4433, 8 + len(datagram), 0) + datagram
            source, destination = 0x0A000000 + number, 0x0B000000 + number
            packet = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, source, destination) + udp
            capture.write(struct.pack("<IIII", number, 0, len(packet), len(packet)) + packet)


def theirs_in_words(record):
    if record is None:
        return "nothing"
    if record.length is not None:
        return "a header"
    return "part of a header" if record.version is not None else "a content type that it does not know"


def kind_of(ours, theirs):
    """What waybill says of a datagram, where tshark parts from it, and whether tshark breaks off in what it decodes."""
    drop = next((record.drop for record in ours.records if record.drop), "accepted")
    for ours_here, theirs_here in itertools.zip_longest(ours.records, theirs.records):
        differences = sorted(ours_here.differences(theirs_here)) if ours_here and theirs_here else []
        if differences or not ours_here or not theirs_here:
            what = f"{ours_here.drop or ours_here.form if ours_here else 'nothing'} where tshark sees {theirs_in_words(theirs_here)}"
            return (drop, ", differs in ".join([what] + [" ".join(differences)] * bool(differences)), theirs.malformed)
    return (drop, "all fields are the same", theirs.malformed)


def main():
    targets = {"//tools:waybill": "tools/waybill", "//tests/decoders:record_places": "tests/decoders/record_places"}
    subprocess.run(["bazel", "build", *targets], cwd=ROOT, check=True, capture_output=True)
    programs = decoders.Decoders(*(ROOT / "bazel-bin" / path for path in targets.values()), HERE / "tshark.sh")
    for corpus in map(pathlib.Path, sys.argv[1:]):
        datagrams = [datagram for datagram in datagrams_of(corpus) if datagram]
        with tempfile.TemporaryDirectory() as folder:
            capture = pathlib.Path(folder) / "corpus.pcap"
            write_capture(capture, datagrams)
            ours, theirs = programs.waybill(capture, cid_length=0), programs.tshark(capture)
        kinds = collections.defaultdict(list)
        for frame, datagram in enumerate(datagrams, start=1):
            kinds[kind_of(ours[frame], theirs[frame])].append(datagram)
        print(f"{corpus.name}: {len(datagrams)} datagrams")
        for kind, members in sorted(kinds.items(), key=lambda item: -len(item[1])):
            drop, difference, malformed = kind
            print(f"{len(members):7}  {drop}: {difference}{'; tshark breaks off' if malformed else ''}")
            print(f"         {min(members, key=len)[:120].hex()}")


if __name__ == "__main__":
    main()
