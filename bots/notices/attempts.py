"""The attempts of a notice about which a person decides; its row is held by the caller."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from bots.notices import fate
from bots.notices.given import Given, Refused
from queues import days, dispatches, notices
from queues.models import Dispatch, DispatchState, Notice, NoticeState, PostBatch, PostBatchState
from queues.ways import recipient_of

_MAY_BE_OUT = (DispatchState.LEAVING.value, DispatchState.UNKNOWN.value)


def doubtful(given: Given) -> Dispatch:
    found = given.session.exec(
        select(Dispatch)
        .where(Dispatch.notice_id == given.notice.id, Dispatch.state == DispatchState.UNKNOWN.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise Refused("not_in_doubt")
    return found


def under_way(given: Given) -> Dispatch:
    """The attempt that the question is about, which the outside took over and whose end nobody has told."""
    query = select(Dispatch).where(
        Dispatch.notice_id == given.notice.id, Dispatch.state == DispatchState.SENT.value
    )
    if about := given.task.evidence.get("dispatch_id"):
        query = query.where(Dispatch.id == int(about))
    query = query.order_by(col(Dispatch.number).desc()).with_for_update()
    found = given.session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise Refused("not_under_way")
    return found


def is_anothers(given: Given, dispatch: Dispatch, number: str) -> bool:
    """Whether another letter has this registration number."""
    query = select(Dispatch.id).where(Dispatch.registered_no == number, Dispatch.id != dispatch.id)
    return given.session.exec(query).first() is not None


def call_off(given: Given) -> None:
    """What is planned is called off; what may be out already must be settled first: never twice."""
    query = select(Dispatch).where(
        Dispatch.notice_id == given.notice.id,
        col(Dispatch.state).in_([*_MAY_BE_OUT, DispatchState.PLANNED.value]),
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    for dispatch in given.session.exec(locked).all():
        if dispatch.state in _MAY_BE_OUT or not _still_here(given.session, dispatch):
            raise Refused("may_be_out")
        dispatches.move(given.session, dispatch, DispatchState.CANCELLED, code="other_way", actor=given.actor)
        notices.move(given.session, given.notice, NoticeState.READY, given.actor, reason="other_way")
    given.session.flush()


def _still_here(session: Session, dispatch: Dispatch) -> bool:
    if dispatch.batch_id is None:
        return True
    batch = session.get_one(PostBatch, dispatch.batch_id, with_for_update=True, populate_existing=True)
    return batch.state == PostBatchState.PLANNED


def never_was_final(notice: Notice) -> bool:
    """Whether an act has not been through its line yet, or is being made anew: there is nothing to be sent."""
    return notice.official and (notice.ready_at is None or notice.document_no is None)


def by_person(given: Given, channel: str) -> Dispatch:
    """An attempt that a person made."""
    if not given.notice.letter_sha256 or never_was_final(given.notice):
        raise Refused("not_ready")
    who = recipient_of(given.session, given.notice)
    if who is None:
        raise Refused("no_recipient")
    call_off(given)
    return dispatches.plan(given.session, given.notice, channel, {"name": who.name}, actor=given.actor)


def move_attempt(
    given: Given,
    dispatch: Dispatch,
    state: DispatchState,
    code: str,
    *,
    on: date | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    now = datetime.now(UTC)
    at = min(days.begins(on), now) if on and on < days.today() else now
    dispatches.move(
        given.session, dispatch, state, code=code, detail=detail, happened_at=at, actor=given.actor
    )
    fate.settle(given.session, dispatch, actor=given.actor)
