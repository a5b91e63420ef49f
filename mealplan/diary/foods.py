"""Which food a line of a diary means, how much of it in grams, and how sure that is.

The ingredient catalogue comes first, then the whole food table by words. Diaries weigh food as eaten: rice, pasta,
pulses, meat and fish count as cooked unless the line says raw or dry. Whatever was assumed is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from foods.errors import FoodsError
from foods.ingredient_checks import HEME_CATEGORIES
from foods.ingredients import Catalogue, Ingredient
from foods.portions import Portion, read_portions
from foods.portions import grams as portion_grams
from foods.search import search, translate, words_of
from foods.table import FoodTable
from mealplan.diary.entry import BrokenDiary, Diary, Entry
from mealplan.diary.likeness import likeness, noun_of, queries, split_side
from mealplan.diary.overrides import Override, same_text
from mealplan.eaten import EatenDay, EatenFood, EatenMeal, Steeped, eat, phytate_ceilings
from mealplan.iron import HEME_OF_MEAT, RAW_PER_COOKED_MEAT
from mealplan.recipes.kitchen_words import PREPARATION, words
from mealplan.recipes.matching import LIKELY_FROM, UNSURE_FROM, Certainty, Finding, Matcher
from mealplan.recipes.quantities import VOLUMES, WEIGHTS, Measured, read_measure, to_unit
from mealplan.recipes.weighing import weigh

COOKED_WORDS = frozenset(
    {"cooked", "boiled", "steamed", "roasted", "baked", "grilled", "fried", "sauteed", "stewed", "broiled", "poached",
     "scrambled", "braised", "mashed"}
)  # fmt: skip
RAW_WORDS = frozenset({"raw", "uncooked", "dry", "dried"})
STAPLES = frozenset({"rice", "pasta", "legume_quick", "legume_long"})
# Categories of survey foods that are meat, fish or poultry and nothing else; mixed dishes have no known heme share.
FLESH = HEME_CATEGORIES | {
    "Beef, excludes ground", "Ground beef", "Pork", "Lamb, goat, game", "Chicken, whole pieces",
    "Turkey, duck, other poultry", "Fish", "Shellfish", "Liver and organ meats", "Bacon", "Frankfurters", "Sausages",
    "Cold cuts and cured meats",
}  # fmt: skip
_NOT_FLESH = frozenset({"meatless", "vegetarian", "vegan", "imitation", "egg", "milk"})
_HERBAL = frozenset({"herbal", "chamomile", "hibiscus", "rooibos"})
_NEAR_FOODS = 30  # of a search, looked through for the likeliest
_SURE = 0.97  # likeness of the very words
_AS_GOOD = 0.03  # likeness by which two foods do not differ
_ALIKE_FOODS = 60  # ... and for one that was weighed in the unit
_ALIKE_ENERGY = 1.5  # times the energy in 100 g within which two foods weigh alike by the piece or the cup
_WITHOUT = 0.7  # of the likeness where what a food comes with is left out
_ALIKE_WORDS = 0.45  # likeness to the line from which another food lends its weight
PLAIN = re.compile(r"[,(/]")
SERVED = frozenset({"serving", "portion", "helping", "order", "plate", "plateful", "bowl", "bowlful", "scoop"})
"""How much was put before one: where nobody weighed it, what USDA counts when a person cannot say how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a line was taken as. ``food.food_id`` None: unmatched; ``food.grams`` None: matched, and not weighed.

    ``is_fixed``: the grams hold whatever the line says.
    """

    entry: Entry
    food: EatenFood
    description: str
    certainty: Certainty
    confidence: float
    checks: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    is_fixed: bool = False

    @property
    def is_known(self) -> bool:
        """Whether its nutrients can be told."""
        if self.food.stated is not None or self.certainty is Certainty.NOT_EATEN:
            return True
        return self.food.food_id is not None and self.food.grams is not None


class Finder:
    """Finds the foods of diaries in one catalogue and one food table."""

    def __init__(
        self,
        catalogue: Catalogue,
        table: FoodTable,
        overrides: Mapping[str, Override] | None = None,
        portions: Mapping[str, tuple[Portion, ...]] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._table = table
        self._portions = read_portions() if portions is None else portions
        self._overrides = overrides or {}
        self._matcher = Matcher(catalogue)
        self._phytate = phytate_ceilings(catalogue)
        self._own = {row.food_id: row for row in reversed(catalogue.ingredients)}
        self._cooked = {row.cooked_food_id: row for row in reversed(catalogue.ingredients) if row.cooked_food_id}
        foods = table.foods
        self._category = dict(zip(foods.index.tolist(), foods["category"].tolist(), strict=True))
        self._found: dict[tuple[object, ...], Taken] = {}
        self._findings: dict[Measured, Finding] = {}
        self._close: dict[tuple[str, str], tuple[tuple[str, float], ...]] = {}

    def find(self, entry: Entry) -> Taken:
        """What a line means, worked out once for lines that say the same."""
        text = same_text(entry.text)
        key = (text, entry.amount, entry.unit, entry.grams is None, entry.food_id)
        if key not in self._found:
            self._found[key] = self._find(entry, text)
        found = self._found[key]
        grams = found.food.grams if entry.grams is None or found.is_fixed else entry.grams
        return replace(found, entry=entry, food=replace(found.food, grams=grams, stated=entry.stated))

    def _find(self, entry: Entry, text: str) -> Taken:
        measured = _as_served(_measure(entry))
        override = self._overrides.get(text) or self._overrides.get(same_text(measured.food))
        if override is not None or entry.food_id is not None:
            said = override or Override(food_id=entry.food_id or "")
            taken = self._of_row(entry, measured, said.food_id, 1.0, grams=said.grams)
            return replace(taken, is_fixed=said.grams is not None)
        finding = self._finding(measured)
        if finding.certainty is Certainty.NOT_EATEN:
            return self._nothing(entry, finding.certainty)
        made = self._is_made_of(finding.ingredient, measured)
        # A plate or a portion of it is a dish: "lasagna" are sheets to a cook, and a meal to who eats it.
        sure = finding.certainty is Certainty.CERTAIN or (
            finding.certainty is Certainty.LIKELY and not finding.by_likeness and measured.unit not in SERVED
        )
        other = None if sure and not made else self._of_table(entry, measured)
        # What the catalogue knows by name, though in several states, yields to the very words alone.
        several = finding.certainty is Certainty.UNSURE and not finding.by_likeness
        least = LIKELY_FROM if made else _SURE if several else finding.confidence
        if finding.ingredient is not None and (other is None or other.confidence < least):
            return self._of_ingredient(entry, measured, finding.ingredient, finding.confidence, finding.checks)
        return other or self._nothing(entry, Certainty.UNMATCHED, finding.candidates)

    def _finding(self, measured: Measured) -> Finding:
        """What the catalogue makes of it, which is the same for any amount."""
        alike = replace(measured, text="", amount=measured.amount and 1.0, grams=None)
        if alike not in self._findings:
            self._findings[alike] = self._matcher.find(alike)
        return self._findings[alike]

    def _is_made_of(self, ingredient: Ingredient | None, measured: Measured) -> bool:
        """Whether the line tells what was made of it, or a small kind: mashed potatoes, baby carrots by the piece."""
        said = set(words(" ".join((measured.food, *measured.notes))))
        to_cook = ingredient is not None and ingredient.state in ("raw", "dry") and ingredient.cooked_food_id is None
        return (to_cook and bool(COOKED_WORDS & said)) or ("baby" in said and measured.unit is None)

    def _nothing(self, entry: Entry, certainty: Certainty, candidates: tuple[str, ...] = ()) -> Taken:
        nothing = certainty is Certainty.NOT_EATEN
        return Taken(
            entry=entry,
            food=EatenFood(name=entry.text, grams=0.0 if nothing else entry.grams),
            description="",
            certainty=certainty,
            confidence=1.0 if nothing else 0.0,
            is_fixed=nothing,
            candidates=candidates,
        )

    # -- by the catalogue

    def _of_ingredient(
        self, entry: Entry, measured: Measured, ingredient: Ingredient, confidence: float, checks: Iterable[str]
    ) -> Taken:
        said = set(words(" ".join((measured.food, *measured.notes))))
        checks = list(checks)
        cooked_id = ingredient.cooked_food_id
        assumed = not said & (COOKED_WORDS | RAW_WORDS)
        as_cooked = cooked_id is not None and (
            bool(said & COOKED_WORDS) or (assumed and (ingredient.is_meat or _is_dry_staple(ingredient)))
        )
        if as_cooked and cooked_id is not None:
            grams, weighed = self._weigh_cooked(entry, measured, ingredient, cooked_id)
            checks = [check for check in checks if "measures it cooked" not in check]
            checks += ["taken as cooked, by weight or measure as eaten"] if assumed else []
            food_id = cooked_id
        else:
            grams, weighed = self._weigh_bought(entry, measured, ingredient)
            food_id = ingredient.food_id
        food = eat(ingredient, grams, self._phytate, food_id=food_id, cooked=True if as_cooked else None)
        return Taken(
            entry=entry,
            food=food,
            description=self._table.description(food_id),
            certainty=_certainty(confidence, assumed=bool(checks)),
            confidence=confidence,
            checks=tuple(check.replace("the recipe", "the line") for check in (*checks, *weighed)),
        )

    def _weigh_bought(
        self, entry: Entry, measured: Measured, ingredient: Ingredient
    ) -> tuple[float | None, tuple[str, ...]]:
        if entry.grams is not None:
            return entry.grams, ()
        if measured.amount is None and not measured.unit:
            found = weigh(replace(measured, amount=1.0, unit=_one_of(ingredient)), ingredient)
            said: tuple[str, ...] = ("no amount given, one taken",)
        else:
            found, said = weigh(measured, ingredient), ()
        if found is None:
            return self._weigh_alike(measured, _spoken(ingredient), ingredient.food_id)
        return ingredient.grams(found.amount, found.unit), (*said, *found.checks)

    def _weigh_cooked(
        self, entry: Entry, measured: Measured, ingredient: Ingredient, cooked_id: str
    ) -> tuple[float | None, tuple[str, ...]]:
        """Grams as eaten; a piece of meat is weighed raw and shrinks by what cooking takes."""
        if entry.grams is not None:
            return entry.grams, ()
        stated = _stated_grams(measured)
        if stated is not None:
            return stated, ()
        if (weighed := self._weigh_portion(measured, cooked_id)) is not None:
            return weighed
        if measured.unit in VOLUMES:
            return self._weigh_alike(measured, f"cooked {_spoken(ingredient)}", cooked_id)
        grams, said = self._weigh_bought(entry, replace(measured, notes=()), ingredient)
        if grams is not None and ingredient.is_meat:
            return grams / RAW_PER_COOKED_MEAT, (*said, "weighed as bought, less what cooking takes")
        return grams, said

    # -- by the food table

    def _of_table(self, entry: Entry, measured: Measured) -> Taken | None:
        """The food of the table whose words are those of the line; leading words are dropped until one is found."""
        text = " ".join((measured.food, *measured.notes))
        key = text, measured.food
        if key not in self._close:
            self._close[key] = tuple(self._closest(text, measured.food))
        close = self._close[key]
        if not close:
            return None
        # Of foods as likely, one that was weighed in the line's unit.
        food_id, confidence = next((one for one in close if self._is_weighed(one[0], measured)), close[0])
        return self._of_row(entry, measured, food_id, confidence)

    def _closest(self, text: str, food: str) -> list[tuple[str, float]]:
        """The likeliest foods and their likeness, those that do not differ in it; none where none is like the line."""
        found: dict[str, float] = {}
        for some in _queries(text, food):
            for query in some:
                for hit in search(self._table, query, limit=_NEAR_FOODS):
                    if hit.food_id not in found:
                        found[hit.food_id] = self._likeness(text, hit.food_id, hit.description)
            if max(found.values(), default=0.0) >= LIKELY_FROM:
                break
        best = max(found.values(), default=0.0)
        close = [one for one in found.items() if one[1] >= best - _AS_GOOD]
        return sorted(close, key=lambda one: -one[1]) if best >= UNSURE_FROM else []

    def _likeness(self, text: str, food_id: str, description: str) -> float:
        """How near a food is to the line, in the kitchen's words or in USDA's for them."""
        odd = self._category[food_id] in FLESH
        first, rest = split_side(text)
        whole = max(likeness(asked, description, side=side, raw_is_odd=odd) for asked, side in _asked(text))
        if not rest:
            return whole
        return max(whole, _WITHOUT * max(likeness(asked, description, raw_is_odd=odd) for asked, _ in _asked(first)))

    def _of_row(
        self,
        entry: Entry,
        measured: Measured,
        food_id: str,
        confidence: float,
        *,
        grams: float | None = None,
    ) -> Taken:
        said: tuple[str, ...] = ()
        grams = grams if grams is not None else entry.grams
        if grams is None:
            grams, said = self._weigh_row(measured, food_id)
        return Taken(
            entry=entry,
            food=self._as_eaten(food_id, grams),
            description=self._table.description(food_id),
            certainty=_certainty(confidence),
            confidence=round(confidence, 2),
            checks=said,
        )

    def _as_eaten(self, food_id: str, grams: float | None) -> EatenFood:
        """A row of the table, with what the catalogue knows of it, or its category."""
        if (bought := self._own.get(food_id)) is not None:
            return eat(bought, grams, self._phytate)
        if (cooked := self._cooked.get(food_id)) is not None:
            return eat(cooked, grams, self._phytate, food_id=food_id, cooked=True)
        description = self._table.description(food_id)
        told = set(words_of(description))
        category = self._category[food_id]
        flesh = category in FLESH and not told & _NOT_FLESH
        return EatenFood(
            name=description,
            food_id=food_id,
            grams=grams,
            heme_fraction=HEME_OF_MEAT if flesh else 0.0,
            meat_share=0.0 if not flesh else 1 / RAW_PER_COOKED_MEAT if "raw" in told else 1.0,
            steeped=_steeped(category, told),
        )

    def _weigh_row(self, measured: Measured, food_id: str) -> tuple[float | None, tuple[str, ...]]:
        stated = _stated_grams(measured)
        if stated is not None:
            return stated, ()
        said = () if measured.amount is not None else ("no amount given, one taken",)
        if (weighed := self._weigh_portion(measured, food_id)) is not None:
            return weighed[0], (*said, *weighed[1])
        if (own := self._own.get(food_id)) is not None and (found := weigh(measured, own)) is not None:
            return own.grams(found.amount, found.unit), (*said, *found.checks)
        grams, alike = self._weigh_alike(measured, measured.food, food_id)
        return grams, (*said, *alike)

    def _weigh_portion(self, measured: Measured, food_id: str) -> tuple[float, tuple[str, ...]] | None:
        """By a portion that USDA weighed of this very food; None where there is none."""
        tried = self._units(measured, food_id)
        known = self._known(food_id)
        for one, said in tried:
            try:
                return portion_grams(food_id, measured.amount or 1.0, one, known), (said,) if said else ()
            except FoodsError:
                continue
        return None

    def _units(self, measured: Measured, food_id: str) -> list[tuple[str, str]]:
        """The units that a line may mean, the likeliest first, and what is assumed with each."""
        unit = measured.unit
        serving = ("serving", f"{'one' if unit is None else f'a {unit}'} taken as USDA's usual serving")
        if unit in SERVED:
            return [(unit, ""), ("serving", "")] if unit == "serving" else [(unit, ""), serving]
        if unit == "slice":
            return [("slice", ""), ("piece", "")]
        if unit == "glass":
            return [("glass", ""), ("cup", "a glass taken as a cup"), serving]
        if unit is not None:
            return [(unit, "")]
        # Several of a thing are no servings: six nuggets are one.
        one = (measured.amount or 1.0) <= 1 and any(each.unit == "serving" for each in self._known(food_id))
        counted = [(name, "") for name in _counted(measured, self._known(food_id))]
        return [*counted, *([serving] if one else []), ("piece", ""), ("regular", "")]

    def _known(self, food_id: str) -> tuple[Portion, ...]:
        return self._portions.get(food_id, ())

    def _is_weighed(self, food_id: str, measured: Measured) -> bool:
        """Whether a row has a weight for the line's unit; in grams every row has."""
        return _stated_grams(measured) is not None or self._weigh_portion(measured, food_id) is not None

    def _weigh_alike(self, measured: Measured, text: str, food_id: str) -> tuple[float | None, tuple[str, ...]]:
        """The weight of the same measure of the nearest food that USDA weighed in it, if it is as dense in energy."""
        for query in queries(text, text):
            for hit in search(self._table, query, limit=_ALIKE_FOODS):
                if not self._is_alike(text, food_id, hit.food_id, hit.description):
                    continue
                if (weighed := self._weigh_portion(measured, hit.food_id)) is not None:
                    return weighed[0], (f"weighed as `{hit.description}`", *weighed[1])
        return None, ("no weight is known for this measure",)

    def _is_alike(self, text: str, food_id: str, other: str, description: str) -> bool:
        told = set(words(text)) - PREPARATION
        called = told <= set(words(description)) and noun_of(description) <= told
        if not called and self._likeness(text, other, description) < _ALIKE_WORDS:
            return False
        one, two = (self._table.per_100g(each, "energy_kcal") for each in (food_id, other))
        return max(one, two) <= _ALIKE_ENERGY * min(one, two)  # False where either is unmeasured


