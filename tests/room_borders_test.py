#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the includes of the rooms that an embedder links against the borders in docs/map.md.

layering_check sees only headers of our own modules: a system header needs no dependency to be found. So what a room may include is
checked here, file by file, against a list of what is allowed rather than of what is not.
"""
import re
import sys

ROOMS = {
    "wire": {"wire"},
    "ext": {"ext", "wire"},
    "record": {"record", "ext", "wire"},
    "cid": {"cid", "wire"},
    "dispatch": {"dispatch", "cid", "record", "ext", "wire"},
    "protection": {"protection", "cid", "record", "ext", "wire"},
}
# Header-only parts of Abseil, so that a microcontroller needs none of its libraries.
ABSEIL = {"absl/base/attributes.h", "absl/types/span.h"}
STANDARD = {
    "algorithm", "array", "atomic", "cstddef", "cstdint", "cstring", "iterator", "limits", "optional", "string_view", "tuple", "type_traits",
    "utility",
}
# The room with keys may have some of the heap, all of Abseil, and cryptography: that in its sources and in the one header that is
# private to it, so that nobody who includes the room sees the libraries behind it.
WITH_KEYS = "protection"
STANDARD_WITH_KEYS = STANDARD | {"memory"}
CRYPTOGRAPHY = {
    "openssl": re.compile(r"protection/(?:\w+\.cc|evp_hash\.h)"),
    "mbedtls": re.compile(r"protection/mbedtls_ccm\.cc"),
}
# Instructions of one machine, behind a portable twin that answers the same.
MACHINE = {"cid/index_bucket.h": {"emmintrin.h"}, "record/parse_record_by_shuffle.cc": {"immintrin.h"}, "protection/aes_instructions.cc": {"cpuid.h", "immintrin.h"}}
# Where objects are made in memory that was given: the one kind of `new` that takes none.
IN_PLACE = "cid/made_array.h"
# The one source of memory that is the heap, for those who give no other.
HEAP = "cid/heap_memory.cc"
MADE_IN_PLACE = "::new (static_cast<void*>("
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
# What would leave the library's path for a datagram: memory, exceptions, run-time types, printing.
FORBIDDEN_WORDS = re.compile(r"\b(new|(?<!= )delete|malloc|free|throw|try|catch|dynamic_cast|typeid|printf|abort|assert)\b")
# These members of absl::Span throw, or clamp in silence.
FORBIDDEN_CALLS = re.compile(r"\.(?:first|last|subspan|at)\(")
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', re.DOTALL)


def faults_of(path):
    room = path.split("/")[-2]
    place = "/".join(path.split("/")[-2:])
    with open(path, encoding="utf-8") as source:
        text = source.read()
    for quoted, angled in INCLUDE.findall(text):
        header = quoted or angled
        parts = header.split("/")
        if parts[0] == "waybill":
            allowed = parts[1] in ROOMS[room]
        elif parts[0] in CRYPTOGRAPHY:
            allowed = CRYPTOGRAPHY[parts[0]].fullmatch(place) is not None
        elif angled:
            allowed = header in (STANDARD_WITH_KEYS if room == WITH_KEYS else STANDARD) or header in MACHINE.get(place, ()) or (place in (IN_PLACE, HEAP) and header == "new")
        else:
            allowed = header in ABSEIL or (room == WITH_KEYS and parts[0] == "absl")
        if not allowed:
            yield f"{path}: {room}/ must not include {header}"
    code = COMMENT_OR_STRING.sub("", text)
    if place == IN_PLACE:
        code = INCLUDE.sub("", code).replace(MADE_IN_PLACE, "")
    if place == HEAP:
        return
    for word in FORBIDDEN_WORDS.findall(code) + FORBIDDEN_CALLS.findall(code):
        yield f"{path}: {room}/ must not use {word}"


def main():
    paths = [path for path in sys.argv[1:] if not path.endswith("_test.cc") and "/test_" not in path]
    faults = [fault for path in paths for fault in faults_of(path)]
    print("\n".join(faults))
    print(f"{len(paths)} files, {len(faults)} faults")
    return 1 if faults or len(paths) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
