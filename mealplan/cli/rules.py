"""Options that set rules of the week, laid over those of the profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from foods.errors import FoodsError

if TYPE_CHECKING:
    from mealplan.rules import Rules

# option -> the rule it sets, how it is written, what it means
_PAIRS = {
    "--at-most": ("at_most", '"N WHAT"', 'How often a week at the most, such as "2 red meat".'),
    "--at-least": ("at_least", '"N WHAT"', 'How often a week at the least, such as "2 fish".'),
    "--on": ("on", '"DAY WHAT"', 'The dinner of a weekday, such as "friday pizza".'),
    "--minutes-on": ("minutes", '"DAY N"', 'Minutes of a dish on a weekday, such as "monday 30".'),
    "--meal-time": ("times", '"MEAL TIME"', 'When a meal is eaten, such as "dinner 19:00".'),
}
_WORDS = {
    "--meat-free": ("meat_free", "DAY", "A weekday without meat and fish."),
    "--no-cooking": ("no_cooking", "DAY", "A weekday with dishes of few minutes' work alone."),
    "--favourite": ("favourites", "DISH", "A dish to see often."),
    "--dislike": ("dislikes", "DISH", "A dish, or words of its title, to leave out."),
    "--cuisine": ("cuisines", "CUISINE", "A cuisine to prefer."),
    "--meal": ("meals", "MEAL", "A meal to plan, in place of all four."),
}


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Rules of the week; each but the flags may be repeated."""
    options = [
        click.option(option, f"rule_{rule}", multiple=True, metavar=metavar, help=said)
        for option, (rule, metavar, said) in {**_PAIRS, **_WORDS}.items()
    ]
    options += [
        click.option("--same-breakfast", is_flag=True, help="One breakfast dish on all weekdays."),
        click.option("--leftovers", is_flag=True, help="Cook dinners for a later lunch too."),
        click.option(
            "--freezer", type=int, metavar="WEEKS", help="The same, out of the freezer up to so many weeks on."
        ),
        click.option(
            "--budget", type=float, metavar="USD", help="US$ a week at the most, for all who are planned for."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def read_rules(options: dict[str, Any], rules: Rules) -> Rules:
    """The rules of a profile with what the options say laid over them. Raises: BrokenRules, with every problem."""
    from mealplan.rules import build_rules

    given: dict[str, Any] = {}
    for option, (rule, metavar, _) in _PAIRS.items():
        for said in options.get(f"rule_{rule}", ()):
            given.setdefault(rule, {}).update([_pair(option, said, metavar)])
    for rule, _, _ in _WORDS.values():
        if options.get(f"rule_{rule}"):
            given[rule] = options[f"rule_{rule}"]
    given |= {flag: True for flag in ("same_breakfast", "leftovers") if options.get(flag)}
    given |= {rule: options[rule] for rule in ("budget", "freezer") if options.get(rule) is not None}
    if not given:
        return rules
    laid = build_rules(given, "options").model_dump(exclude_unset=True)
    held = rules.model_dump()
    merged = {rule: held[rule] | said if isinstance(said, dict) else said for rule, said in laid.items()}
    return build_rules(held | merged, "options")


def _pair(option: str, said: str, metavar: str) -> tuple[str, str | int]:
    """What stands in one option: the number last or first, the rest by its side."""
    first, _, rest = said.strip().partition(" ")
    if not rest:
        raise FoodsError(f"{option} {said}: two words are asked for", hint=f"write it as {option} {metavar}")
    if first.isdecimal():
        return rest.strip(), int(first)
    return first, int(rest) if rest.strip().isdecimal() else rest.strip()
