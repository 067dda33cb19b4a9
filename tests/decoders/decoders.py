# SPDX-License-Identifier: Apache-2.0
"""The records that two decoders see in a capture, in the same words: waybill's and tshark's."""
import collections
import dataclasses
import itertools
import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

# What is compared. Places count from the front of the datagram. A unified header has neither version nor epoch; its two bits of epoch
# are in the first byte, and its sequence is the 8 or 16 bits as they are on the wire.
FIELDS = ("begin", "first_byte", "version", "epoch", "sequence", "cid", "length", "header_end", "end")


@dataclasses.dataclass
class Record:
    begin: int = None
    first_byte: int = None
    version: int = None
    epoch: int = None
    sequence: int = None
    cid: str = ""
    length: int = None
    header_end: int = None
    end: int = None
    drop: str = None  # waybill: why a receiver refuses it
    form: str = None  # waybill: its form

    def differences(self, other):
        """The names of the fields in which two decoders differ."""
        return {field for field in FIELDS if getattr(self, field) != getattr(other, field)}


@dataclasses.dataclass
class Datagram:
    records: list
    source: str = None  # waybill: addresses and ports
    destination: str = None
    malformed: bool = False  # tshark: something in it broke off the decoding of the datagram


class Failure(Exception):
    pass


def run(command):
    result = subprocess.run(list(map(str, command)), capture_output=True, check=False)
    if result.returncode != 0:
        raise Failure(f"{command[0]} failed: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout


class Decoders:
    """Where the programs are: waybill, record_places, tshark.sh."""

    def __init__(self, waybill, record_places, tshark):
        self._waybill, self._record_places, self._tshark = waybill, record_places, tshark

    def waybill(self, capture, cid_length=None):
        """Datagrams by frame number."""
        told = [] if cid_length is None else [cid_length]
        lines = run([self._waybill, "dissect", "--json", *(["--cid-length", cid_length] if told else []), capture]).splitlines()
        places = run([self._record_places, capture, *told]).splitlines()
        datagrams = collections.defaultdict(lambda: Datagram([]))
        for line, place in itertools.zip_longest(lines, places):
            said = json.loads(line)
            frame, number, first_byte, sequence, begin, header_end, end = map(int, place.split())
            assert (frame, number) == (said["frame"], said["record"]), (said, place)
            assert said["sequence"] in (None, sequence) and said["content_type"] in (None, first_byte), (said, place)
            datagrams[frame].source, datagrams[frame].destination = said["src"], said["dst"]
            datagrams[frame].records.append(Record(
                begin, first_byte, said["version"], said["epoch"], sequence, said["cid"] or "", said["length"], header_end, end,
                said["drop"], said["form"]))
        return dict(datagrams)

    def tshark(self, capture, *options):
        """Datagrams by frame number. Every UDP datagram to or from port 4433 is decoded as DTLS."""
        command = [self._tshark, "-r", capture, "-d", "udp.port==4433,dtls", "-T", "pdml", "-j", "dtls dtls.record", *options]
        with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            datagrams = {}
            try:
                for _, element in ElementTree.iterparse(process.stdout):
                    if element.tag == "packet":
                        frame, datagram = datagram_of_packet(element)
                        datagrams[frame] = datagram
                        element.clear()
            except ElementTree.ParseError as error:
                raise Failure(f"tshark's output ends: {error}; {process.stderr.read().decode(errors='replace').strip()}") from error
        if process.returncode != 0:
            raise Failure(f"tshark failed with status {process.returncode} on {capture}")
        return datagrams


def datagram_of_packet(packet):
    frame = int(packet.find("proto[@name='geninfo']/field[@name='num']").get("show"))
    datagram = Datagram([], malformed=packet.find("proto[@name='_ws.malformed']") is not None)
    for dtls in packet.findall("proto[@name='dtls']"):
        front = int(dtls.get("pos"))
        datagram.records += [record_of_tree(tree, front) for tree in dtls.findall("field[@name='dtls.record']")]
    return frame, datagram


def record_of_tree(tree, front):
    fields = {}
    for field in tree.findall("field"):
        fields.setdefault(field.get("name"), field)

    def number(*names):
        values = [int(fields[name].get("value"), 16) for name in names if name in fields]
        return values[0] if values else None

    record = Record(begin=int(tree.get("pos")) - front, end=int(tree.get("pos")) + int(tree.get("size")) - front)
    record.first_byte = number("dtls.record.content_type", "dtls.record.special_type", "dtls.unified_header.bitmask")
    unknown = re.search("unrecognized content type 0x(..)", tree.get("showname"))
    if unknown:
        record.first_byte = int(unknown.group(1), 16)
    record.version = number("dtls.record.version")
    record.epoch = number("dtls.record.epoch")
    record.sequence = number("dtls.record.sequence_number", "dtls.record.sequence_suffix")
    if "dtls.record.connection_id" in fields:
        record.cid = fields["dtls.record.connection_id"].get("value") or ""
    if "dtls.record.length" in fields:
        length = fields["dtls.record.length"]
        # Where a unified header has no length, tshark says what remains, as we do, in a field of no bytes.
        record.length = int(length.get("show"))
        record.header_end = int(length.get("pos")) + int(length.get("size")) - front
    return record
