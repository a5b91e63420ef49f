"""What a person may have or take that changes what is said or done, in the words a profile uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Condition = Literal[
    "restless_legs", "hemochromatosis", "thalassemia", "transfusions", "kidney_disease", "dialysis", "kidney_stones",
    "hypercalcemia", "sarcoidosis", "coeliac", "bowel_disease", "bariatric_surgery", "heavy_menses",
    "eating_disorder",
]  # fmt: skip
Medicine = Literal[
    "warfarin", "levothyroxine", "levodopa", "quinolone", "tetracycline", "bisphosphonate", "antacid",
    "acid_blocker", "metformin", "methotrexate", "dolutegravir", "penicillamine", "methyldopa", "mycophenolate",
    "potassium_sparing", "maoi", "grapefruit_sensitive",
]  # fmt: skip
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
MEDICINES: tuple[Medicine, ...] = get_args(Medicine)

IRON_OVERLOAD: frozenset[Condition] = frozenset({"hemochromatosis", "thalassemia", "transfusions"})
"""Where iron may build up: it is never maximised, and vitamin C is not set beside it."""
KIDNEY: frozenset[Condition] = frozenset({"kidney_disease", "dialysis"})

FERRITIN_HIGH_UG_L = 300.0
TSAT_HIGH_PCT = 45.0
TSAT_LOW_PCT = 20.0

EMPTY_STORES_FERRITIN_UG_L = 15.0
"""Ferritin at which stores count as empty (WHO 2020)."""

_CONDITION_WORDS: Mapping[str, Condition] = {
    **dict.fromkeys(("rls", "restless_legs_syndrome", "willis_ekbom"), "restless_legs"),
    "haemochromatosis": "hemochromatosis",
    "thalassaemia": "thalassemia",
    **dict.fromkeys(("ckd", "chronic_kidney_disease", "kidney"), "kidney_disease"),
    **dict.fromkeys(("hemodialysis", "haemodialysis"), "dialysis"),
    "hypercalcaemia": "hypercalcemia",
    **dict.fromkeys(("celiac", "celiac_disease", "coeliac_disease"), "coeliac"),
    **dict.fromkeys(("ibd", "crohn", "ulcerative_colitis"), "bowel_disease"),
    **dict.fromkeys(("heavy_periods", "heavy_menstruation"), "heavy_menses"),
}
_MEDICINE_WORDS: Mapping[str, Medicine] = {
    **dict.fromkeys(("coumadin", "acenocoumarol", "phenprocoumon"), "warfarin"),
    **dict.fromkeys(("thyroxine", "l_thyroxine"), "levothyroxine"),
    **dict.fromkeys(("carbidopa", "levodopa_carbidopa", "levodopa/carbidopa"), "levodopa"),
    **dict.fromkeys(("quinolones", "ciprofloxacin", "levofloxacin", "moxifloxacin"), "quinolone"),
    **dict.fromkeys(("tetracyclines", "doxycycline", "minocycline"), "tetracycline"),
    **dict.fromkeys(("bisphosphonates", "alendronate", "risedronate", "ibandronate"), "bisphosphonate"),
    "antacids": "antacid",
    **dict.fromkeys(("ppi", "omeprazole", "pantoprazole", "acid_blockers"), "acid_blocker"),
    **dict.fromkeys(("ace_inhibitor", "arb", "spironolactone"), "potassium_sparing"),
}
# Milligrams of storage iron that 1 ug/L of ferritin stands for: 30 ug/L about 250 mg, 60 ug/L about 500 mg.
_STORES_PER_FERRITIN = 25 / 3
_STORES_LEVELS: tuple[Literal[0, 250, 500, 1000], ...] = (0, 250, 500, 1000)


def to_condition(word: str) -> str:
    """The one spelling of a condition; a word that is none stays as it is."""
    plain = _plain(word)
    return _CONDITION_WORDS.get(plain, plain)


def to_medicine(word: str) -> str:
    """The one spelling of a medicine or its group; a word that is none stays as it is."""
    plain = _plain(word)
    return _MEDICINE_WORDS.get(plain, plain)


def stores_from_ferritin(ferritin_ug_l: float) -> Literal[0, 250, 500, 1000]:
    """The published level of iron stores nearest to a ferritin, in mg: 15 ug/L 0, 30 250, 60 500, 120 1000.

    Ferritin also rises with inflammation, so this shapes the estimate shown and never a target.
    """
    if ferritin_ug_l <= EMPTY_STORES_FERRITIN_UG_L:
        return 0
    stores = ferritin_ug_l * _STORES_PER_FERRITIN
    return min(_STORES_LEVELS, key=lambda level: abs(level - stores))


def ferritin_of_stores(stores_mg: float) -> float:
    """The ferritin in ug/L that a level of stores stands for, never below that of empty stores."""
    return max(EMPTY_STORES_FERRITIN_UG_L, stores_mg / _STORES_PER_FERRITIN)


def _plain(word: str) -> str:
    return "_".join(word.strip().lower().replace("-", " ").split()).replace(" ", "_")
