"""How numbers, people and findings are put into words, the same on every page and in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import floor, isfinite, log10
from types import MappingProxyType

from foods.nutrients import NUTRIENTS
from mealplan.amounts import plural
from mealplan.coverage import ABSORBED
from mealplan.diets import DIETS, PREGNANCY
from mealplan.people import InvalidPerson, Person
from mealplan.places import WEEKDAYS
from mealplan.plan import Coverage, Day, Meal, Plan, PlannedDish, PlanPerson, Shortfall, Solve

# Not strftime, as with the weekdays.
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

UNKNOWN = "–"
_SIGNS = ("g", "kg", "ml", "l", "oz", "lb")
DOUBTFUL_FROM = 0.05
"""Share of the food's weight without a value, from which a mean is marked as the least there is."""

ALL_MET = "Every target is met and no limit is passed, as far as the foods are measured."

HEADLINES: Mapping[str, str] = MappingProxyType(
    {
        "iron_mg": "Iron",
        "magnesium_mg": "Magnesium",
        "folate_ug_dfe": "Folate",
        "vitamin_b12_ug": "B12",
        "vitamin_d_ug": "Vitamin D",
    }
)
"""The five nutrients under each day, by the short names that fit there."""

NOT_ADVICE = (
    "This is a plan of meals, not medical advice. It sets what is eaten against published reference intakes; it "
    "recognises no illness, treats none, and chooses no supplement and no dose."
)

IRON_CAVEAT = (
    "What is eaten is worked out from the food table. What is absorbed is an estimate, meal by meal, for a body "
    "with empty iron stores (Monsen & Balintfy 1982), and it leaves out what holds iron back: tea, coffee, calcium, "
    "and the phytate of whole grains and pulses. Vitamin C raised absorption clearly in single test meals; when "
    "whole diets were followed, intakes of 51 to 247 mg a day made no significant difference (Cook & Reddy 2001). "
    "So vitamin C beside iron may help. Use the column to compare meals with each other, and let a blood test say "
    "how your iron stands."
)

ASK_FOR = (
    "With restless legs, ask for ferritin and transferrin saturation, in a morning sample, and ask what to leave "
    "out on the day before. Say what it is for: a ferritin inside the laboratory's normal range may still be read "
    "differently there. A plan that meets its targets does not replace the test."
)

SEE_FIRST = (
    "ferritin or transferrin saturation was ever found low, or too high",
    "iron is low and nobody knows why: above all in men, after the menopause, with heavy periods, black or bloody "
    "stools, or weight lost without trying",
    "you have haemochromatosis or thalassaemia, or have had many transfusions",
    "you have kidney disease or dialysis, high calcium, sarcoidosis or kidney stones",
    "you have coeliac or bowel disease, had surgery for weight, or have or had an eating disorder",
    "you take warfarin, levothyroxine, levodopa, metformin, acid blockers, methotrexate, or medicines for blood "
    "pressure or infection that meals or minerals can interfere with: change nothing about a medicine on your own",
    "you are pregnant, breastfeeding or under 18",
)
SEE_SOON = (
    "numbness, an unsteady gait or failing memory; new or one-sided swelling of a leg, or weakness; and at once "
    "for thoughts of suicide, which too little sleep can bring"
)


def amount(value: float | None) -> str:
    """A quantity with as many digits as a food table bears: ``1,240``, ``18.4``, ``2.4``, ``0.85``."""
    if value is None or not isfinite(value):
        return UNKNOWN
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 1 if abs(value) >= 10 else 2
    if 0 < abs(value) < 0.1:
        digits = 1 - floor(log10(abs(value)))
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".")


def at_least(row: Coverage) -> str:
    """A mean, marked where so much of the food is unmeasured that it is only the least there is: ``≥ 61``."""
    return f"≥ {amount(row.mean)}" if row.unmeasured >= DOUBTFUL_FROM else amount(row.mean)


def percent(share: float | None) -> str:
    """A share as ``92 %``; what is short of the whole is never rounded up to ``100 %``."""
    if share is None or not isfinite(share):
        return UNKNOWN
    value = 100 * share
    if value < 100 and round(value) == 100:
        return f"{min(99.9, floor(value * 10 + 1e-9) / 10):.1f} %"
    if 0 < value < 1:
        return "under 1 %"
    return f"{value:.0f} %"


def fraction(value: float) -> str:
    """A number as a cook says it, to the nearest eighth or third: ``1 1/2``, ``2/3``, ``3``."""
    if value >= 10:
        return f"{value:.0f}"
    whole = floor(value)
    part = min(
        (Fraction(n, d) for d in (1, 2, 3, 4, 8) for n in range(d + 1)),
        key=lambda f: abs(f - (value - whole)),
    )
    if part == 1:
        whole, part = whole + 1, Fraction(0)
    if not part:
        return f"{whole}" if whole or not value else "1/8"
    return f"{whole} {part}" if whole else f"{part}"


