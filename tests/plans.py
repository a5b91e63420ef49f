"""A realistic plan made by hand: no solver, no embedded data, and figures that follow from its grams.

`build_plan` gives the document, `build_dishes` its recipes, `TABLE` the few foods it is made of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import cycle, islice

import pandas as pd

from foods.ingredients import Catalogue, Ingredient, Package
from foods.table import FoodTable
from mealplan.coverage import find_shortfalls, plan_coverage, plan_iron
from mealplan.dishes import SLOTS, Dish, Line
from mealplan.notices import banners
from mealplan.people import Person, default_person
from mealplan.plan import (
    Coverage,
    Day,
    Meal,
    MealIron,
    Plan,
    PlannedDish,
    PlanPerson,
    PlanTarget,
    Portion,
    Shortfall,
    Solve,
)
from mealplan.shopping import shopping_list
from mealplan.targets import targets_for

START = date(2026, 3, 2)  # a Monday

KEYS = (
    "energy_kcal", "iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug", "vitamin_d_ug", "vitamin_c_mg",
)  # fmt: skip

# name | food id | aisle | package=grams | measure=grams | edible share | KEYS per 100 g; a bare `-` is unmeasured
_FOODS = """
rolled oats | 169705 | breakfast | 500 g bag=500 | cup=81 | 1 | 379 4.3 138 32 0 0 0
fortified soy milk | 175215 | plant milk & tofu | 1 l carton=1040 | cup=245 | 1 | 44 0.6 19 12 1.1 1.2 0
pumpkin seeds | 170556 | nuts & seeds | 200 g bag=200 | tbsp=9 | 1 | 559 8.8 550 58 0 0 1.9
blueberries | 171711 | produce | 250 g punnet=250 | cup=148 | 1 | 57 0.3 6 6 0 0 9.7
red lentils, dry | 174284 | legumes | 500 g bag=500 | cup=192 | 1 | 358 7.4 59 204 0 0 1.7
spinach | 168462 | produce | 200 g bag=200 | cup=30 | 0.95 | 23 2.7 79 194 0 0 28.1
onion | 170000 | produce | piece=125 | piece=110 | 0.9 | 40 0.2 10 19 0 0 7.4
garlic | 169230 | produce | bulb=50 | clove=3 | 0.87 | 149 1.7 25 3 0 0 31.2
tomatoes, canned | 170051 | canned & jarred | 400 g can=400 | cup=240 | 1 | 21 1.0 11 8 0 0 12.6
brown rice | 169703 | grains & pasta | 1 kg bag=1000 | cup=185 | 1 | 367 1.3 116 23 0 0 0
red pepper | 170108 | produce | piece=160 | piece=119 | 0.82 | 31 0.4 12 46 0 0 127.7
lemon juice | 167747 | produce | bottle=200 | tbsp=15 | 1 | 22 0.1 6 20 0 0 38.7
orange | 169097 | produce | piece=190 | piece=140 | 0.73 | 47 0.1 10 30 0 0 53.2
almonds | 170567 | nuts & seeds | 200 g bag=200 | tbsp=9 | 1 | 579 3.7 270 44 0 0 0
black beans, dry | 173734 | legumes | 500 g bag=500 | cup=194 | 1 | 341 5.0 171 444 0 0 0
chickpeas, canned | 173800 | canned & jarred | 400 g can=240 | cup=164 | 1 | 139 1.1 26 45 0 0 0.1
sweet potato | 168482 | produce | piece=250 | piece=130 | 0.8 | 86 0.6 25 11 0 0 2.4
firm tofu | 172475 | plant milk & tofu | 400 g block=400 | piece=100 | 1 | 144 2.7 58 29 0 0 0.2
wholegrain bread | 172688 | bakery | 750 g loaf=750 | slice=32 | 1 | 247 2.5 75 42 0 0 0
wholewheat pasta | 168910 | grains & pasta | 500 g packet=500 | cup=105 | 1 | 352 3.6 143 57 0 0 0
kale | 168421 | produce | 200 g bag=200 | cup=21 | 0.72 | 35 1.6 33 62 0 0 93.4
salmon | 175167 | fish & seafood | 250 g packet=250 | piece=125 | 1 | 208 0.3 27 26 3.2 11.0 3.9
potatoes | 170026 | produce | 1 kg bag=1000 | piece=170 | 0.9 | 77 0.8 23 15 0 0 19.7
beef, lean strips | 168608 | meat & poultry | 300 g tray=300 | - | 1 | 155 2.4 23 5 2.4 0.1 0
broccoli | 170379 | produce | head=400 | cup=91 | 0.61 | 34 0.7 21 63 0 0 89.2
eggs | 171287 | dairy & eggs | 6 eggs=336 | piece=50 | 0.88 | 143 1.8 12 47 0.9 2.0 0
vegetarian hard cheese | 171247 | dairy & eggs | 150 g piece=150 | tbsp=5 | 1 | 392 0.8 44 7 1.2 0.5 0
yogurt | 171284 | dairy & eggs | 500 g pot=500 | cup=245 | 1 | 61 0.1 12 7 0.4 0.1 0.5
dried apricots | 173941 | nuts & seeds | 200 g bag=200 | piece=8 | 1 | 241 2.7 32 10 0 0 1
vegetable stock | 171563 | canned & jarred | 500 ml carton=500 | cup=240 | 1 | 5 - - - 0 0 0
olive oil | 171413 | oils & vinegars | 500 ml bottle=460 | tbsp=13.5 | 1 | 884 0.6 0 0 0 0 0
salt | 173468 | spices | 500 g tub=500 | tsp=6 | 1 | 0 0.3 1 0 0 0 0
ground cumin | 170923 | spices | 40 g jar=40 | tsp=2 | 1 | 375 66.4 366 10 0 0 7.7
"""
_STAPLES = {"olive oil", "salt", "ground cumin"}
_MEAT = {"beef, lean strips": "red meat", "salmon": "fish"}

# slug | title | course, kind | serves | minutes, active | lines: amount unit item @cook; ... | steps | day before
_DISHES = """
oats | Overnight oats with pumpkin seeds and blueberries | breakfast | 1 | 10, 10 | 60 g rolled oats @raw;
  200 ml fortified soy milk @raw; 2 tbsp pumpkin seeds @raw; 0.5 cup blueberries @raw | Stir the oats into
  the soy milk in the evening and chill. Top with seeds and berries in the morning. | Mix oats and soy milk
  in a jar and chill

