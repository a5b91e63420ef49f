"""How much a person needs: bounds per nutrient and day, each with its authority. See docs/targets.md."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from foods.nutrients import NUTRIENTS
from mealplan.health import KIDNEY
from mealplan.people import ACTIVITY_LABELS, ASSUMED_KCAL, InvalidPerson, Person, Problem

Goal = Literal["RDA", "AI", "EER", "AMDR", "CDRR", "UL", "guideline", "own"]
Period = Literal["day", "week"]

ENERGY_TOLERANCE = 0.05  # the band about the energy target: +-5 %
KCAL_PER_G = {
    "protein_g": 4.0,
    "carbohydrate_g": 4.0,
    "fat_g": 9.0,
    "saturated_fat_g": 9.0,
}  # Atwater, general
SATURATED_FAT_SHARE = 0.10  # of energy, from the age of two: DGA 2020-2025
SATURATED_FAT_AGE = 2

# Importance in the plan's objective: the ranks are the program's own, the bounds are not. docs/targets.md.
WEIGHT_HEADLINE = 10.0
WEIGHT_ENERGY = 50.0  # kept before any nutrient: no target is bought with more food
WEIGHT_LIMIT = 5.0  # a target that is an upper limit only: sodium, retinol, folic acid
WEIGHT_RDA = 3.0
WEIGHT_GUIDELINE = 3.0
WEIGHT_AMDR = 2.0
WEIGHT_AI = 1.0
_WEIGHTS: Mapping[Goal, float] = {
    "RDA": WEIGHT_RDA,
    "AI": WEIGHT_AI,
    "EER": WEIGHT_ENERGY,
    "AMDR": WEIGHT_AMDR,
    "CDRR": WEIGHT_LIMIT,
    "UL": WEIGHT_LIMIT,
    "guideline": WEIGHT_GUIDELINE,
}

ABSORBED_SHARE = 0.18  # the absorption that the iron RDA assumes, mixed diet (IOM 2001)
ABSORBED_SHARE_PREGNANT = 0.25  # ... in the second and third trimester (IOM 2001)
SMOKER_VITAMIN_C_MG = 35.0  # IOM 2000
MENSTRUATING_GIRL_IRON_MG = 2.5  # added before 14, where the RDA assumes no menses (IOM 2001)

# cm and kg by (sex, first age); the last holds for every age above. IOM 2002/2005, table 1-1.
REFERENCE_BODY: Mapping[tuple[str, int], tuple[float, float]] = {
    ("female", 1): (86, 12),
    ("female", 4): (115, 20),
    ("female", 9): (144, 37),
    ("female", 14): (163, 54),
    ("female", 19): (163, 57),
    ("male", 1): (86, 12),
    ("male", 4): (115, 20),
    ("male", 9): (144, 36),
    ("male", 14): (174, 61),
    ("male", 19): (177, 70),
}
GESTATION_WEEKS = {2: 20.0, 3: 34.0}  # by trimester: its middle, as in IOM 2002/2005
GAINED_KG = {2: 4.0, 3: 10.0}  # by then, from a normal weight: IOM 2009 (0.42 kg a week), rounded
DEPOSITION_KCAL = ((18.5, 300.0), (25.0, 200.0), (30.0, 150.0), (math.inf, -50.0))  # BMI below: NASEM 2023
LACTATION_KCAL = ((6, 400.0), (12, 380.0))  # up to that month: NASEM 2023; nothing is published beyond
POSSIBLE_EER_KCAL = (400.0, 9000.0)  # outside it a weight or height was mistyped

KIDNEY_NUTRIENTS = ("potassium_mg", "magnesium_mg", "phosphorus_mg")
VITAMIN_K_BAND = 0.20  # either side of the usual intake on warfarin; the width is the program's own

_ON_SUPPLEMENTS = "supplements, and forms added to food, which the food tables do not tell apart"
_SCOPES = {  # ul_scope -> what the limit counts; a limit on supplements binds no food, so it is not here
    "total": "food, drinks and supplements together",
    "retinol": "preformed vitamin A (retinol) only, not carotenoids",
    "folic_acid": "folic acid from fortified foods and supplements, not the folate of plain foods",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Where a number comes from: the kind of value, and the report by its short name in docs/targets.md."""

    kind: str
    report: str

    def __str__(self) -> str:
        return f"{self.kind}, {self.report}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Bounds on one nutrient for one person.

    ``nutrient`` is a registry key or ``absorbed_iron_mg``; ``lower`` and ``upper`` are per day in its unit,
    held by every day or, with ``period`` "week", by the week's mean. ``authority`` is that of ``lower``, or
    of ``upper`` where that is all; ``upper_authority`` is set where the two differ.
    Raises: ValueError: no bound, one that is negative or not finite, or a lower above the upper.
    """

    nutrient: str
    lower: float | None
    upper: float | None
    goal: Goal
    authority: Authority
    upper_authority: Authority | None = None
    upper_scope: str = ""
    period: Period = "day"
    period_reason: str = ""
    headline: bool = False
    weight: float = 1.0
    note: str = ""

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.lower, self.upper) if bound is not None]
        if not bounds or not all(math.isfinite(bound) and bound >= 0 for bound in bounds):
            raise ValueError(f"target {self.nutrient}: bounds {self.lower} and {self.upper}")
        if bounds != sorted(bounds):
            raise ValueError(f"target {self.nutrient}: lower {self.lower} is above upper {self.upper}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """An upper limit (UL) for one person: per day in the nutrient's unit, on what ``counts`` says in words.

    ``scope`` is total, supplements, retinol or folic_acid, as in data/dri.csv.
    """

    nutrient: str
    amount: float
    scope: str
    counts: str
    authority: Authority


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A nutrient with a reference value that no plan is held to, and why."""

    nutrient: str
    reference: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """The energy a person is planned on, per day."""

    kcal: float
    authority: Authority
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A line of data/dri.csv: what one group needs of one nutrient, in the nutrient's unit."""

    nutrient: str
    goal: Goal
    value: float | None
    per_kg: float | None
    ul: float | None
    ul_scope: str
    cdrr: float | None
    amdr: tuple[float, float] | None  # % of energy
    report: str
    note: str

    def authority(self, kind: str | None = None) -> Authority:
        return Authority(kind=kind or self.goal, report=self.report)


