"""Whether an application has all the papers that its program asks for, and what is still missing."""

from __future__ import annotations

from sqlmodel import Session

from queues import audit, supplement_papers
from queues.missing_papers import missing_papers, present_types
from queues.models import Application, ApplicationState


def settle_completeness(session: Session, application_id: int, actor: str) -> list[str]:
    """Move the application's state and its supplement request to what is attached now.

    Returns the missing types. A program that is not described in ``programs.yaml`` asks for nothing. A request
    that was sent is closed by what arrives, and stands again when that is taken off; sending one is the work of
    `notices.supplement`.
    """
    application = session.get_one(Application, application_id, with_for_update=True)
    have = present_types(session, application_id)
    missing = missing_papers(session, application, have)
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
    supplement_papers.settle(session, application, have, missing, actor)
    return missing
