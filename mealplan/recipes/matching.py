"""Which food of the catalogue a recipe's line means, and how sure that is.

``certain`` is kept for a name or alias of the catalogue, word for word once preparation is taken away, that means
one food in this line. Everything else is ``likely`` or ``unsure`` and says why: a wrong food stated as certain is
the worst error an import can make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from foods.ingredients import Catalogue, Ingredient
from mealplan.recipes.kitchen_words import (
    HERB_FRESH,
    KINDS,
    NEUTRAL,
    PARTS,
    PREPARATION,
    PROCESSED,
    STATES,
    read_kitchen_names,
    words,
)
from mealplan.recipes.phrases import (
    DRIED_STATES,
    fits_state,
    is_counted,
    is_eaten_in_parts,
    phrases,
    said_states,
    state_order,
    with_noun,
    without_preparation,
)
from mealplan.recipes.quantities import Measured, names_food

SPOONS = frozenset({"tsp", "tbsp", "pinch", "dash"})
LIKELY_FROM = 0.65
UNSURE_FROM = 0.4
JUICED = ("lemon", "lime", "orange", "grapefruit")


DRIED_NAMES = {"ginger": "ground ginger", "cilantro": "coriander seed"}
"""What a spoon of these is called dried, where it is not "dried ..."."""


class Certainty(StrEnum):
    """How a match may be used: as it is, after a look, after an answer, or not at all."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"
    UNMATCHED = "unmatched"
    NOT_EATEN = "not eaten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The food a line means; ``confidence`` is 0-1, ``candidates`` are catalogue names, the chosen one first.

    ``by_likeness``: chosen because its words resemble the line's, which may mean a food that is not in the catalogue.
    """

    ingredient: Ingredient | None
    certainty: Certainty
    confidence: float
    candidates: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    by_likeness: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    """A name or alias: ``base`` are its words without those of state, in the order they are spoken."""

    ingredient: Ingredient
    base: tuple[str, ...]
    states: frozenset[str]


class Matcher:
    """Finds the foods of one catalogue by the words of recipe lines."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._names = [name for ingredient in catalogue.ingredients for name in _names_of(ingredient)]
        self._by_words: dict[tuple[str, ...], list[_Name]] = {}
        for name in self._names:
            self._by_words.setdefault(tuple(sorted(name.base)), []).append(name)
        self._short = {name.base[:-1]: name for name in self._names if len(name.base) > 1 and name.base[-1] in KINDS}
        self._known = frozenset(word for name in self._names for word in name.base)
        self._vocabulary = sorted(self._known)
        self._heads = {name.base[-1] for name in self._names}
        self._telling = set(self._vocabulary) - NEUTRAL | PROCESSED

    def find(self, measured: Measured) -> Finding:
        """The food that a measured line means."""
        food = words(measured.food)
        if food in read_kitchen_names().not_eaten or food in ((), ("water",)):
            certainty = Certainty.NOT_EATEN if food else Certainty.UNMATCHED
            return Finding(ingredient=None, certainty=certainty, confidence=1.0 if food else 0.0)
        measured = with_noun(measured)
        found = self._beside_alternatives(measured)
        others = self._others_named(measured, found)
        if others:
            limited = _at_most(found, Certainty.UNSURE)
            return replace(
                limited, by_likeness=True, checks=(*found.checks, f"the line also names {', '.join(others)}")
            )
        return found

    def _others_named(self, measured: Measured, found: Finding) -> list[str]:
        """Further foods on the line: ``sour cream, grated cheddar and sliced scallions``."""
        named = [text for text in measured.second if names_food(text)]
        for note in measured.notes:
            for part in re.split(r"\s(?:and|&)\s", note):
                tokens = without_preparation(words(part))
                other = self._look_up(tokens, frozenset(), measured) or self._by_kitchen_name(
                    tokens, measured, frozenset()
                )
                if other is None or other.ingredient is None:
                    continue
                if part.lower().startswith("and ") or part.lower().startswith("or "):
                    continue
                if other.ingredient.name not in found.candidates:
                    named.append(other.ingredient.name)
        return named

    def _beside_alternatives(self, measured: Measured) -> Finding:
        """``butter or margarine`` means the first; ``red or green cabbage`` lends its last word to the first."""
        if not measured.alternatives:
            return self._with_juice(measured)
        shared = measured.alternatives[-1].split()[-1:]
        whole = self._with_juice(replace(measured, food=" ".join([measured.food, *shared])))
        found = self._with_juice(measured) if whole.by_likeness or whole.confidence < LIKELY_FROM else whole
        check = f"or {', or '.join(measured.alternatives)}"
        return replace(_at_most(found, Certainty.LIKELY), checks=(*found.checks, check))

    def _with_juice(self, measured: Measured) -> Finding:
        """``1 lemon, juiced`` buys a lemon and eats its juice."""
        said = " ".join(measured.notes).lower()
        said = "juice" if measured.unit == "squeeze" else said
        fruit = [word for word in words(measured.food) if word in JUICED]
        if len(fruit) == 1 and ("juice" in said or "zest" in said) and "juice" not in measured.food.lower():
            part = "juice" if "juice" in said else "zest"
            found = self._find(replace(measured, food=f"{fruit[0]} {part}", notes=()))
            if found.ingredient is not None:
                check = f"the recipe says {measured.food}, {said}"
                return replace(_at_most(found, Certainty.LIKELY), checks=(*found.checks, check))
        return self._find(measured)

    def _find(self, measured: Measured) -> Finding:
        said = said_states(measured)
        exact = self._exactly(measured, said)
        certain = exact is not None and exact.certainty is Certainty.CERTAIN
        if exact is not None and certain and exact.confidence == 1.0:
            return self._doubted(exact, measured, said)
        # "crushed red pepper" has a name of its own; without "crushed" it would be another food.
        for tokens in phrases(measured)[: 2 if certain else None]:
            if (named := self._by_kitchen_name(tokens, measured, said)) is not None:
                return named
        if exact is not None and certain:
            return self._doubted(exact, measured, said)
        if exact is not None and exact.ingredient is not None:
            near = None if fits_state(exact.ingredient, said) else self._nearly(measured, said, only_said=True)
            if near is not None and near.ingredient is not None:
                # "tinned plum tomatoes": the name is known fresh only, a plainer one is known tinned.
                return near
            return self._doubted(exact, measured, said)
        return self._nearly(measured, said)

    def _exactly(self, measured: Measured, said: frozenset[str]) -> Finding | None:
        """Word for word, as written first, then without preparation; None where no name has these words."""
        whole = ", ".join([measured.food, *measured.notes])
        if measured.notes and whole in self.catalogue:
            return _finding([self.catalogue[whole]], 1.0, certain=True)
        best: Finding | None = None
        food = words(measured.food)
        for place, tokens in enumerate(phrases(measured)):
            found = self._look_up(tokens, said, measured)
            if found is None:
                continue
            if found.certainty is Certainty.CERTAIN and best is not None:
                frozen = best.ingredient is not None and best.ingredient.state == "frozen"
                if frozen or tokens == food or is_counted(measured):
                    # Frozen food is called so, "tomatoes, chopped" are bought whole, and cans are not counted bare.
                    return replace(found, confidence=0.97)
                # As written it is a food of another state ("chopped tomatoes" are mostly canned ones).
                return _either(best, found)
            if found.certainty is Certainty.CERTAIN:
                as_written = tokens[-len(food) :] == food and place < 2
                return replace(found, confidence=1.0 if as_written else 0.97)
            best = best or found
        return best

    def _look_up(self, tokens: Sequence[str], said: frozenset[str], measured: Measured) -> Finding | None:
        base = tuple(word for word in tokens if word not in STATES)
        names = self._by_words.get(tuple(sorted(base)), [])
        if not names:
            return None
        alike = [name for name in names if name.states == said] or [
            name for name in names if said and not name.states and fits_state(name.ingredient, said)
        ]
        chosen = _unique(alike)
        if len(chosen) == 1 and not is_eaten_in_parts(chosen[0]) and PARTS & set(words(measured.food)) - set(tokens):
            return _finding(chosen, 0.5, checks=(f"{measured.food} taken as {chosen[0].name}",))
        if len(chosen) == 1:
            in_order = any(name.base == base for name in alike)
            return _finding(chosen, 0.97 if in_order else 0.6, certain=in_order)
        others = _unique([name for name in names if not said or fits_state(name.ingredient, said)])
        if len(others) == 1 and not said:
            return _finding(others, 0.75, checks=(f"taken as {others[0].name}",))
        if others:
            others.sort(key=lambda one: state_order(one, measured))
            return _finding(others, 0.55, checks=("the recipe does not say in which state",) if not said else ())
        state = ", ".join(sorted(said))
        return _finding(_unique(names), 0.5, checks=(f"the catalogue does not have it {state}",))

    def _by_kitchen_name(self, tokens: Sequence[str], measured: Measured, said: frozenset[str]) -> Finding | None:
        names = read_kitchen_names()
        base = tuple(word for word in tokens if word not in STATES)
        for key in (tuple(tokens), base):
            if key in names.likely:
                chosen = self.catalogue.resolve(names.likely[key])
                return self._doubted(_finding([chosen], 0.8, checks=(f"taken as {chosen.name}",)), measured, said)
            if key in names.unsure:
                options = [self.catalogue.resolve(name) for name in names.unsure[key]]
                # "2 ears of corn" are on the cob, "a tin of corn" is not.
                options.sort(
                    key=lambda one: (bool(said) and not fits_state(one, said), measured.unit not in one.measures)
                )
                return _finding(options, 0.55, checks=(f"{measured.food} may be several foods",))
        return None

    def _doubted(self, found: Finding, measured: Measured, said: frozenset[str]) -> Finding:
        """The same food, less sure where the line can mean another of that name."""
        chosen = found.ingredient
        if chosen is None:
            return found
        if "cooked" in said and chosen.state in DRIED_STATES:
            return replace(_at_most(found, Certainty.UNSURE), checks=("the recipe measures it cooked",))
        others = self._namesakes(chosen, measured)
        if not others:
            return found
        first = self.catalogue.resolve(others[0])
        check = f"may be {' or '.join(others)}" if len(others) > 1 else f"may be dried {chosen.name}"
        candidates = [self.catalogue.resolve(name) for name in others]
        return _finding([first, *candidates[1:]], 0.6 if len(others) > 1 else 0.7, checks=(check,))

    def _namesakes(self, chosen: Ingredient, measured: Measured) -> tuple[str, ...]:
        spoon = measured.unit in SPOONS
        food = words(measured.food)
        if chosen.name == "black pepper" and without_preparation(food) == ("pepper",) and is_counted(measured):
            return "red bell pepper", "green bell pepper", "black pepper"
        if chosen.name.endswith("bell pepper") and spoon and measured.unit != "tbsp":
            return "cayenne pepper", "chilli flakes", chosen.name
        if chosen.name == "cloves" and not spoon:
            return "cloves", "garlic"
        if chosen.name == "chili powder" and "chilli" in measured.food.lower():
            return "chili powder", "cayenne pepper"
        fresh = HERB_FRESH & {*words(measured.food), *words(" ".join(measured.notes)), measured.unit}
        if spoon and not fresh and (chosen.aisle == "herbs" or chosen.name == "ginger"):
            dried = DRIED_NAMES.get(chosen.name, f"dried {chosen.name}")
            return (dried, chosen.name) if dried in self.catalogue else (chosen.name,)
        return ()

    def _nearly(self, measured: Measured, said: frozenset[str], *, only_said: bool = False) -> Finding:
        """What the words resemble; ``only_said`` keeps to foods in the state that the line says."""
        tokens = [word for word in without_preparation(words(measured.food)) if word not in STATES]
        short = self._short.get(tuple(tokens))
        if short is not None and not only_said:
            return _finding([short.ingredient], 0.8, checks=(f"taken as {short.ingredient.name}",))
        mended, distance = self._mended(tokens)
        if distance:
            again = self._find(replace(measured, food=" ".join([*mended, *said]), alternatives=()))
            if again.ingredient is not None:
                limit = Certainty.LIKELY if distance == 1 else Certainty.UNSURE
                check = f"{measured.food} read as {again.ingredient.name}"
                return replace(_at_most(again, limit), checks=(*again.checks, check))
        ranked = self._ranked(tokens, said, measured)
        if only_said:
            ranked = [entry for entry in ranked if fits_state(entry[1], said)]
        if not ranked or ranked[0][0] < UNSURE_FROM:
            near = [*self.catalogue.suggest(measured.food)] if measured.food else []
            return Finding(ingredient=None, certainty=Certainty.UNMATCHED, confidence=0.0, candidates=tuple(near[:3]))
        score = ranked[0][0]
        ties = [one for points, one in ranked if points >= score - 0.02]
        check = f"{measured.food} taken as {ranked[0][1].name}"
        found = _finding([one for _, one in ranked], min(score, 0.6) if len(ties) > 1 else score, checks=(check,))
        return replace(found, by_likeness=True)

    def _parted(self, word: str) -> tuple[str, str] | None:
        """``beansprout`` as two words of the catalogue."""
        halves = ((word[:cut], word[cut:]) for cut in range(3, len(word) - 2))
        return next((pair for pair in halves if self._known.issuperset(pair)), None)

    def _mended(self, tokens: Sequence[str]) -> tuple[list[str], int]:
        """The words with mistypings undone, and the letters changed in the worst of them."""
        worst = 0
        result: list[str] = []
        for word in tokens:
            near = None
            if word not in self._known and (parted := self._parted(word)) is not None:
                worst = max(worst, 1)
                result += parted
                continue
            if len(word) > 4 and word not in self._known | NEUTRAL | PREPARATION:
                near = process.extractOne(
                    word, self._vocabulary, scorer=OSA.distance, score_cutoff=2 if len(word) > 7 else 1
                )
            if near is not None and near[0][0] == word[0]:
                worst = max(worst, int(near[1]))
                result.append(near[0])
            else:
                result.append(word)
        return result, worst

    def _ranked(
        self, tokens: Sequence[str], said: frozenset[str], measured: Measured
    ) -> list[tuple[float, Ingredient]]:
        scores: dict[str, float] = {}
        for name in self._names:
            score = self._likeness(tokens, name)
            if said and not fits_state(name.ingredient, said):
                score -= 0.15
            elif name.states and not name.states <= said:
                score -= 0.05
            if score > scores.get(name.ingredient.name, 0.0):
                scores[name.ingredient.name] = score
        found = [(score, self.catalogue[name]) for name, score in scores.items() if score >= UNSURE_FROM - 0.1]
        return sorted(found, key=lambda entry: (-entry[0], state_order(entry[1], measured), len(entry[1].name)))[:4]

    def _likeness(self, tokens: Sequence[str], name: _Name) -> float:
        """0-0.85: what share of the words is common, if the noun at the end is."""
        have, want = set(tokens), set(name.base)
        common = have & want
        if not common or not tokens:
            return 0.0
        extra, missing = have - want, want - have
        if tokens[-1] != name.base[-1]:
            # "tofu block": the last word is no food, and the rest is one.
            return 0.6 - 0.1 * len(extra) if not missing and tokens[-1] not in self._heads else 0.0
        if extra and missing:
            return 0.5 * len(common) / len(have | want) + (0.1 if missing - NEUTRAL else 0.15)
        if missing:
            return 0.72 - 0.06 * len(missing)
        telling = extra & self._telling or any(word.endswith("free") for word in extra)
        # A word that no name of the catalogue has may be anything: one of them is a kind, two are another food.
        unknown = extra - NEUTRAL - self._known
        return (0.55 if telling else 0.85) - 0.07 * len(extra) - 0.05 * len(unknown)