def match_diary(diary: Diary, finder: Finder, table: FoodTable) -> tuple[Taken, ...]:
    """What every line of a diary means, in its order.

    Raises: BrokenDiary: a food_id that the table does not have, every such line at once.
    """
    strangers = [entry for entry in diary.entries if entry.food_id is not None and entry.food_id not in table]
    if strangers:
        lines = [f"line {entry.line}: food_id {entry.food_id!r} is not in the food table" for entry in strangers[:20]]
        raise BrokenDiary("\n".join(lines), hint="`mealplan foods search` finds ids")
    return tuple(finder.find(entry) for entry in diary.entries)


def eaten_in_diary(taken: Iterable[Taken]) -> tuple[EatenDay, ...]:
    """The days and meals of a diary: by date, or in its own order where there are no dates."""
    days: dict[str, dict[str, list[EatenFood]]] = {}
    dates = {}
    for one in taken:
        if one.certainty is Certainty.NOT_EATEN and one.entry.stated is None:
            continue  # water and the like
        dates[one.entry.day] = one.entry.date
        days.setdefault(one.entry.day, {}).setdefault(one.entry.meal, []).append(one.food)
    order = sorted(days) if all(dates.values()) else list(days)
    return tuple(
        EatenDay(
            name=day,
            date=dates[day],
            meals=tuple(EatenMeal(name=meal, foods=tuple(foods)) for meal, foods in days[day].items()),
        )
        for day in order
    )


