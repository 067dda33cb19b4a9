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


def capture_files():
    return sorted(path for path in CAPTURES.iterdir() if path.suffix in (".pcap", ".pcapng"))


def sender_of(record):
    return "client" if record["dst"].endswith(":4433") else "server"


def check_key_logs():
    """Every protected record of the captures opens, of both directions and all suites. Messages say who sent them."""
    opened_files = 0
    for capture in capture_files():
        key_log = capture.with_suffix(".keylog")
        found = records(run("dissect", "--json", "--keylog", key_log, capture))
        without = records(run("dissect", "--json", capture))
        assert len(found) == len(without), capture
        protected = [record for record in found if record["form"] not in ("dtls_plaintext", "other")]
        assert protected, capture
        if capture.name.startswith("mbedtls") and "after-handshake" in capture.name:
            # The keys depend on the server's random, which the capture does not have.
            assert not any(record["opened"] for record in found), capture
            continue
        opened_files += 1
        # Without hellos, two lengths of a CID can fit the first record of a direction: by chance, in one recording of a hundred.
        undecided = [record for record in protected if "after-handshake" in capture.name and record["cid_length_source"] is None]
        assert len(undecided) <= 2 and all(record["drop"] == "cid_not_delineated" for record in undecided), (capture, undecided)
        protected = [record for record in protected if record not in undecided]
        for record in protected:
            assert record["opened"] and record["drop"] is None and not record["number_protected"], (capture, record)
            assert record["epoch"] >= 1 and record["sequence"] is not None and record["inner_type"] is not None, (capture, record)
        numbers = [(record["dst"].endswith(":4433"), record["epoch"], record["sequence"]) for record in protected]
        assert len(numbers) == len(set(numbers)), capture
        for sender in ("client", "server"):
            messages = [bytes.fromhex(record["payload"]) for record in protected if record["inner_type"] == 23 and sender_of(record) == sender]
            missing = 8 - len(messages)
            assert 0 <= missing <= [sender_of(record) for record in undecided].count(sender), (capture, sender, len(messages))
            for number, message in enumerate(messages, start=missing + 1):
                text = b"%s %d; " % (sender.encode(), number)
                assert message and message.startswith(text[:len(message)]), (capture, number, message[:32])
    assert opened_files >= 15, opened_files


def check_key_updates():
    capture = CAPTURES / "wolfssl-dtls13-cid15-gcm-key-update.pcap"
    found = records(run("dissect", "--json", "--keylog", capture.with_suffix(".keylog"), capture))
    assert {record["epoch"] for record in found if record["opened"]} == {2, 3, 4}


def check_other_key_logs():
    capture = CAPTURES / "wolfssl-dtls13-cid8-gcm.pcap"
    without = records(run("dissect", "--json", capture))
    # Of another association: nothing is opened, and nothing else changes.
    assert records(run("dissect", "--json", "--keylog", CAPTURES / "wolfssl-dtls13-no-cid-gcm.keylog", capture)) == without
    # Both together are one key log as well.
    both = SCRATCH / "both.keylog"
    both.write_bytes(b"".join((CAPTURES / f"{name}.keylog").read_bytes() for name in ("wolfssl-dtls13-no-cid-gcm", capture.stem)))
    assert sum(record["opened"] for record in records(run("dissect", "--json", "--keylog", both, capture))) == 22
    # A record that was changed on its way is refused, and those behind it open.
    capture = CAPTURES / "mbedtls-dtls12-cid8-ccm8.pcap"
    changed = bytearray(capture.read_bytes())
    changed[-1] ^= 1
    (SCRATCH / "changed.pcap").write_bytes(changed)
    found = records(run("dissect", "--json", "--keylog", capture.with_suffix(".keylog"), SCRATCH / "changed.pcap"))
    refused = [record for record in found if record["drop"] is not None]
    assert [record["drop"] for record in refused] == ["authentication_failed"] and refused[0]["payload"] is None, refused
    # A capture behind itself repeats its records.
    doubled = SCRATCH / "doubled.pcap"
    doubled.write_bytes(capture.read_bytes() + capture.read_bytes()[24:])
    found = records(run("dissect", "--json", "--keylog", capture.with_suffix(".keylog"), doubled))
    assert [record["drop"] for record in found].count("replayed") == sum(record["opened"] for record in found) == 20
    text = run("dissect", "--keylog", capture.with_suffix(".keylog"), capture).stdout.decode()
    assert text.count("  opened application_data (") == 16, text


def check_bad_key_logs():
    capture = CAPTURES / "mbedtls-dtls12-cid8-ccm8.pcap"
    bad = SCRATCH / "bad.keylog"
    bad.write_text("# fine\nCLIENT_RANDOM 00 00\n")
    for key_log, words in ((bad, b"bad.keylog:2 (byte 7)"), (SCRATCH / "missing.keylog", b"missing.keylog")):
        result = run("dissect", "--keylog", key_log, capture)
        assert result.returncode == 1 and words in result.stderr and not result.stdout, result


def check_stats():
    path = CAPTURES / "mbedtls-dtls12-cid8-ccm8.pcap"
    found = records(run("dissect", "--json", path))
    stats = json.loads(run("dissect", "--stats", "--json", path).stdout)
    assert stats["records"] == len(found) and stats["datagrams"] == len({record["frame"] for record in found}), stats
    assert sum(stats["forms"].values()) == len(found) and stats["cid_length_sources"] == {"hello": 20}, stats
    assert b"tls12_cid" in run("dissect", "--stats", path).stdout
    key_log = path.with_suffix(".keylog")
    assert stats["opened"] == 0
    assert json.loads(run("dissect", "--stats", "--json", "--keylog", key_log, path).stdout)["opened"] == 20
    assert b"records opened                                   20\n" in run("dissect", "--stats", "--keylog", key_log, path).stdout


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
