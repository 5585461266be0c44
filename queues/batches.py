"""Batch scans: a delivery of many letters is divided, and each letter is a delivery of its own.

The batch stays as it came, in the state "split"; its letters name it (`batch_id`), count through it
(`letter_no`) and have its original, of which their pages say the page (`original_page`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from queues.models import Delivery, Page


@dataclass(frozen=True, slots=True)
class LetterPlace:
    """Where a letter lay in its batch: letter `number` of `count`, on these pages of the batch's file.

    `divided_by`: "separator", "blank", "change", or "doubt" where it may hold papers of another letter.
    """

    batch_id: int
    number: int
    count: int
    original_pages: tuple[int, ...]
    divided_by: str


def letters_of(session: Session, batch_id: int) -> Sequence[Delivery]:
    """The letters of a batch, in its order."""
    query = select(Delivery).where(Delivery.batch_id == batch_id)
    return session.exec(query.order_by(col(Delivery.letter_no))).all()


def letter_place(session: Session, delivery: Delivery) -> LetterPlace | None:
    """Where a delivery lay in its batch; None for one that came by itself."""
    if delivery.batch_id is None:
        return None
    count = session.exec(select(func.count()).where(Delivery.batch_id == delivery.batch_id)).one()
    pages = select(Page.original_page).where(Page.delivery_id == delivery.id).order_by(col(Page.number))
    return LetterPlace(
        delivery.batch_id, delivery.letter_no, count, tuple(session.exec(pages)), delivery.divided_by
    )


def whereabouts(session: Session, batch_id: int) -> dict[int, int]:
    """Page of the batch -> the delivery (a letter) that it is in; separators and blank sheets are in none."""
    query = (
        select(Page.original_page, Page.delivery_id)
        .join(Delivery, col(Page.delivery_id) == col(Delivery.id))
        .where(Delivery.batch_id == batch_id)
    )
    return dict(session.exec(query).all())


def original_pages(session: Session, delivery_id: int, pages: Sequence[int]) -> list[int]:
    """Numbers of a delivery's pages as numbers in the file that it came in."""
    query = select(Page.number, Page.original_page).where(Page.delivery_id == delivery_id)
    in_file = {number: original or number for number, original in session.exec(query)}
    return [in_file.get(number, number) for number in pages]
