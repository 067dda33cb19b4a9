#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is drawn and what is said is what was measured: cid_table_chart_test.py CHART SUMMARY. Nothing is rendered, nothing is timed."""
import json
import pathlib
import subprocess
import sys
import tempfile

CHART, SUMMARY = sys.argv[1:]
REPETITIONS = 10


def repeated(name, counters):
    """Ten repetitions, of which the first and the last are far off; and the aggregates, which are nobody's figure."""
    factors = [0.5] + [1 + i / 1000 for i in range(REPETITIONS - 2)] + [3]
    runs = [{"name": f"{name}/iterations:4/repeats:10/manual_time", "run_type": "iteration"} |
            {key: value * factor for key, value in counters.items()} for factor in factors]
    return runs + [{"name": f"{name}/iterations:4/repeats:10/manual_time_mean", "run_type": "aggregate"} | {key: 1e9 for key in counters}]


def pair(name, ns, floor_ns):
    return repeated(name, {"real_time": ns, "floor_ns": floor_ns, "times_the_floor": ns / floor_ns})


def growth(name, worst_us):
    return repeated(name, {f"{kind}{percent}_ns": 1000 * us for kind in ("", "nothing_", "least_")
                           for percent, us in (("p50", 1), ("p99.99", 2), ("worst", worst_us))} | {"bytes_moved": 5000})


def bytes_each(name, count):
    return [{"name": f"{name}/iterations:1", "run_type": "iteration", "bytes_each": count}]


RESULTS = {
    "lookup": pair("hit_batch/waybill_aes/two_lines/1000000", 30, 20) + pair("hit_batch/waybill_aes/two_lines_in_store/1000000", 60, 30) +
              pair("hit_batch/rte_hash/two_lines_in_store/1000000", 90, 30) + pair("hit_batch/waybill_aes/rte_hash/1000000", 30, 90) +
              pair("miss_batch/waybill_aes/state_line_in_store/1000000", 11, 10),
    "growth": growth("growth/waybill_aes/10000", 3) + growth("growth/absl_siphash/10000", 9000),
    "memory": bytes_each("index_bytes/waybill/full/1000", 9) + bytes_each("index_bytes/waybill/full/2000", 8) +
              bytes_each("index_bytes/waybill/of_most/1000", 99) + bytes_each("index_bytes/absl_siphash/grown/1000", 50),
}


def run(*command):
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)


def chart(name, folder):
    result = run(CHART, name, folder)
    assert result.returncode == 0, result.stderr
    assert result.stdout == run(CHART, name, folder).stdout, "the same results are drawn otherwise"
    specification = json.loads(result.stdout)
    assert specification["$schema"].endswith("/vega-lite/v6.json")
    # One legend, of all that is drawn.
    drawn = {row["series"] for panel in specification["hconcat"] for row in panel["data"]["values"]}
    for panel in specification["hconcat"]:
        scale = panel["layer"][0]["encoding"]["color"]["scale"]
        assert len(scale["domain"]) == len(scale["range"]) and drawn == set(scale["domain"]), scale
    return [{(row["series"], row["x"]): row for row in panel["data"]["values"]} for panel in specification["hconcat"]]


with tempfile.TemporaryDirectory() as folder:
    nothing = run(CHART, "lookups", folder)
    assert nothing.returncode == 1 and "nothing is measured" in nothing.stderr and nothing.stdout == "", nothing
    for name, runs in RESULTS.items():
        (pathlib.Path(folder) / f"{name}.json").write_text(json.dumps({"benchmarks": runs}))

    hits, misses = chart("lookups", folder)
    assert set(hits) == {("Waybill, table", 1000000), ("rte_hash, no key", 1000000), ("memory alone", 1000000)}, hits
    point = hits["Waybill, table", 1000000]
    # The median, and the interval by rank: neither the first nor the last.
    assert abs(point["y"] - 60 * 1.0035) < 1e-9 and (point["low"], point["high"]) == (60, 60 * 1.007), point
    assert set(misses) == {("Waybill, table", 1000000), ("memory alone", 1000000)}, misses

    (tails,) = chart("growth", folder)
    # The least of the repetitions is the last one's: it is over all before it.
    assert tails["Waybill, table", 2]["y"] == 3 and tails["Waybill, table", 10000]["y"] in (6, 9), tails
    assert tails["absl, SipHash", 10000]["y"] == 27000, tails

    (index,) = chart("index", folder)
    assert {key: row["y"] for key, row in index.items()} == {
        ("Waybill, table", 1000): 9, ("Waybill, table", 2000): 8, ("absl, SipHash", 1000): 50}, index

    summary = run(SUMMARY, folder)
    assert summary.returncode == 0, summary.stderr
    for line in ("| waybill_aes | two_lines | 1,000,000 | 30.1 | 20.1 | 1.51 [1.50, 1.51] | ≤ 1.7, goal 1.3 | reached, not the goal |",
                 "| waybill_aes | two_lines_in_store | 1,000,000 | 60.2 | 30.1 | 2.01 [2.00, 2.01] | ≤ 1.7, goal 1.3 | not reached |",
                 "| waybill_aes | rte_hash | 1,000,000 | 30.1 | 90.3 | 0.33 [0.33, 0.34] | ≤ 0.5 | reached |",
                 "| growth to 10,000: worst insertion over that of absl_siphash | 3.3e-04 | ≤ 0.001 | reached |",
                 "| bytes of index for a CID: the most of 2 sizes | 9.00 | ≤ 16, goal 10 | goal reached |"):
        assert line in summary.stdout.splitlines(), line + "\n" + summary.stdout
print("ok")
