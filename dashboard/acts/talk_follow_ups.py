"""What follows a talk: tasks and appointments accepted, declined, moved, finished; the person told of an appointment.

Each raises `NotAllowed`, `Refused` with what is wrong, `Stale` when the screen was; `version` is what was shown.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.talk_possible import possible, signer
from dashboard.visitor import Visitor
from queues import appointment_notices, follow_ups
from queues.models import FollowUp, FollowUpState

TOLD = (
    "이미 구직자에게 안내한 일정입니다. 날짜를 바꾸어 다시 안내하거나, "
    "통지 화면에서 안내를 취소한 뒤 정리해 주십시오."
)


def accept_follow_up(
    session: Session,
    visitor: Visitor,
    follow_up_id: int,
    version: int,
    *,
    on: date | None,
    at: str = "",
    text: str,
    kind: str = "",
    announce: bool = False,
    purpose: str = "",
    place: str = "",
) -> FollowUp:
    """Take it on, with the day, time and wording as given; `announce` has the person told of the appointment."""
    account = signer(session, visitor)
    with possible():
        found = follow_ups.accept(session, follow_up_id, version, account, on=on, at=at, text=text, kind=kind)
        if announce:
            appointment_notices.announce(session, found, account, purpose=purpose, place=place)
        return found


def move_follow_up(
    session: Session,
    visitor: Visitor,
    follow_up_id: int,
    version: int,
    *,
    on: date | None,
    at: str = "",
    announce: bool = False,
    purpose: str = "",
    place: str = "",
) -> FollowUp:
    """Another day or time for what was accepted."""
    account = signer(session, visitor)
    with possible():
        found = follow_ups.held(session, follow_up_id, account)
        if found.state != FollowUpState.ACCEPTED:
            raise Refused("맡기로 한 일만 날짜를 바꿀 수 있습니다.")
        text = follow_ups.text_of(found)
    return accept_follow_up(
        session, visitor, follow_up_id, version,
        on=on, at=at, text=text, announce=announce, purpose=purpose, place=place,
    )  # fmt: skip


def decline_follow_up(session: Session, visitor: Visitor, follow_up_id: int, version: int) -> FollowUp:
    """It is not to be done."""
    account = signer(session, visitor)
    with possible():
        _not_told(session, follow_ups.held(session, follow_up_id, account))
        return follow_ups.decline(session, follow_up_id, version, account)


def put_back_follow_up(session: Session, visitor: Visitor, follow_up_id: int, version: int) -> FollowUp:
    """Nothing is decided about it any more."""
    account = signer(session, visitor)
    with possible():
        _not_told(session, follow_ups.held(session, follow_up_id, account))
        return follow_ups.put_back(session, follow_up_id, version, account)


def finish_follow_up(session: Session, visitor: Visitor, follow_up_id: int, version: int) -> FollowUp:
    """It is done."""
    account = signer(session, visitor)
    with possible():
        return follow_ups.finish(session, follow_up_id, version, account)


def take_up_again(session: Session, visitor: Visitor, follow_up_id: int, version: int) -> FollowUp:
    """It is not done after all."""
    account = signer(session, visitor)
    with possible():
        return follow_ups.take_up_again(session, follow_up_id, version, account)


def add_follow_up(
    session: Session,
    visitor: Visitor,
    note_id: int,
    *,
    kind: str,
    who: str,
    on: date | None,
    at: str = "",
    text: str,
) -> FollowUp:
    """One of one's own, accepted at once."""
    account = signer(session, visitor)
    with possible():
        return follow_ups.add(session, note_id, account, kind=kind, who=who, on=on, at=at, text=text)


def _not_told(session: Session, found: FollowUp) -> None:
    if appointment_notices.announced(session, found):
        raise Refused(TOLD)
