"""The classic diet problem: published optima and prices, missing values, collisions, and nonsense refused."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mealplan.diet_problem import Diet, Status, WrongDietProblem, diet_problem
from mealplan.solvers import SolverFailed

SOLVERS = ("highs", "cbc")
EXACT = {"rel": 5e-5, "abs": 5e-5}  # four digits


def prices(diet: Diet, side: str) -> dict[str, float]:
    return {row.nutrient: row.price for row in diet.requirements if row.side == side}


def reduced(diet: Diet) -> dict[str, float]:
    return {row.food: row.reduced_cost for row in diet.foods}


# Published problems


def fourer_kernighan() -> dict[str, object]:
    """Fourer, Gay & Kernighan, AMPL, 2nd ed. 2003, section 2.3: a week of dinners, % of the daily requirement."""
    table = pd.DataFrame(
        [
            [60, 20, 10, 15, 938, 295],
            [8, 0, 20, 20, 2180, 770],
            [8, 10, 15, 10, 945, 440],
            [40, 40, 35, 10, 278, 430],
            [15, 35, 15, 15, 1182, 315],
            [70, 30, 15, 15, 896, 400],
            [25, 50, 25, 15, 1329, 370],
            [60, 20, 15, 10, 1397, 450],
        ],
        index=["BEEF", "CHK", "FISH", "HAM", "MCH", "MTL", "SPG", "TUR"],
        columns=["A", "C", "B1", "B2", "NA", "CAL"],
    )
    vitamins = ("A", "C", "B1", "B2")
    return {
        "table": table,
        "minimums": dict.fromkeys(vitamins, 700) | {"CAL": 16000},
        "maximums": dict.fromkeys(vitamins, 20000) | {"NA": 50000, "CAL": 24000},
        "cost": pd.Series([3.19, 2.59, 2.29, 2.89, 1.89, 1.99, 1.99, 2.49], index=table.index),
        "lower": 2,
        "upper": 10,
    }


def chvatal() -> dict[str, object]:
    """Chvatal, Linear Programming, 1983, chapter 1: Polly's day for the least cents."""
    table = pd.DataFrame(
        {
            "energy_kcal": [110, 205, 160, 160, 420, 260],
            "protein_g": [4, 32, 13, 8, 4, 14],
            "calcium_mg": [2, 12, 54, 285, 22, 80],
        },
        index=["oatmeal", "chicken", "eggs", "milk", "cherry pie", "pork with beans"],
    )
    return {
        "table": table,
        "minimums": {"energy_kcal": 2000, "protein_g": 55, "calcium_mg": 800},
        "cost": dict(zip(table.index, [3, 24, 13, 9, 20, 19], strict=True)),
        "upper": dict(zip(table.index, [4, 3, 2, 8, 2, 2], strict=True)),
    }


def mcdonalds() -> dict[str, object]:
    """Fourer, in Operations Research Models 1993; the run and its results are AMPL's example `diet1`."""
    table = pd.DataFrame(
        {
            "Cal": [510, 370, 500, 370, 400, 220, 345, 110, 80],
            "Carbo": [34, 35, 42, 38, 42, 26, 27, 12, 20],
            "Protein": [28, 24, 25, 14, 31, 3, 15, 9, 1],
            "VitA": [15, 15, 6, 2, 8, 0, 4, 10, 2],
            "VitC": [6, 10, 2, 0, 15, 15, 0, 4, 120],
            "Calc": [30, 20, 25, 15, 15, 0, 20, 30, 2],
            "Iron": [20, 20, 20, 10, 8, 2, 15, 0, 2],
        },
        index=["quarter pounder", "McLean", "Big Mac", "fish", "chicken", "fries", "McMuffin", "milk", "juice"],
    )
    percent = dict.fromkeys(("VitA", "VitC", "Calc", "Iron"), 100)
    return {
        "table": table,
        "minimums": {"Cal": 2000, "Carbo": 350, "Protein": 55, **percent},
        "maximums": {"Carbo": 375},
        "cost": dict(zip(table.index, [1.84, 2.19, 1.84, 1.44, 2.29, 0.77, 1.29, 0.60, 0.72], strict=True)),
    }


