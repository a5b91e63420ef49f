"""Diaries are read in the forms people keep them in; nothing is guessed without a word, and unknown is not zero."""

from __future__ import annotations

import csv
import re
from datetime import date
from math import inf
from pathlib import Path

import pytest

from foods.ingredients import read_catalogue
from foods.table import FoodTable
from mealplan.coverage import day_intake, food_intake
from mealplan.diary.columns import plain, to_amount, to_date
from mealplan.diary.entry import BrokenDiary, Diary
from mealplan.diary.foods import Finder, Taken, eaten_in_diary, match_diary
from mealplan.diary.overrides import Override, read_overrides, same_text
from mealplan.diary.read import build_diary, read_diary
from mealplan.eaten import EatenDay
from mealplan.recipes.matching import Certainty

DIARIES = Path(__file__).parent / "diaries"
TABLE = FoodTable.embedded()

# Day by day: kcal, g protein, carbohydrate, fat and fibre, mg calcium, magnesium and potassium, as published by Mayo
# Clinic under "Sample menus for the DASH diet".
PUBLISHED = {
    "published-day-1.txt": {
        "energy_kcal": 1940, "protein_g": 86, "carbohydrate_g": 278, "fat_g": 57, "fiber_g": 31,
        "calcium_mg": 1000, "magnesium_mg": 470, "potassium_mg": 4469,
    },
    "published-day-2.txt": {
        "energy_kcal": 2193, "protein_g": 95, "carbohydrate_g": 324, "fat_g": 70, "fiber_g": 38,
        "calcium_mg": 1370, "magnesium_mg": 495, "potassium_mg": 4219,
    },
    "published-day-3.txt": {
        "energy_kcal": 1868, "protein_g": 103, "carbohydrate_g": 277, "fat_g": 45, "fiber_g": 29,
        "calcium_mg": 1083, "magnesium_mg": 423, "potassium_mg": 4170,
    },
}  # fmt: skip


def lines(text: str) -> Diary:
    return build_diary(text, "diary.txt", is_csv=False)


def table(text: str) -> Diary:
    return build_diary(text, "diary.csv", is_csv=True)


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(read_catalogue(), TABLE)


def take(finder: Finder, text: str) -> Taken:
    (taken,) = match_diary(lines(text), finder, TABLE)
    return taken


def test_a_published_menu_gives_the_published_totals() -> None:
    overrides = read_overrides(DIARIES / "published-foods.csv", TABLE)
    finder = Finder(read_catalogue(), TABLE, overrides)
    near, every = 0, 0
    for name, totals in PUBLISHED.items():
        (day,) = eaten_in_diary(match_diary(read_diary(DIARIES / name), finder, TABLE))
        found = day_intake(day, TABLE, list(totals)).amount
        near += sum(abs(found[key] / value - 1) <= 0.12 for key, value in totals.items())
        every += len(totals)
    assert every == 24
    assert near / every >= 0.85


# -- plain lines


def test_headings_make_days_and_meals_and_remarks_are_no_food() -> None:
    diary = lines(
        "# my week\n2026-01-05\nBreakfast\n2 slices whole-wheat bread\nLunch: 1 apple\n\n"
        "## Tuesday\nsnack\n- 30 g almonds; 1 banana\n"
    )
    assert [(e.day, e.meal, e.text) for e in diary.entries] == [
        ("2026-01-05", "breakfast", "2 slices whole-wheat bread"),
        ("2026-01-05", "lunch", "1 apple"),
        ("Tuesday", "snack", "30 g almonds"),
        ("Tuesday", "snack", "1 banana"),
    ]
    assert diary.entries[0].date == date(2026, 1, 5)


def test_a_food_that_begins_like_a_meal_is_a_food() -> None:
    assert [e.text for e in lines("breakfast\nlunch meat, 2 slices\n1 snack bar").entries] == [
        "lunch meat, 2 slices",
        "1 snack bar",
    ]


# -- the plain table


