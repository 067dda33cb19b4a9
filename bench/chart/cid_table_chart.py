#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the table of CIDs costs, as Vega-Lite specifications: cid_table_chart.py CHART DIR > chart.vl.json

CHART is lookups, growth or index; DIR is what bench/table/measure.sh measured. Points are medians of the repetitions, bars their
intervals of 95 %.
"""
import json
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "table"))
from results import Results, interval  # noqa: E402

TITLES = {
    "waybill_aes": "Waybill, table",
    "sealed_16": "Waybill, sealed CIDs",
    "absl_siphash": "absl, SipHash",
    "absl_8_bytes": "absl, 8 bytes, no key",
    "std_siphash": "std, SipHash",
    "rte_hash": "rte_hash, no key",
    "floor": "memory alone",
}
# Told apart by the colour-blind (M. Okabe, K. Ito).
COLOURS = ["#0072b2", "#56b4e9", "#e69f00", "#d55e00", "#cc79a7", "#009e73", "#888888"]

POWERS = [10.0**i for i in range(-1, 9)]  # of axes


def colour(rows):
    shown = [key for key in TITLES if any(row["series"] == TITLES[key] for row in rows)]
    keys = list(TITLES)
    return {"field": "series", "type": "nominal", "title": None,
            "scale": {"domain": [TITLES[key] for key in shown], "range": [COLOURS[keys.index(key)] for key in shown]}}


def point(series, x, values):
    bounds = interval(values) or (min(values), max(values))
    return {"series": TITLES[series], "x": x, "y": statistics.median(values), "low": bounds[0], "high": bounds[1]}


def lookup_rows(results, row):
    rows = []
    for subject, beside, size, name in results.find(row):
        if subject not in TITLES or not beside.endswith("_line_in_store" if row == "miss_batch" else "_in_store"):
            continue
        rows.append(point(subject, size, results.of(name, "real_time")))
        if subject == "waybill_aes":
            rows.append(point("floor", size, results.of(name, "floor_ns")))
    return rows


def growth_rows(results):
    rows = []
    for subject, size, name in results.growths():
        if subject not in TITLES or size != max(entry[1] for entry in results.growths()):
            continue
        run = results.runs[name][-1]
        for key, value in run.items():
            if not key.startswith("least_"):
                continue
            percent = key.removeprefix("least_").removesuffix("_ns")
            # One in so many insertions takes that long or longer.
            one_in = size if percent == "worst" else round(100 / (100 - float(percent[1:])))
            rows.append({"series": TITLES[subject], "x": one_in, "y": value / 1000})
    return rows


def index_rows(results):
    rows = []
    for subject, kind, size, name in results.find("index_bytes"):
        title = TITLES.get("waybill_aes" if subject == "waybill" else subject)  # the index is the same whatever the hash
        if title and kind in ("full", "grown"):
            rows.append({"series": title, "x": size, "y": results.last(name, "bytes_each")})
    return rows


def panel(title, rows, x, y, log_y, bars, all_rows=None):
    x_axis = {"field": "x", "type": "quantitative", "title": x, "scale": {"type": "log"}, "axis": {"format": "~s", "grid": False, "values": POWERS}}
    y_axis = {"field": "y", "type": "quantitative", "title": y, "scale": {"type": "log"} if log_y else {"zero": True},
              "axis": {"format": ",~f", "tickCount": 6} | ({"values": POWERS} if log_y else {})}
    encoding = {"x": x_axis, "color": colour(all_rows or rows)}
    layers = [{"mark": {"type": "line", "strokeWidth": 1.5}, "encoding": encoding | {"y": y_axis}},
              {"mark": {"type": "point", "filled": True, "size": 25, "opacity": 1}, "encoding": encoding | {"y": y_axis}}]
    if bars:
        layers.append({"mark": {"type": "rule"}, "encoding": encoding | {"y": y_axis | {"field": "low"}, "y2": {"field": "high"}}})
    return {"title": {"text": title, "fontSize": 12}, "width": 320, "height": 300, "data": {"values": rows}, "layer": layers}


def panels(results, name):
    if name == "lookups":
        hits, misses = lookup_rows(results, "hit_batch"), lookup_rows(results, "miss_batch")
        return [panel(title, rows, "associations", "ns, batch of 32", True, True, hits + misses)
                for title, rows in (("Hits, with the state", hits), ("CIDs of nobody", misses))]
    if name == "growth":
        return [panel("Insertions while a table grows", growth_rows(results), "one insertion in so many takes", "µs or longer", True, False)]
    return [panel("Memory that finds a CID of 8 bytes", index_rows(results), "CIDs", "bytes a CID", False, False)]


def chart(results, name):
    drawn = panels(results, name)
    if not all(one["data"]["values"] for one in drawn):
        sys.exit(f"cid_table_chart.py: nothing is measured for {name}")
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": f"The table of connection IDs: {name}.",
        "background": "white",
        "spacing": 10,
        "hconcat": drawn,
        "config": {"font": "sans-serif", "legend": {"labelLimit": 0}, "view": {"stroke": "#cccccc"}},
    }


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("lookups", "growth", "index"):
        sys.exit(__doc__)
    json.dump(chart(Results.of_folder(sys.argv[2]), sys.argv[1]), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