def stigler() -> dict[str, object]:
    """Stigler 1945, Journal of Farm Economics 27:303, table A: nutrients per dollar of 77 foods, August 1939."""
    return {
        "table": pd.read_csv(Path(__file__).parent / "diets" / "stigler_1945.csv", index_col="food"),
        "minimums": {
            "energy_mcal": 3,
            "protein_g": 70,
            "calcium_g": 0.8,
            "iron_mg": 12,
            "vitamin_a_kiu": 5,
            "thiamin_mg": 1.8,
            "riboflavin_mg": 2.7,
            "niacin_mg": 18,
            "vitamin_c_mg": 75,
        },
        "cost": 1,
    }


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_ampl_book_prints_this_diet_with_its_prices_and_reduced_costs(solver):
    diet = diet_problem(**fourer_kernighan(), solver=solver)
    assert diet.status is Status.OPTIMAL
    assert diet.cost == pytest.approx(118.0594, **EXACT)
    assert diet.amounts == pytest.approx(
        {"BEEF": 5.36061, "CHK": 2, "FISH": 2, "HAM": 10, "MCH": 10, "MTL": 10, "SPG": 9.30605, "TUR": 2}, **EXACT
    )
    # Exercise 2-4 shows both signs: a minimum's price is positive, a maximum's negative.
    assert prices(diet, "minimum") == pytest.approx({"A": 0, "C": 0, "B1": 0, "B2": 0.404585, "CAL": 0}, **EXACT)
    assert prices(diet, "maximum")["NA"] == pytest.approx(-0.00306905, **EXACT)
    assert reduced(diet) == pytest.approx(
        {"BEEF": 0, "CHK": 1.18884, "FISH": 1.14441, "HAM": -0.302651, "MCH": -0.551151, "MTL": -1.3289, "SPG": 0,
         "TUR": 2.73162}, **EXACT
    )  # fmt: skip
    totals = {row.nutrient: row.total for row in diet.requirements}
    assert totals == pytest.approx(
        {"A": 1956.29, "B1": 1036.26, "B2": 700, "C": 1682.51, "CAL": 19794.6, "NA": 50000}, **EXACT
    )


@pytest.mark.parametrize("solver", SOLVERS)
def test_pollys_day_costs_92_5_cents(solver):
    diet = diet_problem(**chvatal(), solver=solver)
    assert diet.amounts == pytest.approx({"oatmeal": 4, "milk": 4.5, "cherry pie": 2}, **EXACT)
    assert diet.cost == pytest.approx(92.5, **EXACT)  # 4 x 3 + 4.5 x 9 + 2 x 20
    # Another kcal comes from milk: 9 cents / 160 kcal.
    assert prices(diet, "minimum") == pytest.approx({"energy_kcal": 0.05625, "protein_g": 0, "calcium_mg": 0}, **EXACT)
    assert reduced(diet)["oatmeal"] == pytest.approx(3 - 110 * 0.05625, **EXACT)  # -3.1875: a fifth bowl would save
    assert reduced(diet)["chicken"] == pytest.approx(24 - 205 * 0.05625, **EXACT)  # 12.46875 too dear


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_mcdonalds_diet_costs_what_ampl_found_continuous_whole_and_varied(solver):
    diet = diet_problem(**mcdonalds(), solver=solver)
    assert diet.cost == pytest.approx(14.8557377, **EXACT)
    assert diet.amounts == pytest.approx({"quarter pounder": 4.38525, "fries": 6.14754, "milk": 3.42213}, **EXACT)
    assert prices(diet, "minimum")["Carbo"] == pytest.approx(0.0277049, **EXACT)
    assert prices(diet, "minimum")["VitA"] == pytest.approx(0.0267541, **EXACT)

    whole = diet_problem(**mcdonalds() | {"maximums": None}, integer=True, solver=solver)
    assert whole.cost == pytest.approx(15.05, **EXACT)
    assert all(amount == round(amount) for amount in whole.amounts.values())
    assert {row.price for row in whole.requirements} == {None}
    assert {row.reduced_cost for row in whole.foods} == {None}

    varied = diet_problem(**mcdonalds(), upper=2, solver=solver)
    assert varied.cost == pytest.approx(16.76576923, **EXACT)
    light = diet_problem(**mcdonalds() | {"maximums": {"Carbo": 375, "Cal": 2500}}, solver=solver)
    assert light.cost == pytest.approx(16.67097416, **EXACT)


