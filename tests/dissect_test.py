#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs `waybill dissect` as others do: dissect_test.py WAYBILL. Each check prints what it shows; the first that fails ends the run."""
import json
import os
import pathlib
import subprocess
import sys

WAYBILL = os.path.abspath(sys.argv[1])
CAPTURES = pathlib.Path("traffic/captures").resolve()
SCRATCH = pathlib.Path(os.environ["TEST_TMPDIR"])
FIELDS = [
    "frame", "record", "src", "dst", "form", "protocol", "content_type", "version", "epoch", "sequence", "number_protected", "cid",
    "cid_length_source", "extensions", "length", "drop", "opened", "inner_type", "payload",
]


def run(*arguments, stdin=b"", cwd=None):
    return subprocess.run([WAYBILL, *map(str, arguments)], input=stdin, capture_output=True, check=False, cwd=cwd, timeout=60)


def records(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def hex_records(datagram, *options):
    result = run("dissect", "--hex", "--json", *options, "-", stdin=(datagram + "\n").encode())
    assert result.returncode == 0, result.stderr
    return records(result)


def check_help():
    for arguments in (["--help"], ["dissect", "--help"]):
        result = run(*arguments)
        assert result.returncode == 0 and b"Exit status" in result.stdout, arguments


def check_usage():
    for arguments in ([], ["dissect"], ["nothing"], ["dissect", "--nothing", "-"], ["dissect", "--cid-length", "256", "-"],
                      ["dissect", "--cid-length", "x", "-"], ["dissect", "--profile", "loose", "-"]):
        result = run(*arguments)
        assert result.returncode == 2, (arguments, result.returncode)
        assert result.stderr and not result.stdout, arguments


def check_json():
    found = records(run("dissect", "--json", CAPTURES / "mbedtls-dtls12-cid8-ccm8.pcap"))
    assert all(list(record) == FIELDS for record in found), found[0]
    first = found[0]
    assert first["frame"] == 1 and first["record"] == 1 and first["dst"] == "127.0.0.1:4433", first
    assert (first["form"], first["protocol"], first["content_type"], first["epoch"]) == ("dtls_plaintext", "dtls", 22, 0), first
    with_cid = [record for record in found if record["form"] == "tls12_cid"]
    assert {record["cid"] for record in with_cid} == {"5e70000000000001", "c11e000000000001"}
    assert all(record["version"] == 65277 and record["cid_length_source"] == "hello" for record in with_cid)
    found = records(run("dissect", "--json", CAPTURES / "mbedtls-dtls12-cid32-gcm-ipv6.pcap"))
    assert any(record["dst"] == "[::1]:4433" for record in found)
    found = records(run("dissect", "--json", CAPTURES / "wolfssl-dtls13-cid8-gcm.pcap"))
    unified = [record for record in found if record["form"] == "unified"]
    assert unified and all(record["number_protected"] and record["epoch"] is None and record["sequence"] is None
                           and record["content_type"] is None and record["version"] is None for record in unified)


def check_text():
    result = run("dissect", CAPTURES / "wolfssl-dtls13-cid7-cid3-chacha20.pcapng")
    assert result.returncode == 0
    assert b"c11e12 (hello)" in result.stdout and b"5e700000000012 (hello)" in result.stdout


def check_several_files_and_standard_input():
    path = CAPTURES / "openssl-dtls12-no-cid-gcm-cooked.pcap"
    once = run("dissect", "--json", path).stdout
    assert run("dissect", "--json", path, path).stdout == once + once
    assert run("dissect", "--json", "-", stdin=path.read_bytes()).stdout == once


def check_hex():
    draft = "17 fefd 0001 000000000005 8007 0002 4142 aabbcc".replace(" ", "")
    (record,) = hex_records(draft)
    assert (record["form"], record["cid"], record["cid_length_source"], record["length"]) == ("extended12", "4142", "header", 7), record
    assert record["extensions"] == [{"type": 0, "length": 2, "value": "4142"}] and record["src"] is None, record
    (record,) = hex_records(draft, "--profile", "off")
    assert record["drop"] == "length_past_end", record
    unified = "3c0102030405060708" + "0001" + "0010" + "00" * 16
    (record,) = hex_records(unified, "--cid-length", "8")
    assert (record["cid"], record["cid_length_source"]) == ("0102030405060708", "option"), record
    assert hex_records(unified, "--cid-length", "0")[0]["drop"] == "cid_not_expected"
    protocols = {"00": "stun", "10": "zrtp", "40": "turn", "80": "rtp", "c0": "quic", "0a": "unknown"}
    for first_byte, protocol in protocols.items():
        (record,) = hex_records(first_byte + "00" * 30)
        assert (record["form"], record["protocol"], record["drop"]) == ("other", protocol, "not_dtls"), record
    text = b"# a comment\n\n16fefd0000 000000000000 0001 aa # and another\n"
    assert len(records(run("dissect", "--hex", "--json", "-", stdin=text))) == 1
    result = run("dissect", "--hex", "--json", "-", stdin=b"16fefd000000000000000000" + b"01aa\n16fg\n")
    assert result.returncode == 1 and len(records(result)) == 1, result
    assert b"line 2" in result.stderr and b"byte 32" in result.stderr, result.stderr


def check_unreadable_inputs():
    missing = SCRATCH / "missing.pcap"
    result = run("dissect", missing)
    assert result.returncode == 1 and str(missing).encode() in result.stderr, result
    text = SCRATCH / "text"
    text.write_text("This is no capture, but long enough to be one.")
    empty = SCRATCH / "empty"
    empty.write_bytes(b"")
    for path in (text, empty, SCRATCH):
        result = run("dissect", path)
        assert result.returncode == 1 and str(path).encode() in result.stderr, result


def check_cut_capture():
    """What stands before the damage is printed, then the error; at every length."""
    whole = (CAPTURES / "mbedtls-dtls12-cid8-ccm8.pcap").read_bytes()[:2000]
    path = SCRATCH / "cut.pcap"
    shown = []
    for length in range(24, len(whole), 97):
        path.write_bytes(whole[:length])
        result = run("dissect", "--json", path)
        shown.append(len(records(result)))
        if result.returncode != 0:
            assert result.returncode == 1 and b"byte" in result.stderr and str(path).encode() in result.stderr, result
    assert shown == sorted(shown) and shown[-1] > 5, shown


def check_drop_reasons():
    listed = records(run("dissect", "--list-drop-reasons", "--json"))
    assert len({reason["name"] for reason in listed}) == len(listed) > 20
    assert all(reason["scope"] in ("record", "rest_of_datagram") and reason["sentence"] for reason in listed)
    lines = run("dissect", "--list-drop-reasons").stdout.decode().splitlines()
    assert [line.split()[0] for line in lines] == [reason["name"] for reason in listed]


def check_stats():
    path = CAPTURES / "mbedtls-dtls12-cid8-ccm8.pcap"
    found = records(run("dissect", "--json", path))
    stats = json.loads(run("dissect", "--stats", "--json", path).stdout)
    assert stats["records"] == len(found) and stats["datagrams"] == len({record["frame"] for record in found}), stats
    assert sum(stats["forms"].values()) == len(found) and stats["cid_length_sources"] == {"hello": 20}, stats
    assert b"tls12_cid" in run("dissect", "--stats", path).stdout


def check_reader_that_goes_away():
    process = subprocess.Popen([WAYBILL, "dissect", "--json", CAPTURES / "mbedtls-dtls12-cid8-ccm8.pcap"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdout.close()
    assert b"terminate" not in process.stderr.read()
    process.wait(timeout=60)


def main():
    checks = [check for name, check in globals().items() if name.startswith("check_")]
    for check in checks:
        print(check.__name__, flush=True)
        check()
    print(f"{len(checks)} checks")


if __name__ == "__main__":
    main()
