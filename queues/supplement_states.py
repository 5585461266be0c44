"""How a supplement request ends and begins anew, with its steps, its notices, its clock and its questions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from config.programs import load_programs
from queues import audit, crypto, processing_time, unsent
from queues.days import today
from queues.models import (
    Application,
    Notice,
    NoticeState,
    ReviewState,
    ReviewTask,
    SupplementRequest,
    SupplementState,
    SupplementStep,
)

QUESTION = "notice_supplement"
"""The kind of review that asks what is to become of a request."""
IS_OPEN = "open"
"""What the source says of a case that goes on."""
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


class CannotSupplement(Exception):
    """Not possible as things stand. The text says why, for the person who tried."""


def locked(session: Session, request_id: int) -> tuple[Application, SupplementRequest]:
    """A request with its case, both locked. Raises CannotSupplement when there is none."""
    found = session.get(SupplementRequest, request_id)
    if found is None:
        raise CannotSupplement("없는 보완 요청입니다.")
    application = session.get_one(Application, found.application_id, with_for_update=True)
    session.refresh(application)
    session.refresh(found, with_for_update=True)
    return application, found


def requests_of(session: Session, application_id: int) -> list[SupplementRequest]:
    """All of a case, the first made first, locked."""
    query = select(SupplementRequest).where(SupplementRequest.application_id == application_id)
    return list(session.exec(query.order_by(col(SupplementRequest.id)).with_for_update()))


def notices_of(session: Session, request: SupplementRequest, kinds: Iterable[str] = ()) -> list[Notice]:
    """The notices of a request (of these kinds) in the order in which they were announced."""
    query = select(Notice).where(Notice.supplement_id == request.id)
    found = session.exec(query.order_by(col(Notice.id))).all()
    among = set(kinds)
    return [notice for notice in found if not among or notice.kind in among]


def step(
    session: Session,
    request: SupplementRequest,
    kind: str,
    actor: str,
    *,
    due_on: date | None = None,
    notice: Notice | None = None,
    reason: str = "",
    on: date | None = None,
) -> SupplementStep:
    """Keep a stage, and note it in the audit. `reason` is what a person wrote, kept sealed."""
    row = SupplementStep(
        supplement_id=request.id,
        kind=kind,
        on=on or today(),
        due_on=due_on,
        notice_id=notice.id if notice else None,
        made_by=actor,
        reason_enc=crypto.seal(reason) if reason else None,
    )
    session.add(row)
    request.version += 1
    session.add(request)
    audit.record(
        session, actor, f"supplement.{kind}", "supplement_request", request.id,
        application=request.application_id, due_on=due_on.isoformat() if due_on else None,
    )  # fmt: skip
    return row


def end(
    session: Session,
    application: Application,
    request: SupplementRequest,
    state: SupplementState,
    actor: str,
    *,
    reason: str = "",
    last_day: date | None = None,
    but: Iterable[str] = (),
) -> bool:
    """Close a request: its notices that have not left are called back, the clock goes on.

    reason    a code
    last_day  the last day that does not count; today unless given
    but       kinds of notices that go out all the same

    Returns whether none of its letters left, so that the applicant knows nothing of it.
    """
    kept = set(but)
    unknown_to_applicant = True
    for notice in notices_of(session, request):
        if notice.kind not in kept and notice.state != NoticeState.SERVED:
            unknown_to_applicant &= unsent.call_back(session, notice, reason or state.value, actor)
        else:
            unknown_to_applicant &= not unsent.left(session, notice)
    request.state, request.reason = state.value, reason
    request.closed_at = datetime.now(UTC)
    session.add(request)
    processing_time.go_on(session, application, last_day or today(), actor)
    withdraw_questions(session, application.id, actor)
    session.flush()
    return unknown_to_applicant


def reopen(session: Session, application: Application, request: SupplementRequest, actor: str) -> None:
    """What had satisfied it was taken back: it is as if it had never come."""
    request.state, request.reason, request.closed_at = SupplementState.ASKED.value, "", None
    session.add(request)
    step(session, request, "reopened", actor, due_on=request.due_on)
    processing_time.stand_again(session, application, request, actor)


def withdraw_questions(session: Session, application_id: int, actor: str) -> None:
    """What was asked about the request has answered itself."""
    query = select(ReviewTask).where(
        ReviewTask.kind == QUESTION,
        ReviewTask.application_id == application_id,
        col(ReviewTask.state).in_(_OPEN),
    )
    for task in session.exec(query.order_by(col(ReviewTask.id)).with_for_update()):
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)


def supplement_days(program: str) -> int:
    """Calendar days that the program gives for the first request."""
    described = load_programs().get(program)
    return described.supplement_days if described else 14
