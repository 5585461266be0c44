"""What a person does about an upload to the post: call it back, or say whether it was taken; a bot carries it out."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from dashboard.acts.decisions import Refused
from dashboard.acts.reviewing import Stale
from dashboard.acts.rights import Right, require
from dashboard.reads.post_batches import ANSWER, CALL_BACK, reference, under_way, version
from dashboard.visitor import Visitor
from queues import audit, work
from queues.models import PostBatch, PostBatchState, WorkItem, WorkState

POSTED, NOT_POSTED = "posted", "not_posted"
_FIRST = 300
"""Before everything else: the post takes a job back for an hour only."""
_LONGEST = 500


def call_back(session: Session, visitor: Visitor, batch_id: int, seen: int) -> WorkItem:
    """Have all letters of an upload called back. Raises `NotAllowed`, `Refused`, `Stale`.

    seen  the upload's version, as the person saw it (`dashboard.reads.post_batches.version`)
    """
    batch = _held(session, visitor, batch_id, seen)
    now = datetime.now(UTC)
    if batch.state != PostBatchState.PAID or batch.cancel_until is None or batch.cancel_until <= now:
        raise Refused("우편 접수를 취소할 수 있는 시간이 지났습니다. 우편은 그대로 나갑니다.")
    audit.record(
        session, visitor.actor, "post_batch.call_back", "post_batch", batch_id, letters=batch.letters
    )
    return _have_done(session, visitor, CALL_BACK, batch_id, {"batch_id": batch_id}, "")


def answer(
    session: Session, visitor: Visitor, batch_id: int, seen: int, said: str, comment: str = ""
) -> WorkItem:
    """Say of an upload in doubt that it is `POSTED` or `NOT_POSTED`; a bot holds that against the site's list.

    comment  why; required with `NOT_POSTED`, and kept sealed. Raises `NotAllowed`, `Refused`, `Stale`.
    """
    batch = _held(session, visitor, batch_id, seen)
    if said not in (POSTED, NOT_POSTED):
        raise Refused("접수 여부를 골라 주십시오.")
    if batch.state != PostBatchState.UNKNOWN:
        raise Refused("이미 접수 여부가 정해진 우편입니다.")
    comment = comment.strip()[:_LONGEST]
    if said == NOT_POSTED and not comment:
        raise Refused("사이트에서 무엇을 확인하였는지 사유를 적어 주십시오.", "comment")
    if said == NOT_POSTED and batch.paid_at is not None:
        raise Refused("결제된 것으로 확인된 접수입니다. ‘접수되지 않음’으로 답할 수 없습니다.")
    audit.record(session, visitor.actor, "post_batch.answer", "post_batch", batch_id, answer=said)
    payload = {"batch_id": batch_id, "answer": said}
    return _have_done(session, visitor, ANSWER, batch_id, payload, comment)


def _held(session: Session, visitor: Visitor, batch_id: int, seen: int) -> PostBatch:
    """The upload as the person saw it, locked."""
    require(visitor, Right.SEND_NOTICES)
    query = select(PostBatch).where(PostBatch.id == batch_id).with_for_update()
    batch = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if batch is None:
        raise Refused("없는 우편 접수입니다.")
    if version(session, batch_id) != seen:
        raise Stale("그 사이 이 우편 접수의 상태가 바뀌었습니다. 아무것도 하지 않았습니다.")
    if under_way(session, batch_id):
        raise Refused("앞서 요청한 일을 봇이 처리하고 있습니다. 끝난 뒤에 다시 보십시오.")
    return batch


def _have_done(
    session: Session, visitor: Visitor, bot: str, batch_id: int, payload: dict[str, object], note: str
) -> WorkItem:
    """A new piece of work; what an earlier one asked a person is answered by it."""
    query = select(WorkItem).where(WorkItem.bot == bot, WorkItem.reference == reference(batch_id))
    before = session.exec(query.order_by(col(WorkItem.attempt).desc()).limit(1)).first()
    if before is not None and before.state == WorkState.REVIEW:
        work.cancel(session, before, visitor.actor, "answered_again")
    return work.add(
        session,
        bot,
        reference(batch_id),
        payload=payload,
        priority=_FIRST,
        attempt=(before.attempt if before is not None else 0) + 1,
        actor=visitor.actor,
        note=note,
    )
