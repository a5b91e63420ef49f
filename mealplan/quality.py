"""How good a set of dishes is: what is wrong in a recipe, what is worth a look, and what the set covers.

An error is a recipe that cannot be meant: a spoon that should be a pinch, energy that its macronutrients do not
bear out. A warning is a recipe that may be meant. The bounds are this program's own, from what cooks serve.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from foods.ingredients import Ingredient
from foods.nutrients import NUTRIENTS
from foods.table import FoodTable
from mealplan.courses import goes_with, share_a_food
from mealplan.coverage import UNKNOWN_FROM
from mealplan.diets import DIETS, Verdict, judge_dish
from mealplan.dishes import SLOTS, Course, Dish, Line, Problem
from mealplan.iron import PAIRED_NONHEME_MG, PAIRED_VITAMIN_C_MG
from mealplan.nutrition import Servings, build_servings
from mealplan.people import default_person
from mealplan.targets import targets_for

HEADLINES = ("iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug", "vitamin_d_ug", "vitamin_c_mg")
MACROS = ("protein_g", "carbohydrate_g", "fiber_g", "fat_g")
_CHECKED = ("energy_kcal", "sodium_mg", *MACROS, *HEADLINES)

ENERGY_TOLERANCE = 0.15
"""How far energy may stand from 4/9/4 of the macronutrients: USDA's own factors differ from food to food."""
IMPLAUSIBLE_SODIUM_MG = 1500.0
LITTLE_PROTEIN_G = 10.0
MINUTES = (15, 30, 45, 60)
REPORTED_DIETS = ("omnivore", "vegetarian", "vegan", "pescatarian", "gluten-free", "dairy-free", "nut-free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one serving of a course may be: kcal and grams outside which it cannot be meant; water from the tap
    has no line in a recipe, so a soup may weigh little.

    ``sodium_mg``: above it a day of such dishes passes the limit of 2,300 mg.
    """

    kcal: tuple[float, float]
    grams: tuple[float, float]
    sodium_mg: float


_MEAL = Bounds(kcal=(100, 900), grams=(80, 900), sodium_mg=600)
BOUNDS: Mapping[Course, Bounds] = {
    "main": _MEAL,
    "one-pot": _MEAL,
    "breakfast": Bounds(kcal=(100, 900), grams=(40, 800), sodium_mg=400),
    "side": Bounds(kcal=(20, 400), grams=(15, 400), sodium_mg=250),
    "snack": Bounds(kcal=(30, 500), grams=(15, 500), sodium_mg=250),
    "drink": Bounds(kcal=(30, 500), grams=(20, 600), sodium_mg=200),
}


@dataclass(frozen=True, slots=True)
class Cap:
    """The most of one food that a serving may hold: grams as the recipe weighs it, and share of the serving."""

    what: str
    holds: Callable[[Ingredient], bool]
    most_g: float
    most_share: float = 1.0


def _of(*groups: str, states: Sequence[str] = (), aisles: Sequence[str] = ()) -> Callable[[Ingredient], bool]:
    def holds(food: Ingredient) -> bool:
        in_state = not states or food.state in states
        return food.food_group in groups and in_state and (not aisles or food.aisle in aisles)

    return holds


_FLESH = ("red meat", "poultry", "fish", "shellfish")
CAPS = (  # the first that holds a food counts
    Cap("salt", lambda food: food.name == "salt", 2.25),  # 1 1/2 tsp for four
    Cap("leavening", _of("condiment", states=("dry",), aisles=("baking",)), 5, 0.05),
    Cap("ground or dried spice", _of("herb/spice", states=("dried",)), 8, 0.10),
    Cap("fresh herbs", _of("herb/spice"), 60),
    Cap("garlic", lambda food: food.name == "garlic", 15),
    Cap("coconut milk", _of("fat", states=("canned",)), 150),
    Cap("oil or fat", _of("fat"), 41, 0.30),  # 3 tbsp
    Cap("stock", lambda food: "stock" in food.name, 600),
    Cap("sauce or seasoning", _of("condiment"), 50, 0.40),
    Cap("sugar, syrup or chocolate", _of("sweet"), 40, 0.40),
    Cap("nuts or seeds", _of("nut", "seed"), 40),
    Cap("dried fruit", _of("fruit", states=("dried",)), 70),
    Cap("dry legumes", _of("legume", "soy", states=("dry",)), 110),
    Cap("dry grain, pasta or flour", _of("grain", "whole grain", states=("dry",)), 130),
    Cap("liver", _of("offal"), 110),
    Cap("raw meat or fish", _of(*_FLESH, states=("raw", "frozen")), 220),
    Cap("cooked or canned meat or fish", _of(*_FLESH), 170),
    Cap("cheese", lambda food: food.family == "cheese", 200),
    Cap("egg", _of("egg"), 200),
    Cap("leafy greens", _of("leafy green"), 300),
    Cap("one food", lambda food: food.state != "prepared", 450),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found in a set of dishes, dish by dish."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One serving of a dish as eaten; ``grams`` as the recipe weighs it, water apart."""

    dish: Dish
    kcal: float
    grams: float
    sodium_mg: float
    protein_g: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """How much of a nutrient 2,000 kcal of each dish of a diet hold, set against the default person's target.

    ``median``: over the dishes, as a share of the target; ``reaching``: how many dishes hold all of it. What is
    unmeasured counts as nothing.
    """

    median: float
    reaching: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a set of dishes covers.

    ``counts``: by what (course, meal, diet, ...) and name, how many dishes. ``unmeasured``: mean share of a
    serving's weight without a value, by nutrient. ``density``: by diet and nutrient.
    """

    findings: Findings
    figures: tuple[Figures, ...]
    counts: Mapping[str, Mapping[str, int]]
    unmeasured: Mapping[str, float]
    density: Mapping[str, Mapping[str, Density]]


@dataclass(frozen=True, slots=True)
class _Found:
    what: str
    hint: str | None = None
    error: bool = False
    line: int | None = None


@dataclass(frozen=True, slots=True)
class _Serving:
    """A dish with what one serving of it holds."""

    dish: Dish
    grams: float
    amount: Mapping[str, float]
    unmeasured: Mapping[str, float]


def check_dishes(
    dishes: Sequence[Dish],
    table: FoodTable,
    *,
    beside: Sequence[Dish] = (),
    places: Mapping[str, str] | None = None,
) -> Findings:
    """Every error and warning of these dishes.

    Args: beside: dishes that they are compared with and will be served with, such as the library;
    places: slug -> what to call the file, by default the slug itself.
    """
    named = places or {}
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for dish, found in _find(dishes, table, [other for other in beside if other not in dishes]):
        where = named.get(dish.slug, dish.slug) + ("" if found.line is None else f", ingredients[{found.line}]")
        (errors if found.error else warnings).append(Problem(where=where, what=found.what, hint=found.hint))
    return Findings(errors=tuple(errors), warnings=tuple(warnings))


def _find(dishes: Sequence[Dish], table: FoodTable, beside: Sequence[Dish]) -> Iterator[tuple[Dish, _Found]]:
    together = (*dishes, *beside)
    servings = build_servings(together, table, _CHECKED)
    for row, dish in enumerate(dishes):
        serving = _serving(servings, row)
        for check in _CHECKS:
            yield from ((dish, found) for found in check(serving))
        yield from ((dish, found) for found in _check_pairing(servings, row))
    yield from _find_twins(dishes, beside)


def _serving(servings: Servings, row: int) -> _Serving:
    dish = servings.dishes[row]
    return _Serving(
        dish,
        sum(line.grams for line in dish.lines) / dish.serves,
        dict(zip(servings.keys, map(float, servings.amount[row]), strict=True)),
        dict(zip(servings.keys, map(float, servings.unmeasured[row]), strict=True)),
    )


def _check_size(serving: _Serving) -> Iterator[_Found]:
    course, kcal = serving.dish.course, serving.amount["energy_kcal"]
    for value, (least, most), unit in (
        (kcal, BOUNDS[course].kcal, "kcal"),
        (serving.grams, BOUNDS[course].grams, "g"),
    ):
        if not least <= value <= most:
            said = f"one serving is {value:.0f} {unit}; a {course} has {least:.0f} to {most:.0f} {unit}"
            yield _Found(said, "check `serves` and the largest amounts", error=True)


def _check_energy(serving: _Serving) -> Iterator[_Found]:
    amount, dish = serving.amount, serving.dish
    known = all(serving.unmeasured[key] < 0.05 for key in ("energy_kcal", *MACROS))
    # The energy of alcohol is in none of the macronutrients.
    if not known or any("alcohol" in line.ingredient.contains for line in dish.lines):
        return
    starch_g = amount["carbohydrate_g"] - amount["fiber_g"]
    macros = 4 * (amount["protein_g"] + starch_g) + 2 * amount["fiber_g"] + 9 * amount["fat_g"]
    if abs(amount["energy_kcal"] - macros) > ENERGY_TOLERANCE * macros:
        said = f"{amount['energy_kcal']:.0f} kcal are counted, but protein, fat and carbohydrate make {macros:.0f}"
        yield _Found(said, "an ingredient leads to the wrong food", error=True)


def _check_moderation(serving: _Serving) -> Iterator[_Found]:
    sodium, course = serving.amount["sodium_mg"], serving.dish.course
    most = BOUNDS[course].sodium_mg
    if sodium > most:
        said = f"one serving has {sodium:.0f} mg of sodium; above {most:.0f} the day's 2,300 mg are hard to keep"
        yield _Found(said, "less salt, or a salt-free can or stock", error=sodium > IMPLAUSIBLE_SODIUM_MG)
    protein = serving.amount["protein_g"]
    if serving.dish.is_main and protein < LITTLE_PROTEIN_G:
        yield _Found(f"a main with {protein:.0f} g of protein in a serving leaves people hungry")


def _check_amounts(serving: _Serving) -> Iterator[_Found]:
    for ingredient, lines in _by_ingredient(serving.dish):
        cap = next((cap for cap in CAPS if cap.holds(ingredient)), None)
        grams = sum(line.grams for _, line in lines) / serving.dish.serves
        written = " and ".join(f"{line.amount:g} {line.unit}" for _, line in lines)
        said = ""
        if cap is not None and grams > cap.most_g:
            said = f"{grams:.0f} g of `{ingredient.name}` in a serving; of {cap.what} {cap.most_g:g} g are the most"
        elif cap is not None and grams > cap.most_share * serving.grams:
            said = f"`{ingredient.name}` is {100 * grams / serving.grams:.0f} % of the dish, too much for {cap.what}"
        if said:
            hint = f"{written} for {serving.dish.serves:g}: is the amount, the unit or `serves` a slip?"
            yield _Found(said, hint, error=True, line=lines[0][0])


def _by_ingredient(dish: Dish) -> Iterator[tuple[Ingredient, list[tuple[int, Line]]]]:
    """Each ingredient with its numbered lines: oil may go in twice."""
    lines: dict[str, list[tuple[int, Line]]] = defaultdict(list)
    for number, line in enumerate(dish.lines):
        lines[line.ingredient.name].append((number, line))
    return ((found[0][1].ingredient, found) for found in lines.values())


def _check_measured(serving: _Serving) -> Iterator[_Found]:
    # Tables leave vitamin D and B12 out for plants, which hold none.
    asked = [key for key in HEADLINES if key not in ("vitamin_d_ug", "vitamin_b12_ug")]
    unknown = [key for key in asked if serving.unmeasured[key] > UNKNOWN_FROM]
    if unknown:
        most = max(serving.unmeasured[key] for key in unknown)
        named = " and ".join(NUTRIENTS[key].label for key in unknown)
        yield _Found(f"{100 * most:.0f} % of its weight has no value for {named}: what it holds is understated")


def _check_steps(serving: _Serving) -> Iterator[_Found]:
    dish = serving.dish
    said = _stems(" ".join((*dish.steps, dish.day_before)))
    if len(dish.lines) == 1:
        said |= _stems(dish.title)  # "Pour a glass" needs no name
    for number, line in enumerate(dish.lines):
        if not any(_telling(name) & said for name in (line.ingredient.name, *line.ingredient.aliases)):
            yield _Found(f"no step uses `{line.ingredient.name}`", "say where it goes in", line=number)


_CELSIUS = re.compile(r"(?<![\w.])(\d{2,3})(?:-\d{2,3})? ?°? ?C\b(?: ?/ ?(\d{2,3})(?:-\d{2,3})? ?°? ?F\b)?")
_FAHRENHEIT = re.compile(r"(?<!/ )(?<![\w/-])\d{2,3}(?:-\d{2,3})? ?°? ?F\b")


def _check_temperatures(serving: _Serving) -> Iterator[_Found]:
    for step in (*serving.dish.steps, serving.dish.day_before):
        for celsius, fahrenheit in _CELSIUS.findall(step):
            exact = int(celsius) * 9 / 5 + 32
            if not fahrenheit:
                yield _Found(f"a step says {celsius} C alone", f"write {celsius} C / {5 * round(exact / 5):.0f} F")
            elif abs(int(fahrenheit) - exact) > 10:
                said = f"a step says {celsius} C / {fahrenheit} F, but {celsius} C are {exact:.0f} F"
                yield _Found(said, error=True)
        for alone in _FAHRENHEIT.findall(step):
            yield _Found(f"a step says {alone} alone", "write both, as 200 C / 400 F")


_CHECKS = (
    _check_size,
    _check_energy,
    _check_moderation,
    _check_amounts,
    _check_measured,
    _check_steps,
    _check_temperatures,
)


def _check_pairing(servings: Servings, row: int) -> Iterator[_Found]:
    """Plant iron needs vitamin C in the same meal: in the dish, or in a side that goes with it."""
    dish, vitamin_c = servings.dishes[row], servings.column("vitamin_c_mg")
    plant = dish.is_main and not servings.meat_g[row] and servings.nonheme_mg[row] >= PAIRED_NONHEME_MG
    if not plant or vitamin_c[row] >= PAIRED_VITAMIN_C_MG:
        return
    if not any(vitamin_c[row] + vitamin_c[other] >= PAIRED_VITAMIN_C_MG for other in _usual_sides(servings, row)):
        iron = servings.nonheme_mg[row]
        yield _Found(
            f"{iron:.1f} mg of plant iron without vitamin C, in the dish or in a side that goes with it",
            "add lemon, pepper or tomato, or let a salad or fruit go with it",
        )


def _usual_sides(servings: Servings, row: int) -> list[int]:
    dish = servings.dishes[row]
    slots = [slot for slot in SLOTS if slot in dish.meals]
    return [
        other
        for other, side in enumerate(servings.dishes)
        if side.course == "side" and any(goes_with(dish, side, slot) for slot in slots) and not share_a_food(dish, side)
    ]


def _find_twins(dishes: Sequence[Dish], beside: Sequence[Dish]) -> Iterator[tuple[Dish, _Found]]:
    old = [(a, b) for a in dishes for b in beside if a.slug != b.slug]
    for dish, other in (*combinations(dishes, 2), *old):
        if dish.title.casefold() == other.title.casefold():
            yield dish, _Found(f"`{other.slug}` has the same title")
        elif _alike(dish, other):
            what = f"is nearly the dish `{other.slug}` ({other.title}): both are mostly {_mostly_shared(dish, other)}"
            yield dish, _Found(what, "make one of them another dish, or leave it out")


def _alike(dish: Dish, other: Dish) -> bool:
    ours, theirs = ({line.ingredient.name for line in each.lines} for each in (dish, other))
    if _overlap(ours, theirs) < 0.5:
        return False
    return _overlap(_telling(dish.title), _telling(other.title)) >= 0.75 or _shared_weight(dish, other) >= 0.75


def _shared_weight(dish: Dish, other: Dish) -> float:
    ours, theirs = _shares(dish), _shares(other)
    return sum(min(share, theirs.get(name, 0.0)) for name, share in ours.items())


def _mostly_shared(dish: Dish, other: Dish) -> str:
    ours, theirs = _shares(dish), _shares(other)
    shared = sorted(ours.keys() & theirs.keys(), key=lambda name: (-min(ours[name], theirs[name]), name))
    return ", ".join(shared[:3])


def _shares(dish: Dish) -> dict[str, float]:
    weight = sum(line.grams for line in dish.lines)
    shares: dict[str, float] = defaultdict(float)
    for line in dish.lines:
        shares[line.ingredient.name] += line.grams / weight
    return shares


def _overlap(ours: set[str] | frozenset[str], theirs: set[str] | frozenset[str]) -> float:
    return len(ours & theirs) / len(ours | theirs) if ours or theirs else 0.0


def build_report(dishes: Sequence[Dish], table: FoodTable) -> Report:
    """What these dishes cover, and everything wrong with them."""
    lowers = {target.nutrient: target.lower for target in targets_for(default_person()) if target.lower}
    targets = {key: lower for key, lower in lowers.items() if key not in ("absorbed_iron_mg", "energy_kcal")}
    servings = build_servings(dishes, table, tuple(dict.fromkeys((*_CHECKED, *targets))))
    verdicts = {name: [judge_dish(dish, [DIETS[name]])[0] for dish in dishes] for name in REPORTED_DIETS}
    unmeasured = dict(zip(servings.keys, map(float, servings.unmeasured.mean(axis=0)), strict=True))
    return Report(
        findings=check_dishes(dishes, table),
        figures=tuple(_figures(_serving(servings, row)) for row in range(len(dishes))),
        counts=_count(dishes, verdicts),
        unmeasured={key: unmeasured[key] for key in (*HEADLINES, *targets)},
        density={diet: _densities(servings, judged, targets) for diet, judged in verdicts.items()},
    )


def _densities(servings: Servings, verdicts: Sequence[Verdict], targets: Mapping[str, float]) -> dict[str, Density]:
    rows = [row for row, verdict in enumerate(verdicts) if verdict is not Verdict.REFUSED]
    if not rows:
        return {}
    kcal = np.maximum(servings.column("energy_kcal")[rows], 1.0)
    shares = {key: 2000 / lower * servings.column(key)[rows] / kcal for key, lower in targets.items()}
    return {
        key: Density(median=float(np.median(share)), reaching=int(np.sum(share >= 1))) for key, share in shares.items()
    }


def _figures(serving: _Serving) -> Figures:
    return Figures(
        dish=serving.dish,
        kcal=serving.amount["energy_kcal"],
        grams=serving.grams,
        sodium_mg=serving.amount["sodium_mg"],
        protein_g=serving.amount["protein_g"],
    )


def _count(dishes: Sequence[Dish], verdicts: Mapping[str, Sequence[Verdict]]) -> dict[str, dict[str, int]]:
    counted: dict[str, Iterable[str]] = {
        "course": (dish.course for dish in dishes),
        "meal": (slot for dish in dishes for slot in dish.meals),
        "kind of side": (dish.kind for dish in dishes if dish.kind),
        "protein": (dish.protein for dish in dishes if dish.is_main),
        "cuisine": (dish.cuisine for dish in dishes),
        "season": (season for dish in dishes for season in dish.seasons),
        "minutes": (_span(dish.minutes) for dish in dishes),
    }
    counts = {what: dict(Counter(names).most_common()) for what, names in counted.items()}
    counts["minutes"] = {span: counts["minutes"][span] for span in _SPANS if span in counts["minutes"]}
    for name, verdict in (("diet", Verdict.FITS), ("diet, by the label", Verdict.CHECK_LABEL)):
        counts[name] = {diet: sum(found is verdict for found in judged) for diet, judged in verdicts.items()}
    return counts


_SPANS = (*(f"up to {most}" for most in MINUTES), f"over {MINUTES[-1]}")


def _span(minutes: int) -> str:
    return _SPANS[sum(minutes > most for most in MINUTES)]


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in re.findall(r"[^\W\d_]+", text.casefold()))


def _stem(word: str) -> str:
    for ending, instead in (("ies", "y"), ("oes", "o"), ("ches", "ch"), ("shes", "sh"), ("ves", "f"), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss") and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + instead
    return word


# Words that say the state of a food, not which food it is; colours, because a step leaves them out or keeps only them.
_UNTELLING = _stems(
    "raw dry dried canned cooked frozen fresh ground whole low reduced light sodium unsweetened fortified plain in of "
    "and with for the a an on style extra large small firm red green white brown black yellow vegetarian vegan"
)


def _telling(name: str) -> frozenset[str]:
    """The stems that tell a food: those before the comma, or all there are."""
    stems = _stems(name.partition(",")[0])
    return (stems - _UNTELLING) or stems
