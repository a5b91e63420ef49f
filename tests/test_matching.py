"""A line of a recipe finds its food, and nothing is called certain that is not."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods.ingredients import read_catalogue
from foods.retention import cooking_words
from mealplan.recipes.cooking import USUAL, VERBS, guess_cook
from mealplan.recipes.drafts import match_line, read_lines
from mealplan.recipes.kitchen_words import read_kitchen_names, words
from mealplan.recipes.matching import Certainty, Matcher
from mealplan.recipes.quantities import read_measure, split_lines
from mealplan.recipes.sources import read_recipes

RECIPES = Path(__file__).parent / "recipes"
EXPECTED = {
    name: entry["ingredients"]
    for name, entry in tomllib.loads((RECIPES / "expected.toml").read_text(encoding="utf-8")).items()
}
CATALOGUE = read_catalogue()
MATCHER = Matcher(CATALOGUE)

AMOUNTS = [
    ("1½ cups all-purpose flour", 1.5, "cup", "all-purpose flour"),
    ("1 1/2 cups oats", 1.5, "cup", "oats"),
    ("1 ¹/₂ cups oats", 1.5, "cup", "oats"),
    ("½ tsp. salt", 0.5, "tsp", "salt"),
    ("1,5 kg carrots", 1.5, "kg", "carrots"),
    ("2-3 garlic cloves, minced", 2.5, None, "garlic cloves"),
    ("2 to 3 tablespoons soy sauce", 2.5, "tbsp", "soy sauce"),
    ("a pinch of salt", 1, "pinch", "salt"),
    ("half a lemon", 0.5, None, "lemon"),
    ("A handful of basil leaves", 1, "handful", "basil leaves"),
    ("1 T olive oil", 1, "tbsp", "olive oil"),
    ("1 t. dried oregano", 1, "tsp", "dried oregano"),
    ("1 dozen eggs", 12, None, "eggs"),
    ("400g tin chopped tomatoes", 1, "can", "chopped tomatoes"),
    ("1 (14 oz) can chickpeas, drained", 1, "can", "chickpeas"),
    ("2 x 400g tins black beans", 2, "can", "black beans"),
    ("2 (15-ounce) cans black beans", 2, "can", "black beans"),
    ("1 28-oz can crushed tomatoes", 1, "can", "crushed tomatoes"),
    ("One 28-ounce can whole tomatoes", 1, "can", "whole tomatoes"),
    ("1 kg/2 lb 4 oz potatoes, peeled", 1, "kg", "potatoes"),
    ("1 cup plus 2 tablespoons milk", 266.2, "ml", "milk"),  # 1 x 236.6 + 2 x 14.79
    ("3 cloves of garlic", 3, "clove", "garlic"),
    ("2 large cloves garlic", 2, "clove", "garlic"),
    ("1-inch piece of ginger, grated", 1, "inch", "piece of ginger"),
    ("Spinach - 200 g", 200, "g", "Spinach"),
    ("▢ 1/4 cup olive oil", 0.25, "cup", "olive oil"),
    ("Juice of 2 limes", 2, "piece", "lime juice"),
    ("8 fl oz milk", 8, "fl oz", "milk"),
    ("salt, to taste", None, None, "salt"),
    ("thumb-sized piece of ginger, grated", 1, "thumb", "ginger"),
    ("2 thumb-size pieces ginger", 2, "thumb", "ginger"),
    ("a little milk, if needed", 1, "splash", "milk"),
    ("4 EL olive oil", 4, "tbsp", "olive oil"),
    ("1 dessertspoon runny honey", 1, "dessertspoon", "runny honey"),
    ("1 egg beaten with 1 tsp water, for egg wash", 1, None, "egg"),
    ("1 (28 oz.) can diced tomatoes w/ juice", 1, "can", "diced tomatoes with juice"),
]


@pytest.mark.parametrize(("line", "amount", "unit", "food"), AMOUNTS)
def test_an_amount_is_read_as_kitchens_write_it(line, amount, unit, food):
    measured = read_measure(line)
    assert measured.amount == (None if amount is None else pytest.approx(amount))
    assert (measured.unit, measured.food) == (unit, food)


WEIGHTS = [
    ("1 (28 oz) can crushed tomatoes", 794),  # 28 x 28.35
    ("1 (14 oz) can chickpeas, drained", 240),  # a can's drained weight
    ("2 (800 g) cans chickpeas", 960),  # each twice the can of 400 g: 4 x 240
    ("1 cup (200 g) basmati rice", 200),  # the author's own weight counts
    ("4 (6-ounce) salmon fillets", 680),  # 4 x 170
    ("1 stick butter", 113),
    ("2 dl milk", 203),  # 200 ml x 244 g / 240 ml
    ("1 kg mango", 690),  # as bought, 69 % edible
    ("3 garlic cloves", 9),
    ("1 bunch parsley", 30),
]


@pytest.mark.parametrize(("line", "grams"), WEIGHTS)
def test_an_amount_becomes_edible_grams(line, grams):
    found = match_line(line, MATCHER)
    assert found.finding.ingredient is not None
    assert found.weighed is not None
    weighed = found.finding.ingredient.grams(found.weighed.amount, found.weighed.unit)
    assert weighed == pytest.approx(grams, rel=0.02)


def test_cooked_grain_is_not_counted_as_dry():
    found = match_line("1 cup cooked quinoa", MATCHER)
    assert found.finding.certainty is Certainty.UNSURE
    assert found.weighed is not None
    assert found.weighed.amount == pytest.approx(0.36)
    assert "dry" in " ".join(found.checks)


def test_two_seasonings_on_a_line_are_two():
    assert split_lines("salt and freshly ground black pepper, to taste") == [
        "salt",
        "freshly ground black pepper, to taste",
    ]
    assert split_lines("Sea salt + black pepper, to taste") == ["Sea salt", "black pepper, to taste"]
    assert split_lines("S&P") == ["salt", "pepper"]
    assert split_lines("zest and juice of 1 lemon") == ["zest and juice of 1 lemon"]


def test_two_amounts_on_a_line_are_two_foods_only_where_each_names_one():
    assert split_lines("1/4 tsp baking soda + 1/4 tsp baking powder") == [
        "1/4 tsp baking soda",
        "1/4 tsp baking powder",
    ]
    for line in (
        "1 cup plus 2 tablespoons milk",
        "2 onions, 1 chopped and 1 thinly sliced",
        "1/3 cup raisins, plus 2 tbsp for topping",
    ):
        assert split_lines(line) == [line]


def matched() -> list[tuple[str, str, str, Certainty]]:
    """Recipe, line, what is found and how sure it is, beside what the line means."""
    rows = []
    for name, expected in EXPECTED.items():
        (recipe,) = read_recipes(str(RECIPES / name))
        lines = read_lines(recipe, MATCHER)
        assert len(lines) == len(expected), (name, [line.text for line in lines])
        for line, meant in zip(lines, expected, strict=True):
            found = line.finding.ingredient.name if line.finding.ingredient else ""
            rows.append((f"{name}: {line.text}", meant, found, line.finding.certainty))
    return rows


def test_the_measured_recipes_are_many_and_of_every_kind():
    assert len(EXPECTED) >= 30
    assert {Path(name).suffix for name in EXPECTED} == {".html", ".txt", ".md", ".cook", ".json"}
    assert set(EXPECTED) == {path.name for path in RECIPES.iterdir()} - {"expected.toml"}
    assert all(name == "" or CATALOGUE.resolve(name).name == name for names in EXPECTED.values() for name in names)


def test_most_lines_of_recipes_find_their_food():
    rows = [row for row in matched() if row[1]]
    right = sum(found == meant for _, meant, found, _ in rows)
    assert right / len(rows) >= 0.95, [row for row in rows if row[1] != row[2]]
    certain = sum(certainty is Certainty.CERTAIN for *_, certainty in rows)
    assert certain / len(rows) >= 0.8


def test_no_wrong_food_is_certain():
    wrong = [row for row in matched() if row[3] is Certainty.CERTAIN and row[1] != row[2]]
    assert wrong == []


def test_what_is_said_to_be_likely_mostly_is():
    counts = Counter((certainty, found == meant) for _, meant, found, certainty in matched())
    right, wrong = counts[Certainty.LIKELY, True], counts[Certainty.LIKELY, False]
    assert right >= 9 * wrong


NOT_THAT = """
coconut flour; soy flour; gluten-free flour; oat flour; beef tomatoes; butter lettuce; cocoa butter;
celery seed; dill seed; garlic salt; celery salt; lemon pepper; lime leaves; banana leaf; stem ginger;
pickled ginger; ginger beer; pepper jack cheese; vegan parmesan; salted peanuts; smoked mackerel; smoked tofu;
turkey ham; chickpea pasta; soy milk powder; coconut sugar; peanut oil; flaxseed oil; gluten-free soy sauce;
mushroom ketchup; chestnuts; cream of mushroom soup; almond extract; tomato soup; white chocolate; apple juice;
pork belly; cheese tortellini; rice krispies; lemon curd; mint sauce; chicken sausages; corn syrup;
egg replacer; vegan sausages; milk rice; buttermilk powder; hot peppers
"""


@pytest.mark.parametrize("food", [food.strip() for food in NOT_THAT.split(";")])
@pytest.mark.parametrize("amount", ["100 g", "2 tbsp", "1"])
def test_a_food_that_the_catalogue_lacks_is_never_certain(food, amount):
    assert match_line(f"{amount} {food}", MATCHER).finding.certainty is not Certainty.CERTAIN


DOUBTS = [
    ("1 pepper, sliced", "red bell pepper"),
    ("1/4 tsp red pepper", "cayenne pepper"),
    ("1 tsp thyme", "dried thyme"),
    ("1 tsp ginger", "ground ginger"),
    ("1 tsp coriander", "coriander seed"),
    ("2 tbsp tomato puree", "tomato paste"),
    ("1 cup black beans, drained and rinsed", "black beans, canned"),
    ("1 cup chicken or vegetable stock", "chicken stock, low-sodium"),
    ("2 cups diced tomatoes", "canned tomatoes"),
    ("2 ears corn", "corn on the cob"),
    ("sour cream, grated cheddar and sliced scallions", "sour cream"),
    ("1 cup spinnach", "spinach"),
    ("100 g beansprouts", "bean sprouts"),
    ("2 tbsp Worcestershire", "worcestershire sauce"),
    ("1 (14-oz) can plum tomatoes", "canned tomatoes"),
]


@pytest.mark.parametrize(("line", "name"), DOUBTS)
def test_what_may_be_several_foods_is_offered_and_said(line, name):
    found = match_line(line, MATCHER)
    assert found.finding.certainty in (Certainty.LIKELY, Certainty.UNSURE)
    assert found.finding.candidates[0] == name
    assert found.checks


SURE = [
    ("1 tbsp grated ginger", "ginger"),
    ("1 tsp fresh thyme leaves, chopped", "thyme"),
    ("2 boneless, skinless chicken breasts", "chicken breast"),
    ("1 can lentils", "lentils, canned"),
    ("100g dried black beans", "black beans, dry"),
    ("3 cloves garlic", "garlic"),
    ("1 block (14 oz) extra-firm tofu, pressed", "extra-firm tofu"),
    ("12 basil leaves", "basil"),
    ("1 tbsp chopped fresh dill (or 1 tsp dried)", "dill"),
    ("peaches, canned in juice", "peaches, canned in juice"),
    ("2 tomatoes, chopped", "tomatoes"),
    ("6 spring onions", "green onions"),
    ("500g spinach, washed (frozen is fine)", "spinach"),
    ("2 soft-boiled eggs", "eggs"),
    ("100 g crème fraîche", None),
]


@pytest.mark.parametrize(("line", "name"), SURE)
def test_a_name_of_the_catalogue_is_certain_whatever_was_done_to_it(line, name):
    found = match_line(line, MATCHER).finding
    assert (found.certainty is Certainty.CERTAIN) == (name is not None)
    assert name is None or found.candidates == (name,)


def test_every_plain_name_of_the_catalogue_finds_itself():
    wrong = {}
    for ingredient in CATALOGUE.ingredients:
        found = match_line(f"100 g {ingredient.name}", MATCHER).finding
        if found.certainty is Certainty.CERTAIN and found.candidates != (ingredient.name,):
            wrong[ingredient.name] = found.candidates
    assert wrong == {}


def test_kitchen_names_lead_to_the_catalogue_and_are_no_names_of_it():
    names = read_kitchen_names()
    assert all(name in CATALOGUE for name in names.likely.values())
    assert all(name in CATALOGUE for options in names.unsure.values() for name in options)
    assert not set(names.likely) & set(names.unsure)


STEPS = (
    "Heat the oil and saute the onion until soft.",
    "Add the lentils and stock and bring to a boil. Simmer for 20 minutes.",
    "Boil the pasta in salted water and drain.",
    "Roast the carrots for 30 minutes.",
    "Take off the heat, squeeze over the lemon juice and scatter with parsley.",
)
COOKED = [
    ("onion", "sauteed"),
    ("red lentils, dry", "simmered"),
    ("pasta", "boiled"),
    ("carrots", "roasted"),
    ("parsley", "raw"),
    ("lemon juice", "raw"),
]


@pytest.mark.parametrize(("name", "cook"), COOKED)
def test_the_steps_tell_how_it_is_cooked(name, cook):
    found = guess_cook(CATALOGUE[name], name, STEPS)
    assert (found.cook, found.guessed) == (cook, False)


def test_without_word_in_the_steps_the_usual_way_is_a_guess():
    found = guess_cook(CATALOGUE["chicken breast"], "chicken breast", ("Simmer the rice.",))
    assert (found.cook, found.guessed) == ("roasted", True)
    assert guess_cook(CATALOGUE["spinach"], "spinach", ("Toss everything in a bowl.",)).cook == "raw"


@pytest.mark.parametrize("family", sorted({ingredient.family for ingredient in CATALOGUE.ingredients}))
def test_every_guess_fits_its_family(family):
    assert USUAL[family] in cooking_words(family)
    ingredient = next(one for one in CATALOGUE.ingredients if one.family == family)
    for cook, _ in VERBS:
        steps = (f"The {words(ingredient.name)[-1]} is {cook}.",)
        assert guess_cook(ingredient, ingredient.name, steps).cook in cooking_words(family)


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text):
    for line in split_lines(text):
        found = match_line(line, MATCHER)
        assert 0 <= found.finding.confidence <= 1
        if found.weighed is not None:
            assert found.finding.ingredient is not None
            assert found.finding.ingredient.grams(found.weighed.amount, found.weighed.unit) > 0


@given(
    st.sampled_from(["1", "2-3", "1/2", "400g", "1 (14 oz) can", "2 tbsp", "a pinch of", "0", "1/0", ""]),
    st.sampled_from([ingredient.name for ingredient in CATALOGUE.ingredients]),
    st.sampled_from(["", ", chopped", " (optional)", ", drained", " or butter", ", to serve"]),
)
def test_a_certain_match_is_the_food_that_was_named(amount, name, tail):
    found = match_line(f"{amount} {name}{tail}", MATCHER)
    if found.finding.certainty is Certainty.CERTAIN:
        said = set(words(found.finding.candidates[0])) | {
            word for alias in CATALOGUE[found.finding.candidates[0]].aliases for word in words(alias)
        }
        assert set(words(name)) & said
