"""What must be said to a person before and beside a plan or a report, with its source: no advice, no promise.

A notice never names a dose, never tells anyone to begin or end a medicine, and promises nothing. What is done
differently (targets that are not set, foods that are left out) is done in `mealplan.targets` and
`mealplan.request`; the notice says that it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from mealplan.health import (
    FERRITIN_HIGH_UG_L,
    IRON_OVERLOAD,
    KIDNEY,
    TSAT_HIGH_PCT,
    TSAT_LOW_PCT,
    Condition,
    Medicine,
)
from mealplan.people import ADULT_AGE, Person

Kind = Literal["clinician", "plan", "timing"]

LOW_ENERGY_KCAL = 1200.0  # an adult's plan below it carries a banner
RLS_FERRITIN_UG_L = {True: 75.0, False: 50.0}  # adult or not: AASM 2025
DEFICIENT_FERRITIN_UG_L = 15.0  # WHO 2020, adults; below it stores are empty
END_OF_MENSES = 50  # the last age for which the reference intakes assume menses

AASM = "AASM 2025, J Clin Sleep Med, PMID 39324694"
WHO = "WHO 2020, ferritin guideline"
IOM_2001, IOM_1997, IOM_1998 = "IOM 2001", "IOM 1997", "IOM 1998"
LABEL = "medicine label (DailyMed)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to be said: ``clinician`` who should see it first, ``plan`` what is done, ``timing`` what to part."""

    kind: Kind
    text: str
    source: str = ""


def notices(person: Person) -> tuple[Notice, ...]:
    """Everything to be said to a person, who should see it first before all else."""
    found = [*_of_life(person), *_of_blood(person), *_of_conditions(person), *_of_medicines(person), *_of_rules(person)]
    order = ("clinician", "plan", "timing")
    return tuple(sorted(dict.fromkeys(found), key=lambda notice: order.index(notice.kind)))


def banners(person: Person) -> list[str]:
    """What the output must say before the plan: who should see it first. No advice, no promise."""
    return [notice.text for notice in notices(person) if notice.kind == "clinician"]


def asides(person: Person) -> list[str]:
    """What is done for the person, and what is kept apart from what, each with its source."""
    return [
        f"{notice.text}{f' [{notice.source}]' if notice.source else ''}"
        for notice in notices(person)
        if notice.kind != "clinician"
    ]


def _of_life(person: Person) -> Iterator[Notice]:
    ask = "show this plan to a clinician or a registered dietitian before using it."
    if person.age < ADULT_AGE:
        yield _clinician(f"Under 18: {ask} A growing child's needs are theirs to judge.")
    if person.pregnant is not None:
        yield _clinician(
            f"Pregnant: {ask} Iron, folic acid and vitamin D in pregnancy, and the safe foods, are decided "
            "with them; this plan covers intakes from food and picks no supplement.",
            "IOM 1998; IOM 2001",
        )
        yield _plan(
            "Pregnancy: folate is held to 600 µg DFE. Liver (retinol), fish high in mercury, raw fish, meat and egg, "
            "unpasteurised milk and alcohol are left out; of other fish, 8 to 12 oz (225 to 340 g) a week is the "
            "usual range.",
            "IOM 1998; FDA and EPA 2021, Advice about Eating Fish",
        )
        yield _plan("Pregnancy: caffeine below 200 mg a day, all drinks together.", "ACOG 2010, opinion 462")
    if person.breastfeeding is not None:
        yield _clinician(f"Breastfeeding: {ask} Supplements for you and the baby are decided with them.")
    if person.age >= ADULT_AGE and person.kcal is not None and person.kcal < LOW_ENERGY_KCAL:
        yield _clinician(f"{person.kcal:,.0f} kcal a day: {ask} So little food seldom covers what a body needs.")


