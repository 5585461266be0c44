"""One batch: its sums, what is out of the ordinary, who agreed, and whose turn it is."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, col, select

from dashboard.reads.notice_sheet import Step
from dashboard.reads.payment_batches import account_names, flagged_of
from dashboard.reads.payment_list import sums_by_state
from queues import crypto, outliers
from queues.appointments import may_act
from queues.models import Account, Approval, ApprovalState, BudgetItem, PaymentBatch, WorkItem, WorkState
from queues.payment_approvals import may_decide, may_recall
from queues.payment_limits import Exceeded, exceeded
from queues.payment_rounds import asked, line_of, subject

_BEFORE_LEAVING = ("draft", "checking", "checked", "approval", "approved")
_CHANGING = ("draft", "checking", "checked")
"""States in which payments come and go, and are marked as out of the ordinary."""
_KEPT = 64
_known: dict[tuple[str, int, int, int, int], Makeup] = {}
_counting = threading.Lock()
_TROUBLED = (WorkState.FAILED.value, WorkState.REVIEW.value)

_BY = text(
    """
    SELECT o.program, o.budget_item_id, count(*) AS counted, sum(p.amount_won) AS won
    FROM payment p JOIN payment_order o ON o.id = p.order_id
    WHERE p.batch_id = :batch AND p.state <> 'cancelled' GROUP BY 1, 2 ORDER BY 4 DESC
    """
)
_BY_BANK = text(
    """
    SELECT bank_code, count(*) AS counted, sum(amount_won) AS won FROM payment
    WHERE batch_id = :batch AND state <> 'cancelled' GROUP BY 1 ORDER BY 3 DESC
    """
)
_SPREAD = text(
    """
    SELECT min(amount_won), max(amount_won), percentile_disc(0.5) WITHIN GROUP (ORDER BY amount_won)
    FROM payment WHERE batch_id = :batch AND state <> 'cancelled'
    """
)


@dataclass(frozen=True)
class Part:
    """What of a batch falls to one program and item, or to one bank (`code`)."""

    code: str
    payments: int
    won: int
    item: BudgetItem | None = None


@dataclass(frozen=True)
class Spread:
    """The smallest, the largest and the middle amount, in won."""

    least: int
    most: int
    middle: int


@dataclass(frozen=True)
class Makeup:
    """What a batch is made up of: it stays the same while nothing is put in or taken off."""

    outliers: dict[str, int]
    flagged: int
    programs: Sequence[tuple[str, int | None, int, int]]
    banks: Sequence[Part]
    spread: Spread | None


@dataclass(frozen=True)
class BatchSheet:
    """A batch as it stands now.

    sums     (payments, won) by state; outliers: payments by code; flagged: payments with any
    steps    of the newest round of the line, none before it was put there
    mine     the step that this person may decide now
    troubled work about it that failed
    """

    batch: PaymentBatch
    maker: str
    sums: dict[str, tuple[int, int]]
    outliers: dict[str, int]
    flagged: int
    programs: Sequence[Part]
    banks: Sequence[Part]
    spread: Spread | None
    steps: Sequence[Step]
    rounds: int
    mine: Approval | None
    may_recall: bool
    exceeded: Sequence[Exceeded]
    troubled: Sequence[WorkItem]

    @property
    def counts(self) -> dict[str, int]:
        return {state: n for state, (n, _) in self.sums.items()}


def batch_sheet(session: Session, batch_id: int, account_id: int) -> BatchSheet | None:
    """None when there is no such batch. account_id: of the one who looks."""
    batch = session.get(PaymentBatch, batch_id)
    if batch is None:
        return None
    account = session.get_one(Account, account_id)
    steps, rounds = steps_of(session, batch)
    step = asked(session, batch_id) if batch.state == "approval" else None
    made = _makeup(session, batch)
    return BatchSheet(
        batch=batch,
        maker=account_names(session, [batch.made_by]).get(batch.made_by, ""),
        sums=sums_by_state(session, batch_id),
        outliers=made.outliers,
        flagged=made.flagged,
        programs=[
            Part(program, n, won, session.get(BudgetItem, item_id) if item_id else None)
            for program, item_id, n, won in made.programs
        ],
        banks=made.banks,
        spread=made.spread,
        steps=steps,
        rounds=rounds,
        mine=step if step is not None and may_decide(session, step, account) else None,
        may_recall=may_recall(session, batch, account),
        exceeded=exceeded(session, batch, lock=False) if batch.state in _BEFORE_LEAVING else [],
        troubled=_troubled(session, batch_id),
    )


def _makeup(session: Session, batch: PaymentBatch) -> Makeup:
    """Counted once for a batch as it stands: who watches a large one go out must not have it counted every time."""
    key = (str(session.get_bind().engine.url), batch.id, batch.version, batch.payments, batch.total_won)
    with _counting:
        known = _known.get(key) if batch.state not in _CHANGING else None
    if known is None:
        known = _counted(session, batch.id)
        with _counting:
            if len(_known) >= _KEPT:
                _known.clear()
            _known[key] = known
    return known


def _counted(session: Session, batch_id: int) -> Makeup:
    connection, values = session.connection(), {"batch": batch_id}
    least, most, middle = connection.execute(_SPREAD, values).one()
    return Makeup(
        outliers=outliers.counts(session, batch_id),
        flagged=flagged_of(session, [batch_id]).get(batch_id, 0),
        programs=[
            (r.program, r.budget_item_id, r.counted, int(r.won)) for r in connection.execute(_BY, values)
        ],
        banks=[Part(r.bank_code, r.counted, int(r.won)) for r in connection.execute(_BY_BANK, values)],
        spread=Spread(int(least), int(most), int(middle)) if most is not None else None,
    )


def steps_of(session: Session, batch: PaymentBatch) -> tuple[list[Step], int]:
    """The newest round and its number; of a step that nobody decided yet, who may today."""
    newest = line_of(session, batch.id)
    rounds = newest[0].round if newest else 0
    acting = {
        a.id: may_act(session, a.duty, batch.fund)
        for a in newest
        if a.state in (ApprovalState.WAITING, ApprovalState.ASKED) and a.duty != "draft"
    }
    known = [a.decided_by for a in newest] + [i for ids in acting.values() for i in ids]
    names = account_names(session, known)
    steps = [
        Step(
            approval=a,
            asked_of=", ".join(names[i] for i in acting.get(a.id, []) if i in names),
            decided_by=names.get(a.decided_by or 0, ""),
            comment=crypto.open_(a.comment_enc) if a.comment_enc else "",
        )
        for a in newest
    ]
    return steps, rounds


def _troubled(session: Session, batch_id: int) -> Sequence[WorkItem]:
    query = select(WorkItem).where(
        WorkItem.reference == subject(batch_id), col(WorkItem.state).in_(_TROUBLED)
    )
    return session.exec(query.order_by(col(WorkItem.id))).all()
