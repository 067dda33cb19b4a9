#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the tree to docs/requirements.md, and citations.py to what it says of itself, over small trees: citations_test.py CITATIONS."""
import os
import pathlib
import subprocess
import sys
import tempfile

CITATIONS = os.path.abspath(sys.argv[1])
LIST = "| REQ-001 | §1 | tested | |\n| REQ-002 to REQ-003 | §2 | both | open: cid/ |\n| EXT-1 | wire | a bit | out of scope: a reason |\n"
TEST = "// REQ-001: above the case.\nTEST(Suite, Case) {\n  int body;\n}\n"


def run(*root):
    result = subprocess.run([CITATIONS, *root], capture_output=True, text=True, check=False)
    return result.returncode, result.stdout, result.stderr


def of_tree(requirements=LIST, test=TEST, build='srcs = ["x_test.cc"]', name="x_test.cc"):
    with tempfile.TemporaryDirectory() as root:
        files = {"docs/requirements.md": requirements, f"room/{name}": test, "room/BUILD.bazel": build}
        for path, text in files.items():
            path = pathlib.Path(root, path)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return run(root)


def expect_sound(*arguments, **tree):
    status, said, faults = of_tree(*arguments, **tree)
    assert status == 0 and "room: " in said and "REQ: 3, of which 1 tested, 2 open, 0 out of scope" in said, (said, faults)


def expect_fault(words, **tree):
    status, _, faults = of_tree(**tree)
    assert status == 1 and words in faults, (words, status, faults)


def check_what_counts():
    expect_sound()
    expect_sound(test="TEST_F(Suite, Case) {\n  // REQ-001\n}\n")
    expect_sound(test="# REQ-001\n", name="x_test.py", build='srcs = ["x_test.py"]')
    expect_sound(test="// REQ-001\n", name="x_fuzz.cc", build='name = "x_fuzz"')
    for nowhere in ("// REQ-001\n\n" + TEST.partition("\n")[2], "// REQ-001\nvoid Helper() {}\n", TEST + "// REQ-002\nvoid Helper() {}\n"):
        status, _, faults = of_tree(test=nowhere)
        assert (status == 0) == (nowhere.startswith(TEST)), (nowhere, faults)


def check_faults():
    expect_fault("Suite.Case cites REQ-009", test=TEST.replace("001", "009"))
    expect_fault("REQ-001 has neither test nor status", test=TEST.replace("REQ-001: ", ""))
    expect_fault("REQ-003 has a test", test=TEST.replace("int body;", "// REQ-003"))
    expect_fault("EXT-1 has a test", test=TEST.replace("int body;", "// EXT-1"))
    expect_fault("no test of a BUILD file", build="")
    expect_fault("a row is number, where, what, status", requirements=LIST.replace("open: cid/", "open"))
    expect_fault("a row is number, where, what, status", requirements=LIST.replace("| tested ", "| "))
    expect_fault("REQ-001 stands there twice", requirements=LIST + LIST[:LIST.index("\n")])
    expect_fault("not a row", requirements=LIST + "| REQ-4, REQ-5 | §3 | two | open: cid/ |\n")


def main():
    check_what_counts()
    check_faults()
    status, said, faults = run()
    print(said, faults, sep="")
    return status


if __name__ == "__main__":
    sys.exit(main())
