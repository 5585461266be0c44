"""How Korean names look: surnames, syllables of given names, places that look the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import yaml

from config.settings import layered
from stt.redaction.lexicon import lexicon


@dataclass(frozen=True)
class NameShapes:
    """surnames: how frequent, in permille; given: syllables; places: names of districts, with and without 시/군/구."""

    surnames: dict[str, float]
    given: frozenset[str]
    places: frozenset[str]

    def surname_of(self, word: str) -> str:
        """The surname that a word may begin with, the longer first, else ""."""
        for length in (2, 1):
            if word[:length] in self.surnames and len(word) > length:
                return word[:length]
        return ""

    def is_full(self, word: str, least: float = 0.0) -> bool:
        """Whether a word has the form of a full name: a surname at least so frequent, and one or two syllables."""
        if word in self.places or word in lexicon().not_names:
            return False
        for length in (1, 2):
            surname, given = word[:length], word[length:]
            frequent = self.surnames.get(surname, -1.0) >= least
            fits = 1 <= len(given) <= 2 and set(given) <= self.given
            if frequent and (fits or given in lexicon().noun_names):
                return True
        return False

    def is_given(self, word: str) -> bool:
        """Whether two syllables may be a given name."""
        return (
            len(word) == 2
            and set(word) <= self.given
            and word not in self.places
            and word not in lexicon().not_names
        )


@lru_cache
def name_shapes() -> NameShapes:
    names = yaml.safe_load(layered("names.yaml")[-1].read_text("utf-8"))
    provinces = yaml.safe_load(layered("districts.yaml")[-1].read_text("utf-8"))["provinces"]
    places: set[str] = set()
    for province in provinces:
        words = [province["name"], *province["also"], *(w for d in province["districts"] for w in d.split())]
        places.update(words)
        places.update(word[:-1] for word in words if len(word) > 2)
    return NameShapes(
        {str(word): float(share) for word, share in names["surnames"].items()},
        frozenset(names["given_syllables"].split()),
        frozenset(places),
    )
