#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds known answers to those who made them, and their maker to others: known_answers_test.py KNOWN_ANSWERS_PY KNOWN_ANSWERS_JSON.

Are they what the script prints? Does what it computes with agree with what others published and what real stacks sent? Does each
record open for a receiver that is written here a second time, reading what is on the wire?
"""
import collections
import itertools
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import known_answers
import published

SCRIPT, ANSWERS = map(os.path.abspath, sys.argv[1:])
AEADS = {aead.name: aead for aead in known_answers.AEADS}
ALL_ONES = "ff" * 8


def unhex(text):
    return bytes.fromhex(text)


def expect(what, found, expected):
    assert found == expected, f"{what}\n    is       {found}\n    and not  {expected}"


def answers():
    with open(ANSWERS, encoding="utf-8") as file:
        return json.load(file)


# A receiver. Bytes on the wire are taken from the record, never put together anew, and hexadecimal, as they are in the answers.


def cut(text, *lengths):
    """The text in parts of so many bytes, and the rest."""
    parts = []
    for length in lengths:
        assert 2 * length <= len(text), f"{text} has less than {length} bytes"
        parts.append(text[:2 * length])
        text = text[2 * length:]
    return *parts, text


def read_chain(body):
    """The extensions, their bytes, and what is behind them (EXT-2)."""
    extensions, chain, more = [], "", True
    while more:
        word, body = cut(body, 2)
        bits = int(word, 16)
        value, body = cut(body, bits & 0x7ff)
        extensions.append({"type": bits >> 11 & 15, "value": value})
        chain += word + value
        more = bits >> 15
    return extensions, chain, body


def read_body(length, body, profile):
    """The extensions, their bytes, and what is behind them; where there is no E, the body as it is."""
    length = int(length, 16)
    extended = profile != "off" and length >> 15
    expect("the length", len(body) // 2, length & 0x7fff if extended else length)
    return read_chain(body) if extended else ([], "", body)


def open_sealed(found, aead, key, sealed):
    opened = AEADS[aead].cipher(unhex(key)).decrypt(unhex(found["nonce"]), unhex(sealed), unhex(found["additional_data"]))
    return {**found, "plaintext": opened.hex()}


def with_inner_type(found):
    """The last byte that is not zero is the type (RFC 9146, section 4; RFC 8446, section 5.4)."""
    plaintext = unhex(found["plaintext"])
    content = plaintext.rstrip(b"\0")
    return {**found, "content": content[:-1].hex(), "content_type": content[-1], "padding": len(plaintext) - len(content)}


def receive12(record, cid_length, profile, aead, key, iv):
    content_type, version, epoch, sequence, body = cut(record, 1, 2, 2, 6)
    expect("the version", version, "fefd")
    cid, length, body = cut(body, cid_length if content_type == "19" else 0, 2)
    extensions, chain, payload = read_body(length, body, profile)
    explicit, sealed = cut(payload, 0 if aead.startswith("chacha20") else 8)
    # The IV ends where the number does, or where the record goes on with the nonce.
    number = epoch + sequence
    nonce = iv + explicit if explicit else iv[:8] + f"{int(iv[8:], 16) ^ int(number, 16):016x}"
    plaintext_length = f"{len(sealed) // 2 - AEADS[aead].tag_length:04x}"
    if content_type == "19":
        form = "tls12_cid"
        # REQ-016: placeholder, type, length of the CID, type, the header's fields as they are on the wire, length of the inner plaintext.
        # REQ-011, REQ-017: the type on the wire alone leads here, whatever the profile.
        additional_data = ALL_ONES + "19" + f"{len(cid) // 2:02x}" + record[:22] + cid + plaintext_length
    elif chain and profile == "authenticated":
        form = "extended12"
        # EXT-14: placeholder, 0xff, length of the chain, the header's fields, the chain, length of the plaintext.
        additional_data = ALL_ONES + "ff" + f"{len(chain) // 2:04x}" + record[:22] + chain + plaintext_length
    else:
        # EXT-4: in the strict profile neither E nor the chain is covered.
        form = "extended12" if chain else "dtls_ciphertext"
        additional_data = number + content_type + version + plaintext_length
    in_chain = next((extension["value"] for extension in extensions if extension["type"] == 0), "")
    found = open_sealed({
        "form": form, "epoch": int(epoch, 16), "sequence": int(sequence, 16), "sequence_length": 6, "has_length": True,
        "cid": cid or in_chain, "extensions": extensions, "chain": chain, "explicit_nonce": explicit, "nonce": nonce,
        "additional_data": additional_data,
    }, aead, key, sealed)
    if form == "tls12_cid":
        return with_inner_type(found)
    return {**found, "content": found["plaintext"], "content_type": int(content_type, 16), "padding": 0}


def receive13(record, cid_length, profile, aead, keys, epoch, sequence):
    """Of epoch and sequence what the record does not say is taken as given."""
    key, iv, sn_key = keys
    first, _ = cut(record, 1)
    bits = int(first, 16)
    sequence_length = 2 if bits & 8 else 1
    has_length = bool(bits & 4)
    cid_length = cid_length if bits & 16 else 0
    _, cid, masked, length, body = cut(record, 1, cid_length, sequence_length, 2 if has_length else 0)
    extensions, chain, sealed = read_body(length, body, profile) if has_length else ([], "", body)
    # EXT-16: the sample begins behind the chain, and there are 16 bytes.
    sample, _ = cut(sealed, 16)
    mask = known_answers.mask13(AEADS[aead], unhex(sn_key), unhex(sample)).hex()
    number = int(masked, 16) ^ int(mask[:2 * sequence_length], 16)
    sequence = sequence >> 8 * sequence_length << 8 * sequence_length | number
    in_chain = next((extension["value"] for extension in extensions if extension["type"] == 0), "")
    found = open_sealed({
        "form": "extended13" if chain else "unified",
        "epoch": epoch & ~3 | bits & 3, "sequence": sequence, "sequence_length": sequence_length, "has_length": has_length,
        "cid": cid or in_chain, "extensions": extensions, "chain": chain, "mask": mask,
        "nonce": f"{int(iv, 16) ^ sequence:024x}",
        # REQ-035, EXT-15: all that was sent before the ciphertext, with the number that was masked.
        "additional_data": first + cid + f"{number:0{2 * sequence_length}x}" + length + chain,
    }, aead, key, sealed)
    assert bits >> 5 == 1, first
    return with_inner_type(found)


# What others published.


def check_prf12():
    for case in published.PRF12:
        output = known_answers.prf12(case["hash"], unhex(case["secret"]), case["label"], unhex(case["seed"]), len(case["output"]) // 2)
        expect(case, output.hex(), case["output"])


def check_hkdf_labels():
    for secret, label, output in published.HKDF_LABELS:
        found = known_answers.hkdf_expand_label("sha256", unhex(secret), label.encode(), len(output) // 2, prefix=b"tls13 ")
        expect(label, found.hex(), output)


def check_masks():
    for aead, key, sample, mask in published.MASKS:
        expect(sample, known_answers.mask13(AEADS[aead], unhex(key), unhex(sample)).hex(), mask)


def check_sealed():
    for aead, key, nonce, additional_data, plaintext, sealed in published.SEALED:
        expect(aead, AEADS[aead].cipher(unhex(key)).encrypt(unhex(nonce), unhex(plaintext), unhex(additional_data)).hex(), sealed)


def check_additional_data12_cid():
    # REQ-016: as pion/dtls computes it.
    case = published.ADDITIONAL_DATA12_CID
    found = known_answers.additional_data12_cid(case["epoch"], case["sequence"], unhex(case["cid"]), case["length"])
    expect(case, found.hex(), case["additional_data"])


def check_unified_headers():
    for epoch, number, cid, length, header in published.UNIFIED_HEADERS:
        expect(header, known_answers.header13(epoch, unhex(number), unhex(cid), False, length).hex(), header)


def check_records13():
    # REQ-035: as pion/dtls computes additional data.
    for case in published.RECORDS13:
        aead = AEADS[case["aead"]]
        for side in ("client", "server"):
            keys = known_answers.traffic_keys13(aead, unhex(case[f"{side}_secret"]))
            expect(case["aead"], {name: key.hex() for name, key in keys.items()}, case[side])
        keys = case["client"]
        found = receive13(case["record"], 4, "off", aead.name, (keys["key"], keys["iv"], keys["sn"]), 3, published.SEQUENCE13)
        expected = {"cid": published.CID13, "content": case["plaintext"].hex(), "content_type": 23, "padding": 0,
                    "sequence": published.SEQUENCE13, **{name: case[name] for name in ("nonce", "additional_data", "mask")}}
        expect(case["aead"], {name: found[name] for name in expected}, expected)
        expect(case["aead"], known_answers.nonce13(unhex(keys["iv"]), published.SEQUENCE13).hex(), case["nonce"])


# What real stacks sent.


def check_sent12():
    for case in published.SENT12:
        aead = AEADS[case["aead"]]
        keys = known_answers.key_block12(aead, *(unhex(case[name]) for name in ("master_secret", "client_random", "server_random")))
        key, iv = (keys[f"{case['sender']}_write_{name}"].hex() for name in ("key", "iv"))
        found = receive12(case["record"], case["cid_length"], "off", aead.name, key, iv)
        expected = {"content": case["content"].hex(), "content_type": 23, "padding": case["padding"]}
        expect(case["stack"], {name: found[name] for name in expected}, expected)
    own = [case for case in published.SENT12 if case["record"][6:22] in case["record"][22:]]
    expect("records whose nonce is their number", len(own), 2)


def check_sent13():
    for case in published.SENT13:
        aead = AEADS[case["aead"]]
        secret = unhex(case["secret"])
        for _ in range(3, case["epoch"]):
            secret = known_answers.next_secret13(aead, secret)
        keys = known_answers.traffic_keys13(aead, secret)
        found = receive13(case["record"], case["cid_length"], "off", aead.name, [keys[name].hex() for name in ("key", "iv", "sn")],
                          case["epoch"], 0)
        expected = {"content": case["content"].hex(), "content_type": 23, "padding": 0, "epoch": case["epoch"], "sequence": case["sequence"]}
        expect(case["stack"], {name: found[name] for name in expected}, expected)


# The answers.


def check_what_the_script_prints():
    printed = subprocess.run([SCRIPT], capture_output=True, check=True).stdout
    with open(ANSWERS, "rb") as file:
        assert printed == file.read(), f"{ANSWERS} is not what {SCRIPT} prints"


def check_key_blocks():
    """By the hash and of the lengths that the cipher suites have, none of its parts twice (RFC 5246, section 6.3)."""
    suites = {"aes_128_gcm": ("sha256", 16, 4), "aes_256_gcm": ("sha384", 32, 4), "chacha20_poly1305": ("sha256", 32, 12),
              "aes_128_ccm": ("sha256", 16, 4), "aes_128_ccm_8": ("sha256", 16, 4)}
    for block in answers()["key_blocks12"]:
        hash_name, key, iv = suites[block["aead"]]
        seed = unhex(block["server_random"] + block["client_random"])
        output = known_answers.prf12(hash_name, unhex(block["master_secret"]), "key expansion", seed, 2 * (key + iv)).hex()
        expect(block, (block["hash"], block["key_block"]), (hash_name, output))
        parts = cut(output, key, key, iv, iv)
        expect(block, parts, (block["client_write_key"], block["server_write_key"], block["client_write_iv"], block["server_write_iv"], ""))
        assert len(set(parts)) == 5, block


def check_every_record_opens():
    for answer in answers()["records"]:
        # The CID counts where it is in the header.
        in_chain = any(extension["type"] == 0 for extension in answer["extensions"])
        common = (answer["record"], 0 if in_chain else len(answer["cid"]) // 2, answer["profile"], answer["aead"])
        if answer["sn_key"]:
            keys = (answer["key"], answer["iv"], answer["sn_key"])
            found = {"explicit_nonce": "", **receive13(*common, keys, answer["epoch"], answer["sequence"])}
        else:
            found = {"mask": "", **receive12(*common, answer["key"], answer["iv"])}
        given = ("name", "aead", "profile", "key", "iv", "sn_key", "record")
        expect(answer["name"], {**found, **{name: answer[name] for name in given}}, answer)


def check_profiles_differ_in_the_tag_alone():
    # EXT-4, EXT-14: the same bytes, covered or not.
    pairs = collections.defaultdict(dict)
    for answer in answers()["records"]:
        if answer["form"] == "extended12":
            pairs[answer["name"]][answer["profile"]] = answer
    assert len(pairs) >= 30
    for name, pair in pairs.items():
        strict, authenticated = pair["strict"]["record"], pair["authenticated"]["record"]
        tag = 2 * AEADS[pair["strict"]["aead"]].tag_length
        expect(name, strict[:-tag], authenticated[:-tag])
        assert strict[-tag:] != authenticated[-tag:], name


def check_nothing_is_missing():
    records = answers()["records"]

    def values(form, *names):
        return {tuple(answer[name] for name in names) for answer in records if answer["form"] == form}

    forms = ["dtls_ciphertext", "tls12_cid", "extended12", "unified", "extended13"]
    expect("AEADs of forms", {(answer["form"], answer["aead"]) for answer in records}, set(itertools.product(forms, AEADS)))
    for form in forms:
        assert {0, 1, 2**32, 2**48 - 1} <= {sequence for sequence, in values(form, "sequence")}, form
        assert {0, 1, 16, 100} <= {len(content) // 2 for content, in values(form, "content")}, form
    headers = {(len(answer["cid"]) // 2, answer["sequence_length"], answer["has_length"], answer["epoch"])
               for answer in records if answer["form"] == "unified"}
    expect("unified headers", headers, set(itertools.product([0, 1, 8, 20, 255], [1, 2], [False, True], [2, 3, 4, 7])))
    expect("lengths of CIDs", {len(cid) // 2 for cid, in values("tls12_cid", "cid")}, {1, 4, 8, 20, 255})
    for form in ("tls12_cid", "unified", "extended13"):
        assert {0, 30} < {padding for padding, in values(form, "padding")}, form
    for form in ("dtls_ciphertext", "tls12_cid", "extended12"):
        own = {answer["explicit_nonce"] == f"{answer['epoch']:04x}{answer['sequence']:012x}"
               for answer in records if answer["form"] == form and answer["explicit_nonce"]}
        expect(f"whether nonces of {form} are numbers", own, {True, False})
    expect("profiles of extended12", values("extended12", "profile"), {("strict",), ("authenticated",)})
    # The shortest ciphertext that there may be: a tag of 8 bytes, a type, padding.
    assert any(len(answer["plaintext"]) == 16 and answer["padding"] == 7 for answer in records if answer["aead"] == "aes_128_ccm_8")
    masks = collections.Counter(answer["cipher"] for answer in answers()["masks"])
    assert set(masks) == {"aes_128", "aes_256", "chacha20"} and min(masks.values()) >= 20, masks
    for kind in ("key_blocks12", "schedule13"):
        expect(kind, {answer["aead"] for answer in answers()[kind]}, set(AEADS))


def main():
    checks = [check for name, check in globals().items() if name.startswith("check_")]
    for check in checks:
        print(check.__name__, flush=True)
        check()
    print(f"{len(checks)} checks, {len(answers()['records'])} records")


if __name__ == "__main__":
    main()
