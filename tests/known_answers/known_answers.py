#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Prints known answers for protected DTLS records as JSON: key derivation, masks of record numbers, whole records with all that went in.

Written from the RFCs and docs/header-extensions.md over Debian's python3-cryptography (so it runs under Debian's Python), knowing nothing
of the library that is held to its answers. The same on every run: what looks random is SHA-256 of a label.

    known_answers.py > known_answers.json

The answers are an object of five lists; bytes are in hexadecimal.

    prf12         outputs of the PRF of TLS 1.2
    key_blocks12  what a master secret and two randoms give each AEAD, in DTLS 1.2
    schedule13    what a traffic secret gives each AEAD in DTLS 1.3, and the secret after it
    masks         what is XORed to the first five bytes behind a number's place, of which a record number needs one or two
    records       a record each, `record` as it is on the wire; fields that its form lacks are empty or 0:
        aead, form, profile     profile of record header extensions: off, strict or authenticated
        content_type, content, padding      the real type; the zeros behind it, in bytes
        epoch, sequence         in full
        cid, extensions, chain  the CID wherever the record has it; type and value of each extension, and their bytes together
        sequence_length, has_length         of the sequence number on the wire, in bytes; whether there is a length field
        key, iv, sn_key         iv is the fixed part, of 4 bytes where a nonce of 8 is in the record
        explicit_nonce, nonce, additional_data, plaintext      what the AEAD takes besides the key; plaintext as it is sealed
        mask                    for the number
