#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares every record of traffic/captures, field by field, with what tshark sees: tshark_test.py WAYBILL RECORD_PLACES TSHARK.

Twice: tshark left to itself, and tshark told how long the CIDs are. Where it is known to see something else stands in KNOWN, in full:
the test also fails where a listed record is read alike, or where there are more or fewer of them. docs/other-decoders.md explains it.
"""
import collections
import dataclasses
import pathlib
import sys
import typing

sys.dont_write_bytecode = True
import decoders

CAPTURES = pathlib.Path("traffic/captures")
LEFT_ALONE, TOLD = "left alone", "told"
# What a unified header has behind its first byte, and what tls12_cid has behind its sequence number.
BEHIND_FIRST_BYTE = {"sequence", "cid", "length", "header_end", "end"}
BEHIND_SEQUENCE = {"cid", "length", "header_end"}


@dataclasses.dataclass
class Place:
    capture: str
    frame: int
    record: int
    ours: decoders.Record
    to_client: bool
    moved: bool  # the client's address is not that of the first frame


@dataclasses.dataclass
class Known:
    """Records that are read otherwise."""
    why: str
    how: str
    fields: set  # of which at least one differs; all others do not
    records: dict  # by capture, how many; None where chance decides
    where: typing.Callable  # of the captures' records, which


KNOWN = [
    Known("tls12_cid without the hellos: tshark takes the CID to be empty", LEFT_ALONE, BEHIND_SEQUENCE,
          {"mbedtls-dtls12-cid8-ccm8-after-handshake.pcap": 18},
          lambda place: place.ours.form == "tls12_cid"),
    Known("unified without the hellos: tshark takes the CID to be empty", LEFT_ALONE, BEHIND_FIRST_BYTE,
          {"wolfssl-dtls13-cid8-gcm-after-handshake.pcap": 19},
          lambda place: place.ours.form == "unified"),
    Known("unified from a new port: tshark looks for no association by the CID, and takes that to be empty", LEFT_ALONE,
          BEHIND_FIRST_BYTE,
          {"wolfssl-dtls13-cid8-gcm.pcap": 10, "wolfssl-dtls13-cid7-cid3-chacha20.pcapng": 10,
           "wolfssl-dtls13-cid15-gcm-key-update.pcap": 6, "wolfssl-dtls13-cid-to-server-only-gcm.pcap": 5},
          lambda place: place.moved and place.ours.cid),
    Known("unified to a new port: tshark does not know which end is the server, and takes its CIDs' length for both", TOLD,
          BEHIND_FIRST_BYTE,
          {"wolfssl-dtls13-cid7-cid3-chacha20.pcapng": 5},
          lambda place: place.moved and place.to_client),
    # Where else a length would fit is up to bytes that every recording has its own of.
    Known("two lengths fit the first records: waybill, which was not told, gives them none", TOLD, BEHIND_FIRST_BYTE,
          {"mbedtls-dtls12-cid8-ccm8-after-handshake.pcap": None, "wolfssl-dtls13-cid8-gcm-after-handshake.pcap": None},
          lambda place: place.ours.drop == "cid_not_delineated"),
]


def known_of(how, place):
    return next((known for known in KNOWN if known.how == how and place.capture in known.records and known.where(place)), None)


def client_of(datagram):
    return datagram.source if datagram.destination.endswith(":4433") else datagram.destination


def cid_lengths(datagrams):
    """Of the CIDs to the server and to the client."""
    lengths = {True: 0, False: 0}
    for datagram in datagrams.values():
        to_server = datagram.destination.endswith(":4433")
        lengths[to_server] = max([lengths[to_server]] + [len(record.cid) // 2 for record in datagram.records])
    return lengths[True], lengths[False]


class Comparison:
    def __init__(self):
        self.faults = []
        self.alike = collections.Counter()  # by form
        self.otherwise = collections.Counter()  # by reason and capture

    def compare_record(self, how, place, theirs):
        """Returns what is known of the place."""
        known = known_of(how, place)
        differences = place.ours.differences(theirs)
        if known:
            self.otherwise[known.why, place.capture] += 1
        else:
            self.alike[place.ours.form] += 1
        if bool(differences) != bool(known) or (known and differences - known.fields):
            self.faults.append(f"{how}: {place}\n    differs in {sorted(differences)} from {theirs}\n    known: {known}")
        return known

    def compare_capture(self, how, capture, ours, theirs):
        if list(ours) != list(theirs):
            self.faults.append(f"{how}: {capture}: frames {list(ours)} and {list(theirs)}")
        first_client = client_of(ours[min(ours)])
        for frame in ours.keys() & theirs.keys():
            records, others = ours[frame].records, theirs[frame].records
            moved, to_client = client_of(ours[frame]) != first_client, ours[frame].source.endswith(":4433")
            # Records that tshark does not see are empty ones; those that it sees besides must have a cause that is known.
            others += [decoders.Record()] * (len(records) - len(others))
            known = [self.compare_record(how, Place(capture, frame, i + 1, record, to_client, moved), others[i])
                     for i, record in enumerate(records)]
            if not any(known) and (len(records) != len(others) or theirs[frame].malformed):
                self.faults.append(f"{how}: {capture}, frame {frame}: {records}\n    beside {theirs[frame]}")


def main():
    programs = decoders.Decoders(*sys.argv[1:])
    captures = sorted(path for path in CAPTURES.iterdir() if path.suffix in (".pcap", ".pcapng"))
    comparison = Comparison()
    for path in captures:
        ours = programs.waybill(path)
        comparison.compare_capture(LEFT_ALONE, path.name, ours, programs.tshark(path))
        to_server, to_client = cid_lengths(ours)
        theirs = programs.tshark(path, "-o", f"dtls.server_cid_length:{to_server}", "-o", f"dtls.client_cid_length:{to_client}")
        comparison.compare_capture(TOLD, path.name, ours, theirs)
    for known in KNOWN:
        for capture, count in known.records.items():
            seen = comparison.otherwise[known.why, capture]
            if count not in (None, seen):
                comparison.faults.append(f"{known.why}: {count} records of {capture} are listed, {seen} seen")
    print("\n".join(comparison.faults))
    print(f"{len(captures)} captures, read alike: {dict(comparison.alike)}, otherwise as listed: {comparison.otherwise.total()}")
    return 1 if comparison.faults or len(captures) < 17 or not {"tls12_cid", "unified"} <= set(comparison.alike) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except decoders.Failure as failure:
        sys.exit(str(failure))
