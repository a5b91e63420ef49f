"""FoodData Central's API over real sockets: three shapes made one, and every way to fail in one clear line."""

from __future__ import annotations

import json
import re
import time

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from foods.errors import FoodsError
from foods.fdc import FoodDataCentral, KeyRefused, OverLimit, Patience, Refused, Unreachable, read_key
from foods.fdc.food import NUMBERS, StrangeAnswer, build_food, numbers_of, to_table
from foods.nutrients import NUTRIENTS
from foods.portions import Portion
from foods.table import UnknownFood
from mealplan.cli import main
from tests import fdc_server
from tests.fdc_server import KEY, Server, serving

QUICK = Patience(connect_s=2, read_s=0.4, total_s=0.6, retries=2, backoff_s=0.01, longest_wait_s=2)


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def client(server: Server, tmp_path) -> FoodDataCentral:
    return FoodDataCentral(KEY, url=server.api, cache=tmp_path / "cache", patience=QUICK)


# Shapes


def test_details_search_rows_and_abridged_foods_become_the_same_food(client):
    detailed = client.food("170379")
    (flat,) = client.search("broccoli")
    abridged = next(food for food in client.list_foods(limit=1))
    assert abridged.fdc_id == "170379"
    assert detailed.amounts == flat.amounts == abridged.amounts
    assert detailed.amounts[1089] == 0.73  # iron under its id, though the row's own id is 1000007
    assert (detailed.description, detailed.data_type, detailed.category) == (
        "Broccoli, raw", "sr_legacy", "Vegetables and Vegetable Products",
    )  # fmt: skip
    assert detailed.portions == (Portion(amount=1, unit="cup chopped", grams=91),)


def test_kilojoules_and_international_units_are_never_taken_for_kcal_and_micrograms(client):
    amounts = client.food("170379").amounts
    assert amounts[1008] == 34
    assert 1062 not in amounts
    assert 1110 not in amounts


def test_a_foundation_food_has_its_energy_fat_sugars_and_fiber_under_other_ids(client):
    table = to_table([client.food("2346409")])
    got = {key: table.per_100g("2346409", key) for key in ("energy_kcal", "fat_g", "sugars_g", "fiber_g")}
    # Energy by specific factors (2048, 31.5 kcal) before general ones (2047); whole kcal, half to even.
    assert got == {"energy_kcal": 32, "fat_g": 0.22, "sugars_g": 4.86, "fiber_g": 1.8}


def test_a_survey_foods_portion_is_read_from_its_description_and_its_category_from_wweia(client):
    curry = client.food("2706398")
    assert curry.portions == (Portion(amount=1, unit="cup", grams=236),)
    assert curry.category == "Meat mixed dishes"


def test_foods_of_the_api_make_a_table_with_folate_as_dfe_and_gaps_unmeasured(client):
    table = to_table([client.food("170379"), client.food("2706398")])
    assert table.per_100g("170379", "folate_ug_dfe") == 63
    assert table.foods.loc["170379", "source_folate"] == "total (lower bound)"
    assert table.per_100g("2706398", "vitamin_c_mg") != table.per_100g("2706398", "vitamin_c_mg")  # NaN


def test_a_mass_in_another_unit_is_converted_and_an_unknown_unit_left_out():
    rows = [
        {"nutrientId": 1089, "value": 0.002, "unitName": "G"},
        {"nutrientId": 1162, "value": 5, "unitName": "MCG_RE"},
    ]
    food = build_food({"fdcId": 1, "description": "x", "foodNutrients": rows})
    assert food.amounts == {1089: pytest.approx(2)}


@pytest.mark.parametrize("odd", [[], {}, "x", True, 10**400, None])
def test_ids_and_amounts_that_are_none_are_left_out(odd):
    rows = [
        {"nutrient": {"id": odd, "unitName": "mg"}, "amount": 1},
        {"nutrientId": 1089, "value": odd, "unitName": "MG"},
        {"number": odd, "amount": odd},
    ]
    assert build_food({"fdcId": 1, "description": "x", "foodNutrients": rows}).amounts == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["fdcId", "description", "dataType", "foodNutrients", "foodPortions", "nutrient", "id", "number",
             "amount", "unitName", "value", "measureUnit", "gramWeight", "foodCategory", "ndbNumber"]
        ),
        inner,
        max_size=8,
    ),
    max_leaves=25,
)  # fmt: skip


@given(JSON, st.dictionaries(st.sampled_from(["foodNutrients", "foodPortions", "foodCategory", "dataType"]), JSON))
def test_whatever_the_api_sends_is_a_food_or_a_strange_answer(answer, fields):
    for told in (answer, {"fdcId": 5, "description": "x"} | fields):
        try:
            food = build_food(told)
        except StrangeAnswer:
            continue
        assert len(to_table([food])) == 1


# Questions