"""
import dataclasses
import hashlib
import hmac
import itertools
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

HASHES = {"sha256": hashes.SHA256, "sha384": hashes.SHA384}
VERSION = bytes.fromhex("fefd")
TLS12_CID = 25
APPLICATION_DATA = 23
CONNECTION_ID = 0


@dataclasses.dataclass(frozen=True)
class Aead:
    """An AEAD, and the hash of the cipher suites that have it: RFCs 5288 and 5289, 6655 and 7251, 7905; RFC 8446, appendix B.4."""
    name: str
    hash: str
    key_length: int
    tag_length: int
    fixed_iv_length: int  # in DTLS 1.2; what lacks to 12 bytes stands in the record

    def cipher(self, key):
        if self.name.endswith("gcm"):
            return AESGCM(key)
        if self.name.startswith("chacha20"):
            return ChaCha20Poly1305(key)
        return AESCCM(key, tag_length=self.tag_length)


AEADS = [
    Aead("aes_128_gcm", "sha256", 16, 16, 4),
    Aead("aes_256_gcm", "sha384", 32, 16, 4),
    Aead("chacha20_poly1305", "sha256", 32, 16, 12),
    Aead("aes_128_ccm", "sha256", 16, 16, 4),
    Aead("aes_128_ccm_8", "sha256", 16, 8, 4),
]


def filler(label, length):
    """Bytes that look random, and are the same on every run."""
    blocks = (hashlib.sha256(f"{label}/{counter}".encode()).digest() for counter in itertools.count())
    return b"".join(itertools.islice(blocks, (length + 31) // 32))[:length]


def uint(value, length):
    return value.to_bytes(length, "big")


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


# Keys.


def prf12(hash_name, secret, label, seed, length):
    """PRF(secret, label, seed) = P_hash(secret, label + seed) (RFC 5246, section 5)."""
    label_and_seed = label.encode() + seed
    output = b""
    a = label_and_seed
    while len(output) < length:
        a = hmac.digest(secret, a, hash_name)
        output += hmac.digest(secret, a + label_and_seed, hash_name)
    return output[:length]


def key_block12(aead, master_secret, client_random, server_random):
    """The keys and fixed IVs of both sides; an AEAD has no MAC keys (RFC 5246, section 6.3)."""
    names = {
        "client_write_key": aead.key_length,
        "server_write_key": aead.key_length,
        "client_write_iv": aead.fixed_iv_length,
        "server_write_iv": aead.fixed_iv_length,
    }
    block = prf12(aead.hash, master_secret, "key expansion", server_random + client_random, sum(names.values()))
    keys = {"key_block": block}
    for name, length in names.items():
        keys[name], block = block[:length], block[length:]
    return keys


def hkdf_expand_label(hash_name, secret, label, length, prefix=b"dtls13"):
    """HKDF-Expand-Label with an empty context (RFC 8446, section 7.1), under the prefix of DTLS 1.3 (RFC 9147, section 5.9)."""
    label = prefix + label
    info = uint(length, 2) + uint(len(label), 1) + label + uint(0, 1)
    return HKDFExpand(HASHES[hash_name](), length, info).derive(secret)


def traffic_keys13(aead, secret):
    """Write key and IV (RFC 8446, section 7.3), key for record numbers (RFC 9147, section 4.2.3)."""
    return {
        "key": hkdf_expand_label(aead.hash, secret, b"key", aead.key_length),
        "iv": hkdf_expand_label(aead.hash, secret, b"iv", 12),
        "sn": hkdf_expand_label(aead.hash, secret, b"sn", aead.key_length),
    }


def next_secret13(aead, secret):
    """The traffic secret after this one (RFC 8446, section 7.2)."""
    return hkdf_expand_label(aead.hash, secret, b"traffic upd", len(secret))


# What the AEAD takes.


def mask13(aead, sn_key, sample):
    """The first five bytes of the mask, from the first 16 of the ciphertext (RFC 9147, section 4.2.3)."""
    if aead.name.startswith("chacha20"):
        # Counter of 4 bytes and nonce of 12, as in RFC 8439, section 2.3: the library takes both in one.
        return Cipher(algorithms.ChaCha20(sn_key, sample), None).encryptor().update(bytes(5))
    return Cipher(algorithms.AES(sn_key), modes.ECB()).encryptor().update(sample)[:5]


def nonce12(aead, iv, explicit, epoch, sequence):
    """Fixed IV and what the record says (RFC 5288, section 3; RFC 6655, section 3), or, where it says nothing, the IV XORed with the
    number (RFC 7905, section 2)."""
    if aead.fixed_iv_length == 4:
        return iv + explicit
    return xor(iv, bytes(4) + uint(epoch, 2) + uint(sequence, 6))


def nonce13(iv, sequence):
    """RFC 8446, section 5.3; the epoch has no part in it (RFC 9147, section 4)."""
    return xor(iv, uint(sequence, 12))


def inner_plaintext(content, content_type, padding):
    """RFC 9146, section 4; RFC 9147, section 4."""
    return content + uint(content_type, 1) + bytes(padding)


def additional_data12(content_type, epoch, sequence, length):
    """RFC 5246, section 6.2.3.3, with the number of RFC 6347, section 4.1.2.1: epoch and sequence."""
    return uint(epoch, 2) + uint(sequence, 6) + uint(content_type, 1) + VERSION + uint(length, 2)


def additional_data12_cid(epoch, sequence, cid, length):
    """RFC 9146, section 5.3; `length` is that of the inner plaintext."""
    return (b"\xff" * 8 + uint(TLS12_CID, 1) + uint(len(cid), 1) + uint(TLS12_CID, 1) + VERSION + uint(epoch, 2) + uint(sequence, 6) + cid
            + uint(length, 2))


def additional_data12_chain(content_type, epoch, sequence, chain, length):
    """EXT-14; `length` is that of the plaintext, as ever where the cipher is an AEAD."""
    return (b"\xff" * 8 + b"\xff" + uint(len(chain), 2) + uint(content_type, 1) + VERSION + uint(epoch, 2) + uint(sequence, 6) + chain
            + uint(length, 2))


# What stands on the wire.


def chain_of(extensions):
    """M, type and length in 16 bits, and the value; of each (type, value) (EXT-2)."""
    chain = b""
    for place, (extension_type, value) in enumerate(extensions, 1):
        more = place < len(extensions)
        chain += uint(more << 15 | extension_type << 11 | len(value), 2) + value
    return chain


def header12(content_type, epoch, sequence, cid, extended, length):
    """RFC 6347, section 4.1; RFC 9146, section 4; with E in its length (EXT-1)."""
    return uint(content_type, 1) + VERSION + uint(epoch, 2) + uint(sequence, 6) + cid + uint(extended << 15 | length, 2)


def header13(epoch, number, cid, extended, length):
    """The unified header (RFC 9147, section 4) around a number of one or two bytes; `length` is None where L=0."""
    first = 0x20 | bool(cid) << 4 | (len(number) == 2) << 3 | (length is not None) << 2 | epoch & 3
    return uint(first, 1) + cid + number + (b"" if length is None else uint(extended << 15 | length, 2))


@dataclasses.dataclass
class Load:
    """What a record is to carry, and where it stands among the others."""
    name: str
    content_type: int
    content: bytes
    padding: int
    epoch: int
    sequence: int


def protect12(aead, form, profile, load, cid=b"", extensions=(), explicit=None):
    """A record of DTLS 1.2; `explicit` is what stands for the number in the nonce, where the sender puts something else there."""
    key = filler(f"{load.name}/key", aead.key_length)
    iv = filler(f"{load.name}/iv", aead.fixed_iv_length)
    number = load.epoch, load.sequence
    if aead.fixed_iv_length == 12:
        explicit = b""
    elif explicit is None:
        explicit = uint(load.epoch, 2) + uint(load.sequence, 6)
    outer_type, plaintext = load.content_type, load.content
    chain = chain_of(extensions)
    if form == "tls12_cid":
        outer_type, plaintext = TLS12_CID, inner_plaintext(load.content, load.content_type, load.padding)
        additional_data = additional_data12_cid(*number, cid, len(plaintext))
    elif form == "extended12" and profile == "authenticated":
        additional_data = additional_data12_chain(outer_type, *number, chain, len(plaintext))
    else:
        additional_data = additional_data12(outer_type, *number, len(plaintext))
    nonce = nonce12(aead, iv, explicit, *number)
    payload = explicit + aead.cipher(key).encrypt(nonce, plaintext, additional_data)
    header = header12(outer_type, *number, cid, form == "extended12", len(chain) + len(payload))
    return answer(aead, form, profile, load, cid, extensions, key=key, iv=iv, explicit_nonce=explicit, nonce=nonce,
                  additional_data=additional_data, plaintext=plaintext, sequence_length=6, has_length=True,
                  record=header + chain + payload)


def protect13(aead, form, profile, load, sequence_length, has_length, cid=b"", extensions=()):
    """A record of DTLS 1.3. It is padded until there are 16 bytes to sample (RFC 9147, section 4.2.3; EXT-16)."""
    keys = traffic_keys13(aead, filler(f"{load.name}/secret", HASHES[aead.hash].digest_size))
    load = dataclasses.replace(load, padding=max(load.padding, 16 - aead.tag_length - 1 - len(load.content)))
    plaintext = inner_plaintext(load.content, load.content_type, load.padding)
    chain = chain_of(extensions)
    length = len(chain) + len(plaintext) + aead.tag_length if has_length else None
    number = uint(load.sequence, 8)[-sequence_length:]
    # RFC 9147, section 4; EXT-15: all that is sent before the ciphertext, its number not yet encrypted.
    additional_data = header13(load.epoch, number, cid, form == "extended13", length) + chain
    nonce = nonce13(keys["iv"], load.sequence)
    ciphertext = aead.cipher(keys["key"]).encrypt(nonce, plaintext, additional_data)
    mask = mask13(aead, keys["sn"], ciphertext[:16])
    header = header13(load.epoch, xor(number, mask[:sequence_length]), cid, form == "extended13", length)
    return answer(aead, form, profile, load, cid, extensions, key=keys["key"], iv=keys["iv"], sn_key=keys["sn"], nonce=nonce, mask=mask,
                  additional_data=additional_data, plaintext=plaintext, sequence_length=sequence_length, has_length=has_length,
                  record=header + chain + ciphertext)


def answer(aead, form, profile, load, cid, extensions, **computed):
    """A record with all that went into it, as this script's docstring lists it."""
    return {
        "aead": aead.name,
        "form": form,
        "profile": profile,
        **dataclasses.asdict(load),
        "cid": cid or dict(extensions).get(CONNECTION_ID, b""),
        "extensions": [{"type": extension_type, "value": value} for extension_type, value in extensions],
        "chain": chain_of(extensions),
        "sn_key": b"",
        "explicit_nonce": b"",
        "mask": b"",
        **computed,
    }


