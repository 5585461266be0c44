"""The bank said yes to a payment, and its statement does not show it: once the day is over a person is asked."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import text

from bots.payments import fate, questions
from bots.payments.reconcile.locking import lock_batches
from queues.database import session as record
from queues.days import today
from queues.models import PaymentState


def see_to(actor: str) -> Counter[str]:
    """Ask about each such payment, once; what has answered itself is asked no more. How many were asked about."""
    with record() as session:
        over = session.execute(_OVER, {"kind": questions.NOT_AT_BANK}).scalars().all()
        questions.withdraw(session, over, (questions.NOT_AT_BANK,), actor)
    with record() as session:
        rows = session.execute(_UNASKED, {"kind": questions.NOT_AT_BANK, "today": today()}).all()
        lock_batches(session, {row.batch_id for row in rows})
        days = {row.id: row.day.isoformat() for row in rows}
        asked = [one for one in fate.lock(session, days) if one.state == PaymentState.ACCEPTED]
        for one in asked:
            told = {"on": days[one.id]}
            questions.ask(session, one, questions.NOT_AT_BANK, evidence=told, actor=actor)
    return +Counter({"asked": len(asked)})


_UNASKED = text("""
    SELECT p.id, p.batch_id, min(b.day) AS day
    FROM difference d JOIN bank_day b ON b.id = d.bank_day_id JOIN payment p ON p.id = d.payment_id
    WHERE d.cause = 'ours_not_at_bank' AND d.state <> 'resolved' AND b.day < :today AND p.state = 'accepted'
        AND NOT EXISTS (
            SELECT 1 FROM review_task asked
            WHERE asked.payment_id = p.id AND asked.kind = :kind AND asked.state <> 'cancelled')
    GROUP BY p.id, p.batch_id
""")
_OVER = text("""
    SELECT asked.payment_id FROM review_task asked JOIN payment p ON p.id = asked.payment_id
    WHERE asked.kind = :kind AND asked.state IN ('open', 'claimed')
        AND (p.state <> 'accepted' OR NOT EXISTS (
            SELECT 1 FROM difference d
            WHERE d.payment_id = p.id AND d.cause = 'ours_not_at_bank' AND d.state <> 'resolved'))
""")
