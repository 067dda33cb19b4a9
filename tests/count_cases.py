#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints how many test cases passed and failed: count_cases.py FOLDER < LABELS, Bazel's folder of test logs and its test targets.

A GoogleTest program counts as many cases as it ran; a script counts as one. A case that was skipped, and a target that left no report,
count as failed.
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def count(report):
    passed = failed = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        ran = case.get("status") in (None, "run") and case.find("skipped") is None and case.get("result") in (None, "completed")
        if ran and case.find("failure") is None and case.find("error") is None:
            passed += 1
        else:
            failed += 1
    return passed, failed


def main():
    passed = failed = 0
    logs = pathlib.Path(sys.argv[1])
    for label in sys.stdin.read().split():
        report = logs / label.lstrip("/").replace(":", "/") / "test.xml"
        counts = count(report) if report.exists() else (0, 1)
        if counts == (0, 0):
            counts = (0, 1)
        passed += counts[0]
        failed += counts[1]
    print(passed, failed)


if __name__ == "__main__":
    main()
