"""Random requests against random kitchens: each must end in a plan that verifies, or in a documented error.

python -m benchmarks.campaign 1000 --processes 2
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

from benchmarks.kitchens import START, kitchen_of
from foods.errors import FoodsError
from mealplan.cli.who import DIET_FLAGS
from mealplan.dishes import SLOTS, Slot
from mealplan.errors import MealplanError
from mealplan.pipeline import generate
from mealplan.request import PlanRequest
from mealplan.rules import WEEKDAYS
from mealplan.verify import verify

GRACE_S = 30.0
"""A search that has begun is finished, and the plan written up, after the time limit."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)
AVOIDED = ("peanut", "soy", "onion", "milk", "mushroom", "tomato")
COUNTED = ("red meat", "fish", "pasta", "soup", "legumes", "Italian", "Indian")
MEALS: tuple[tuple[Slot, ...], ...] = (SLOTS, SLOTS, SLOTS, ("lunch", "dinner"), ("breakfast", "lunch", "dinner"))


def random_request(random: np.random.Generator) -> PlanRequest:
    """Anyone from a child of four to old age, with any diets, days, energy and time."""
    sex = str(random.choice(["female", "male"]))
    age = int(random.integers(4, 85))
    person: dict[str, Any] = {"sex": sex, "age": age, "kcal": float(random.uniform(1200, 4000))}
    if sex == "female" and 18 <= age <= 45 and random.random() < 0.3:
        person["pregnant"] = int(random.integers(1, 4))
    if age >= 19 and random.random() < 0.3:
        person |= {"weight_kg": float(random.uniform(45, 120)), "height_cm": float(random.uniform(150, 200))}
    count = int(random.choice([0, 1, 1, 2, 3]))
    fields: dict[str, Any] = {
        "person": person,
        "diets": tuple(str(d) for d in random.choice(DIET_FLAGS, size=count, replace=False)) or ("omnivore",),
        "avoid": tuple(str(f) for f in random.choice(AVOIDED, size=int(random.integers(0, 3)), replace=False)),
        "days": int(random.integers(1, 29)),
        "start": START + timedelta(days=int(random.integers(0, 365))),
        "seed": int(random.integers(0, 1000)),
        "effort": 1,
        "max_minutes": int(random.integers(20, 90)) if random.random() < 0.2 else None,
        "rules": random_rules(random) if random.random() < 0.5 else {},
    }
    return PlanRequest.model_validate(fields)


def random_rules(random: np.random.Generator) -> dict[str, Any]:
    """Any rules of the week, each now and then; many cannot hold."""

    def words(among: Sequence[str], most: int) -> list[str]:
        return [str(word) for word in random.choice(among, size=int(random.integers(0, most + 1)), replace=False)]

    return {
        "at_most": {word: int(random.integers(0, 5)) for word in words(COUNTED, 2)},
        "at_least": {word: int(random.integers(1, 5)) for word in words(COUNTED, 2)},
        "on": {day: str(random.choice(COUNTED)) for day in words(WEEKDAYS, 1)},
        "minutes": {day: int(random.integers(10, 60)) for day in words(WEEKDAYS, 2)},
        "meat_free": words(WEEKDAYS, 2),
        "no_cooking": words(WEEKDAYS, 1),
        "dislikes": words(COUNTED, 1),
        "favourites": words(COUNTED, 1),
        "same_breakfast": bool(random.random() < 0.3),
        "leftovers": bool(random.random() < 0.2),
        "meals": MEALS[int(random.integers(len(MEALS)))],
    }


def outcome(number: int, seed: int) -> tuple[str, float]:
    """What became of a request, and its seconds of wall clock."""
    random = np.random.default_rng([seed, number])
    kitchen = kitchen_of(int(random.integers(5, 501)), number)
    started = time.monotonic()
    try:
        request = random_request(random)
        plan = generate(request, now=NOW, kitchen=kitchen)
    except (MealplanError, FoodsError) as error:
        return type(error).__name__, time.monotonic() - started
    except Exception as error:
        return f"UNDOCUMENTED {number}: {type(error).__name__}: {error}", time.monotonic() - started
    seconds = time.monotonic() - started
    if seconds > request.time_limit_s + GRACE_S:
        return f"BEYOND ITS TIME LIMIT {number}", seconds
    if problems := verify(plan, kitchen.table, kitchen.catalogue):
        return f"DISAGREES {number}: {problems[0]}", seconds
    if plan.solve.bound > plan.solve.objective + 1e-6:
        return f"BOUND ABOVE PLAN {number}", seconds
    return "plan" if not plan.shortfalls else "plan that misses a target", seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0, help="number of the first request")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    with ProcessPoolExecutor(chosen.processes) as pool:
        numbers = range(chosen.first, chosen.first + chosen.count)
        results = []
        for number, result in zip(numbers, pool.map(partial(outcome, seed=chosen.seed), numbers), strict=True):
            results.append(result)
            print(f"{number}: {result[0]}, {result[1]:.1f} s", file=sys.stderr, flush=True)
    found = Counter(name for name, _ in results)
    seconds = np.array([time for _, time in results])
    for name, times in found.most_common():
        print(f"{times:6} {name}")
    print(f"seconds: median {np.median(seconds):.1f}, 99 % {np.quantile(seconds, 0.99):.1f}, most {seconds.max():.1f}")
    return int(any(name.isupper() or name.split()[0].isupper() for name in found))


if __name__ == "__main__":
    sys.exit(main())
