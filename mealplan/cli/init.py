"""`mealplan init`: a commented profile to edit."""

from __future__ import annotations

from pathlib import Path

import click

PROFILE = "mealplan.toml"


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=PROFILE)
def init(file: Path) -> None:
    """Write a commented profile to edit, mealplan.toml by default. A file that is there is never written over."""
    from mealplan.errors import MealplanError
    from mealplan.plan import write_beside
    from mealplan.profile import profile_template

    if file.exists():
        raise MealplanError(f"{file} is there already", hint="edit it, or name another file")
    write_beside(file, profile_template(str(file)))
    click.echo(f"wrote {file}: edit it, then `mealplan generate --profile {file}`")
