#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The random CIDs that pass, as a Vega-Lite specification: passing_cids_chart.py < results.json > chart.vl.json

Lines are what theory says; points are what `waybill compare` counted, with their intervals; triangles are bounds where nothing passed.
"""
import json
import sys

LENGTHS = range(1, 9)
TITLES = {
    "lookup": "that find somebody in a table",
    "check": "that pass a tag or the check bits of a seal",
}
# Beside one another where they would cover one another.
SHIFTS = {"tag": -0.08, "seal": 0.08}
COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7"]  # told apart by the colour-blind (M. Okabe, K. Ito)
# Of all figures: the panels are read against each other.
LEAST, MOST = 1e-20, 1


def series_of(count):
    return f"{count['associations']:,}" if count["hurdle"] == "lookup" else count["hurdle"]


def panel_of(count):
    return "lookup" if count["hurdle"] == "lookup" else "check"


def theory(counts):
    """Rows of the lines, from 1 to 8 bytes, also where nothing was counted."""
    for associations in sorted({count["associations"] for count in counts if count["hurdle"] == "lookup"}):
        for length in LENGTHS:
            if associations <= 2 ** (8 * length):
                yield {"panel": "lookup", "series": f"{associations:,}", "bytes": length, "share": associations / 2 ** (8 * length)}
    for length in LENGTHS:
        yield {"panel": "check", "series": "theory", "bytes": length, "share": 2.0 ** (-8 * length)}


def measured(counts):
    for count in counts:
        row = {"panel": panel_of(count), "series": series_of(count), "bytes": count["check_bytes"] + SHIFTS.get(count["hurdle"], 0)}
        if count["passed"]:
            yield row | {"share": count["share"], "low": count["low"], "high": count["high"], "kind": "counted"}
        else:
            yield row | {"share": count["bound"], "kind": "bound"}


def panel(name, series, axis, legend):
    x = {"field": "bytes", "type": "quantitative", "title": axis, "scale": {"domain": [0.7, 8.3], "nice": False},
         "axis": {"values": list(LENGTHS), "format": "d", "grid": False}}
    y = {"field": "share", "type": "quantitative", "title": "share of random CIDs",
         "scale": {"type": "log", "domain": [LEAST, MOST]}, "axis": {"format": ".0e", "values": [10.0**-i for i in range(0, 21, 2)]}}
    colour = {"field": "series", "type": "nominal", "title": legend,
              "scale": {"domain": series, "range": COLOURS[:len(series)] if name == "lookup" else ["#888888", *COLOURS[:2]]}}

    def layer(data, mark, condition, **encoding):
        return {"data": {"name": data}, "transform": [{"filter": f"datum.panel == '{name}'" + condition}], "mark": mark,
                "encoding": {"x": x, "y": y, "color": colour} | encoding}

    return {
        "title": {"text": f"Random CIDs {TITLES[name]}", "fontSize": 12},
        "width": 320,
        "height": 330,
        "layer": [
            layer("theory", {"type": "line", "strokeWidth": 1.5, "clip": True}, ""),
            layer("measured", {"type": "rule", "strokeWidth": 2}, " && datum.kind == 'counted'", y=y | {"field": "low"}, y2={"field": "high"}),
            layer("measured", {"type": "point", "filled": True, "size": 45, "opacity": 1}, " && datum.kind == 'counted'"),
            layer("measured", {"type": "point", "shape": "triangle-down", "size": 55, "opacity": 1}, " && datum.kind == 'bound'"),
        ],
    }


def chart(results):
    counts = results["passing"]
    tables = [f"{n:,}" for n in sorted({count["associations"] for count in counts if count["hurdle"] == "lookup"})]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "Random connection IDs that pass, against the bytes that have to be right by chance.",
        "background": "white",
        "title": {
            "text": "Trash that passes for a connection ID, by chance",
            "subtitle": ["Lines: theory. Points: counted, with intervals of 95 %. Triangles: none passed, the share is below with 95 % confidence.",
                         f"Seed {results['parameters']['seed']}; {results['parameters']['trials']:,} random CIDs a point, sixteen times as many for checks of 3 bytes."],
            "anchor": "start",
        },
        "datasets": {"theory": list(theory(counts)), "measured": list(measured(counts))},
        "spacing": 10,
        "hconcat": [
            panel("lookup", tables, "bytes of the CID", "associations"),
            panel("check", ["theory", "tag", "seal"], "bytes of the tag or the check", "check"),
        ],
        "resolve": {"scale": {"color": "independent"}},
        "config": {"font": "sans-serif", "view": {"stroke": "#cccccc"}},
    }


def main():
    results = json.load(sys.stdin)
    if not results.get("passing"):
        sys.exit("passing_cids_chart.py: nothing was counted in these results; see `waybill compare --trials`")
    json.dump(chart(results), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
