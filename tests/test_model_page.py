"""The page on the model names every weight as it is."""

from pathlib import Path

from mealplan.request import Weights

PAGE = (Path(__file__).parent.parent / "docs" / "model.md").read_text(encoding="utf-8")


def test_every_weight_stands_on_the_page_with_its_points_and_what_it_is_for():
    for name, field in Weights.model_fields.items():
        assert f"| `{name}` | {field.default:g} | {field.description} |" in PAGE