def times(servings: Mapping[str, float]) -> tuple[str, ...]:
    """Servings on the plates where they are not one each: ``1 1/2 x``, or ``Ana 1 x`` and ``Ben 1 1/2 x``.

    Whoever is not served is not named.
    """
    sizes = set(servings.values())
    if sizes <= {1.0}:
        return ()
    if len(sizes) == 1:
        return (f"{fraction(sizes.pop())} x",)
    return tuple(f"{person} {fraction(size)} x" for person, size in servings.items() if size)


def count(number: float, noun: str) -> str:
    """``1 serving``, ``2 1/2 servings``."""
    return f"{fraction(number)} {noun}{'' if number <= 1 else 's'}"


def measured(value: float, unit: str) -> str:
    """A kitchen amount: ``2 1/2 cups``, ``3 cloves``, ``a pinch``, ``120 g``."""
    if unit in _SIGNS:
        return f"{value:.1f}".removesuffix(".0") + f" {unit}" if value < 10 else f"{value:.0f} {unit}"
    if unit == "tsp" and value < 1 / 16:
        return "a pinch"
    spoken = fraction(max(value, 1 / 8))
    if unit in ("tsp", "tbsp") or value <= 1:
        return f"{spoken} {unit}"
    return f"{spoken} {plural(unit)}"


def spoken_plural(spoken: str) -> str:
    """``2 1/2 cup`` as ``2 1/2 cups``."""
    number, _, unit = spoken.rpartition(" ")
    one = " " not in number and ("/" in number or number == "1")
    return spoken if one or not number or unit in (*_SIGNS, "tsp", "tbsp") else f"{number} {plural(unit)}"


