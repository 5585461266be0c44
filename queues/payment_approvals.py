"""결재 of a batch of payments: its maker puts it to 재무관 (commitment), 지출관 (order) and 출납공무원 (cashier).

Each step is decided, in its order, by somebody who holds the duty on that day (`queues.appointments`), never by its
maker and by nobody twice, under whatever account. A round binds the exact content (`content_of`): whatever changes
voids it. The database refuses the same things by itself (``migrations/payment_batch_guards.py``).
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from queues import appointments, audit, crypto, days, outliers, payment_limits, payment_papers
from queues.errors import NotYours, StaleDecision
from queues.models import Account, Approval, ApprovalState, PaymentBatch, PaymentBatchState, PaymentState
from queues.payment_moves import NotNow, content_of, hold, move, sum_up
from queues.payment_parting import have_sent
from queues.payment_rounds import asked, line_of, subject, void
from queues.payment_turns import may_decide, my_turn, why_not
from queues.payments import note_where

__all__ = [
    "DUTIES",
    "approve",
    "asked",
    "line_of",
    "may_decide",
    "may_recall",
    "my_turn",
    "open_line",
    "recall",
    "send_back",
    "void",
    "why_not",
]

DUTIES = ("draft", *appointments.DUTIES)
"""The steps of a line, in order."""
_LIVE = (ApprovalState.WAITING.value, ApprovalState.ASKED.value)


def open_line(session: Session, batch_id: int, account: Account) -> list[Approval]:
    """Its maker puts a batch to the line: a new round about its content, whose second step is asked at once.

    Raises `NotYours` for another than the maker, `NotNow` while something about it is not ready (names, held
    payments, nobody who holds a duty), `payment_limits.LimitExceeded`.
    """
    batch = hold(session, batch_id)
    if batch.made_by != account.id:
        raise NotYours(f"payment batch {batch_id} was made by another person")
    actor = f"account:{account.id}"
    if batch.state != PaymentBatchState.CHECKED:
        raise NotNow("예금주 확인이 끝난 배치만 결재를 올릴 수 있습니다.")
    if batch.pay_on < days.today():
        raise NotNow("지급일이 지났습니다. 지급일을 바꾼 뒤 결재를 올려 주십시오.")
    void(session, batch, "again", actor)
    sum_up(session, batch)
    _must_be_ready(session, batch)
    payment_limits.require(session, batch)
    for duty in appointments.DUTIES:
        if not appointments.may_act(session, duty, batch.fund):
            raise NotNow(
                f"오늘 {appointments.TITLES[duty]}의 직무를 맡은 사람이 없습니다. 임명을 확인해 주십시오."
            )
    outliers.mark(session, batch.id)
    batch.content_sha256 = content_of(session, batch)
    line = _line(session, batch, account)
    audit.record(
        session, actor, "approval.open", "payment_batch", batch.id,
        round=line[0].round, content=batch.content_sha256, payments=batch.payments, won=batch.total_won,
    )  # fmt: skip
    move(session, batch, PaymentBatchState.APPROVAL, actor)
    payment_papers.print_batch(session, batch.id, actor)
    return line


def approve(
    session: Session,
    approval_id: int,
    content_sha256: str,
    account: Account,
    comment: str = "",
    *,
    confirmed_by: str = "",
) -> Approval:
    """Agree to a batch; the next duty is asked, or after the last the batch is approved and going to be sent.

    content_sha256  of the batch as the person saw it
    confirmed_by    how it was made sure that it is this person ("password"), noted in the audit

    Pressed twice it is one. Raises `StaleDecision` when the content or the step is another by now, `NotYours` when
    it is not this person's turn, `NotNow` when something about the batch is not ready any more,
    `payment_limits.LimitExceeded`.
    """
    batch, step = _both_held(session, approval_id)
    if _is_again(step, ApprovalState.APPROVED, content_sha256, account):
        return step
    _must_be_asked(session, batch, step, content_sha256, account)
    _must_be_ready(session, batch)
    payment_limits.require(session, batch)
    _settle(session, step, ApprovalState.APPROVED, account, comment, confirmed_by)
    following = [later for later in line_of(session, batch.id) if later.step > step.step]
    if following:
        following[0].state = ApprovalState.ASKED.value
        session.add(following[0])
        session.flush()
        return step
    actor = f"account:{account.id}"
    batch.approved_at = step.decided_at
    move(session, batch, PaymentBatchState.APPROVED, actor)
    note_where(session, batch.id, [PaymentState.NAME_CHECKED], PaymentState.APPROVED, actor)
    have_sent(session, batch, actor)
    payment_papers.print_batch(session, batch.id, actor)
    return step


def send_back(
    session: Session, approval_id: int, content_sha256: str, account: Account, comment: str
) -> Approval:
    """Not so (반려): the round is over and the batch its maker's again, "checked".

    comment  why; it must not be empty. Raises as `approve` does, ValueError without a reason.
    """
    if not comment.strip():
        raise ValueError("sending back needs a reason")
    batch, step = _both_held(session, approval_id)
    if _is_again(step, ApprovalState.SENT_BACK, content_sha256, account):
        return step
    _must_be_asked(session, batch, step, content_sha256, account)
    _settle(session, step, ApprovalState.SENT_BACK, account, comment, "")
    for later in line_of(session, batch.id):
        if later.state in _LIVE:
            later.state = ApprovalState.VOID.value
            session.add(later)
    session.flush()
    void(session, batch, "sent_back", f"account:{account.id}")
    return step


def may_recall(session: Session, batch: PaymentBatch, account: Account) -> bool:
    """Whether this person put to the line what still waits there, or is approved and has not begun."""
    states = (PaymentBatchState.APPROVAL, PaymentBatchState.APPROVED)
    return batch.state in states and batch.made_by == account.id


def recall(session: Session, batch_id: int, account: Account, comment: str) -> PaymentBatch:
    """회수: its maker takes a batch back while nothing of it has left.

    Raises ValueError without a reason, `StaleDecision` once it runs or is not in the line, `NotYours` for another.
    """
    if not comment.strip():
        raise ValueError("taking back needs a reason")
    batch = hold(session, batch_id)
    if batch.made_by != account.id:
        raise NotYours(f"payment batch {batch_id} was made by another person")
    if not may_recall(session, batch, account):
        raise StaleDecision(f"payment batch {batch_id} is not in approval any more")
    line = line_of(session, batch_id)
    void(session, batch, "recalled", f"account:{account.id}")
    audit.record(
        session, f"account:{account.id}", "approval.recall", "payment_batch", batch_id, round=line[0].round
    )
    return batch


def _line(session: Session, batch: PaymentBatch, account: Account) -> list[Approval]:
    query = select(func.max(col(Approval.round))).where(Approval.subject == subject(batch.id))
    number = (session.exec(query).one() or 0) + 1
    line = [
        Approval(
            subject=subject(batch.id),
            round=number,
            step=place,
            duty=duty,
            state=(ApprovalState.ASKED if place == 2 else ApprovalState.WAITING).value,
            content_sha256=batch.content_sha256,
        )
        for place, duty in enumerate(DUTIES, 1)
    ]
    line[0].state = ApprovalState.APPROVED.value
    line[0].decided_by, line[0].decided_at = account.id, datetime.now(UTC)
    session.add_all(line)
    session.flush()
    return line


def _both_held(session: Session, approval_id: int) -> tuple[PaymentBatch, Approval]:
    """The batch before its steps, as everybody locks them."""
    named = session.exec(select(Approval.subject).where(Approval.id == approval_id)).one()
    kind, _, number = named.partition(":")
    if kind != "payment_batch":
        raise StaleDecision(f"approval {approval_id} is not about a payment batch")
    batch = hold(session, int(number))
    query = select(Approval).where(Approval.id == approval_id).with_for_update(key_share=True)
    return batch, session.exec(query.execution_options(populate_existing=True)).one()


def _is_again(step: Approval, state: ApprovalState, content_sha256: str, account: Account) -> bool:
    return (step.state, step.decided_by, step.content_sha256) == (state.value, account.id, content_sha256)


def _must_be_asked(
    session: Session, batch: PaymentBatch, step: Approval, content_sha256: str, account: Account
) -> None:
    contents = {content_sha256, step.content_sha256, batch.content_sha256, content_of(session, batch)}
    if step.state != ApprovalState.ASKED or batch.state != PaymentBatchState.APPROVAL or len(contents) > 1:
        raise StaleDecision(f"approval {step.id} has changed since it was shown")
    if why_not(session, step, account):
        raise NotYours(f"approval {step.id} is another person's to decide")


def _must_be_ready(session: Session, batch: PaymentBatch) -> None:
    """Every payment is name-checked and is what its order says, and no decision behind one was taken back."""
    row = session.execute(_READY, {"batch": batch.id}).one()
    if row.payments == 0:
        raise NotNow("지급이 하나도 없는 배치입니다.")
    if row.held:
        raise NotNow(f"확인이 끝나지 않은 지급이 {row.held:,}건 있습니다. 확인하거나 배치에서 빼 주십시오.")
    if row.taken_back:
        raise NotNow(f"지급 결정이 취소된 지급이 {row.taken_back:,}건 있습니다. 배치에서 빼 주십시오.")
    if row.contradicted:
        raise NotNow(
            f"이미 지급되었을 수 있는 지급이 {row.contradicted:,}건 있습니다. ‘확인할 지급’에서 먼저 확인해 주십시오."
        )
    if row.different:
        raise NotNow(f"지출결의와 다른 지급이 {row.different:,}건 있습니다. 시스템관리자에게 알려 주십시오.")


def had_a_hand_in(session: Session, batch_id: int, account: Account) -> bool:
    """Whether this person has made a batch or decided in its line, under whatever account."""
    asked = {"batch": batch_id, "accounts": appointments.accounts_of(session, account)}
    return bool(session.execute(_HAND_IN, asked).scalar_one())


_HAND_IN = text("""
    SELECT EXISTS (
        SELECT 1 FROM payment_batch b WHERE b.id = :batch AND (b.made_by = ANY(:accounts) OR EXISTS (
            SELECT 1 FROM approval a WHERE a.subject = 'payment_batch:' || b.id
                AND a.decided_by = ANY(:accounts))))