tofu-scramble | Tofu scramble on wholegrain toast | breakfast | 2 | 15, 15 | 250 g firm tofu @sauteed; 1
  tbsp olive oil @sauteed; 100 g spinach @sauteed; 4 slice wholegrain bread @toasted; 0.25 tsp salt @sauteed
  | Crumble the tofu into the hot oil and let it colour, 6 minutes. Fold in the spinach and the salt. Serve
  on the toast. |

eggs-on-toast | Poached eggs on toast with spinach | breakfast | 1 | 15, 15 | 2 piece eggs @poached; 2 slice
  wholegrain bread @toasted; 60 g spinach @steamed; 0.0625 tsp salt @poached | Poach the eggs in barely
  simmering water, 3 minutes. Wilt the spinach in the steam. Serve on the toast. |

muesli | Yogurt with oats, apricots and almonds | breakfast | 1 | 5, 5 | 200 g yogurt @raw; 40 g rolled oats
  @raw; 5 piece dried apricots @raw; 2 tbsp almonds @raw | Cut the apricots small. Stir everything together.
  |

dal | Red lentil dal with spinach | main | 4 | 35, 15 | 250 g red lentils, dry @simmered; 200 g spinach
  @simmered; 1 piece onion @sauteed; 3 clove garlic @sauteed; 2 tbsp olive oil @sauteed; 2 tsp ground cumin
  @sauteed; 0.75 tsp salt @simmered; 2 tbsp lemon juice @raw | Rinse the lentils until the water runs clear.
  Soften the onion and the garlic in the oil, 8 minutes, then stir in the cumin. Add the lentils and 900 ml
  of water and simmer for 20 minutes. Stir in the spinach and the salt. Sharpen with the lemon juice. |

chili | Black bean chili with sweet potato | main | 4 | 90, 20 | 300 g black beans, dry @boiled; 2 piece
  sweet potato @simmered; 1 piece red pepper @simmered; 400 g tomatoes, canned @simmered; 1 piece onion
  @sauteed; 2 tbsp olive oil @sauteed; 1 tbsp ground cumin @sauteed; 1 tsp salt @simmered | Drain the soaked
  beans and boil them in fresh water until soft, 60 minutes. Soften the onion in the oil with the cumin. Add
  beans, sweet potato, pepper, tomatoes and salt, and simmer for 25 minutes. | Soak the black beans in
  plenty of water