def test_a_table_gives_grams_or_an_amount() -> None:
    diary = table("date;meal;food;amount;unit;grams\n2026-01-05;lunch;banana;1,5;;\n2026-01-05;lunch;rice;;;150\n")
    first, second = diary.entries
    assert (first.amount, first.grams, first.date) == (1.5, None, date(2026, 1, 5))
    assert (second.amount, second.grams) == (None, 150)


def test_all_problems_of_a_table_are_told_at_once_with_line_and_field() -> None:
    with pytest.raises(BrokenDiary) as caught:
        table("date,meal,food,amount,grams\n31.31.2026,lunch,rice,much,\n2026-01-05,lunch,,1,\n2026-01-05,,egg,1,-5\n")
    message = caught.value.message
    for told in ("line 2: date '31.31.2026'", "line 2: amount 'much'", "line 3: neither food", "line 4: grams '-5'"):
        assert told in message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "named"),
    [("a,b\n1,2\n", "columns are none of a diary"), ("food,when\negg,now\n", "unknown column `when`")],
)
def test_columns_that_are_none_of_a_diary_are_named(text: str, named: str) -> None:
    with pytest.raises(BrokenDiary, match=named):
        table(text)


def test_an_unreadable_file_is_one_clear_error(tmp_path: Path) -> None:
    for name, data in (("empty.txt", b" \n"), ("latin.csv", b"food\ncaf\xe9\n")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BrokenDiary, match=name):
            read_diary(tmp_path / name)
    with pytest.raises(BrokenDiary, match="cannot read"):
        read_diary(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-05", date(2026, 1, 5)),
        ("2016-9-26", date(2016, 9, 26)),
        ("07/16/2026", date(2026, 7, 16)),
        ("16.7.2026", date(2026, 7, 16)),
        ("2026-01-05T08:00", date(2026, 1, 5)),
        ("03/04/2026", None),  # the third of April or the fourth of March
        ("2026-02-30", None),
        ("soon", None),
    ],
)
def test_a_date_that_can_be_two_is_none(text: str, day: date | None) -> None:
    assert to_date(text) == day


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("1,5", 1.5), ("1,204.10", 1204.1), ("1 1/2", 1.5), ("-3", None), ("nan", None)]
)
def test_amounts_are_numbers_from_zero_up(text: str, value: float | None) -> None:
    assert to_amount(text) == value


# -- Cronometer

SERVINGS = (
    "Day,Time,Group,Food Name,Amount,Energy (kcal),Iron (mg),Magnesium (mg),Vitamin D (IU),Vitamin A (IU),"
    "Folate ({micro}g),Vitamin K ({micro}g),B12 (Cobalamin) ({micro}g),Carbs (g),Net Carbs (g),Category\n"
    '2026-01-05,07:30,Breakfast,"Oats, rolled",80.00 g,303,3.4,,0.00,0.00,25.6,1.6,0.00,54,46,Grains\n'
    "2026-01-05,08:00,Uncategorized,Vitamin D3 drops,1.00 drop,0,,,1000,,,,,0,0,Supplements\n"
    "2026-01-05,12:30,Lunch,Brewed coffee,1.00 cup,2,0.02,7,,,4.7,,,0,0,Beverages\n"
)


@pytest.mark.parametrize("micro", ["\u00b5", "\u03bc", "mc"])
def test_both_micro_signs_are_one(micro: str) -> None:
    diary = table(SERVINGS.format(micro=micro))
    stated = diary.entries[0].stated or {}
    assert stated["vitamin_k_ug"] == (1.6, 1.6)
    assert stated["vitamin_b12_ug"] == (0, 0)
    assert stated["carbohydrate_g"] == (54, 54)  # and not the net ones


def test_an_empty_cell_is_unmeasured_and_a_zero_is_zero() -> None:
    stated = table(SERVINGS.format(micro="µ")).entries[0].stated or {}
    assert "magnesium_mg" not in stated
    assert stated["vitamin_d_ug"] == (0, 0)


