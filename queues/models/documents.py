"""What was read, and which applications it may belong to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from queues.models.columns import identity, listing, one_of, optional_mapping, reference, sealed, words
from queues.models.states import DocumentState


class Document(SQLModel, table=True):
    """문서: consecutive pages of a delivery. `version` rises with every decision about it."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("delivery_id", "position"), one_of("state", DocumentState))
    id: int = identity()
    delivery_id: int = reference("delivery.id", index=False)
    position: int = Field(nullable=False)
    type: str = words(None, index=True)
    type_confidence: float = Field(default=0.0)
    pages: list[int] = listing()
    handwritten: bool = Field(default=False)
    state: str = words(DocumentState.READ.value, index=True)
    reason: str = words()
    probability: float | None = Field(default=None)
    duplicate_of: int | None = reference("document.id", optional=True)
    version: int = Field(default=1)


class ReadField(SQLModel, table=True):
    """One field of a document. `value_enc` and `raw_enc` are sealed, `value_masked` is for lists.

    `person` is 0 for the document's own fields and 1, 2, ... for further people that it names.
    """

    __tablename__ = "read_field"
    __table_args__ = (UniqueConstraint("document_id", "person", "name"),)
    id: int = identity()
    document_id: int = reference("document.id", index=False)
    person: int = Field(default=0)
    name: str = words(None)
    value_enc: bytes | None = sealed()
    value_masked: str = words()
    raw_enc: bytes | None = sealed()
    confidence: float = Field(default=0.0)
    doubtful: bool = Field(default=False)
    handwritten: bool = Field(default=False)
    page: int = Field(default=0)
    box: dict[str, Any] | None = optional_mapping()
    notes: list[str] = listing()
    corrected_from_enc: bytes | None = sealed()
    corrected_by: int | None = Field(default=None, sa_type=BigInteger)


class LinkCandidate(SQLModel, table=True):
    """An application that a document may belong to; `evidence` holds no raw values."""

    __tablename__ = "link_candidate"
    __table_args__ = (UniqueConstraint("document_id", "rank"),)
    id: int = identity()
    document_id: int = reference("document.id", index=False)
    application_id: int = reference("application.id")
    rank: int = Field(nullable=False)
    weight: float = Field(default=0.0)
    probability: float = Field(default=0.0)
    evidence: list[dict[str, Any]] = listing()
