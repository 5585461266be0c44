"""Taking, keeping, giving back, deciding and taking back a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from dashboard.acts.decisions import Answer, Refused, checked
from dashboard.acts.rights import Right, require
from dashboard.parts.times import full
from dashboard.reads.just_now import decided_words
from dashboard.reads.review_kinds import about_letter, about_payment, about_talk
from dashboard.visitor import Visitor
from queues import arranging, reviews, undoing
from queues.arranging import Arranged
from queues.errors import Irreversible, NotArrangeable, NotYours, StaleDecision
from queues.models import Account, Attachment, Effect, ReviewState, ReviewTask

__all__ = [
    "Answer",
    "Refused",
    "Stale",
    "arrange",
    "decide",
    "give_back",
    "stay",
    "take",
    "undo",
    "undo_arrangement",
]

HELD = "다른 담당자가 검토하고 있어 결정할 수 없습니다."


class Stale(Refused):
    """The review is not any more what the person looked at: nothing was done, the screen has to be read anew."""


def take(session: Session, visitor: Visitor, task_id: int) -> bool:
    """Claim a task for this person; False while somebody else holds it, or nobody can any more."""
    require(visitor, Right.REVIEW)
    if session.get(ReviewTask, task_id) is None:
        return False
    try:
        reviews.claim(session, task_id, _account(session, visitor))
    except (NotYours, StaleDecision):
        return False
    return True


def stay(session: Session, visitor: Visitor, task_id: int, version: int) -> ReviewTask:
    """Hold a task that one has in hand for longer. Raises `Stale` when it was decided, changed or taken meanwhile."""
    require(visitor, Right.REVIEW)
    task = _known(session, task_id)
    try:
        reviews.claim(session, task_id, _account(session, visitor))
    except (NotYours, StaleDecision):
        raise Stale(what_happened(session, task)) from None
    if task.version != version:
        raise Stale(what_happened(session, task))
    return task


def give_back(
    session: Session, visitor: Visitor, task_id: int, claimed_until: datetime | None = None
) -> None:
    """Let go of a task; nothing happens when somebody else holds it.

    `claimed_until`: as the screen that lets go knew it. Where it was claimed anew since, on another screen of
    the same person, it is kept.
    """
    require(visitor, Right.REVIEW)
    task = session.get(ReviewTask, task_id)
    if task is None or task.claimed_by != visitor.account_id:
        return
    if (
        claimed_until
        and task.claimed_until
        and task.claimed_until > claimed_until + timedelta(milliseconds=5)
    ):
        return
    try:
        reviews.release(session, task_id, _account(session, visitor))
    except NotYours:
        return


def decide(session: Session, visitor: Visitor, task_id: int, answer: Answer) -> ReviewTask:
    """Record the decision in the caller's transaction; carrying it out is the bots' work.

    Raises `NotAllowed`, `Refused` with what is wrong, `Stale` when the screen was.
    """
    require(visitor, Right.REVIEW)
    task = _known(session, task_id)
    if about_letter(task.kind):
        raise Refused("통지에 관한 검토는 통지 화면에서 정합니다. 목록에서 다시 열어 주십시오.")
    if task.kind.startswith("payment"):
        raise Refused("지급에 관한 검토는 ‘확인할 지급’ 화면에서 정합니다. 목록에서 다시 열어 주십시오.")
    if about_talk(task.kind):
        raise Refused("상담에 관한 검토는 상담 화면에서 정합니다. 목록에서 다시 열어 주십시오.")
    if about_payment(task.kind):
        raise Refused("지급에 관한 검토는 확인할 지급 화면에서 정합니다. 목록에서 다시 열어 주십시오.")
    decision = checked(session, task, answer)
    try:
        return reviews.decide(session, task_id, answer.version, decision, _account(session, visitor))
    except StaleDecision:
        raise Stale(what_happened(session, task)) from None
    except NotYours:
        raise Stale(HELD) from None


def undo(session: Session, visitor: Visitor, task_id: int, version: int) -> ReviewTask:
    """Take a decision of one's own back. Raises `Refused` with what stands against it."""
    require(visitor, Right.REVIEW)
    task = _known(session, task_id)
    if task.decided_by != visitor.account_id:
        raise Refused("다른 담당자의 결정은 여기서 되돌릴 수 없습니다.")
    try:
        return undoing.undo(session, task_id, version, _account(session, visitor))
    except Irreversible as why:
        raise Refused(str(why)) from None
    except StaleDecision:
        raise Refused("그 사이 이 결정이 바뀌어 되돌리지 않았습니다.") from None