chickpea-stew | Chickpea and kale stew with lemon | one-pot | 4 | 30, 15 | 480 g chickpeas, canned @heated;
  200 g kale @simmered; 400 g tomatoes, canned @simmered; 500 ml vegetable stock @simmered; 2 clove garlic
  @sauteed; 2 tbsp olive oil @sauteed; 3 tbsp lemon juice @raw | Warm the garlic in the oil. Add tomatoes,
  stock and chickpeas and simmer for 15 minutes. Add the kale for the last 5 minutes, then the lemon juice.
  |

pasta | Wholewheat pasta with white beans, kale and vegetarian hard cheese | main | 2 | 25, 20 | 180 g
  wholewheat pasta @boiled; 150 g chickpeas, canned @heated; 120 g kale @boiled; 4 tbsp vegetarian hard
  cheese @raw; 1 tbsp olive oil @raw; 1 clove garlic @sauteed | Boil the pasta, the kale with it for the
  last 4 minutes. Warm the beans with garlic and oil. Toss everything with the cheese. |

salmon | Baked salmon with potatoes and broccoli | one-pot | 2 | 45, 15 | 250 g salmon @baked; 400 g
  potatoes @roasted; 250 g broccoli @steamed; 1 tbsp olive oil @roasted; 0.25 tsp salt @roasted; 1 tbsp
  lemon juice @raw | Roast the potatoes in the oil at 200 C / 400 F for 25 minutes. Lay the salmon beside
  them for 15 minutes more. Steam the broccoli. Finish with salt and lemon. |

stir-fry | Beef and broccoli stir-fry | main | 2 | 25, 25 | 250 g beef, lean strips @stir-fried; 300 g
  broccoli @stir-fried; 1 piece red pepper @stir-fried; 2 clove garlic @stir-fried; 1 tbsp olive oil
  @stir-fried; 0.25 tsp salt @stir-fried | Brown the beef in two batches in very hot oil and take it out.
  Stir-fry broccoli, pepper and garlic for 4 minutes. Return the beef and salt it. |

lentil-soup | Lentil and tomato soup | main | 4 | 40, 10 | 240 g red lentils, dry @simmered; 400 g tomatoes,
  canned @simmered; 1 piece onion @sauteed; 1 tbsp olive oil @sauteed; 750 ml vegetable stock @simmered |
  Soften the onion in the oil. Add lentils, tomatoes and stock and simmer for 25 minutes. |

rice | Brown rice | side, rice | 4 | 35, 5 | 260 g brown rice @boiled; 0.25 tsp salt @boiled | Boil the rice
  in plenty of water until tender, 30 minutes. Drain and salt. |

pepper-salad | Red pepper salad with lemon | side, salad | 2 | 10, 10 | 2 piece red pepper @raw; 1 tbsp
  olive oil @raw; 1 tbsp lemon juice @raw | Slice the peppers thinly. Dress with oil and lemon. |

bread | Wholegrain bread | side, bread | 1 | 0, 0 | 2 slice wholegrain bread @heated | Slice. |

broccoli-side | Steamed broccoli with lemon | side, vegetable | 2 | 10, 5 | 250 g broccoli @steamed; 1 tbsp
  lemon juice @raw | Steam the broccoli for 6 minutes. Sharpen with lemon. |

orange | An orange | side, fruit | 1 | 0, 0 | 1 piece orange @raw | Peel. |

seeds | Pumpkin seeds and dried apricots | snack | 1 | 0, 0 | 3 tbsp pumpkin seeds @raw; 4 piece dried
  apricots @raw | Serve. |

orange-almonds | Orange and almonds | snack | 1 | 5, 5 | 1 piece orange @raw; 3 tbsp almonds @raw | Peel the
  orange. Serve with the almonds. |

