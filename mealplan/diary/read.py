"""A diary from its file, whatever form it is in."""

from __future__ import annotations

from pathlib import Path

from mealplan.diary.columns import DELIMITERS, plain
from mealplan.diary.cronometer import is_daily, is_servings, read_daily, read_servings
from mealplan.diary.entry import BrokenDiary, Diary
from mealplan.diary.lines import read_lines
from mealplan.diary.table import is_table, read_table


def read_diary(path: Path) -> Diary:
    """The diary in a file: a table, an export of Cronometer, or plain lines, told apart by the first line.

    Raises: BrokenDiary: not there, not text, or with every problem in it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BrokenDiary(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BrokenDiary(f"{path} is not UTF-8 text: {error.reason}", hint="save it as CSV in UTF-8") from error
    return build_diary(text, str(path), is_csv=path.suffix.lower() in (".csv", ".tsv"))


def build_diary(text: str, source: str, *, is_csv: bool) -> Diary:
    """The diary in a text. Raises: BrokenDiary."""
    if not text.strip("\ufeff \r\n\t"):
        raise BrokenDiary(f"{source} is empty", hint="a line is `2 slices whole-wheat bread`")
    head = text.lstrip("\ufeff \r\n").splitlines()[0]
    headers = [plain(name.strip('"')) for name in head.split(max(DELIMITERS, key=head.count))]
    if is_servings(headers):
        return read_servings(text, source)
    if is_table(headers):
        return read_table(text, source)
    if is_daily(headers):
        return read_daily(text, source)
    if is_csv:
        raise BrokenDiary(
            f"{source}, line 1: the columns are none of a diary: {', '.join(headers)[:120]}",
            hint="a table has date,meal,food_id,food,amount,unit,grams; Cronometer's exports are read as they are",
        )
    return read_lines(text, source)
