"""A payment is settled: what the bank had said for the time being stands. Its order is paid, the budget is booked,
and the payee will be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, text
from sqlmodel import Session

from bots.payments.closing import close_batches
from bots.payments.reconcile.locking import lock_batches
from bots.payments.reconcile.ours import DayKey
from bots.payments.reconcile.telling import tell_later
from queues import budgets, payment_orders
from queues.database import session as record
from queues.days import today
from queues.models import PaymentState
from queues.payments import Happened, note_all

BLOCK = 500


def by_statement(actor: str) -> int:
    """Settle every accepted payment that stands on a statement with our amount and account; how many."""
    return _all(_ON_A_LINE, {}, "statement", None, actor)


def by_totals(key: DayKey, before: datetime, message_id: int | None, actor: str) -> int:
    """Settle the accepted payments of a day whose totals agree. `before`: when the bank was asked; what was
    accepted later is not in its totals."""
    return _all(_OF_DAY, key.to_dict() | {"before": before}, "totals", message_id, actor)


def _all(
    statement: Executable, given: dict[str, object], reason: str, message_id: int | None, actor: str
) -> int:
    """Block by block, each with all that follows from it in one transaction."""
    settled, after = 0, 0
    while True:
        with record() as session:
            asked = given | {"after": after, "most": BLOCK}
            rows = session.execute(statement, asked).all()
            if not rows:
                return settled
            after = rows[-1].id
            settled += _settle(session, rows, reason, message_id, actor)


def _settle(
    session: Session, rows: Sequence[Row[Any]], reason: str, message_id: int | None, actor: str
) -> int:
    batches = {row.batch_id for row in rows}
    lock_batches(session, batches)
    held = session.execute(_HOLD, {"ids": [row.id for row in rows]}).all()
    note_all(
        session,
        [Happened(row.id, row.seq, PaymentState.SETTLED, reason, message_id) for row in held],
        actor,
    )
    ids = [row.id for row in held]
    session.execute(_SETTLED_ON, {"ids": ids, "day": today()})
    payment_orders.mark_paid(session, [row.order_id for row in held], actor)
    budgets.pay(session, ids, actor)
    tell_later(session, ids, actor)
    close_batches(session, batches, actor)
    return len(ids)


_HOLD = text("""
    SELECT id, seq, order_id FROM payment WHERE id = ANY(:ids) AND state = 'accepted' ORDER BY id
    FOR NO KEY UPDATE
""")
_SETTLED_ON = text("UPDATE payment SET settled_on = :day WHERE id = ANY(:ids)")
# A line that names another account, or another sum, settles nothing; neither does one whose money came back.
_ON_A_LINE = text("""
    SELECT p.id, p.batch_id FROM payment p
    WHERE p.state = 'accepted' AND p.id > :after
        AND EXISTS (
            SELECT 1 FROM statement_line l WHERE l.payment_id = p.id AND l.kind = 'transfer'
            AND -l.amount_won = p.amount_won
            AND (l.account_index IS NULL OR p.account_index IS NULL OR l.account_index = p.account_index))
        AND NOT EXISTS (
            SELECT 1 FROM statement_line l WHERE l.payment_id = p.id AND l.kind = 'return')
    ORDER BY p.id LIMIT :most
""")
_OF_DAY = text("""
    SELECT p.id, p.batch_id
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    JOIN payment_event e ON e.payment_id = p.id AND e.seq = p.seq
    WHERE p.state = 'accepted' AND p.sent_on = :day AND b.fund = :fund AND b.channel = :channel
        AND e.at < :before AND p.id > :after
    ORDER BY p.id LIMIT :most
""")
