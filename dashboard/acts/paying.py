"""지급 배치: making, approving, holding up; by right, each decision audited, approvals with the password once more.

Nothing here talks to a bank: it changes the record and adds work. `seen` is the batch's version as it was shown;
holding up is not refused for an old screen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlmodel import Session

from dashboard.acts import password_again
from dashboard.acts.decisions import Refused
from dashboard.acts.reviewing import Stale
from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import audit, payment_approvals, payment_batches
from queues.budgets import NoBudget
from queues.errors import NotYours, StaleDecision
from queues.models import Account, Approval, PaymentBatch
from queues.payment_batches import NotNow, NotPayable, Rule
from queues.payment_limits import LimitExceeded
from queues.payment_orders import StaleOrder
from queues.payments import StalePayment
from queues.sealed_fields import sealed_comment

__all__ = [
    "add_orders",
    "agree",
    "cancel",
    "make_batch",
    "pause",
    "put_off",
    "put_to_line",
    "recall",
    "resume",
    "send_back",
    "stop",
    "take_off",
    "take_off_held",
]

LONGEST = 1000
CHANGED = "그 사이 배치가 바뀌어 반영하지 않았습니다. 화면을 새로 열어 확인해 주십시오."
APPROVAL_CHANGED = "그 사이 배치나 결재 상태가 바뀌어 결재하지 않았습니다. 다시 열어 확인해 주십시오."
NOT_YOURS = "결재할 차례가 아니거나, 이 배치를 만들었거나 이미 다른 단계를 결재하셨습니다."
NOT_MADE = "배치를 만든 사람만 할 수 있습니다."
NO_REASON = "사유를 적어 주십시오."
MOVED = "그 사이 지급 상태가 바뀌었습니다. 화면을 새로 열어 확인해 주십시오."


def make_batch(
    session: Session,
    visitor: Visitor,
    *,
    order_ids: Sequence[int] | None,
    fund: str,
    fiscal_year: int,
    pay_on: date,
    channel: str = "firm",
    program: str = "",
    title: str = "",
    not_before: datetime | None = None,
    press: str = "",
) -> PaymentBatch:
    """A batch of the orders chosen, or of all that are ready of a fund, year and program.

    press  what tells one press from another (of the form, not of the click): pressed twice it is one batch

    Raises `NotAllowed`, `Refused` with what is against it.
    """
    require(visitor, Right.MAKE_PAYMENTS)
    if order_ids is not None and not order_ids:
        raise Refused("배치에 넣을 지출결의를 골라 주십시오.", "order_ids")
    rule = Rule(fund, fiscal_year, (program,) if program else ())
    key = hashlib.sha256(f"{visitor.account_id}:{press}".encode()).hexdigest()[:12] if press else ""
    with _possible():
        return payment_batches.make(
            session,
            rule if order_ids is None else list(order_ids),
            fund=fund,
            fiscal_year=fiscal_year,
            pay_on=pay_on,
            channel=channel,
            account=_account(session, visitor),
            title=title,
            not_before=not_before,
            key=key,
        )


def add_orders(
    session: Session, visitor: Visitor, batch_id: int, seen: int, order_ids: Sequence[int]
) -> PaymentBatch:
    """More orders into one's own batch; an approval is void. Raises `NotAllowed`, `Refused`, `Stale`."""
    _own(session, visitor, batch_id, seen)
    with _possible():
        return payment_batches.add(session, batch_id, order_ids, visitor.actor)


def put_off(
    session: Session,
    visitor: Visitor,
    batch_id: int,
    seen: int,
    pay_on: date,
    not_before: datetime | None = None,
) -> PaymentBatch:
    """Another day for one's own batch; an approval is void. Raises `NotAllowed`, `Refused`, `Stale`."""
    _own(session, visitor, batch_id, seen)
    with _possible():
        return payment_batches.put_off(session, batch_id, pay_on, visitor.actor, not_before=not_before)


def take_off(
    session: Session, visitor: Visitor, batch_id: int, seen: int, payment_ids: Sequence[int], comment: str
) -> int:
    """Take payments off a batch; an approval is void. Returns how many. Raises `NotAllowed`, `Refused`, `Stale`."""
    require(visitor, Right.MAKE_PAYMENTS)
    batch = _shown(session, batch_id, seen)
    _note(session, visitor, batch, "take_off", _reason(comment))
    with _possible():
        return payment_batches.take_off(
            session, batch, list(payment_ids), reason="taken_off", actor=visitor.actor
        )


def take_off_held(session: Session, visitor: Visitor, batch_id: int, seen: int, comment: str) -> int:
    """Take all off whose holder's name waits for a person. Raises as `take_off` does."""
    require(visitor, Right.MAKE_PAYMENTS)
    batch = _shown(session, batch_id, seen)
    _note(session, visitor, batch, "take_off_held", _reason(comment))
    with _possible():
        return payment_batches.take_off_held(session, batch_id, reason="taken_off", actor=visitor.actor)


def put_to_line(session: Session, visitor: Visitor, batch_id: int, seen: int) -> list[Approval]:
    """Its maker puts a batch to 재무관, 지출관 and 출납공무원. Raises `NotAllowed`, `Refused`, `Stale`."""
    _own(session, visitor, batch_id, seen)
    with _possible():
        return payment_approvals.open_line(session, batch_id, _account(session, visitor))