# Which records. What varies from one to the next goes round in circles of different lengths, so that everything meets everything.

CONTENT_LENGTHS = [0, 1, 16, 100, 6, 7, 0]
PADDINGS = [0, 1, 30]
SEQUENCES = [0, 1, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**32 + 1, 2**48 - 2, 2**48 - 1]
EPOCHS12 = [1, 2, 3, 256, 65535]
EPOCHS13 = [2, 3, 4, 7]
TYPES12 = [23, 22, 21]
TYPES12_CID = [23, 22, 21, 27, 23]
TYPES12_EXTENDED = [23, 21]  # neither 20 nor 22 (EXT-13)
TYPES13 = [23, 22, 21, 26, 27]
TYPES13_HANDSHAKE = [22, 21, 26]


def turn(circle, number):
    return circle[number % len(circle)]


def load_of(name, number, content_types, epochs):
    """The load of the `number`-th record. Only application data may be empty (RFC 5246, section 6.2.1; RFC 8446, section 5.1)."""
    content_type = turn(content_types, number)
    length = turn(CONTENT_LENGTHS, number)
    if length == 0 and APPLICATION_DATA in content_types:
        content_type = APPLICATION_DATA
    elif length == 0:
        length = 2
    return Load(name, content_type, filler(f"{name}/content", length), turn(PADDINGS, number), turn(epochs, number),
                turn(SEQUENCES, number))