def test_folate_and_vitamin_a_in_iu_are_spans() -> None:
    text = "Day,Food Name,Amount,Vitamin A (IU),Vitamin D (IU),Folate (µg)\n2026-01-05,Egg,1 large,270,40,24\n"
    stated = table(text).entries[0].stated or {}
    assert stated["vitamin_a_ug_rae"] == pytest.approx((6.75, 81))  # 270 x 0.025 to 270 x 0.3
    assert stated["vitamin_d_ug"] == pytest.approx((1, 1))  # 40 IU
    assert stated["folate_ug_dfe"] == pytest.approx((24, 40.8))  # 24 to 24 x 1.7


def test_a_supplement_in_the_log_is_left_out_and_named() -> None:
    diary = table(SERVINGS.format(micro="µ"))
    assert len(diary.entries) == 2
    assert "Vitamin D3 drops" in diary.left_out[0]


def test_a_food_of_the_log_keeps_its_own_numbers_and_lends_its_kind(finder: Finder) -> None:
    taken = match_diary(table(SERVINGS.format(micro="µ")), finder, TABLE)
    coffee = taken[1].food
    assert coffee.steeped == "coffee"
    assert food_intake(coffee, TABLE, ["magnesium_mg"]).amount["magnesium_mg"] == 7


def test_daily_sums_are_leasts_and_parts_of_a_total_are_not_counted_twice() -> None:
    header = "Date,Group,Energy (kcal),Iron (mg),Completed\n"
    rows = "2026-01-05,Breakfast,500,4,true\n2026-01-05,Total,2000,12,true\n2026-01-06,Total,,,false\n"
    diary = table(header + rows)
    (entry,) = diary.entries
    assert entry.stated == {"energy_kcal": (2000, inf), "iron_mg": (12, inf)}
    assert "1 days" in diary.left_out[0]


def test_kilojoules_are_read_as_such() -> None:
    diary = table("Date,Energy (kJ)\n2026-01-05,8368\n")
    assert (diary.entries[0].stated or {})["energy_kcal"][0] == pytest.approx(2000)


def test_headers_have_one_spelling() -> None:
    assert plain("Vitamin_K (μg)") == plain("vitamin k (mcg)") == "vitamin k (ug)"


# -- which food


@pytest.mark.parametrize(
    ("text", "sounds", "grams"),
    [
        ("2 slices whole-wheat bread", "Bread, whole wheat", (60, 90)),
        ("1 banana", "Bananas, raw", (100, 130)),
        ("1 cup rice", "Rice", (140, 210)),  # as eaten: cooked
        ("1 cup lentils", "Lentils", (180, 210)),
        ("150 g chicken breast", "Chicken breast", (150, 150)),
        ("1 cup coffee", "Coffee", (230, 245)),
        ("2 slices of cheese pizza", 'Fast Food, Pizza Chain, 14" Pizza, cheese topping, regular crust', (120, 260)),
        ("1 burrito", "Burrito, NFS", (180, 260)),
        ("1 large latte", "Coffee, Latte", (450, 620)),
        ("6 chicken nuggets", "Chicken nuggets, NFS", (90, 110)),
        ("1 bowl tomato soup", "Soup, tomato", (220, 260)),
        ("1 small order of french fries", "Potato, french fries, fast food", (60, 110)),
        ("1 cup mashed potatoes", "Potato", (190, 260)),
        ("10 baby carrots", "Carrots, baby, raw", (90, 110)),
        ("1 medium peach", "Peaches", (100, 175)),
    ],
)
def test_everyday_lines_are_found_and_weighed(
    finder: Finder, text: str, sounds: str, grams: tuple[float, float]
) -> None:
    taken = take(finder, text)
    assert taken.description.startswith(sounds)
    assert grams[0] <= (taken.food.grams or 0) <= grams[1]


