"""What tells a delivery that comes again: keys to find it by, and the sealed comparison of its papers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from queues.models.columns import listing, required_moment, sealed


class DeliveryTrace(SQLModel, table=True):
    """`keys` are blind indexes in hexadecimal; `fingerprint_enc` is a sealed JSON text."""

    __tablename__ = "delivery_trace"
    __table_args__ = (Index("delivery_trace_keys", "keys", postgresql_using="gin"),)
    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id", sa_type=BigInteger)
    received_at: datetime = required_moment(index=True)
    keys: list[str] = listing()
    fingerprint_enc: bytes | None = sealed()
