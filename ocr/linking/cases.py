"""Which of a person's cases a document is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.programs import load_programs
from ocr.linking import normal
from ocr.linking.index import CaseIndex, Person
from ocr.linking.levels import digits_level
from ocr.linking.policy import LinkPolicy
from ocr.linking.profile import Reading
from ocr.linking.records import ApplicationOnFile
from ocr.types import DocumentRead

_NEAR = frozenset(("confusable", "one_digit", "transposed", "gap"))
_READ_AT_ALL = 0.5
_SURE_OF_TYPE = 0.9


@dataclass(frozen=True, slots=True)
class Choice:
    """A case, or the reason why none was chosen; `among` are the receipt numbers still possible."""

    receipt_no: str = ""
    reason: str = ""
    among: tuple[str, ...] = ()
    by_receipt: bool = False


@lru_cache(maxsize=1)
def forms() -> dict[str, frozenset[str]]:
    """Programs by the document type of their application form."""
    found: dict[str, set[str]] = {}
    for program, entry in load_programs().items():
        found.setdefault(entry.form, set()).add(program)
    return {form: frozenset(programs) for form, programs in found.items()}


def is_form(document_type: str) -> bool:
    """Whether a document type is the application form of a program."""
    return document_type in forms()


def choose_for_form(
    document: DocumentRead, receipts: Sequence[Reading], person: Person, index: CaseIndex
) -> Choice:
    """The case of an application form: its receipt number decides, else its program.

    Between two open cases the program decides only where the form was surely recognised.
    """
    cases = sorted(person.applications.values(), key=lambda a: a.receipt_no)
    read = max(receipts, key=lambda r: r.confidence, default=None)
    if read is not None:
        told = by_receipt(read, cases, index)
        if told is not None:
            return told
    own = forms().get(document.type, frozenset())
    fitting = [a for a in cases if a.program in own]
    if not fitting:
        also = index.weights.fits.get(document.type, ())
        fitting = [a for a in cases if a.program in also]
    if document.type_confidence < _SURE_OF_TYPE and sum(a.is_open for a in cases) > 1:
        return Choice(reason="two_open_cases", among=_numbers(cases))
    return _only(fitting) if fitting else Choice(reason="other_program", among=_numbers(cases))


def choose_for_attachment(
    receipts: Sequence[Reading],
    person: Person,
    form_choices: Sequence[Choice],
    index: CaseIndex,
    policy: LinkPolicy,
) -> Choice:
    """The case of any other paper: the person's only open one.

    An application form of the same person in the delivery that found no case keeps its attachments
    with it: they are for the case that does not exist yet.
    """
    cases = sorted(person.applications.values(), key=lambda a: a.receipt_no)
    read = max(receipts, key=lambda r: r.confidence, default=None)
    if read is not None:
        told = by_receipt(read, cases, index)
        if told is not None:
            return told
    for choice in form_choices:
        if not choice.receipt_no:
            return choice
    chosen = {c.receipt_no for c in form_choices}
    if len(chosen) == 1 and policy.follow_the_form:
        return Choice(chosen.pop())
    only = _only(cases)
    if only.receipt_no and chosen and chosen != {only.receipt_no}:
        return Choice(reason="doubtful", among=_numbers(cases))
    return only


def by_receipt(read: Reading, cases: Sequence[ApplicationOnFile], index: CaseIndex) -> Choice | None:
    """What a receipt number on the paper says; None when it is too badly read to say anything."""
    levels = {a.receipt_no: digits_level(read.value, normal.receipt(a.receipt_no)).name for a in cases}
    by_number = {a.receipt_no: a for a in cases}
    exact = [n for n, level in levels.items() if level == "exact"]
    near = [n for n, level in levels.items() if level in _NEAR]
    for found in (exact, near):
        if len(found) == 1:
            if by_number[found[0]].is_open:
                return Choice(found[0], by_receipt=True)
            return Choice(reason="closed_case", among=(found[0],))
        if len(found) > 1:
            return Choice(reason="two_open_cases", among=tuple(found))
    if read.confidence < _READ_AT_ALL:
        return None
    if index.owner_of(read.value) is not None:
        return Choice(reason="conflict", among=_numbers(cases))
    return Choice(reason="doubtful", among=_numbers(cases))


def _only(cases: Sequence[ApplicationOnFile]) -> Choice:
    still_open = [a for a in cases if a.is_open]
    if len(still_open) == 1:
        return Choice(still_open[0].receipt_no)
    if still_open:
        return Choice(reason="two_open_cases", among=_numbers(still_open))
    return Choice(reason="closed_case", among=_numbers(cases))


def _numbers(cases: Sequence[ApplicationOnFile]) -> tuple[str, ...]:
    return tuple(a.receipt_no for a in cases)
