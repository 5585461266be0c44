"""Pausing and resuming bots, and having work done again or after all."""

from __future__ import annotations

from sqlmodel import Session

from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import audit, pausing, work
from queues.models import Bot, Delivery, WorkItem


class CannotSteer(Exception):
    """The text says why, for the person who tried."""


def pause(session: Session, visitor: Visitor, bot: str, reason: str) -> None:
    """Let a bot start nothing more. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.STEER_BOTS)
    if not reason.strip():
        raise CannotSteer("멈추는 까닭을 적어 주십시오. 기다리는 작업에 그대로 표시됩니다.")
    _known(session, bot)
    pausing.pause_bot(session, bot, reason.strip()[:200], visitor.actor)


def resume(session: Session, visitor: Visitor, bot: str, reason: str = "") -> int:
    """Let it go on; returns how many items had waited. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.STEER_BOTS)
    _known(session, bot)
    return pausing.resume_bot(session, bot, reason.strip()[:200], visitor.actor)


def retry(session: Session, visitor: Visitor, item_id: int, reason: str) -> WorkItem:
    """Have a finished item done again. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.RETRY_WORK)
    item = session.get(WorkItem, item_id)
    if item is None:
        raise CannotSteer("없는 작업입니다.")
    try:
        return work.retry(session, item, visitor.actor, reason.strip()[:200])
    except ValueError:
        raise CannotSteer("아직 끝나지 않은 작업입니다. 끝난 뒤에 다시 시도할 수 있습니다.") from None


def not_a_repeat(session: Session, visitor: Visitor, delivery_id: int) -> None:
    """What was taken for a fax sent twice is a paper of its own: have it linked. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.REVIEW)
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.duplicate_of is None:
        raise CannotSteer("중복으로 처리된 배달이 아닙니다. 화면을 새로 고쳐 주십시오.")
    audit.record(
        session, visitor.actor, "delivery.not_a_repeat", "delivery", delivery_id, of=delivery.duplicate_of
    )
    payload = {"delivery_id": delivery_id, "not_a_repeat": True}
    work.add(session, "intake.link", f"delivery:{delivery_id}:as_new", payload=payload, actor=visitor.actor)


def _known(session: Session, bot: str) -> None:
    if session.get(Bot, bot) is None:
        raise CannotSteer("없는 봇입니다.")
