#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the table of CIDs stands, from what bench/table/measure.sh measured: summary.py DIR, as tables in Markdown.

Medians of the repetitions, and in brackets an interval that holds the true median with a confidence of 95 % at least. A verdict is
given where all of the interval is on one side.
"""
import math
import statistics
import sys

from results import Results, interval

MILLIONS = (1_000_000, 10_000_000)
# Of ratios of lookups: row, subject, beside, then what is asked at most by size: pass and goal.
RATIOS = {
    ("hit_batch", "sealed_16", "state_line"): dict.fromkeys(MILLIONS, (1.4, 1.25)),
    ("hit_batch", "sealed_8", "state_line"): dict.fromkeys(MILLIONS, (1.4, 1.25)),
    ("hit_batch", "waybill_aes", "two_lines"): dict.fromkeys(MILLIONS, (1.7, 1.3)),
    ("hit_batch", "waybill_aes", "absl_siphash"): dict.fromkeys(MILLIONS, (0.5, None)),
    ("hit_batch", "waybill_aes", "absl_own_hash"): dict.fromkeys(MILLIONS, (0.5, None)),
    ("hit_batch", "waybill_aes", "absl_8_bytes"): dict.fromkeys(MILLIONS, (0.5, None)),
    ("hit_batch", "waybill_aes", "rte_hash"): dict.fromkeys(MILLIONS, (0.5, None)),
    ("hit_single", "waybill_aes", "two_chained"): {10_000_000: (1.2, 1.1)},
    ("hit_single", "waybill_aes", "two_chained_states"): {10_000_000: (1.2, 1.1)},
    ("miss_batch", "waybill_aes", "state_line"): {1_000_000: (1.2, 1.0), 10_000_000: (1.9, 1.2)},
}
IN_STORE = "_in_store"


def number(value):
    if value != 0 and abs(value) < 0.01:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def with_interval(values):
    bounds = interval(values)
    text = number(statistics.median(values))
    return text + (f" [{number(bounds[0])}, {number(bounds[1])}]" if bounds else "")


def verdict(values, passing, goal, at_most=True):
    bounds = interval(values) or (min(values), max(values))
    low, high = bounds if at_most else (-bounds[1], -bounds[0])
    sign = 1 if at_most else -1
    if goal is not None and high <= sign * goal:
        return "goal reached"
    if high <= sign * passing:
        return "reached" if goal is None else "reached, not the goal"
    return "not reached" if low > sign * passing else "in doubt"


def asked(passing, goal, at_most=True):
    relation = "≤" if at_most else "≥"
    return f"{relation} {passing:g}" + ("" if goal is None else f", goal {goal:g}")


def table(title, columns, rows):
    if not rows:
        return
    print(f"## {title}\n")
    print("| " + " | ".join(columns) + " |")
    print("|---" * len(columns) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def lookups(results, row):
    rows = []
    for subject, beside, size, name in results.find(row):
        ratios = results.of(name, "times_the_floor")
        limits = RATIOS.get((row, subject, beside.removesuffix(IN_STORE)), {}).get(size)
        rows.append((subject, beside, f"{size:,}", number(statistics.median(results.of(name, "real_time"))),
                     number(statistics.median(results.of(name, "floor_ns"))), with_interval(ratios),
                     asked(*limits) if limits else "", verdict(ratios, *limits) if limits else ""))
    return rows


def percents(run):
    """The names of percentiles of a run of growth, the worst behind them."""
    names = [key.removeprefix("least_").removesuffix("_ns") for key in run if key.startswith("least_")]
    return sorted(names, key=lambda name: math.inf if name == "worst" else float(name[1:]))


def print_growth(results):
    rows, columns = [], []
    for subject, size, name in results.growths():
        columns = percents(results.runs[name][-1])
        for kind, title in (("", "as timed"), ("nothing_", "nothing, in the same moments"), ("least_", "least of the repetitions")):
            # The least is over all repetitions until then.
            take = (lambda values: values[-1]) if kind == "least_" else statistics.median
            times = [take(results.of(name, f"{kind}{percent}_ns")) / 1000 for percent in columns]
            rows.append((subject, f"{size:,}", title, *map(number, times)))
    table("Growth: microseconds of an insertion", ("table", "to", "", *columns), rows)


def single_rows(results):
    """(what, values, pass, goal, at most) of what is asked of one figure."""
    for subject, size, name in results.growths():
        if not subject.startswith("waybill"):
            continue
        yield f"growth to {size:,}: bytes moved by an insertion", results.of(name, "bytes_moved"), 16384, None, True
        yield f"growth to {size:,}: µs at p99.99, as timed", [ns / 1000 for ns in results.of(name, "p99.99_ns")], 20, None, True
        yield f"growth to {size:,}: µs at p99.99, least of the repetitions", [results.last(name, "least_p99.99_ns") / 1000], 20, None, True
        for peer, peer_size, peer_name in results.growths():
            if peer.startswith("absl") and peer_size == size:
                worst = results.last(name, "least_worst_ns") / results.last(peer_name, "least_worst_ns")
                yield f"growth to {size:,}: worst insertion over that of {peer}", [worst], 0.001, None, True
    for _, _, size, name in results.find("crafted_probes"):
        for kind in ("hit", "miss"):
            ratios = results.of(name, f"{kind}_lines_ratio")
            yield f"crafted keys among {size:,}: lines of a {kind} over those of random ones", ratios, 1.05, None, True
            yield f"crafted keys among {size:,}: the same, at least", ratios, 0.95, None, False
    for _, _, size, name in results.find("cores"):
        yield f"two threads of {size:,} each: scaling over the control's", results.of(name, "over_control"), 0.95, 0.97, False
    index = [results.last(name, "bytes_each") for subject, kind, _, name in results.find("index_bytes") if (subject, kind) == ("waybill", "full")]
    if index:
        yield f"bytes of index for a CID: the most of {len(index)} sizes", [max(index)], 16, 10, True
    associations = [results.last(name, "bytes_each") for *_, name in results.find("association_bytes")]
    if associations:
        yield f"bytes of an idle association: the most of {len(associations)} sizes", [max(associations)], 400, 320, True


def print_counters(results, title, row, ignored=()):
    rows = []
    usual = {"name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions", "repetition_index", "threads",
             "iterations", "cpu_time", "time_unit", *ignored}
    for name, runs in results.runs.items():
        if name.split("/")[0] in row:
            rows += [(name, counter, with_interval(results.of(name, counter))) for counter in runs[0] if counter not in usual]
    table(title, ("what", "counter", ""), rows)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results = Results.of_folder(sys.argv[1])
    columns = ("subject", "beside", "associations", "ns", "beside: ns", "ratio", "asked", "")
    for row, title in (("hit_batch", "Hits in batches of 32"), ("miss_batch", "CIDs of nobody in batches of 32"),
                       ("hit_single", "Hits, each waiting for the one before"), ("key_hit_batch", "Hits by other keys"),
                       ("key_miss_batch", "Other keys of nobody")):
        table(title, columns, lookups(results, row))
    print_growth(results)
    table("What is asked of one figure", ("what", "measured", "asked", ""),
          [(what, with_interval(values), asked(passing, goal, at_most), verdict(values, passing, goal, at_most))
           for what, values, passing, goal, at_most in single_rows(results)])
    print_counters(results, "Crafted keys", {"crafted_probes", "crafted_hit", "crafted_insertion", "unkeyed"})
    print_counters(results, "Cores", {"cores", "foreign"})


if __name__ == "__main__":
    main()
