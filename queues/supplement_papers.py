"""What arrives, or is taken off again, moves a case's supplement request by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from queues import audit
from queues.missing_papers import complete_on, outstanding
from queues.models import Application, SupplementRequest, SupplementState
from queues.supplement_letters import call_return_back, write_anew
from queues.supplement_states import IS_OPEN, end, reopen, requests_of, step

NO_PAPERS, BEFORE_SENT = "no_papers", "before_sent"
OVERTAKEN = "overtaken"


def settle(
    session: Session, application: Application, have: Iterable[str], missing: Sequence[str], actor: str
) -> None:
    """Bring the requests of a case (locked) to what is attached now.

    have     types that are attached; without any, what was asked for is withdrawn, not satisfied
    missing  what the program asks for besides
    """
    there = set(have)
    if application.status != IS_OPEN:
        return
    requests = requests_of(session, application.id)
    asked = next((r for r in requests if r.state == SupplementState.ASKED), None)
    if asked is None:
        asked = _taken_back(session, application, requests, there, actor)
    if asked is not None:
        _settle_asked(session, application, asked, there, missing, actor)
        if asked.state == SupplementState.ASKED:
            _put_draft_aside(session, requests, actor)
            return
    _settle_draft(session, application, requests, there, missing, actor)


def _taken_back(
    session: Session,
    application: Application,
    requests: Sequence[SupplementRequest],
    there: set[str],
    actor: str,
) -> SupplementRequest | None:
    """The latest request that reached the applicant and had been answered, when its papers are gone again."""
    for request in reversed(requests):
        if request.asked_on is None:
            continue
        lacks = bool(outstanding(request.missing, there))
        was_satisfied = request.state == SupplementState.SATISFIED
        had_none = request.state == SupplementState.WITHDRAWN and request.reason == NO_PAPERS
        if there and lacks and (was_satisfied or had_none):
            reopen(session, application, request, actor)
            return request
        return None
    return None


def _settle_asked(
    session: Session,
    application: Application,
    asked: SupplementRequest,
    there: set[str],
    missing: Sequence[str],
    actor: str,
) -> None:
    if not there:
        end(session, application, asked, SupplementState.WITHDRAWN, actor, reason=NO_PAPERS)
        step(session, asked, "withdrawn", actor)
        return
    lacks = outstanding(asked.missing, there)
    if not lacks:
        if not call_return_back(session, asked, actor):
            return  # the application has been given back, or may have been: what comes now is too late
        came = complete_on(session, application.id, asked.missing)
        unknown = end(session, application, asked, SupplementState.SATISFIED, actor, last_day=came)
        if unknown:
            asked.reason, asked.asked_on = BEFORE_SENT, None
        step(session, asked, "satisfied", actor, on=came)
        return
    if list(missing) != asked.missing:
        write_anew(session, asked, missing, actor)


def _put_draft_aside(session: Session, requests: Sequence[SupplementRequest], actor: str) -> None:
    """One thing is asked for at a time."""
    for request in requests:
        if request.state == SupplementState.DRAFT:
            request.state, request.reason = SupplementState.WITHDRAWN.value, OVERTAKEN
            session.add(request)
            audit.record(session, actor, "supplement.overtaken", "supplement_request", request.id)


def _settle_draft(
    session: Session,
    application: Application,
    requests: Sequence[SupplementRequest],
    there: set[str],
    missing: Sequence[str],
    actor: str,
) -> None:
    draft = next((r for r in requests if r.state == SupplementState.DRAFT), None)
    wanted = list(missing) if there else []
    if draft is None and not wanted:
        return
    if draft is None:
        draft = SupplementRequest(application_id=application.id)
    if wanted:
        if draft.missing != wanted:
            draft.missing, draft.version = wanted, (draft.version or 0) + 1
    else:  # what it asked for stays on record
        draft.state = (SupplementState.SATISFIED if there else SupplementState.WITHDRAWN).value
        draft.reason = BEFORE_SENT if there else NO_PAPERS
    session.add(draft)
    session.flush()