@pytest.mark.parametrize("solver", SOLVERS)
def test_stiglers_77_foods_cost_39_66_dollars_a_year(solver):
    diet = diet_problem(**stigler(), solver=solver)
    assert diet.cost * 365 == pytest.approx(39.66173, **EXACT)
    yearly = {food: dollars * 365 for food, dollars in diet.amounts.items()}
    assert yearly == pytest.approx(
        {"Wheat Flour (Enriched)": 10.7745, "Liver (Beef)": 0.6908, "Cabbage": 4.0933, "Spinach": 1.8278,
         "Navy Beans, Dried": 22.2755}, **EXACT
    )  # fmt: skip


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("problem", [fourer_kernighan, chvatal, mcdonalds, stigler])
def test_prices_prove_the_optimum_without_the_solver(problem, solver):
    """Weak duality: with feasible prices, bounds at their prices are worth no more than any diet; equal is optimal."""
    asked = problem()
    diet = diet_problem(**asked, solver=solver)
    upper = asked.get("upper", math.inf)
    worth = sum(row.price * row.bound for row in diet.requirements)
    for row in diet.foods:
        most = upper.get(row.food, math.inf) if isinstance(upper, dict) else upper
        least = asked.get("lower", 0)
        unit = asked["cost"] if isinstance(asked["cost"], int) else asked["cost"][row.food]
        content = asked["table"].loc[row.food]
        assert row.reduced_cost == pytest.approx(unit - sum(r.price * content[r.nutrient] for r in diet.requirements))
        if row.reduced_cost < -1e-6:
            assert row.amount == pytest.approx(most)
        if row.reduced_cost > 1e-6:
            assert row.amount == pytest.approx(least, abs=1e-6)
        worth += row.reduced_cost * (least if row.reduced_cost > 0 else min(most, row.amount))
    assert worth == pytest.approx(diet.cost, **EXACT)
    assert all(price >= 0 for price in prices(diet, "minimum").values())
    assert all(price <= 0 for price in prices(diet, "maximum").values())


# Ranging


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_price_holds_to_the_end_of_its_range_and_no_further(solver):
    asked = chvatal()
    diet = diet_problem(**asked, solver=solver, ranging=True)
    energy = next(row for row in diet.requirements if row.nutrient == "energy_kcal")
    # Milk is what changes. Down to 3.875 of it, which protein needs, (55 - 4 x 4 - 2 x 4) / 8; up to all 8 of it.
    assert energy.price_range.least == pytest.approx(4 * 110 + 2 * 420 + 3.875 * 160, **EXACT)
    assert energy.price_range.most == pytest.approx(4 * 110 + 2 * 420 + 8 * 160, **EXACT)
    for bound, holds in ((1899, False), (1901, True), (2559, True), (2561, False)):
        moved = diet_problem(**asked | {"minimums": asked["minimums"] | {"energy_kcal": bound}}, solver=solver)
        as_priced = moved.cost == pytest.approx(diet.cost + energy.price * (bound - 2000), abs=1e-4)
        assert as_priced is holds
    calcium = next(row for row in diet.requirements if row.nutrient == "calcium_mg")
    assert calcium.price == 0
    assert calcium.price_range.most == pytest.approx(4 * 2 + 4.5 * 285 + 2 * 22, **EXACT)  # what the day holds


