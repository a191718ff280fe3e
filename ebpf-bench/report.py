#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the results of run.sh as Markdown tables: report.py RESULTS

A figure is the median over rounds of the rounds' medians. A ratio is the median of the ratios within each round, so
that a machine that is slower in one round than in another does not show in it.
"""
import statistics
import sys
from collections import defaultdict
from typing import NamedTuple

# What a case is set against, where libbpf has more than one variant of it.
BASE = {("C.btf warm", "parse+find+walk"): "btf__parse"}

# (workload, case, variant, unit) -> the goal, as words; the figures of cilium/ebpf are quoted in README.md.
GOALS = {
    ("C.btf warm", "parse+find+walk", "ebpf4j, one lookup", "us"): "0.10 x C",
    ("C.btf warm", "parse+find+walk", "ebpf4j, full index", "us"): "0.6 x C",
    ("C.btf warm", "all types as records, loaded", "ebpf4j", "us"): "78 ms",
    ("C.btf dump", "all types to C", "ebpf4j", "us"): "1.5 x C",
    ("C.btf heap", "after full index", "ebpf4j", "bytes"): "1 MiB",
    ("C.cold", "find task_struct, beyond the start", "ebpf4j", "ms"): "80 ms",
    ("C.cold", "find task_struct, beyond the start", "ebpf4j, AOT cache", "ms"): "30 ms",
    ("D.elf warm", "small", "ProgramSpec.read", "us"): "29 us",
    ("D.elf warm", "large", "ProgramSpec.read", "us"): "201 us",
}


class Key(NamedTuple):
    workload: str
    case: str
    harness: str
    variant: str
    unit: str


class Figure(NamedTuple):
    wall: float
    cpu: float
    least: float


def read(path):
    """Returns figures by key and round, checks by case, and the loads of the machine."""
    figures, checks, loads = defaultdict(dict), defaultdict(set), []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            column = line.rstrip("\n").split("\t")
            if len(column) != 12:
                sys.exit(f"{path}: not a line of results: {line!r}")
            number, harness, load, workload, case, variant, unit, wall, cpu, least, _, check = column
            key = Key(workload, case, "c" if variant == "libbpf" else harness, variant, unit)
            figures[key][int(number)] = Figure(float(wall), float(cpu), float(least))
            loads.append(float(load))
            if int(check) and workload.startswith("C."):
                checks[workload, case].add(int(check))
    return figures, checks, loads


def add_differences(figures):
    """Adds what a process takes beyond one that starts and exits, of the same round and means."""
    start = {key.variant: rounds for key, rounds in figures.items() if key.case == "start and exit"}
    for key, rounds in list(figures.items()):
        if key.workload != "C.cold" or key.case == "start and exit":
            continue
        add_difference(figures, key, rounds, start[key.variant], key.variant)
        if key.variant != "libbpf" and key.variant != "ebpf4j":
            add_difference(figures, key, rounds, start["ebpf4j"], key.variant + ", from a start without it")


def add_difference(figures, key, rounds, start, variant):
    beyond = key._replace(case=key.case + ", beyond the start", variant=variant)
    for number, figure in rounds.items():
        base = start[number]
        figures[beyond][number] = Figure(*(a - b for a, b in zip(figure, base)))


def base_of(figures, key):
    """The rounds of libbpf that a key is set against, or None."""
    wanted = BASE.get((key.workload, key.case))
    for other, rounds in figures.items():
        if (other.workload, other.case, other.unit, other.harness) == (key.workload, key.case, key.unit, "c"):
            if wanted is None or other.variant == wanted:
                return rounds
    return None


def half_spread(values):
    """Half the range between the quartiles, in per cent of the median."""
    if len(values) < 3 or not statistics.median(values):
        return ""
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{abs(50 * (high - low) / statistics.median(values)):.0f}"


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def ratio(rounds, base, field):
    """The median of the ratios within a round."""
    pairs = [(getattr(rounds[n], field), getattr(base[n], field)) for n in rounds if n in base]
    ratios = [a / b for a, b in pairs if a > 0 and b > 0]
    return f"{statistics.median(ratios):.3g}" if ratios else ""


def row(figures, key):
    rounds = figures[key]
    wall = [figure.wall for figure in rounds.values()]
    base = base_of(figures, key) or {}
    cpu = statistics.median(figure.cpu for figure in rounds.values())
    return [key.case, key.variant, key.unit, number(statistics.median(wall)), half_spread(wall),
            number(cpu) if cpu else "", number(min(figure.least for figure in rounds.values())), ratio(rounds, base, "wall"), ratio(rounds, base, "cpu"),
            GOALS.get((key.workload, key.case, key.variant, key.unit), "")]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    figures, checks, loads = read(sys.argv[1])
    add_differences(figures)
    rounds = {n for by_round in figures.values() for n in by_round}
    print(f"{len(rounds)} rounds; load of the machine while measuring: median {statistics.median(loads):.1f}, "
          f"from {min(loads):.1f} to {max(loads):.1f}")
    for (workload, case), found in checks.items():
        if len(found) > 1 and case.endswith(("walk", "walk, loaded", "absent, loaded")):
            print(f"\n**The harnesses disagree** on {workload}, {case}: {sorted(found)}")
    for workload in sorted({key.workload for key in figures}):
        print(f"\n### {workload}\n\n| case | variant | unit | median | ±% | CPU | least | × C | CPU × C | goal |")
        print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|")
        keys = [key for key in figures if key.workload == workload]
        cases = list(dict.fromkeys(key.case for key in keys))
        for key in sorted(keys, key=lambda k: (cases.index(k.case), k.harness != "c")):
            print("| " + " | ".join(row(figures, key)) + " |")


main()
