#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs `waybill compare` as others do: compare_test.py WAYBILL. A build that is not optimised refuses to time; one that is, times."""
import json
import os
import pathlib
import subprocess
import sys

WAYBILL = os.path.abspath(sys.argv[1])
CAPTURES = pathlib.Path("traffic/captures").resolve()
SCRATCH = pathlib.Path(os.environ["TEST_TMPDIR"])
WITH_RECORDS = CAPTURES / "wolfssl-dtls13-cid8-gcm.pcap"
SMALL = ["--capture", WITH_RECORDS, "--datagrams", "2000", "--associations", "100", "--trials", "20000"]


def run(*arguments):
    return subprocess.run(
        [WAYBILL, "compare", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300)


def expect(result, status, *words):
    assert result.returncode == status, (status, result)
    for word in words:
        assert str(word) in result.stderr, (word, result.stderr)
    assert status == 0 or result.stdout == "", result.stdout


def check_help():
    result = run("--help")
    assert result.returncode == 0
    for word in ("--capture", "--associations", "--datagrams", "--seed", "--trials", "--designs", "--out", "--json", "--quiet", "--plant", "Exit status"):
        assert word in result.stdout, word


def check_usage():
    expect(run("--designs", "dtls12,nothing", *SMALL), 2, "nothing", "unified13")
    for arguments in (["--nothing"], ["--plant", "other"], ["--associations", "0"], ["--datagrams", "0"], ["--seed", "x"], ["--trials", "-1"]):
        expect(run(*arguments), 2)


def check_captures():
    expect(run("--capture", "/nowhere.pcap"), 1, "/nowhere.pcap")
    whole = WITH_RECORDS.read_bytes()
    cut = SCRATCH / "cut.pcap"
    cut.write_bytes(whole[:-5])
    expect(run("--capture", cut), 1, cut, "byte", len(whole) - 5)
    empty = SCRATCH / "empty.pcap"
    empty.write_bytes(whole[:24])
    expect(run("--capture", empty), 1, empty, "no protected DTLS record")


def check_wrong_answers_are_found():
    expect(run("--plant=wrong", *SMALL), 1, "dtls12", "datagram 1001", "wrong sequence number")
    for design in ("tls12_cid_quic_lb", "tls12_cid_sealed", "ext13"):
        expect(run("--plant=wrong", "--designs", design, *SMALL), 1, design, "datagram 1001")


def check_times():
    out = SCRATCH / "new" / "results"
    result = run("--out", out, "--designs", "ext12,tls12_cid", *SMALL)
    if result.returncode == 1:
        expect(result, 1, "not optimised")
        assert not out.exists()
        return "refused, as this build is not optimised"
    expect(result, 0)
    assert "ext12" in result.stdout and "dtls12 " not in result.stdout
    saved = json.loads((out / "results.json").read_text())
    shown = json.loads(run("--json", "--designs", "ext12,tls12_cid", *SMALL).stdout)
    for results in (saved, shown):
        assert [design["name"] for design in results["designs"]] == ["tls12_cid", "ext12"]
        for design in results["designs"]:
            assert (design["instructions"] or 0) > 10, (design, "valgrind is missing?")
        assert results["passing"] == saved["passing"] and len(results["passing"]) > 9, "the same seed"
        assert all(count["expected_inside"] for count in results["passing"]), results["passing"]
    assert not json.loads(run("--json", "--designs", "dtls12", "--trials", "0", *SMALL[:-2]).stdout)["passing"]
    return "timed"


for check in (check_help, check_usage, check_captures, check_wrong_answers_are_found, check_times):
    print(check.__name__, check() or "ok")
