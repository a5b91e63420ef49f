"""`mealplan foods update`: a release becomes the installed table whole or not at all, whatever is wrong with it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foods.fdc import Patience, Refused, Unreachable, fetch_release
from foods.ingredient_checks import check_catalogue
from foods.ingredients import read_catalogue
from foods.portions import UnknownPortion, grams
from foods.release_files import BrokenRelease
from foods.release_table import read_release
from foods.store import DamagedTable, Store
from foods.table import FoodTable
from mealplan.cli import main
from tests import fdc_server
from tests.fdc_server import serving
from tests.releases import write_csv, write_random, write_release, zip_release

QUICK = Patience(connect_s=2, read_s=0.4, total_s=0.6, retries=1, backoff_s=0.01, download_s=1.0)
BROCCOLI = (170379, "sr_legacy_food", "Broccoli, raw", 11, "2019-04-01")
AMOUNTS = [(170379, 1003, 2.82), (170379, 1004, 0.37), (170379, 1005, 6.64), (170379, 1008, 34), (170379, 1089, 0.73)]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where the table is installed."""
    monkeypatch.setenv("MEALPLAN_FOODS", str(tmp_path / "installed"))
    return tmp_path / "installed"


@pytest.fixture
def run(folder):
    return lambda *words: CliRunner().invoke(main, ["foods", *map(str, words)])


@pytest.fixture(scope="session")
def hundred(tmp_path_factory) -> Path:
    return write_random(tmp_path_factory.mktemp("release") / "FoodData_Central_csv_2026-04-30", 100)


@pytest.fixture
def one(tmp_path) -> Path:
    return write_release(tmp_path / "one", [BROCCOLI], AMOUNTS, [(170379, 1, 1, 9999, "", "cup chopped", 91)])


# What a release holds


def test_a_release_of_one_food_is_read_with_its_category_portion_and_sources(one):
    release = read_release([one])
    row = release.table.foods.loc["170379"]
    assert (row["description"], row["category"], row["data_type"]) == ("Broccoli, raw", "Vegetables", "sr_legacy")
    assert (row["source_macros"], row["source_minerals"], row["source_vitamins"]) == ("srlegacy", "srlegacy", "")
    assert release.table.per_100g("170379", "iron_mg") == 0.73
    assert np.isnan(release.table.per_100g("170379", "zinc_mg"))
    assert grams("170379", 2, "cups", known=release.portions["170379"]) == 182
    with pytest.raises(UnknownPortion):
        grams("170379", 1, "slice", known=release.portions["170379"])


def test_branded_foods_samples_kilojoules_and_other_nutrients_are_left_out(tmp_path):
    foods = [BROCCOLI, (1, "branded_food", "X", "", ""), (2, "sub_sample_food", "Y", "", "")]
    amounts = [*AMOUNTS[:3], (170379, 1062, 141), (170379, 1110, 40), (1, 1089, 9), (2, 1089, 9)]
    table = read_release([write_release(tmp_path / "r", foods, amounts)]).table
    assert list(table.foods.index) == ["170379"]
    # No kcal is given: 4 x 2.82 + 9 x 0.37 + 4 x 6.64 = 41.2, and not the 141 kJ.
    assert table.per_100g("170379", "energy_kcal") == 41
    assert table.foods.loc["170379", "source_energy"] == "atwater"
    assert np.isnan(table.per_100g("170379", "vitamin_d_ug"))


def test_the_preferred_of_several_ids_is_taken(tmp_path):
    amounts = [(5, 2047, 60), (5, 2048, 55), (5, 1085, 1.0), (5, 1004, 2.0), (5, 1063, 3), (5, 2033, 4), (5, 1079, 5)]
    amounts += [(5, 1003, 1), (5, 1005, 9)]
    table = read_release([write_release(tmp_path / "r", [(5, "foundation_food", "F", 11, "")], amounts)]).table
    got = [table.per_100g("5", key) for key in ("energy_kcal", "fat_g", "sugars_g", "fiber_g")]
    assert got == [55, 2, 3, 5]


