"""A coverage report in words, the same on the page and in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from mealplan.coverage import ABSORBED, MET
from mealplan.render import words
from mealplan.report import (
    Change,
    Closing,
    DoubtfulLine,
    Gap,
    IronSummary,
    LimitRow,
    Moved,
    NutrientRow,
    OutOfReach,
    Report,
    ShownRow,
)

STATUS = {"met": "met", "missed": "short", "unknown": "not known"}
LIMIT_STATUS = {"kept": "kept", "passed": "passed", "unknown": "kept, as far as known"}
ADDITIONS_SHOWN = 3
NAME_LENGTH = 40
NEAR_LIMIT = 0.9
"""Of a limit, from which it is told beside the changes."""
_COUNTED = frozenset({"cup", "serving", "slice", "fillet"})
CLOSING = (
    "Whole servings, as they are eaten; the most targets first, then the fewest changes, then the least energy, among "
    "the foods and dishes that bring most. Iron absorbed depends on the meal and is not counted here. What you do not "
    "eat, leave out with --avoid and look again."
)
NOT_ADVICE = (
    "This is a report on food, not medical advice. It sets what was eaten against published reference intakes; it "
    "recognises no illness, treats none, and chooses no supplement and no dose. A day below a target says little: "
    "reference intakes describe what is usual over time."
)
NO_MEALS = (
    "The log does not tell meals apart, so what is absorbed of the iron is not estimated: vitamin C helps only in the "
    "same meal."
)
BAND = (
    "The band is a second model (Armah 2013) that counts phytate, calcium and tea. Its coefficients were carried over "
    "from memory of the paper and it is given as a range of doubt, not as a result."
)
SUPPLEMENTS_ASIDE = "Supplements count against the limits that count them, and towards no target."
INTERVAL = (
    "Food without a value for a nutrient counts as nothing in the mean; the figure after “to” adds, for that food, as "
    "much as the richest measured food of its kind holds. “?” stands where nothing bounds it."
)


def title(report: Report) -> str:
    """``What 7 days cover``."""
    days = len(report.days)
    return f"What {'a day covers' if days == 1 else f'{days:,} days cover'}"


def span(report: Report) -> str:
    """The first and last day, as the log names them."""
    first, last = report.days[0], report.days[-1]
    return first if first == last else f"{first} to {last}"


def read(report: Report) -> str:
    """What was read, and how surely: ``84 foods read, 71 with certainty, 2 unknown``."""
    found = report.read
    if found.kind == "plan":
        return f"{found.name}: a plan of {found.lines:,} foods"
    lines = "1 line" if found.lines == 1 else f"{found.lines:,} lines"
    return f"{found.name} ({found.form}): {lines} read, {found.certain:,} with certainty, {found.unknown:,} unknown"


def assumed(report: Report) -> str:
    """Whose targets these are where nobody was described, and how to say who."""
    anew = "Plan anew with" if report.read.kind == "plan" else "Use"
    return f"Nobody was described: targets are those of an assumed woman of 38. {anew} --profile, --sex, --age."


def interval(row: NutrientRow) -> str:
    """The mean, with what it may be at most where values are missing: ``61 to 74``, ``61 to ?``."""
    least = words.amount(row.mean)
    if row.mean_most is None:
        return least if row.nutrient == ABSORBED and not row.unmeasured else f"{least} to ?"
    most = words.amount(row.mean_most)
    return least if most == least else f"{least} to {most}"


def at_least(row: NutrientRow) -> str:
    """``at least 61 mg: 4 of 12 foods report magnesium``; empty where all do."""
    if row.foods_measured >= row.foods or row.nutrient == ABSORBED:
        return ""
    if not row.foods_measured:
        return "nothing that was logged has a value for it"
    amount = f"{words.amount(row.mean)} {words.unit_sign(row.unit)}"
    return f"at least {amount}: {row.foods_measured} of {row.foods} foods report {_inside(row.nutrient)}"


def shown(row: ShownRow) -> str:
    """``Potassium: 2,900 to 3,100 mg a day, 2,400 on the lowest day``."""
    most = "?" if row.mean_most is None else words.amount(row.mean_most)
    mean = words.amount(row.mean)
    span = mean if most == mean else f"{mean} to {most}"
    unit = words.unit_sign(row.unit)
    return f"{words.label(row.nutrient)}: {span} {unit} a day, {words.amount(row.worst)} on the lowest day"


def status(row: NutrientRow) -> str:
    """``met``, ``short``, ``not known``; a shortfall that unmeasured food may fill is one as far as measured."""
    if row.status == "missed" and row.nutrient != ABSORBED and (row.mean_most is None or row.mean_most >= row.target):
        return f"{STATUS['missed']}, as far as measured" if row.mean < row.target else STATUS["missed"]
    return STATUS[row.status]


def silent(report: Report) -> str:
    """The nutrients that nothing logged has a value for; empty if there are none."""
    labels = [words.label(row.nutrient) for row in report.nutrients if not row.foods_measured]
    return f"Nothing that was logged has a value for {words.joined(labels)}." if labels else ""


def days_met(row: NutrientRow) -> str:
    """``5 of 7``."""
    return f"{row.days_met} of {len(row.daily)}"


def sources(row: NutrientRow) -> str:
    """``lentils 31 %; spinach 12 %``."""
    return "; ".join(f"{_short(source.food)} {words.percent(source.share)}" for source in row.sources)


def _short(name: str) -> str:
    """A food's name without the far end of USDA's description of it."""
    while len(name) > NAME_LENGTH and "," in name:
        name = name.rpartition(",")[0]
    return name


def limit(row: LimitRow) -> str:
    """What is counted against a limit: ``12 from food, 350 from supplements``."""
    parts = [f"{words.amount(row.food)} from food"] if row.scope != "supplements" else []
    parts += [f"{words.amount(row.supplements)} from supplements"] if row.supplements else []
    return ", ".join(parts)


def iron(summary: IronSummary) -> str:
    """The iron of a day in a sentence."""
    return (
        f"{words.amount(summary.eaten_mg)} mg of iron eaten a day, {words.amount(summary.heme_mg)} mg of it heme. "
        f"Absorbed, by estimate: {summary.absorbed_mg:.2f} mg with empty stores, which the target is set for"
        f"{_own_stores(summary)}; between {summary.low_mg:.2f} and {summary.high_mg:.2f} mg by one model or the other."
    )


def caveat(summary: IronSummary) -> str:
    """What the estimate is for and what it leaves out."""
    stores = f"iron stores of about {summary.stores_mg} mg" if summary.stores_mg else "empty iron stores"
    return f"{words.IRON_CAVEAT.replace('empty iron stores', stores)} {BAND}"


def _own_stores(summary: IronSummary) -> str:
    return f", and {summary.shown_mg:.2f} mg with stores of about {summary.stores_mg} mg" if summary.stores_mg else ""


def pairing(summary: IronSummary) -> str:
    """How many meals lack vitamin C beside their iron."""
    if not summary.without_vitamin_c:
        return ""
    return (
        f"In {summary.without_vitamin_c} of {summary.meals} meals there are 3 mg or more of plant iron with less than "
        "25 mg of vitamin C beside it. Fruit or raw vegetables in the same meal may help."
    )


def gap(found: Gap) -> str:
    """``Magnesium: 84 mg a day short``, or on how many days where the mean is met."""
    label = words.label(found.nutrient)
    if not found.short:
        return f"{label}: met as a mean, short on {found.days_short} {'day' if found.days_short == 1 else 'days'}"
    return f"{label}: {words.amount(found.short)} {words.unit_sign(found.unit)} a day short"


def additions(found: Gap) -> list[tuple[str, str]]:
    """What adds most, in four short lists, each named."""
    unit = words.unit_sign(found.unit)
    lists = (
        ("Foods, by the serving", found.foods_by_serving, False),
        ("Foods, by energy", found.foods_by_energy, True),
        ("Dishes, by the serving", found.dishes_by_serving, False),
        ("Dishes, by energy", found.dishes_by_energy, True),
    )
    return [
        (
            name,
            "; ".join(
                f"{one.name} {words.amount(one.per_100kcal)} {unit} per 100 kcal"
                if by_energy
                else f"{one.name} ({one.serving_g:.0f} g) {words.amount(one.per_serving)} {unit}"
                for one in found_list[:ADDITIONS_SHOWN]
            ),
        )
        for name, found_list, by_energy in lists
        if found_list
    ]


def closing_title(found: Closing) -> str:
    """What the section holds: a set of changes, or none."""
    return "The smallest change that would close the gaps" if found.changes else "No small change closes the gaps"


def _inside(nutrient: str) -> str:
    """Its name inside a sentence: ``vitamin D``."""
    label = words.label(nutrient)
    return label[:1].lower() + label[1:]


def changes(found: Closing) -> list[tuple[str, str]]:
    """``("Add each day", "lentils, cooked, 1 cup (198 g); orange, 1 (131 g)")``, and what to take out."""
    lists = (("Add each day", "add"), ("Take out", "take out"))
    told = [(name, "; ".join(_change(one) for one in found.changes if one.action == action)) for name, action in lists]
    return [(name, listed) for name, listed in told if listed]


def _change(one: Change) -> str:
    many = one.servings * one.amount
    weight = f"{one.grams:.0f} g"
    if one.unit == "g":
        return f"{one.name}, {weight}"
    count = words.fraction(many)
    said = count if one.unit == "piece" else f"{count} {one.unit}{'s' if many > 1 and one.unit in _COUNTED else ''}"
    return f"{one.name}, {said} ({weight})"


def share_moved(row: Moved) -> str:
    """``82 % -> 101 %`` of the target."""
    return f"{words.percent(row.before / row.target)} -> {words.percent(row.after / row.target)}"


def moves(found: Closing) -> str:
    """``Iron 82 % -> 101 %; magnesium 71 % -> 104 %``, of the targets that were missed and are met then."""
    beyond = {row.nutrient for row in found.out_of_reach}
    return "; ".join(
        f"{words.label(row.nutrient)} {share_moved(row)}" for row in found.moved if row.nutrient not in beyond
    )


def kept(found: Closing) -> str:
    """Energy, and the limits that come near: ``Energy 1,533 -> 1,812 kcal a day; sodium 1,398 -> 2,235 of ...``."""
    energy = f"Energy {words.amount(found.kcal_before)} -> {words.amount(found.kcal_after)} kcal a day"
    near = [row for row in found.held if row.after >= NEAR_LIMIT * row.limit]
    parts = [
        f"{_inside(row.nutrient)} {words.amount(row.before)} -> {words.amount(row.after)} of at most "
        f"{words.amount(row.limit)} {words.unit_sign(row.unit)}"
        for row in near
    ]
    return f"{'; '.join((energy, *parts))}. No limit is newly passed by it, and none is passed further"


def unmeasured(found: Closing) -> str:
    """The limits towards which something added has no value; empty where all have."""
    blank = [_inside(row.nutrient) for row in found.held if row.unmeasured]
    return (
        f"Not measured in all that is added, so not counted towards its limit: {words.joined(blank)}" if blank else ""
    )


def out_of_reach(row: OutOfReach, most: int) -> str:
    """A target that the changes leave short, how far it could come, and what stands in the way."""
    label, best = words.label(row.nutrient), words.percent(row.within / row.target)
    now = words.percent(row.before / row.target)
    if row.within >= MET * row.target:
        return f"{label}, now {now}: could be met, but only at the cost of another target"
    if row.without >= MET * row.target:
        held = words.joined([_inside(key) for key in row.held_by])
        return f"{label}, now {now}: {best} at most within the limits{f' ({held} in the way)' if held else ''}"
    return f"{label}, now {now}: {best} at most, for nothing within the diet brings more in {most} servings a day"


def doubtful(line: DoubtfulLine) -> str:
    """What a line was taken as, how surely, and what was assumed."""
    if not line.taken_as:
        near = f"; near it: {', '.join(line.candidates)}" if line.candidates else ""
        return f"unknown{near}"
    weight = "no weight known" if line.grams is None else f"{line.grams:.0f} g"
    checks = f": {'; '.join(line.checks)}" if line.checks else ""
    return f"{line.taken_as} ({line.food_id}), {weight}, {line.certainty}{checks}"


def override(lines: Sequence[DoubtfulLine]) -> str:
    """How to say what a line means."""
    if not lines:
        return ""
    first = lines[0].text.replace('"', "'")
    quoted = f'"{first}"' if "," in first else first
    return (
        "To say what a line means, write a file with the columns text,food_id,grams and give it with --foods: "
        f"{quoted},168462,85 for one. `mealplan foods search` finds the ids."
    )


def weeks(report: Report) -> str:
    """Vitamin K by the week, on warfarin; empty otherwise."""
    means = [week.mean for week in report.vitamin_k_weeks]
    if not means:
        return ""
    told = "; ".join(f"{week.first_day} {words.amount(week.mean)}" for week in report.vitamin_k_weeks[:8])
    more = f"; {len(means) - 8} more" if len(means) > 8 else ""
    return (
        f"Vitamin K from week to week, µg a day: {told}{more}; from {words.amount(min(means))} to "
        f"{words.amount(max(means))}."
    )