@pytest.mark.parametrize("solver", SOLVERS)
def test_amounts_hold_to_the_end_of_a_foods_cost_range_and_no_further(solver):
    asked = chvatal()
    diet = diet_problem(**asked, solver=solver, ranging=True)
    ranges = {row.food: row.cost_range for row in diet.foods}
    # Milk stays the marginal food until a kcal of it costs what one of the next costs: cherry pie, 20 / 420 cents
    # below, eggs or pork above (19 / 260 = 0.0731 and 13 / 160 = 0.08125).
    assert ranges["milk"].most == pytest.approx(160 * 19 / 260, **EXACT)
    assert ranges["milk"].least == pytest.approx(160 * 20 / 420, **EXACT)
    assert ranges["oatmeal"].least == -math.inf
    assert ranges["oatmeal"].most == pytest.approx(110 * 9 / 160, **EXACT)
    for cents, same in ((11.6, True), (11.8, False)):
        moved = diet_problem(**asked | {"cost": asked["cost"] | {"milk": cents}}, solver=solver)
        assert (moved.amounts == pytest.approx(diet.amounts, abs=1e-5)) is same


@given(st.integers(0, 10_000))
@settings(max_examples=60)
def test_within_its_range_a_price_tells_the_cost_and_just_outside_it_tells_too_little(seed):
    random = np.random.default_rng(seed)
    foods, nutrients = list("vwxyz"), list("abc")
    table = pd.DataFrame(random.integers(0, 9, (5, 3)), index=foods, columns=nutrients)
    minimums = dict(zip(nutrients, random.integers(1, 40, 3).tolist(), strict=True))
    asked = {"cost": dict(zip(foods, random.integers(1, 9, 5).tolist(), strict=True)), "upper": 6}
    diet = diet_problem(table, minimums=minimums, **asked, ranging=True)
    for row in diet.requirements:
        ends = (row.price_range.least, row.price_range.most)
        for end in (*ends, 0.5 * sum(ends), ends[0] - 0.5, ends[1] + 0.5):
            if end < 0:
                continue
            moved = diet_problem(table, minimums=minimums | {row.nutrient: end}, **asked)
            told = diet.cost + row.price * (end - row.bound)
            if ends[0] <= end <= ends[1]:
                assert moved.cost == pytest.approx(told, abs=1e-5)
            elif moved.status is Status.OPTIMAL:
                assert moved.cost > told + 1e-7


@given(st.integers(0, 10_000))
@settings(max_examples=60)
def test_within_a_foods_cost_range_the_amounts_stay_the_cheapest_and_just_outside_they_do_not(seed):
    random = np.random.default_rng(seed)
    foods, nutrients = list("vwxyz"), list("abc")
    table = pd.DataFrame(random.integers(0, 9, (5, 3)), index=foods, columns=nutrients)
    asked = {"minimums": dict(zip(nutrients, random.integers(1, 40, 3).tolist(), strict=True)), "upper": 6}
    cost = dict(zip(foods, random.integers(1, 9, 5).tolist(), strict=True))
    diet = diet_problem(table, cost=cost, **asked, ranging=True)
    for row in diet.foods:
        ends = (row.cost_range.least, row.cost_range.most)
        for unit in (*ends, ends[0] - 0.5, ends[1] + 0.5):
            if math.isinf(unit):
                continue
            moved = diet_problem(table, cost=cost | {row.food: unit}, **asked)
            same = diet.cost + (unit - row.cost) * row.amount
            if ends[0] <= unit <= ends[1]:
                assert moved.cost == pytest.approx(same, abs=1e-5)
            else:
                assert moved.cost < same - 1e-7


# Missing is not zero


