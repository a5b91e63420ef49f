"""Diets and allergies as predicates over what an ingredient contains; each refusal says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from foods.ingredients import Catalogue, Ingredient
from mealplan.dishes import Dish
from mealplan.errors import MealplanError
from mealplan.request import IN_PREGNANCY

_FLESH = frozenset(
    {"meat", "beef", "pork", "lamb", "poultry", "fish", "crustacean", "mollusc", "gelatin", "blood", "liver"}
)


class UnknownDiet(MealplanError):
    """No diet of that name."""


class UnknownAvoid(MealplanError):
    """A food to avoid that nothing in the kitchen answers to."""


class Verdict(IntEnum):
    """Worse is greater. ``CHECK_LABEL``: it depends on the brand, so it is never called fit."""

    FITS = 0
    CHECK_LABEL = 1
    REFUSED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """A named set of things not eaten.

    What may contain one of ``excludes`` is refused too, but for those in ``by_label``: there a brand without it
    is easily found, so it is kept with a note to check the label.
    """

    name: str
    label: str
    excludes: frozenset[str]
    by_label: frozenset[str]


def _diet(name: str, label: str, *excludes: str, by_label: Iterable[str] = ()) -> Diet:
    return Diet(name=name, label=label, excludes=frozenset((*excludes, *by_label)), by_label=frozenset(by_label))


DIETS = {
    diet.name: diet
    for diet in (
        _diet("omnivore", "eats everything"),
        _diet("vegetarian", "vegetarian (milk and eggs)", *_FLESH, "animal_rennet"),
        _diet("vegan", "vegan", *_FLESH, "animal_rennet", by_label=("egg", "milk", "honey", "lanolin")),
        _diet(
            "pescatarian",
            "pescatarian",
            *(_FLESH - {"fish", "crustacean", "mollusc"}),
            "animal_rennet",
        ),
        _diet("gluten-free", "gluten-free", "gluten", "wheat", "barley", "rye"),
        _diet("dairy-free", "dairy-free", "milk"),
        _diet("egg-free", "egg-free", "egg"),
        _diet("nut-free", "nut-free", "tree_nut", "peanut"),
        _diet("peanut-free", "peanut-free", "peanut"),
        _diet("soy-free", "soy-free", "soy"),
        _diet("sesame-free", "sesame-free", "sesame"),
        _diet("fish-free", "fish-free", "fish"),
        _diet("shellfish-free", "shellfish-free", "crustacean", "mollusc"),
        _diet("alcohol-free", "alcohol-free", "alcohol"),
    )
}
PREGNANCY = _diet(
    IN_PREGNANCY,
    "without what is left out in pregnancy",
    *("liver", "high_mercury", "raw_animal", "alcohol"),
    by_label=("unpasteurised",),
)
"""Followed by everyone pregnant, beside what they choose (FDA; IOM 2001 on retinol)."""


def find_diets(names: Iterable[str]) -> tuple[Diet, ...]:
    """The diets of these names, in the order given. Raises: UnknownDiet."""
    known = DIETS | {IN_PREGNANCY: PREGNANCY}
    found = []
    for name in dict.fromkeys(names):
        if name not in known:
            raise UnknownDiet(f"unknown diet `{name}`", hint=f"known: {', '.join(DIETS)}")
        found.append(known[name])
    return tuple(found)


def judge_ingredient(ingredient: Ingredient, diets: Iterable[Diet]) -> tuple[Verdict, list[str]]:
    """Whether an ingredient fits every diet, and in words why not."""
    verdict, reasons = Verdict.FITS, []
    for diet in diets:
        held = sorted(diet.excludes & ingredient.contains)
        doubtful = sorted((diet.excludes & ingredient.unverified) - set(held))
        if held:
            verdict = Verdict.REFUSED
            reasons.append(f"{ingredient.name} is not {diet.name}: contains {_words(held)}")
        elif doubtful:
            by_label = diet.by_label.issuperset(doubtful)
            verdict = max(verdict, Verdict.CHECK_LABEL if by_label else Verdict.REFUSED)
            reasons.append(f"{ingredient.name} may contain {_words(doubtful)}: check the label")
    return verdict, reasons


def judge_dish(dish: Dish, diets: Iterable[Diet], avoid: frozenset[str] = frozenset()) -> tuple[Verdict, list[str]]:
    """Whether a dish fits, down to its sauces, and in words why not.

    Args: avoid: catalogue names that must not occur (see `resolve_avoid`).
    """
    diets = tuple(diets)
    verdict, reasons = Verdict.FITS, []
    for line in dish.lines:
        found, why = judge_ingredient(line.ingredient, diets)
        verdict = max(verdict, found)
        reasons += why
        if line.ingredient.name in avoid:
            verdict = Verdict.REFUSED
            reasons.append(f"{line.ingredient.name} is to be avoided")
    return verdict, list(dict.fromkeys(reasons))


def resolve_avoid(foods: Iterable[str], catalogue: Catalogue) -> frozenset[str]:
    """Every catalogue name meant by the foods to avoid.

    A food names an ingredient, one of its aliases, something that ingredients contain (``peanut``), a group
    (``legume``), or words in ingredient names (``mushroom`` is all mushrooms). What may hold traces of it is not
    meant: for an allergy there are diets.
    Raises: UnknownAvoid: nothing in the kitchen answers to it.
    """
    return frozenset().union(*(_answering(food, catalogue) for food in foods))


def _answering(food: str, catalogue: Catalogue) -> frozenset[str]:
    wanted = _singular(food.strip().lower())
    names = frozenset(
        ingredient.name
        for ingredient in catalogue.values()
        if wanted
        and (
            wanted.replace(" ", "_") in ingredient.contains
            or wanted == _singular(ingredient.food_group)
            or any(_mentions(name, wanted) for name in (ingredient.name, *ingredient.aliases))
        )
    )
    if not names:
        close = ", ".join(f"`{name}`" for name in catalogue.suggest(food)[:3])
        raise UnknownAvoid(
            f"unknown food `{food}` in --avoid: no ingredient answers to it",
            hint=f"did you mean {close}?" if close else "`mealplan foods search` finds names",
        )
    return names


def _mentions(name: str, wanted: str) -> bool:
    words, parts = ([_singular(word) for word in text.lower().replace(",", " ").split()] for text in (name, wanted))
    return any(words[start : start + len(parts)] == parts for start in range(len(words)))


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("oes", "o"), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss") and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + instead
    return word


def _words(tokens: Iterable[str]) -> str:
    return ", ".join(token.replace("_", " ") for token in tokens)
