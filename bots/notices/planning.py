"""One notice that is ready becomes a planned attempt, or a question to a person."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from bots.notices import anew, questions
from bots.notices.channels import NO_CHANNEL, Choice, NoChannel, choose
from bots.notices.window import shows
from config import review_reasons
from config.channels import CHANNELS
from config.post_rates import PostRatesError, envelope_for, sheets_of
from config.quiet_hours import may_leave_at
from queues import dispatches, notices, reviews, work
from queues.models import Dispatch, DispatchState, Notice, NoticeState

ACTOR = "bot:notices.dispatch"
SEND = "notices.send"
UNTOLD = "no_channel"
TOO_THICK = "notice_too_thick"
_LIVE = (DispatchState.PLANNED.value, DispatchState.LEAVING.value, DispatchState.UNKNOWN.value)


class Result(StrEnum):
    """planned: it goes; asked: a person was asked; anew: its letter is made for another address; untold: a mere
    message to somebody who wants none; skipped: it goes on elsewhere."""

    PLANNED = "planned"
    ASKED = "asked"
    ANEW = "anew"
    UNTOLD = "untold"
    SKIPPED = "skipped"


def plan_notice(session: Session, notice: Notice, *, actor: str = ACTOR) -> Result:
    """Choose the channel of a notice that is ready, whose row the caller holds, and plan the attempt.

    Only one attempt of a notice is ever alive: one that is goes on, and no other is planned.
    """
    if notice.state != NoticeState.READY:
        return Result.SKIPPED
    if (alive := _alive(session, notice)) is not None:
        _goes_on(session, notice, alive, actor)
        return Result.SKIPPED
    if notices.readdress(session, notice):
        anew.again(session, notice, actor, "recipient_changed")
        return Result.ANEW
    try:
        choice = choose(session, notice)
    except NoChannel as none:
        if none.reason == NO_CHANNEL and not notice.letter_sha256 and not notice.official:
            notices.move(session, notice, NoticeState.CANCELLED, actor, reason=UNTOLD)
            return Result.UNTOLD
        ask(session, notice, none.reason, channel=none.channel, reasons=none.reasons, actor=actor)
        return Result.ASKED
    return begin(session, notice, choice, actor=actor)


def begin(session: Session, notice: Notice, choice: Choice, *, actor: str) -> Result:
    """Plan an attempt by this channel to this place.

    A letter that bears another address than it would be sent to is made anew for this one: the window of
    the envelope shows what the letter bears.
    """
    is_post = CHANNELS[choice.channel].is_post
    if is_post and not shows(notice, choice.to):
        anew.again(session, notice, actor, "address_changed")
        return Result.ANEW
    envelope, sheets = "", notice.sheets
    if is_post:
        sheets = sheets_of(notice.pages) if notice.pages else notice.sheets
        try:
            envelope = envelope_for(sheets)
        except PostRatesError:
            ask(session, notice, TOO_THICK, channel=choice.channel, reasons=(), actor=actor)
            return Result.ASKED
    leaves = may_leave_at(choice.channel, datetime.now(UTC))
    dispatch = dispatches.plan(session, notice, choice.channel, choice.to, not_before=leaves, actor=actor)
    dispatch.envelope, dispatch.sheets = envelope, sheets
    session.add(dispatch)
    if not is_post:
        work.add(
            session,
            SEND,
            f"dispatch:{dispatch.id}",
            payload={"dispatch_id": dispatch.id},
            priority=30,
            due_at=leaves if leaves > datetime.now(UTC) else None,
            actor=actor,
        )
    return Result.PLANNED


def ask(
    session: Session,
    notice: Notice,
    reason: str,
    *,
    channel: str,
    reasons: tuple[str, ...],
    actor: str,
    **more: Any,
) -> None:
    """The notice waits until a person has said how it is to go.

    Evidence: {"notice_id", "reasons": codes, "proposed": {"channel", "reasons"}}.
    """
    notices.move(session, notice, NoticeState.REVIEW, actor, reason=reason)
    reviews.open_task(
        session,
        kind=reason,
        reason=reason,
        question=review_reasons.question(reason),
        application_id=notice.application_id,
        notice_id=notice.id,
        evidence={
            "proposed": {"channel": channel, "reasons": list(reasons)},
            "reasons": list(reasons),
            **more,
        },
        priority=20 if notice.official else 10,
        actor=actor,
    )


def _goes_on(session: Session, notice: Notice, alive: Dispatch, actor: str) -> None:
    """An attempt is under way or in doubt: what becomes of it decides."""
    if alive.state == DispatchState.UNKNOWN:
        notices.move(session, notice, NoticeState.REVIEW, actor, reason=questions.UNKNOWN)
        questions.ask(session, notice, alive, questions.UNKNOWN, actor)
    else:
        notices.move(session, notice, NoticeState.SENDING, actor)


def _alive(session: Session, notice: Notice) -> Dispatch | None:
    query = select(Dispatch).where(Dispatch.notice_id == notice.id, col(Dispatch.state).in_(_LIVE))
    return session.exec(query).first()
