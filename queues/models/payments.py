"""Decisions that cost money, the orders to pay them, and the transfers by which they are paid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.budgets import won
from queues.models.columns import (
    blind,
    identity,
    listing,
    mapping,
    moment,
    one_of,
    optional_words,
    reference,
    sealed,
    stamp,
    words,
)
from queues.models.states import OrderState, PaymentBatchState, PaymentState

# While one of these stands no other payment of the order may be made.
_LIVE = text("state NOT IN ('rejected', 'returned', 'cancelled')")


class Decision(SQLModel, table=True):
    """결정: what was decided about an application or one of its claims, and by whom.

    key        "event:E-17" of the system of record, "screening:5" of our own
    outcome    "granted" or "refused"; amount_won as decided, before it is cut to 10 won
    claim_no   회차, 0 where the program knows none; period_from, period_until: both days included
    about      what tells claims of one case and period apart, "" for most (a worker of an employer's claim)
    deductions  [{"kind", "won"}], what is kept back; kinds in ``funds.yaml``
    payee_enc  JSON, sealed: {"name", "bank", "account"} where the decision names them; else the application's
    """

    __tablename__ = "decision"
    __table_args__ = (CheckConstraint("outcome IN ('granted', 'refused')", name="outcome_known"),)
    id: int = identity()
    key: str = words(None, unique=True)
    application_id: int = reference("application.id")
    program: str = words(None)
    person_id: int | None = reference("person.id", optional=True)
    employer_id: int | None = reference("employer.id", optional=True)
    outcome: str = words(None)
    claim_no: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    about: str = words()
    period_from: date | None = Field(default=None)
    period_until: date | None = Field(default=None)
    amount_won: int | None = Field(default=None, sa_type=BigInteger)
    deductions: list[dict[str, Any]] = listing()
    payee_enc: bytes | None = sealed()
    decided_on: date = Field(nullable=False)
    decided_by: str = words()
    legal_ground: str = words()
    document_no: str = words()
    taken_back_at: datetime | None = moment()
    created_at: datetime = stamp()


class PaymentOrder(SQLModel, table=True):
    """지출결의: what is owed to whom, from which item of the budget, on what ground.

    key         "decision:17:1"; the same key is the same order
    number      결의번호, given when it goes into a batch
    amount_won  decided_won less deductions, cut to 10 won
    bank_code   금융기관 공동코드, three digits; account: digits only
    documents   ids of the papers on which it rests
    not_double_of  ids of orders that a person found it not to be a double of; accepted: codes of doubts that a
                person found to be none
    content_sha256  of everything that was agreed to; paper_sha256: the PDF of the order
    """

    __tablename__ = "payment_order"
    __table_args__ = (
        one_of("state", OrderState),
        # What is in doubt may be for want of an amount; 13 digits is what a message of the bank holds.
        CheckConstraint(
            "state IN ('draft', 'doubt', 'cancelled') "
            "OR (amount_won BETWEEN 10 AND 9999999999999 AND amount_won % 10 = 0)",
            name="won_in_tens",
        ),
        Index("payment_order_by_state", "state", "program", "id"),
        Index(
            "payment_order_of_payee",
            text("coalesce(person_id, 0)"),
            text("coalesce(employer_id, 0)"),
            "program",
        ),
        Index("payment_order_of_period", "person_id", "employer_id", "program", "period_from"),
    )
    id: int = identity()
    key: str = words(None, unique=True)
    number: str | None = optional_words(unique=True)
    decision_id: int = reference("decision.id")
    application_id: int = reference("application.id")
    program: str = words(None)
    person_id: int | None = reference("person.id", optional=True, index=False)
    employer_id: int | None = reference("employer.id", optional=True)
    claim_no: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    about: str = words()
    period_from: date | None = Field(default=None)
    period_until: date | None = Field(default=None)
    decided_won: int = won(None)
    deductions: list[dict[str, Any]] = listing()
    amount_won: int = won(None)
    fund: str = words(None)
    fiscal_year: int = Field(nullable=False)
    budget_item_id: int | None = reference("budget_item.id", optional=True)
    legal_ground: str = words()
    payee_enc: bytes | None = sealed()
    bank_code: str = words()
    account_enc: bytes | None = sealed()
    account_index: bytes | None = blind()
    documents: list[int] = listing()
    state: str = words(OrderState.DRAFT.value)
    reason: str = words()
    not_double_of: list[int] = listing()
    accepted: list[str] = listing()
    content_sha256: str = words()
    paper_sha256: str = words()
    made_by: str = words("bot")
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = stamp()
    ended_at: datetime | None = moment()


class PaymentBatch(SQLModel, table=True):
    """지급 배치: payments that go to the bank together, from one debit account.

    channel   "firm" (300-byte messages) or "iso20022" (files)
    pay_on    the day on which it runs; not_before: not earlier that day
    content_sha256  what the approval binds: `queues.payment_batches.content_of`
    run_no    counts the runs over it; who holds an older number may commit nothing more
    pause_asked   a person wants it to stop after what is under way; nothing new leaves
    paper_sha256  지급명세서, the PDF that goes with it; list_sha256: the whole list, XLSX
    """

    __tablename__ = "payment_batch"
    __table_args__ = (one_of("state", PaymentBatchState),)
    id: int = identity()
    key: str = words(None, unique=True)
    title: str = words()
    fund: str = words(None)
    fiscal_year: int = Field(nullable=False)
    channel: str = words("firm")
    pay_on: date = Field(nullable=False, index=True)
    not_before: datetime | None = moment()
    state: str = words(PaymentBatchState.DRAFT.value, index=True)
    reason: str = words()
    payments: int = Field(default=0)
    total_won: int = won()
    content_sha256: str = words()
    paper_sha256: str = words()
    made_by: int = Field(nullable=False, foreign_key="account.id", sa_type=BigInteger)
    approved_at: datetime | None = moment()
    list_sha256: str = words()
    run_no: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    pause_asked: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    started_at: datetime | None = moment()
    ended_at: datetime | None = moment()
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = stamp()


class Payment(SQLModel, table=True):
    """지급: one transfer for one order. What is transferred to whom never changes; `state` and `seq` are what
    the events say, and only an event changes them (`queues.payments.note`).

    position   within its batch, from 1
    holder_enc     the payee's name as the order has it; holder_told_enc: as the bank told it
    statement_text 적요, as the payee reads it: at most 14 bytes in CP949
    number     of the last transfer message, 0 before; sent_on: its day by the bank's calendar
    file_id    the file in which it left, where its batch goes by files
    end_to_end what it is called in ISO 20022 files
    next_look_at  when the bank is asked about it again (UNKNOWN)
    outliers   codes of what is out of the ordinary about it (`queues.outliers`), shown first to who approves
    """

    __tablename__ = "payment"
    __table_args__ = (
        one_of("state", PaymentState),
        CheckConstraint("amount_won > 0", name="something_is_paid"),
        UniqueConstraint("batch_id", "position"),
        Index("payment_one_alive", "order_id", unique=True, postgresql_where=_LIVE),
        Index("payment_in_batch", "batch_id", "state", "position"),
        Index("payment_by_state", "state", "id"),
        Index("payment_to_look", "next_look_at", postgresql_where=text("next_look_at IS NOT NULL")),
        Index("payment_sent", "sent_on", "state"),
        Index("payment_outlier", "batch_id", "position", postgresql_where=text("outliers <> '[]'::jsonb")),
    )
    id: int = identity()
    order_id: int = reference("payment_order.id", index=True)
    batch_id: int = reference("payment_batch.id", index=False)
    position: int = Field(nullable=False)
    state: str = words(PaymentState.DRAFT.value)
    seq: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    reason: str = words()
    amount_won: int = won(None)
    bank_code: str = words(None)
    account_enc: bytes | None = sealed()
    account_index: bytes | None = blind()
    holder_enc: bytes | None = sealed()
    holder_told_enc: bytes | None = sealed()
    statement_text: str = words()
    end_to_end: str = words(None, unique=True)
    number: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    file_id: int | None = reference("payment_file.id", optional=True)
    sent_on: date | None = Field(default=None)
    checked_at: datetime | None = moment()
    settled_on: date | None = Field(default=None)
    next_look_at: datetime | None = moment()
    looks: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    outliers: list[str] = listing()
    created_at: datetime = stamp()


class PaymentEvent(SQLModel, table=True):
    """What happened to a payment, in order: the ledger. Rows are only ever added; adding one changes the payment.

    seq        1, 2, ... without gaps; whoever is late with a number has not seen the newest event
    state      the state that follows from it; the same as before for a mere note
    reason     a code; message_id: the bank's or our message that it rests on
    detail     codes, ids and sums only, nothing personal
    """

    __tablename__ = "payment_event"
    __table_args__ = (UniqueConstraint("payment_id", "seq"), Index("payment_event_at", "at"))
    id: int = identity()
    payment_id: int = reference("payment.id", index=False)
    seq: int = Field(nullable=False)
    state: str = words(None)
    reason: str = words()
    message_id: int | None = reference("bank_message.id", optional=True, index=False)
    actor: str = words("bot")
    detail: dict[str, Any] = mapping()
    at: datetime = stamp()