""")
_READY = text("""
    SELECT count(*) AS payments, count(*) FILTER (WHERE p.state <> 'name_checked') AS held,
        count(*) FILTER (WHERE d.taken_back_at IS NOT NULL) AS taken_back,
        count(*) FILTER (WHERE p.order_id IN (
            SELECT task.order_id FROM review_task task JOIN payment earlier ON earlier.id = task.payment_id
            WHERE task.kind = 'payment_contradiction' AND task.state IN ('open', 'claimed')
            AND (earlier.state NOT IN ('accepted', 'settled', 'returned') OR earlier.state = 'returned'
                AND EXISTS (SELECT 1 FROM payment_event e
                    WHERE e.payment_id = earlier.id AND e.reason = 'not_paid_by_bank')))) AS contradicted,
        count(*) FILTER (WHERE (p.amount_won, p.bank_code, p.account_enc, p.account_index, p.holder_enc)
            IS DISTINCT FROM (o.amount_won, o.bank_code, o.account_enc, o.account_index, o.payee_enc)
            OR o.state <> 'batched' OR o.fund <> b.fund OR o.fiscal_year <> b.fiscal_year) AS different
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id JOIN payment_order o ON o.id = p.order_id
    JOIN decision d ON d.id = o.decision_id
    WHERE p.batch_id = :batch AND p.state <> 'cancelled'
""")


def _settle(
    session: Session,
    step: Approval,
    state: ApprovalState,
    account: Account,
    comment: str,
    confirmed_by: str,
) -> None:
    step.state = state.value
    step.decided_by, step.decided_at = account.id, datetime.now(UTC)
    step.comment_enc = crypto.seal(comment.strip()) if comment.strip() else None
    session.add(step)
    session.flush()
    audit.record(
        session, f"account:{account.id}", f"approval.{state.value}", "payment_batch",
        step.subject.partition(":")[2], approval=step.id, round=step.round, step=step.step, duty=step.duty,
        content=step.content_sha256, confirmed_by=confirmed_by,
    )  # fmt: skip
