"""What a meal costs in appetite, in points: minutes, odd servings, an uneven size, sides that are missing or foreign.

Every cost is at least nothing. Costs of a dish add up over a meal (`Taste.dish_points`), the rest
depends on the meal as a whole (`Taste.whole_points`, `Taste.uneven_points`) or on its company (`Space.meal_points`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mealplan.courses import ENERGY_SHARE
from mealplan.dishes import Dish, Season, Slot
from mealplan.iron import PAIRED_NONHEME_MG, PAIRED_VITAMIN_C_MG
from mealplan.nutrition import Servings
from mealplan.occasions import SEASONS, Occasion
from mealplan.request import Weights

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

INHIBITING_CALCIUM_MG = 300.0
"""Calcium beside which about half as much iron is absorbed from a single meal (Hallberg & Hulthen 2000)."""

CAFFEINE_MG = 10.0
"""Caffeine in a serving from which a dish counts as coffee, tea or cocoa."""

PROTEIN_SHARE = 0.2
"""Share of the day's protein that each meal but the snack should hold."""

SEEN_HALF_DAYS = 14
"""Days after which a dish of an earlier plan counts half as seen."""
SEEN_BESIDE = 0.2
"""How much a dish counts as seen that is no main, as a share of one: bread and fruit come every week."""

LISTED = 40
"""Dishes of a week, about."""

UNHURRIED_MINUTES = 30
USUAL_KCAL = 2000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Insides:
    """What decides inside a meal, as arrays of one shape: milligrams, grams of protein, and energy in kcal.

    ``enhancing`` is mg of vitamin C plus g of cooked meat; ``caffeine`` counts dishes with caffeine.
    """

    heme: Floats
    nonheme: Floats
    enhancing: Floats
    vitamin_c: Floats
    energy: Floats
    protein: Floats
    calcium: Floats
    caffeine: Floats


def build_insides(servings: Servings) -> Floats:
    """(n_dishes, 8) the fields of `Insides`, in order, for one serving of each dish; a nutrient not asked for is 0."""
    vitamin_c = servings.column("vitamin_c_mg")
    return np.column_stack(
        [
            servings.heme_mg,
            servings.nonheme_mg,
            vitamin_c + servings.meat_g,
            vitamin_c,
            servings.column("energy_kcal"),
            _column(servings, "protein_g"),
            _column(servings, "calcium_mg"),
            np.array([float(caffeine_mg(dish) >= CAFFEINE_MG) for dish in servings.dishes]),
        ]
    )


def _column(servings: Servings, key: str) -> Floats:
    return servings.column(key) if key in servings.keys else np.zeros(len(servings.dishes))


def caffeine_mg(dish: Dish) -> float:
    """Caffeine in a serving, in mg, as far as the catalogue knows it."""
    return sum((line.ingredient.caffeine_mg_per_100g or 0.0) * line.grams for line in dish.lines) / 100 / dish.serves


def cost_usd(dish: Dish) -> float:
    """What a serving costs in US$, as bought; what has no known price counts like the rest of the dish, by weight."""
    grams = [line.bought_grams for line in dish.lines]
    prices = [line.ingredient.price_usd_per_100g for line in dish.lines]
    priced = sum(weight for weight, price in zip(grams, prices, strict=True) if price is not None)
    known = sum(weight * price for weight, price in zip(grams, prices, strict=True) if price is not None) / 100
    return known / priced * sum(grams) / dish.serves if priced else 0.0


def seen_share(dish: Dish, days: int) -> float:
    """How much a dish still counts as seen so many days after it was planned: a main from 1 on, others less."""
    return float(0.5 ** (days / SEEN_HALF_DAYS)) * (1.0 if dish.is_main else SEEN_BESIDE)


def has_alcohol(dish: Dish) -> bool:
    """Whether alcohol goes into the dish."""
    return any("alcohol" in line.ingredient.contains for line in dish.lines)