def explicit_of(load, number):
    """Every fourth sender puts another nonce into the record than its number, as it may: the receiver takes what is there."""
    return filler(f"{load.name}/explicit_nonce", 8) if number % 4 == 2 else None


def records_rfc6347(aead, first):
    for number in range(first, first + len(SEQUENCES)):
        load = load_of(f"{aead.name}/dtls_ciphertext/{number}", number, TYPES12, EPOCHS12)
        yield protect12(aead, "dtls_ciphertext", "off", dataclasses.replace(load, padding=0), explicit=explicit_of(load, number))
    # A profile changes nothing where there is no E (EXT-14).
    for profile in ("strict", "authenticated"):
        load = Load(f"{aead.name}/dtls_ciphertext/{profile}", 22, filler(f"{aead.name}/finished", 24), 0, 1, 0)
        yield protect12(aead, "dtls_ciphertext", profile, load)


def records_tls12_cid(aead, first):
    for number, cid_length in enumerate([1, 4, 8, 20, 255, 1, 4, 8, 20, 8], first):
        load = load_of(f"{aead.name}/tls12_cid/{number}", number, TYPES12_CID, EPOCHS12)
        cid = filler(f"{load.name}/cid", cid_length)
        yield protect12(aead, "tls12_cid", "off", load, cid, explicit=explicit_of(load, number))
    # Alerts and handshakes have this form in spite of extensions (EXT-13).
    for profile in ("strict", "authenticated"):
        load = Load(f"{aead.name}/tls12_cid/{profile}", 22, filler(f"{aead.name}/finished", 24), 0, 1, 0)
        yield protect12(aead, "tls12_cid", profile, load, filler(f"{load.name}/cid", 8))


def chains(name):
    """A CID alone; a CID and another extension; another extension alone."""
    return [
        [(CONNECTION_ID, filler(f"{name}/cid", 8))],
        [(CONNECTION_ID, filler(f"{name}/cid", 20)), (5, filler(f"{name}/extension", 3))],
        [(3, b"")],
    ]


