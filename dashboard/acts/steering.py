"""Pausing and resuming bots, running them now, and what is done with single work items."""

from __future__ import annotations

from sqlmodel import Session

from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access
from dashboard.visitor import Visitor
from queues import alarms, audit, giving_up, pausing, work
from queues.errors import NotFinished, UnderWay
from queues.models import Bot, Delivery, WorkEvidence, WorkItem

_LONGEST = 200
_IS_DONE_NOW = "지금 처리하고 있는 작업입니다. 끝난 뒤에 하거나, 먼저 취소하십시오."


class CannotSteer(Exception):
    """The text says why, for the person who tried."""


def pause(session: Session, visitor: Visitor, bot: str, reason: str) -> None:
    """Let a bot start nothing more. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.STEER_BOTS)
    if not reason.strip():
        raise CannotSteer("일시정지 사유를 적어 주십시오. 기다리는 작업에 그대로 표시됩니다.")
    _known(session, bot)
    pausing.pause_bot(session, bot, reason.strip()[:_LONGEST], visitor.actor)


def resume(session: Session, visitor: Visitor, bot: str, reason: str = "") -> int:
    """Let it go on; returns how many items had waited. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.STEER_BOTS)
    _known(session, bot)
    return pausing.resume_bot(session, bot, reason.strip()[:_LONGEST], visitor.actor)


def run_now(session: Session, visitor: Visitor, bot: str) -> WorkItem:
    """Run a scheduled bot once, now; a run that waits for its next try does not wait any longer.

    Raises `NotAllowed`, `CannotSteer`.
    """
    require(visitor, Right.STEER_BOTS)
    found = _known(session, bot)
    if found.schedule is None:
        raise CannotSteer("이 봇은 일이 생길 때만 움직입니다. 작업 목록에서 작업을 다시 시도하십시오.")
    if found.paused:
        raise CannotSteer("일시정지된 봇입니다. 먼저 다시 가동하십시오.")
    try:
        return work.start_now(session, bot, visitor.actor)
    except UnderWay:
        waiting = work.unfinished_run(session, bot)
        item = session.get(WorkItem, waiting) if waiting else None
        if item is not None and work.hasten(session, item, visitor.actor):
            return item
        raise CannotSteer(
            "이미 실행 중이거나 차례를 기다리는 실행이 있습니다. 아래 작업 목록을 보십시오."
        ) from None


def retry(session: Session, visitor: Visitor, item_id: int, reason: str) -> WorkItem:
    """Have a finished item done again. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.RETRY_WORK)
    try:
        return work.retry(session, _item(session, item_id), visitor.actor, note=reason.strip()[:_LONGEST])
    except NotFinished:
        raise CannotSteer("아직 끝나지 않은 작업입니다. 끝난 뒤에 다시 시도할 수 있습니다.") from None
    except UnderWay:
        raise CannotSteer(
            "취소했지만 작업자가 아직 붙들고 있습니다. 두 번 하지 않도록 잠시 뒤에 다시 시도하십시오."
        ) from None


def hasten(session: Session, visitor: Visitor, item_id: int) -> None:
    """Do an item now that waits for a later time. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.RETRY_WORK)
    if not work.hasten(session, _item(session, item_id), visitor.actor):
        raise CannotSteer("지금은 정해진 시각을 기다리는 작업이 아닙니다. 화면을 새로 고쳐 주십시오.")


def cancel(session: Session, visitor: Visitor, item_id: int, reason: str) -> None:
    """Give up an item. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.RETRY_WORK)
    if not work.cancel(session, _item(session, item_id), visitor.actor, note=reason.strip()[:_LONGEST]):
        raise CannotSteer("이미 끝난 작업입니다. 화면을 새로 고쳐 주십시오.")


def hand_over(session: Session, visitor: Visitor, item_id: int, reason: str) -> int:
    """Hand an item over to a person; returns the number of the review. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.RETRY_WORK)
    if not reason.strip():
        raise CannotSteer("무엇을 해야 하는지 한 줄 적어 주십시오. 검토하는 사람에게 보입니다.")
    item = _item(session, item_id)
    try:
        return giving_up.hand_to_person(session, item, visitor.actor, reason.strip()[:_LONGEST]).id
    except UnderWay:
        raise CannotSteer(_IS_DONE_NOW) from None


def see_alarm(session: Session, visitor: Visitor, name: str) -> None:
    """Note that the visitor deals with an alarm. Raises `NotAllowed`."""
    require(visitor, Right.STEER_BOTS)
    alarms.see(session, name, visitor.account_id)


def look_at_evidence(session: Session, visitor: Visitor, evidence_id: int) -> WorkEvidence | None:
    """What a bot saw; that it was looked at is noted. Raises `NotAllowed`; None when there is none."""
    require(visitor, Right.SEE_WORK)
    found = session.get(WorkEvidence, evidence_id)
    if found is not None:
        note_access(session, visitor, f"work_evidence:{evidence_id}", "view")
    return found


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


def _known(session: Session, bot: str) -> Bot:
    found = session.get(Bot, bot)
    if found is None:
        raise CannotSteer("없는 봇입니다.")
    return found


def _item(session: Session, item_id: int) -> WorkItem:
    item = session.get(WorkItem, item_id)
    if item is None:
        raise CannotSteer("없는 작업입니다.")
    return item
