"""What the README promises is what happens."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every `mealplan ...` line of the README's console blocks."""
    blocks = re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ mealplan")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("readme")


def test_every_mealplan_command_of_the_readme_runs_in_order(folder):
    assert commands()
    for command in commands():
        words = shlex.split(command.split("#")[0])
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False,
            env=os.environ | {"COLUMNS": "80"},
        )  # fmt: skip
        # 3 is a plan that says which target it misses.
        assert done.returncode in (0, 3), f"{command}\n{done.stdout}\n{done.stderr}"


def test_the_make_targets_are_the_two_that_the_readme_names():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == {"plan", "test"}
    assert {"make plan", "make test"} <= set(re.findall(r"make \w+", README))
