"""Files of payments that went to the bank, and how far each is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.budgets import won
from queues.models.columns import identity, moment, one_of, reference, stamp, words
from queues.models.states import PaymentFileState


class PaymentFile(SQLModel, table=True):
    """이체 파일: a part of a batch in one pain.001, committed whole before any of it leaves.

    msg_id   MsgId, by which the bank's own list is asked about it; the same for every try with the same bytes
    sha256   of the file in the store; part: from 1 within its batch
    tries    uploads that were begun, the last at `tried_at`; bank_no: what the bank calls it
    doubted  a try before the last one may have reached the bank; once it is so it stays so
    reason   a code: why it is where it is
    """

    __tablename__ = "payment_file"
    __table_args__ = (
        one_of("state", PaymentFileState),
        UniqueConstraint("batch_id", "part"),
        CheckConstraint("payments > 0 AND total_won > 0", name="something_is_paid"),
    )
    id: int = identity()
    batch_id: int = reference("payment_batch.id", index=False)
    part: int = Field(nullable=False)
    msg_id: str = words(None, unique=True)
    sha256: str = words(None)
    payments: int = Field(nullable=False)
    total_won: int = won(None)
    state: str = words(PaymentFileState.LEAVING.value, index=True)
    reason: str = words()
    bank_no: str = words()
    tries: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    doubted: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    tried_at: datetime | None = moment()
    taken_at: datetime | None = moment()
    ended_at: datetime | None = moment()
    created_at: datetime = stamp()
