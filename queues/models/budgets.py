"""Money that the center may spend, who may spend it, and what was booked on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.columns import identity, mapping, moment, one_of, reference, sealed, stamp, words
from queues.models.states import FundReturnState


def won(default: int | None = 0, *, index: bool = False) -> Any:
    """Whole won; `default=None` makes it required."""
    if default is None:
        return Field(nullable=False, index=index, sa_type=BigInteger)
    return Field(
        default=default,
        index=index,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": text(f"{default}")},
    )


class BudgetItem(SQLModel, table=True):
    """예산과목: one item of the budget of a year and fund, with its sums, which only entries change.

    code    프로그램-단위사업-세부사업-목-세목, joined by "-"; title: the names, joined by " > "
    left    allotted + returned - committed, never below 0
    closed_at  the year is closed: nothing more is committed
    """

    __tablename__ = "budget_item"
    __table_args__ = (
        UniqueConstraint("fiscal_year", "fund", "code"),
        CheckConstraint("committed_won <= allotted_won + returned_won", name="within_the_allotment"),
        CheckConstraint("paid_won <= committed_won", name="paid_only_what_was_committed"),
    )
    id: int = identity()
    fiscal_year: int = Field(nullable=False)
    fund: str = words(None)
    code: str = words(None)
    title: str = words()
    allotted_won: int = won()
    committed_won: int = won()
    paid_won: int = won()
    returned_won: int = won()
    closed_at: datetime | None = moment()


class BudgetEntry(SQLModel, table=True):
    """One booking on a budget item; rows are only ever added, and each changes the item's sums.

    kind        "allotment" (배정, a cut is negative), "commitment" (원인행위, its release negative),
                "payment" (지출, one that came back negative), "return" (여입: raises what is left)
    key         what it is about, made of ids ("order:17:commit:1"); the same key is booked once
    """

    __tablename__ = "budget_entry"
    id: int = identity()
    item_id: int = reference("budget_item.id")
    kind: str = words(None)
    key: str = words(None, unique=True)
    amount_won: int = won(None)
    order_id: int | None = reference("payment_order.id", optional=True)
    payment_id: int | None = reference("payment.id", optional=True)
    on: date = Field(nullable=False)
    reason: str = words()
    actor: str = words("bot")
    at: datetime = stamp()


class FundReturn(SQLModel, table=True):
    """반납: money that a payee pays back, or the bank gave back after the books were closed.

    booked_as  "refund" (여입: into the item of the same year, while it is open) or "revenue" (세입)
    """

    __tablename__ = "fund_return"
    __table_args__ = (one_of("state", FundReturnState),)
    id: int = identity()
    key: str = words(None, unique=True)
    order_id: int = reference("payment_order.id")
    payment_id: int | None = reference("payment.id", optional=True, index=False)
    amount_won: int = won(None)
    cause: str = words(None)
    state: str = words(FundReturnState.ASKED.value, index=True)
    booked_as: str = words()
    asked_on: date = Field(nullable=False)
    due_on: date | None = Field(default=None)
    received_on: date | None = Field(default=None)
    comment_enc: bytes | None = sealed()
    made_by: str = words(None)
    created_at: datetime = stamp()


class Appointment(SQLModel, table=True):
    """임명: an account holds a duty of the treasury for a fund, from a day until a day (both included).

    duty       "commitment" 재무관, "order" 지출관, "cashier" 출납공무원
    stands_in  대리: acts only while the regular one is absent (`queues.absences`)
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("duty IN ('commitment', 'order', 'cashier')", name="duty_known"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="in_order"),
        Index("appointment_of", "account_id", "from_on"),
    )
    id: int = identity()
    account_id: int = reference("account.id", index=False)
    duty: str = words(None)
    fund: str = words(None)
    stands_in: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    from_on: date = Field(nullable=False)
    until_on: date | None = Field(default=None)
    document_no: str = words()
    made_by: str = words(None)
    created_at: datetime = stamp()


class AccountingEntry(SQLModel, table=True):
    """One commitment or payment told to the accounting system (dBrain+), and what it answered.

    kind    "commitment", "payment", "return"; key as in `BudgetEntry`
    state   "waiting", "exported", "booked", "refused"
    """

    __tablename__ = "accounting_entry"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'exported', 'booked', 'refused')", name="state_known"),
    )
    id: int = identity()
    kind: str = words(None)
    key: str = words(None, unique=True)
    entry_id: int | None = reference("budget_entry.id", optional=True, index=False)
    order_id: int = reference("payment_order.id")
    payment_id: int | None = reference("payment.id", optional=True)
    amount_won: int = won(None)
    on: date = Field(nullable=False)
    state: str = words("waiting", index=True)
    file_sha256: str = words()
    file_name: str = words()
    exported_at: datetime | None = moment()
    answered_at: datetime | None = moment()
    answer_sha256: str = words()
    their_no: str = words()
    their_won: int | None = Field(default=None, sa_type=BigInteger)
    error: str = words()
    detail: dict[str, Any] = mapping()
    created_at: datetime = stamp()