def _measure(entry: Entry) -> Measured:
    """The line's amount and food words; columns of their own go before what the text says."""
    measured = read_measure(entry.text)
    if entry.amount is None:
        return measured
    unit = to_unit(entry.unit) or entry.unit if entry.unit else None
    return replace(measured, amount=entry.amount, unit=unit, grams=None)


def _counted(measured: Measured, known: Iterable[Portion]) -> list[str]:
    """The portions that are called as the food is, ``medium cookie``, those of usual size first."""
    noun = words_of(measured.food)[-1:]
    names = [portion.unit for portion in known if words_of(PLAIN.split(portion.unit)[0])[-1:] == noun]
    return sorted(names, key=lambda name: not {"medium", "regular"} & set(words_of(name)))


def _as_served(measured: Measured) -> Measured:
    """``1 small order of fries``: the size counts, else the order itself is the unit."""
    first, _, rest = measured.food.partition(" ")
    if measured.unit in SERVED or first.casefold() not in SERVED or not rest or measured.amount is None:
        return measured
    food = rest.removeprefix("of ").strip()
    return replace(measured, food=food, unit=measured.unit or first.casefold())


def _queries(text: str, food: str) -> list[list[str]]:
    """What to search for at once: the line, without what comes with it, the plainest of it; then less and less."""
    whole = [query for part in dict.fromkeys((text, split_side(text)[0])) for query in queries(part, part)[:1]]
    plain = [f"{query} {word}" for query in whole for word in ("nfs", "regular")]
    return [[*whole, *plain], *([query] for query in queries(text, food))]


