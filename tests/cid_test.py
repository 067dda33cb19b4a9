#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs `waybill cid` as others do, beside a second implementation: cid_test.py WAYBILL CID_FORMATS_PY. Each check prints what it shows;
the first that fails ends the run."""
import itertools
import json
import os
import subprocess
import sys

WAYBILL, FORMATS = map(os.path.abspath, sys.argv[1:])
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(FORMATS))
import cid_formats
import published

KEY = "000102030405060708090a0b0c0d0e0f"
OTHER_KEY = "f0" * 16
FIELDS = ["cid", "valid", "length", "config", "server_id", "nonce", "slot", "generation", "ordinal", "core", "reason"]
NUMBERS = ["length", "config", "slot", "generation", "ordinal", "core"]
# What each format says of a valid CID besides where it ends.
SAYS = {"quic-lb": {"config", "server_id", "nonce"}, "sealed": {"server_id", "slot", "generation", "ordinal", "core"}}
FORMATS_AND_OPTIONS = [
    ("random", ["--length", 1]),
    ("random", ["--length", 255]),
    ("length-octet", ["--length", 2]),
    ("length-octet", ["--length", 255]),
    ("nibble", ["--length", 2]),
    ("nibble", ["--length", 16]),
    ("quic-lb", ["--server-id", "c4605e"]),
    ("quic-lb", ["--server-id", "c4605e", "--key", KEY, "--config", 6]),
    ("quic-lb", ["--server-id", "00112233445566778899aabbccddee"]),
    ("quic-lb", ["--server-id", "01", "--nonce", "ff" * 18, "--key", KEY]),
    ("sealed", ["--key", KEY]),
    ("sealed", ["--key", KEY, "--slot", 2**32 - 1, "--generation", 2**24 - 1, "--ordinal", 65535, "--core", 255, "--server-id", "ffff"]),
    ("sealed", ["--key", KEY, "--length", 12, "--slot", 2**24 - 1, "--generation", 65535, "--ordinal", 255, "--core", 9,
                "--server-id", "0001"]),
    ("sealed", ["--key", KEY, "--length", 8, "--slot", 2**24 - 1, "--generation", 255, "--ordinal", 255]),
    ("tagged", ["--key", KEY]),
    ("tagged", ["--key", KEY, "--length", 4, "--tag-length", 3]),
    ("tagged", ["--key", KEY, "--length", 255, "--tag-length", 8]),
]


def run(*arguments, stdin=b""):
    return subprocess.run([WAYBILL, *map(str, arguments)], input=stdin, capture_output=True, check=False, timeout=60)


def done(*arguments, stdin=b""):
    result = run(*arguments, stdin=stdin)
    assert result.returncode == 0 and not result.stderr, (arguments, result)
    return result.stdout.decode()


def expect(what, found, expected):
    assert found == expected, f"{what}\n    is       {found}\n    and not  {expected}"


def objects(text):
    found = [json.loads(line) for line in text.splitlines()]
    for answer in found:
        expect("the fields", list(answer), FIELDS)
        assert type(answer["valid"]) is bool and answer["valid"] == (answer["reason"] is None), answer
        assert all(answer[name] is None or type(answer[name]) is int for name in NUMBERS), answer
        for name in ("cid", "server_id", "nonce"):
            assert answer[name] is None or bytes.fromhex(answer[name]).hex() == answer[name], answer
        expect(answer, answer["length"], len(answer["cid"]) // 2)
    return found


def issue(*options):
    return objects(done("cid", "issue", "--json", *options))


def read(*options, stdin=b""):
    return objects(done("cid", "read", "--json", *options, stdin=stdin))


def read_options(kind, options):
    """Of what CIDs were issued by, what their reader must know."""
    given = dict(zip(options[::2], options[1::2]))
    known = ["--format", kind]
    for name in ("--key", "--config", "--tag-length"):
        if name in given:
            known += [name, given[name]]
    if kind == "quic-lb":
        known += ["--server-id-length", len(given["--server-id"]) // 2]
    return known


def check_help():
    for arguments, words in ((["--help"], "waybill cid issue"), (["cid", "--help"], "Example"), (["cid", "issue", "--help"], "Example"),
                             (["cid", "read", "--help"], "Example")):
        text = done(*arguments)
        assert words in text, arguments
    for field in FIELDS:
        assert field in done("cid", "read", "--help"), field


def check_examples_of_the_help():
    issued = done("cid", "issue", "--format", "quic-lb", "--key", published.DRAFT_KEY, "--config", 0, "--server-id", "ed793a", "--nonce",
                  "ee080dbf")
    expect("the CID", issued, "0720b1d07b359d3c\n")
    text = done("cid", "issue", "--help")
    for word in (published.DRAFT_KEY, "ed793a", "ee080dbf"):
        assert word in text
    assert "0720b1d07b359d3c" in done("cid", "read", "--help")


def check_what_is_issued_is_read():
    for kind, options in FORMATS_AND_OPTIONS:
        (issued,) = issue("--format", kind, *options)
        assert issued["valid"], issued
        for name in FIELDS[3:-1]:
            short = kind == "sealed" and issued["length"] == 8 and name in ("server_id", "core")
            expect(f"whether {kind} says {name}", issued[name] is not None, name in SAYS.get(kind, ()) and not short)
        expect(kind, read(*read_options(kind, options), issued["cid"]), [issued])
        given = dict(zip(options[::2], options[1::2]))
        for option, name in (("--slot", "slot"), ("--generation", "generation"), ("--ordinal", "ordinal"), ("--core", "core"),
                             ("--server-id", "server_id"), ("--nonce", "nonce"), ("--length", "length"), ("--config", "config")):
            if option in given:
                expect(f"{kind}, {name}", issued[name], given[option])


def check_text():
    for kind, options in FORMATS_AND_OPTIONS:
        lines = done("cid", "issue", "--format", kind, *options).splitlines()
        assert len(lines) == 1 and bytes.fromhex(lines[0]).hex() == lines[0], lines
        text = done("cid", "read", *read_options(kind, options), lines[0])
        assert text.startswith(lines[0] + "  valid, length ") and text.count("\n") == 1, text
    text = done("cid", "read", "--format", "sealed", "--key", OTHER_KEY, "00" * 16)
    assert "not valid" in text and "forged_cid" in text, text


def check_usual_lengths():
    server_ids = {1: 17, 3: 17, 12: 17, 13: 20, 15: 20}
    for kind, options, length in [("random", [], 8), ("length-octet", [], 8), ("nibble", [], 8), ("quic-lb", ["--config", 7], 8),
                                  ("sealed", ["--key", KEY], 16), ("tagged", ["--key", KEY], 16),
                                  *[("quic-lb", ["--server-id", "5a" * size], length) for size, length in server_ids.items()]]:
        expect((kind, options), issue("--format", kind, *options)[0]["length"], length)


def check_count():
    """As many as were asked for, none twice."""
    for kind, options in (("random", []), ("length-octet", []), ("nibble", []), ("tagged", ["--key", KEY]), ("quic-lb", ["--config", 7]),
                          ("quic-lb", ["--server-id", "01"]), ("quic-lb", ["--server-id", "01", "--key", KEY]), ("sealed", ["--key", KEY])):
        found = done("cid", "issue", "--format", kind, *options, "--count", 300).split()
        expect(kind, len(set(found)), 300)
        assert len({len(cid) for cid in found}) == 1, kind
    for _ in range(20):
        found = done("cid", "issue", "--format", "random", "--length", 1, "--count", 40).split()
        expect("short ones, of which what is taken is drawn anew", len(set(found)), 40)
    # BUG-27: with the fewest bits that a nonce may have, of 200000 random ones four would be there twice.
    for key in ([], ["--key", KEY]):
        found = done("cid", "issue", "--format", "quic-lb", *key, "--server-id", "01", "--length", 6, "--count", 200000).split()
        expect("routable ones with short nonces", len(set(found)), 200000)
    found = issue("--format", "sealed", "--key", KEY, "--ordinal", 65000, "--count", 536)
    expect("ordinals", [answer["ordinal"] for answer in found], list(range(65000, 65536)))


def check_nonces():
    for key in ([], ["--key", KEY]):
        found = issue("--format", "quic-lb", *key, "--server-id", "01", "--nonce", "fffffffe", "--count", 4)
        expect("nonces", [answer["nonce"] for answer in found], ["fffffffe", "ffffffff", "00000000", "00000001"])
        expect("beginnings", {answer["cid"][:2] for answer in found}, {"05"})
    encrypted = issue("--format", "quic-lb", "--key", KEY, "--server-id", "01", "--length", 9, "--count", 50)
    numbers = [int(answer["nonce"], 16) for answer in encrypted]
    assert all((b - a) % 2**56 == 1 for a, b in itertools.pairwise(numbers)), numbers
    # REQ-162: where a nonce is in clear, no bit of it follows from the one before it.
    in_clear = [int(answer["nonce"], 16) for answer in issue("--format", "quic-lb", "--server-id", "01", "--length", 9, "--count", 2000)]
    for bit in range(56):
        flipped = sum((a ^ b) >> bit & 1 for a, b in itertools.pairwise(in_clear))
        assert 800 < flipped < 1200, (bit, flipped)  # nine standard deviations


def check_randomness_differs_from_run_to_run():
    # BUG-42.
    for kind, options in (("random", []), ("length-octet", []), ("nibble", []), ("tagged", ["--key", KEY]), ("quic-lb", ["--config", 7]),
                          ("quic-lb", ["--server-id", "01"]), ("quic-lb", ["--server-id", "01", "--key", KEY])):
        runs = [done("cid", "issue", "--format", kind, *options, "--length", 16) for _ in range(5)]
        expect(kind, len(set(runs)), 5)


def check_published_quic_lb():
    # REQ-156, REQ-158, REQ-161.
    for config, key, server_id, nonce, cid in published.QUIC_LB:
        keyed = ["--key", key] if key else []
        expected = {**dict.fromkeys(FIELDS), "cid": cid, "valid": True, "length": len(cid) // 2, "config": config, "server_id": server_id,
                    "nonce": nonce}
        options = ["--format", "quic-lb", *keyed, "--config", config]
        expect(cid, issue(*options, "--server-id", server_id, "--nonce", nonce), [expected])
        lengths = {"--server-id-length": len(server_id) // 2, "--nonce-length": len(nonce) // 2}
        both = [word for item in lengths.items() for word in item]
        expect(cid, read(*options, *both, cid), [expected])
        for known in lengths.items():
            expect(cid, read(*options, *known, cid), [expected])
        expect(cid, read("--format", "quic-lb", *keyed, *both, cid.upper()), [expected])
    malformed = published.MALFORMED
    (found,) = read("--format", "quic-lb", "--server-id-length", 5, malformed["cid"])
    expect("what the draft printed wrong", (found["valid"], found["config"], found["reason"]), (False, 1, "cid_not_delineated"))


def check_the_second_implementation_reads_what_is_issued():
    key = bytes.fromhex(KEY)
    for server_id, nonce in ((1, 4), (1, 18), (3, 4), (8, 8), (4, 12), (9, 9), (10, 5), (15, 4)):
        for keyed in ([], ["--key", KEY]):
            options = ["--server-id", cid_formats.filler("id", server_id).hex(), "--length", 1 + server_id + nonce, *keyed]
            for config in range(7):
                (found,) = issue("--format", "quic-lb", "--config", config, *options)
                read_here = cid_formats.read_quic_lb(key if keyed else b"", server_id, nonce, bytes.fromhex(found["cid"]))
                expect(found, (read_here[0], read_here[1].hex(), read_here[2].hex()), (config, found["server_id"], found["nonce"]))
    for kind, options in FORMATS_AND_OPTIONS:
        for found in issue("--format", kind, *options):
            cid = bytes.fromhex(found["cid"])
            if kind == "sealed":
                target = cid_formats.read_sealed(key, cid)
                expect(found, (target.slot, target.generation, target.ordinal), (found["slot"], found["generation"], found["ordinal"]))
                expect(found, (target.server, target.core), (int(found["server_id"] or "0", 16), found["core"] or 0))
            elif kind == "tagged":
                tag_length = dict(zip(options[::2], options[1::2])).get("--tag-length", 8)
                cid_formats.read_tagged("siphash", key, tag_length, cid)
            elif kind in ("length-octet", "nibble"):
                expect(found, cid_formats.delineate(kind, cid[0]), len(cid))


def read_many(options, cids):
    """By way of standard input, each with what it says."""
    return read(*options, "-", stdin="".join(cid + "\n" for cid in cids).encode())


def check_what_the_second_implementation_issues_is_read():
    known = json.loads(cid_formats.to_json())
    for answer in known["quic_lb"]:
        keyed = ["--key", answer["key"]] if answer["key"] else []
        lengths = ["--server-id-length", len(answer["server_id"]) // 2, "--nonce-length", len(answer["nonce"]) // 2]
        (found,) = read("--format", "quic-lb", *keyed, *lengths, answer["cid"])
        assert found["valid"] and all(found[name] == answer[name] for name in ("config", "server_id", "nonce")), (answer, found)
        expect(answer, issue("--format", "quic-lb", *keyed, "--config", answer["config"], "--server-id", answer["server_id"], "--nonce",
                             answer["nonce"]), [found])
    for key in {answer["key"] for answer in known["sealed"]}:
        answers = [answer for answer in known["sealed"] if answer["key"] == key]
        for answer, found in zip(answers, read_many(["--format", "sealed", "--key", key], [a["cid"] for a in answers]), strict=True):
            is_short = found["length"] == 8
            assert found["valid"] and all(found[name] == answer[name] for name in ("slot", "generation", "ordinal")), (answer, found)
            expect(answer, (found["core"], found["server_id"]), (None, None) if is_short else (answer["core"], f"{answer['server']:04x}"))
    for answer in known["tagged"]:
        if answer["by"] == "siphash":
            (found,) = read("--format", "tagged", "--key", answer["key"], "--tag-length", answer["tag_length"], answer["cid"])
            assert found["valid"], (answer, found)
    for kind in ("random", "length-octet", "nibble"):
        cids = [answer["cid"] for answer in known["opaque"] if answer["kind"] == kind]
        assert cids and all(found["valid"] for found in read_many(["--format", kind], cids)), kind
    found = read_many(["--format", "quic-lb", "--config", 7], [answer["cid"] for answer in known["unroutable"]])
    assert len(found) == 25 and all(answer["valid"] and answer["config"] == 7 for answer in found), found


def check_first_octets():
    """What an octet says decides whether a CID of 8 bytes is one."""
    cids = [f"{first:02x}" + "5a" * 7 for first in range(256)]
    for kind in ("length-octet", "nibble"):
        found = read_many(["--format", kind], cids)
        expect(kind, [answer["valid"] for answer in found], [cid_formats.delineate(kind, first) == 8 for first in range(256)])
        expect(kind, {answer["reason"] for answer in found if not answer["valid"]}, {"cid_not_delineated"})
    # REQ-156, REQ-159: three bits of configuration, five of length.
    found = read_many(["--format", "quic-lb", "--server-id-length", 3, "--nonce-length", 4], cids)
    expect("configurations", [answer["config"] for answer in found], [first >> 5 for first in range(256)])
    expect("valid", [answer["valid"] for answer in found], [first & 31 == 7 for first in range(256)])
    # 0b111 names none.
    expect("servers", [answer["server_id"] for answer in found],
           ["5a5a5a" if first & 31 == 7 and first < 0xe0 else None for first in range(256)])


def check_refusals():
    """What is not valid is an answer, and no error."""
    sealed = ["--format", "sealed", "--key", KEY]
    (cid,) = done("cid", "issue", *sealed, "--slot", 7).split()
    changed = f"{int(cid[:2], 16) ^ 1:02x}" + cid[2:]
    cases = [
        (sealed, changed, "forged_cid"),
        (["--format", "sealed", "--key", OTHER_KEY], cid, "forged_cid"),
        (sealed, cid[2:], "cid_not_delineated"),
        ([*sealed, "--length", 12], cid, "cid_not_delineated"),
        (["--format", "tagged", "--key", KEY], cid, "forged_cid"),
        (["--format", "tagged", "--key", KEY], "00" * 8, "cid_not_delineated"),
        (["--format", "random", "--length", 8], "00" * 9, "cid_not_delineated"),
        (["--format", "length-octet"], "00", "cid_not_delineated"),
        (["--format", "nibble"], "f0", "cid_not_delineated"),
        (["--format", "quic-lb", "--server-id-length", 3, "--nonce-length", 4], "07c4605e4504cc", "cid_not_delineated"),
        (["--format", "quic-lb", "--server-id-length", 3], "05c4605e4504", "cid_not_delineated"),
        (["--format", "quic-lb", "--server-id-length", 3, "--config", 1], "07c4605e4504cc4f", "forged_cid"),
        (["--format", "quic-lb", "--config", 7], "e6" + "00" * 6, "cid_not_delineated"),
    ]
    for options, text, reason in cases:
        (found,) = read(*options, text)
        expect((options, text), found["reason"], reason)
        assert all(found[name] is None for name in FIELDS[4:-1]), found
    listed = done("dissect", "--list-drop-reasons").splitlines()
    assert {reason for *_, reason in cases} <= {line.split()[0] for line in listed}


def check_several_and_standard_input():
    cids = done("cid", "issue", "--format", "nibble", "--count", 3).split()
    expect("arguments", [answer["cid"] for answer in read("--format", "nibble", *cids)], cids)
    text = f"# a comment\n\n{cids[0]} # and another\n{cids[1].upper()}\n{cids[2]}".encode()
    expect("lines", [answer["cid"] for answer in read("--format", "nibble", "-", stdin=text)], cids)
    expect("both", [answer["cid"] for answer in read("--format", "nibble", cids[2], "-", stdin=text)], [cids[2], *cids])


def check_unreadable_input():
    for line, words in ((b"112", b"line 2"), (b"zz", b"line 2"), (b"00" * 256, b"255 bytes")):
        text = b"11223344\n" + line + b"\n"
        result = run("cid", "read", "--json", "--format", "random", "-", stdin=text)
        assert result.returncode == 1 and words in result.stderr and b"standard input" in result.stderr, result
        assert len(objects(result.stdout.decode())) == 1, "what stood before it is answered"


def check_wrong_usage():
    sealed = ["issue", "--format", "sealed", "--key", KEY]
    quic_lb = ["issue", "--format", "quic-lb", "--server-id", "01"]
    cases = [
        ([], ""),
        (["nothing"], ""),
        (["issue"], "--format"),
        (["read", "--format", "random"], "HEX"),
        (["issue", "--format", "strange"], "quic-lb"),
        (["issue", "--format", "0"], "quic-lb"),
        (["issue", "--format", "random", "--nonce", "00"], "--nonce: goes with --format quic-lb"),
        (["issue", "--format", "random", "--key", KEY], "--key: goes with"),
        (["issue", "--format", "nibble", "--slot", "1"], "--slot: goes with --format sealed"),
        (["issue", "--format", "tagged", "--key", KEY, "--config", "1"], "--config: goes with --format quic-lb"),
        (["issue", "--format", "random", "--length", "0"], "--length"),
        (["issue", "--format", "random", "--length", "256"], "--length"),
        (["issue", "--format", "random", "--length", "x"], "--length"),
        (["issue", "--format", "length-octet", "--length", "1"], "2 to 255"),
        (["issue", "--format", "nibble", "--length", "17"], "2 to 16"),
        (["issue", "--format", "random", "--count", "0"], "--count"),
        (["issue", "--format", "random", "--length", "1", "--count", "257"], "--length"),
        (["issue", "--format", "sealed"], "--key"),
        (["issue", "--format", "tagged"], "--key"),
        (["issue", "--format", "sealed", "--key", "00"], "32 hex digits"),
        (["issue", "--format", "tagged", "--key", "00" * 17], "32 hex digits"),
        ([*quic_lb, "--key", "00" * 15], "32 hex digits"),
        ([*quic_lb, "--key", "0x" + "00" * 15], "hex digits"),
        ([*quic_lb, "--key", "000"], "hex digits"),
        ([*sealed, "--length", "10"], "8, 12 or 16"),
        ([*sealed, "--slot", str(2**32)], "--slot"),
        ([*sealed, "--slot", "-1"], "--slot"),
        ([*sealed, "--length", "12", "--slot", str(2**24)], "16777215"),
        ([*sealed, "--length", "8", "--core", "1"], "--core"),
        ([*sealed, "--length", "8", "--generation", "256"], "up to 255"),
        ([*sealed, "--length", "8", "--ordinal", "256"], "up to 255"),
        ([*sealed, "--length", "8", "--ordinal", "255", "--count", "2"], "there are 1"),
        ([*sealed, "--length", "8", "--server-id", "0001"], "--server-id"),
        ([*sealed, "--length", "12", "--server-id", "0100"], "up to 255"),
        ([*sealed, "--server-id", "01"], "2 bytes"),
        # REQ-160.
        (["issue", "--format", "quic-lb"], "--server-id"),
        (["issue", "--format", "quic-lb", "--server-id", ""], "1 byte or more"),
        (["issue", "--format", "quic-lb", "--server-id", "00" * 16], "together up to 19"),
        (["issue", "--format", "quic-lb", "--server-id", "00" * 300], "together up to 19"),
        ([*quic_lb, "--nonce", "000000"], "4 or more"),
        ([*quic_lb, "--nonce", "00" * 19], "together up to 19"),
        ([*quic_lb, "--nonce", "00" * 4, "--length", "7"], "6 bytes"),
        ([*quic_lb, "--length", "5"], "4 or more"),
        ([*quic_lb, "--length", "21"], "together up to 19"),
        ([*quic_lb, "--config", "8"], "--config"),
        ([*quic_lb, "--config", "7"], "cannot be routed"),
        (["issue", "--format", "quic-lb", "--config", "7", "--key", KEY], "cannot be routed"),
        # REQ-157.
        (["issue", "--format", "quic-lb", "--config", "7", "--length", "7"], "8 to 32"),
        (["issue", "--format", "quic-lb", "--config", "7", "--length", "33"], "8 to 32"),
        (["issue", "--format", "tagged", "--key", KEY, "--length", "8"], "longer than its tag"),
        (["issue", "--format", "tagged", "--key", KEY, "--tag-length", "2"], "--tag-length"),
        (["issue", "--format", "random", "00"], ""),
        (["read", "--format", "random", "xyz"], "hex digits"),
        (["read", "--format", "random", "123"], "hex digits"),
        (["read", "--format", "random", ""], "1 to 255 bytes"),
        (["read", "--format", "random", "00" * 256], "1 to 255 bytes"),
        (["read", "--format", "random", "00", "xyz"], "hex digits"),
        (["read", "--format", "sealed", "00" * 16], "--key"),
        (["read", "--format", "tagged", "00" * 16], "--key"),
        (["read", "--format", "sealed", "--key", KEY, "--length", "9", "00" * 16], "8, 12 or 16"),
        (["read", "--format", "nibble", "--length", "8", "00"], "--length: goes with"),
        (["read", "--format", "quic-lb", "00" * 16], "--server-id-length"),
        (["read", "--format", "quic-lb", "--server-id-length", "15", "--nonce-length", "5", "00" * 16], "together up to 19"),
        (["read", "--format", "quic-lb", "--server-id-length", "16", "00" * 16], "--server-id-length"),
        (["read", "--format", "tagged", "--key", KEY, "--length", "8", "00"], "longer than its tag"),
    ]
    for arguments, words in cases:
        result = run("cid", *arguments)
        assert result.returncode == 2 and result.stderr and not result.stdout, (arguments, result)
        assert words.encode() in result.stderr, (arguments, result.stderr)
    print(f"  {len(cases)} cases")


def main():
    checks = [check for name, check in globals().items() if name.startswith("check_")]
    for check in checks:
        print(check.__name__, flush=True)
        check()
    print(f"{len(checks)} checks")


if __name__ == "__main__":
    main()
