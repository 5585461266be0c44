"""A batch scan is divided: each of its letters becomes a delivery of its own and goes on like any other.

All letters of a batch, their pages, the work of understanding them and the batch's new state commit together:
killed before, nothing has happened; killed after, everything has.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, select

from bots.intake.scan import is_batch_source
from ocr.separators import Division, Letter, divide
from ocr.types import PageRead
from queues import audit, files
from queues.deliveries import Arrived, enter_in
from queues.models import Delivery, DeliveryState, Page

DOUBT = "doubt"
SEPARATOR, BLANK, PART = "separator", "blank", "letter"
"""What a page of a divided batch is: its `type` in the record."""


def division_of(delivery: Delivery, pages: Sequence[PageRead]) -> Division:
    """How the pages of a delivery are to be divided; a letter of a batch is not divided again."""
    if delivery.batch_id is not None:
        return Division("", ())
    return divide(pages, batch=is_batch_source(delivery.source))


def split(
    session: Session, batch: Delivery, division: Division, pages: Sequence[PageRead], actor: str
) -> list[int]:
    """Make a delivery of every letter, in the caller's transaction; returns their ids.

    `batch` is locked by the caller. Where pages do not add up, ValueError: rather none than one lost.
    """
    _check_none_lost(division, pages)
    rows = {p.number: p for p in session.exec(select(Page).where(Page.delivery_id == batch.id))}
    reads = {page.number: page for page in pages}
    last = len(division.letters)
    made = []
    for number, letter in enumerate(division.letters, 1):
        by = DOUBT if letter.doubtful else division.by
        child = _enter(session, batch, number, letter, by, is_last=number == last, actor=actor)
        session.add_all(_page_rows(child, letter, rows, reads))
        made.append(child)
    for number, row in rows.items():
        row.type, row.type_confidence = _kind(number, division), 1.0
        session.add(row)
    batch.state = DeliveryState.SPLIT
    batch.divided_by = division.by
    session.add(batch)
    audit.record(
        session, actor, "delivery.split", "delivery", batch.id,
        by=division.by, letters=last, separators=len(division.separators), blanks=len(division.blanks),
    )  # fmt: skip
    return made


def _check_none_lost(division: Division, pages: Sequence[PageRead]) -> None:
    placed = [n for letter in division.letters for n in letter.pages]
    placed += [*division.separators, *division.blanks]
    if sorted(placed) != sorted(page.number for page in pages):
        raise ValueError("a page of the batch is in no letter, or in two")


def _enter(
    session: Session, batch: Delivery, number: int, letter: Letter, by: str, *, is_last: bool, actor: str
) -> int:
    arrived = Arrived(
        source=batch.source,
        reference=f"{batch.source_ref}#{number}",
        received_at=batch.received_at,
        sha256=batch.original_sha256,
        name=batch.original_name,
        caller=batch.caller_number,
        sender=batch.sender_name,
        # What went wrong in receiving is asked about once; what is missing is missing at the end.
        status=batch.receive_status if is_last else "",
        entered_by=batch.entered_by,
        given_receipt_no=(letter.receipt_no if _is_ours(batch.source) else "") or batch.given_receipt_no,
    )
    child = session.get_one(Delivery, enter_in(session, arrived, actor=actor), with_for_update=True)
    child.batch_id, child.letter_no, child.divided_by = batch.id, number, by
    child.media, child.page_count, child.state = batch.media, len(letter.pages), DeliveryState.READING
    session.add(child)
    return child.id


def _is_ours(source: str) -> bool:
    """Whether the center scanned it itself. A separator sheet that came from outside names no case for us."""
    return source.partition(":")[0] in ("scan", "desk")


def _page_rows(
    child_id: int, letter: Letter, rows: dict[int, Page], reads: dict[int, PageRead]
) -> list[Page]:
    return [
        Page(
            delivery_id=child_id,
            number=number,
            original_page=original,
            state=rows[original].state,
            problem=rows[original].problem,
            image_sha256=rows[original].image_sha256,
            read_sha256=_read_again(reads[original], number),
            width=rows[original].width,
            height=rows[original].height,
            rotation=rows[original].rotation,
            reader_version=rows[original].reader_version,
        )
        for number, original in enumerate(letter.pages, 1)
    ]


def _read_again(read: PageRead, number: int) -> str | None:
    """What was read, under the page's number in the letter."""
    if read.problem:
        return None
    own = replace(read, number=number).to_dict()
    return files.put(json.dumps(own, ensure_ascii=False, separators=(",", ":")).encode())


def _kind(number: int, division: Division) -> str:
    if number in division.separators:
        return SEPARATOR
    return BLANK if number in division.blanks else PART
