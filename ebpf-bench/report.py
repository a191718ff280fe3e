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

# What a case is set against, where libbpf has more than one variant of it; a case of None is any.
BASE = {
    ("C.btf warm", "parse+find+walk"): "btf__parse",
    ("A.flow", None): "libbpf poll",
    ("B.iterate", None): "lookup_batch 4096",
}

# Which of libbpf's operations on one row one of ours is set against.
OPERATIONS = {"get": "lookup", "put": "update"}

# Another variant of libbpf to be set against, in a column of its own.
SECOND = {"A.flow": "libbpf, 50 us naps"}

# What is more the better.
UPWARDS = {"Mrec/s"}

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
    ("A.drain", "16B", "ebpf4j segment", "ns/rec"): "0.5 x C",
    ("A.drain", "48B", "ebpf4j segment", "ns/rec"): "0.6 x C",
    ("A.drain", "256B", "ebpf4j segment", "ns/rec"): "0.5 x C",
    ("A.drain", "mixed sizes", "ebpf4j segment", "ns/rec"): "1.15 x C",
    ("A.drain", None, "ebpf4j cursor, 3 fields", "ns/rec"): "1.0 x C",
    ("A.drain", None, "ebpf4j record", "ns/rec"): "1.5 x C",
    ("A.drain", None, "ebpf4j segment", "B/rec"): "0",
    ("A.drain", None, "ebpf4j cursor, 3 fields", "B/rec"): "0",
    ("A.drain", None, "ebpf4j record", "B/rec"): "one object, 32",
    ("A.flow", "48B, flat out", "ebpf4j adaptive", "Mrec/s"): "6 x poll, 1.1 x naps",
    ("A.flow", "48B, flat out", "ebpf4j adaptive", "producer ns/rec"): "0.2 x poll",
    ("A.flow", "48B, 1 M/s in bursts", "ebpf4j adaptive", "consumer CPU ns/rec"): "1.1 x poll",
    ("A.flow", "48B, flat out, 256 KiB ring", "ebpf4j adaptive", "drop%"): "as naps",
    ("A.flow", "48B with time, one each 20 ms", "ebpf4j adaptive", "latency max, us"): "1000",
    ("A.flow", "48B, none", "ebpf4j adaptive", "wake-ups/s"): "0",
    ("B.iterate", None, "ebpf4j forEach", "ns/entry"): "1.08 x C",
    ("B.iterate", "hash 1M", "ebpf4j parallel, 2 threads", "ns/entry"): "0.6 x C",
    ("B.iterate", "hash 1M", "ebpf4j walker", "ns/entry"): "0.9 x C",
    ("B.iterate", "hash 10k", "ebpf4j walker", "ns/entry"): "0.5 x C",
    ("B.iterate", "percpu hash 10k", "ebpf4j walker", "ns/entry"): "0.5 x C",
    ("F.single", None, "ebpf4j get", "ns/op"): "1.12 x C",
    ("F.single", None, "ebpf4j put", "ns/op"): "1.12 x C",
    ("E.exec", "tracepoint with CO-RE, to attached, beyond the start", "ebpf4j", "ms"): "110 ms",
    ("E.exec", "tracepoint with CO-RE, to attached", "ebpf4j, AOT cache", "ms"): "110 ms",
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
            if int(check) and not workload.startswith("D."):
                checks[workload, case].add(int(check))
    return figures, checks, loads


def add_differences(figures):
    """Adds what a process takes beyond one that starts and exits, of the same round and means."""
    start = {(key.workload, key.variant): rounds for key, rounds in figures.items() if key.case == "start and exit"}
    for key, rounds in list(figures.items()):
        own, plain = start.get((key.workload, key.variant)), start.get((key.workload, "ebpf4j"))
        if key.case == "start and exit" or key.case.endswith(("phase", "to exit")) or not plain:
            continue
        if own:
            add_difference(figures, key, rounds, own, key.variant)
        if key.variant not in ("libbpf", "ebpf4j"):
            add_difference(figures, key, rounds, plain, key.variant + ", from a start without it")


def add_difference(figures, key, rounds, start, variant):
    beyond = key._replace(case=key.case + ", beyond the start", variant=variant)
    for number, figure in rounds.items():
        base = start[number]
        figures[beyond][number] = Figure(*(a - b for a, b in zip(figure, base)))


def any_case(table, workload, case, *rest):
    """What a table says of a case, or of any case of the workload."""
    return table.get((workload, case, *rest), table.get((workload, None, *rest)))


def base_variant(key):
    """The variant of libbpf that a key is set against; None for the only one."""
    if key.workload == "F.single":
        operation = key.variant.split()[-1]
        return OPERATIONS.get(operation, operation)
    return any_case(BASE, key.workload, key.case)


def rounds_of_c(figures, key, variant):
    """The rounds of libbpf of a key's case and unit, or None."""
    for other, rounds in figures.items():
        if (other.workload, other.case, other.unit, other.harness) == (key.workload, key.case, key.unit, "c"):
            if variant is None or other.variant == variant:
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
    base = rounds_of_c(figures, key, base_variant(key)) or {}
    second = rounds_of_c(figures, key, SECOND[key.workload]) or {} if key.workload in SECOND else {}
    cpu = statistics.median(figure.cpu for figure in rounds.values())
    best = (max if key.unit in UPWARDS else min)(figure.least for figure in rounds.values())
    return [key.case, key.variant, key.unit, number(statistics.median(wall)), half_spread(wall),
            number(cpu) if cpu else "", number(best),
            ratio(rounds, base, "wall"), ratio(rounds, base, "cpu"), ratio(rounds, second, "wall"),
            any_case(GOALS, key.workload, key.case, key.variant, key.unit) or ""]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    figures, checks, loads = read(sys.argv[1])
    add_differences(figures)
    rounds = {n for by_round in figures.values() for n in by_round}
    print(f"{len(rounds)} rounds; load of the machine while measuring: median {statistics.median(loads):.1f}, "
          f"from {min(loads):.1f} to {max(loads):.1f}")
    for (workload, case), found in checks.items():
        if len(found) > 1 and (workload[0] != "C" or case.endswith(("walk", "walk, loaded", "absent, loaded"))):
            print(f"\n**The harnesses disagree** on {workload}, {case}: {sorted(found)}")
    for workload in sorted({key.workload for key in figures}):
        second = f"× {SECOND[workload]}" if workload in SECOND else ""
        print(f"\n### {workload}\n\n| case | variant | unit | median | ±% | CPU | best | × C | CPU × C | {second} | goal |")
        print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
        keys = [key for key in figures if key.workload == workload]
        cases = list(dict.fromkeys(key.case for key in keys))
        for key in sorted(keys, key=lambda k: (cases.index(k.case), k.harness != "c")):
            print("| " + " | ".join(row(figures, key)) + " |")


main()
