"""payments.apply_decision: what a person decided about a payment or its order takes effect.

The decision was committed by `queues.reviews.decide`; here it is carried out once, however often the work is
repeated. One that cannot be carried out as things stand by now changes nothing: the question is asked again,
with the reason.

    {"action": "accept_name"}             the holder whom the bank named is the payee
    {"action": "take_off"}                it is not paid with this batch
    {"action": "was_paid", "comment", "evidence"?}      the money left, by the statement or the bank's word
    {"action": "was_not_paid", "comment", "evidence"?}  it did not: the order may be paid anew
    {"action": "ask_again"}               the bank is asked once more
    {"action": "not_paid_by_bank", "comment", "evidence"}   the bank said yes and did not pay: the order is open again
    {"action": "seen", "comment"}         a contradiction was looked into, the books stand
    {"action": "correct_account" | "pay_again" | "drop" | ...}   of orders: `bots.payments.orders.decide`

"comment" is what the person rests it on and stays sealed with the decision; "evidence" is a code ("statement",
"telephone", "letter").
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, select

from bots.payments import questions
from bots.payments.answers import ACTIONS
from bots.payments.closing import close_batches
from bots.payments.given import Given, Refused
from bots.payments.orders import decide as orders
from config import review_reasons
from queues import budgets, payment_orders, reviews
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Payment, PaymentOrder, ReviewState, ReviewTask
from queues.payment_moves import NotNow, hold
from queues.payment_orders import StaleOrder
from queues.payments import StalePayment
from queues.sealed_fields import APPLIED

ORDER_KINDS = "payment_order"
FILE = "payment_file"
ACTOR = f"bot:{reviews.APPLY_TO_PAYMENT}"
_OVER = ("not_in_doubt", "not_held", "not_accepted")
"""Why an answer cannot be carried out whose question has answered itself meanwhile."""


@bot(reviews.APPLY_TO_PAYMENT, title="지급 결정 반영", concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Carry out the decision of one review task."""
    return Outcome(counts={apply_decision(int(item.payload["task_id"])): 1})


def apply_decision(task_id: int) -> str:
    """Carry out a decided task, once; "done", "again" (it is asked again), "over" (it answered itself) or "before" (nothing
    to do)."""
    with record() as session:
        payment_id, order_id = session.exec(
            select(ReviewTask.payment_id, ReviewTask.order_id).where(ReviewTask.id == task_id)
        ).one()
        batch = payment = None
        if payment_id is not None:
            payment = session.get_one(Payment, payment_id)
            batch = hold(session, payment.batch_id)
            session.refresh(payment, with_for_update={"key_share": True})
            order_id = payment.order_id
        order = payment_orders.hold(session, order_id) if order_id is not None else None
        task = session.get_one(ReviewTask, task_id, with_for_update=True, populate_existing=True)
        decision = task.decision
        if task.state != ReviewState.DECIDED or decision is None or APPLIED in decision:
            return "before"
        task.decision = {**decision, APPLIED: datetime.now(UTC).isoformat()}
        session.add(task)
        session.flush()
        given = None
        if batch is not None and payment is not None and order is not None:
            given = Given(session, task, batch, payment, order, decision, f"account:{task.decided_by}")
        result = _carry_out(session, task, given, order, decision)
        batch_id = batch.id if batch is not None else None
    if batch_id is not None:
        with record() as session:
            close_batches(session, [batch_id], ACTOR)
    return result


def _carry_out(
    session: Session,
    task: ReviewTask,
    given: Given | None,
    order: PaymentOrder | None,
    decision: dict[str, Any],
) -> str:
    actor = f"account:{task.decided_by}"
    try:
        with session.begin_nested():
            _act(session, task, given, order, decision, actor)
            session.flush()
    except Refused as refused:
        if refused.code in _OVER and task.kind in (
            questions.NAME,
            questions.NOT_AT_BANK,
            *questions.ABOUT_FATE,
        ):
            return "over"
        _ask_again(session, task, refused.code, actor)
        return "again"
    except budgets.NoBudget:
        _ask_again(session, task, "no_budget", actor)
        return "again"
    except (NotNow, StaleOrder, StalePayment):
        _ask_again(session, task, "moved_on", actor)
        return "again"
    return "done"


def _act(
    session: Session,
    task: ReviewTask,
    given: Given | None,
    order: PaymentOrder | None,
    decision: dict[str, Any],
    actor: str,
) -> None:
    if task.kind == FILE:
        from bots.payments.iso import decide as files

        files.apply(session, task, decision)
    elif task.kind.startswith(ORDER_KINDS) or task.kind in questions.ABOUT_ORDER:
        if order is None:
            raise Refused("no_order")
        orders.apply(session, task, order, decision, actor)
    elif task.kind == questions.NOTICE:
        if decision.get("action") != "seen":
            raise Refused("unknown_action")
    elif given is None:
        raise Refused("no_payment")
    elif (act := ACTIONS.get(str(decision.get("action")))) is None:
        raise Refused("unknown_action")
    else:
        act(given)


def _ask_again(session: Session, task: ReviewTask, code: str, actor: str) -> None:
    """The same question, with the reason why the answer could not be carried out."""
    words = review_reasons.title(f"payment_refused_{code}") or review_reasons.title("payment_refused")
    reviews.open_task(
        session,
        kind=task.kind,
        reason=task.reason,
        question=f"{words} {review_reasons.question(task.reason)}",
        application_id=task.application_id,
        payment_id=task.payment_id,
        order_id=task.order_id,
        item_id=task.item_id,
        evidence={**task.evidence, "refused": code},
        priority=task.priority,
        due_at=task.due_at,
        actor=actor,
    )
