"""A dish is what its sauces are."""

import pytest

from foods.ingredients import read_catalogue
from mealplan.diets import (
    DIETS,
    UnknownAvoid,
    UnknownDiet,
    Verdict,
    find_diets,
    judge_dish,
    judge_ingredient,
    resolve_avoid,
)
from mealplan.dishes import build_dish

CATALOGUE = read_catalogue()

# What a cook easily overlooks: (ingredient, diet it breaks).
TRAPS = [
    ("parmesan", "vegetarian"),
    ("gorgonzola", "vegetarian"),
    ("worcestershire sauce", "vegetarian"),
    ("gelatin", "vegetarian"),
    ("lard", "vegetarian"),
    ("chicken stock, low-sodium", "vegetarian"),
    ("fish sauce", "vegetarian"),
    ("oyster sauce", "vegetarian"),
    ("anchovies, canned", "vegetarian"),
    ("honey", "vegan"),
    ("ghee", "vegan"),
    ("egg noodles", "vegan"),
    ("mayonnaise", "vegan"),
    ("soy sauce", "gluten-free"),
    ("couscous", "gluten-free"),
    ("bulgur", "gluten-free"),
    ("imitation crab", "gluten-free"),
    ("ghee", "dairy-free"),
    ("pesto", "nut-free"),
    ("tahini", "sesame-free"),
]


def dish_of(*names):
    entry = {
        "title": "A dish", "course": "main", "meals": ["dinner"], "serves": 1, "minutes": 5, "active_minutes": 5,
        "cuisine": "Any", "protein": "beans", "steps": ["Cook."],
        "ingredients": [{"item": name, "amount": 50, "unit": "g", "cook": "raw"} for name in names],
    }  # fmt: skip
    dish, problems = build_dish("a-dish", entry, CATALOGUE)
    assert not problems, problems
    return dish


@pytest.mark.parametrize(("name", "diet"), TRAPS)
def test_a_known_trap_is_refused_and_the_reason_names_it(name, diet):
    verdict, reasons = judge_ingredient(CATALOGUE[name], [DIETS[diet]])
    assert verdict is Verdict.REFUSED
    assert name in reasons[0]


def test_one_spoon_of_fish_sauce_makes_a_dish_not_vegetarian():
    assert judge_dish(dish_of("chickpeas, canned", "spinach"), [DIETS["vegetarian"]])[0] is Verdict.FITS
    assert judge_dish(dish_of("chickpeas, canned", "fish sauce"), [DIETS["vegetarian"]])[0] is Verdict.REFUSED


def test_what_depends_on_the_brand_is_never_called_fit():
    verdict, reasons = judge_ingredient(CATALOGUE["cheddar cheese"], [DIETS["vegetarian"]])
    assert verdict is Verdict.REFUSED
    assert "check the label" in reasons[0]
    assert judge_ingredient(CATALOGUE["rolled oats"], [DIETS["gluten-free"]])[0] is Verdict.REFUSED


def test_every_diet_refuses_what_it_names():
    for diet in DIETS.values():
        for ingredient in CATALOGUE.values():
            if diet.excludes & ingredient.contains:
                assert judge_ingredient(ingredient, [diet])[0] is Verdict.REFUSED


def test_unknown_diets_and_foods_get_the_way_on():
    with pytest.raises(UnknownDiet, match="`paleo`") as diet:
        find_diets(["paleo"])
    assert "vegetarian" in diet.value.hint
    with pytest.raises(UnknownAvoid, match="`spinnach`") as food:
        resolve_avoid(["spinnach"], CATALOGUE)
    assert "spinach" in food.value.hint
    with pytest.raises(UnknownAvoid):
        resolve_avoid([" "], CATALOGUE)


def test_every_ingredient_can_be_avoided_by_its_name():
    for ingredient in CATALOGUE.values():
        assert ingredient.name in resolve_avoid((ingredient.name,), CATALOGUE)


@pytest.mark.parametrize(
    ("food", "held", "not_held"),
    [
        ("mushroom", "UV mushrooms", "spinach"),
        ("peanut", "peanut butter", "walnuts"),
        ("tomato", "tomato paste", "potatoes"),
        ("eggs", "eggs", "eggplant"),
        ("fish", "cod", "tofu"),
    ],
)
def test_a_food_to_avoid_means_all_that_a_cook_would_mean(food, held, not_held):
    avoided = resolve_avoid([food], CATALOGUE)
    assert held in avoided
    assert not_held not in avoided


def test_vegan_is_never_laxer_than_vegetarian():
    for ingredient in CATALOGUE.values():
        vegan, vegetarian = (judge_ingredient(ingredient, [DIETS[name]])[0] for name in ("vegan", "vegetarian"))
        assert vegan >= vegetarian, ingredient.name


def test_a_vegan_checks_the_label_of_cereals_fortified_with_vitamin_d():
    assert judge_ingredient(CATALOGUE["corn flakes, fortified"], [DIETS["vegan"]])[0] is Verdict.CHECK_LABEL
