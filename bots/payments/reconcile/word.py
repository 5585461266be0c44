"""What a statement says of single payments is heard like any other word of the bank: it ends an unknown one, it
gives back what failed, and what speaks against our ledger is a question to a person."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import text

from bots.payments import fate
from bots.payments.fate import Word
from bots.payments.reconcile.locking import lock_batches
from queues.database import session as record

_BLOCK = 200


def hear_lines(actor: str) -> Counter[str]:
    """Go through matched lines that our ledger does not have yet; how many payments came to which state.

    Only a line with our amount, and our account where it names one, is a word about a payment.
    """
    return _unknown_ones(actor) + _given_back(actor)


def _unknown_ones(actor: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    while True:
        with record() as session:
            rows = session.execute(_PAID_AFTER_ALL, {"most": _BLOCK}).all()
            lock_batches(session, {row.batch_id for row in rows})
            words = [
                Word(
                    row.payment_id,
                    "paid",
                    "statement",
                    "statement",
                    detail={"statement_line_id": row.line_id},
                )
                for row in rows
            ]
            heard = fate.hear(session, words, actor)
        counts += heard
        if not heard:
            return counts


def _given_back(actor: str) -> Counter[str]:
    changed = 0
    while True:
        with record() as session:
            rows = session.execute(_CAME_BACK, {"most": _BLOCK}).all()
            lock_batches(session, {row.batch_id for row in rows})
            words = [
                Word(
                    row.payment_id,
                    "refused",
                    "statement",
                    row.reason or "statement_return",
                    detail={"statement_line_id": row.line_id, "on": row.day.isoformat()},
                )
                for row in rows
            ]
            now = fate.returned_all(session, words, actor)
        changed += now
        if not now:
            return +Counter({"returned": changed})


_PAID_AFTER_ALL = text("""
    SELECT DISTINCT ON (p.id) p.id AS payment_id, p.batch_id, l.id AS line_id
    FROM payment p JOIN statement_line l ON l.payment_id = p.id AND l.kind = 'transfer'
    WHERE p.state = 'unknown' AND -l.amount_won = p.amount_won
        AND (l.account_index IS NULL OR p.account_index IS NULL OR l.account_index = p.account_index)
    ORDER BY p.id, l.id LIMIT :most
""")
_CAME_BACK = text("""
    SELECT DISTINCT ON (p.id) p.id AS payment_id, p.batch_id, l.id AS line_id, l.day,
        coalesce(l.detail ->> 'reason', '') AS reason
    FROM statement_line l JOIN payment p ON p.id = l.payment_id
    WHERE l.kind = 'return' AND l.amount_won = p.amount_won AND p.state IN ('accepted', 'settled')
    ORDER BY p.id, l.id LIMIT :most
""")
