#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lines and branches that tests have run, file by file, as a table: coverage.py EXPORT PROGRAMS, both in a folder that coverage.sh
fills: EXPORT.json and EXPORT.lcov are llvm-cov's, PROGRAMS the symbols of the programs, one a line.

Fails below 98 % of the lines or 95 % of the branches. A branch is a way that a condition can turn out. Functions that the compiler alone
runs are in no program, so no program can run them: they are left out, where COMPILER_RUNS names them and they are indeed in none.
"""
import collections
import json
import re
import sys

LINES, BRANCHES = 98, 95
COMPILER_RUNS = {
    "record/parse_record_by_shuffle.cc": {"AllZero", "SetWord", "SetRange", "CidLengthShuffle", "ShufflesOf", "ExtendedShufflesOf", "ShuffleTable"},
}
# Bazel shows each header through a folder of links.
SOURCE = re.compile(r"(?:^|/)((?:wire|ext|record|cid)/(?!test_)(?![a-z0-9_]*_test\.cc)[a-z0-9_]+\.(?:h|cc))$")


def source_of(path):
    match = SOURCE.search(path)
    return match and match.group(1)


def lines_of(lcov):
    lines = collections.defaultdict(dict)
    source = None
    for line in lcov:
        key, _, value = line.strip().partition(":")
        if key == "SF":
            source = source_of(value)
        elif key == "DA" and source:
            number, count = map(int, value.split(",")[:2])
            lines[source][number] = max(count, lines[source].get(number, 0))
    return lines


def branches_of(export):
    branches = collections.defaultdict(lambda: collections.defaultdict(int))
    for file in export["data"][0]["files"]:
        source = source_of(file["filename"])
        for line, column, end_line, end_column, taken, not_taken, *_ in file["branches"] if source else []:
            place = line, column, end_line, end_column
            branches[source][place + (True,)] += taken
            branches[source][place + (False,)] += not_taken
    return branches


def compiler_runs(export, symbols):
    """{file: lines} of the functions that COMPILER_RUNS names, and what is wrong with that list."""
    left_out = collections.defaultdict(set)
    met = set()
    for function in export["data"][0]["functions"]:
        source = source_of(function["filenames"][0])
        mangled = function["name"].rpartition(":")[2]
        for name in COMPILER_RUNS.get(source, ()):
            if f"{len(name)}{name}" not in mangled:
                continue
            if mangled in symbols:
                sys.exit(f"{source}: {name} is in a program, which can run it")
            met.add((source, name))
            first, _, last, *_ = function["regions"][0]
            left_out[source].update(range(first, last + 1))
    for source, names in COMPILER_RUNS.items():
        for name in names:
            if (source, name) not in met:
                sys.exit(f"{source} has no function {name}")
    return left_out


def percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def main():
    with open(sys.argv[1] + ".json", encoding="utf-8") as file:
        export = json.load(file)
    with open(sys.argv[1] + ".lcov", encoding="utf-8") as file:
        lines = lines_of(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        symbols = set(file.read().split())
    branches = branches_of(export)
    left_out = compiler_runs(export, symbols)
    sums = [0] * 4
    rest = []
    print("| file | lines | run | % | branches | taken | % |\n|---|--:|--:|--:|--:|--:|--:|")
    for source in sorted(lines):
        counted = {n: count for n, count in lines[source].items() if n not in left_out[source]}
        ways = {place: count for place, count in branches[source].items() if place[0] not in left_out[source]}
        row = [len(counted), sum(count > 0 for count in counted.values()), len(ways), sum(count > 0 for count in ways.values())]
        sums = [a + b for a, b in zip(sums, row)]
        print(f"| `{source}` | {row[0]} | {row[1]} | {percent(row[1], row[0])} | {row[2]} | {row[3]} | {percent(row[3], row[2])} |")
        rest += [f"{source}:{n}: not run" for n, count in sorted(counted.items()) if count == 0]
        rest += [f"{source}:{place[0]}:{place[1]}: never {str(place[4]).lower()}" for place, count in sorted(ways.items()) if count == 0]
    print(f"| all | {sums[0]} | {sums[1]} | {percent(sums[1], sums[0])} | {sums[2]} | {sums[3]} | {percent(sums[3], sums[2])} |\n")
    print("\n".join(rest))
    alone = sum(len(numbers) for numbers in left_out.values())
    print(f"{alone} lines that only the compiler runs are left out")
    if len(lines) < 30 or sums[1] * 100 < sums[0] * LINES or sums[3] * 100 < sums[2] * BRANCHES:
        sys.exit(f"less than {LINES} % of the lines or {BRANCHES} % of the branches")


if __name__ == "__main__":
    main()
