"""Whole days cost what the week they stand in says, and the dive from the program over them ends in a week."""

from itertools import product

import numpy as np
import pytest

from mealplan.compose import Composer
from mealplan.dive import Dive
from mealplan.menus import day_kinds
from mealplan.model import build_master
from mealplan.prices import Prices, reduced_costs
from mealplan.schedule import Search
from mealplan.solve import promising_meals
from mealplan.solvers import find_solver, run_solver
from tests.test_solve import DAYS, world

SEEDS = range(4)


def some_prices(task, random):
    """What meals may earn: iron and dishes, at random."""
    nutrient = np.where(np.array(task.space.keys) == "iron_mg", random.uniform(0, 0.1), 0.0)
    return Prices(nutrient=nutrient, dish=random.uniform(-1, 1, len(task.space.servings.dishes)))


def a_world_of_menus(seed):
    """A task, its pool, its kinds of day and prices."""
    task, random = world(seed), np.random.default_rng(seed)
    pool = promising_meals(task, solver="cbc")
    prices = some_prices(task, random)
    return task, pool, day_kinds(task, pool, prices), prices, random


def eats_once(menus, task):
    """(n,) whether no dish is twice in a menu."""
    dishes = [task.space.item_dish[items[items >= 0]].tolist() for items in menus.columns.items]
    return np.array([len(set(held)) == len(held) for held in dishes])


@pytest.mark.parametrize("seed", SEEDS)
def test_days_with_the_same_meals_to_choose_from_are_of_one_kind(seed):
    _, _, kinds, _, _ = a_world_of_menus(seed)
    assert sorted(day for kind in kinds for day in kind.days) == list(range(DAYS))
    assert [len(kind.days) for kind in kinds] == [1, 2]  # a Friday, then a weekend
    assert all(day in occasion.days for kind in kinds for day in kind.days for occasion in kind.occasions)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_meal_of_a_menu_is_priced_as_the_menu_it_makes(seed):
    _, _, kinds, prices, random = a_world_of_menus(seed)
    for kind in kinds:
        rows = np.column_stack([random.integers(len(meals), size=6) for meals in kind.meals])
        own = [reduced_costs(kind._task.space, meals, prices) for meals in kind.meals]
        for place, meals in enumerate(kind.meals):
            points = kind._points(own, rows, place)
            for number, meal in product(range(len(rows)), range(0, len(meals), 5)):
                menu = rows[number].copy()
                menu[place] = meal
                built = kind.build(menu[None])
                alone = reduced_costs(kind._task.space, built.columns, prices)[0]
                # Three of one kind on a day: in pairs they clash once more than the two that are too many.
                assert points[number, meal] >= alone - 1e-9
                if eats_once(built, kind._task).all():
                    assert points[number, meal] == pytest.approx(alone, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_menus_come_cheapest_first_and_each_once(seed):
    task, _, kinds, prices, random = a_world_of_menus(seed)
    for kind in kinds:
        menus, points = kind.cheapest(prices, random)
        assert np.all(np.diff(points) >= 0)
        assert len(np.unique(menus.rows, axis=0)) == len(menus)
        assert points == pytest.approx(reduced_costs(task.space, menus.columns, prices))
        near = kind.near(menus.take(np.arange(3)), prices, margin=0.5)
        assert reduced_costs(task.space, near.columns, prices).max() <= points[:3].min() + 0.5 + 1e-9
        assert all((row != menus.rows[:3]).sum(axis=1).min() <= 1 for row in near.rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_program_over_menus_is_nearer_to_the_week_than_one_over_their_meals(seed):
    """Every menu is made of meals, and what holds a day exactly holds a week of such days on average."""
    task, pool, _, prices, random = a_world_of_menus(seed)
    engine = find_solver("cbc")[1]
    dive = Dive(task, pool, prices, engine, random)
    start = dive.start
    meals = {
        occasion: kind.meals[number].take(np.unique(start.menus[kind].rows[:, number]))
        for kind in start.menus
        for number, occasion in enumerate(kind.occasions)
    }
    master = build_master(task, meals)
    run_solver(master.problem, engine)
    assert master.problem.objective.value() <= start.value + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_a_menu_costs_the_week_what_the_search_over_meals_says(seed):
    task, pool, _, prices, random = a_world_of_menus(seed)
    state = Dive(task, pool, prices, find_solver("cbc")[1], random).run(random)
    composer, search = Composer(task, state), Search(task, pool)
    rows = composer.run(random)
    search.place(rows)
    for day, kind in composer._kind.items():
        standing, menus = int(composer._row[day]), state.menus[kind]
        composer._take_out(day)
        points = composer._points(day)
        composer._put(day, standing)
        before = search.objective()
        assert composer._objective() == pytest.approx(before, abs=1e-9)
        for menu in range(0, len(menus), max(1, len(menus) // 30)):
            other = {slot: chosen.copy() for slot, chosen in rows.items()}
            for occasion, held, row in zip(kind.occasions, kind.pool_rows, menus.rows[menu], strict=True):
                other[occasion.slot][day] = held[row]
            search.place(other)
            assert search.objective() - before == pytest.approx(points[menu] - points[standing], abs=1e-9)
            assert search.objective() >= before - 1e-9  # no single day helps any more
        search.place(rows)
