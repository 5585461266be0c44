"""What a letter says: what its event told, and what the case itself says, under the names of ``notices.yaml``.

Only declared names are given; what is not known is left out, so that the letter's own check names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from config.letterhead import load_letterhead
from config.notice_kinds import load_notice_kinds
from config.programs import load_programs
from config.remedies import Remedy, remedy_for
from ocr.forms import default_forms
from queues import crypto, masking, officers
from queues.days import today
from queues.models import Application, Attachment, Document, Employer, Notice, Officer, Person
from queues.notices import values_of

NOBODY = "담당자"
"""Who signs for a case that has no officer."""

Values = dict[str, Any]


def collect(session: Session, notice: Notice, on: date | None = None) -> Values:
    """The values of a notice as they are now, plain JSON, without number, date of effect and approvals.

    on  the day of the letter (`sent_on`); today unless given

    Raises KeyError for a kind that ``notices.yaml`` does not describe.
    """
    wanted = load_notice_kinds().needs(notice.kind, final=False)
    told = _in_words(values_of(notice))
    application = session.get_one(Application, notice.application_id)
    known = _of_the_case(session, notice, application, on or today())
    for name in wanted:
        if name in _LATER and (name in _BY_LAW or name not in told):
            known[name] = _LATER[name](session, notice, application, told)
    # What the case says of who and which case it is goes before what an event says.
    found = {**told, **known}
    return {name: value for name, value in found.items() if name in wanted and value not in (None, "", [])}


def remedy_of(notice: Notice, told: Mapping[str, Any]) -> Remedy | None:
    """How to object to the act that a notice tells of, by the day of the decision."""
    day = told.get("decided_on") or told.get("decided")
    on = date.fromisoformat(str(day)[:10]) if day else today()
    return remedy_for(notice.program, notice.kind, on)


def unknown_names(notice: Notice) -> list[str]:
    """What an event told under names that its kind does not have: somebody means something by it."""
    wanted = load_notice_kinds().needs(notice.kind, final=False)
    return sorted(name for name in _in_words(values_of(notice)) if name not in wanted)


def _of_the_case(session: Session, notice: Notice, application: Application, on: date) -> Values:
    officer = officers.owner(session, application)
    program = load_programs().get(application.program)
    return {
        **_recipient(session, notice),
        "receipt_no": application.receipt_no,
        "program": program.title if program else "",
        "applied_on": _iso(application.received_on),
        "sent_on": on.isoformat(),
        **_officer(officer),
    }


def _recipient(session: Session, notice: Notice) -> Values:
    if notice.employer_id is not None:
        employer = session.get_one(Employer, notice.employer_id)
        return {
            "to_name": employer.name,
            "to_employer": True,
            "to_postcode": employer.postcode,
            "to_address": employer.address,
        }
    person = session.get(Person, notice.person_id) if notice.person_id else None
    return {
        "to_name": person.name if person else "",
        "to_employer": False,
        "to_postcode": person.postcode if person else "",
        "to_address": person.address if person else "",
    }


def _officer(officer: Officer | None) -> Values:
    return {
        "officer": officer.name if officer and officer.name else NOBODY,
        "officer_phone": load_letterhead().phone,
        "team": officer.team if officer else "",
    }


def _remedies(_session: Session, notice: Notice, _application: Application, told: Values) -> list[str]:
    found = remedy_of(notice, told)
    return list(found.lines) if found else []


def _documents(
    session: Session, notice: Notice, application: Application, _told: Values
) -> list[dict[str, Any]]:
    """The papers of the case that have come, in the order of their arrival."""
    query = (
        select(Document)
        .join(Attachment, col(Attachment.document_id) == col(Document.id))
        .where(Attachment.application_id == application.id, col(Attachment.undone_at).is_(None))
        .order_by(col(Attachment.decided_at), col(Document.id))
    )
    return [{"title": document_title(d.type), "pages": len(d.pages)} for d in session.exec(query)]


def _process_by(_session: Session, _notice: Notice, application: Application, _told: Values) -> str | None:
    return _iso(application.due_on)


def _due_on(_session: Session, notice: Notice, _application: Application, _told: Values) -> str | None:
    return _iso(notice.due_on)


def _bank(_session: Session, _notice: Notice, application: Application, _told: Values) -> str:
    return application.bank


def _account(_session: Session, _notice: Notice, application: Application, _told: Values) -> str:
    return masking.account(crypto.open_(application.account_enc)) if application.account_enc else ""


_LATER: dict[str, Callable[[Session, Notice, Application, Values], Any]] = {
    "remedies": _remedies,
    "documents": _documents,
    "process_by": _process_by,
    "due_on": _due_on,
    "bank": _bank,
    "account_masked": _account,
}
"""What the case says where the event does not."""
_BY_LAW = frozenset({"remedies"})
"""What no event may say otherwise."""


def _in_words(told: Mapping[str, Any]) -> Values:
    """As told, with codes of papers in words and an account masked; what is for bots (`_...`) is not for a letter."""
    values = {name: value for name, value in told.items() if not name.startswith("_")}
    if account := str(values.pop("account", "") or ""):
        values["account_masked"] = masking.account(account)
    if isinstance(missing := values.get("missing"), list):
        values["missing"] = [m if isinstance(m, dict) else {"title": paper_title(str(m))} for m in missing]
    return values


def paper_title(need: str) -> str:
    """A required paper in words; "a|b" asks for one of both."""
    return " 또는 ".join(document_title(code) for code in need.split("|"))


def document_title(code: str) -> str:
    """The Korean title of a document type; the code itself where nobody has named it."""
    form = default_forms().get(code)
    return form.title if form else code


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