def test_survey_releases_that_name_nutrients_by_number_and_portions_in_words_are_read(tmp_path):
    food = (2705383, "survey_fndds_food", "Spinach, raw", 6409, "2024-10-31")
    portions = [
        (2705383, 1, "", 9999, "1 cup", "10205", 30),
        (2705383, 2, "", 9999, "1 leaf, large", "61667", 10),
        (2705383, 3, "", 9999, "Quantity not specified", "90000", 30),
    ]
    release = read_release(
        [write_release(tmp_path / "r", [food], [(2705383, 303, 1.26), (2705383, 203, 2.9)], portions)]
    )
    assert release.table.per_100g("2705383", "iron_mg") == 1.26
    assert release.table.foods.loc["2705383", "category"] == "Other dark green vegetables"
    assert [(one.amount, one.unit, one.grams) for one in release.portions["2705383"]] == [
        (1, "cup", 30), (1, "leaf, large", 10),
    ]  # fmt: skip


def test_of_two_versions_of_a_food_the_newer_is_kept_and_two_foods_of_one_name_are_told_apart(tmp_path):
    foods = [
        (1, "foundation_food", "Kale, raw", 11, "2019-04-01"),
        (2, "foundation_food", "Kale, raw", 11, "2026-04-30"),
        (3, "sr_legacy_food", "Pie", 11, "2019-04-01"),
        (4, "sr_legacy_food", "Pie", 11, "2019-04-01"),
    ]
    release = read_release([write_release(tmp_path / "r", foods, [(n, 1089, n) for n in (1, 2, 3, 4)])])
    assert dict(release.table.foods["description"]) == {"2": "Kale, raw", "3": "Pie (FDC 3)", "4": "Pie (FDC 4)"}
    assert release.notes[0] == "1 foods left out: an older version, or in two of the sources"


def test_several_releases_make_one_table(tmp_path, one, hundred):
    release = read_release([hundred, zip_release(one, tmp_path / "one.zip")])
    assert len(release.table) == 101
    assert release.sources == ("FoodData_Central_csv_2026-04-30", "one.zip")


def test_an_impossible_value_is_left_blank_and_named(tmp_path, hundred):
    odd = shutil.copytree(hundred, tmp_path / "odd")
    with (odd / "food_nutrient.csv").open("a", encoding="utf-8") as file:
        file.write('"x","300000","1089","9000"' + ',""' * 7 + "\n")
    release = read_release([odd])
    assert np.isnan(release.table.per_100g("300000", "iron_mg"))
    assert release.notes == ("left blank: iron_mg of food 300000 is 9000",)


def test_more_rows_than_any_release_has_are_not_taken_into_memory(monkeypatch, hundred):
    monkeypatch.setattr("foods.release_table.MAX_ROWS", 99)
    with pytest.raises(BrokenRelease, match="over 99 rows"):
        read_release([hundred])


# Installing


def test_folder_zip_and_address_install_the_same_table_and_a_pipe_hears_no_progress(run, folder, tmp_path, hundred):
    packed = zip_release(hundred, tmp_path / f"{hundred.name}.zip")
    with serving() as server:
        server.files["/fdc-datasets/r.zip"] = packed
        tables = []
        for source in (hundred, packed, f"{server.url}/fdc-datasets/r.zip"):
            done = run("update", source)
            assert done.exit_code == 0, done.output
            assert done.stderr == ""
            assert done.stdout.startswith("installed 100 foods with 100 portions from ")
            tables.append(Store().table())
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table.values, tables[0].values)
        pd.testing.assert_frame_equal(table.foods, tables[0].foods)
    assert not list(folder.glob("installing-*"))


def test_what_is_read_back_is_what_the_release_held(run, hundred):
    run("update", hundred)
    release = read_release([hundred])
    pd.testing.assert_frame_equal(Store().table().values, release.table.values)
    pd.testing.assert_frame_equal(Store().table().foods, release.table.foods)
    assert Store().portions()["300001"] == release.portions["300001"]


def test_search_show_and_top_read_the_installed_table_and_show_knows_the_embedded_foods_too(run, one):
    before = run("search", "lentils").stdout
    run("update", one)
    assert run("search", "brocoli").stdout == "   170379  Broccoli, raw  (sr_legacy)\n"
    assert run("top", "iron").stdout.splitlines()[1:] == ["0.73  170379  Broccoli, raw  "]
    assert "Lentils, raw" in run("show", "172420").stdout
    assert run("update", "--rollback").stdout == "the table that comes with the program is in use again\n"
    assert run("search", "lentils").stdout == before


