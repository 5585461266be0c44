"""Cases with papers that their officer has not looked at yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from dashboard.reads.document_types import need_title, program_title, title
from queues import masking
from queues.missing_papers import still_missing
from queues.models import (
    Application,
    Document,
    Employer,
    NewPaper,
    Officer,
    Person,
    SupplementRequest,
)
from queues.whose import Circle


@dataclass
class Papers:
    """A case and its new papers. `name` is masked; `missing` are titles of papers still lacking."""

    application_id: int
    receipt_no: str
    program: str
    name: str
    company: str
    due_on: date | None
    officer: str
    stand_in: bool
    titles: list[str] = field(default_factory=list)
    arrived_at: datetime | None = None
    missing: tuple[str, ...] | None = None


def papers_of(session: Session, circle: Circle, application_ids: Sequence[int]) -> dict[int, Papers]:
    """By id of the case."""
    if not application_ids:
        return {}
    cases = (
        select(Application, Person, Officer, Employer)
        .outerjoin(Person, col(Application.person_id) == col(Person.id))
        .outerjoin(Officer, col(Application.officer_id) == col(Officer.id))
        .outerjoin(Employer, col(Application.employer_id) == col(Employer.id))
        .where(col(Application.id).in_(application_ids))
    )
    found = {}
    for application, person, officer, employer in session.exec(cases).all():
        found[application.id] = Papers(
            application_id=application.id,
            receipt_no=application.receipt_no,
            program=program_title(application.program),
            name=masking.field("name", person.name) if person else "",
            company=employer.name if employer else "",
            due_on=application.due_on,
            officer=(officer.name or officer.number) if officer else "",
            stand_in=officer is not None and officer.id in circle.acting_for,
        )
    news = (
        select(NewPaper.application_id, Document.type, NewPaper.arrived_at)
        .join(Document, col(Document.id) == col(NewPaper.document_id))
        .where(col(NewPaper.application_id).in_(application_ids), col(NewPaper.seen_at).is_(None))
        .order_by(col(NewPaper.arrived_at))
    )
    for application_id, kind, arrived_at in session.exec(news).all():
        if application_id in found:
            found[application_id].titles.append(title(kind))
            found[application_id].arrived_at = arrived_at
    for application_id, missing in missing_of(session, application_ids).items():
        if application_id in found:
            found[application_id].missing = missing
    return found


def missing_of(session: Session, application_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Titles of what cases still lack; () where a request was satisfied, nothing where none was ever made."""
    ids = list(application_ids)
    lacking = still_missing(session, ids)
    ever = select(SupplementRequest.application_id).where(col(SupplementRequest.application_id).in_(ids))
    return {
        application_id: tuple(need_title(need) for need in lacking.get(application_id, ()))
        for application_id in session.exec(ever.distinct())
    }