def test_nutrients_are_asked_for_by_number_and_come_back_by_id(client, server):
    fetched = client.foods(["170379"], nutrients=["iron_mg", "vitamin_c_mg"])
    assert server.asked[-1][3]["nutrients"] == [303, 401]
    assert fetched.foods[0].amounts == {1089: 0.73, 1162: 89.2}


def test_every_id_of_the_registry_has_its_number():
    assert {fdc_id for known in NUTRIENTS.values() for fdc_id in known.fdc_ids} == set(NUMBERS)
    assert len(set(NUMBERS.values())) == len(NUMBERS)
    assert numbers_of(["sugars_g"]) == [269]  # 269.3 is no whole number, which the API wants


def test_ids_are_asked_for_20_a_call_and_what_was_silently_left_out_is_named(client, server):
    wanted = [str(500_000 + number) for number in range(45)] + ["999", "170379", "no-number"]
    fetched = client.foods([*wanted, "170379"])
    assert [len(body["fdcIds"]) for *_, body in server.asked] == [20, 20, 7]
    assert [food.fdc_id for food in fetched.foods] == [*wanted[:45], "170379"]
    assert fetched.missing == ("999", "no-number")


def test_pages_of_200_are_read_until_the_limit_or_the_end(client, server):
    assert len(client.search("spinach", limit=450)) == 450
    assert [body["pageNumber"] for *_, body in server.asked] == [1, 2, 3]
    assert len({food.fdc_id for food in client.search("spinach", limit=1000)}) == 450
    assert len(list(client.list_foods(limit=330))) == 330
    assert len(list(client.list_foods(limit=5000))) == 453


def test_a_search_is_not_drowned_by_branded_foods_unless_they_are_asked_for(client):
    assert {food.data_type for food in client.search("spinach")} == {"sr_legacy"}
    assert {food.data_type for food in client.search("spinach", data_types=["Branded"])} == {"branded"}


def test_a_colon_in_the_words_is_searched_for_not_a_server_error(client, server):
    assert client.search("broccoli: raw")[0].fdc_id == "170379"
    assert {method for method, *_ in server.asked} == {"POST"}


def test_an_unknown_food_is_named(client):
    for fdc_id in ("999999999", "ndb:11090"):
        with pytest.raises(UnknownFood, match=fdc_id):
            client.food(fdc_id)


# The cache


def test_an_answer_is_asked_for_once_and_read_from_disk_afterwards(client, server, tmp_path):
    first = client.food("170379")
    again = FoodDataCentral(KEY, url=server.api, cache=tmp_path / "cache", patience=QUICK)
    assert again.food("170379") == first
    assert len(server.asked) == 1


def test_a_damaged_or_old_answer_is_asked_for_again(client, server, tmp_path):
    import os

    client.food("170379")
    (file,) = (tmp_path / "cache").iterdir()
    file.write_text("{half", encoding="utf-8")
    client.food("170379")
    os.utime(file, (time.time() - 40 * 86_400,) * 2)
    assert client.food("170379").description == "Broccoli, raw"
    assert len(server.asked) == 3


