"""Whether the next paper of a batch belongs to the letter before it, or begins another."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from ocr.forms import default_forms
from ocr.linking.channel import compare
from ocr.linking.profile import Reading, document_readings, readings_of
from ocr.symbols import SYMBOL
from ocr.types import DocumentRead

_SURE = 0.6
_AGREES = frozenset(("exact", "partial", "alike", "confusable"))
_APART = frozenset(("different", "two_digits"))
_TELLING = ("rrn", "name", "receipt_no")  # in the order in which they tell two people apart

Person = list[Reading]


class Likeness(Enum):
    """Of the people on two papers."""

    SAME = "same"
    UNKNOWN = "unknown"
    OTHER = "other"


class Changes:
    """Takes the documents of a batch in their order; remembers the letter that is open.

    `doubtful`: papers that name nobody, or somebody who was not read well, are in the open letter.
    """

    def __init__(self) -> None:
        self.doubtful = False
        self._people: list[Person] = []
        self._kinds: list[str] = []

    def begins(self, document: DocumentRead, *, unreadable: bool = False) -> bool:
        """Whether the document begins a letter; it is then taken into that letter or the open one."""
        kind = "unreadable" if unreadable else _kind(document)
        people = [] if kind in ("unreadable", "cover") else _people(document)
        like = self._likeness(people)
        begins = not self._kinds or self._cuts(kind, like)
        if begins:
            self.doubtful, self._people, self._kinds = False, [], []
        elif like != Likeness.SAME and set(self._kinds) != {"cover"}:
            self.doubtful = True
        self._kinds.append(kind)
        for person in people:
            self._remember(person)
        return begins

    def _cuts(self, kind: str, like: Likeness) -> bool:
        """A cover, a form or the center's own letter comes first; another person is another letter."""
        if kind == "cover" or set(self._kinds) == {"cover"}:
            return kind == "cover" and "cover" not in self._kinds
        if kind in ("application", "own_letter"):
            return like != Likeness.SAME
        return like == Likeness.OTHER

    def _likeness(self, people: Sequence[Person]) -> Likeness:
        """Of the people on a paper to those of the open letter: the same if any of them is."""
        found = {likeness(a, b) for a in people for b in self._people}
        if Likeness.SAME in found:
            return Likeness.SAME
        return Likeness.OTHER if found == {Likeness.OTHER} and len(people) == 1 else Likeness.UNKNOWN

    def _remember(self, person: Person) -> None:
        known = next((p for p in self._people if likeness(person, p) == Likeness.SAME), None)
        if known is None:
            self._people.append(list(person))
        else:
            known.extend(person)


def likeness(a: Sequence[Reading], b: Sequence[Reading]) -> Likeness:
    """Whether two papers name the same person, as far as both were read well; the number tells before the name."""
    for field in _TELLING:
        mine, others = _sure(a, field), _sure(b, field)
        if not mine or not others:
            continue
        levels = {compare(field, x.value, y.value).name for x in mine for y in others}
        if levels & _AGREES:
            return Likeness.SAME
        if levels <= _APART:
            return Likeness.OTHER
        return Likeness.UNKNOWN
    return Likeness.UNKNOWN


def _sure(readings: Sequence[Reading], field: str) -> list[Reading]:
    return [r for r in readings if r.field == field and r.confidence >= _SURE]


def _people(document: DocumentRead) -> list[Person]:
    """What a paper says of each person that it names; of a list all of them."""
    rows = [readings_of(fields, 0) for fields in document.people] if len(document.people) > 1 else []
    found = [document_readings(document, 0), *rows]
    return [r for r in found if any(x.field in _TELLING for x in r)]


def _kind(document: DocumentRead) -> str:
    form = default_forms().get(document.type)
    if form is not None:
        return form.kind
    number = document.fields.get("receipt_no")
    return "own_letter" if number is not None and SYMBOL in number.notes else document.type
