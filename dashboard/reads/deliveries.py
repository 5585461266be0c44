"""One delivery with all that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from dashboard.reads.document_types import title
from dashboard.reads.pages import pages_of
from dashboard.reads.review_desk import attached_to, documents_of, fields_of
from dashboard.reads.review_list import OPEN
from dashboard.reads.standing import Standing, standings
from queues import batches
from queues.batches import LetterPlace
from queues.crypto import open_
from queues.missing_papers import still_missing
from queues.models import (
    Account,
    Application,
    ApplicationState,
    Attachment,
    Delivery,
    DeskEntry,
    DeskFile,
    Document,
    DocumentState,
    Page,
    ReadField,
    ReviewTask,
)


@dataclass(frozen=True)
class AtTheDesk:
    """How a delivery was handed in: by whom it was entered, the number of the confirmation, the remark."""

    entry_id: int
    by: str
    remark: str
    files: int


@dataclass(frozen=True)
class DeliverySheet:
    """One delivery with all that came of it. `tasks` are the ids of its open review tasks.

    `missing`: document types that each application it was attached to still lacks; [] when complete.
    `place`: where it lay in its batch; `letters`: with their standings, what a batch was divided into.
    """

    delivery: Delivery
    standing: Standing
    pages: Sequence[Page]
    documents: Sequence[Document]
    fields: Sequence[ReadField]
    attachments: Sequence[tuple[Attachment, str]]
    receipt_nos: dict[int, list[str]]
    tasks: Sequence[int]
    missing: dict[int, list[str]]
    place: LetterPlace | None
    letters: Sequence[tuple[Delivery, Standing]]
    repeats: Sequence[int]
    desk: AtTheDesk | None


def delivery_sheet(session: Session, delivery_id: int) -> DeliverySheet | None:
    """None when there is no such delivery."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return None
    documents = [d for d in documents_of(session, delivery_id) if d.state != DocumentState.SUPERSEDED]
    ids = [d.id for d in documents]
    attachments = session.exec(
        select(Attachment, Application.receipt_no)
        .join(Application, col(Attachment.application_id) == col(Application.id))
        .where(col(Attachment.document_id).in_(ids), col(Attachment.undone_at).is_(None))
    ).all()
    tasks = session.exec(
        select(ReviewTask.id).where(ReviewTask.delivery_id == delivery_id, col(ReviewTask.state).in_(OPEN))
    ).all()
    letters = batches.letters_of(session, delivery_id)
    told = standings(session, [delivery, *letters])
    repeats = select(Delivery.id).where(Delivery.duplicate_of == delivery_id).order_by(col(Delivery.id))
    return DeliverySheet(
        delivery=delivery,
        standing=told[delivery.id],
        pages=pages_of(session, delivery_id),
        documents=documents,
        fields=fields_of(session, ids),
        attachments=[(a, r) for a, r in attachments],
        receipt_nos=attached_to(session, ids),
        tasks=list(tasks),
        missing=_missing(session, {a.application_id for a, _ in attachments}),
        place=batches.letter_place(session, delivery),
        letters=[(letter, told[letter.id]) for letter in letters],
        repeats=session.exec(repeats).all(),
        desk=_at_the_desk(session, delivery),
    )


def _at_the_desk(session: Session, delivery: Delivery) -> AtTheDesk | None:
    found = session.exec(
        select(DeskEntry, Account)
        .join(DeskFile, col(DeskFile.entry_id) == col(DeskEntry.id))
        .join(Account, col(DeskEntry.account_id) == col(Account.id))
        .where(DeskFile.delivery_id == delivery.id)
    ).all()
    if not found:
        return None
    entry, account = found[0]
    remark = open_(entry.remark_enc) if entry.remark_enc else ""
    return AtTheDesk(entry.id, account.display_name or account.username, remark, len(found))


def _missing(session: Session, application_ids: Iterable[int]) -> dict[int, list[str]]:
    ids = list(application_ids)
    complete = select(Application.id).where(
        col(Application.id).in_(ids), Application.state == ApplicationState.COMPLETE
    )
    result: dict[int, list[str]] = {i: [] for i in session.exec(complete).all()}
    return result | still_missing(session, ids)


def summary(documents: Sequence[Document]) -> str:
    """`수급자격 인정신청서, 통장사본 외 1`."""
    titles = [title(d.type) for d in documents if d.type not in ("fax_cover", "blank")]
    if len(titles) > 2:
        return f"{titles[0]}, {titles[1]} 외 {len(titles) - 2}"
    return ", ".join(titles)