@dataclass(frozen=True, slots=True)
class _Rule:
    """How the plan is held to a nutrient: by the day or the week and why, and what a reader should know."""

    nutrient: str
    reason: str
    note: str = ""


EVERY_DAY = "asked of every day: stricter than the DRIs, which describe usual intake over time (IOM 2003)"
LIMIT_EVERY_DAY = "kept every day: stricter than the limit, which describes usual intake over time (IOM 2003)"
WEEK_AI = "an AI is a looser goal than an RDA and describes usual intake: held by the week's mean (IOM 2003)"
WEEK_STORED = "the body keeps a store and the DRIs describe usual intake: held by the week's mean (IOM 2003)"
WEEK_FEW_FOODS = "few foods carry most of it and the DRIs describe usual intake: held by the week's mean (IOM 2003)"
WEEK_ESTIMATE = "an estimate of what usual meals let through: held by the week's mean (IOM 2003)"
WEEK_SHARE = "a range for the usual diet: held by the week's mean (IOM 2003)"
_DAILY = (EVERY_DAY, LIMIT_EVERY_DAY)

_HEADLINE = ("iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug", "vitamin_d_ug", "vitamin_c_mg")
_IRON_NOTE = (
    "assumes 18 % absorption; the factor 1.8 for vegetarian diets is not applied, because what each meal "
    "lets through is estimated instead (absorbed iron)"
)
_NIACIN_NOTE = (
    "the RDA is in niacin equivalents and only preformed niacin is counted, so intake is understated; the "
    "upper limit is for supplements and fortified foods only"
)