def test_an_unmeasured_value_counts_nothing_towards_a_minimum_and_is_listed():
    table = pd.DataFrame({"iron_mg": [6.0, np.nan], "kcal": [100.0, 100.0]}, index=["lentils", "mystery"])
    diet = diet_problem(table, minimums={"iron_mg": 6, "kcal": 300}, cost={"lentils": 2, "mystery": 1})
    assert diet.amounts == pytest.approx({"lentils": 1, "mystery": 2})
    iron, energy = diet.requirements
    assert (iron.total, iron.unmeasured) == (pytest.approx(6), ("mystery",))
    assert energy.unmeasured == ()


def test_an_unmeasured_value_is_reported_beside_a_maximum():
    table = pd.DataFrame({"sodium_mg": [None, 50.0], "kcal": [100, 100]}, index=["mystery", "rice"], dtype=object)
    diet = diet_problem(table, minimums={"kcal": 100}, maximums={"sodium_mg": 10}, cost=1)
    assert diet.amounts == pytest.approx({"mystery": 0.8, "rice": 0.2}) or diet.amounts == {"mystery": pytest.approx(1)}
    assert {row.nutrient: row.unmeasured for row in diet.requirements}["sodium_mg"] == ("mystery",)


def test_foods_that_are_not_eaten_are_not_listed_as_unmeasured():
    table = pd.DataFrame({"iron_mg": [6.0, np.nan]}, index=["lentils", "mystery"])
    diet = diet_problem(table, minimums={"iron_mg": 6}, cost=1)
    assert diet.requirements[0].unmeasured == ()


@given(st.integers(0, 10_000))
def test_measuring_a_value_never_makes_a_diet_with_minimums_dearer(seed):
    random = np.random.default_rng(seed)
    content = random.uniform(0, 10, (5, 3)).round(2)
    blank = np.where(random.random((5, 3)) < 0.4, np.nan, content)
    asked = {
        "minimums": {"a": 5, "b": 5, "c": 5},
        "cost": pd.Series(random.uniform(1, 5, 5).round(2), index=list("vwxyz")),
    }
    known, unknown = (
        diet_problem(pd.DataFrame(values, index=list("vwxyz"), columns=list("abc")), **asked)
        for values in (content, blank)
    )
    if unknown.status is Status.OPTIMAL:
        assert known.cost <= unknown.cost + 1e-6


# No diet


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_ampl_books_infeasible_diet_names_what_collides_with_numbers(solver):
    asked = fourer_kernighan()
    diet = diet_problem(**asked | {"maximums": asked["maximums"] | {"NA": 40000}}, solver=solver)
    assert diet.status is Status.INFEASIBLE
    assert (diet.cost, diet.foods, diet.requirements) == (None, (), ())
    told = {(row.limit.side, row.limit.about): row.would_do for row in diet.conflict.collisions}
    # The book: B2 and sodium collide; the least sodium of any diet is 48186, the most of B2 at 40000 mg is 601.1.
    assert told["maximum", "NA"] == pytest.approx(48186, **EXACT)
    assert told["minimum", "B2"] == pytest.approx(601.091, **EXACT)
    assert "at most 40000 of `NA` (with all other limits kept, 48186 would do)" in "\n".join(diet.explanation)
    again = diet_problem(**asked | {"maximums": asked["maximums"] | {"NA": 48186.1}}, solver=solver)
    assert again.status is Status.OPTIMAL


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=40)
def test_a_conflict_has_no_diet_and_leaving_out_any_one_of_it_brings_one(seed, integer):
    random = np.random.default_rng(seed)
    foods, nutrients = list("vwxyz"), list("abc")
    table = pd.DataFrame(random.integers(0, 9, (5, 3)), index=foods, columns=nutrients)
    minimums = dict(zip(nutrients, random.integers(0, 60, 3).tolist(), strict=True))
    maximums = {name: least + int(random.integers(0, 10)) for name, least in minimums.items()}
    upper = dict(zip(foods, random.integers(0, 4, 5).tolist(), strict=True))
    diet = diet_problem(table, minimums=minimums, maximums=maximums, upper=upper, cost=1, integer=integer)
    if diet.status is not Status.INFEASIBLE:
        return
    assert diet.conflict.irreducible
    found = [(row.limit.side, row.limit.about) for row in diet.conflict.collisions]
    given = {("minimum", k): v for k, v in minimums.items()} | {("maximum", k): v for k, v in maximums.items()}
    given |= {("upper", k): v for k, v in upper.items()}
    for left_out in (None, *found):
        kept = {key: given[key] for key in found if key != left_out}
        only = {
            side: {about: v for (s, about), v in kept.items() if s == side} for side in ("minimum", "maximum", "upper")
        }
        answer = diet_problem(
            table, minimums=only["minimum"], maximums=only["maximum"], upper=only["upper"], cost=1, integer=integer
        )  # fmt: skip
        assert (answer.status is Status.INFEASIBLE) is (left_out is None), (left_out, found)


