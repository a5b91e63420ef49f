"""Single published facts that the packages lack or hold in an older release, each with its source.

``food_facts.csv`` has one a row: a row without a nutrient says which FDC id and name an NDB number has; a row with
one sets that value, or leaves it unmeasured where none is given; ``like`` makes a new food from a near one, with the
values that USDA publishes for it in this row and the next. ``portion_facts.csv`` has what survey foods weigh as they
are eaten; ``serving`` is what USDA counts where no quantity is told.
"""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

import pandas as pd

from foods.nutrients import NUTRIENTS

FACTS = Path(__file__).with_name("food_facts.csv")
PORTION_FACTS = Path(__file__).with_name("portion_facts.csv")
FOLIC_ACID_AS_DFE = 1.7


def read_facts(path: Path = FACTS) -> pd.DataFrame:
    """The facts as text, empty where nothing is said."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_portion_facts(known: Set[str], path: Path = PORTION_FACTS) -> pd.DataFrame:
    """food_id, amount, unit, grams. Raises: KeyError: a fact about no known food."""
    facts = pd.read_csv(path, dtype={"food_id": str, "amount": float, "grams": float})
    if strangers := sorted(set(facts["food_id"]) - known):
        raise KeyError(f"portions of foods that are not there: {strangers}")
    return facts[["food_id", "amount", "unit", "grams"]]


def apply_facts(foods: pd.DataFrame, values: pd.DataFrame, facts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Foods and values with every fact set and named as a source. Raises: KeyError: a fact about no known food."""
    named = facts[facts["nutrient"] == ""]
    renamed = {f"ndb:{row.ndb}": row.food_id for row in named.itertuples()}
    missing = set(renamed) - set(foods.index)
    if missing:
        raise KeyError(f"facts about foods that are not there: {sorted(missing)}")
    foods, values = foods.rename(index=renamed), values.rename(index=renamed)
    for fact in named.itertuples():
        foods.loc[fact.food_id, ["fdc_id", "description"]] = fact.food_id, fact.note
    for fact in facts[facts["nutrient"] != ""].itertuples():
        if fact.like:
            own = {"fdc_id": fact.food_id, "ndb": fact.ndb, "description": fact.note}
            foods.loc[fact.food_id] = foods.loc[fact.like].to_dict() | own
            values.loc[fact.food_id] = values.loc[fact.like]
        _set_value(foods, values, fact.food_id, fact.nutrient, float(fact.value or "nan"))
    return foods, values


def _set_value(foods: pd.DataFrame, values: pd.DataFrame, food_id: str, key: str, value: float) -> None:
    if food_id not in values.index:
        raise KeyError(f"a fact about {food_id}, which is not there")
    values.loc[food_id, key] = value
    group = f"source_{NUTRIENTS[key].group}"
    known = str(foods.loc[food_id, group])
    if "fact" not in known:
        foods.loc[food_id, group] = f"{known}+fact" if known and group != "source_folate" else "fact"
    if key in ("food_folate_ug", "folic_acid_ug"):
        food, acid = values.loc[food_id, ["food_folate_ug", "folic_acid_ug"]]
        values.loc[food_id, ["folate_ug", "folate_ug_dfe"]] = food + acid, food + FOLIC_ACID_AS_DFE * acid