def test_every_food_of_the_catalogue_resolves_in_the_layered_table(run, one):
    run("update", one)
    layered = Store().layered()
    assert check_catalogue(read_catalogue(), layered) == []
    assert layered.per_100g("170379", "iron_mg") == 0.73  # of the release
    assert layered.per_100g("172420", "iron_mg") == FoodTable.embedded().per_100g("172420", "iron_mg")


def test_a_diary_is_counted_by_the_installed_foods_and_portions_and_says_so(run, tmp_path):
    """A food that only the release has, by its own portion: 2 cups of 50 g with 7 mg of iron in 100 g are 7 mg."""
    food = (999_001, "sr_legacy_food", "Moonweed, raw", 11, "2026-04-01")
    amounts = [
        (999_001, 1003, 2.0),
        (999_001, 1004, 0.5),
        (999_001, 1005, 4.0),
        (999_001, 1008, 29),
        (999_001, 1089, 7),
    ]
    release = write_release(tmp_path / "own", [food], amounts, [(999_001, 1, 1, 9999, "", "cup", 50)])
    diary = tmp_path / "diary.txt"
    diary.write_text("lunch\n2 cups moonweed\n", encoding="utf-8")
    written = tmp_path / "report.json"

    def report():
        result = CliRunner().invoke(main, ["coverage", str(diary), "-o", str(written)])
        assert result.exit_code == 0, result.output
        return json.loads(written.read_text(encoding="utf-8"))

    before = report()
    assert before["read"]["unknown"] == 1
    assert run("update", release).exit_code == 0
    after = report()
    assert after["read"]["unknown"] == 0
    assert {row["nutrient"]: row["mean"] for row in after["nutrients"]}["iron_mg"] == pytest.approx(7)
    assert after["origins"][0]["release"] == "own"
    assert run("update", "--rollback").exit_code == 0
    assert report() == before


def test_rollback_goes_back_and_forth_and_says_where_there_is_nothing(run, one, hundred):
    nothing = run("update", "--rollback")
    assert (nothing.exit_code, nothing.stderr.splitlines()[0]) == (
        2, "error: there is no previous food table to go back to",
    )  # fmt: skip
    run("update", one)
    run("update", hundred)
    assert run("update", "--rollback").stdout == "back to 1 foods from one\n"
    assert len(Store().table()) == 1
    assert run("update", "--rollback").stdout.startswith("back to 100 foods")
    assert len(Store().table()) == 100


def test_a_release_installed_twice_keeps_the_table_before_it(run, one, hundred):
    for source in (one, hundred, hundred):
        run("update", source)
    run("update", "--rollback")
    assert len(Store().table()) == 1


def test_no_more_than_two_tables_are_kept(run, folder, one, hundred, tmp_path):
    for source in (one, hundred, write_random(tmp_path / "more", 120)):
        run("update", source)
    assert len(list(folder.iterdir())) == 3  # two tables, and the file that names them
    assert Store().installed().foods == 120


# What is wrong with a release: one line, and the table before stays


def cut(path: Path, tmp_path: Path) -> Path:
    packed = zip_release(path, tmp_path / "cut.zip")
    packed.write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
    return packed


def damaged(path: Path, tmp_path: Path) -> Path:
    packed = zip_release(path, tmp_path / "damaged.zip")
    with zipfile.ZipFile(packed) as archive:
        member = archive.getinfo(f"{path.name}/food_nutrient.csv")
    content = bytearray(packed.read_bytes())
    middle = member.header_offset + member.compress_size // 2
    content[middle : middle + 20] = b"\0" * 20
    packed.write_bytes(content)
    return packed


def bomb(path: Path, tmp_path: Path) -> Path:
    packed = zip_release(path, tmp_path / "bomb.zip")
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{path.name}/food_portion_2.csv", b"0" * 300_000_000)
    return packed


def packed_with(name: str):
    def make(path: Path, tmp_path: Path) -> Path:
        packed = zip_release(path, tmp_path / "odd.zip")
        with zipfile.ZipFile(packed, "a") as archive:
            archive.writestr(name, "x")
        return packed

    return make