def test_a_minimum_of_a_nutrient_that_no_food_has_collides_alone():
    table = pd.DataFrame({"iodine_ug": [np.nan, 0.0], "kcal": [1.0, 2.0]}, index=["a", "b"])
    diet = diet_problem(table, minimums={"iodine_ug": 150, "kcal": 5}, cost=1)
    assert [row.limit.about for row in diet.conflict.collisions] == ["iodine_ug"]
    assert diet.explanation[1] == "  at least 150 of `iodine_ug` (with all other limits kept, 0 would do)"


def test_whole_units_alone_can_be_what_collides():
    table = pd.DataFrame({"kcal": [100.0]}, index=["bar"])
    asked = {"minimums": {"kcal": 150}, "maximums": {"kcal": 180}, "cost": 1}
    assert diet_problem(table, **asked).status is Status.OPTIMAL
    diet = diet_problem(table, **asked, integer=["bar"])
    assert {row.limit.side for row in diet.conflict.collisions} == {"minimum", "maximum"}
    assert [row.would_do for row in diet.conflict.collisions] == [pytest.approx(100), pytest.approx(200)]


@pytest.mark.parametrize("solver", SOLVERS)
def test_whole_units_that_no_diet_keeps_are_infeasible_with_every_solver(solver):
    table = pd.DataFrame({"kcal": [100.0, 60.0], "iron_mg": [1.0, 0.0]}, index=["bar", "bite"])
    asked = {"minimums": {"kcal": 190, "iron_mg": 1}, "maximums": {"kcal": 199, "iron_mg": 1}, "cost": 1}
    diet = diet_problem(table, **asked, integer=True, solver=solver)
    assert diet.status is Status.INFEASIBLE
    assert diet.conflict.irreducible


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("per", [1e-5, 1.0, 1e4])
def test_the_answer_does_not_depend_on_the_units_of_foods_nutrients_and_money(solver, per):
    """Polly's day with foods in other units, calcium in kg or ng, and inflation."""
    asked = chvatal()
    table = asked["table"] * per
    table["calcium_mg"] *= per
    minimums = asked["minimums"] | {"calcium_mg": 800 * per}
    upper = {food: most / per for food, most in asked["upper"].items()}
    diet = diet_problem(table, minimums=minimums, cost=asked["cost"], upper=upper, solver=solver, ranging=True)
    assert {food: amount * per for food, amount in diet.amounts.items()} == pytest.approx(
        {"oatmeal": 4, "milk": 4.5, "cherry pie": 2}, **EXACT
    )
    assert diet.cost * per == pytest.approx(92.5, **EXACT)
    energy = diet.requirements[0]
    assert energy.price * per == pytest.approx(0.05625, **EXACT)
    assert energy.price_range.most == pytest.approx(2560, **EXACT)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_benefit_without_end_is_unbounded_not_infeasible(solver):
    table = pd.DataFrame({"kcal": [100.0]}, index=["bar"])
    diet = diet_problem(table, minimums={"kcal": 50}, cost={"bar": -1}, solver=solver)
    assert diet.status is Status.UNBOUNDED
    assert "no upper bound" in diet.explanation[0]
    assert diet_problem(table, cost={"bar": -1}, upper=3, solver=solver).amounts == {"bar": pytest.approx(3)}