# The order of every table of targets: headline first.
_RULES = (
    _Rule("iron_mg", EVERY_DAY, _IRON_NOTE),
    _Rule("magnesium_mg", EVERY_DAY, "the upper limit is for supplements only; magnesium in food has none"),
    _Rule("folate_ug_dfe", EVERY_DAY, "in dietary folate equivalents; the upper limit is on folic acid alone"),
    _Rule("vitamin_b12_ug", EVERY_DAY, "vegan diets need fortified foods or a supplement"),
    _Rule("vitamin_d_ug", WEEK_FEW_FOODS, "assumes little sun"),
    _Rule("vitamin_c_mg", EVERY_DAY),
    _Rule(
        "absorbed_iron_mg",
        WEEK_ESTIMATE,
        "an estimate at empty iron stores, whatever the person's stores are",
    ),
    _Rule("energy_kcal", EVERY_DAY),
    _Rule("protein_g", EVERY_DAY),
    _Rule("carbohydrate_g", WEEK_SHARE),
    _Rule("fiber_g", WEEK_AI),
    _Rule("fat_g", WEEK_SHARE),
    _Rule("saturated_fat_g", WEEK_SHARE),
    _Rule("ala_g", WEEK_AI),
    _Rule("calcium_mg", EVERY_DAY),
    _Rule("phosphorus_mg", EVERY_DAY),
    _Rule(
        "potassium_mg",
        WEEK_AI,
        "kidney disease or potassium-sparing medicines: the clinician's figure instead",
    ),
    _Rule("sodium_mg", LIMIT_EVERY_DAY, "a limit, not a goal: no plan is pushed up to the AI"),
    _Rule("zinc_mg", EVERY_DAY, "strict vegetarian diets may need up to half as much again; not applied"),
    _Rule("copper_mg", WEEK_FEW_FOODS),
    _Rule("manganese_mg", WEEK_AI),
    _Rule("selenium_ug", WEEK_FEW_FOODS),
    _Rule("vitamin_a_ug_rae", WEEK_STORED, "the upper limit is on retinol alone"),
    _Rule("retinol_ug", LIMIT_EVERY_DAY, "a serving of liver passes it"),
    _Rule("vitamin_e_mg", WEEK_STORED, "the upper limit is for supplements and fortified foods only"),
    _Rule("vitamin_k_ug", WEEK_AI, "on warfarin, keep it steady from week to week and ask the clinic"),
    _Rule("thiamin_mg", EVERY_DAY),
    _Rule("riboflavin_mg", EVERY_DAY),
    _Rule("niacin_mg", EVERY_DAY, _NIACIN_NOTE),
    _Rule("pantothenic_acid_mg", WEEK_AI),
    _Rule("vitamin_b6_mg", EVERY_DAY, "EFSA (2023) sets a lower upper limit: 12 mg for adults"),
    _Rule("folic_acid_ug", LIMIT_EVERY_DAY),
    _Rule("choline_mg", WEEK_AI),
)


def targets_for(person: Person) -> tuple[Target, ...]:
    """Every bound a plan is held to, per person and day, in a fixed order with the headline nutrients first.

    A nutrient without any bound for the person (saturated fat before the age of two) has no target.
    Raises: InvalidPerson: weight and height that give an impossible energy.
    Source: data/dri.csv and data/energy.csv; docs/targets.md says how they are read.
    """
    energy = energy_for(person)
    rows = _rows_for(person)
    found = ((rule, _bounds(rule.nutrient, person, energy, rows)) for rule in _RULES)
    heeded = ((rule, target and _heeding(target, person)) for rule, target in found)
    return tuple(_held(rule, target) for rule, target in heeded if target is not None)


def limits_for(person: Person) -> tuple[Limit, ...]:
    """Every upper limit (UL) with what it counts, those on supplements alone included, in the order of the targets."""
    rows = _rows_for(person)
    return tuple(
        Limit(
            nutrient=row.nutrient,
            amount=row.ul,
            scope=row.ul_scope,
            counts=_SCOPES.get(row.ul_scope, _ON_SUPPLEMENTS),
            authority=row.authority("UL"),
        )
        for rule in _RULES
        if (row := rows.get(rule.nutrient)) is not None and row.ul is not None
    )


def describe_targets(person: Person) -> list[dict[str, object]]:
    """One plain row per target, for tables and JSON: a target's fields, its label and unit; two decimals."""
    rows = []
    for target in targets_for(person):
        derived = target.nutrient == "absorbed_iron_mg"
        nutrient = NUTRIENTS["iron_mg" if derived else target.nutrient]
        row: dict[str, object] = {
            "nutrient": target.nutrient,
            "label": "Iron, absorbed (estimate)" if derived else nutrient.label,
            "lower": None if target.lower is None else round(target.lower, 2),
            "upper": None if target.upper is None else round(target.upper, 2),
            "unit": nutrient.unit,
            "authority": str(target.authority),
            "upper_authority": str(target.upper_authority or ""),
        }
        rows.append(row | {name: value for name, value in asdict(target).items() if name not in row})
    return rows


