#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What count_cases.py counts as passed and as failed: count_cases_test.py COUNT_CASES. Reports are as GoogleTest and Bazel write them."""
import os
import pathlib
import subprocess
import sys
import tempfile

COUNT_CASES = os.path.abspath(sys.argv[1])

RUN = '<testcase name="A" status="run" result="completed" time="0" classname="Room" />'
OF_A_SCRIPT = '<testcase name="tests/x_test" status="run" duration="1" time="1"></testcase>'
FAILED = '<testcase name="B" status="run" result="completed" classname="Room"><failure message="expected" type=""></failure></testcase>'
ERROR = '<testcase name="tests/x_test" status="run" duration="1" time="1"><error message="exited with error code 1"></error></testcase>'
SKIPPED = '<testcase name="C" status="run" result="skipped" classname="Room"><skipped message="no tool" /></testcase>'
MARKED_AS_SKIPPED = '<testcase name="C" status="run" result="skipped" classname="Room" />'
DISABLED = '<testcase name="DISABLED_D" status="notrun" result="suppressed" classname="Room" />'
NO_REPORT = None


def count(*reports):
    """(passed, failed) of as many targets as there are reports; each lies where Bazel would put it."""
    with tempfile.TemporaryDirectory() as logs:
        labels = []
        for number, cases in enumerate(reports):
            folder = pathlib.Path(logs) / "room" / f"x{number}_test"
            folder.mkdir(parents=True)
            if cases is not NO_REPORT:
                (folder / "test.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8")
            labels.append(f"//room:x{number}_test")
        result = subprocess.run([COUNT_CASES, logs], input="\n".join(labels), capture_output=True, text=True, check=True)
        return tuple(map(int, result.stdout.split()))


def expect(counted, expected):
    assert counted == expected, f"counted {counted}, not {expected}"


def main():
    expect(count(RUN), (1, 0))
    expect(count(OF_A_SCRIPT), (1, 0))
    expect(count(RUN + RUN, OF_A_SCRIPT), (3, 0))
    # What failed, and what did not run, are failures, one a case.
    for cases in (FAILED, ERROR, SKIPPED, MARKED_AS_SKIPPED, DISABLED):
        expect(count(cases), (0, 1))
        expect(count(RUN + cases + RUN), (2, 1))
    expect(count(FAILED + SKIPPED, ERROR), (0, 3))
    # A target without a case, or without a report, is one more.
    expect(count(""), (0, 1))
    expect(count(NO_REPORT), (0, 1))
    expect(count(RUN, "", NO_REPORT), (1, 2))
    expect(count(), (0, 0))


if __name__ == "__main__":
    main()
