"""Whether an application has all the papers that its program asks for, and what is still missing."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from config.programs import load_programs
from queues import audit
from queues.models import (
    Application,
    ApplicationState,
    Attachment,
    Document,
    SupplementRequest,
    SupplementState,
)


def present_types(session: Session, application_id: int) -> set[str]:
    """Types of the documents attached to an application now."""
    query = (
        select(Document.type)
        .join(Attachment, col(Attachment.document_id) == col(Document.id))
        .where(Attachment.application_id == application_id, col(Attachment.undone_at).is_(None))
    )
    return set(session.exec(query))


def settle_completeness(session: Session, application_id: int, actor: str) -> list[str]:
    """Move the application's state and its draft supplement request to what is attached now.

    Returns the missing types. A program that is not described in ``programs.yaml`` asks for nothing.
    The due date counts from the application's reception; sending the request is another bot's work.
    """
    application = session.get_one(Application, application_id, with_for_update=True)
    program = load_programs().get(application.program)
    have = present_types(session, application_id)
    missing = program.missing(have) if program else []
    state = ApplicationState.INCOMPLETE if missing else ApplicationState.COMPLETE
    if not have:
        state = ApplicationState.RECEIVED
    if application.state != state:
        audit.record(
            session,
            actor,
            "application.state",
            "application",
            application_id,
            was=application.state,
            now=state,
        )
        application.state = state
        session.add(application)
    days = program.supplement_days if program else 14
    _supplement(session, application, missing if have else [], days, still_wanted=bool(have))
    return missing


def _supplement(
    session: Session, application: Application, missing: list[str], days: int, *, still_wanted: bool
) -> None:
    """`still_wanted`: papers of the case are there. Without any the request is withdrawn, not satisfied."""
    query = select(SupplementRequest).where(
        SupplementRequest.application_id == application.id, SupplementRequest.state == SupplementState.DRAFT
    )
    draft = session.exec(query).one_or_none()
    if draft is None and not missing:
        return
    if draft is None:
        due = application.received_on + timedelta(days=days) if application.received_on else None
        draft = SupplementRequest(application_id=application.id, due_on=due)
    if missing:
        draft.missing = missing  # else what it asked for stays on record
    else:
        draft.state = SupplementState.SATISFIED if still_wanted else SupplementState.WITHDRAWN
    session.add(draft)
