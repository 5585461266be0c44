"""Notices: announced in the transaction of what they tell of, moved from state to state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from config.programs import load_programs
from queues import audit, crypto, work
from queues.models import Application, Notice, NoticeState

PREPARE = "notices.prepare"
ENDED = frozenset({NoticeState.SERVED, NoticeState.CANCELLED})


def announce(
    session: Session,
    kind: str,
    application: Application,
    key: str,
    values: Mapping[str, Any] | None = None,
    *,
    supplement_id: int | None = None,
    due_on: date | None = None,
    reply_days: int | None = None,
    to_employer: bool | None = None,
    actor: str = "bot",
) -> Notice:
    """Have a notice of `kind` made and brought to the applicant, in the caller's transaction.

    key     what it tells of, made of ids ("supplement:17:request"); the same key again is the same notice
    values  what the letter says besides what the case itself says, plain JSON; kept sealed
    to_employer  to the case's employer rather than its person; None: to whoever applies by the program
    """
    person_id, employer_id = addressee(application, to_employer)
    statement = (
        insert(Notice)
        .values(
            key=key,
            kind=kind,
            application_id=application.id,
            program=application.program,
            person_id=person_id,
            employer_id=employer_id,
            supplement_id=supplement_id,
            due_on=due_on,
            reply_days=reply_days,
            values_enc=crypto.seal(json.dumps(dict(values or {}))),
            state=NoticeState.DRAFT.value,
            made_by=actor,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(Notice.id))
    )
    created = session.execute(statement).scalar_one_or_none()
    notice = session.exec(select(Notice).where(Notice.key == key)).one()
    if created is not None:
        audit.record(
            session, actor, "notice.announce", "notice", notice.id, kind=kind, application=application.id
        )
        work.add(
            session,
            PREPARE,
            f"notice:{notice.id}",
            payload={"notice_id": notice.id},
            priority=40,
            actor=actor,
        )
    return notice


def addressee(application: Application, to_employer: bool | None = None) -> tuple[int | None, int | None]:
    """Who is written to about a case: the id of a person or, else None, of an employer."""
    if to_employer is None:
        program = load_programs().get(application.program)
        applies = program is not None and program.applicant == "employer"
        to_employer = application.employer_id is not None and (applies or application.person_id is None)
    return (None, application.employer_id) if to_employer else (application.person_id, None)


def is_anothers(session: Session, notice: Notice) -> bool:
    """Whether the case is another's by now than it was when the notice was announced."""
    application = session.get_one(Application, notice.application_id)
    if notice.employer_id is not None:
        return application.employer_id not in (None, notice.employer_id)
    return notice.person_id is not None and application.person_id not in (None, notice.person_id)


def readdress(session: Session, notice: Notice) -> bool:
    """The same; the notice is for that one then. A letter made before has to be made anew: it bears the name
    of somebody whose case this is not. One for nobody is for whose case it is by now."""
    application = session.get_one(Application, notice.application_id)
    if notice.person_id is None and notice.employer_id is None:
        notice.person_id, notice.employer_id = addressee(application)
        return notice.person_id is not None or notice.employer_id is not None
    if not is_anothers(session, notice):
        return False
    if notice.employer_id is not None:
        notice.employer_id = application.employer_id
    else:
        notice.person_id = application.person_id
    return True


def values_of(notice: Notice) -> dict[str, Any]:
    """What was told when it was announced."""
    found: dict[str, Any] = json.loads(crypto.open_(notice.values_enc)) if notice.values_enc else {}
    return found


def move(session: Session, notice: Notice, state: NoticeState, actor: str, *, reason: str = "") -> None:
    """Change the state of a notice and note it in the audit. What has ended stays ended: raises ValueError."""
    if notice.state in ENDED and notice.state != state:
        raise ValueError(f"notice {notice.id} has ended ({notice.state})")
    was, notice.state, notice.reason = notice.state, state.value, reason
    notice.version += 1
    now = datetime.now(UTC)
    if state == NoticeState.READY and notice.ready_at is None:
        notice.ready_at = now
    if state == NoticeState.SENT and notice.sent_at is None:
        notice.sent_at = now
    if state in ENDED:
        notice.ended_at = now
    session.add(notice)
    audit.record(session, actor, "notice.state", "notice", notice.id, was=was, now=state.value, reason=reason)