def new_lines(dishes: Sequence[Dish]) -> Floats:
    """(n_dishes,) lines that a dish adds to a week's list, by how many other dishes share its foods; staples are none.

    A food in a share s of the dishes is missing from `LISTED` of them, drawn at random, with (1 - s) to that power.
    """
    foods = [{line.ingredient.name for line in dish.lines if not line.ingredient.staple} for dish in dishes]
    shared = Counter(name for held in foods for name in held)
    lines = [sum((1 - shared[name] / len(dishes)) ** LISTED for name in sorted(held)) for held in foods]
    return np.array(lines, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class DishFacts:
    """What taste asks of dishes, (n_dishes,) each: minutes, US$ a serving, and whether there is caffeine or alcohol.

    ``seasons`` says of each season whether a dish is in it; ``scaled``: its servings grow with the person's energy.
    """

    minutes: Floats
    active_minutes: Floats
    cost_usd: Floats
    new_lines: Floats
    stimulant: Bools
    alcohol: Bools
    seasons: Mapping[Season, Bools]
    scaled: Bools


def build_facts(dishes: Sequence[Dish]) -> DishFacts:
    """The facts of these dishes, in their order."""
    return DishFacts(
        minutes=np.array([dish.minutes for dish in dishes], dtype=np.float64),
        active_minutes=np.array([dish.active_minutes for dish in dishes], dtype=np.float64),
        cost_usd=np.array([cost_usd(dish) for dish in dishes]),
        new_lines=new_lines(dishes),
        stimulant=np.array([caffeine_mg(dish) >= CAFFEINE_MG for dish in dishes], dtype=bool),
        alcohol=np.array([has_alcohol(dish) for dish in dishes], dtype=bool),
        seasons={
            season: np.array([bool(dish.seasons & {"all", season}) for dish in dishes], dtype=bool)
            for season in SEASONS
        },
        scaled=np.array([dish.is_main or dish.course == "breakfast" for dish in dishes], dtype=bool),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """Whose week it is, as far as it decides what a meal costs.

    ``energy_kcal`` and ``protein_g`` are of the person's day, protein 0 where no target is known; ``doubtful``
    are rows of the dishes that fit only by their label; with no ``season`` everything is in season. At the meals of
    ``no_caffeine`` and ``no_alcohol`` the person wants none: such a dish costs `Weights.over_cap`. ``seen``: the share
    of `Weights.seen` that dishes of earlier plans cost, by row. ``own_cost`` (n_dishes,): points that the caller's own
    quantities put on a serving of each dish.
    """

    energy_kcal: float
    protein_g: float = 0.0
    season: Season | None = None
    doubtful: frozenset[int] = frozenset()
    no_caffeine: frozenset[Slot] = frozenset()
    no_alcohol: frozenset[Slot] = frozenset()
    seen: Mapping[int, float] = field(default_factory=dict)
    own_cost: Floats | None = None
    weights: Weights

    def take(self, rows: Ints) -> Taste:
        """The taste for some of the dishes."""
        return replace(
            self,
            doubtful=frozenset(np.flatnonzero(np.isin(rows, list(self.doubtful))).tolist()),
            seen={row: self.seen[old] for row, old in enumerate(rows.tolist()) if old in self.seen},
            own_cost=None if self.own_cost is None else self.own_cost[rows],
        )

    def dish_points(self, facts: DishFacts, rows: Ints, amounts: Floats, occasion: Occasion) -> Floats:
        """(n,) points of these servings of these dishes, whatever stands beside them."""
        weights, slot = self.weights, occasion.slot
        hurried = np.maximum(facts.minutes - UNHURRIED_MINUTES, 0) if occasion.weekday else 0.0
        in_season = facts.seasons[self.season] if self.season else True
        late = (facts.stimulant | facts.alcohol) & (slot == "dinner")
        unwanted = (facts.stimulant & (slot in self.no_caffeine)) | (facts.alcohol & (slot in self.no_alcohol))
        doubtful = np.isin(np.arange(len(facts.minutes)), list(self.doubtful))
        by_dish = (
            weights.over_cap * unwanted
            + weights.minutes * facts.active_minutes
            + weights.weekday_minutes * hurried
            + weights.cost * facts.cost_usd
            + weights.reuse * facts.new_lines
            + weights.check_label * doubtful
            + weights.out_of_season * np.logical_not(in_season)
            + weights.evening * late
            + weights.seen * np.array([self.seen.get(row, 0.0) for row in range(len(facts.minutes))])
        )
        usual = np.where(facts.scaled, self._usual_servings(), 1.0)
        points: Floats = by_dish[rows] + weights.serving * 2 * np.abs(amounts - usual[rows])
        if self.own_cost is not None:
            points += weights.quantities * self.own_cost[rows] * amounts
        return points

    def _usual_servings(self) -> float:
        # A recipe's portion is meant for 2,000 kcal a day; who needs half as much again finds that normal.
        return min(1.5, max(0.75, round(self.energy_kcal / USUAL_KCAL * 4) / 4))

    def uneven_points(self, slot: Slot, energy: Floats) -> Floats:
        """(n,) points of meals of this energy for being too small or too big for their slot."""
        low, high = ENERGY_SHARE[slot]
        share = energy / self.energy_kcal
        points: Floats = self.weights.uneven_meal * 100 * (np.maximum(low - share, 0) + np.maximum(share - high, 0))
        return points

    def whole_points(self, slot: Slot, meals: Insides) -> Floats:
        """(n,) points of whole meals: iron without its partner or beside what hinders it, little protein."""
        weights = self.weights
        heavy = meals.nonheme >= PAIRED_NONHEME_MG
        points = np.zeros(len(heavy))
        points += weights.unpaired_iron * (heavy & (meals.vitamin_c < PAIRED_VITAMIN_C_MG))
        points += weights.inhibited_iron * (heavy & ((meals.calcium >= INHIBITING_CALCIUM_MG) | (meals.caffeine > 0)))
        if self.protein_g and slot != "snack":
            thin = np.maximum(PROTEIN_SHARE - meals.protein / self.protein_g, 0)
            points += weights.thin_protein * 100 * thin
        return points
