"""Deliveries: which papers come together, from whom, by which medium, and what ought to become of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bots.sandbox.casebook import Case, Casebook, Person
from bots.sandbox.papers import NOT_PAPERS, Paper

MEDIA = ("fax_fine", "fax_std", "scan_pdf", "text_pdf", "photo", "png")


@dataclass
class Part:
    """A paper in a delivery, with what ought to become of it.

    receipt_no   the case it belongs to, or None where a person must say
    receipt_nos  all cases it serves (a payroll of several people on file); the first is `receipt_no`
    decision     "attached", "review", "duplicate" or "discarded"
    reason       why a person must say: "not_on_file", "closed_case", "two_open_cases", ...
    """

    paper: Paper
    receipt_no: str | None
    decision: str
    reason: str = ""
    receipt_nos: tuple[str, ...] = ()


@dataclass
class Delivery:
    """Everything about one transmission but its pixels.

    rotation     degrees clockwise by which each page has to be turned to stand upright
    kind         the situation it stands for, e.g. "two_people"
    again        the delivery whose papers are sent a second time
    """

    number: int
    kind: str
    media: str
    parts: list[Part]
    sender: str
    caller: str
    sent: datetime
    rotation: list[int] = field(default_factory=list)
    again: Delivery | None = None
    path: str = ""

    @property
    def page_count(self) -> int:
        return sum(part.paper.pages for part in self.parts)

    def truth(self) -> dict[str, Any]:
        """One line of truth.jsonl; the keys of the labelled sets and a few of the sandbox's own."""
        parts, at = [], 1
        for part in self.parts:
            pages = list(range(at, at + part.paper.pages))
            at += part.paper.pages
            parts.append(
                {
                    "pages": pages,
                    "type": part.paper.type,
                    "receipt_no": part.receipt_no,
                    "fields": part.paper.fields,
                    "handwritten": part.paper.handwritten,
                    "decision": "duplicate" if self.again and part.decision != "discarded" else part.decision,
                    "reason": part.reason,
                    "receipt_nos": list(part.receipt_nos),
                    "layout": f"{part.paper.variant}/{part.paper.style}/{part.paper.font}",
                }
            )
        return {
            "file": self.path,
            "media": self.media,
            "sender": self.sender,
            "rotation": self.rotation,
            "sent_before": self.again is not None,
            "kind": self.kind,
            "parts": parts,
        }


def judge(paper: Paper, book: Casebook, together: list[Paper]) -> Part:
    """What ought to become of a paper, by what it and the person's other papers in the fax say.

    The rule of the labelled sets: a person must say where nobody of that name and number is on file,
    where the only cases are closed, and where two open cases fit and the paper names neither.
    """
    if paper.type in NOT_PAPERS or paper.person is None:
        return Part(paper, None, "discarded")
    reason = _why_not(paper, paper.person, book)
    if reason:
        return Part(paper, None, "review", reason)
    own = [p for p in together if p.person is paper.person]
    if not _identified(own, paper.person, book):
        return Part(paper, None, "review", "nothing_to_go_by")
    served = [case for worker in paper.workers if worker.person for case in book.open_cases_of(worker.person)]
    case = _case_meant(paper, paper.person, book)
    others = tuple(
        c.receipt_no
        for c in served
        if c.person is not paper.person and len(book.open_cases_of(c.person)) == 1
    )
    return Part(
        paper, case.receipt_no, "attached", "late_case" if case.late else "", (case.receipt_no, *others)
    )


def _why_not(paper: Paper, person: Person, book: Casebook) -> str:
    if not book.cases_of(person):
        return "not_on_file"
    open_cases = book.open_cases_of(person)
    if not open_cases:
        return "closed_case"
    if len(open_cases) > 1 and not paper.fields.get("receipt_no"):
        return "two_open_cases"
    return ""


def _case_meant(paper: Paper, person: Person, book: Casebook) -> Case:
    printed = paper.fields.get("receipt_no")
    cases = book.open_cases_of(person)
    return next((c for c in cases if c.receipt_no == printed), cases[0])


def _identified(papers: list[Paper], person: Person, book: Casebook) -> bool:
    """Whether what stands on the person's papers fits nobody else on file."""
    if any(p.fields.get("rrn") or p.fields.get("receipt_no") for p in papers):
        return True
    if any(p.type == "employment_contract" for p in papers):  # phone or birth date stand on it
        return True
    if any(p.fields.get("account") == person.account for p in papers):
        return True
    named = any(p.fields.get("name") for p in papers)
    firm = any(p.type in ("payroll", "business_registration") for p in papers)
    return not any(
        (not named or other.name == person.name) and (not firm or other.employer is person.employer)
        for other in book.people
        if other is not person
    )


def office_hours(rng: random.Random, day: datetime) -> datetime:
    """A moment of that day between 08:30 and 18:30."""
    return day.replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(seconds=rng.randrange(36_000))
