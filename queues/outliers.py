"""What is out of the ordinary about the payments of a batch, for who approves it: compared with all that was paid.

Codes are written into `Payment.outliers` by one statement each, the gravest first: an account that somebody else is
paid on; another account than last time; an account nothing was ever paid on, of a payee known before; an amount
unusual for the program or for the payee; an order whose payment failed before; a payee's first payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel import Session

from config.payment_limits import load_payment_limits
from config.programs import load_programs
from queues.models import Payment
from queues.payment_moves import by_index

SHARED, CHANGED, NEW = "shared_account", "changed_account", "new_account"
UNUSUAL, TRIED, FIRST = "unusual_amount", "tried_before", "first_payment"
CODES = (SHARED, CHANGED, NEW, UNUSUAL, TRIED, FIRST)
"""The gravest first."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """One payment and what is out of the ordinary about it.

    detail  by code, ids and sums only: "orders" that share the account, "last_payment" into another one,
            "usual_won" (the middle of the program's), "largest_won" (the payee's own until now), "failed" payments
    """

    payment_id: int
    position: int
    codes: tuple[str, ...]
    detail: dict[str, Any] = field(default_factory=dict)


def mark(session: Session, batch_id: int) -> int:
    """Look at all payments of a batch anew; returns how many are out of the ordinary."""
    session.flush()
    unusual = load_payment_limits().unusual
    values = {
        "batch": batch_id,
        "firms": _firms(),
        "history": unusual.history,
        "spread": unusual.spread,
        "times": unusual.own_times,
    }
    with by_index(session):
        session.execute(_written_out(_MARK), values)
    for row in [row for row in session if isinstance(row, Payment)]:
        session.expire(row, ["outliers"])
    counted = session.execute(
        text("SELECT count(*) FROM payment WHERE batch_id = :batch AND outliers <> '[]'::jsonb"), values
    )
    return int(counted.scalar_one())


def counts(session: Session, batch_id: int) -> dict[str, int]:
    """How many payments of a batch bear each code, the gravest first; codes that none bears are left out."""
    found = session.execute(text(_COUNTS), {"batch": batch_id}).all()
    known = {str(code): int(count) for code, count in found}
    return {code: known[code] for code in CODES if code in known}


def of_batch(session: Session, batch_id: int, *, limit: int = 200, skip: int = 0) -> list[Outlier]:
    """What is out of the ordinary in a batch, the gravest first and then in the order of its payments."""
    rows = session.execute(
        text(_PAGE), {"batch": batch_id, "codes": list(CODES), "limit": limit, "skip": skip}
    ).all()
    details = _details(session, [row.id for row in rows])
    return [Outlier(row.id, row.position, tuple(row.outliers), details.get(row.id, {})) for row in rows]


def of_payment(session: Session, payment: Payment) -> Outlier:
    """The same of one payment; without codes where nothing is."""
    detail = _details(session, [payment.id]).get(payment.id, {}) if payment.outliers else {}
    return Outlier(payment.id, payment.position, tuple(payment.outliers), detail)


def _details(session: Session, payment_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not payment_ids:
        return {}
    values = {"ids": list(payment_ids), "firms": _firms()}
    with by_index(session):
        found = session.execute(_written_out(_DETAILS), values).all()
    return {row.id: {name: value for name, value in row.detail.items() if value} for row in found}


def _firms() -> list[str]:
    """Programs whose payee is an employer."""
    return [code for code, program in load_programs().items() if program.applicant == "employer"]


# Whose money it is: employers have numbers below 0, so that one column holds both.
_PAYEE = """
    CASE WHEN {o}.program = ANY(:firms) THEN coalesce(-{o}.employer_id, {o}.person_id)
        ELSE coalesce({o}.person_id, -{o}.employer_id) END
"""
_OF_PAYEE = """
    (mine.payee > 0 AND {o}.person_id = mine.payee AND NOT coalesce({o}.program = ANY(:firms), false)
        OR mine.payee < 0 AND {o}.employer_id = -mine.payee AND ({o}.program = ANY(:firms) OR {o}.person_id IS NULL))