def edited(file: str, change):
    def make(path: Path, tmp_path: Path) -> Path:
        odd = shutil.copytree(path, tmp_path / "odd")
        if (text := change((odd / file).read_text(encoding="utf-8"))) is None:
            (odd / file).unlink()
        else:
            (odd / file).write_text(text, encoding="utf-8")
        return odd

    return make


def content(name: str, content: bytes):
    def make(_: Path, tmp_path: Path) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return make


def encrypted(path: Path, tmp_path: Path) -> Path:
    packed = zip_release(path, tmp_path / "odd.zip")
    content = packed.read_bytes().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    packed.write_bytes(content.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01"))
    return packed


WRONG = {
    "a truncated zip": (cut, "cut.zip: this zip is cut short"),
    "a damaged zip": (damaged, "damaged.zip: food_nutrient.csv is cut short or damaged"),
    "a zip bomb": (bomb, "would unpack from 0.3 MB to 300.0 MB: this is a zip bomb"),
    "a path out of the zip": (packed_with("../../.bashrc"), "`../../.bashrc` leads out of the archive"),
    "an absolute path": (packed_with("/etc/passwd"), "`/etc/passwd` leads out of the archive"),
    "a drive": (packed_with("C:\\windows\\food.csv"), "leads out of the archive"),
    "a file twice": (packed_with("food.csv"), "food.csv stands in it twice"),
    "an encrypted zip": (encrypted, "cannot be unpacked"),
    "a web page": (content("r.zip", b"<!DOCTYPE html><html>"), "r.zip: this is a web page, not a release"),
    "another file": (content("r.zip", b"hello"), "r.zip: this is no zip file"),
    "an empty file": (content("r.zip", b""), "r.zip: this is no zip file"),
    "no such file": (lambda _, tmp_path: tmp_path / "none.zip", "none.zip: there is no such file or folder"),
    "no food_nutrient.csv": (edited("food_nutrient.csv", lambda _: None), "there is no food_nutrient.csv in it"),
    "a column of another name": (
        edited("food_nutrient.csv", lambda text: text.replace('"amount"', '"value"', 1)),
        "food_nutrient.csv has no column `amount`",
    ),
    "an empty table": (edited("food.csv", lambda _: ""), "food.csv is no CSV file"),
    "only branded foods": (
        edited("food.csv", lambda text: re.sub(r"(sr_legacy|survey_fndds|foundation)_food", "branded_food", text)),
        "food.csv has no SR Legacy, FNDDS or Foundation food",
    ),
    "text for an amount": (
        edited("food_nutrient.csv", lambda text: text + '"1","300000","1089","much"' + ',""' * 7 + "\n"),
        "amount `much` is no number",
    ),
    "an id that is none": (
        edited("food.csv", lambda text: text.replace('"300000"', '"30x"')), "fdc_id `30x` is no number",
    ),
    "a food twice": (
        edited("food.csv", lambda text: text + text.splitlines(True)[1]), "food 300000 stands in it twice",
    ),
    "a food without a name": (
        edited("food.csv", lambda text: text.replace("Food number 0, raw", " ")), "food 300000 has no description",
    ),
    "iron in micrograms": (
        edited("nutrient.csv", lambda text: text.replace('"nutrient 1089","MG"', '"nutrient 1089","UG"')),
        "nutrient.csv gives nutrient 1089 in UG, not in MG",
    ),
    "a line without end": (
        edited("food.csv", lambda text: text + '"' + "x" * 3_000_000), "has a line of over 1,000,000 bytes",
    ),
    "bytes that are no text": (content("food.csv", b"\xff\xfe\x00"), "no zip file"),
    "no amounts": (
        edited("food_nutrient.csv", lambda text: text.splitlines(True)[0]), "food_nutrient.csv has no amount for any",
    ),
    "values that cannot be": (
        edited("food_nutrient.csv", lambda text: text.replace('"1003","', '"1003","4')),
        "foods are impossible, such as",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_release_is_named_in_one_line_and_the_table_before_stays(
    run, folder, tmp_path, hundred, one, make, said
):
    run("update", one)
    before = sorted(folder.rglob("*"))
    done = run("update", make(hundred, tmp_path))
    assert done.exit_code == 2, done.output
    error, hint = done.stderr.splitlines()
    assert error.startswith("error: ")
    assert said in error
    assert hint.startswith("hint: ")
    assert sorted(folder.rglob("*")) == before
    assert Store().table().per_100g("170379", "iron_mg") == 0.73


def test_a_release_with_fewer_foods_than_the_installed_table_is_refused_unless_it_is_meant(run, hundred, one):
    run("update", hundred)
    refused = run("update", one)
    assert refused.exit_code == 2
    assert refused.stderr.splitlines() == [
        "error: one has 1 foods, the installed table 100", "hint: add --allow-fewer if this is meant",
    ]  # fmt: skip
    assert len(Store().table()) == 100
    assert run("update", one, "--allow-fewer").exit_code == 0
    assert len(Store().table()) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda handler: fdc_server.send(handler, 404, fdc_server.OUTAGE, "text/html"), "r.zip: the server says 404"),
        (fdc_server.outage_that_says_200, "r.zip: this is a web page, not a release"),
        (fdc_server.cut_off, "r.zip: the connection failed"),
    ],
)
def test_a_download_that_fails_is_named_and_leaves_nothing(run, folder, one, fault, said):
    run("update", one)
    before = sorted(folder.rglob("*"))
    with serving() as server:
        server.always = fault
        done = run("update", f"{server.url}/r.zip")
    assert done.exit_code == 2
    assert said in done.stderr.splitlines()[0]
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("fault", [fdc_server.hang, fdc_server.drip])
def test_a_download_from_a_server_that_hangs_or_drips_ends(tmp_path, fault):
    with serving() as server:
        server.always = fault
        with pytest.raises(Unreachable, match=r"r\.zip: no answer in time"):
            fetch_release(f"{server.url}/r.zip", tmp_path, patience=QUICK)
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_does_not_fit_is_not_begun(tmp_path, monkeypatch):
    monkeypatch.setattr("foods.fdc.download.MAX_RELEASE", 1000)
    with serving() as server:
        server.files["/r.zip"] = tmp_path / "r"
        server.files["/r.zip"].write_bytes(b"x" * 5000)
        with pytest.raises(Refused, match="do not fit"):
            fetch_release(f"{server.url}/r.zip", tmp_path / "to", patience=QUICK)
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize("address", ["ftp://example.org/r.zip", "file:///etc/passwd", "https://", "http://[x/r.zip"])
def test_only_web_addresses_are_fetched(run, address):
    done = run("update", address)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) <= 2


