"""Honest recipes pass, slips do not, and the library covers what it promises."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import pytest

from foods.ingredients import read_catalogue
from foods.nutrients import NUTRIENTS
from foods.table import FoodTable
from mealplan.courses import goes_with
from mealplan.diets import DIETS, Verdict, judge_dish, judge_ingredient
from mealplan.dishes import Dish, build_dish, read_library
from mealplan.iron import PAIRED_NONHEME_MG, PAIRED_VITAMIN_C_MG
from mealplan.nutrition import build_servings
from mealplan.quality import BOUNDS, REPORTED_DIETS, Report, build_report, check_dishes

CATALOGUE = read_catalogue()
TABLE = FoodTable.embedded()
LIBRARY = read_library()
MAINS = tuple(dish for dish in LIBRARY if dish.is_main)

LINES = {
    "red lentils, dry": (280, "g", "simmered"),
    "spinach": (250, "g", "simmered"),
    "tomatoes": (300, "g", "simmered"),
    "olive oil": (2, "tbsp", "sauteed"),
    "salt": (0.5, "tsp", "simmered"),
    "lemon juice": (3, "tbsp", "raw"),
}
STEPS = (
    "Simmer the lentils in water with the tomatoes and the salt for 20 minutes.",
    "Stir in the spinach, the oil and the lemon juice.",
)


def dal(slug: str = "dal", *, steps: Iterable[str] = STEPS, lines: dict[str, tuple] | None = None, **fields) -> Dish:
    """An honest dal for four, with some of it changed; a line of None is left out."""
    entry = {
        "title": "Dal", "course": "main", "meals": ["dinner"], "serves": 4, "minutes": 30, "active_minutes": 15,
        "cuisine": "Indian", "protein": "lentils", "sides": ["rice", "salad"], "steps": list(steps),
        "ingredients": [
            {"item": item, "amount": line[0], "unit": line[1], "cook": line[2]}
            for item, line in (LINES | (lines or {})).items() if line
        ],
    }  # fmt: skip
    dish, problems = build_dish(slug, entry | fields, CATALOGUE)
    assert dish is not None, problems
    return dish


def errors(*dishes: Dish) -> list[str]:
    return [str(problem) for problem in check_dishes(dishes, TABLE).errors]


def warnings(*dishes: Dish) -> list[str]:
    return [str(problem) for problem in check_dishes(dishes, TABLE).warnings]


# Slips


def test_an_honest_dish_has_nothing_wrong() -> None:
    assert errors(dal()) == warnings(dal()) == []


SLIPS = [
    ({"lines": {"salt": (5, "tsp", "simmered")}}, "of salt 2.25 g are the most (dal, ingredients[4])"),
    ({"lines": {"olive oil": (1, "cup", "sauteed")}}, "54 g of `olive oil`"),  # 216 g / 4
    ({"lines": {"red lentils, dry": (600, "g", "simmered")}}, "of dry legumes 110 g are the most"),
    ({"lines": {"almonds": (200, "g", "raw")}}, "50 g of `almonds`"),
    ({"lines": {"ground beef": (1, "kg", "browned")}}, "250 g of `ground beef`"),
    ({"lines": {"turmeric": (4, "tbsp", "simmered")}}, "of ground or dried spice"),
    ({"serves": 1}, "a main has 100 to 900 kcal"),
    ({"serves": 40}, "a main has 80 to 900 g"),
    ({"course": "drink", "serves": 2}, "a drink has 30 to 500 kcal"),
]


@pytest.mark.parametrize(("change", "said"), SLIPS)
def test_a_slip_in_amounts_is_an_error_that_names_the_line(change, said) -> None:
    found = errors(dal(**change))
    assert any(said in problem for problem in found), found


def test_oil_that_goes_in_twice_is_counted_together() -> None:
    # 7 tbsp of 13.5 g for four are 24 g, within measure; with 6 more they are 44 g, past it.
    assert errors(dal(lines={"olive oil": (7, "tbsp", "sauteed")})) == []
    twice = dal(lines={"olive oil": (7, "tbsp", "sauteed"), "Olive Oil": (6, "tbsp", "raw")})
    assert any("7 tbsp and 6 tbsp" in str(problem.hint) for problem in check_dishes([twice], TABLE).errors)


def test_every_slip_says_the_way_on_and_the_file_where_one_is_known() -> None:
    slip = dal(lines={"salt": (5, "tsp", "simmered")})
    found = check_dishes([slip], TABLE, places={"dal": "my/dal.toml"}).errors
    # 5 tsp of 6 g for four are 7.5 g of salt: too much salt, and too much sodium for the whole.
    assert [problem.where for problem in found] == ["my/dal.toml", "my/dal.toml, ingredients[4]"]
    assert "5 tsp for 4" in str(found[1].hint)


def test_energy_that_the_macronutrients_do_not_bear_out_is_an_error() -> None:
    values = TABLE.values.copy()
    lentils = CATALOGUE["red lentils, dry"].food_id
    values.loc[lentils, "energy_kcal"] = 35.8  # a tenth: the decimal point has slipped
    wrong = FoodTable(TABLE.foods, values)
    # (280 x 0.358 + oil 27 x 8.84 + ...) / 4 = 104 kcal, where the macronutrients make 315
    found = [str(problem) for problem in check_dishes([dal()], wrong).errors]
    assert any("protein, fat and carbohydrate make" in problem for problem in found), found


# Worth a look

LOOKS = [
    ({"lines": {"butternut squash": (300, "g", "simmered")}}, "no step uses `butternut squash`"),
    ({"steps": [*STEPS, "Bake at 200 C for 10 minutes."]}, "200 C alone"),
    ({"steps": [*STEPS, "Bake at 400 F for 10 minutes."]}, "400 F alone"),
    ({"lines": {"red lentils, dry": (40, "g", "simmered"), "rice noodles": (200, "g", "boiled")}}, "g of protein"),
    ({"lines": {"salt": (1.3, "tsp", "simmered")}}, "mg of sodium; above 600"),
    ({"sides": ["rice"], "lines": {"tomatoes": None, "lemon juice": None}}, "plant iron without vitamin C"),
]


@pytest.mark.parametrize(("change", "said"), LOOKS)
def test_what_is_worth_a_look_is_a_warning_only(change, said) -> None:
    dish = dal(**change)
    assert errors(dish) == []
    found = warnings(dish)
    assert any(said in problem for problem in found), found


def test_celsius_and_fahrenheit_must_be_the_same_heat() -> None:
    assert errors(dal(steps=[*STEPS, "Bake at 200 C / 400 F."])) == []
    assert warnings(dal(steps=[*STEPS, "Bake at 200 C / 400 F, then at 180 °C / 350 °F."])) == []
    assert warnings(dal(steps=[*STEPS, "Bake at 180-200 C / 350-400 F."])) == []
    assert "200 C are 392 F" in errors(dal(steps=[*STEPS, "Bake at 200 C / 350 F."]))[0]


@pytest.mark.parametrize("said", ["tomato", "Tomatoes", "the chopped tomatoes"])
def test_a_step_may_name_an_ingredient_in_its_own_words(said) -> None:
    steps = (STEPS[0].replace("the tomatoes", said), STEPS[1])
    assert warnings(dal(steps=steps)) == []


def test_two_dishes_that_are_nearly_one_are_named_and_two_cousins_are_not() -> None:
    twin = dal("my-dal", title="Grandmother's dal", lines={"cilantro": (10, "g", "raw")}, steps=[*STEPS, "Cilantro."])
    cousin = dal("beans", title="Beans", lines={"red lentils, dry": None, "white beans, canned": (480, "g", "heated")},
                 steps=["Heat beans, tomatoes, salt, spinach, oil, lemon."])  # fmt: skip
    named = "is nearly the dish `my-dal` (Grandmother's dal): both are mostly tomatoes, red lentils, dry, spinach"
    assert any(named in problem for problem in warnings(dal(), twin))
    assert not any("nearly" in problem for problem in warnings(dal(), cousin))
    assert any("has the same title" in problem for problem in warnings(dal(), dal("other", serves=5)))


def test_dishes_are_held_against_those_they_will_stand_beside() -> None:
    found = check_dishes([dal("my-dal")], TABLE, beside=[dal("dal"), *LIBRARY])
    assert any("`dal`" in problem.what for problem in found.warnings)
    # A dish that takes another's place is not its twin.
    assert not any("same title" in p.what for p in check_dishes([dal("dal", serves=5)], TABLE, beside=[dal()]).warnings)


# The library


@cache
def report() -> Report:
    return build_report(LIBRARY, TABLE)


def fitting(diet: str, dishes: Iterable[Dish], worst: Verdict = Verdict.FITS) -> list[Dish]:
    return [dish for dish in dishes if judge_dish(dish, [DIETS[diet]])[0] <= worst]


def test_the_library_is_clean_of_errors_and_warnings() -> None:
    findings = report().findings
    assert [str(problem) for problem in (*findings.errors, *findings.warnings)] == []


def test_the_library_is_large_enough_for_weeks_without_repeats() -> None:
    courses = report().counts["course"]
    assert len(LIBRARY) >= 250
    assert courses["main"] + courses["one-pot"] >= 120
    assert courses["breakfast"] >= 45
    assert courses["side"] >= 60
    assert courses["snack"] >= 35


def test_the_mains_serve_vegetarians_vegans_and_those_who_eat_fish() -> None:
    assert len(fitting("vegetarian", MAINS)) >= 60
    assert len(fitting("vegan", MAINS)) >= 40
    # Fish as the protein, not a spoon of fish sauce.
    assert sum(dish.protein == "fish" for dish in MAINS) >= 15


@pytest.mark.parametrize("diet", REPORTED_DIETS)
def test_every_diet_has_two_weeks_of_dinner_mains_that_fit_without_a_look_at_the_label(diet) -> None:
    dinners = [dish for dish in MAINS if "dinner" in dish.meals]
    assert len(fitting(diet, dinners)) >= 14


@pytest.mark.parametrize("diet", REPORTED_DIETS)
@pytest.mark.parametrize("season", ["spring", "summer", "autumn", "winter"])
def test_every_season_has_two_weeks_of_dinner_mains_for_every_diet(diet, season) -> None:
    dinners = [dish for dish in MAINS if "dinner" in dish.meals and dish.seasons & {"all", season}]
    assert len(fitting(diet, dinners)) >= 14


def test_most_dishes_have_a_season() -> None:
    assert sum("all" in dish.seasons for dish in LIBRARY) <= len(LIBRARY) / 2


def test_iron_rich_plant_mains_have_vitamin_c_in_them_or_among_their_usual_sides() -> None:
    servings = build_servings(LIBRARY, TABLE, ["vitamin_c_mg"])
    vitamin_c = servings.column("vitamin_c_mg")
    rich = [
        row for row, dish in enumerate(LIBRARY)
        if dish.is_main and not servings.meat_g[row] and servings.nonheme_mg[row] >= PAIRED_NONHEME_MG
    ]  # fmt: skip
    assert len(rich) >= 40
    alone = [
        LIBRARY[row].slug for row in rich
        if vitamin_c[row] < PAIRED_VITAMIN_C_MG and not any(
            side.course == "side" and vitamin_c[row] + vitamin_c[other] >= PAIRED_VITAMIN_C_MG
            and any(goes_with(LIBRARY[row], side, slot) for slot in LIBRARY[row].meals)
            for other, side in enumerate(LIBRARY)
        )
    ]  # fmt: skip
    assert alone == []


def test_the_report_counts_every_dish_and_its_figures_follow_from_the_foods() -> None:
    assert sum(report().counts["course"].values()) == len(report().figures) == len(LIBRARY)
    assert sum(report().counts["minutes"].values()) == len(LIBRARY)
    assert report().counts["diet"]["omnivore"] == len(LIBRARY)
    orange = next(row for row in report().figures if row.dish.slug == "orange-wedges")
    line = orange.dish.lines[0]
    assert orange.grams == pytest.approx(line.grams)
    assert orange.kcal == pytest.approx(line.grams * TABLE.per_100g(line.ingredient.food_id, "energy_kcal") / 100)


def test_the_report_says_where_the_library_is_rich_and_poor() -> None:
    density = report().density["vegan"]
    assert set(density) <= set(NUTRIENTS)
    assert density["vitamin_c_mg"].median > 1 > density["vitamin_b12_ug"].median
    # Half of the dishes lie above the median by its definition.
    assert density["folate_ug_dfe"].reaching > report().counts["diet"]["vegan"] / 2
    # Enough dishes carry what plants do not, or no week of them could.
    assert density["vitamin_b12_ug"].reaching >= 10
    assert density["vitamin_d_ug"].reaching >= 10


def test_the_headline_nutrients_rest_on_measured_foods() -> None:
    unmeasured = report().unmeasured
    for key in ("iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug", "vitamin_c_mg"):
        assert unmeasured[key] < 0.05, key
    # Tables skip vitamin D in plants, which hold none; it may be missing in a fifth of the food at most.
    assert unmeasured["vitamin_d_ug"] < 0.2


def test_the_bounds_of_every_course_are_known_and_the_right_way_round() -> None:
    for bounds in BOUNDS.values():
        assert np.all(np.diff([*bounds.kcal]) > 0)
        assert np.all(np.diff([*bounds.grams]) > 0)


def test_a_set_of_dishes_that_no_vegan_eats_is_reported_all_the_same() -> None:
    few = build_report([dal(lines={"ghee": (2, "tbsp", "sauteed")}, steps=[*STEPS, "Ghee."])], TABLE)
    assert few.density["vegan"] == {}
    assert few.density["omnivore"]["iron_mg"].median > 1


# What a label hides, ingredient by ingredient: (ingredient, diet, what it must not be called better than)

REFUSED, LABEL = Verdict.REFUSED, Verdict.CHECK_LABEL
TRAPS = [
    # vegetarian: rennet, gelatin, lard, stock and fish in what looks like plants and milk
    ("parmesan", "vegetarian", REFUSED),
    ("grana padano", "vegetarian", REFUSED),
    ("pecorino romano", "vegetarian", REFUSED),
    ("gorgonzola", "vegetarian", REFUSED),
    ("parmesan", "pescatarian", REFUSED),
    ("pesto", "vegetarian", REFUSED),
    ("worcestershire sauce", "vegetarian", REFUSED),
    ("gelatin", "vegetarian", REFUSED),
    ("gelatin", "pescatarian", REFUSED),
    ("lard", "vegetarian", REFUSED),
    ("beef tallow", "vegetarian", REFUSED),
    ("chicken stock, low-sodium", "pescatarian", REFUSED),
    ("beef stock", "vegetarian", REFUSED),
    ("puff pastry", "vegan", LABEL),
    ("puff pastry", "gluten-free", REFUSED),
    ("fish sauce", "vegetarian", REFUSED),
    ("oyster sauce", "vegetarian", REFUSED),
    ("anchovies, canned", "vegetarian", REFUSED),
    ("cod liver oil", "vegetarian", REFUSED),
    ("kimchi", "vegetarian", REFUSED),
    ("kimchi", "vegan", LABEL),
    ("miso", "vegetarian", REFUSED),
    ("miso", "vegan", LABEL),
    ("white wine, for cooking", "vegetarian", REFUSED),
    # vegan: milk, egg and honey where nobody looks for them
    ("naan", "vegan", REFUSED),
    ("pesto", "vegan", REFUSED),
    ("ghee", "vegan", REFUSED),
    ("honey", "vegan", REFUSED),
    ("egg noodles", "vegan", REFUSED),
    ("mayonnaise", "vegan", REFUSED),
    ("dark chocolate", "vegan", LABEL),
    ("whole-wheat bread", "vegan", LABEL),
    ("veggie burgers", "vegan", LABEL),
    ("margarine", "vegan", LABEL),
    ("breadcrumbs", "vegan", LABEL),
    # gluten: wheat under other names, malt, and oats that touched it
    ("soy sauce", "gluten-free", REFUSED),
    ("reduced-sodium soy sauce", "gluten-free", REFUSED),
    ("tamari", "gluten-free", REFUSED),
    ("miso", "gluten-free", REFUSED),
    ("rolled oats", "gluten-free", REFUSED),
    ("oat milk, fortified", "gluten-free", REFUSED),
    ("couscous", "gluten-free", REFUSED),
    ("bulgur", "gluten-free", REFUSED),
    ("semolina", "gluten-free", REFUSED),
    ("spelt", "gluten-free", REFUSED),
    ("pearl barley", "gluten-free", REFUSED),
    ("soba noodles", "gluten-free", REFUSED),
    ("corn flakes, fortified", "gluten-free", REFUSED),
    ("imitation crab", "gluten-free", REFUSED),
    ("vegetable stock", "gluten-free", REFUSED),
    ("yeast extract spread", "gluten-free", REFUSED),
    ("worcestershire sauce", "gluten-free", REFUSED),
    # milk: without lactose is not without milk
    ("ghee", "dairy-free", REFUSED),
    ("lactose-free milk", "dairy-free", REFUSED),
    ("naan", "dairy-free", REFUSED),
    ("margarine", "dairy-free", REFUSED),
    ("dark chocolate", "dairy-free", REFUSED),
    ("pesto", "dairy-free", REFUSED),
    # nuts: in pastes and drinks, and peanuts with them
    ("pesto", "nut-free", REFUSED),
    ("granola", "nut-free", REFUSED),
    ("peanut butter", "nut-free", REFUSED),
    ("almond milk, fortified", "nut-free", REFUSED),
    ("ground almonds", "nut-free", REFUSED),
    ("dark chocolate", "nut-free", REFUSED),
    # and the rest
    ("hummus", "sesame-free", REFUSED),
    ("miso", "soy-free", REFUSED),
    ("mayonnaise", "egg-free", REFUSED),
    ("imitation crab", "fish-free", REFUSED),
    ("oyster sauce", "shellfish-free", REFUSED),
    ("vanilla extract", "alcohol-free", REFUSED),
]


@pytest.mark.parametrize(("name", "diet", "least"), TRAPS)
def test_a_trap_is_never_called_better_than_it_is(name, diet, least) -> None:
    verdict, reasons = judge_ingredient(CATALOGUE.resolve(name), [DIETS[diet]])
    assert verdict >= least
    assert reasons


@pytest.mark.parametrize(
    ("name", "diet"),
    [
        ("coconut milk, canned", "dairy-free"),
        ("coconut milk, canned", "nut-free"),
        ("tahini", "nut-free"),
        ("quinoa", "gluten-free"),
        ("paneer", "vegetarian"),
        ("vegetarian hard cheese", "vegetarian"),
        ("refried beans, vegetarian", "vegan"),
        ("almond butter", "dairy-free"),
    ],
)
def test_what_only_sounds_like_a_trap_fits(name, diet) -> None:
    assert judge_ingredient(CATALOGUE[name], [DIETS[diet]]) == (Verdict.FITS, [])


def test_plain_refried_beans_are_not_taken_for_those_without_lard() -> None:
    assert "refried beans" not in CATALOGUE
    assert "refried beans, vegetarian" in CATALOGUE


def test_no_vegan_dish_of_the_library_holds_more_than_plants_for_certain() -> None:
    animal = {"meat", "fish", "crustacean", "mollusc", "egg", "milk", "honey", "gelatin", "animal_rennet", "blood"}
    for dish in fitting("vegan", LIBRARY, worst=Verdict.CHECK_LABEL):
        assert not any(animal & line.ingredient.contains for line in dish.lines), dish.slug
    for dish in fitting("vegan", LIBRARY):
        assert not any(animal & line.ingredient.unverified for line in dish.lines), dish.slug
