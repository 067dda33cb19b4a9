#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is drawn is what was counted, and theory beside it: passing_cids_chart_test.py SCRIPT. Nothing is rendered."""
import json
import subprocess
import sys

SCRIPT = sys.argv[1]


def count(hurdle, check_bytes, associations, passed):
    return {"hurdle": hurdle, "check_bytes": check_bytes, "associations": associations, "trials": 1000, "passed": passed,
            "share": passed / 1000, "low": passed / 2000, "high": passed / 500, "bound": None if passed else 0.003}


def run(results):
    return subprocess.run([sys.executable, SCRIPT], input=json.dumps(results), capture_output=True, text=True, check=False)


RESULTS = {"parameters": {"seed": 7, "trials": 1000},
           "passing": [count("lookup", 1, 100, 390), count("lookup", 2, 1000, 15), count("lookup", 4, 1000, 0), count("tag", 3, None, 0),
                       count("seal", 4, None, 1)]}
result = run(RESULTS)
assert result.returncode == 0, result.stderr
chart = json.loads(result.stdout)
assert chart["$schema"].endswith("/vega-lite/v6.json")

lines = {(row["panel"], row["series"], row["bytes"]): row["share"] for row in chart["datasets"]["theory"]}
assert lines["lookup", "1,000", 2] == 1000 / 65536 and lines["lookup", "100", 8] == 100 / 2**64 and lines["check", "theory", 3] == 2.0**-24
assert ("lookup", "1,000", 1) not in lines, "more associations than CIDs"

points = chart["datasets"]["measured"]
assert len(points) == len(RESULTS["passing"])
for point, counted in zip(points, RESULTS["passing"]):
    assert round(point["bytes"]) == counted["check_bytes"], point
    if counted["passed"]:
        assert (point["kind"], point["share"], point["low"], point["high"]) == ("counted", counted["share"], counted["low"], counted["high"])
    else:
        assert point["kind"] == "bound" and point["share"] == counted["bound"] and "low" not in point, point

# Every row is of a panel, and of a series that the panel has a colour for.
colours = {}
for name, panel in zip(("lookup", "check"), chart["hconcat"]):
    scale = panel["layer"][0]["encoding"]["color"]["scale"]
    assert len(scale["domain"]) == len(scale["range"]), scale
    colours[name] = set(scale["domain"])
for row in chart["datasets"]["theory"] + points:
    assert row["series"] in colours[row["panel"]], row
    assert 1e-20 < row["share"] <= 1, row

nothing = run(RESULTS | {"passing": []})
assert nothing.returncode == 1 and "--trials" in nothing.stderr and nothing.stdout == "", nothing
print("ok")
