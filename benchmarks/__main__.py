"""Measure and write docs/performance.md: all of it, or the sections that are named, in their place.

python -m benchmarks [--quick] [kitchens monolith swap batch cold-start]
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Any

import numpy as np

from benchmarks.instance import cpu_seconds
from benchmarks.kitchens import START, kitchen_of
from benchmarks.monolith import Monolith, build_monolith, judge, run_cbc, run_highs
from mealplan.formulate import task_for
from mealplan.kitchen import Kitchen
from mealplan.request import PlanRequest
from mealplan.schedule import Search
from mealplan.solve import solve
from mealplan.swap import best_meals
from mealplan.targets import targets_for
from mealplan.task import Task

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
SIZES = (150, 300, 1000, 3000, 10000)
DIETS = ("omnivore", "vegetarian", "vegan")
SEEDS = (1, 2, 3)
MONOLITH_S = 60.0
BATCH = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two sizes, one seed, ten seconds for the monolith")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help="what to measure; by default everything")
    chosen = parser.parse_args()
    sections = sections_of(chosen.quick)
    if unknown := [name for name in chosen.sections if name not in sections]:
        parser.error(f"no section {unknown[0]}; there are {', '.join(sections)}")
    written = read_page(sections) if chosen.sections else {}
    parts = [
        written[name] if chosen.sections and name not in chosen.sections else "\n".join(with_versions(measure()))
        for name, measure in sections.items()
    ]
    PAGE.write_text("\n".join([*head(), *parts]) + "\n", encoding="utf-8")
    print(f"wrote {PAGE}")


def read_page(names: Iterable[str]) -> dict[str, str]:
    """The sections of the page as it stands, which has all of them, in this order."""
    _, *sections = re.split(r"^(?=## )", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.removesuffix("\n") for name, text in zip(names, sections, strict=True)}


def sections_of(quick: bool) -> dict[str, Callable[[], Iterator[str]]]:
    """The sections of the page, in order, by name: each yields its lines, heading first."""
    sizes, seeds = ((300, 1000), (1,)) if quick else (SIZES, SEEDS)
    return {
        "kitchens": lambda: instances(sizes, seeds),
        "monolith": lambda: monolith(10.0 if quick else MONOLITH_S),
        "swap": swaps,
        "batch": lambda: batch(10 if quick else BATCH),
        "cold-start": lambda: cold_starts(3 if quick else 7),
    }


def head() -> Iterator[str]:
    """What the page says of every section."""
    yield "# Performance"
    yield ""
    yield (
        "Written by `python -m benchmarks`. Seconds are processor seconds of one thread, solvers included, unless they "
        "are called wall clock; gaps are of the plan to the proven bound. Kitchens are parts of the library, or the "
        "library with dishes made up from it. Every week is for a woman of 38 on 2,000 kcal in January."
    )
    yield ""


def with_versions(section: Iterator[str]) -> Iterator[str]:
    """A section with what it was measured with, and when, under its heading."""
    packages = ("mealplan", "numpy", "pandas", "PuLP", "highspy")
    yield next(section)
    yield ""
    yield (
        f"{date.today()}; Python {platform.python_version()}; " + ", ".join(f"{p} {version(p)}" for p in packages) + "."
    )
    yield from section


def instances(sizes: Sequence[int], seeds: Sequence[int]) -> Iterator[str]:
    """Bound, first plan, gap over time, shares and memory, by size and diet."""
    rows = []
    for size in sizes:
        for diet in DIETS:
            for seed in seeds:
                command = [sys.executable, "-m", "benchmarks.instance", str(size), diet, str(seed), "auto"]
                rows.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
                print(rows[-1], file=sys.stderr)
    yield "## Kitchens of 150 to 10,000 dishes"
    yield ""
    yield (
        "Medians of the seeds; `worst` is the largest gap of any. The default takes the best of three searches; "
        "above a gap of 2 % it then proves what days can hold. "
        "`master` and `solver` are the shares of building the linear programs in PuLP and of solving them, hand-over "
        "included."
    )
    yield ""
    yield (
        "| dishes | diet | build, s | bound, s | first plan, s | its gap | gap at 5 s | worst | gap at 15 s | worst "
        "| default, s | master | solver | memory, MB |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    for size in sizes:
        for diet in DIETS:
            some = [row for row in rows if row["size"] == size and row["diet"] == diet]
            yield "| " + " | ".join(_row(size, diet, some)) + " |"
    held = [row for row in rows if row["size"] >= 300 and row["diet"] != "vegan"]
    yield ""
    yield (
        f"Omnivore and vegetarian, 300 dishes and more: median gap {_percent(median(_at(row, 5.0) for row in held))} "
        f"within 5 s and {_percent(median(_at(row, 15.0) for row in held))} within 15 s, worst "
        f"{_percent(max(_at(row, 5.0) for row in held))} and {_percent(max(_at(row, 15.0) for row in held))}. Largest "
        f"shortfall of targets where none is proven: {max(row['shortfall'] for row in held):.3f} points. Bound above "
        f"plan: {sum(row['bound'] > row['objective'] + 1e-6 for row in rows)} of {len(rows)} runs."
    )
    yield ""


def _row(size: int, diet: str, rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    def mid(read: Callable[[dict[str, Any]], float]) -> float:
        return median(map(read, rows))

    yield f"{size:,}"
    yield diet
    yield f"{mid(lambda row: row['build_s']):.2f}"
    yield f"{mid(lambda row: row['bound_s']):.1f}"
    yield f"{mid(lambda row: row['course'][0][0]):.1f}"
    yield _percent(mid(lambda row: row["course"][0][1]))
    for seconds in (5.0, 15.0):
        yield _percent(mid(lambda row, until=seconds: _at(row, until)))  # type: ignore[misc]
        yield _percent(max(_at(row, seconds) for row in rows))
    yield f"{mid(lambda row: row['default_s']):.1f}"
    yield _percent(mid(lambda row: row["master_share"]))
    yield _percent(mid(lambda row: row["solver_share"]))
    yield f"{mid(lambda row: row['memory_mb']):.0f}"


def _at(row: dict[str, Any], seconds: float) -> float:
    """The gap of the best plan found by then; 1 where there is none yet."""
    return float(min((gap for when, gap in row["course"] if when <= seconds), default=1.0))


def _percent(share: float) -> str:
    return "none yet" if share >= 1 else f"{100 * share:.1f} %"


def monolith(seconds: float) -> Iterator[str]:
    """The obvious program against ours, in the same run."""
    yield f"## Against one big integer program, 300 dishes, {seconds:.0f} s of wall clock on two threads"
    yield ""
    yield "The points of the week by the planner's own objective, ours after 3 s."
    yield ""
    yield "| diet | ours at 3 s | PuLP and CBC | HiGHS on its MPS file | ours / CBC |"
    yield "|---|---|---|---|---|"
    for diet in DIETS[:2]:
        request = PlanRequest(start=START, diets=(diet,))
        task = task_for(request, kitchen_of(300, 1), targets_for(request.person))
        ours = _objective_at(task, 3.0)
        cbc, highs = (_monolith_points(task, run, seconds) for run in (run_cbc, run_highs))
        yield f"| {diet} | {ours:.2f} | {cbc:.1f} | {highs:.1f} | {ours / cbc:.2f} |"
    yield ""


def _monolith_points(task: Task, run: Callable[[Monolith, float], dict[str, float]], seconds: float) -> float:
    model = build_monolith(task)
    return judge(model, task, run(model, seconds))


def _objective_at(task: Task, seconds: float) -> float:
    """The best of the searches begun within so many processor seconds; at least one."""
    started, best, seed = cpu_seconds(), np.inf, 1
    while seed == 1 or cpu_seconds() - started < seconds:
        best = min(best, solve(task, seed=seed, effort=1).objective)
        seed += 1
    return float(best)


def swaps() -> Iterator[str]:
    """The five best alternatives for every place of the default weeks."""
    yield "## Swap: the five best alternatives for a place, exact"
    yield ""
    yield "| diet | median, ms | 95 %, ms | most, ms |"
    yield "|---|---|---|---|"
    for diet in DIETS:
        request = PlanRequest(start=START, diets=(diet,))
        task = task_for(request, Kitchen.embedded(), targets_for(request.person))
        solution = solve(task, effort=1)
        search = Search(task, solution.pool)
        search.place(solution.week.rows)
        times = []
        for slot in solution.week.rows:
            for day in range(task.days):
                started = cpu_seconds()
                best_meals(search, task, day, slot)
                times.append(1000 * (cpu_seconds() - started))
        yield f"| {diet} | {median(times):.0f} | {np.quantile(times, 0.95):.0f} | {max(times):.0f} |"
    yield ""


def batch(count: int) -> Iterator[str]:
    """Many requests on one process and on two."""
    walls = []
    for processes in (1, 2):
        started = time.monotonic()
        with ProcessPoolExecutor(processes) as pool:
            list(pool.map(_one_of_a_batch, range(count)))
        walls.append(time.monotonic() - started)
    yield f"## A batch of {count} requests"
    yield ""
    yield (
        f"Wall clock: {walls[0]:.0f} s on one process, {walls[1]:.0f} s on two: {walls[0] / walls[1]:.2f} times as "
        f"fast ({count / walls[0] * 60:.0f} and {count / walls[1] * 60:.0f} plans a minute)."
    )
    yield ""


def _one_of_a_batch(seed: int) -> float:
    request = PlanRequest(start=START, diets=("vegetarian",), seed=seed)
    return solve(task_for(request, Kitchen.embedded(), targets_for(request.person)), seed=seed, effort=1).objective


def cold_starts(runs: int) -> Iterator[str]:
    """Whole commands from a cold start."""
    yield "## Cold starts"
    yield ""
    yield "| command | wall clock, s | processor, s | memory, MB |"
    yield "|---|---|---|---|"
    command, week = str(Path(sys.executable).with_name("mealplan")), str(Path(mkdtemp()) / "week.json")
    for name, words in (
        ("`mealplan --help`", [command, "--help"]),
        ("`python -c 'import pulp, pandas'`", [sys.executable, "-c", "import pulp, pandas"]),
        ("`mealplan generate --vegetarian`", [command, "generate", "--vegetarian", "-o", week]),
        ("`mealplan swap week.json tue dinner --list`", [command, "swap", week, "tue", "dinner", "--list"]),
    ):
        measured = [_run(words) for _ in range(runs)]
        wall, cpu, memory = (median(figure) for figure in zip(*measured, strict=True))
        yield f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |"


def _run(words: Sequence[str]) -> tuple[float, float, float]:
    """Wall clock and processor seconds of a command, and its memory in MB."""
    code = (
        "import json, resource, subprocess, sys, time; started = time.monotonic();"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(json.dumps([time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True, text=True)
    wall, cpu, memory = json.loads(done.stdout)
    return wall, cpu, memory


if __name__ == "__main__":
    main()
