#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A second implementation of the formats of connection IDs; as a script it prints known answers as JSON.

Written from docs/connection-ids.md, draft-ietf-quic-load-balancers and the paper on SipHash, knowing nothing of the library that is held to
its answers. AES-128 is that of Debian's python3-cryptography (so it runs under Debian's Python). The same on every run: what looks random
is SHA-256 of a label.

    cid_formats.py > known_cids.json

The answers are an object of lists; bytes are in hexadecimal, an empty key means that there is none.

    opaque        kind (random, length-octet, nibble), drawn: the random bytes it is made of, cid
    delineation   length-octet, nibble: for each first octet the length of the CID, 0 where there is none
    quic_lb       config, key, server_id, nonce, cid; hide, issued: a server's key for its nonces in clear, and its CID where the nonce
                  comes from its counter
    unroutable    drawn, cid
    sealed        key, server, core, slot, generation, ordinal, cid
    tagged        by (siphash, aes), key, opaque, tag_length, cid
"""
import dataclasses
import hashlib
import itertools
import json
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

sys.dont_write_bytecode = True
import published

WORD = 2**64 - 1
UNROUTABLE = 7


def filler(label, length):
    """Bytes that look random, and are the same on every run."""
    blocks = (hashlib.sha256(f"{label}/{counter}".encode()).digest() for counter in itertools.count())
    return b"".join(itertools.islice(blocks, (length + 31) // 32))[:length]


def uint(value, length):
    return value.to_bytes(length, "big")


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def aes(key, block):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def aes_inverse(key, block):
    return Cipher(algorithms.AES(key), modes.ECB()).decryptor().update(block)


class Refused(Exception):
    """A CID that its format did not issue; says why in the words of the drop reasons."""


# SipHash-2-4.


def siphash(key, message):
    """Section 2 of "SipHash: a fast short-input PRF"; the eight bytes as they are published."""
    k0, k1 = (int.from_bytes(half, "little") for half in (key[:8], key[8:]))
    init = b"somepseudorandomlygeneratedbytes"
    v = [int.from_bytes(init[at:at + 8], "big") ^ k for at, k in zip(range(0, 32, 8), (k0, k1, k0, k1))]

    def left(word, bits):
        return (word << bits | word >> (64 - bits)) & WORD

    def half_round(a, b, c, d, s, t):
        v[a] = v[a] + v[b] & WORD
        v[c] = v[c] + v[d] & WORD
        v[b] = left(v[b], s) ^ v[a]
        v[d] = left(v[d], t) ^ v[c]
        v[a] = left(v[a], 32)

    def rounds(count):
        for _ in range(count):
            half_round(0, 1, 2, 3, 13, 16)
            half_round(2, 1, 0, 3, 17, 21)

    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) & 255])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at:at + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 255
    rounds(4)
    return (v[0] ^ v[1] ^ v[2] ^ v[3]).to_bytes(8, "little")


# Formats that say nothing but where they end.


def opaque_cid(kind, drawn):
    """Of bytes that were drawn; of a self-delineating CID the first gives way to the length."""
    behind = len(drawn) - 1
    first = {"random": drawn[0], "length-octet": behind, "nibble": drawn[0] & 0xf0 | behind}[kind]
    return uint(first, 1) + drawn[1:]


def delineate(kind, first):
    """The length of a CID that begins with this octet; 0 where none does."""
    behind = {"length-octet": first, "nibble": first & 15}[kind]
    return 0 if behind in (0, 255) else behind + 1


# QUIC-LB.


def quic_lb_halves(plaintext):
    """Section 5.4.2.3, step 2: of an odd number of bytes, each half has four bits of the one in the middle."""
    half = (len(plaintext) + 1) // 2
    left, right = bytearray(plaintext[:half]), bytearray(plaintext[-half:])
    if len(plaintext) % 2:
        left[-1] &= 0xf0
        right[0] &= 0x0f
    return bytes(left), bytes(right)


def quic_lb_join(left, right, length):
    if length % 2 == 0:
        return left + right
    return left[:-1] + uint(left[-1] | right[0], 1) + right[1:]


def expand(length, number, half):
    return half + bytes(14 - len(half)) + uint(length, 1) + uint(number, 1)


def quic_lb_pass(key, length, number, source, other, trace):
    """XORs one half by the other, and clears what is not its own."""
    block = expand(length, number, source)
    output = aes(key, block)
    result = bytearray(xor(output[:len(other)], other))
    if length % 2:
        if number % 2:
            result[0] &= 0x0f
        else:
            result[-1] &= 0xf0
    trace.append((block.hex(), output.hex(), bytes(result).hex()))
    return bytes(result)


def quic_lb_encrypt(key, plaintext, trace=None):
    """`trace` is given what goes into the cipher in each pass, what comes out of it, and the half that it makes."""
    if len(plaintext) == 16:
        return aes(key, plaintext)
    trace = [] if trace is None else trace
    left, right = quic_lb_halves(plaintext)
    for number in (1, 2, 3, 4):
        if number % 2:
            right = quic_lb_pass(key, len(plaintext), number, left, right, trace)
        else:
            left = quic_lb_pass(key, len(plaintext), number, right, left, trace)
    return quic_lb_join(left, right, len(plaintext))


def quic_lb_decrypt(key, ciphertext):
    if len(ciphertext) == 16:
        return aes_inverse(key, ciphertext)
    left, right = quic_lb_halves(ciphertext)
    for number in (4, 3, 2, 1):
        if number % 2:
            right = quic_lb_pass(key, len(ciphertext), number, left, right, [])
        else:
            left = quic_lb_pass(key, len(ciphertext), number, right, left, [])
    return quic_lb_join(left, right, len(ciphertext))


def quic_lb_cid(config, key, server_id, nonce):
    plaintext = server_id + nonce
    return uint(config << 5 | len(plaintext), 1) + (quic_lb_encrypt(key, plaintext) if key else plaintext)


def read_quic_lb(key, server_id_length, nonce_length, cid):
    """Configuration, server ID and nonce; for whoever has all configurations with these parameters."""
    config, behind = cid[0] >> 5, cid[0] & 31
    if config == UNROUTABLE or behind != len(cid) - 1 or behind != server_id_length + nonce_length:
        raise Refused("cid_not_delineated")
    plaintext = quic_lb_decrypt(key, cid[1:]) if key else cid[1:]
    return config, plaintext[:server_id_length], plaintext[server_id_length:]


def unroutable_cid(drawn):
    return uint(UNROUTABLE << 5 | len(drawn) - 1, 1) + drawn[1:]


# Sealed.


@dataclasses.dataclass(frozen=True)
class Target:
    server: int
    core: int
    slot: int
    generation: int
    ordinal: int


# Bytes of the check, then of server, core, slot, generation and ordinal.
SEALED_LAYOUTS = {8: (3, 0, 0, 3, 1, 1), 12: (4, 1, 1, 3, 2, 1), 16: (4, 2, 1, 4, 3, 2)}


def sealed_content(length, target):
    return b"".join(uint(field, size) for field, size in zip(dataclasses.astuple(target), SEALED_LAYOUTS[length][1:], strict=True))


def sealed_block(length, purpose, front):
    return front + bytes(14 - len(front)) + uint(length, 1) + uint(purpose, 1)


def sealed_cid(length, key, target):
    check = SEALED_LAYOUTS[length][0]
    content = sealed_content(length, target)
    if length == 16:
        return aes(key, bytes(check) + content)
    tag = aes(key, sealed_block(length, 1, content))[:check]
    return tag + xor(content, aes(key, sealed_block(length, 2, tag))[:len(content)])


def read_sealed(key, cid):
    if len(cid) not in SEALED_LAYOUTS:
        raise Refused("cid_not_delineated")
    check, *sizes = SEALED_LAYOUTS[len(cid)]
    if len(cid) == 16:
        block = aes_inverse(key, cid)
        authentic, content = block[:check] == bytes(check), block[check:]
    else:
        tag, content = cid[:check], cid[check:]
        content = xor(content, aes(key, sealed_block(len(cid), 2, tag))[:len(content)])
        authentic = aes(key, sealed_block(len(cid), 1, content))[:check] == tag
    if not authentic:
        raise Refused("forged_cid")
    ends = list(itertools.accumulate(sizes))
    return Target(*(int.from_bytes(content[end - size:end], "big") for end, size in zip(ends, sizes)))


# Tagged.


def tag_of(by, key, opaque, tag_length):
    if by == "siphash":
        return siphash(key, opaque)[:tag_length]
    return aes(key, opaque + bytes(14 - len(opaque)) + uint(len(opaque), 1) + uint(tag_length, 1))[:tag_length]


def tagged_cid(by, key, opaque, tag_length):
    return opaque + tag_of(by, key, opaque, tag_length)


def read_tagged(by, key, tag_length, cid):
    opaque = cid[:-tag_length]
    if not opaque:
        raise Refused("cid_not_delineated")
    if tagged_cid(by, key, opaque, tag_length) != cid:
        raise Refused("forged_cid")
    return opaque


# The answers.


def opaque_answers():
    lengths = {"random": [*range(1, 25), 32, 64, 128, 254, 255], "length-octet": [*range(2, 25), 32, 64, 128, 254, 255],
               "nibble": range(2, 17)}
    for kind, length in ((kind, length) for kind in lengths for length in lengths[kind]):
        drawn = filler(f"{kind}/{length}", length)
        yield {"kind": kind, "drawn": drawn, "cid": opaque_cid(kind, drawn)}


def quic_lb_answer(label, config, key, server_id, nonce):
    """A server without a key of the configuration takes its nonces through the permutation of its own key first."""
    hide = b"" if key else filler(f"{label}/hide", 16)
    hidden = quic_lb_encrypt(hide, nonce) if hide else nonce
    return {"config": config, "key": key, "server_id": server_id, "nonce": nonce, "cid": quic_lb_cid(config, key, server_id, nonce),
            "hide": hide, "issued": quic_lb_cid(config, key, server_id, hidden)}


def quic_lb_answers():
    """What others published; every pair of lengths, in clear and encrypted, while the seven configurations go round."""
    for config, *content, cid in published.QUIC_LB:
        yield quic_lb_answer(f"quic-lb/{cid}", config, *map(bytes.fromhex, content))
    pairs = [(server_id, nonce) for server_id in range(1, 16) for nonce in range(4, 20 - server_id)]
    for number, ((server_id_length, nonce_length), encrypted) in enumerate(itertools.product(pairs, (False, True))):
        label = f"quic-lb/{number}"
        key = filler(f"{label}/key", 16) if encrypted else b""
        server_id, nonce = filler(f"{label}/server_id", server_id_length), filler(f"{label}/nonce", nonce_length)
        # What nothing but ones and nothing but zeros give, too.
        if number % 16 in (4, 5):
            server_id, nonce = bytes(server_id_length), b"\xff" * nonce_length
        elif number % 16 in (10, 11):
            server_id, nonce = b"\xff" * server_id_length, bytes(nonce_length)
        yield quic_lb_answer(label, number % UNROUTABLE, key, server_id, nonce)


def unroutable_answers():
    for length in range(8, 33):
        drawn = filler(f"unroutable/{length}", length)
        yield {"drawn": drawn, "cid": unroutable_cid(drawn)}


def sealed_targets(length):
    """All fields at their ends, each alone at its ends, and random ones."""
    limits = [256**size - 1 for size in SEALED_LAYOUTS[length][1:]]
    yield from itertools.product(*(sorted({0, limit}) for limit in limits))
    for number in range(40):
        yield [int.from_bytes(filler(f"sealed/{length}/{number}/{field}", 4), "big") % (limit + 1) for field, limit in enumerate(limits)]
    for field, limit in enumerate(limits):
        for value in sorted({1, limit // 2, limit // 2 + 1, limit - 1}) if limit else ():
            yield [value if field == other else other_limit // 3 for other, other_limit in enumerate(limits)]


def sealed_answers():
    for length in SEALED_LAYOUTS:
        for number, fields in enumerate(map(tuple, sealed_targets(length))):
            key = filler(f"sealed/{length}/{number % 5}/key", 16)
            target = Target(*fields)
            yield {"key": key, **dataclasses.asdict(target), "cid": sealed_cid(length, key, target)}


def tagged_answers():
    for tag_length in range(3, 9):
        lengths = {"siphash": [*range(1, 18), 23, 24, 25, 64, 255 - tag_length], "aes": range(1, 15)}
        for by, length in ((by, length) for by in lengths for length in lengths[by]):
            label = f"tagged/{by}/{tag_length}/{length}"
            key, opaque = filler(f"{label}/key", 16), filler(label, length)
            yield {"by": by, "key": key, "opaque": opaque, "tag_length": tag_length, "cid": tagged_cid(by, key, opaque, tag_length)}


def answers():
    return {
        "opaque": list(opaque_answers()),
        "delineation": {kind: [delineate(kind, first) for first in range(256)] for kind in ("length-octet", "nibble")},
        "quic_lb": list(quic_lb_answers()),
        "unroutable": list(unroutable_answers()),
        "sealed": list(sealed_answers()),
        "tagged": list(tagged_answers()),
    }


def to_json():
    """A line an answer."""
    sections = []
    for name, content in answers().items():
        if isinstance(content, dict):
            lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()]
            sections.append(f' "{name}": {{\n' + ",\n".join(lines) + "\n }")
        else:
            lines = ["  " + json.dumps(answer, default=bytes.hex) for answer in content]
            sections.append(f' "{name}": [\n' + ",\n".join(lines) + "\n ]")
    return "{\n" + ",\n".join(sections) + "\n}\n"


if __name__ == "__main__":
    print(to_json(), end="")
