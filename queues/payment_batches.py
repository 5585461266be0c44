"""지급 배치: ready orders become payments of one batch, set-wise, in the transaction of whoever makes it.

Nothing of a batch comes into memory however large it is. Everything is locked in the order batch, payment, order,
budget item. Amount, bank, account and holder of a payment are the order's, copied by the database.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, text
from sqlmodel import Session, col, select

from config.funds import load_funds
from queues import audit, budgets, days, outliers, payment_limits, work_again
from queues.models import Account, PaymentBatch, PaymentBatchState, PaymentOrder, Role
from queues.payment_choice import NotPayable, Rule, chosen, fund_and_year, held
from queues.payment_moves import BEFORE_RUNNING, NotNow, by_index, content_of, hold, move, sum_up
from queues.payment_parting import cancel, pause, resume, stop, take_off, take_off_held, take_off_rest
from queues.payment_rounds import void

__all__ = [
    "CHECK",
    "NotNow",
    "NotPayable",
    "Rule",
    "add",
    "cancel",
    "content_of",
    "hold",
    "make",
    "move",
    "pause",
    "put_off",
    "resume",
    "stop",
    "take_off",
    "take_off_held",
    "take_off_rest",
    "void",
]

CHECK = "payments.check"
CHANNELS = ("firm", "iso20022")
_MAKERS = (Role.STAFF.value, Role.SUPERVISOR.value)


def make(
    session: Session,
    orders: Sequence[int] | Rule,
    *,
    fund: str = "",
    fiscal_year: int | None = None,
    pay_on: date,
    account: Account,
    channel: str = "firm",
    title: str = "",
    not_before: datetime | None = None,
    key: str = "",
) -> PaymentBatch:
    """A new batch of orders; its money is committed and its holders' names are going to be asked for.

    orders      ids, or a rule that takes what is ready; fund and fiscal_year: those of a rule, else of the orders
    pay_on      where the center is; not_before: not earlier that day
    account     who makes it, and therefore is none of those who approve it
    key         made of what was pressed: the same key is the same batch. At most 14 letters and digits

    Raises `NotPayable`, `payment_limits.LimitExceeded`, `budgets.NoBudget`, `NotNow`; nothing is made then.
    """
    if isinstance(orders, Rule):
        fund, fiscal_year = fund or orders.fund, fiscal_year or orders.fiscal_year
    elif not fund or fiscal_year is None:
        known = fund_and_year(session, orders)
        fund, fiscal_year = fund or known[0], fiscal_year or known[1]
    name = (
        f"B{pay_on:%Y%m%d}-{(key or secrets.token_hex(5)).upper()[:14]}"  # the banks' files have room for 24
    )
    if key and (again := _known(session, name, account)) is not None:
        return again
    _may_be_made(account, fund, fiscal_year, channel, pay_on)
    batch = PaymentBatch(
        key=name, title=title.strip()[:200], fund=fund, fiscal_year=fiscal_year, channel=channel, pay_on=pay_on,
        not_before=not_before, made_by=account.id,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    actor = f"account:{account.id}"
    wanted = chosen(session, orders) if isinstance(orders, Rule) else orders
    _fill(session, batch, wanted, actor)
    audit.record(
        session, actor, "payment_batch.make", "payment_batch", batch.id,
        fund=fund, year=fiscal_year, pay_on=str(pay_on), payments=batch.payments, won=batch.total_won,
    )  # fmt: skip
    _have_checked(session, batch, actor)
    return batch


def add(session: Session, batch_id: int, order_ids: Sequence[int], actor: str) -> PaymentBatch:
    """More orders into a batch that has not begun to run; what was agreed to about it is void.

    Raises as `make` does, `NotNow` for one that runs, ran or was cancelled.
    """
    batch = hold(session, batch_id)
    _not_begun(batch, "지급이 시작되었거나 끝난 배치에는 더 넣을 수 없습니다.")
    void(session, batch, "changed", actor)
    if batch.state != PaymentBatchState.DRAFT:
        move(session, batch, PaymentBatchState.DRAFT, actor, reason="added")
    _fill(session, batch, order_ids, actor)
    batch.version += 1
    audit.record(
        session, actor, "payment_batch.add", "payment_batch", batch.id, orders=sorted(order_ids)[:100]
    )
    _have_checked(session, batch, actor)
    return batch


def put_off(
    session: Session, batch_id: int, pay_on: date, actor: str, *, not_before: datetime | None = None
) -> PaymentBatch:
    """Have a batch paid on another day or not before an hour; what was agreed to about it is void.

    Raises `NotNow`, `payment_limits.LimitExceeded`.
    """
    batch = hold(session, batch_id)
    _not_begun(batch, "지급이 시작되었거나 끝난 배치의 지급일은 바꿀 수 없습니다.")
    _may_leave(pay_on, batch.fiscal_year)
    void(session, batch, "changed", actor)
    audit.record(
        session,
        actor,
        "payment_batch.put_off",
        "payment_batch",
        batch.id,
        was=str(batch.pay_on),
        now=str(pay_on),
    )
    batch.pay_on, batch.not_before = pay_on, not_before
    batch.version += 1
    session.add(batch)
    payment_limits.require(session, batch)
    return batch


def _not_begun(batch: PaymentBatch, why_not: str) -> None:
    if batch.state not in BEFORE_RUNNING:
        raise NotNow(why_not)


def _known(session: Session, name: str, account: Account) -> PaymentBatch | None:
    """The batch of a key, of whoever pressed twice."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
    found = session.exec(select(PaymentBatch).where(col(PaymentBatch.key) == name)).one_or_none()
    if found is not None and found.made_by != account.id:
        raise NotNow("같은 이름의 배치를 다른 사람이 만들었습니다. 화면을 새로 열어 주십시오.")
    return found


