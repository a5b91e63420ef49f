"""A change is taken back byte for byte, and nothing is taken back that was not changed here."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mealplan.undo import KEPT, NothingToUndo, replace_plan, undo, undo_file

TEXTS = st.lists(st.text(max_size=40), min_size=1, max_size=8)


@settings(max_examples=25)
@given(first=st.binary(max_size=60), texts=TEXTS)
def test_undo_restores_every_document_byte_for_byte(tmp_path_factory, first, texts):
    path = tmp_path_factory.mktemp("undo") / "week.json"
    path.write_bytes(first)
    states = [first]
    for text in texts:
        replace_plan(path, text)
        states.append(path.read_bytes())
    for left, before in reversed(list(enumerate(states[:-1]))):
        assert undo(path) == (left, ())
        assert path.read_bytes() == before
    with pytest.raises(NothingToUndo):
        undo(path)


def test_only_so_many_documents_are_kept(tmp_path):
    path = tmp_path / "week.json"
    path.write_text("0")
    for number in range(1, KEPT + 6):
        replace_plan(path, str(number))
    for _ in range(KEPT):
        undo(path)
    assert path.read_text() == "5"
    with pytest.raises(NothingToUndo):
        undo(path)


def test_a_plan_made_anew_or_edited_is_not_taken_back(tmp_path):
    path = tmp_path / "week.json"
    path.write_text("old")
    replace_plan(path, "changed")
    path.write_text("edited by hand")
    with pytest.raises(NothingToUndo, match="made anew, or changed by hand"):
        undo(path)
    assert path.read_text() == "edited by hand"
    replace_plan(path, "changed again")
    assert undo(path) == (0, ())
    assert path.read_text() == "edited by hand"


def test_a_change_that_was_kept_but_never_written_is_passed_over(tmp_path, monkeypatch):
    path = tmp_path / "week.json"
    path.write_text("one")
    replace_plan(path, "two")
    with monkeypatch.context() as patch:
        write = replace_plan.__globals__["write_beside"]
        patch.setitem(
            replace_plan.__globals__, "write_beside", lambda to, text: write(to, text) if to != path else 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            replace_plan(path, "three")
    assert path.read_text() == "two"
    undo(path)
    assert path.read_text() == "one"


def test_a_damaged_memory_is_an_empty_one(tmp_path):
    path = tmp_path / "week.json"
    path.write_text("one")
    undo_file(path).write_text("no zip")
    with pytest.raises(NothingToUndo):
        undo(path)
    replace_plan(path, "two")
    undo(path)
    assert path.read_text() == "one"