def test_a_cache_that_cannot_be_written_is_no_obstacle(server, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    client = FoodDataCentral(KEY, url=server.api, cache=blocked / "cache", patience=QUICK)
    assert client.food("170379").fdc_id == "170379"


@pytest.mark.parametrize("fault", [fdc_server.outage_that_says_200, fdc_server.half_a_json])
def test_a_failure_is_never_kept(client, server, tmp_path, fault):
    server.faults = [fault]
    with pytest.raises(Unreachable):
        client.food("170379")
    assert not (tmp_path / "cache").exists()
    assert client.food("170379").fdc_id == "170379"


# Failures


FAILURES = [
    (fdc_server.outage, Unreachable, "FoodData Central is out of order (503, with a web page)"),
    (fdc_server.outage_that_says_200, Unreachable, "FoodData Central sent a web page in place of data"),
    (fdc_server.half_a_json, Unreachable, "FoodData Central sent something unreadable in place of data"),
    (fdc_server.cut_off, Unreachable, "FoodData Central: the connection failed"),
    (fdc_server.hang, Unreachable, "FoodData Central: no answer in time"),
    (fdc_server.drip, Unreachable, "FoodData Central: no answer in time"),
    (fdc_server.over_limit(), OverLimit, "FoodData Central's limit of 1000 an hour is used up"),
    (fdc_server.over_limit(0), OverLimit, "FoodData Central's limit of 1000 an hour is used up"),
    (fdc_server.over_limit("soon"), OverLimit, "FoodData Central's limit of 1000 an hour is used up"),
]


@pytest.mark.parametrize(
    ("fault", "kind", "said"), FAILURES, ids=[f"{said} {n}" for n, (_, _, said) in enumerate(FAILURES)]
)
def test_a_lasting_failure_ends_in_one_clear_line(client, server, fault, kind, said):
    server.always = fault
    started = time.monotonic()
    with pytest.raises(kind) as failed:
        client.food("170379")
    assert failed.value.message == said
    assert failed.value.hint
    assert time.monotonic() - started < 15
    assert KEY not in f"{failed.value.message} {failed.value.hint} {failed.value!r} {failed.value.__cause__!r}"


def test_a_short_failure_is_outlasted(client, server):
    server.faults = [fdc_server.outage, fdc_server.over_limit(1)]
    started = time.monotonic()
    assert client.food("170379").fdc_id == "170379"
    assert len(server.asked) == 3
    assert time.monotonic() - started >= 1  # as Retry-After asked


def test_a_wait_of_an_hour_is_told_and_not_waited_for(client, server):
    server.always = fdc_server.over_limit(3600)
    started = time.monotonic()
    with pytest.raises(OverLimit) as failed:
        client.food("170379")
    assert failed.value.hint == "try again in 60 minutes"
    assert len(server.asked) == 1
    assert time.monotonic() - started < 2


def test_a_storm_of_429_stops_after_the_retries(client, server):
    server.always = fdc_server.over_limit()
    with pytest.raises(OverLimit):
        client.foods(str(500_000 + number) for number in range(400))
    assert len(server.asked) == 1 + QUICK.retries


def test_no_server_at_all_is_said_in_one_line(tmp_path):
    client = FoodDataCentral(KEY, url="http://127.0.0.1:9/fdc/v1", cache=False, patience=QUICK)
    with pytest.raises(Unreachable, match="the connection failed"):
        client.food("1")


def test_a_question_that_the_server_refuses_is_told_in_its_words(client, server):
    server.always = lambda handler: fdc_server.send(
        handler,
        400,
        json.dumps({"timestamp": 1, "status": 400, "error": "Bad Request", "message": "bad\n\x1b[31mids"}).encode(),
    )
    with pytest.raises(Refused) as failed:
        client.foods(["1"])
    assert failed.value.message == "FoodData Central says 400: bad [31mids"


# The key


def test_the_key_travels_in_a_header_and_nowhere_else(client, server, tmp_path):
    client.food("170379")
    client.search("broccoli")
    for _, path, headers, body in server.asked:
        assert headers["X-Api-Key"] == KEY
        assert KEY not in path
        assert KEY not in json.dumps(body)
    assert all(KEY not in file.read_text(encoding="utf-8") + file.name for file in (tmp_path / "cache").iterdir())
    assert KEY not in repr(client)


def test_a_refused_key_is_said_without_the_key(server):
    wrong = "Not-the-right-key-42"
    client = FoodDataCentral(wrong, url=server.api, cache=False, patience=QUICK)
    with pytest.raises(KeyRefused) as failed:
        client.food("170379")
    assert failed.value.message == "FoodData Central refuses the API key (API_KEY_INVALID)"
    assert wrong not in f"{failed.value} {failed.value.hint}"


def test_a_redirect_does_not_carry_the_key_away(client, server):
    with serving() as other:
        server.always = fdc_server.elsewhere(f"{other.api}/food/170379")
        with pytest.raises(FoodsError):
            client.food("170379")
        assert other.asked == []


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "naïve", "", "x" * 101])
def test_what_cannot_be_a_key_is_refused_without_being_printed(key):
    with pytest.raises(KeyRefused) as failed:
        FoodDataCentral(key)
    assert key == "" or key not in failed.value.message


def test_the_key_comes_from_the_environment_then_the_config_then_is_the_shared_one(tmp_path):
    config = tmp_path / "config.toml"
    assert read_key({}, config) == "DEMO_KEY"
    config.write_text('fdc_api_key = "from-config"\n', encoding="utf-8")
    assert read_key({}, config) == "from-config"
    assert read_key({"FDC_API_KEY": " from-environment "}, config) == "from-environment"
    config.write_text("fdc_api_key = from-config-without-quotes\n", encoding="utf-8")
    with pytest.raises(KeyRefused) as failed:
        read_key({}, config)
    assert "from-config" not in f"{failed.value.message} {failed.value.hint} {failed.value.__cause__}"


# The command


@pytest.fixture
def run(server, tmp_path, monkeypatch):
    monkeypatch.setattr("foods.fdc.api.API", server.api)
    monkeypatch.setattr("foods.fdc.api.CACHE", tmp_path / "cache")
    monkeypatch.setenv("FDC_API_KEY", KEY)
    return lambda *words: CliRunner().invoke(main, ["foods", *words])


def test_foods_are_searched_and_shown_online(run):
    found = run("search", "broccoli", "--online")
    assert found.stdout == "   170379  Broccoli, raw  (sr_legacy)\n"
    shown = run("show", "170379", "--online")
    assert re.search(r"Iron +0\.73 +mg", shown.stdout)
    nothing = run("search", "unicorn", "--online")
    assert (nothing.exit_code, nothing.stderr.splitlines()[0]) == (
        2,
        "error: FoodData Central knows no food for 'unicorn'",
    )
