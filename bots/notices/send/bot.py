"""notices.send brings one dispatch out by e-mail, as a message or by electronic delivery."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from bots.notices.send.once import ACTOR, Later, carry
from bots.notices.send.way import Doubtful, NotYet, SetUpWrong
from bots.notices.send.ways import service_of
from queues import audit, reviews, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Dispatch, ReviewState, ReviewTask, WorkItem
from queues.retry import RetryPolicy

SEND = "notices.send"
SET_UP = "notice_set_up"
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


class UntilItLeaves(RetryPolicy):
    """A dispatch is tried until it left or its time is over (the setting `send_give_up_hours`)."""

    def pause(self, error: Exception, tries: int) -> float | None:
        if isinstance(error, SetUpWrong):
            return 300.0 if tries <= 1 else 1800.0
        if isinstance(error, NotYet | Doubtful):
            growing = min(5.0 * 2.0 ** min(tries - 1, 10), 600.0)
            return growing if error.pause is None else max(error.pause, 1.0)
        return super().pause(error, tries)


@bot(SEND, title="통지 발송 (메일·문자·전자고지)", retry=UntilItLeaves(), concurrency=4, patient=True)
def run(item: Work) -> Outcome:
    """Carry one dispatch; what the channel refuses as a whole is asked about once for all of them."""
    dispatch_id = int(item.payload["dispatch_id"])
    service = _service(dispatch_id)
    try:
        state = carry(dispatch_id)
    except Later as later:
        _put_off(item, later.at)
        return Outcome(counts={"later": 1})
    except SetUpWrong as error:
        _ask(item, service, error)
        raise
    _withdraw_questions(service)
    return Outcome(counts={state: 1})


def _put_off(item: Work, at: datetime) -> None:
    """Another item does it when its hour has come."""
    with record() as session:
        last = session.exec(
            select(WorkItem.attempt)
            .where(WorkItem.bot == item.bot, WorkItem.reference == item.reference)
            .order_by(col(WorkItem.attempt).desc())
        ).first()
        work.add(
            session, item.bot, item.reference, payload=item.payload, attempt=(last or item.attempt) + 1,
            due_at=at, actor=ACTOR, reason="quiet_hours",
        )  # fmt: skip


def _service(dispatch_id: int) -> str:
    with record() as session:
        return service_of(session.get_one(Dispatch, dispatch_id).channel)


def _ask(item: Work, service: str, error: SetUpWrong) -> None:
    """A person is asked once, however many notices wait for the same."""
    with record() as session:
        if not _questions(session, service):
            reviews.open_task(
                session, kind="system_error", reason=SET_UP, question=error.text, item_id=item.id,
                evidence={"bot": item.bot, "service": service}, actor=ACTOR,
            )  # fmt: skip


def _withdraw_questions(service: str) -> None:
    """It goes again: what was asked about this way out has settled itself."""
    with record() as session:
        for task in _questions(session, service):
            task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
            session.add(task)
            audit.record(session, ACTOR, "review.cancel", "review_task", task.id)


def _questions(session: Session, service: str) -> list[ReviewTask]:
    query = select(ReviewTask).where(
        ReviewTask.kind == "system_error",
        ReviewTask.reason == SET_UP,
        col(ReviewTask.state).in_(_OPEN),
        col(ReviewTask.evidence)["service"].as_string() == service,
    )
    return list(session.exec(query.order_by(col(ReviewTask.id)).with_for_update()))