def test_ten_thousand_foods_are_solved_and_explained():
    random = np.random.default_rng(1)
    table = pd.DataFrame(
        random.uniform(0, 10, (10_000, 5)), index=[f"food {n}" for n in range(10_000)], columns=list("abcde")
    )
    assert diet_problem(table, minimums=dict.fromkeys("abcde", 100), cost=1).status is Status.OPTIMAL
    none = diet_problem(table, minimums={"a": 60_000}, cost=1, upper=1)
    assert none.status is Status.INFEASIBLE
    assert not none.conflict.irreducible
    assert none.conflict.collisions[0].would_do == pytest.approx(table["a"].sum())
    assert "more bounds on amounts of foods" in none.explanation[-1]


# Solvers


def test_any_solver_that_pulp_has_works_by_its_name():
    for name in pulp.listSolvers(onlyAvailable=True):
        if name in ("HiGHS", "COIN_CMD", "HiGHS_CMD"):
            assert diet_problem(**chvatal(), solver=name.lower()).cost == pytest.approx(92.5, **EXACT)


def test_a_solver_that_is_not_installed_is_named():
    missing = next(name for name in ("XPRESS", "CPLEX_CMD") if name not in pulp.listSolvers(onlyAvailable=True))
    with pytest.raises(SolverFailed, match=f"{missing} is not installed"):
        diet_problem(**chvatal(), solver=missing)


def test_the_answer_is_plain_data():
    answer = diet_problem(**chvatal(), ranging=True).to_dict()
    assert answer["status"] == "optimal"
    assert answer["foods"][0]["food"] == "oatmeal"
    assert set(answer["foods"][0]["cost_range"]) == {"least", "most"}


# Nonsense

TABLE = pd.DataFrame({"iron_mg": [1.0, 2.0], "kcal": [10.0, 20.0]}, index=["a", "b"])
WRONG = [
    ({"minimums": {"iron_mg": math.nan}}, "minimums['iron_mg'] is nan, not a number"),
    ({"maximums": {"iron_mg": "12"}}, "maximums['iron_mg'] is '12', not a number"),
    ({"minimums": {"iron": 12}}, "minimums['iron'] is no nutrient of the table"),
    ({"minimums": {"iron_mg": -1}}, "minimums['iron_mg'] is -1: 0 or more"),
    ({"minimums": {"iron_mg": 5}, "maximums": {"iron_mg": 4}}, "minimums['iron_mg'] is 5, above 4 in maximums"),
    ({"minimums": 7}, "minimums is 7, not a mapping by nutrient"),
    ({"lower": {"a": 3}, "upper": {"a": 2}}, "lower['a'] is 3, above 2 in upper"),
    ({"lower": {"a": -5}}, "lower['a'] is -5: 0 or more"),
    ({"lower": math.inf}, "lower is inf"),
    ({"upper": {"c": 2}}, "upper['c'] is no food of the table"),
    ({"cost": {"a": 1}}, "cost['b'] is missing"),
    ({"cost": None}, "cost is missing"),
    ({"cost": {"a": 1, "b": True}}, "cost['b'] is True, not a number"),
    ({"integer": ["pear"]}, "integer['pear'] is no food of the table"),
    ({"integer": 3}, "integer is 3"),
    ({"solver": "abacus"}, "solver is 'abacus'"),
    ({"time_limit_s": -1}, "time_limit_s is -1"),
    ({"table": TABLE.iloc[:0]}, "table has no foods"),
    ({"table": TABLE[[]]}, "table has no nutrients"),
    ({"table": {"a": 1}}, "table is a dict, not a DataFrame"),
    ({"table": pd.concat([TABLE, TABLE.loc[["a"]]])}, "table['a'] is a food that stands 2 times"),
    ({"table": TABLE.rename(columns={"kcal": "iron_mg"})}, "table['iron_mg'] is a nutrient that stands 2 times"),
    ({"table": TABLE.assign(kcal=[1.0, -2.0])}, "table['b, kcal'] is -2.0: amounts are 0 to 1e+12"),
    ({"table": TABLE.assign(kcal=["1", 2])}, "table['a, kcal'] is '1'"),
    ({"table": TABLE.assign(kcal=[1.0, math.inf])}, "table['b, kcal'] is inf"),
    ({"table": TABLE.assign(kcal=pd.to_datetime(["2026-01-01"] * 2))}, "table['a, kcal'] is Timestamp"),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG, ids=[said for _, said in WRONG])
