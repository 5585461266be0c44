"""Cases from a source into the record: persons, employers, officers and applications, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, select

from bots.cases.consents import Told, note_consents
from bots.cases.source import CaseRow
from config.programs import legal_due
from queues import crypto, officers, payment_orders, processing_time, supplementing
from queues.completeness import settle_completeness
from queues.models import Application, Employer, Officer, Person

ACTOR = "bot:cases.pull"
_LOCK = 0x63617365  # "case"


def upsert_cases(session: Session, rows: Iterable[CaseRow]) -> list[int]:
    """Write cases; returns the ids of the applications that are new or changed.

    One transaction at a time: a case that is registered may come with a pull at the same moment.
    """
    session.connection().execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    changed = []
    for row in rows:
        application = _application(session, row)
        if application is not None:
            changed.append(application.id)
    return changed


def _application(session: Session, row: CaseRow) -> Application | None:
    found = session.exec(select(Application).where(Application.receipt_no == row.receipt_no)).one_or_none()
    application = found or Application(receipt_no=row.receipt_no, program=row.program)
    person = _person(session, row, application.person_id)
    employer = _employer(session, row)
    officer = _officer(session, row)
    told = Told(row.consents, {"email": row.email, "box": row.box, "phone": row.phone}, row.consents_on)
    note_consents(session, told, f"case:{row.receipt_no}", person_id=person.id)
    if employer is not None:
        told = Told(
            row.employer_consents,
            {"email": row.employer_email, "box": row.employer_box, "phone": row.employer_phone},
            row.consents_on,
        )
        note_consents(session, told, f"case:{row.receipt_no}", employer_id=employer.id)
    account_index = crypto.blind_index("account", row.account) if row.account else application.account_index
    # A row that says nothing of something (a column that an export leaves out) takes nothing away.
    values = {
        "program": row.program,
        "status": row.status or application.status,
        "person_id": person.id,
        "employer_id": employer.id if employer else application.employer_id,
        "bank": row.bank or application.bank,
        "received_on": row.received_on or application.received_on,
        "account_index": account_index,
    }
    values |= _due(application, row)
    same = found is not None and all(getattr(application, k) == v for k, v in values.items())
    same = same and (officer is None or officer.id == application.told_officer_id)
    if same and not session.is_modified(person) and (employer is None or not session.is_modified(employer)):
        if application.officer_id is None:  # there may be somebody for it by now
            officers.settle_officer(session, application, officer)
        return None
    new_account = application.account_index != account_index
    if new_account:
        application.account_enc = crypto.seal(row.account)
    new_account = found is not None and (new_account or application.bank != values["bank"])
    was = application.status
    for name, value in values.items():
        setattr(application, name, value)
    application.source_version = row.version
    application.updated_at = _now(session)
    session.add(application)
    if session.is_modified(person):
        _touch_cases_of(session, person)  # who holds them in memory has to read them again
    session.flush()
    processing_time.settle_due(session, application)
    officers.settle_officer(session, application, officer)
    if new_account:
        payment_orders.account_changed(session, application.id, ACTOR)
    if found is not None and application.status != was:
        supplementing.end_with_case(session, application, ACTOR)
        settle_completeness(session, application.id, ACTOR)
    return application


def _due(application: Application, row: CaseRow) -> dict[str, object]:
    """The deadline that the source tells; where it tells none, the end of the program's legal period."""
    if row.due_on is not None:
        return {"due_base_on": row.due_on, "due_by": "source"}
    received = row.received_on or application.received_on
    if application.due_by == "source" or received is None:
        return {"due_base_on": application.due_base_on, "due_by": application.due_by}
    due = legal_due(row.program, received)
    return {"due_base_on": due, "due_by": "rule" if due else ""}


def _touch_cases_of(session: Session, person: Person) -> None:
    for other in session.exec(select(Application).where(Application.person_id == person.id)):
        other.updated_at = _now(session)
        session.add(other)


def _now(session: Session) -> datetime:
    """The database's clock: readers look for what changed since a time of theirs."""
    now: datetime = session.connection().execute(text("select clock_timestamp()")).scalar_one()
    return now


def _person(session: Session, row: CaseRow, known_id: int | None) -> Person:
    """The same resident number is the same person; without one, a case keeps the person it has (`known_id`),
    or gets one of its own."""
    index = crypto.blind_index("rrn", row.rrn) if row.rrn else None
    key = f"rrn:{index.hex()}" if index else f"case:{row.receipt_no}"
    person = session.get(Person, known_id) if known_id and not index else None
    person = person or session.exec(select(Person).where(Person.source_key == key)).one_or_none()
    if (
        person
        and row.name
        and person.name
        and person.name != row.name
        and _has_other_cases(session, person, row)
    ):
        # The same number under two names is a slip in one of them: neither may take over the other's particulars.
        key = f"case:{row.receipt_no}"
        person = session.exec(select(Person).where(Person.source_key == key)).one_or_none()
    if person is None:
        person = Person(source_key=key, rrn_index=index, rrn_enc=crypto.seal(row.rrn) if row.rrn else None)
    values = {
        "name": row.name,
        "birth_date": _date(row.birth_date),
        "phone": row.phone,
        "email": row.email,
        **_address(person, row.postcode, row.address),
    }
    for name, value in values.items():
        if value and getattr(person, name) != value:
            setattr(person, name, value)
    session.add(person)
    if person.id is None:
        session.flush()
    return person


def _has_other_cases(session: Session, person: Person, row: CaseRow) -> bool:
    query = select(Application.id).where(
        Application.person_id == person.id, Application.receipt_no != row.receipt_no
    )
    return session.exec(query).first() is not None


def _employer(session: Session, row: CaseRow) -> Employer | None:
    if not row.business_no:
        return None
    employer = session.exec(select(Employer).where(Employer.business_no == row.business_no)).one_or_none()
    if employer is None:
        employer = Employer(business_no=row.business_no)
    told = {
        "name": row.company,
        "phone": _digits(row.employer_phone),
        "fax": _digits(row.employer_fax),
        "representative": row.representative,
        "email": row.employer_email,
        **_address(employer, row.employer_postcode, row.employer_address),
    }
    for name, value in told.items():
        if value and getattr(employer, name) != value:
            setattr(employer, name, value)
    session.add(employer)
    if employer.id is None:
        session.flush()
    return employer


def _address(whose: Person | Employer, postcode: str, address: str) -> dict[str, str]:
    """What is told of an address, unless it is what was told before: a person may have put that right since.

    A new address does not keep the postcode of the old one.
    """
    told = " ".join(f"{postcode} {address}".split())
    if not told or told == whose.told_address:
        return {}
    whose.told_address = told
    if address and address != whose.address and not postcode:
        whose.postcode = ""
    return {"postcode": postcode, "address": address}


def _officer(session: Session, row: CaseRow) -> Officer | None:
    if not row.officer:
        return None
    officer = session.exec(select(Officer).where(Officer.number == row.officer)).one_or_none()
    if officer is None:
        officer = Officer(number=row.officer)
    told = {"name": row.officer_name, "team": row.officer_team, "center": row.officer_center}
    for name, value in told.items():
        if value and getattr(officer, name) != value:
            setattr(officer, name, value)
    session.add(officer)
    if officer.id is None or session.is_modified(officer):
        session.flush()
        session.info.pop("sharing", None)  # the teams are other ones now
    return officer


def _digits(text: str) -> str:
    """A telephone number as callers are compared with it."""
    return re.sub(r"[^0-9+]", "", text)


def _date(text: str) -> date | None:
    digits = re.sub(r"\D", "", text)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None