"""
# Looked up by the account before anything else, whatever the statistics make of the other conditions.
_ACCOUNT = "(SELECT * FROM {table} WHERE account_index = mine.account_index OFFSET 0)"
_PAID = "state IN ('accepted', 'settled')"


def _written_out(template: str) -> TextClause:
    """The statement, with who the payee is and what counts as paid written out."""
    for row in ("o", "other"):
        template = template.replace(f"OF_PAYEE[{row}]", _OF_PAYEE.format(o=row))
        template = template.replace(f"PAYEE[{row}]", _PAYEE.format(o=row))
    for table in ("payment", "payment_order"):
        template = template.replace(f"ACCOUNT[{table}]", _ACCOUNT.format(table=table))
    return text(template.replace("PAID", _PAID))


_MARK = """
    WITH mine AS MATERIALIZED (
        SELECT p.id, p.order_id, p.bank_code, p.account_index, p.amount_won, o.program,
            PAYEE[o] AS payee
        FROM payment p JOIN payment_order o ON o.id = p.order_id
        WHERE p.batch_id = :batch AND p.state <> 'cancelled'),
    usual AS MATERIALIZED (
        SELECT o.program, count(*) AS known,
            percentile_cont(0.75) WITHIN GROUP (ORDER BY o.amount_won) AS upper,
            percentile_cont(0.75) WITHIN GROUP (ORDER BY o.amount_won)
                - percentile_cont(0.25) WITHIN GROUP (ORDER BY o.amount_won) AS spread
        FROM payment_order o WHERE o.state IN ('batched', 'paid')
        AND o.program IN (SELECT DISTINCT program FROM mine)
        AND o.created_at > clock_timestamp() - interval '1 year' GROUP BY o.program),
    looked AS (
        SELECT mine.id,
            EXISTS (SELECT 1 FROM ACCOUNT[payment_order] other
                WHERE other.bank_code = mine.bank_code AND other.state IN ('ready', 'batched', 'paid')
                AND PAYEE[other] IS DISTINCT FROM mine.payee) AS shared,
            own.payments AS paid_before, own.last_account IS DISTINCT FROM mine.account_index
                OR own.last_bank IS DISTINCT FROM mine.bank_code AS elsewhere,
            EXISTS (SELECT 1 FROM ACCOUNT[payment] before
                WHERE before.bank_code = mine.bank_code AND before.PAID) AS known_account,
            usual.known >= :history AND mine.amount_won > usual.upper + :spread * usual.spread
                AND mine.amount_won > usual.upper
                OR mine.amount_won > :times * own.largest AS unusual,
            EXISTS (SELECT 1 FROM (SELECT * FROM payment WHERE order_id = mine.order_id OFFSET 0) before
                WHERE before.state IN ('rejected', 'returned')) AS tried
        FROM mine LEFT JOIN usual USING (program) CROSS JOIN LATERAL (
            SELECT count(*) AS payments,
                (array_agg(paid.account_index ORDER BY paid.id DESC))[1] AS last_account,
                (array_agg(paid.bank_code ORDER BY paid.id DESC))[1] AS last_bank,
                max(paid.amount_won) FILTER (WHERE o.program = mine.program) AS largest
            FROM (SELECT * FROM payment_order o WHERE OF_PAYEE[o] OFFSET 0) o CROSS JOIN LATERAL (
                SELECT * FROM payment WHERE payment.order_id = o.id OFFSET 0) paid
            WHERE paid.PAID) own),
    told AS (
        SELECT id, to_jsonb(array_remove(ARRAY[
            CASE WHEN shared THEN 'shared_account' END,
            CASE WHEN paid_before > 0 AND elsewhere THEN 'changed_account' END,
            CASE WHEN paid_before > 0 AND NOT known_account THEN 'new_account' END,
            CASE WHEN unusual THEN 'unusual_amount' END,
            CASE WHEN tried THEN 'tried_before' END,
            CASE WHEN paid_before = 0 THEN 'first_payment' END], NULL)) AS codes FROM looked)
    UPDATE payment SET outliers = told.codes FROM told
    WHERE payment.id = told.id AND payment.outliers IS DISTINCT FROM told.codes
"""
_COUNTS = """
    SELECT code, count(*) FROM payment, jsonb_array_elements_text(outliers) AS code
    WHERE batch_id = :batch AND outliers <> '[]'::jsonb AND state <> 'cancelled' GROUP BY code
"""
_PAGE = """
    SELECT id, position, outliers FROM payment
    WHERE batch_id = :batch AND outliers <> '[]'::jsonb AND state <> 'cancelled'
    ORDER BY array_position(CAST(:codes AS text[]), outliers ->> 0), jsonb_array_length(outliers) DESC, position
    LIMIT :limit OFFSET :skip
"""
_DETAILS = """
    WITH mine AS (
        SELECT p.id, p.order_id, p.batch_id, p.bank_code, p.account_index, o.program,
            PAYEE[o] AS payee
        FROM payment p JOIN payment_order o ON o.id = p.order_id WHERE p.id = ANY(:ids)),
    usual AS (
        SELECT program, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY amount_won))::bigint AS won
        FROM payment_order WHERE state IN ('batched', 'paid') AND program IN (SELECT program FROM mine)
        AND created_at > clock_timestamp() - interval '1 year' GROUP BY program)
    SELECT mine.id, jsonb_build_object(
        'orders', (SELECT jsonb_agg(other.id) FROM (
            SELECT other.id FROM ACCOUNT[payment_order] other
            WHERE other.bank_code = mine.bank_code AND other.state IN ('ready', 'batched', 'paid')
            AND PAYEE[other] IS DISTINCT FROM mine.payee ORDER BY other.id LIMIT 5) other),
        'last_payment', (SELECT max(p.id) FROM payment_order o JOIN payment p ON p.order_id = o.id AND p.PAID
            WHERE p.batch_id <> mine.batch_id AND OF_PAYEE[o]),
        'largest_won', (SELECT max(p.amount_won) FROM payment_order o JOIN payment p ON p.order_id = o.id
            AND p.PAID WHERE o.program = mine.program AND OF_PAYEE[o]),
        'usual_won', usual.won,
        'failed', (SELECT jsonb_agg(before.id ORDER BY before.id) FROM payment before
            WHERE before.order_id = mine.order_id AND before.state IN ('rejected', 'returned'))) AS detail
    FROM mine LEFT JOIN usual USING (program)
"""
