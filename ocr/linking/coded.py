"""Documents whose case is told, by the center's own code on them or by a person who handed them in.

What is told decides, unless the paper contradicts it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr.linking import normal
from ocr.linking.cases import forms
from ocr.linking.channel import compare
from ocr.linking.index import CaseIndex, Person
from ocr.linking.profile import Reading, readings_of
from ocr.linking.records import ApplicationOnFile
from ocr.symbols import DIFFERS, FIELD, SYMBOL
from ocr.types import DocumentRead

_READ, _SURE = 0.5, 0.8
_AGREES = frozenset(("exact", "partial", "alike", "confusable"))


def coded_number(document: DocumentRead) -> str:
    """The receipt number that a symbol gives the document, or ""."""
    value = document.fields.get(FIELD)
    return value.value if value is not None and SYMBOL in value.notes else ""


def codes_disagree(document: DocumentRead) -> bool:
    """Whether the document's symbols, or a symbol and the print, name two cases."""
    value = document.fields.get(FIELD)
    return value is not None and SYMBOL in value.notes and any(note in value.notes for note in DIFFERS)


def told_number(document: DocumentRead, given: str) -> str:
    """The receipt number that the document's own code tells, else the one `given` for the delivery."""
    return coded_number(document) or given


def names_another_case(document: DocumentRead, number: str) -> bool:
    """Whether the document bears, read without doubt, the receipt number of another case."""
    value = document.fields.get(FIELD)
    return value is not None and not value.doubtful and normal.receipt(value.value) != normal.receipt(number)


def owner(number: str, index: CaseIndex) -> Person | None:
    """Whose case a receipt number is, or None where it is not on file."""
    key = index.owner_of(normal.receipt(number))
    return None if key is None else index.person(key)


def why_not(
    document: DocumentRead, readings: Sequence[Reading], case: ApplicationOnFile, given: str, index: CaseIndex
) -> str:
    """Why the document may not go to the case that it is told to be for; "" when it may.

    `given`: the case named for its delivery, "" for none; a code of its own for another one contradicts it.
    """
    person = owner(case.receipt_no, index)
    if person is None or codes_disagree(document) or contradicts(document, readings, person):
        return "conflict"
    if any(names_another_case(document, number) for number in (case.receipt_no, given) if number):
        return "conflict"
    if wrong_form(document, case, index):
        return "other_program"
    return "" if case.is_open else "closed_case"


def contradicts(document: DocumentRead, readings: Sequence[Reading], person: Person) -> bool:
    """Whether what the paper says of its person is read well enough, and is not this person.

    A name or resident number that is another's contradicts when it was read at all; one that differs in a
    single place, as a brother's or a neighbour's does, only when it was read surely and nothing else agrees.
    A list of people contradicts when none of them is the person.
    """
    rows = [readings, *(readings_of(fields, -1) for fields in document.people)]
    return all(_of_another(row, person) for row in rows if row) if any(rows) else False


def wrong_form(document: DocumentRead, case: ApplicationOnFile, index: CaseIndex) -> bool:
    """Whether the document is surely the application form of another program than the case's."""
    if document.type not in forms() or document.type_confidence < _SURE:
        return False
    programs = {*forms()[document.type], *index.weights.fits.get(document.type, ())}
    return case.program not in programs


def _of_another(readings: Sequence[Reading], person: Person) -> bool:
    agreeing = {r.field for r in readings if _levels(r, person) & _AGREES}
    return any(_is_another(r, _levels(r, person), agreeing) for r in readings if r.field in ("name", "rrn"))


def _levels(r: Reading, person: Person) -> set[str]:
    return {compare(r.field, r.value, value).name for value in person.values.get(r.field, ())}


def _is_another(r: Reading, levels: set[str], agreeing: set[str]) -> bool:
    if not levels or levels & _AGREES:
        return False
    if levels <= {"different", "two_digits"}:
        return r.confidence >= _READ
    return r.confidence >= _SURE and not agreeing & ({"name", "rrn", "phone"} - {r.field})
