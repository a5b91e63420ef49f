"""Every example does what it says, from its own file, in a folder of its own."""

import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from mealplan import plan_from_dict, read_plan, verify_plan
from mealplan.recipes.mealie import read_mealie
from mealplan.recipes.tandoor import read_tandoor

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(path.name for path in EXAMPLES.glob("*.py"))
SAYS = {
    "01_first_week.py": r"figures that disagree with their grams: none",
    "02_my_own_table.py": r"iron_mg\s+mg\s+18",
    "03_my_own_dishes.py": r"(?s)Lentil soup with lemon.*Kefir with pumpkin seeds|Kefir.*Lentil soup",
    "04_a_rule_of_my_own.py": r"(?s)price: \d+\.\d US\$ a week, kept\nlegumes: \d+\.\d g a week, kept\n.*Sunday:",
    "05_the_diet_problem.py": r"(?s)one unit of iron_mg more: \+.*infeasible\n.*at most 15 of `protein_g`",
    "06_coverage_of_a_diary.py": r"\d of 6 lines read with certainty, 0 unknown",
    "08_mealie_and_tandoor.py": r"mealie\.json: \d+ recipes",
    "09_another_countrys_table.py": r"of the other table: \d+",
    "10_charts.py": r"iron_mg\s+\d+",
    "11_a_family.py": r"(?s)Ana \d.*person +Ana +Ben +Cleo +Dan\n.*iron_mg +\d.*Dan misses: .*things to buy for all",
    "12_change_a_plan.py": r"(?s)quicker on Tuesday:\n.*in the end:\n.*  out\nfigures .* grams: none",
}


def run(name, folder):
    return subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / name], cwd=folder, capture_output=True, text=True, check=False
    )


def load(name):
    spec = spec_from_file_location(Path(name).stem, EXAMPLES / name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_examples_are_numbered_without_a_gap():
    assert [name[:2] for name in SCRIPTS] == [f"{number:02}" for number in range(1, len(SCRIPTS) + 1)]
    assert set(SAYS) | {"07_a_web_handler.py"} == set(SCRIPTS)


@pytest.mark.parametrize("name", sorted(SAYS))
def test_an_example_runs_and_says_what_it_found(name, tmp_path):
    done = run(name, tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(SAYS[name], done.stdout), done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["02_my_own_table.py", "04_a_rule_of_my_own.py"])
def test_a_table_and_a_rule_of_ones_own_take_under_thirty_lines(name):
    lines = (EXAMPLES / name).read_text(encoding="utf-8").splitlines()
    assert sum(bool(line.strip()) and not line.lstrip().startswith(("#", '"""')) for line in lines) <= 30


def test_the_first_week_leaves_a_page_and_a_plan_that_verifies(tmp_path):
    run("01_first_week.py", tmp_path)
    assert "<html" in (tmp_path / "first-week.html").read_text(encoding="utf-8")
    assert verify_plan(read_plan(tmp_path / "first-week.json")) == ()


def test_the_exports_read_back_as_the_recipes_they_were(tmp_path):
    run("08_mealie_and_tandoor.py", tmp_path)
    for name, read in (("mealie", read_mealie), ("tandoor", read_tandoor)):
        shaped = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        for recipe in shaped["recipes"]:
            lines = recipe["recipeIngredient"] if name == "mealie" else recipe["steps"][0]["ingredients"]
            back = read(recipe, "test")
            assert back.title == recipe["name"]
            assert len(back.lines) == len(lines)
            assert back.steps
        assert len(shaped["mealplans"]) >= 8  # two days of four meals
        assert shaped["items"]


class Quiet(WSGIRequestHandler):
    def log_message(self, format, *args):  # noqa: A002  # its name in the standard library
        pass


@pytest.fixture
def address():
    with make_server("127.0.0.1", 0, load("07_a_web_handler.py").app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def post(address, body):
    request = urllib.request.Request(address, data=json.dumps(body).encode())  # noqa: S310  # loopback
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310  # loopback
        return json.load(answer)


def test_the_web_handler_answers_with_a_plan(address):
    plan = plan_from_dict(post(address, {"start": "2026-01-05", "days": 1, "effort": 1, "diets": ["vegan"]}))
    assert verify_plan(plan) == ()
    assert plan.request["diets"] == ["vegan"]


@pytest.mark.parametrize(
    ("body", "said"),
    [({"start": "2026-01-05", "days": 99}, "days:"), ({"start": "2026-01-05", "diets": ["air"]}, "air"), ([], "")],
)
def test_the_web_handler_says_what_is_wrong_with_a_request(address, body, said):
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(address, body)
    with caught.value as answer:
        assert answer.code == 400
        assert said in json.load(answer)["error"]


def test_the_web_handler_stops_at_its_deadline(monkeypatch):
    module = load("07_a_web_handler.py")
    monkeypatch.setattr(module, "DEADLINE_S", -1.0)
    body = json.dumps({"start": "2026-01-05"}).encode()
    from io import BytesIO

    answered = []
    told = module.app(
        {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}, lambda status, _: answered.append(status)
    )
    assert answered == ["503 Service Unavailable"]
    assert b"too long" in b"".join(told)


def test_examples_pass_mypy_strict():
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *map(str, EXAMPLES.glob("*.py"))],
        cwd=EXAMPLES.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