def recall(session: Session, visitor: Visitor, batch_id: int, seen: int, comment: str) -> PaymentBatch:
    """회수: one's own batch back from the line, before anything has left. Raises `NotAllowed`, `Refused`, `Stale`."""
    batch = _own(session, visitor, batch_id, seen)
    reason = _reason(comment)
    with _possible():
        found = payment_approvals.recall(session, batch_id, _account(session, visitor), reason)
    _note(session, visitor, batch, "recall", reason)
    return found


def agree(
    session: Session,
    visitor: Visitor,
    approval_id: int,
    content_sha256: str,
    password: str,
    comment: str = "",
) -> Approval:
    """Agree to a batch as it was shown, with the password once more.

    Raises `NotAllowed`, `Refused` (field "password" for a wrong one), `Stale`.
    """
    require(visitor, Right.APPROVE_PAYMENTS)
    step = _known(session, approval_id)
    account = _account(session, visitor)
    if why := payment_approvals.why_not(session, step, account):
        raise Refused(why)
    how = password_again.confirm(visitor, password, f"approve {step.subject}")
    with _possible(APPROVAL_CHANGED):
        return payment_approvals.approve(
            session, approval_id, content_sha256, account, comment.strip()[:LONGEST], confirmed_by=how
        )


def send_back(
    session: Session, visitor: Visitor, approval_id: int, content_sha256: str, comment: str
) -> Approval:
    """반려, with a reason. Raises `NotAllowed`, `Refused`, `Stale`."""
    require(visitor, Right.APPROVE_PAYMENTS)
    _known(session, approval_id)
    reason = _reason(comment)
    with _possible(APPROVAL_CHANGED):
        return payment_approvals.send_back(
            session, approval_id, content_sha256, _account(session, visitor), reason
        )


def pause(session: Session, visitor: Visitor, batch_id: int, seen: int = 0) -> PaymentBatch:
    """Nothing new leaves until somebody resumes it. Raises `NotAllowed`, `Refused`."""
    return _steer(session, visitor, batch_id, payment_batches.pause)


def resume(session: Session, visitor: Visitor, batch_id: int, seen: int) -> PaymentBatch:
    """A paused batch goes on. Raises `NotAllowed`, `Refused`, `Stale`."""
    require(visitor, Right.STEER_PAYMENTS)
    _shown(session, batch_id, seen)
    return _steer(session, visitor, batch_id, payment_batches.resume)


def stop(session: Session, visitor: Visitor, batch_id: int, seen: int, comment: str) -> PaymentBatch:
    """Nothing new leaves any more, for a reason. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.STEER_PAYMENTS)
    reason = _reason(comment)
    batch = _steer(session, visitor, batch_id, payment_batches.stop)
    _note(session, visitor, batch, "stop", reason)
    return batch


def cancel(session: Session, visitor: Visitor, batch_id: int, seen: int, comment: str) -> PaymentBatch:
    """Nothing of a batch is to leave, for a reason; it has not begun. Raises `NotAllowed`, `Refused`, `Stale`."""
    require(visitor, Right.MAKE_PAYMENTS)
    batch = _shown(session, batch_id, seen)
    _note(session, visitor, batch, "cancel", _reason(comment))
    with _possible():
        return payment_batches.cancel(session, batch_id, visitor.actor)


def _steer(
    session: Session, visitor: Visitor, batch_id: int, how: Callable[[Session, int, str], PaymentBatch]
) -> PaymentBatch:
    require(visitor, Right.STEER_PAYMENTS)
    _exists(session, batch_id)
    with _possible():
        return how(session, batch_id, visitor.actor)


def _own(session: Session, visitor: Visitor, batch_id: int, seen: int) -> PaymentBatch:
    require(visitor, Right.MAKE_PAYMENTS)
    batch = _shown(session, batch_id, seen)
    if batch.made_by != visitor.account_id:
        raise Refused(NOT_MADE)
    return batch


def _shown(session: Session, batch_id: int, seen: int) -> PaymentBatch:
    _exists(session, batch_id)
    batch = payment_batches.hold(session, batch_id)
    if batch.version != seen:
        raise Stale(CHANGED)
    return batch


def _exists(session: Session, batch_id: int) -> None:
    if session.get(PaymentBatch, batch_id) is None:
        raise Refused("없는 지급 배치입니다.")


def _known(session: Session, approval_id: int) -> Approval:
    step = session.get(Approval, approval_id)
    if step is None or not step.subject.startswith("payment_batch:"):
        raise Refused("없는 결재입니다.")
    return step


def _reason(comment: str) -> str:
    reason = comment.strip()[:LONGEST]
    if not reason:
        raise Refused(NO_REASON, "comment")
    return reason


def _note(session: Session, visitor: Visitor, batch: PaymentBatch, act: str, reason: str) -> None:
    """Why, in the person's own words, sealed."""
    audit.record(
        session,
        visitor.actor,
        f"payment_batch.{act}.why",
        "payment_batch",
        batch.id,
        **sealed_comment(reason),
    )


@contextmanager
def _possible(changed: str = CHANGED) -> Iterator[None]:
    """What the record refuses, in words for the person who tried."""
    try:
        yield
    except (NotNow, NotPayable, LimitExceeded, NoBudget) as why:
        raise Refused(why.text) from None
    except StaleDecision:
        raise Stale(changed) from None
    except (StalePayment, StaleOrder):
        raise Stale(MOVED) from None
    except NotYours:
        raise Refused(NOT_YOURS) from None


def _account(session: Session, visitor: Visitor) -> Account:
    return session.get_one(Account, visitor.account_id)