def _names_of(ingredient: Ingredient) -> Iterator[_Name]:
    for text in (ingredient.name, *ingredient.aliases):
        # "chickpeas, canned" is spoken "canned chickpeas".
        first, *rest = text.split(",")
        spoken = words(" ".join([*rest, first]))
        states = frozenset(spoken) & STATES
        base = tuple(word for word in spoken if word not in STATES)
        if base:
            yield _Name(ingredient, base, states)


def _unique(names: Sequence[_Name]) -> list[Ingredient]:
    return list({name.ingredient.name: name.ingredient for name in names}.values())


def _finding(
    options: Sequence[Ingredient], confidence: float, *, certain: bool = False, checks: tuple[str, ...] = ()
) -> Finding:
    doubtful = Certainty.LIKELY if confidence >= LIKELY_FROM else Certainty.UNSURE
    certainty = Certainty.CERTAIN if certain else doubtful
    names = tuple(dict.fromkeys(option.name for option in options))
    return Finding(
        ingredient=options[0], certainty=certainty, confidence=round(confidence, 2), candidates=names, checks=checks
    )


def _at_most(found: Finding, limit: Certainty) -> Finding:
    ceiling = {Certainty.LIKELY: 0.8, Certainty.UNSURE: 0.55}[limit]
    if found.ingredient is None or found.confidence <= ceiling:
        return found
    return replace(found, certainty=limit, confidence=ceiling)


def _either(stated: Finding, bare: Finding) -> Finding:
    """The food in the state that such a line mostly means, beside the one it says."""
    names = tuple(dict.fromkeys([*stated.candidates, *bare.candidates]))
    check = f"may be {' or '.join(names[:3])}"
    return replace(stated, candidates=names, confidence=0.7, checks=(check,), certainty=Certainty.LIKELY)
