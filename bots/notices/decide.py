"""notices.apply_decision: what a person decided about a notice takes effect.

The decision was committed by `queues.reviews.decide`; here it is carried out once, however often the work is
repeated. One that cannot be carried out as things stand by now changes nothing: the question is asked again,
with the reason.

    {"action": "resend", "channel", "to"?}         bring it by this channel; `to` another postal address
    {"action": "correct_address", "to"}            the recipient's address is this one; the letter is made for it
    {"action": "was_sent", "registered_no"?}       a doubtful attempt did leave
    {"action": "was_not_sent"}                     it did not
    {"action": "was_served", "on", "receiver"?}    what is under way arrived on that day
    {"action": "was_returned", "on"?}              it came back
    {"action": "other_number", "registered_no"}    it has another registration number
    {"action": "public_notice", "posted_on", "places"}     it was published (공시송달)
    {"action": "handed_over", "on", "receiver"}    it was handed over (교부송달)
    {"action": "prepare"}                          make the letter anew of what the case says now
    {"action": "drop"}                             it does not leave
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from bots.notices import answers
from bots.notices.given import Given, Refused
from config import review_reasons
from queues import audit, reviews
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import (
    Application,
    Notice,
    ReviewState,
    ReviewTask,
    SupplementRequest,
)
from queues.notices import ENDED
from queues.sealed_fields import APPLIED

_ACTIONS: dict[str, Callable[[Given], None]] = {
    "resend": answers.resend,
    "correct_address": answers.correct_address,
    "was_sent": answers.was_sent,
    "was_not_sent": answers.was_not_sent,
    "was_served": answers.was_served,
    "was_returned": answers.was_returned,
    "other_number": answers.other_number,
    "public_notice": answers.public_notice,
    "handed_over": answers.handed_over,
    "prepare": answers.prepare,
    "drop": answers.drop,
}
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


@bot(reviews.APPLY_TO_NOTICE, title="통지 결정 반영", concurrency=2)
def run(item: Work) -> Outcome:
    """Carry out the decision of one review task."""
    return Outcome(counts={apply_decision(int(item.payload["task_id"])): 1})


def apply_decision(task_id: int) -> str:
    """Carry out a decided task, once; "done", "again" (it is asked again), or "before" (nothing to do)."""
    with record() as session:
        told = session.exec(select(ReviewTask.evidence).where(ReviewTask.id == task_id)).one()
        notice = hold(session, int(told["notice_id"])) if told.get("notice_id") else None
        task = session.get_one(ReviewTask, task_id, with_for_update=True, populate_existing=True)
        decision = task.decision
        if task.state != ReviewState.DECIDED or decision is None or APPLIED in decision:
            return "before"
        task.decision = {**decision, APPLIED: datetime.now(UTC).isoformat()}
        session.add(task)
        session.flush()
        if notice is None or notice.state in ENDED:
            return "before"
        return _carry_out(session, task, notice, decision)


def _carry_out(session: Session, task: ReviewTask, notice: Notice, decision: dict[str, Any]) -> str:
    actor = f"account:{task.decided_by}"
    act = _ACTIONS.get(str(decision.get("action")))
    try:
        with session.begin_nested():
            if act is None:
                raise Refused("unknown_action")
            _withdraw_others(session, task, notice, actor)
            act(Given(session, task, notice, decision, actor))
            session.flush()
    except Refused as refused:
        session.refresh(notice)
        _ask_again(session, task, notice, refused.code, actor)
        return "again"
    return "done"


def hold(session: Session, notice_id: int) -> Notice:
    """A notice, held until the transaction ends, in the order in which all are taken: application, supplement
    request, notice."""
    told = select(Notice.application_id, Notice.supplement_id).where(Notice.id == notice_id)
    application_id, supplement_id = session.exec(told).one()
    if supplement_id is not None:
        session.exec(select(Application.id).where(Application.id == application_id).with_for_update()).one()
        session.exec(
            select(SupplementRequest.id).where(SupplementRequest.id == supplement_id).with_for_update()
        ).one()
    query = select(Notice).where(Notice.id == notice_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _ask_again(session: Session, task: ReviewTask, notice: Notice, code: str, actor: str) -> None:
    """The same question, with the reason why the answer could not be carried out."""
    words = review_reasons.title(f"notice_refused_{code}") or review_reasons.title("notice_refused")
    question = review_reasons.question(task.reason)
    reviews.open_task(
        session,
        kind=task.kind,
        reason=task.reason,
        question=f"{words} {question}",
        application_id=task.application_id,
        notice_id=notice.id,
        evidence={**task.evidence, "refused": code},
        priority=task.priority,
        due_at=task.due_at,
        actor=actor,
    )


def _withdraw_others(session: Session, task: ReviewTask, notice: Notice, actor: str) -> None:
    """What else was asked about how it goes on with this notice is answered by this, too."""
    query = select(ReviewTask).where(
        ReviewTask.subject == f"notice:{notice.id}",
        ReviewTask.id != task.id,
        col(ReviewTask.state).in_(_OPEN),
    )
    for other in session.exec(query.order_by(col(ReviewTask.id)).with_for_update()).all():
        other.state, other.version = ReviewState.CANCELLED.value, other.version + 1
        session.add(other)
        audit.record(session, actor, "review.cancel", "review_task", other.id)