soy-milk | Fortified soy milk | drink | 1 | 0, 0 | 250 ml fortified soy milk @raw | Pour. |
"""

# breakfast / lunch / dinner / snack; `slug*n` is n servings
_MENU = (
    "oats / chickpea-stew, bread / dal, rice, pepper-salad*1.5 / orange-almonds, soy-milk",
    "tofu-scramble, orange / lentil-soup, bread*1.5, orange / salmon*1.5, pepper-salad / seeds",
    "muesli / dal, bread / pasta*1.25, pepper-salad / orange-almonds",
    "oats*1.5 / pasta, orange / chili, rice*0.5, pepper-salad / seeds, soy-milk",
    "eggs-on-toast, orange / chili*1.5 / stir-fry, rice, broccoli-side / orange-almonds",
    "tofu-scramble*1.5, soy-milk / lentil-soup*1.5, bread / chickpea-stew, rice / seeds*0.5, orange",
    "oats, orange / salmon, broccoli-side / dal*1.5, rice, pepper-salad / orange-almonds, soy-milk",
)

ORIGINS = (
    {"id": "sr", "title": "USDA SR Legacy", "release": "2018-04", "licence": "CC0 1.0"},
    {"id": "r6", "title": "USDA Table of Nutrient Retention Factors", "release": "6", "licence": "CC0 1.0"},
)


def _rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def _build_table() -> FoodTable:
    rows = _rows(_FOODS)
    ids = [row[1] for row in rows]
    values = [[math.nan if v == "-" else float(v) for v in row[6].split()] for row in rows]
    return FoodTable(
        pd.DataFrame({"description": [row[0] for row in rows]}, index=ids), pd.DataFrame(values, ids, list(KEYS))
    )


TABLE = _build_table()


@cache
def build_catalogue() -> Catalogue:
    """The ingredients of the dishes below."""
    return Catalogue(_ingredient(*row) for row in _rows(_FOODS))


def _ingredient(name: str, food_id: str, aisle: str, package: str, measure: str, share: str, _: str) -> Ingredient:
    sold, sold_grams = package.rsplit("=", 1)
    unit, _, grams = measure.partition("=")
    return Ingredient(
        name=name,
        food_id=food_id,
        state="raw",
        family="none",
        aisle=aisle,
        food_group=_MEAT.get(name, "vegetable"),
        contains=frozenset({"meat"} if name in _MEAT else ()),
        unverified=frozenset({"celery", "animal_rennet"} if name == "vegetable stock" else ()),
        heme_fraction=0.4 if name in _MEAT else 0.0,
        measures={unit: float(grams)} if grams else {},
        edible_share=float(share),
        packages=(Package(label=sold, grams=float(sold_grams)),),
        keeps_days=365 if name in _STAPLES else 5,
        staple=name in _STAPLES,
    )


@cache
def build_dishes() -> Mapping[str, Dish]:
    """The recipes of the plan, by slug."""
    blocks = (" ".join(block.split()) for block in _DISHES.split("\n\n"))
    return {row[0]: _dish(*row) for row in _rows("\n".join(blocks))}


def _dish(slug: str, title: str, role: str, serves: str, times: str, lines: str, steps: str, before: str) -> Dish:
    course, _, kind = role.partition(", ")
    minutes, active = (int(part) for part in times.split(","))
    meals = {"breakfast": {"breakfast"}, "snack": {"snack"}}.get(course, {"lunch", "dinner"})
    return Dish(
        slug=slug,
        title=title,
        course=course,  # type: ignore[arg-type]
        meals=frozenset(meals),  # type: ignore[arg-type]
        serves=float(serves),
        minutes=minutes,
        active_minutes=active,
        cuisine="Any",
        protein="beans" if course in ("main", "one-pot") else "",
        kind=kind or None,  # type: ignore[arg-type]
        sides=frozenset(),
        seasons=frozenset({"all"}),
        keeps_days=3 if course in ("main", "one-pot") else 0,
        freezes=slug in ("dal", "chili"),
        difficulty="easy",
        lines=tuple(_line(line.strip()) for line in lines.split(";")),
        steps=tuple(f"{step.strip().rstrip('.')}." for step in steps.split(". ")),
        day_before=before,
    )


def _line(text: str) -> Line:
    said, _, cook = text.partition(" @")
    amount, unit, name = said.split(" ", 2)
    ingredient = build_catalogue()[name]
    size = ingredient.grams(float(amount), unit)
    return Line(
        ingredient=ingredient,
        amount=float(amount),
        unit=unit,
        grams=size,
        cook=cook,
        retention=None,
        note="finely chopped" if name == "onion" else "",
    )


def build_plan(
    days: int = 7,
    people: Sequence[Person] = (),
    banner_lines: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
) -> Plan:
    """A plan of ``days`` days of the menu above, repeated as needed, each person eating the same.

    From the second person on servings are half as much again. ``titles`` renames dishes by slug.
    """
    people = tuple(people) or (default_person(),)
    planned = tuple(_day(number, menu, people, titles or {}) for number, menu in enumerate(islice(cycle(_MENU), days)))
    covered: list[Coverage] = []
    iron: list[MealIron] = []
    short: list[Shortfall] = []
    held = [_person(person) for person in people]
    for person in held:
        meals = plan_iron(planned, person.id, TABLE, build_catalogue())
        rows = plan_coverage(planned, person.id, person.targets, meals, TABLE)
        rows = tuple(_filled(row, place) for place, row in enumerate(rows))
        iron += meals
        covered += rows
        short += find_shortfalls(rows, person.targets, {"vitamin_d_ug": 97.4})
    return Plan(
        program="mealplan 0.1.0",
        created=datetime(2026, 2, 27, 18, 30, tzinfo=UTC),
        request={"diets": ["omnivore"], "avoid": ["mushroom"], "days": days, "start": START.isoformat(), "seed": 7},
        people=tuple(held),
        days=planned,
        coverage=tuple(covered),
        iron=tuple(iron),
        shortfalls=tuple(short),
        shopping=tuple(
            line.model_copy(update={"check_label": ("vegetable stock may contain celery: check the label",)})
            if line.ingredient == "vegetable stock"
            else line
            for line in shopping_list(planned, build_catalogue())
        ),
        solve=Solve(status="near", objective=148.62, bound=142.38, gap=0.042, seconds=21.4, solver="HiGHS", seed=7),
        banners=(*banner_lines, *(line for person in people for line in banners(person))),
        origins=ORIGINS,
    )


def _person(person: Person) -> PlanPerson:
    targets = tuple(
        PlanTarget(
            nutrient=target.nutrient,
            lower=target.lower,
            upper=target.upper,
            goal=target.goal,
            authority=str(target.authority),
            upper_authority=str(target.upper_authority or ""),
            period=target.period,
            weight=target.weight,
            headline=target.headline,
            note=target.note,
        )
        for target in targets_for(person)
    )
    attributes = person.model_dump(mode="json", exclude_none=True)
    return PlanPerson(id=person.id, attributes=attributes, assumed=person.assumed, targets=targets)


def _day(number: int, menu: str, people: Sequence[Person], titles: Mapping[str, str]) -> Day:
    meals = tuple(
        Meal(slot=slot, dishes=tuple(_plate(text.strip(), people, titles) for text in dishes.split(",")))
        for slot, dishes in zip(SLOTS, menu.split("/"), strict=True)
    )
    return Day(date=START + timedelta(days=number), day=number + 1, meals=meals)


def _plate(text: str, people: Sequence[Person], titles: Mapping[str, str]) -> PlannedDish:
    slug, _, size = text.partition("*")
    dish = build_dishes()[slug]
    servings = {person.id: float(size or 1) * (1.5 if place else 1) for place, person in enumerate(people)}
    return PlannedDish(
        dish=slug,
        title=titles.get(slug, dish.title),
        servings=servings,
        ingredients=tuple(
            Portion(
                ingredient=line.ingredient.name,
                food_id=line.ingredient.food_id,
                grams={person: round(line.grams / dish.serves * size, 4) for person, size in servings.items()},
                retention=line.retention,
            )
            for line in dish.lines
        ),
    )


def _filled(row: Coverage, place: int) -> Coverage:
    """A row for a nutrient the hand table does not hold: near its bound, a little different every day."""
    if row.nutrient in (*KEYS, "absorbed_iron_mg"):
        return row
    base = row.target * (1.02 + place % 7 / 10) if row.target else (row.upper or 0) * 0.8
    daily = tuple(round(base * (0.96 + (place + day) % 5 * 0.02), 3) for day in range(len(row.daily)))
    return row.model_copy(
        update={
            "daily": daily,
            "mean": round(sum(daily) / len(daily), 3),
            "worst": min(daily) if row.target else max(daily),
            "unmeasured": place % 4 / 50,
        }
    )
