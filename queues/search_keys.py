"""By what a delivery can be found: blind indexes of the names and numbers on it, and of those around it.

Names on papers are sealed; what is kept here is a keyed hash of each of their beginnings, and of the ends of
telephone and receipt numbers. Whoever has the database without the keys learns nothing by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, delete, select

from queues import crypto
from queues.asked import digits_of
from queues.models import (
    Application,
    Attachment,
    Delivery,
    DeliveryKey,
    Document,
    DocumentState,
    Employer,
    LinkCandidate,
    Person,
    ReadField,
)

VERSION = 1
"""Of the keys, noted at each delivery. A migration that sets `delivery.keyed` to 0 has all indexed anew."""

NAME, PHONE, RECEIPT = "name", "phone", "receipt"
LONGEST_NAME = 16
_ENDS = (4, 7, 8)
_KEY_BYTES = 16
_LIKELY = 0.2
_COMPANY = re.compile(r"주식회사|유한회사|유한책임회사|\(주\)|\(유\)|㈜")
_FIELDS = {"name": NAME, "company": NAME, "phone": PHONE, "receipt_no": RECEIPT}

Key = tuple[str, bytes]


def plain_name(text: str) -> str:
    """A name as it is compared: no blanks, no signs, no legal form, small letters."""
    text = _COMPANY.sub("", unicodedata.normalize("NFKC", text).replace("㈜", ""))
    return re.sub(r"[\W_]", "", text).casefold()


def receipt_tail(text: str) -> str:
    """The digits at the end of a receipt number without leading zeros, "" when there are none."""
    found = re.search(r"(\d+)\D*$", text)
    return found[1].lstrip("0") if found else ""


def name_key(text: str) -> Key:
    """The key of a name's beginning."""
    return NAME, _blind(NAME, plain_name(text)[:LONGEST_NAME])


def phone_key(digits: str) -> Key:
    """The key of a telephone number, or of its last 4, 7 or 8 digits."""
    return PHONE, _blind(PHONE, digits)


def receipt_key(text: str) -> Key:
    """The key of a receipt number, or of its tail."""
    return RECEIPT, _blind(RECEIPT, re.sub(r"[\W_]", "", text).upper())


def keys_of(kind: str, text: str) -> Iterator[Key]:
    """Every key by which a value is found."""
    if kind == NAME:
        yield from _name_keys(text)
    elif kind == PHONE:
        digits = digits_of(text)
        if len(digits) >= 4:
            yield phone_key(digits)
            yield from (phone_key(digits[-n:]) for n in _ENDS if len(digits) > n)
    elif text.strip():
        yield receipt_key(text)
        if tail := receipt_tail(text):
            yield receipt_key(tail)


def _name_keys(text: str) -> Iterator[Key]:
    whole = plain_name(text)[:LONGEST_NAME]
    yield from (name_key(whole[:n]) for n in range(1, len(whole) + 1))
    words = [plain_name(w) for w in re.split(r"[\s()@<>]+", text)]
    for word in words[1:]:  # a branch or a person behind the name of a firm
        yield from (name_key(word[:n]) for n in range(2, min(len(word), 8) + 1))


def remember(session: Session, delivery_id: int) -> None:
    """Write the keys of a delivery as it is now, in place of those of before, in the caller's transaction."""
    session.flush()
    delivery = session.exec(
        select(
            Delivery.received_at, Delivery.caller_number, Delivery.sender_name, Delivery.given_receipt_no
        ).where(Delivery.id == delivery_id)
    ).one()
    wanted = dict.fromkeys(_maybe(session, delivery_id), False)
    wanted |= dict.fromkeys(_sure(session, delivery_id, *delivery[1:]), True)
    session.exec(delete(DeliveryKey).where(col(DeliveryKey.delivery_id) == delivery_id))
    if wanted:
        rows = [
            {"delivery_id": delivery_id, "kind": kind, "key": key, "received_at": delivery[0], "sure": sure}
            for (kind, key), sure in sorted(wanted.items())
        ]
        session.connection().execute(insert(DeliveryKey).on_conflict_do_nothing(), rows)
    session.connection().execute(
        update(Delivery).where(col(Delivery.id) == delivery_id).values(keyed=VERSION)
    )


def _sure(session: Session, delivery_id: int, caller: str, sender: str, given: str) -> Iterator[Key]:
    """What is on it, who called, and what it was attached to."""
    yield from keys_of(PHONE, caller)
    yield from keys_of(NAME if re.search(r"[^\W\d_]", sender) else PHONE, sender)
    yield from keys_of(RECEIPT, given)
    read = (
        select(ReadField.name, ReadField.value_enc)
        .join(Document, col(ReadField.document_id) == col(Document.id))
        .where(
            Document.delivery_id == delivery_id,
            Document.state != DocumentState.SUPERSEDED,
            col(ReadField.name).in_(_FIELDS),
        )
    )
    for name, value in session.exec(read):
        if value:
            yield from keys_of(_FIELDS[name], crypto.open_(value))
    joined = select(Attachment.application_id).join(Document, col(Attachment.document_id) == col(Document.id))
    here = joined.where(Document.delivery_id == delivery_id, col(Attachment.undone_at).is_(None))
    yield from _of_cases(session, session.exec(here).all())


def _maybe(session: Session, delivery_id: int) -> Iterator[Key]:
    """The cases that a document in review probably belongs to: its name may have been misread."""
    query = (
        select(LinkCandidate.application_id)
        .join(Document, col(LinkCandidate.document_id) == col(Document.id))
        .where(
            Document.delivery_id == delivery_id,
            col(Document.state).in_((DocumentState.REVIEW, DocumentState.WAITING_CASE)),
            LinkCandidate.probability >= _LIKELY,
        )
    )
    yield from _of_cases(session, session.exec(query).all())


def _of_cases(session: Session, application_ids: Iterable[int]) -> Iterator[Key]:
    ids = set(application_ids)
    if not ids:
        return
    query = (
        select(Application.receipt_no, Person.name, Person.phone, Employer.name)
        .outerjoin(Person, col(Application.person_id) == col(Person.id))
        .outerjoin(Employer, col(Application.employer_id) == col(Employer.id))
        .where(col(Application.id).in_(ids))
    )
    for receipt_no, name, phone, company in session.exec(query):
        yield from keys_of(RECEIPT, receipt_no)
        yield from keys_of(NAME, name or "")
        yield from keys_of(PHONE, phone or "")
        yield from keys_of(NAME, company or "")


def _blind(kind: str, plain: str) -> bytes:
    return crypto.blind_index(f"search {kind}", plain)[:_KEY_BYTES]
