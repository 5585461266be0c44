"""Applications on file: what they say of a person, and finding them by number or name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from dashboard.reads.document_types import program_title
from queues.crypto import open_
from queues.models import Application, Employer, Person

FOUND = 8
"""How many cases a search shows."""


@dataclass(frozen=True)
class CaseOnFile:
    """An application with the values that a paper can be compared with, in clear."""

    application_id: int
    receipt_no: str
    program: str
    status: str
    received_on: str
    values: dict[str, str]

    @property
    def open(self) -> bool:
        return self.status == "open"


def cases(session: Session, application_ids: Iterable[int]) -> dict[int, CaseOnFile]:
    """Cases by id of their application."""
    ids = list(application_ids)
    if not ids:
        return {}
    rows = session.exec(_joined().where(col(Application.id).in_(ids))).all()
    return {a.id: _case(a, p, e) for a, p, e in rows}


def find(session: Session, words: str, limit: int = FOUND) -> list[CaseOnFile]:
    """Cases whose receipt number, name, company, or business number holds `words`; open ones first.

    Two characters at least, else nothing is found.
    """
    words = words.strip()
    if len(words) < 2:
        return []
    like = "%" + re.sub(r"([%_\\])", r"\\\1", words) + "%"
    query = (
        _joined()
        .where(
            or_(
                col(Application.receipt_no).ilike(like),
                col(Person.name).like(like),
                col(Employer.name).like(like),
                col(Employer.business_no).like(like),
            )
        )
        .order_by((col(Application.status) == "open").desc(), col(Application.receipt_no).desc())
        .limit(limit)
    )
    return [_case(a, p, e) for a, p, e in session.exec(query).all()]


def _joined() -> Any:
    """Applications with their person and employer."""
    return (
        select(Application, Person, Employer)
        .outerjoin(Person, col(Application.person_id) == col(Person.id))
        .outerjoin(Employer, col(Application.employer_id) == col(Employer.id))
    )


def _case(application: Application, person: Person | None, employer: Employer | None) -> CaseOnFile:
    values = {"receipt_no": application.receipt_no, "bank": application.bank}
    if application.account_enc:
        values["account"] = open_(application.account_enc)
    if person:
        values |= {
            "name": person.name,
            "birth_date": person.birth_date.isoformat() if person.birth_date else "",
            "phone": person.phone,
            "address": person.address,
            "rrn": open_(person.rrn_enc) if person.rrn_enc else "",
        }
    if employer:
        values |= {"company": employer.name, "business_no": employer.business_no}
        values |= {"employer_fax": employer.fax, "employer_phone": employer.phone}
    return CaseOnFile(
        application_id=application.id,
        receipt_no=application.receipt_no,
        program=program_title(application.program),
        status=application.status,
        received_on=application.received_on.isoformat() if application.received_on else "",
        values=values,
    )
