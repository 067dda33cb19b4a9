#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds known CIDs to those who made them, and their maker to what others published: cid_formats_test.py CID_FORMATS_PY KNOWN_CIDS_JSON
SIPHASH_TXT."""
import collections
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import cid_formats
import published

SCRIPT, ANSWERS, SIPHASH = map(os.path.abspath, sys.argv[1:])


def unhex(text):
    return bytes.fromhex(text)


def expect(what, found, expected):
    assert found == expected, f"{what}\n    is       {found}\n    and not  {expected}"


def answers():
    with open(ANSWERS, encoding="utf-8") as file:
        return json.load(file)


def refusal_of(read, *arguments):
    try:
        return read(*arguments)
    except cid_formats.Refused as refused:
        return str(refused)


def check_what_the_script_prints():
    printed = subprocess.run([SCRIPT], capture_output=True, check=True).stdout
    with open(ANSWERS, "rb") as file:
        assert printed == file.read(), f"{ANSWERS} is not what {SCRIPT} prints"


def check_siphash():
    with open(SIPHASH, encoding="ascii") as file:
        table = file.read().split()
    expect("the number of hashes", len(table), 64)
    for length, tag in published.SIPHASH.items():
        expect(f"SipHash of {length} bytes", table[length], tag)
    for length, tag in enumerate(table):
        expect(f"SipHash of {length} bytes", cid_formats.siphash(bytes(range(16)), bytes(range(length))).hex(), tag)


def check_quic_lb_as_published():
    # REQ-156, REQ-158, REQ-161.
    for config, key, server_id, nonce, cid in published.QUIC_LB:
        expect(cid, cid_formats.quic_lb_cid(config, unhex(key), unhex(server_id), unhex(nonce)).hex(), cid)
        found = cid_formats.read_quic_lb(unhex(key), len(server_id) // 2, len(nonce) // 2, unhex(cid))
        expect(cid, found, (config, unhex(server_id), unhex(nonce)))
    in_answers = [answer["cid"] for answer in answers()["quic_lb"]]
    expect("the first answers", in_answers[:len(published.QUIC_LB)], [cid for *_, cid in published.QUIC_LB])


def check_errata_of_the_draft():
    malformed = published.MALFORMED
    assert len(malformed["nonce"]) % 2 == 1 and len(unhex(malformed["cid"])) == 11 and int(malformed["cid"][:2], 16) & 31 == 0
    expect("its reading", refusal_of(cid_formats.read_quic_lb, b"", 5, 5, unhex(malformed["cid"])), "cid_not_delineated")
    _, key, server_id, nonce, cid = published.QUIC_LB[4]
    with_3 = cid_formats.quic_lb_cid(3, unhex(key), unhex(server_id), unhex(nonce)).hex()
    expect("the last one, had it configuration 3", with_3, "72" + cid[2:])


def check_encryption_example():
    # REQ-161: four passes where there are not 16 bytes.
    example = published.EXAMPLE
    expect("halves", tuple(half.hex() for half in cid_formats.quic_lb_halves(unhex(example["plaintext"]))), example["halves"])
    trace = []
    ciphertext = cid_formats.quic_lb_encrypt(unhex(example["key"]), unhex(example["plaintext"]), trace)
    expect("passes", trace, example["passes"])
    expect("ciphertext", ciphertext.hex(), example["ciphertext"])
    length, number, half, expanded = published.EXPANDED
    expect("expand", cid_formats.expand(length, number, unhex(half)).hex(), expanded)
    whole, *halves = published.SPLIT
    expect("split", [half.hex() for half in cid_formats.quic_lb_halves(unhex(whole))], halves)


def check_quic_lb_reads_back():
    for answer in answers()["quic_lb"]:
        key, server_id, nonce, cid = (unhex(answer[name]) for name in ("key", "server_id", "nonce", "cid"))
        found = cid_formats.read_quic_lb(key, len(server_id), len(nonce), cid)
        expect(answer, found, (answer["config"], server_id, nonce))
        for shorter in (cid[:-1], cid + b"\0"):
            expect(answer, refusal_of(cid_formats.read_quic_lb, key, len(server_id), len(nonce), shorter), "cid_not_delineated")


def check_sealed_reads_back():
    for answer in answers()["sealed"]:
        key, cid = unhex(answer["key"]), unhex(answer["cid"])
        fields = ("server", "core", "slot", "generation", "ordinal")
        expect(answer, cid_formats.read_sealed(key, cid), cid_formats.Target(*(answer[field] for field in fields)))
        for bit in range(8 * len(cid)):
            changed = cid_formats.xor(cid, (1 << bit).to_bytes(len(cid), "big"))
            expect(answer, refusal_of(cid_formats.read_sealed, key, changed), "forged_cid")


def check_tagged_reads_back():
    for answer in answers()["tagged"]:
        key, cid = unhex(answer["key"]), unhex(answer["cid"])
        read = answer["by"], key, answer["tag_length"]
        expect(answer, cid_formats.read_tagged(*read, cid).hex(), answer["opaque"])
        changed = cid_formats.xor(cid, b"\1" + bytes(len(cid) - 1))
        expect(answer, refusal_of(cid_formats.read_tagged, *read, changed), "forged_cid")


def check_nothing_is_missing():
    # REQ-160: server IDs of 1 byte or more, nonces of 4 or more, together up to 19.
    found = answers()
    lengths = collections.Counter((bool(answer["key"]), len(answer["server_id"]) // 2, len(answer["nonce"]) // 2)
                                  for answer in found["quic_lb"][len(published.QUIC_LB):])
    expected = {(encrypted, server_id, nonce) for encrypted in (False, True) for server_id in range(1, 20) for nonce in range(4, 20)
                if server_id + nonce <= 19}
    expect("lengths", set(lengths), expected)
    for encrypted in (False, True):
        configs = {answer["config"] for answer in found["quic_lb"] if bool(answer["key"]) == encrypted}
        expect("configurations", configs, set(range(7)))
    # REQ-157: what cannot be routed says its length, of 8 bytes or more.
    expect("unroutable", [answer["cid"][:2] for answer in found["unroutable"]], [f"{0xe0 + length - 1:02x}" for length in range(8, 33)])
    expect("sealed", {len(answer["cid"]) // 2 for answer in found["sealed"]}, {8, 12, 16})
    expect("tags", {(answer["by"], answer["tag_length"]) for answer in found["tagged"]},
           {(by, length) for by in ("siphash", "aes") for length in range(3, 9)})
    expect("first octets", {kind: len(lengths) for kind, lengths in found["delineation"].items()}, {"length-octet": 256, "nibble": 256})
    for answer in found["opaque"]:
        if answer["kind"] != "random":
            expect(answer, found["delineation"][answer["kind"]][int(answer["cid"][:2], 16)], len(answer["cid"]) // 2)


def main():
    checks = [check for name, check in globals().items() if name.startswith("check_")]
    for check in checks:
        print(check.__name__, flush=True)
        check()
    found = answers()
    print(f"{len(checks)} checks, {sum(len(found[kind]) for kind in found if kind != 'delineation')} CIDs")


if __name__ == "__main__":
    main()