def joined(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def label(nutrient: str) -> str:
    """The name of a nutrient on the page; a key the registry does not know stands for itself."""
    if nutrient == ABSORBED:
        return "Iron, absorbed (estimate)"
    return NUTRIENTS[nutrient].label if nutrient in NUTRIENTS else nutrient


def unit_sign(unit: str) -> str:
    """The unit as printed: ``µg`` for ``ug``."""
    return "µg" if unit == "ug" else unit


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def day_name(day: date) -> str:
    """``Monday``."""
    return WEEKDAYS[day.weekday()]


def day_and_month(day: date) -> str:
    """``3 March``."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def span(first: date, last: date) -> str:
    """``3 to 9 March 2025``, with as much of the first date as differs."""
    start = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        start = day_and_month(first)
    if first.year != last.year:
        start = f"{start} {first.year}"
    end = f"{day_and_month(last)} {last.year}"
    return end if first == last else f"{start} to {end}"


def plan_span(plan: Plan) -> str:
    """The dates of a plan; empty without days."""
    return span(plan.days[0].date, plan.days[-1].date) if plan.days else ""


def for_people(plan: Plan) -> str:
    """``for 4 people`` where more than one eats of the plan; else empty."""
    eaters = plan.eaters * max(1, len(plan.people))
    return f"for {eaters} people" if eaters > 1 else ""


def span_and_people(plan: Plan) -> str:
    """``3 to 9 March 2025, for 4 people``."""
    return ", ".join(filter(None, (plan_span(plan), for_people(plan))))


def some(titles: Sequence[str], most: int = 2) -> str:
    """A few titles, which hold commas and "and" themselves, and how many more: ``a; b; 4 more``, ``6 dishes``."""
    if len(titles) <= most + 1:
        return "; ".join(titles)
    return "; ".join((*titles[:most], f"{len(titles) - most} more")) if most else f"{len(titles)} dishes"


def who(person: PlanPerson) -> str:
    """One line on a person, from the attributes in the document."""
    try:
        described = Person.model_validate(person.attributes).describe()
    except InvalidPerson:
        return person.id
    # The assumption is said in a sentence of its own, and a lone person needs no number.
    described = described.split(" (assumed:")[0].removeprefix("person 1: ")
    return "; ".join(filter(None, (described[:1].upper() + described[1:], _eats(person.diets, person.avoid))))


def seeks_iron(person: PlanPerson) -> bool:
    """Whether iron is sought for a person at all."""
    try:
        return Person.model_validate(person.attributes).may_seek_iron
    except InvalidPerson:
        return True


def assumed(person: PlanPerson) -> str:
    """What was taken for granted about a person, and what to do about it; empty if nothing was."""
    if not person.assumed:
        return ""
    assumed_one = who(person)
    assumed_one = assumed_one[:1].lower() + assumed_one[1:]
    return (
        f"Nobody was described, so this plan is for someone assumed: {assumed_one}. Needs differ by sex, age and "
        "stage of life: make it anew with your own (--sex, --age)."
    )


def diets(plan: Plan) -> str:
    """How the people eat, and what they avoid: ``vegan, gluten-free; without mushroom``."""
    asked = plan.request.get("diets", ())
    if any(person.diets for person in plan.people) and tuple(asked) == ("omnivore",):
        asked = ()
    since = (f"{one.food} (from {day_and_month(one.since)} on)" for one in plan.avoided)
    return _eats(asked, (*plan.request.get("avoid", ()), *since))


def _eats(diets: Iterable[object], avoid: Iterable[object]) -> str:
    known = {**DIETS, PREGNANCY.name: PREGNANCY}
    names = [known[str(name)].label if name in known else str(name) for name in diets]
    avoided = [str(food) for food in avoid]
    return "; ".join(filter(None, (", ".join(names), f"without {joined(avoided)}" if avoided else "")))


def eaten_out(meal: Meal) -> str:
    """What stands in place of the dishes of a skipped meal; empty for one that is eaten."""
    if meal.skipped is None:
        return ""
    return "Eaten out, energy estimated" if meal.skipped.counted else "Eaten out, not counted"


def standing(meal: Meal) -> str:
    """That nothing changes a meal, and why; empty where it may change."""
    return "(cooked)" if meal.cooked else "(locked)" if meal.locked else ""


def take_out(planned: PlannedDish) -> str:
    """What is done on the evening before a dish is eaten out of the freezer."""
    return f"take {planned.title.removesuffix(' (from the freezer)')} out of the freezer"


def uncounted(day: Day, meal: Meal) -> str:
    """What is not known as a meal is skipped, in a sentence."""
    known = " but for its energy, an estimate" if meal.skipped is not None and meal.skipped.counted else ""
    return (
        f"{day_name(day.date)} {day.date.day}, {meal.slot}: eaten out, so that it is not known{known}. The figures of "
        "that day are the least; means and worst days are of the others."
    )


def short_of(shortfall: Shortfall, days: int, people: int = 1) -> str:
    """A shortfall in plain words; ``days`` is the length of the plan, ``people`` how many it is for."""
    whose = _whose(shortfall, people)
    planned = percent(shortfall.planned_pct / 100)
    stretch = "week's" if days >= 7 else f"{days} days'"
    if shortfall.period == "week":
        said = f"{planned} of the {stretch} target planned"
    else:
        said = f"below the target on {shortfall.days_missed} of {days} days; {planned} of the {stretch} target planned"
    return f"{whose}{label(shortfall.nutrient)}: {said}; {_most_possible(shortfall.best_pct)}."


def over_limit(row: Coverage, people: int = 1) -> str:
    """An upper limit that the mean is above, in plain words."""
    unit = unit_sign(row.unit)
    said = f"{amount(row.mean)} {unit} a day as a mean, above the limit of {amount(row.upper)} {unit}"
    return f"{_whose(row, people)}{label(row.nutrient)}: {said}."


def not_known(row: Coverage, people: int = 1) -> str:
    """A target of which the food table says too little to call it met or missed."""
    share = percent(row.mean / row.target) if row.target else UNKNOWN
    return (
        f"{_whose(row, people)}{label(row.nutrient)}: at least {share} of the target; {percent(row.unmeasured)} of the "
        "food, by weight, has no value for it."
    )


def _whose(finding: Coverage | Shortfall, people: int) -> str:
    return f"{finding.person}: " if people > 1 else ""


def _most_possible(best_pct: float | None) -> str:
    if best_pct is None:
        return "how much is possible was not worked out"
    if best_pct >= 99.95:
        return "that the whole of it is out of reach is not proven"
    return f"{percent(best_pct / 100)} is the most possible from this library under this diet, proven"


def how_good(solve: Solve) -> str:
    """How near the plan is to the best one, as far as proven."""
    if solve.gap is None:
        return "how near it is to the best week was not worked out anew after the changes"
    if solve.status == "optimal":
        return "the best week this library can give, proven"
    beside = {
        "near": "",
        "changed": "",
        "own rules": "; what the rules added to its model cost is part of that",
        "time limit": "; the search was cut short by the time limit",
    }
    table, _, rest = solve.status.partition(", ")
    if table == "household":
        return f"within {_gap(solve.gap)} of what all would get at tables of their own, proven{beside.get(rest, '')}"
    said = f"within {_gap(solve.gap)} of the best week this library can give, proven"
    return said + beside.get(solve.status, f"; the solver says “{solve.status}”")


def _gap(gap: float) -> str:
    value = 100 * gap
    return "0.1 %" if value < 0.1 else f"{value:.1f} %"


def points(solve: Solve) -> str:
    """The figures behind `how_good`, for those who ask what the share is of."""
    said = f"The week misses its wishes by {amount(solve.objective)} points (a point is 1 % of one target at weight 1)"
    if solve.bound is None or solve.gap is None:
        return f"{said}."
    return (
        f"{said}; no week can have fewer than {amount(solve.bound)}. The gap of {_gap(solve.gap)} is the difference, "
        "as a share of the first."
    )