def _of_blood(person: Person) -> Iterator[Notice]:
    rls = "restless_legs" in person.conditions
    if rls:
        yield from _of_restless_legs(person)
    ferritin, tsat = person.ferritin_ug_l, person.tsat_pct
    if ferritin is not None and ferritin > FERRITIN_HIGH_UG_L:
        yield _clinician(
            f"Ferritin {ferritin:g} µg/L is above {FERRITIN_HIGH_UG_L:g}: see a clinician. It may be inflammation or "
            "stored iron, and which it is decides what to eat.",
            "IRLSSG 2018, Sleep Med 41:27",
        )
    if ferritin is not None and ferritin < DEFICIENT_FERRITIN_UG_L and not rls:
        yield _clinician(
            f"Ferritin {ferritin:g} µg/L is below {DEFICIENT_FERRITIN_UG_L:g}: see a clinician. Food is not known to "
            "refill empty stores in a time that anyone would wait for.",
            WHO,
        )
    if ferritin is not None and ferritin < DEFICIENT_FERRITIN_UG_L and _loses_no_blood(person):
        yield _clinician(
            "Low ferritin in a man or after the menopause needs its reason found, a hidden loss of blood first of all: "
            "see a clinician soon.",
            WHO,
        )
    if tsat is not None and not TSAT_LOW_PCT <= tsat <= TSAT_HIGH_PCT:
        side = f"below {TSAT_LOW_PCT:g} %" if tsat < TSAT_LOW_PCT else f"above {TSAT_HIGH_PCT:g} %"
        yield _clinician(
            f"Transferrin saturation {tsat:g} % is {side}: see a clinician, with the ferritin of the same morning.",
            AASM,
        )
    if not person.may_seek_iron:
        yield _plan(
            "Iron is not sought here and vitamin C is not set beside it; only its upper limit is kept.",
            "IOM 2001, iron: hemochromatosis and the upper limit",
        )


def _of_restless_legs(person: Person) -> Iterator[Notice]:
    adult = person.age >= ADULT_AGE
    line = RLS_FERRITIN_UG_L[adult]
    ferritin = person.ferritin_ug_l
    if ferritin is None or person.tsat_pct is None:
        yield _clinician(
            "Restless legs: ask for ferritin and transferrin saturation, in a morning sample, if they have not been "
            "measured; ask what to leave out on the day before. Meeting intake targets does not replace the test.",
            AASM,
        )
    if ferritin is not None and ferritin <= line:
        group = "an adult" if adult else "a child"
        yield _clinician(
            f"Ferritin {ferritin:g} µg/L in {group} with restless legs is not above {line:g}: see a clinician. At that "
            "level the guideline has iron considered, by whom and how is theirs to decide; food alone was not tested. "
            "A laboratory may still call it normal.",
            AASM,
        )


def _loses_no_blood(person: Person) -> bool:
    return person.age >= ADULT_AGE and (person.sex == "male" or person.age > END_OF_MENSES) and not person.menstruating


def _of_conditions(person: Person) -> Iterator[Notice]:
    conditions = set(person.conditions)
    if conditions & IRON_OVERLOAD:
        yield _clinician(
            "Hemochromatosis, thalassemia or many transfusions: how much iron to eat is for the clinician who measures "
            "it.",
            IOM_2001,
        )
    if conditions & KIDNEY:
        yield _clinician(
            "Kidney disease or dialysis: potassium, magnesium, phosphorus, vitamin A and iron are the renal "
            "team's, magnesium in supplements included.",
            "KDOQI 2020, Am J Kidney Dis 76(3)S1",
        )
        yield _plan(
            "Kidney disease: no automatic target is set for potassium, magnesium and phosphorus; the intake is shown "
            "alone.",
            "KDOQI 2020",
        )
    for condition, (text, source) in _CONDITIONS.items():
        if condition in conditions:
            yield _clinician(text, source)


def _of_medicines(person: Person) -> Iterator[Notice]:
    if "warfarin" in person.medicines:
        usual = person.vitamin_k_usual_ug
        done = (
            f"the week is kept within a fifth of the usual {usual:g} µg a day"
            if usual is not None
            else "no target is set; give `vitamin_k_usual_ug` and the week keeps within a fifth of it"
        )
        yield _clinician("Warfarin: tell the clinic before eating differently from one week to the next.", LABEL)
        yield _plan(f"Warfarin: vitamin K is kept steady from week to week, neither raised nor cut: {done}.", LABEL)
    for medicine, (text, source) in _MEDICINES.items():
        if medicine in person.medicines:
            yield Notice(kind="timing", text=text, source=source)


