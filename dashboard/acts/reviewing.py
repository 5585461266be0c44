"""Taking, giving back and deciding a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from dashboard.acts.corrections import BadValue, all_in_usual_form
from dashboard.acts.rights import Right, require
from dashboard.reads.document_types import all_types
from dashboard.visitor import Visitor
from queues import reviews
from queues.errors import NotYours, StaleDecision
from queues.models import Account, Application, ReviewTask

ACTIONS = ("attach", "correct", "hold", "reject")

STALE = "그 사이 이 건이 처리되었거나 내용이 바뀌었습니다. 결정은 반영되지 않았습니다. 바뀐 내용을 확인해 주십시오."
HELD = "다른 담당자가 검토하고 있어 결정할 수 없습니다."


class Refused(Exception):
    """A decision was not taken; the text says why, for the person who made it."""


@dataclass(frozen=True)
class Answer:
    """What a person decided, as it came from the screen."""

    action: str
    version: int
    type: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    receipt_nos: Sequence[str] = ()
    comment: str = ""


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


def give_back(session: Session, visitor: Visitor, task_id: int) -> None:
    """Let go of a task; nothing happens when somebody else holds it."""
    require(visitor, Right.REVIEW)
    try:
        reviews.release(session, task_id, _account(session, visitor))
    except NotYours:
        return


def decide(session: Session, visitor: Visitor, task_id: int, answer: Answer) -> None:
    """Record the decision in the caller's transaction; carrying it out is the bots' work.

    Raises `NotAllowed`, or `Refused` with what is wrong or that the screen was stale.
    """
    require(visitor, Right.REVIEW)
    task = session.get(ReviewTask, task_id)
    if task is None:
        raise Refused("없는 검토 건입니다.")
    decision = _checked(session, task, answer)
    try:
        reviews.decide(session, task_id, answer.version, decision, _account(session, visitor))
    except StaleDecision:
        raise Refused(STALE) from None
    except NotYours:
        raise Refused(HELD) from None


def _checked(session: Session, task: ReviewTask, answer: Answer) -> dict[str, object]:
    """The decision as `queues.reviews` takes it."""
    comment = answer.comment.strip()[:500]
    if answer.action not in ACTIONS:
        raise Refused("알 수 없는 결정입니다.")
    if answer.action in ("hold", "reject"):
        if not comment:
            raise Refused("처리 의견에 까닭을 적어 주십시오.")
        return {"action": answer.action, "comment": comment}
    decision: dict[str, object] = {"action": answer.action}
    if comment:
        decision["comment"] = comment
    if task.document_id is not None:
        if answer.type:
            if answer.type not in {code for code, _ in all_types()}:
                raise Refused("알 수 없는 문서 종류입니다.")
            decision["type"] = answer.type
        try:
            decision["fields"] = all_in_usual_form(answer.fields)
        except BadValue as error:
            raise Refused(str(error)) from None
    if answer.action == "attach":
        decision["receipt_nos"] = _known_numbers(session, task, answer.receipt_nos)
    return decision


def _known_numbers(session: Session, task: ReviewTask, numbers: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(numbers))
    if task.document_id is None:
        raise Refused("문서로 나뉘지 않은 배달은 연결할 수 없습니다.")
    if not wanted:
        raise Refused("연결할 신청을 골라 주십시오.")
    query = select(Application.receipt_no).where(col(Application.receipt_no).in_(wanted))
    missing = set(wanted) - set(session.exec(query).all())
    if missing:
        raise Refused(f"없는 접수번호입니다: {', '.join(sorted(missing))}")
    return wanted


def _account(session: Session, visitor: Visitor) -> Account:
    return session.get_one(Account, visitor.account_id)
