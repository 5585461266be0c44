"""Orders that would pay somebody the same twice: the rule of the trigger `keep_payment_order`, and a little more."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from queues.models import PaymentOrder

_FIND = text("""
    SELECT other.id FROM payment_order mine, payment_order other
    WHERE mine.id = :id AND other.id <> mine.id AND other.state IN ('ready', 'batched', 'paid')
    AND other.program = mine.program AND other.about = mine.about
    AND (other.person_id = mine.person_id AND other.employer_id IS NULL AND mine.employer_id IS NULL
        OR other.employer_id = mine.employer_id AND other.person_id IS NULL AND mine.person_id IS NULL
        OR other.person_id = mine.person_id AND other.employer_id = mine.employer_id
        OR other.account_index = mine.account_index AND other.bank_code = mine.bank_code)
    AND (CASE WHEN other.period_from IS NULL OR mine.period_from IS NULL THEN other.claim_no = mine.claim_no
        ELSE daterange(other.period_from, coalesce(other.period_until, other.period_from), '[]')
            && daterange(mine.period_from, coalesce(mine.period_until, mine.period_from), '[]') END
        OR other.application_id = mine.application_id AND other.claim_no = mine.claim_no AND mine.claim_no > 0)
    AND NOT mine.not_double_of @> to_jsonb(other.id) AND NOT other.not_double_of @> to_jsonb(mine.id)
    ORDER BY other.id LIMIT 20
""")


def of(session: Session, order: PaymentOrder) -> list[int]:
    """Ids of orders (ready, in a batch or paid) that an order doubles: the same payee, program and matter, and
    periods that overlap; the same claim where a period is missing, or within one case.

    Who is paid to the same account is the same payee here, too: a person without a resident number may be on file
    twice.
    """
    session.flush()
    return [int(number) for number in session.execute(_FIND, {"id": order.id}).scalars()]
