"""All forms together: which words tell types apart, and which words are labels at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log

from rapidfuzz import process
from rapidfuzz.distance import Indel

from ocr.forms import Form, default_forms, other_labels
from ocr.labels import spelled

_SAME_WORD = 0.88
_SHORT_WORD = 0.6  # a word of two syllables is more easily found where it does not stand


@dataclass(frozen=True)
class Catalogue:
    """Forms by type, with what is computed from them once."""

    forms: Mapping[str, Form]

    @cached_property
    def worth(self) -> dict[str, dict[str, float]]:
        """For each word (mark or label) the types that bear it, worth the more the fewer they are."""
        bearers: dict[str, set[str]] = {}
        for form in self.forms.values():
            words = {*form.marks, *(label for spec in form.fields.values() for label in spec.labels)}
            for word in words:
                bearers.setdefault(word, set()).add(form.type)
        return {
            word: dict.fromkeys(
                types,
                log((len(self.forms) + 1) / (len(types) + 0.5)) * (1.0 if len(word) > 2 else _SHORT_WORD),
            )
            for word, types in bearers.items()
        }

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every word that is a label on some paper, so that a value is not looked for in it."""
        known: dict[str, None] = {}
        for form in self.forms.values():
            known |= dict.fromkeys(
                label for spec in form.fields.values() for label in (*spec.labels, *spec.fallback)
            )
            if form.people:
                known |= dict.fromkeys(h for heads in form.people.columns.values() for h in heads)
            known |= dict.fromkeys(m for m in form.marks if len(m) <= 10)
        return tuple(known | dict.fromkeys(other_labels()))

    @cached_property
    def _spelled_words(self) -> tuple[str, ...]:
        titles = (title for form in self.forms.values() for title in form.titles)
        return tuple(spelled(word) for word in (*self.labels, *titles))

    def is_word(self, text: str) -> bool:
        """Whether `text` is nothing but a label, mark or title that papers bear."""
        like = process.extractOne(spelled(text), self._spelled_words, scorer=Indel.normalized_similarity)
        return like is not None and like[1] >= (0.99 if len(text) < 3 else _SAME_WORD)

    def fields_of_labels(self, form: Form) -> dict[str, list[str]]:
        """Label -> fields of `form` that bear it."""
        mine: dict[str, list[str]] = {}
        for field, spec in form.fields.items():
            for label in (*spec.labels, *spec.fallback):
                mine.setdefault(label, []).append(field)
        return mine


@lru_cache(maxsize=1)
def default_catalogue() -> Catalogue:
    """The catalogue of `config/forms/` with the center's own forms."""
    return Catalogue(default_forms())