def _may_be_made(account: Account, fund: str, fiscal_year: int, channel: str, pay_on: date) -> None:
    if not account.active or account.role not in _MAKERS:
        raise NotNow("지급 배치를 만들 수 없는 계정입니다.")
    _may_leave(pay_on, fiscal_year)
    if channel not in CHANNELS:
        raise NotNow("알 수 없는 지급 방법입니다.")
    if fund not in load_funds().funds:
        raise NotNow("알 수 없는 회계·기금입니다.")


def _may_leave(pay_on: date, fiscal_year: int) -> None:
    if pay_on < days.today():
        raise NotNow("지급일이 이미 지난 날입니다.")
    last = load_funds().closing.last_day(fiscal_year)
    if pay_on > last:
        raise NotNow(f"{fiscal_year}회계연도의 돈은 {last:%Y-%m-%d}까지만 지급할 수 있습니다.")


def _fill(session: Session, batch: PaymentBatch, order_ids: Sequence[int], actor: str) -> None:
    """Payments of orders, appended to a batch that is a draft; the orders are in it, and their money committed."""
    with by_index(session):
        ids = held(session, order_ids, batch.fund, batch.fiscal_year)
        _write(session, batch, ids, actor)
        sum_up(session, batch)
        budgets.commit_orders(session, batch.id, days.today(), actor)
        payment_limits.require(session, batch)
    outliers.mark(session, batch.id)


def _write(session: Session, batch: PaymentBatch, ids: Sequence[int], actor: str) -> None:
    funds = load_funds()
    made = session.execute(
        _PAYMENTS,
        {
            "batch": batch.id,
            "key": batch.key,
            "ids": ids,
            "programs": list(funds.programs),
            "texts": [paid.purpose for paid in funds.programs.values()],
        },
    )
    if cast(CursorResult[Any], made).rowcount != len(ids):
        raise RuntimeError(f"payment batch {batch.key}: not every order became a payment")
    prefix = {"prefix": f"{batch.fiscal_year}-{funds.funds[batch.fund].mark}-"}
    session.execute(_ONE_AT_A_TIME, prefix)
    last = session.execute(_LAST_NUMBER, prefix).scalar_one()
    session.execute(_NUMBERS, {**prefix, "ids": ids, "last": last})
    session.execute(_BATCHED, {"ids": ids, "actor": actor, "batch": batch.id})
    for row in [row for row in session if isinstance(row, PaymentOrder)]:
        session.expire(row)


def _have_checked(session: Session, batch: PaymentBatch, actor: str) -> None:
    work_again.add_again(
        session, CHECK, f"payment_batch:{batch.id}", payload={"batch_id": batch.id}, priority=50, actor=actor
    )


_PAYMENTS = text("""
    INSERT INTO payment (order_id, batch_id, position, amount_won, bank_code, account_enc, account_index,
        holder_enc, statement_text, end_to_end)
    SELECT o.id, :batch, place, o.amount_won, o.bank_code, o.account_enc, o.account_index, o.payee_enc, words.words,
        :key || '-' || lpad(place::text, 6, '0')
    FROM (SELECT o.*, row_number() OVER (ORDER BY o.id)
            + (SELECT coalesce(max(position), 0) FROM payment WHERE batch_id = :batch) AS place
          FROM payment_order o WHERE o.id = ANY(:ids)) o
    JOIN unnest(CAST(:programs AS text[]), CAST(:texts AS text[])) AS words(program, words)
        ON words.program = o.program
    ORDER BY o.id
""")
# 결의번호: given with the first batch and kept for good; one at a time for a year and fund.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('order number ' || :prefix, 0))")
_LAST_NUMBER = text("""
    SELECT coalesce(max(substr(number, length(:prefix) + 1)::bigint), 0) FROM payment_order
    WHERE number LIKE :prefix || '%'
""")
_NUMBERS = text("""
    UPDATE payment_order SET number = :prefix || lpad((:last + fresh.nth)::text, 7, '0')
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM payment_order
        WHERE id = ANY(:ids) AND number || '' IS NULL OFFSET 0) fresh
    WHERE payment_order.id = fresh.id
""")
_BATCHED = text("""
    WITH moved AS (
        UPDATE payment_order SET state = 'batched', reason = '', version = version + 1
        WHERE id = ANY(:ids) AND state = 'ready' RETURNING id)
    INSERT INTO audit_event (actor, action, subject_type, subject_id, detail)
    SELECT CAST(:actor AS text), 'payment_order.state', 'payment_order', id::text,
        jsonb_build_object('was', 'ready', 'now', 'batched', 'batch', CAST(:batch AS bigint))
    FROM moved ORDER BY id
""")