def not_assessed(person: Person) -> tuple[NotAssessed, ...]:
    """What has a reference value but no target here, for want of values in the food tables."""
    iodine = _rows_for(person)["iodine_ug"]
    few = "most foods in the tables have no value for it"
    none = "the food tables carry no values for it"
    return (
        NotAssessed("iodine", f"{iodine.value:g} {NUTRIENTS[iodine.nutrient].unit} ({iodine.authority()})", few),
        NotAssessed("molybdenum", "RDA, IOM 2001", few),
        NotAssessed("chromium", "AI, IOM 2001", none),
        NotAssessed("biotin", "AI, IOM 1998", none),
        NotAssessed("fluoride", "AI, IOM 1997", none),
        NotAssessed("chloride", "AI, IOM 2005", none),
        NotAssessed("linoleic acid", "AI, IOM 2002/2005", "only all polyunsaturated fat together is read"),
        NotAssessed("added sugars", "below 10 % of energy, DGA 2020-2025", "the tables give all sugars together"),
        NotAssessed("water", "AI, IOM 2005", "what is drunk between meals is not planned"),
    )


def energy_for(person: Person) -> Energy:
    """Energy a day: as given, or the estimated requirement (EER) of the body given or the reference body.

    Raises: InvalidPerson: weight and height that give an impossible energy.
    Source: NASEM 2023; data/energy.csv.
    """
    if person.kcal is not None:
        if person.assumed and person.kcal == ASSUMED_KCAL:
            label = Authority(kind="reference diet", report="21 CFR 101.9")
            return Energy(kcal=person.kcal, authority=label, note="nobody was described: the diet of US food labels")
        return Energy(kcal=person.kcal, authority=Authority(kind="energy", report="as given"), note="")
    height, before, now = _body(person)
    weeks = GESTATION_WEEKS.get(person.pregnant or 0)
    equation = _equation(person, "none" if weeks is None else "pregnant")
    kcal = equation["constant"] + equation["per_year"] * person.age
    kcal += equation["per_cm"] * height + equation["per_kg"] * now + equation["growth_kcal"]
    if weeks is not None:
        bmi = before / (height / 100) ** 2
        kcal += equation["per_week"] * weeks
        kcal += next(deposit for below, deposit in DEPOSITION_KCAL if bmi < below)
    if person.breastfeeding is not None:
        kcal += next((add for month, add in LACTATION_KCAL if person.breastfeeding <= month), 0.0)
    if not POSSIBLE_EER_KCAL[0] <= kcal <= POSSIBLE_EER_KCAL[1]:
        raise _impossible_body(person, kcal)
    return Energy(kcal=kcal, authority=Authority(kind="EER", report="NASEM 2023"), note=_energy_note(person))


def _body(person: Person) -> tuple[float, float, float]:
    """Height in cm, weight in kg before pregnancy and now; what was not given is the reference body's."""
    first_age = max(age for sex, age in REFERENCE_BODY if sex == person.sex and age <= person.age)
    reference_cm, reference_kg = REFERENCE_BODY[person.sex, first_age]
    height = person.height_cm or reference_cm
    gained = GAINED_KG.get(person.pregnant or 0, 0.0)
    if person.weight_kg is not None:
        return height, person.pre_pregnancy_weight_kg or max(person.weight_kg - gained, 2.0), person.weight_kg
    same_bmi = reference_kg * (height / reference_cm) ** 2
    before = person.pre_pregnancy_weight_kg or same_bmi
    return height, before, before + gained


def _energy_note(person: Person) -> str:
    given = {"weight": person.weight_kg, "height": person.height_cm}
    reference = " and ".join(name for name, value in given.items() if value is None)
    note = ACTIVITY_LABELS[person.activity] if person.age >= 3 else "one equation for every activity"
    if reference:
        note += f"; reference {reference} for the age (IOM 2002/2005)"
    if person.breastfeeding is not None and person.breastfeeding > LACTATION_KCAL[-1][0]:
        note += "; nothing is added for milk, as no figure is published after 12 months"
    return note


def _impossible_body(person: Person, kcal: float) -> InvalidPerson:
    problem = Problem(
        field="weight_kg",
        value=person.weight_kg,
        message=f"weight and height at `age` {person.age} give {kcal:.0f} kcal a day, which no body needs",
        hint="check age, kilograms and centimetres, or give `kcal`",
    )
    return InvalidPerson(f"person `{person.id}`", (problem,))


def _held(rule: _Rule, target: Target) -> Target:
    """The bounds with the house rules of period, weight and note."""
    headline = rule.nutrient in _HEADLINE
    return replace(
        target,
        period="day" if rule.reason in _DAILY else "week",
        period_reason=rule.reason,
        headline=headline,
        weight=WEIGHT_HEADLINE if headline else _WEIGHTS[target.goal],
        note="; ".join(text for text in (rule.note, target.note) if text),
    )


