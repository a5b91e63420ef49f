"""Iron of each meal, what of it is absorbed within a band, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foods.table import FoodTable
from mealplan.coverage import IronEaten, iron_of
from mealplan.eaten import EatenDay, EatenMeal
from mealplan.health import ferritin_of_stores
from mealplan.iron import (
    CUP_OF_TEA_G,
    PAIRED_NONHEME_MG,
    PAIRED_VITAMIN_C_MG,
    absorbed_iron_mg,
    heme_share,
    nonheme_share_in_diets,
)
from mealplan.people import Person
from mealplan.report import IronSummary, ReportIron

CALCIUM_BESIDE_MG = 300.0
"""Calcium in a meal from which single-meal tests found clearly less iron taken up (Hallberg et al. 1991)."""
STEEPED_BESIDE_G = 100.0
"""Tea or coffee that is worth a word."""


def iron_by_meal(days: Sequence[EatenDay], person: Person, table: FoodTable) -> tuple[ReportIron, ...] | None:
    """Iron by meal, or None where the log does not tell meals apart: vitamin C helps only beside the iron."""
    if any(not meal.name for day in days for meal in day.meals):
        return None
    return tuple(_iron_row(day.name, meal, person, table) for day in days for meal in day.meals)


def _iron_row(day: str, meal: EatenMeal, person: Person, table: FoodTable) -> ReportIron:
    iron = iron_of(meal, table)
    stores = person.shown_stores_mg
    amounts = (iron.nonheme_mg, iron.heme_mg, iron.vitamin_c_mg, iron.meat_g)
    shown = float(absorbed_iron_mg(*amounts, stores_mg=stores))
    others = _second_model(iron, person.ferritin_ug_l or ferritin_of_stores(stores), stores)
    return ReportIron(
        day=day,
        meal=meal.name,
        heme_mg=round(iron.heme_mg, 4),
        nonheme_mg=round(iron.nonheme_mg, 4),
        vitamin_c_mg=round(iron.vitamin_c_mg, 3),
        meat_g=round(iron.meat_g, 1),
        calcium_mg=round(iron.calcium_mg, 1),
        absorbed_mg=round(float(absorbed_iron_mg(*amounts)), 4),
        shown_mg=round(shown, 4),
        low_mg=round(min(shown, *others), 4),
        high_mg=round(max(shown, *others), 4),
        notes=_beside(iron, seeks_iron=person.may_seek_iron),
    )


def _second_model(iron: IronEaten, ferritin_ug_l: float, stores_mg: int) -> tuple[float, ...]:
    """Absorbed iron by the second model, with phytate at its least and at its most; heme as in the first."""
    return tuple(
        iron.heme_mg * heme_share(stores_mg)
        + iron.nonheme_mg
        * nonheme_share_in_diets(
            iron.nonheme_mg,
            iron.vitamin_c_mg,
            iron.meat_g,
            calcium_mg=iron.calcium_mg,
            phytate_mg=phytate,
            tea_cups=iron.tea_g / CUP_OF_TEA_G,
            ferritin_ug_l=ferritin_ug_l,
        )
        for phytate in iron.phytate_mg
    )


def _beside(iron: IronEaten, *, seeks_iron: bool) -> tuple[str, ...]:
    """What stands beside the iron of a meal, where there is enough of it to matter."""
    if iron.nonheme_mg < PAIRED_NONHEME_MG or not seeks_iron:
        return ()
    notes = []
    if iron.vitamin_c_mg < PAIRED_VITAMIN_C_MG:
        notes.append(f"under {PAIRED_VITAMIN_C_MG:g} mg vitamin C")
    drinks = (("tea", iron.tea_g), ("coffee", iron.coffee_g))
    notes += [f"{name} beside it" for name, grams in drinks if grams >= STEEPED_BESIDE_G]
    if iron.calcium_mg >= CALCIUM_BESIDE_MG:
        notes.append(f"{iron.calcium_mg:.0f} mg calcium beside it")
    return tuple(notes)


def iron_a_day(iron: Sequence[ReportIron], person: Person, days: int) -> IronSummary:
    """Iron a day, over all meals."""

    def a_day(values: Iterable[float]) -> float:
        return round(sum(values) / days, 4)

    return IronSummary(
        stores_mg=person.shown_stores_mg,
        eaten_mg=a_day(row.heme_mg + row.nonheme_mg for row in iron),
        heme_mg=a_day(row.heme_mg for row in iron),
        absorbed_mg=a_day(row.absorbed_mg for row in iron),
        shown_mg=a_day(row.shown_mg for row in iron),
        low_mg=a_day(row.low_mg for row in iron),
        high_mg=a_day(row.high_mg for row in iron),
        without_vitamin_c=sum(any("vitamin C" in note for note in row.notes) for row in iron),
        meals=len(iron),
    )