def undo_arrangement(session: Session, visitor: Visitor, effect_id: int) -> None:
    """Take one's own arrangement of pages back. Raises `Refused` with what stands against it."""
    require(visitor, Right.REVIEW)
    effect = session.get(Effect, effect_id)
    if effect is None or effect.made_by != visitor.account_id:
        raise Refused("다른 담당자가 정리한 쪽은 여기서 되돌릴 수 없습니다.")
    try:
        undoing.undo_effect(session, effect_id, _account(session, visitor))
    except Irreversible as why:
        raise Refused(str(why)) from None
    except StaleDecision:
        raise Refused("그 사이 바뀌어 되돌리지 않았습니다.") from None


def arrange(
    session: Session,
    visitor: Visitor,
    delivery_id: int,
    documents: Sequence[tuple[Sequence[int], str]],
    seen: Mapping[int, int],
) -> int:
    """Have a delivery's pages be these documents (pages, type). Raises `Stale`, `Refused`."""
    require(visitor, Right.REVIEW)
    wanted = [Arranged(list(pages), kind) for pages, kind in documents]
    try:
        return arranging.arrange(session, delivery_id, wanted, dict(seen), _account(session, visitor))
    except StaleDecision:
        raise Stale("그 사이 이 배달의 문서가 바뀌었습니다. 쪽 정리는 반영되지 않았습니다.") from None
    except NotArrangeable as why:
        raise Refused(str(why)) from None


def object_to(session: Session, visitor: Visitor, attachment_id: int, comment: str) -> ReviewTask:
    """Take a paper off the case it was put in, and ask anew where it belongs. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.REVIEW)
    comment = comment.strip()
    if not comment:
        raise Refused("사유를 적어 주십시오.")
    if session.get(Attachment, attachment_id) is None:
        raise Refused("없는 연결입니다.")
    try:
        return undoing.object_to(session, attachment_id, _account(session, visitor), comment[:500])
    except StaleDecision:
        raise Refused(
            "그 사이 이 서류의 연결이 바뀌었거나 바뀌는 중입니다. 화면을 새로 열어 확인해 주십시오."
        ) from None


def what_happened(session: Session, task: ReviewTask) -> str:
    """What became of a review meanwhile, in a sentence for the one whose screen is out of date."""
    session.refresh(task)
    who = _name(session, task.decided_by)
    if task.state == ReviewState.DECIDED and task.decision:
        return (
            f"그 사이 {who} 님이 {full(task.decided_at)}에 이 건을 처리했습니다({decided_words(task.decision)}). "
            "방금 한 결정은 반영되지 않았습니다."
        )
    if task.state == ReviewState.CANCELLED:
        return "그 사이 봇이 새로 판단하여 이 질문이 없어졌습니다. 방금 한 결정은 반영되지 않았습니다."
    if task.state == ReviewState.CLAIMED and task.claimed_by:
        holder = _name(session, task.claimed_by)
        return f"그 사이 {holder} 님이 이 건을 맡았습니다. 방금 한 결정은 반영되지 않았습니다."
    return "그 사이 이 건의 내용이 바뀌었습니다. 방금 한 결정은 반영되지 않았습니다. 바뀐 내용을 확인해 주십시오."


def _known(session: Session, task_id: int) -> ReviewTask:
    task = session.get(ReviewTask, task_id)
    if task is None:
        raise Refused("없는 검토 건입니다.")
    return task


def _name(session: Session, account_id: int | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    return (account.display_name or account.username) if account else "다른 담당자"


def _account(session: Session, visitor: Visitor) -> Account:
    return session.get_one(Account, visitor.account_id)
