"""What was handed in at the desk, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from dashboard.parts.times import full, short, today_start
from dashboard.reads.document_types import title
from dashboard.reads.found import entry_number
from dashboard.reads.review_desk import attached_to
from dashboard.reads.standing import standings
from queues import desk
from queues.models import Account, Delivery, DeliveryState, DeskEntry, DeskFile, Document, DocumentState, Page

_PICTURES = ("jpeg", "png", "heic")
_UNREAD = (DeliveryState.TAKEN, DeliveryState.READING, DeliveryState.READ)
_LATEST = 12


@dataclass(frozen=True)
class HandedIn:
    """One entry with its files, and the deliveries that they became."""

    entry: DeskEntry
    by: str
    files: Sequence[DeskFile]
    deliveries: Sequence[Delivery]

    @property
    def pages(self) -> int | None:
        """None until every PDF and TIFF among them has been looked into."""
        counted = sum(d.page_count for d in self.deliveries)
        waiting = [f for f in self.files if f.delivery_id is None]
        unread = {d.id for d in self.deliveries if not d.page_count}
        open_ = [f for f in self.files if f in waiting or f.delivery_id in unread]
        if any(f.media not in _PICTURES for f in open_):
            return None
        return counted + len(open_)


def handed_in(session: Session, entry_id: int) -> HandedIn | None:
    """None when there is no such entry."""
    entry = session.get(DeskEntry, entry_id)
    if entry is None:
        return None
    account = session.get(Account, entry.account_id)
    rows = desk.files_of(session, entry_id)
    ids = list(dict.fromkeys(r.delivery_id for r in rows if r.delivery_id is not None))
    found = {d.id: d for d in session.exec(select(Delivery).where(col(Delivery.id).in_(ids))).all()}
    by = (account.display_name or account.username) if account else ""
    return HandedIn(entry, by, rows, [found[i] for i in ids])


def progress(session: Session, handed: HandedIn) -> dict[str, Any]:
    """As the screen shows it while it waits. `settled`: nothing more will happen by itself."""
    told = standings(session, handed.deliveries)
    parts = [_part(session, d, told[d.id].text, told[d.id].tone) for d in handed.deliveries]
    joining = len({f.part for f in handed.files if f.delivery_id is None})
    return {
        "id": handed.entry.id,
        "number": entry_number(handed.entry.id),
        "at": full(handed.entry.at),
        "case": handed.entry.receipt_no,
        "files": len(handed.files),
        "pages": handed.pages,
        "joining": joining,
        "parts": parts,
        "settled": not joining and all(p["settled"] for p in parts),
    }


def being_joined(session: Session, entry_ids: Iterable[int]) -> list[str]:
    """Of entries that were asked for: those whose files are no delivery yet, in words."""
    query = select(DeskFile.entry_id, func.count()).where(
        col(DeskFile.entry_id).in_(list(entry_ids)), col(DeskFile.delivery_id).is_(None)
    )
    waiting = session.exec(query.group_by(col(DeskFile.entry_id))).all()
    return [f"{entry_number(n)}: 접수됨, 파일 {count}개를 한 건으로 합치는 중" for n, count in waiting]


def latest(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What this person entered today, newest first."""
    query = select(DeskEntry).where(DeskEntry.account_id == account_id, col(DeskEntry.at) >= today_start())
    entries = session.exec(query.order_by(col(DeskEntry.id).desc()).limit(_LATEST)).all()
    rows = []
    for entry in entries:
        handed = handed_in(session, entry.id)
        if handed is None:
            continue
        told = standings(session, handed.deliveries)
        rows.append(
            {
                "id": entry.id,
                "number": entry_number(entry.id),
                "at": short(entry.at),
                "files": len(handed.files),
                "case": entry.receipt_no,
                "settled": all(f.delivery_id for f in handed.files)
                and all(d.state not in _UNREAD for d in handed.deliveries),
                "standing": [
                    {"id": d.id, "text": told[d.id].text, "tone": told[d.id].tone} for d in handed.deliveries
                ],
            }
        )
    return rows


def _part(session: Session, delivery: Delivery, standing: str, tone: str) -> dict[str, Any]:
    documents = session.exec(
        select(Document)
        .where(Document.delivery_id == delivery.id, Document.state != DocumentState.SUPERSEDED)
        .order_by(col(Document.position))
    ).all()
    linked = attached_to(session, [d.id for d in documents])
    pages = session.exec(
        select(Page.id, Page.number)
        .where(Page.delivery_id == delivery.id, col(Page.image_sha256).is_not(None))
        .order_by(col(Page.number))
        .limit(8)
    ).all()
    return {
        "id": delivery.id,
        "name": delivery.original_name,
        "pages": delivery.page_count,
        "standing": standing,
        "tone": tone,
        "settled": delivery.state not in _UNREAD,
        "thumbs": [f"/page-image/{page_id}/small" for page_id, _ in pages],
        "documents": [
            {"title": title(d.type), "pages": len(d.pages), "cases": linked.get(d.id, [])} for d in documents
        ],
    }