# Killed in the middle

DYING = """
import os, signal, sys
left = int(sys.argv[2])
def dying(real):
    def step(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return step
from pathlib import Path
from foods.release_files import BrokenRelease
from foods.release_table import read_release
from foods.store import Store
release = read_release([Path(sys.argv[1])])
for name in ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir"):
    setattr(os, name, dying(getattr(os, name)))
Store().install(release)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_a_kill_at_any_step_of_an_installation_leaves_the_old_table_or_the_new_one(run, folder, one, hundred):
    run("update", one)
    ends = []
    for step in range(30):
        run("update", one, "--allow-fewer")
        done = subprocess.run([sys.executable, "-c", DYING, hundred, str(step)], capture_output=True, check=False)
        ends.append(len(Store().table()))
        assert Store().installed().foods == ends[-1]
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert ends[0] == 1
    assert ends[-1] == 100
    assert set(ends) == {1, 100}
    assert len(ends) > 8  # it did die at many steps
    assert run("update", hundred).exit_code == 0


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_a_kill_while_a_release_is_fetched_leaves_the_table_and_the_next_update_works(
    run, folder, one, hundred, tmp_path
):
    run("update", one)
    with serving() as server:
        server.always = fdc_server.drip
        command = [sys.executable, "-m", "mealplan", "foods", "update", f"{server.url}/r.zip"]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            while not list(folder.glob("installing-*/0/r.zip")):
                assert child.poll() is None
        finally:
            child.kill()
            child.communicate()
    assert len(Store().table()) == 1
    assert run("update", hundred).exit_code == 0
    for left in folder.glob("installing-*"):  # kept for a day, in case it is of an update that still runs
        os.utime(left, (0, 0))
    run("update", one, "--allow-fewer")
    assert not list(folder.glob("installing-*"))


@pytest.mark.skipif(os.name != "posix", reason="a terminal of POSIX")
def test_a_terminal_is_told_how_far_it_is(folder, hundred):
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mealplan", "foods", "update", hundred]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=True, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    told = b""
    with suppress(OSError):  # the end of a terminal
        while piece := os.read(ours, 65536):
            told += piece
    os.close(ours)
    assert b"installing the table" in told


def test_updates_at_the_same_time_leave_one_of_their_tables(run, folder, tmp_path):
    sources = [write_random(tmp_path / f"release-{count}", count) for count in (30, 40, 50)]
    children = [
        subprocess.Popen([sys.executable, "-m", "mealplan", "foods", "update", source, "--allow-fewer"])
        for source in sources
    ]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert len(Store().table()) in (30, 40, 50)
    assert run("update", "--rollback").exit_code == 0
    assert len(Store().table()) in (30, 40, 50, len(FoodTable.embedded()))


@pytest.fixture(scope="module")
def small_zip(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("small")
    one = write_release(folder / "one", [BROCCOLI], AMOUNTS, [(170379, 1, 1, 9999, "", "cup chopped", 91)])
    return zip_release(one, folder / "one.zip").read_bytes()


@given(st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_zip_with_bytes_changed_is_a_release_or_broken_and_nothing_else(small_zip, tmp_path, data):
    odd = bytearray(small_zip[: data.draw(st.integers(0, len(small_zip)))] if data.draw(st.booleans()) else small_zip)
    for _ in range(data.draw(st.integers(1, 4)) if odd else 0):
        odd[data.draw(st.integers(0, len(odd) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "odd.zip"
    path.write_bytes(odd)
    with suppress(BrokenRelease):
        read_release([path])


@given(
    st.sampled_from(["food.csv", "food_nutrient.csv", "nutrient.csv", "food_portion.csv", "measure_unit.csv"]),
    st.lists(
        st.lists(st.text(max_size=6) | st.sampled_from(["170379", "1089", "-1", "nan", "1e999"]), max_size=12),
        max_size=6,
    ),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_of_anything_are_read_or_named_and_nothing_else(one, file, rows):
    columns = tuple((one / file).read_text(encoding="utf-8").splitlines()[0].replace('"', "").split(","))
    kept = (one / file).read_bytes()
    try:
        write_csv(one / file, columns, [tuple(row[: len(columns)]) for row in rows])
        with (one / file).open("ab") as out:
            out.write(kept.partition(b"\n")[2])
        with suppress(BrokenRelease):
            amounts = read_release([one]).table.values  # noqa: PD011  # of a FoodTable
            assert not (amounts < 0).any(axis=None)
    finally:
        (one / file).write_bytes(kept)


# A table that was damaged after it was installed


def test_a_changed_table_is_named_with_the_way_back(run, folder, one, hundred):
    run("update", one)
    run("update", hundred)
    path = folder / Store().installed().name / "foods.csv.gz"
    path.write_bytes(path.read_bytes()[:-9])
    done = run("search", "broccoli")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        f"error: {path} was changed since it was installed", "hint: mealplan foods update --rollback",
    ]  # fmt: skip
    assert run("update", "--rollback").exit_code == 0
    assert "Broccoli" in run("search", "broccoli").stdout
    assert run("update", hundred).exit_code == 0
    assert len(Store().table()) == 100


@pytest.mark.parametrize(
    "names", ["{", "[]", '{"current": "../../etc", "previous": ""}', '{"current": 5, "previous": null}']
)
def test_a_damaged_list_of_tables_is_named_and_leads_nowhere_else(run, folder, names):
    folder.mkdir()
    (folder / "installed.json").write_text(names, encoding="utf-8")
    with pytest.raises(DamagedTable, match=r"installed\.json cannot be read"):
        Store().table()
    assert run("search", "broccoli").exit_code == 2


def test_a_folder_that_cannot_be_written_is_named(run, folder, one):
    folder.write_text("a file", encoding="utf-8")
    done = run("update", one)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: cannot write in {folder}: ")
