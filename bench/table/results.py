# SPDX-License-Identifier: Apache-2.0
"""What bench/table/measure.sh measured, for the summary and the charts."""
import json
import math
import pathlib
import re


class Results:
    """The runs of all files: a list of repetitions for each name, of counters by their names."""

    def __init__(self, files):
        self.runs = {}
        for file in files:
            for run in json.loads(file)["benchmarks"]:
                if run.get("run_type") == "iteration":
                    name = re.sub(r"(/(iterations|repeats):\d+|/manual_time)+$", "", run["name"])
                    self.runs.setdefault(name, []).append(run)

    @staticmethod
    def of_folder(folder):
        files = sorted(pathlib.Path(folder).glob("*.json"))
        if not files:
            raise SystemExit(f"nothing is measured in {folder}")
        return Results(file.read_text() for file in files)

    def growths(self):
        """(subject, size, name) of the tables that grew."""
        parts = [(name.split("/"), name) for name in self.runs]
        return [(split[1], int(split[2]), name) for split, name in parts if split[0] == "growth"]

    def find(self, row):
        """(subject, beside, size, name) of what is measured in a row, by subject as measured, then by size."""
        found = []
        for name in self.runs:
            parts = name.split("/")
            if parts[0] == row:
                found.append((parts[1], parts[2], int(parts[3]), name))
        order = {key: i for i, key in enumerate(dict.fromkeys(entry[:2] for entry in found))}
        return sorted(found, key=lambda entry: (order[entry[:2]], entry[2]))

    def of(self, name, counter):
        return [run[counter] for run in self.runs[name]]

    def last(self, name, counter):
        return self.runs[name][-1][counter]


def interval(values):
    """Ranks by the binomial distribution, as bench/comparison/statistics.h has it; too few values have none."""
    values = sorted(values)
    count, below, rank = len(values), 0.0, 0
    while 2 * (below + math.comb(count, rank) / 2**count) <= 0.05:
        below += math.comb(count, rank) / 2**count
        rank += 1
    return (values[rank - 1], values[count - rank]) if rank else None