def _bounds(nutrient: str, person: Person, energy: Energy, rows: Mapping[str, _Row]) -> Target | None:
    match nutrient:
        case "energy_kcal":
            return _energy_band(energy)
        case "absorbed_iron_mg":
            return _absorbed_iron(rows["iron_mg"], person)
        case "saturated_fat_g":
            return _saturated_fat(person, energy)
        case "protein_g" | "carbohydrate_g" | "fat_g":
            return _share_of_energy(rows[nutrient], person, energy)
        case "sodium_mg":
            return _sodium(rows[nutrient])
    return _from_row(rows[nutrient], person)


def _heeding(target: Target, person: Person) -> Target | None:
    """The target as far as it may be set without a clinician: none is set for what they decide."""
    nutrient = target.nutrient
    if nutrient in KIDNEY_NUTRIENTS and KIDNEY & set(person.conditions):
        return None
    if nutrient == "absorbed_iron_mg" and not person.may_seek_iron:
        return None
    if nutrient == "iron_mg" and not person.may_seek_iron:
        note = "an upper limit only: iron is not sought where it may build up"
        return replace(target, lower=None, goal="UL", authority=target.upper_authority or target.authority,
                       upper_authority=None, note=note) if target.upper is not None else None  # fmt: skip
    if nutrient == "vitamin_k_ug" and "warfarin" in person.medicines:
        return _steady_vitamin_k(target, person.vitamin_k_usual_ug)
    return target


def _steady_vitamin_k(target: Target, usual_ug: float | None) -> Target | None:
    """On warfarin: a band about the usual intake, for the week; no goal where that is not known."""
    if usual_ug is None:
        return None
    return replace(
        target,
        lower=usual_ug * (1 - VITAMIN_K_BAND),
        upper=usual_ug * (1 + VITAMIN_K_BAND),
        goal="guideline",
        authority=Authority(kind="steady", report="usual intake as given"),
        upper_authority=None,
        upper_scope=f"{VITAMIN_K_BAND:.0%} either side of the usual intake",
        note="kept steady from week to week, neither raised nor cut",
    )


def _from_row(row: _Row, person: Person) -> Target:
    """The RDA or AI, and the upper limit where what the limit counts is what the plan counts."""
    lower, note = _adjusted(row, person)
    upper = row.ul if row.ul_scope in _SCOPES else None
    return Target(
        nutrient=row.nutrient,
        lower=lower,
        upper=upper,
        goal=row.goal,
        authority=row.authority(),
        upper_authority=None if upper is None or lower is None else row.authority("UL"),
        upper_scope="" if upper is None else _SCOPES[row.ul_scope],
        note=note,
    )


def _adjusted(row: _Row, person: Person) -> tuple[float | None, str]:
    """The RDA or AI with what the reports add for this person, and the note that says so."""
    if row.value is None:
        return None, row.note
    if row.nutrient == "vitamin_c_mg" and person.smoker:
        return row.value + SMOKER_VITAMIN_C_MG, f"{SMOKER_VITAMIN_C_MG:g} mg of it for smoking"
    if row.nutrient == "iron_mg" and person.menstruating:
        if person.age < 14:
            return (
                row.value + MENSTRUATING_GIRL_IRON_MG,
                f"{MENSTRUATING_GIRL_IRON_MG:g} mg of it for menstruation",
            )
        menstruating = _read_dri()["none", "female", min(person.age, 50)]["iron_mg"].value or 0
        if menstruating > row.value:
            return menstruating, "the RDA of menstruating women"
    return row.value, row.note


def _absorbed_iron(row: _Row, person: Person) -> Target:
    """What the RDA lets through at the absorption it assumes: the need of nearly everyone in the group."""
    share = ABSORBED_SHARE_PREGNANT if person.pregnant in GESTATION_WEEKS else ABSORBED_SHARE
    rda = _adjusted(row, person)[0] or 0
    label = row.authority(f"{share * 100:g} % of the RDA")
    return Target(nutrient="absorbed_iron_mg", lower=round(rda * share, 3), upper=None, goal="RDA", authority=label)


def _energy_band(energy: Energy) -> Target:
    return Target(
        nutrient="energy_kcal",
        lower=energy.kcal * (1 - ENERGY_TOLERANCE),
        upper=energy.kcal * (1 + ENERGY_TOLERANCE),
        goal="EER",
        authority=energy.authority,
        note=energy.note,
    )


