"""What became of a notice, by what became of an attempt to bring it to its recipient."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bots.notices import questions
from bots.notices.service import public_notice_takes_effect, runs_until, served_by
from config.settings import settings
from queues import days, dispatches, notices, supplementing
from queues.models import (
    Application,
    Dispatch,
    DispatchState,
    Notice,
    NoticeState,
    SupplementRequest,
)

T = TypeVar("T")
BATCH_UNKNOWN = "post_unknown"
"""Reason of a dispatch whose whole batch is in doubt: one question about the batch is asked, none about each."""
FIRST_LOOK = timedelta(hours=12)


def first_look() -> timedelta:
    """So long after it left a registered letter is first looked up."""
    return min(FIRST_LOOK, timedelta(minutes=settings().tracking_minutes))


def locked(session: Session, dispatch_id: int) -> tuple[Notice, Dispatch]:
    """A dispatch and its notice, held until the transaction ends, in the order in which all of them are taken:
    application, supplement request, notice, dispatch."""
    notice_id = session.exec(select(Dispatch.notice_id).where(Dispatch.id == dispatch_id)).one()
    told = select(Notice.application_id, Notice.supplement_id).where(Notice.id == notice_id)
    application_id, supplement_id = session.exec(told).one()
    if supplement_id is not None:
        session.exec(select(Application).where(Application.id == application_id).with_for_update()).one()
        session.exec(
            select(SupplementRequest).where(SupplementRequest.id == supplement_id).with_for_update()
        ).one()
    notice = session.exec(_held(select(Notice).where(Notice.id == notice_id))).one()
    return notice, session.exec(_held(select(Dispatch).where(Dispatch.id == dispatch_id))).one()


def settle(session: Session, dispatch: Dispatch, *, actor: str = "bot") -> Notice:
    """Move the notice of a dispatch to where it stands now, in the caller's transaction.

    Call it after every `dispatches.move`. Sent: the notice is sent. Delivered: it is served, with the day of
    service and the last day of the period that runs from it, and what was planned or asked about it besides
    is withdrawn. Returned, failed, unknown, cancelled: a person is asked, with the next channel proposed.

    What has ended (served, cancelled) stays as it is. An attempt that is not the last one changes the notice
    only by arriving. `locked` first, where others may be at the same notice.
    """
    session.flush()
    notice = session.exec(_held(select(Notice).where(Notice.id == dispatch.notice_id))).one()
    if notice.state in notices.ENDED:
        return notice
    state = DispatchState(dispatch.state)
    if state == DispatchState.DELIVERED:
        _arrived(session, notice, dispatch, actor)
    elif _is_last(session, dispatch):
        _stands(session, notice, dispatch, state, actor)
    _follow(session, notice)
    return notice


def _stands(session: Session, notice: Notice, dispatch: Dispatch, state: DispatchState, actor: str) -> None:
    """The notice goes with its last attempt, which has not arrived."""
    if state == DispatchState.SENT:
        _look_again(session, dispatch)
        _move(session, notice, NoticeState.SENT, actor)
        questions.withdraw(session, notice, actor)
    elif state in (DispatchState.PLANNED, DispatchState.LEAVING):
        _move(session, notice, NoticeState.SENDING, actor)
    elif state == DispatchState.RETURNED:
        _move(session, notice, NoticeState.RETURNED, actor, dispatch.reason or questions.RETURNED)
        questions.ask(session, notice, dispatch, questions.RETURNED, actor)
    elif state == DispatchState.UNKNOWN and dispatch.reason == BATCH_UNKNOWN:
        _move(session, notice, NoticeState.REVIEW, actor, questions.UNKNOWN)
    else:
        kind = questions.OF_STATE[state]
        _move(session, notice, NoticeState.REVIEW, actor, kind)
        questions.ask(session, notice, dispatch, kind, actor)


def _look_again(session: Session, dispatch: Dispatch) -> None:
    """Registered mail is looked up at the post; a public notice arrives when its days have passed."""
    left = dispatch.sent_at or datetime.now(UTC)
    if dispatch.channel == "public":
        dispatch.next_look_at = days.begins(public_notice_takes_effect(days.day_of(left)))
    elif dispatch.channel == "registered" and dispatch.next_look_at is None:
        dispatch.next_look_at = left + first_look()
    session.add(dispatch)


def _arrived(session: Session, notice: Notice, dispatch: Dispatch, actor: str) -> None:
    service = served_by(
        dispatch.channel, dispatch.delivered_at or datetime.now(UTC), official=notice.official
    )
    if service is None:  # it is there, but nothing proves it: an act is not served by that
        if _is_last(session, dispatch):
            _move(session, notice, NoticeState.SENT, actor)
        return
    notice.served_on, notice.served_how = service.on, service.how
    if notice.reply_days:
        notice.runs_until = runs_until(service.on, notice.reply_days)
    _move(session, notice, NoticeState.SERVED, actor)
    questions.withdraw(session, notice, actor)
    others = select(Dispatch).where(
        Dispatch.notice_id == notice.id,
        Dispatch.id != dispatch.id,
        Dispatch.state == DispatchState.PLANNED.value,
    )
    for other in session.exec(_held(others)).all():
        dispatches.move(session, other, DispatchState.CANCELLED, code="arrived_already", actor=actor)


def _move(session: Session, notice: Notice, state: NoticeState, actor: str, reason: str = "") -> None:
    if (notice.state, notice.reason) != (state.value, reason):
        notices.move(session, notice, state, actor, reason=reason)


def _is_last(session: Session, dispatch: Dispatch) -> bool:
    later = select(Dispatch.id).where(
        Dispatch.notice_id == dispatch.notice_id, col(Dispatch.number) > dispatch.number
    )
    return session.exec(later).first() is None


def _follow(session: Session, notice: Notice) -> None:
    """The dates of a supplement request go with its notice."""
    if notice.supplement_id is None:
        return
    supplementing.follow(session, notice)


def _held(query: SelectOfScalar[T]) -> SelectOfScalar[T]:
    """Locked, and as it stands in the database now."""
    return query.with_for_update().execution_options(populate_existing=True)