def _of_rules(person: Person) -> Iterator[Notice]:
    if person.no_caffeine_after is not None:
        yield _plan(
            f"No caffeine after {person.no_caffeine_after}, as you chose. The guideline lists caffeine among what may "
            "make restless legs worse; a cohort of 55,540 people found no link.",
            f"{AASM}; Batool-Anwar 2016",
        )
    if person.no_evening_alcohol:
        yield _plan(
            "No alcohol in the evening, as you chose. The guideline lists alcohol among what may make restless legs "
            "worse.",
            AASM,
        )


def _clinician(text: str, source: str = "") -> Notice:
    return Notice(kind="clinician", text=text, source=source)


def _plan(text: str, source: str = "") -> Notice:
    return Notice(kind="plan", text=text, source=source)


_CONDITIONS: Mapping[Condition, tuple[str, str]] = {
    "hypercalcemia": ("High calcium: vitamin D and calcium belong to your clinician.", "IOM 2011"),
    "sarcoidosis": ("Sarcoidosis: vitamin D and calcium belong to your clinician.", "IOM 2011"),
    "kidney_stones": (
        "Kidney stones: calcium, vitamin C, vitamin D and oxalate (spinach, nuts) belong to your clinician.",
        "IOM 2000; IOM 2011",
    ),
    "coeliac": ("Coeliac disease: iron, folate and B12 are often taken up poorly; have them measured.", IOM_2001),
    "bowel_disease": ("Bowel disease: iron, folate and B12 are often taken up poorly; have them measured.", IOM_2001),
    "bariatric_surgery": (
        "After surgery of the stomach or bowel the intakes used here are not enough to go by: the surgical team's are.",
        "IOM 1998; IOM 2001",
    ),
    "heavy_menses": ("Heavy periods: see a clinician; the loss may be more than food makes up for.", IOM_2001),
    "eating_disorder": ("An eating disorder, now or before: plan with your team, not by numbers alone.", "NICE NG69"),
}  # fmt: skip
_MEDICINES: Mapping[Medicine, tuple[str, str]] = {
    "levothyroxine": ("Levothyroxine: 4 to 5 hours from iron and calcium, and from meals rich in them.", LABEL),
    "levodopa": (
        "Levodopa: as far from iron as possible, and from meals high in protein.",
        LABEL,
    ),
    "quinolone": ("Quinolone antibiotics: at least 2 hours before iron, calcium, or a meal rich in them.", LABEL),
    "tetracycline": ("Tetracycline antibiotics: at least 2 hours from iron, calcium, milk and antacids.", LABEL),
    "bisphosphonate": ("Bisphosphonates: with water alone, and 2 hours from iron and calcium.", LABEL),
    "antacid": ("Antacids: several hours from meals that are to bring iron.", LABEL),
    "acid_blocker": ("Acid blockers: iron and B12 may be taken up less; ask to have them measured.", IOM_1998),
    "metformin": ("Metformin: B12 may be taken up less; ask to have it measured.", LABEL),
    "methotrexate": ("Methotrexate: folate belongs to the treatment; ask the clinic before changing it.", LABEL),
    "dolutegravir": ("Dolutegravir: apart from iron and calcium; ask how long, and whether a meal changes it.", LABEL),
    "penicillamine": ("Penicillamine: apart from iron; ask how long.", LABEL),
    "methyldopa": ("Methyldopa: apart from iron; ask how long.", LABEL),
    "mycophenolate": ("Mycophenolate: apart from iron and antacids; ask how long.", LABEL),
    "potassium_sparing": (
        "ACE inhibitors, ARBs and spironolactone hold potassium back: ask before eating much more of it.",
        LABEL,
    ),
    "maoi": ("MAO inhibitors: aged cheese, cured meat, soy sauce and draught beer hold tyramine; ask first.", LABEL),
    "grapefruit_sensitive": ("Grapefruit changes how this medicine works: avoid `grapefruit` in the profile.", LABEL),
}  # fmt: skip