def _share_of_energy(row: _Row, person: Person, energy: Energy) -> Target:
    """The acceptable range (AMDR) in grams, its lower end raised to the RDA where that asks for more."""
    low_pct, high_pct = row.amdr or (0.0, 100.0)
    per_pct = energy.kcal / 100 / KCAL_PER_G[row.nutrient]
    amdr, span = row.authority("AMDR"), f"{low_pct:g}-{high_pct:g} % of energy"
    target = Target(
        nutrient=row.nutrient,
        lower=low_pct * per_pct,
        upper=high_pct * per_pct,
        goal="AMDR",
        authority=amdr,
        note=span,
    )
    rda = _protein_rda_g(row, person) if row.nutrient == "protein_g" else row.value
    if rda is None or rda <= low_pct * per_pct:
        return target
    raised = replace(target, lower=rda, upper=None, goal="RDA", authority=row.authority("RDA"))
    if rda > high_pct * per_pct:
        # So little energy leaves the range no room: the body's need goes before the share.
        return replace(raised, note=f"the RDA, above the {span} that this energy allows: no upper bound")
    return replace(
        raised,
        upper=target.upper,
        upper_authority=amdr,
        upper_scope=f"{high_pct:g} % of energy",
        note=f"the RDA, more than {low_pct:g} % of energy",
    )


def _protein_rda_g(row: _Row, person: Person) -> float | None:
    """Grams a day: g/kg of the weight given (before pregnancy, if known), else for the reference weight."""
    if person.pregnant == 1:  # the addition is for the second half of pregnancy
        row = _read_dri()["none", person.sex, person.age]["protein_g"]
    weight = person.pre_pregnancy_weight_kg or person.weight_kg
    return row.value if weight is None or row.per_kg is None else row.per_kg * weight


def _saturated_fat(person: Person, energy: Energy) -> Target | None:
    if person.age < SATURATED_FAT_AGE:
        return None
    return Target(
        nutrient="saturated_fat_g",
        lower=None,
        upper=SATURATED_FAT_SHARE * energy.kcal / KCAL_PER_G["saturated_fat_g"],
        goal="guideline",
        authority=Authority(kind="guideline", report="DGA 2020-2025"),
        note=f"below {SATURATED_FAT_SHARE * 100:g} % of energy",
    )


def _sodium(row: _Row) -> Target:
    return Target(
        nutrient=row.nutrient,
        lower=None,
        upper=row.cdrr,
        goal="CDRR",
        authority=row.authority("CDRR"),
        upper_scope=_SCOPES["total"],
    )


def _rows_for(person: Person) -> Mapping[str, _Row]:
    return _read_dri()[person.life_stage, person.sex, person.age]


def _equation(person: Person, stage: str) -> Mapping[str, float]:
    """Coefficients of the energy equation: kcal, and kcal per year, cm, kg and week of gestation."""
    activity = person.activity if person.age >= 3 else "any"
    return _read_energy()[stage, person.sex, person.age, activity]


@cache
def _read_dri() -> Mapping[tuple[str, str, int], Mapping[str, _Row]]:
    """(life stage, sex, age) -> nutrient -> row."""
    table: dict[tuple[str, str, int], dict[str, _Row]] = {}
    for line in _lines("dri.csv"):
        low, high = _number(line["amdr_low"]), _number(line["amdr_high"])
        row = _Row(
            nutrient=line["nutrient"],
            goal=cast(Goal, line["goal"]),
            value=_number(line["value"]),
            per_kg=_number(line["per_kg"]),
            ul=_number(line["ul"]),
            ul_scope=line["ul_scope"],
            cdrr=_number(line["cdrr"]),
            amdr=None if low is None or high is None else (low, high),
            report=line["report"],
            note=line["note"],
        )
        for sex in ("female", "male") if line["sex"] == "both" else (line["sex"],):
            for age in range(int(line["age_min"]), int(line["age_max"]) + 1):
                table.setdefault((line["state"], sex, age), {})[row.nutrient] = row
    return table


@cache
def _read_energy() -> Mapping[tuple[str, str, int, str], Mapping[str, float]]:
    """(life stage, sex, age, activity) -> coefficient -> value."""
    terms = ("constant", "per_year", "per_cm", "per_kg", "per_week", "growth_kcal")
    return {
        (line["state"], line["sex"], age, line["activity"]): {term: float(line[term]) for term in terms}
        for line in _lines("energy.csv")
        for age in range(int(line["age_min"]), int(line["age_max"]) + 1)
    }


def _lines(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(files("mealplan").joinpath("data", name).read_text(encoding="utf-8").splitlines())


def _number(text: str) -> float | None:
    return float(text) if text else None