@pytest.mark.parametrize(("which", "at_least"), [("first", 0.75), ("second", 0.7)])
def test_lines_of_a_common_diary_are_mostly_found_and_weighed(finder: Finder, which: str, at_least: float) -> None:
    """Both lists, and what each line means, were written before the table was looked at; the first was learned from."""
    with (DIARIES / "everyday-lines.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["list"] == which]
    right, wrong = 0, []
    for row in rows:
        taken = take(finder, row["line"])
        found = re.search(row["means"], taken.description, re.IGNORECASE) is not None
        right += found and float(row["least_g"]) <= (taken.food.grams or 0.0) <= float(row["most_g"])
        wrong += [row["line"]] if not found and taken.certainty is Certainty.CERTAIN else []
    assert right / len(rows) >= at_least
    assert wrong == []


def test_what_a_food_comes_with_is_not_the_food(finder: Finder) -> None:
    assert take(finder, "2 pancakes with syrup").description.startswith("Pancakes")
    assert take(finder, "1 bagel with cream cheese").description.startswith("Bagel")


def test_several_of_a_thing_are_not_as_many_servings(finder: Finder) -> None:
    one, six = take(finder, "1 quesadilla"), take(finder, "6 meatballs")
    assert any("usual serving" in check for check in one.checks)
    assert not any("usual serving" in check for check in six.checks)


def test_dry_staples_and_meat_count_as_eaten_and_it_is_said(finder: Finder) -> None:
    rice, meat, raw = (
        take(finder, text) for text in ("1 cup rice", "100 g chicken breast", "100 g chicken breast, raw")
    )
    assert food_intake(rice.food, TABLE, ["energy_kcal"]).amount["energy_kcal"] < 300
    assert any("as eaten" in check for check in rice.checks)
    assert meat.food.meat_share == 1
    assert raw.food.meat_share == pytest.approx(1 / 1.3)
    assert meat.food.food_id != raw.food.food_id


def test_what_is_not_found_is_unknown_and_never_nothing(finder: Finder) -> None:
    taken = take(finder, "1 bowl of grandmother's xyzzy")
    assert taken.certainty is Certainty.UNMATCHED
    assert not taken.is_known
    intake = food_intake(taken.food, TABLE, ["iron_mg"])
    assert intake.amount["iron_mg"] == 0
    assert intake.most["iron_mg"] == inf
    assert intake.unmeasured("iron_mg") == 1


def test_a_measure_nobody_weighed_is_unknown_too(finder: Finder) -> None:
    taken = take(finder, "3 buckets spinach")
    assert taken.is_known is False or taken.checks


def test_water_is_no_food(finder: Finder) -> None:
    assert eaten_in_diary([take(finder, "1 glass water")]) == ()


def test_words_in_common_are_not_enough_to_be_certain(finder: Finder) -> None:
    for text in ("3 oz drained, unsalted water-packed tuna", "4 ounces cran-raspberry juice", "1 bean burrito supreme"):
        assert take(finder, text).certainty is not Certainty.CERTAIN


def test_an_override_decides_and_weighs() -> None:
    finder = Finder(read_catalogue(), TABLE, {same_text("1 Light  Yogurt"): Override(food_id="173445", grams=170)})
    taken = take(finder, "1 light yogurt")
    assert (taken.food.food_id, taken.food.grams, taken.certainty) == ("173445", 170, Certainty.CERTAIN)


def test_an_override_of_a_food_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foods.csv"
    path.write_text("text,food_id,grams\negg,1,x\nmilk,nothing,\n", encoding="utf-8")
    with pytest.raises(BrokenDiary) as caught:
        read_overrides(path, TABLE)
    assert "line 2: grams 'x'" in caught.value.message
    assert "line 3: food_id 'nothing'" in caught.value.message


def test_a_food_id_that_is_not_in_the_table_is_named_with_its_line(finder: Finder) -> None:
    with pytest.raises(BrokenDiary, match="line 2: food_id '42x'"):
        match_diary(table("food_id,grams\n42x,100\n"), finder, TABLE)


def test_days_come_by_date_and_without_dates_in_order(finder: Finder) -> None:
    dated = table("date,food,grams\n2026-01-06,egg,50\n2026-01-05,egg,50\n")
    named = lines("Tuesday\n1 egg\nMonday\n1 egg\n")
    days: list[list[EatenDay]] = [list(eaten_in_diary(match_diary(one, finder, TABLE))) for one in (dated, named)]
    assert [day.name for day in days[0]] == ["2026-01-05", "2026-01-06"]
    assert [day.name for day in days[1]] == ["Tuesday", "Monday"]
