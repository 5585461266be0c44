"""What arrived, as it arrived, and its pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.columns import (
    identity,
    one_of,
    optional_words,
    reference,
    required_moment,
    sealed,
    stamp,
    words,
)
from queues.models.states import DeliveryState, PageState


class Delivery(SQLModel, table=True):
    """배달: one transmission, envelope or upload.

    `received_at` is the fax server's and starts the processing period; a trigger refuses to change
    it, and refuses to change `source`, `source_ref` and `original_sha256`.

    `batch_id`: the batch scan that this letter was a part of; its original is the batch's. `letter_no`: its
    place in that batch, from 1. `divided_by`: what showed where the letters of a batch begin ("separator",
    "blank", "change"), "doubt" on a letter that may hold papers of another one. `entered_by`: the account
    that handed it in at the desk. `given_receipt_no`: the case that this person named, "" for none.

    `keyed`: the version of the keys (`queues.search_keys`) that it can be found by; 0 for none yet.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("source", "source_ref"),
        Index("delivery_of_state", "state", "received_at"),
        Index("delivery_of_source", "source", "received_at"),
        Index("delivery_of_pages", "page_count", "received_at"),
        Index("delivery_of_problem", "received_at", postgresql_where=text("problem IS NOT NULL")),
        Index("delivery_again", "received_at", postgresql_where=text("duplicate_of IS NOT NULL")),
        Index("delivery_unkeyed", "id", postgresql_where=text("keyed = 0")),
        one_of("state", DeliveryState),
    )
    id: int = identity()
    source: str = words(None)
    source_ref: str = words(None)
    received_at: datetime = required_moment(index=True)
    taken_at: datetime = stamp()
    caller_number: str = words(index=True)
    sender_name: str = words()
    receive_status: str = words()
    original_sha256: str = words(None, index=True)
    original_name: str = words()
    media: str = words()
    page_count: int = Field(default=0)
    state: str = words(DeliveryState.TAKEN.value)
    problem: str | None = optional_words()
    problem_detail: str = words()
    duplicate_of: int | None = reference("delivery.id", optional=True)
    batch_id: int | None = reference("delivery.id", optional=True)
    letter_no: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    divided_by: str = words()
    entered_by: int | None = Field(default=None, sa_type=BigInteger)
    given_receipt_no: str = words()
    keyed: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class Page(SQLModel, table=True):
    """One page. `image_sha256` is its PNG preview, `read_sha256` its `PageRead` as JSON.

    `original_page` is its number in the original file where that differs (a letter of a batch), else 0.
    """

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("delivery_id", "number"), one_of("state", PageState))
    id: int = identity()
    delivery_id: int = reference("delivery.id", index=False)
    number: int = Field(nullable=False)
    state: str = words(PageState.WAITING.value)
    image_sha256: str | None = optional_words()
    width: int = Field(default=0)
    height: int = Field(default=0)
    rotation: int = Field(default=0)
    type: str = words()
    type_confidence: float = Field(default=0.0)
    read_sha256: str | None = optional_words()
    problem: str | None = optional_words()
    reader_version: str = words()
    original_page: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class DeliveryKey(SQLModel, table=True):
    """What a delivery can be found by, in whatever state it is: blind indexes of names and numbers.

    `kind` tells what was indexed ("name", "phone", "receipt"); see `queues.finding`. `received_at` is the
    delivery's, so that the latest are found first without looking at all. `sure` is false where only a
    case that it may belong to gave the key.
    """

    __tablename__ = "delivery_key"
    delivery_id: int = Field(foreign_key="delivery.id", primary_key=True, sa_type=BigInteger)
    kind: str = Field(primary_key=True, sa_type=Text)
    key: bytes = Field(primary_key=True, sa_type=LargeBinary)
    received_at: datetime = required_moment()
    sure: bool = Field(default=True)
    __table_args__ = (Index("delivery_key_found", "kind", "key", "received_at", "delivery_id"),)


class DeskEntry(SQLModel, table=True):
    """창구 접수: what one citizen handed over at once, entered by a person. Becomes one or more deliveries.

    token       made by the screen for one filled-in form: pressing twice enters once
    digest      of the files, their order and the case: the same again soon after is the same
    receipt_no  the case that was named, "" for none
    """

    __tablename__ = "desk_entry"
    id: int = identity()
    token: str = words(None, unique=True)
    digest: str = words(None, index=True)
    at: datetime = stamp(index=True)
    account_id: int = reference("account.id")
    source: str = words(None)
    receipt_no: str = words()
    remark_enc: bytes | None = sealed()


class DeskFile(SQLModel, table=True):
    """One file of a desk entry. Files with the same `part` become one delivery, in the order of `position`."""

    __tablename__ = "desk_file"
    __table_args__ = (UniqueConstraint("entry_id", "position"),)
    id: int = identity()
    entry_id: int = reference("desk_entry.id", index=False)
    position: int = Field(nullable=False)
    part: int = Field(nullable=False)
    sha256: str = words(None)
    name: str = words()
    media: str = words()
    size: int = Field(nullable=False, sa_type=BigInteger)
    delivery_id: int | None = reference("delivery.id", optional=True)