def records_extended12(aead, first):
    for number in range(first, first + 6):
        load = load_of(f"{aead.name}/extended12/{number}", number, TYPES12_EXTENDED, EPOCHS12)
        load.padding = 0
        # The same in both profiles, but for the additional data and so for the tag.
        for profile in ("strict", "authenticated"):
            yield protect12(aead, "extended12", profile, load, extensions=turn(chains(load.name), number), explicit=explicit_of(load, number))


def records_unified(aead, first):
    headers = itertools.product([0, 1, 8, 20, 255], [1, 2], [False, True])
    for number, (cid_length, sequence_length, has_length) in enumerate(headers, first):
        types = TYPES13_HANDSHAKE if turn(EPOCHS13, number) == 2 else TYPES13
        load = load_of(f"{aead.name}/unified/{number}", number, types, EPOCHS13)
        yield protect13(aead, "unified", "off", load, sequence_length, has_length, filler(f"{load.name}/cid", cid_length))


def records_extended13(aead, first):
    for number in range(first, first + 10):
        load = load_of(f"{aead.name}/extended13/{number}", number, TYPES13, EPOCHS13[1:])
        lone_cid, cid_and_other, other = chains(load.name)
        # The CID in the chain, or nowhere, or in the header beside extensions of other types (EXT-12).
        cid_length, extensions = turn([(0, lone_cid), (0, cid_and_other), (0, other), (8, other), (20, cid_and_other[1:])], number)
        yield protect13(aead, "extended13", "authenticated", load, turn([1, 2], number), True, filler(f"{load.name}/cid", cid_length),
                        extensions)


def records():
    for place, aead in enumerate(AEADS):
        for of_form in (records_rfc6347, records_tls12_cid, records_extended12, records_unified, records_extended13):
            yield from of_form(aead, 13 * place)


def prf_outputs():
    seeds = [(16, "test", 16, 100), (48, "master secret", 64, 48), (48, "key expansion", 64, 104), (48, "client finished", 32, 12),
             (200, "longer than a block", 1, 49), (0, "nothing is secret", 0, 1)]
    for hash_name in HASHES:
        for secret_length, label, seed_length, length in seeds:
            secret = filler(f"prf12/{hash_name}/{label}/secret", secret_length)
            seed = filler(f"prf12/{hash_name}/{label}/seed", seed_length)
            yield {"hash": hash_name, "secret": secret, "label": label, "seed": seed, "output": prf12(hash_name, secret, label, seed, length)}


def key_blocks():
    for aead in AEADS:
        for number in range(3):
            given = {"master_secret": filler(f"key_blocks12/{aead.name}/{number}/master", 48),
                     "client_random": filler(f"key_blocks12/{aead.name}/{number}/client", 32),
                     "server_random": filler(f"key_blocks12/{aead.name}/{number}/server", 32)}
            yield {"aead": aead.name, "hash": aead.hash, **given, **key_block12(aead, **given)}


def schedule():
    """Of each AEAD two secrets, and three after each."""
    for aead in AEADS:
        for number in range(2):
            secret = filler(f"schedule13/{aead.name}/{number}", HASHES[aead.hash].digest_size)
            for _ in range(4):
                following = next_secret13(aead, secret)
                yield {"aead": aead.name, "hash": aead.hash, "secret": secret, **traffic_keys13(aead, secret), "next_secret": following}
                secret = following


def masks():
    ciphers = {"aes_128": AEADS[0], "aes_256": AEADS[1], "chacha20": AEADS[2]}
    for name, aead in ciphers.items():
        for number in range(24):
            sample = turn([filler(f"masks/{name}/{number}/sample", 16), bytes(16), b"\xff" * 16], max(0, number - 21))
            sn_key = filler(f"masks/{name}/{number}/key", aead.key_length)
            yield {"cipher": name, "sn_key": sn_key, "sample": sample, "mask": mask13(aead, sn_key, sample)}


def main():
    answers = {"prf12": prf_outputs, "key_blocks12": key_blocks, "schedule13": schedule, "masks": masks, "records": records}
    print(json.dumps({name: list(listed()) for name, listed in answers.items()}, sort_keys=True, indent=1, default=bytes.hex))


if __name__ == "__main__":
    main()