def test_nonsense_is_refused_with_the_field_named(wrong, said):
    with pytest.raises(WrongDietProblem) as refused:
        diet_problem(**{"table": TABLE, "cost": 1} | wrong)
    assert said in refused.value.message


def test_all_mistakes_come_at_once():
    with pytest.raises(WrongDietProblem) as refused:
        diet_problem(TABLE, minimums={"iron": 1, "kcal": "x"}, cost={"a": math.nan}, lower={"a": -1})
    assert [(mistake.field, mistake.about) for mistake in refused.value.mistakes] == [
        ("minimums", "iron"), ("minimums", "kcal"), ("cost", "a"), ("cost", "b"), ("lower", "a"),
    ]  # fmt: skip


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**400), st.floats(), st.text(max_size=3),
    st.just(pd.NA), st.just(pd.NaT), st.complex_numbers(), st.decimals(), st.fractions(), st.binary(max_size=2),
    st.lists(st.integers(), max_size=2),
)  # fmt: skip
SANE = st.floats(0, 100)
NAMES = st.sampled_from(["a", "b", "c", 1, 2.5, None, ("x", "y"), pd.NA])
PAIRS = st.lists(st.tuples(NAMES, st.one_of(SANE, SCALARS)), max_size=4)
BOUNDS = st.one_of(
    SCALARS,
    PAIRS.map(dict),
    PAIRS.map(lambda pairs: pd.Series([v for _, v in pairs], index=[k for k, _ in pairs], dtype=object)),
)


@st.composite
def tables(draw: st.DrawFn) -> object:
    if draw(st.integers(0, 9)) == 0:
        return draw(SCALARS)
    foods, nutrients = draw(st.lists(NAMES, max_size=3)), draw(st.lists(NAMES, max_size=3))
    cell = draw(st.sampled_from([SANE, st.one_of(SANE, SCALARS)]))
    rows = [[draw(cell) for _ in nutrients] for _ in foods]
    frame = pd.DataFrame(index=pd.Index(foods, dtype=object), columns=pd.Index(nutrients, dtype=object), dtype=object)
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            frame.iat[place, column] = value
    return frame.infer_objects() if draw(st.booleans()) else frame


@given(
    tables(), BOUNDS, BOUNDS, BOUNDS, BOUNDS, BOUNDS, st.one_of(st.booleans(), SCALARS, st.lists(NAMES)), st.booleans()
)
@settings(max_examples=400)
def test_no_other_exception_gets_out(table, minimums, maximums, cost, lower, upper, integer, sane):
    if sane:  # reach the solver more often
        cost, lower, upper = 1.0, None, None
    bounds = {"minimums": minimums, "maximums": maximums, "cost": cost, "lower": lower, "upper": upper}
    with suppress(WrongDietProblem):
        assert diet_problem(table, **bounds, integer=integer, ranging=True).status in Status
