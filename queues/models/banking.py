"""What was said to banks and by them, and what each day came to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.budgets import won
from queues.models.columns import (
    blind,
    identity,
    mapping,
    moment,
    name_key,
    one_of,
    reference,
    sealed,
    stamp,
    words,
)
from queues.models.states import BankDayState


class BankMessage(SQLModel, table=True):
    """전문: one message or file, as sent or received; committed before it leaves, and only ever added.

    direction   "out" or "in"; day, bank_code, company_code, number: its unique key (a reply bears the request's)
    class_code, task_code   전문구분 and 업무구분 ("2000", "100"); of a file its name ("pain.001", "")
    content_enc sealed; the account's password is blanked first. For files see file_sha256
    reference   of a file: its MsgId, or by what the bank's list tells it from others; each is kept once
    note        "unexpected", "repeated", "unreadable at 213", ... for what came and could not be used
    """

    __tablename__ = "bank_message"
    __table_args__ = (
        CheckConstraint("direction IN ('out', 'in')", name="direction_known"),
        Index(
            "bank_message_number",
            "day",
            "bank_code",
            "company_code",
            "number",
            unique=True,
            postgresql_where=text("direction = 'out' AND number > 0"),
        ),
        Index("bank_message_by_number", "day", "number", "direction"),
        Index(
            "bank_message_file",
            "reference",
            "direction",
            unique=True,
            postgresql_where=text("reference <> ''"),
        ),
    )
    id: int = identity()
    direction: str = words(None)
    day: date = Field(nullable=False)
    bank_code: str = words()
    company_code: str = words()
    number: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    class_code: str = words()
    task_code: str = words()
    payment_id: int | None = reference("payment.id", optional=True)
    batch_id: int | None = reference("payment_batch.id", optional=True)
    response_code: str = words()
    content_enc: bytes | None = sealed()
    file_sha256: str = words()
    reference: str = words()
    note: str = words()
    at: datetime = stamp(index=True)


class MessageCounter(SQLModel, table=True):
    """The last message number given out on a day to a bank and company; at most 950,000."""

    __tablename__ = "message_counter"
    __table_args__ = (CheckConstraint("last BETWEEN 0 AND 950000", name="numbers_left"),)
    day: date = Field(primary_key=True)
    bank_code: str = name_key()
    company_code: str = name_key()
    last: int = Field(default=0)


class BankDay(SQLModel, table=True):
    """대사: one day of one debit account, ours against the bank's; it is closed only when they agree or
    somebody signed for the difference.

    fund          whose account it is
    channel       whose word ours is held against: "firm", "iso20022", or "accounting" for the accounting system
    our_*         transfers sent that day that were paid, also those that came back later; *_back_*: what
                  came back that day, whenever it was sent. their_*: by 7000/300 or the statement, None: not told
    opened_at     개시 (1000/100) of the day; statement_at: when a statement that tells the whole day arrived
    """

    __tablename__ = "bank_day"
    __table_args__ = (one_of("state", BankDayState), UniqueConstraint("day", "fund", "channel"))
    id: int = identity()
    day: date = Field(nullable=False)
    fund: str = words(None)
    channel: str = words("firm")
    state: str = words(BankDayState.OPEN.value, index=True)
    opened_at: datetime | None = moment()
    our_count: int = Field(default=0)
    our_won: int = won()
    our_back_count: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    our_back_won: int = won()
    their_count: int | None = Field(default=None)
    their_won: int | None = Field(default=None, sa_type=BigInteger)
    their_back_count: int | None = Field(default=None)
    their_back_won: int | None = Field(default=None, sa_type=BigInteger)
    difference_won: int = won()
    totals_message_id: int | None = reference("bank_message.id", optional=True, index=False)
    statement_sha256: str = words()
    statement_at: datetime | None = moment()
    compared_at: datetime | None = moment()
    signed_by: int | None = Field(default=None, sa_type=BigInteger)
    signed_at: datetime | None = moment()
    comment_enc: bytes | None = sealed()
    closed_at: datetime | None = moment()
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class StatementLine(SQLModel, table=True):
    """One line of a bank's statement or notice (camt.053, camt.054), matched with a payment or not.

    key         what it is called by the bank, unique per source; amount_won: negative leaves the account
    named       EndToEndId, or the message number as text
    """

    __tablename__ = "statement_line"
    __table_args__ = (UniqueConstraint("source", "key"), Index("statement_line_of_day", "day", "fund"))
    id: int = identity()
    day: date = Field(nullable=False)
    fund: str = words(None)
    source: str = words(None)
    key: str = words(None)
    amount_won: int = won(None)
    kind: str = words()
    named: str = words(index=True)
    account_index: bytes | None = blind(index=False)
    payment_id: int | None = reference("payment.id", optional=True)
    file_sha256: str = words()
    detail: dict[str, Any] = mapping()
    at: datetime = stamp()


class Difference(SQLModel, table=True):
    """차이: something of a day on which we, the bank or the accounting system do not agree.

    cause   a code ("paid_not_in_ours", "ours_not_at_bank", "amount", "returned", "twice", "accounting_missing", ...)
    state   "open", "explained" (somebody said why), "resolved" (it is gone)
    """

    __tablename__ = "difference"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'explained', 'resolved')", name="state_known"),
        UniqueConstraint("bank_day_id", "key"),
    )
    id: int = identity()
    bank_day_id: int = reference("bank_day.id")
    key: str = words(None)
    cause: str = words(None)
    payment_id: int | None = reference("payment.id", optional=True)
    statement_line_id: int | None = reference("statement_line.id", optional=True, index=False)
    our_won: int = won()
    their_won: int = won()
    state: str = words("open", index=True)
    explained_by: int | None = Field(default=None, sa_type=BigInteger)
    comment_enc: bytes | None = sealed()
    created_at: datetime = stamp()
    closed_at: datetime | None = moment()