@lru_cache(maxsize=1_000)
def _asked(text: str) -> list[tuple[list[str], set[str]]]:
    """The line's telling words and those of what comes with it; the same in USDA's words for them."""
    found = []
    for one in dict.fromkeys((text, translate(text) or text)):
        first, rest = split_side(one)
        telling = [word for word in words(one) if word not in PREPARATION or word in COOKED_WORDS]
        found.append((telling, set(words(rest)) - set(words(first))))
    return found


def _stated_grams(measured: Measured) -> float | None:
    if measured.amount is None:
        return None
    if measured.grams is not None:
        return measured.grams
    return measured.amount * WEIGHTS[measured.unit] if measured.unit and measured.unit in WEIGHTS else None


def _is_dry_staple(ingredient: Ingredient) -> bool:
    return ingredient.state == "dry" and ingredient.family in STAPLES


def _one_of(ingredient: Ingredient) -> str | None:
    return "cup" if ingredient.aisle == "drinks" and "cup" in ingredient.measures else None


def _certainty(confidence: float, *, assumed: bool = False) -> Certainty:
    if confidence >= 0.97:
        return Certainty.LIKELY if assumed else Certainty.CERTAIN
    return Certainty.LIKELY if confidence >= LIKELY_FROM else Certainty.UNSURE


def _spoken(ingredient: Ingredient) -> str:
    """``lentils, dry`` as a line would name it as eaten."""
    return ingredient.name.partition(",")[0]


def _steeped(category: str, told: set[str]) -> Steeped:
    if category == "Coffee" or (category == "Beverages" and "coffee" in told):
        return "coffee"
    if (category == "Tea" or (category == "Beverages" and "tea" in told)) and not told & _HERBAL:
        return "tea"
    return ""
