#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which statements a test shows: every REQ-, EXT- and BUG- number of docs/requirements.md with the tests that cite it, or its status.

    citations.py [ROOT]     of the tree around this script, or of another one

A citation counts inside a test alone: in the body of a GoogleTest case or in the comment directly above it, in a comment of a fuzz
target or of a script that Bazel runs as a test. Fails where a number that is cited is not in the list, where one has both tests and a
status or neither, and where a file with citations is no test that a BUILD file names.
"""
import collections
import os
import pathlib
import re
import sys

LIST = "docs/requirements.md"
NUMBER = re.compile(r"\b(?:REQ|EXT|BUG)-\d+\b")
ROW = re.compile(r"^\| (?P<kind>REQ|EXT|BUG)-(?P<first>\d+)(?: to (?P=kind)-(?P<last>\d+))? \|")
STATUS = re.compile(r"open: [a-z]+/(?:, [a-z]+/)*|out of scope: \S.*")
# A case as clang-format leaves it, with the comment that touches it.
CASE = re.compile(r"((?:^//[^\n]*\n)*)^(?:TYPED_)?TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\)\s*\{(.*?)^\}", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"^\s*(?:#|//).*$", re.MULTILINE)
OTHER_TESTS = ("_test.py", "_test.sh", "_fuzz.cc")
NOT_OURS = {"out", "fetched"}


def numbers_of(path):
    """{number: status}, '' where tests are to show it."""
    statuses = {}
    faults = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = ROW.match(line)
        if not row:
            if line.startswith("|") and NUMBER.search(line):
                faults.append(f"{LIST}: not a row: {line}")
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 4 or not cells[2] or (cells[3] and not STATUS.fullmatch(cells[3])):
            faults.append(f"{LIST}: a row is number, where, what, status: {line}")
        for number in range(int(row["first"]), int(row["last"] or row["first"]) + 1):
            name = f"{row['kind']}-{number:0{len(row['first'])}}"
            if name in statuses:
                faults.append(f"{LIST}: {name} stands there twice")
            statuses[name] = cells[-1]
    return statuses, faults


def files_of(root):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not name.startswith((".", "bazel-")))
        for name in sorted(files):
            if name.endswith(("_test.cc", *OTHER_TESTS)):
                yield pathlib.Path(folder, name)


def citations_of(path):
    """(number, the name of the test) of every citation that counts."""
    text = path.read_text(encoding="utf-8")
    if path.name.endswith("_test.cc"):
        for comment, suite, case, body in CASE.findall(text):
            for number in NUMBER.findall(comment + body):
                yield number, f"{suite}.{case}"
    else:
        for comment in COMMENT.findall(text):
            for number in NUMBER.findall(comment):
                yield number, path.name


def is_registered(path):
    """Whether the BUILD file beside it names it, maybe in a list of what is tested."""
    build = (path.parent / "BUILD.bazel").read_text(encoding="utf-8")
    return any(f'"{name}"' in build for name in (path.name, path.stem, path.stem.removesuffix("_test")))


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else os.path.abspath(__file__ + "/../.."))
    statuses, faults = numbers_of(root / LIST)
    tests = collections.defaultdict(dict)
    for path in files_of(root):
        relative = path.relative_to(root)
        for number, test in citations_of(path):
            if number not in statuses:
                faults.append(f"{relative}: {test} cites {number}, which {LIST} does not have")
            if not is_registered(path):
                faults.append(f"{relative}: no test of a BUILD file")
            tests[number][f"{relative.parent}: {test}"] = True

    totals = collections.Counter()
    for number, status in statuses.items():
        if bool(tests[number]) == bool(status):
            faults.append(f"{LIST}: {number} has " + (f"a test ({next(iter(tests[number]))}) and is '{status}'" if status else "neither test nor status"))
        totals[number[:3], status.partition(":")[0] or "tested"] += 1
        print(f"{number:8} {status or '; '.join(tests[number])}")
    for kind in ("REQ", "EXT", "BUG"):
        shares = {word: totals[kind, word] for word in ("tested", "open", "out of scope")}
        print(f"{kind}: {sum(shares.values())}, of which " + ", ".join(f"{count} {word}" for word, count in shares.items()))
    for fault in sorted(set(faults)):
        print(fault, file=sys.stderr)
    return 1 if faults or not statuses or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
