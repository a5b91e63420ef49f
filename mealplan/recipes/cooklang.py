"""Cooklang (.cook): ingredients stand inside the steps as ``@red lentils{250%g}(rinsed)``.

Source: the Cooklang specification (cooklang.org/docs/spec): front matter or ``>> key: value`` metadata, steps in
paragraphs, ``--`` and ``[- -]`` comments, ``= section`` lines, ``> notes``, ``#cookware{}``, ``~timer{25%minutes}``.
"""

from __future__ import annotations

import re

from mealplan.recipes.recipe import Recipe, build_recipe
from mealplan.recipes.times import to_minutes

INGREDIENT = re.compile(
    r"@(?P<marks>[@&?+-]*)(?:(?P<name>[^@#~{}\n]+?)\{(?P<amount>[^{}]*)\}(?:\((?P<note>[^()]*)\))?|(?P<word>[\w'-]+))"
)
COOKWARE = re.compile(r"#(?:([^@#~{}\n]+?)\{[^{}]*\}|([\w'-]+))")
TIMER = re.compile(r"~(?P<name>[^@#~{}\n]*?)\{(?P<time>[^{}]*)\}")
FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.S)
FIELD = re.compile(r"^(?:>>\s*)?([\w .-]+?)\s*:\s*(.*)$")


def read_cooklang(text: str, source: str, title: str) -> Recipe:
    """The recipe of a ``.cook`` file; ``title`` is the file's name, which names it unless the metadata do.

    Raises: UnreadableRecipe.
    """
    fields, body = _read_metadata(re.sub(r"\[-.*?-\]", "", text, flags=re.S))
    body = re.sub(r"(?<!-)--(?!-).*$|^\s*//.*$", "", body, flags=re.M)
    lines: list[str] = []
    steps: list[str] = []
    for paragraph in re.split(r"\n\s*\n", body):
        kept = [line for line in paragraph.splitlines() if not re.match(r"\s*(?:>|={1,}|$)", line)]
        step = " ".join(kept).strip()
        lines += [_to_line(found) for found in INGREDIENT.finditer(step) if "&" not in found["marks"]]
        if step:
            steps.append(_to_prose(step))
    prep, cook = (
        to_minutes(fields.get(key) or fields.get(f"time.{key[:4].strip()}")) for key in ("prep time", "cook time")
    )
    total = next((to_minutes(fields[key]) for key in ("time required", "time", "duration") if fields.get(key)), None)
    return build_recipe(
        title=fields.get("title") or title,
        lines=lines,
        steps=steps,
        source=source,
        serves=fields.get("servings") or fields.get("serves") or fields.get("yield") or "",
        minutes=total or ((prep or 0) + (cook or 0)) or None,
        active_minutes=prep,
        category=fields.get("course") or fields.get("category") or "",
        cuisine=fields.get("cuisine", ""),
    )


def _read_metadata(text: str) -> tuple[dict[str, str], str]:
    fields: dict[str, str] = {}
    front = FRONT_MATTER.match(text)
    if front:
        parent = ""
        for line in front[1].splitlines():
            if found := FIELD.match(line.strip()):
                key = found[1].lower()
                # "time:" with "prep:" and "cook:" below it, the one nesting the conventions know.
                parent = "" if not line.startswith((" ", "\t")) else parent
                fields[f"{parent}.{key}" if parent else key] = found[2].strip().strip("\"'")
                parent = parent if found[2].strip() or parent else key
        text = text[front.end() :]
    body = []
    for line in text.splitlines():
        if line.startswith(">>") and (found := FIELD.match(line)):
            fields[found[1].lower()] = found[2].strip()
        else:
            body.append(line)
    return fields, "\n".join(body)


def _to_line(found: re.Match[str]) -> str:
    """``@onion{1}(diced)`` -> ``1 onion, diced``."""
    name = (found["name"] or found["word"]).strip()
    # A reference to another recipe is a path; its last part names it.
    name = name.rsplit("/", 1)[-1]
    quantity, _, unit = (found["amount"] or "").lstrip("=").partition("%")
    note = f", {found['note']}" if found["note"] else ""
    optional = " (optional)" if "?" in found["marks"] else ""
    return f"{quantity.strip()} {unit.strip()} {name}{note}{optional}".strip()


def _to_prose(step: str) -> str:
    prose = INGREDIENT.sub(lambda found: (found["name"] or found["word"]).strip().rsplit("/", 1)[-1], step)
    prose = TIMER.sub(lambda found: found["time"].replace("%", " ") or found["name"], prose)
    return COOKWARE.sub(lambda found: (found[1] or found[2]).strip(), prose)
