"""Whether a line that quotes says what was said."""

from __future__ import annotations

import re
from collections import Counter

from stt.note.negation import negations
from stt.note.quantities import quantities

ENDING = 2
"""Letters of the last word that may be an ending of notes."""


def quoted_problems(line: str, said: str) -> tuple[str, ...]:
    """Codes of what does not hold: its letters stand in what was said, in that order, and every number and denial of it
    is there, and no other."""
    letters = iter(_plain(said))
    found = []
    if not all(letter in letters for letter in _plain(line)[:-ENDING]):
        found.append("not_said")
    if Counter(quantities(line)) != Counter(quantities(said)):
        found.append("number_changed")
    if len(negations(line)) != len(negations(said)):
        found.append("negation_changed")
    return tuple(found)


def _plain(text: str) -> str:
    return re.sub(r"[^가-힣A-Za-z0-9]", "", text)
