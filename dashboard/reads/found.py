"""What a search found, as the search box shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from dashboard.parts.korean import source as way_in
from dashboard.parts.times import WEEKDAYS, full, short, zone
from dashboard.reads.deliveries import summary
from dashboard.reads.masked import shown
from dashboard.reads.sender_words import sender_words
from dashboard.reads.standing import standings
from queues.asked import SOURCES
from queues.crypto import open_
from queues.finding import Asked, Hit
from queues.models import Document, DocumentState, ReadField
from queues.spans import Span

_NAMES_SHOWN = 2


def rows(session: Session, hits: Sequence[Hit], revealed: set[int], *, review: bool) -> list[dict[str, Any]]:
    """One row per delivery; `revealed` are those whose values may be shown in full.

    review   whether this person may open a review
    """
    deliveries = [h.delivery for h in hits]
    told = standings(session, deliveries)
    documents = _documents(session, [d.id for d in deliveries])
    names = _names(session, documents, revealed)
    found = []
    for hit in hits:
        d = hit.delivery
        own = [x for x in documents if x.delivery_id == d.id]
        standing = told[d.id]
        found.append(
            {
                "id": d.id,
                "at": short(d.received_at),
                "exactly": full(d.received_at),
                "source": way_in(d.source),
                "sender": sender_words(d, revealed=d.id in revealed),
                "names": ", ".join(names.get(d.id, [])[:_NAMES_SHOWN]),
                "pages": d.page_count,
                "documents": summary(own),
                "part_of": f"묶음 배달 {d.batch_id}의 {d.letter_no}번째" if d.batch_id else "",
                "standing": standing.text,
                "tone": standing.tone,
                "task": standing.task if review else None,
                "maybe": not hit.sure,
            }
        )
    return found


def understood(asked: Asked) -> list[str]:
    """What a line was taken to mean, part by part: `이름 ‘김서연’`, `5쪽`, `11-23(월) 10:30–12:00`."""
    parts = [f"이름·상호 ‘{' '.join(asked.names)}’(으)로 시작"] if asked.names else []
    parts += [f"전화·발신번호 {n}" for n in asked.phones]
    parts += [f"번호 끝자리 {n}" for n in asked.tails]
    parts += [f"접수번호 {n}" for n in asked.receipts]
    parts += [f"배달 {n}번" for n in asked.deliveries]
    parts += [f"창구 접수 {entry_number(n)}" for n in asked.entries]
    if asked.span:
        parts.append(_span(asked.span))
    if asked.pages:
        parts.append(_pages(*asked.pages))
    for kind in asked.sources:
        parts.append(next((word for word, k in SOURCES.items() if k == kind), kind))
    return parts


def kinds(asked: Asked) -> str:
    """What was asked by, without the words themselves: `이름+쪽수+시각`."""
    said = (
        ("이름", asked.names),
        ("전화", asked.phones or asked.tails),
        ("접수번호", asked.receipts),
        ("배달번호", asked.deliveries or asked.entries),
        ("시각", asked.span),
        ("쪽수", asked.pages),
        ("접수 경로", asked.sources),
    )
    return "+".join(word for word, value in said if value)


def entry_number(entry_id: int) -> str:
    """The number on a confirmation of what was handed in at the desk."""
    return f"D-{entry_id:07d}"


def _pages(least: int, most: int) -> str:
    if least == most:
        return f"{least}쪽"
    return f"{least}쪽 이상" if most >= 1_000_000 else f"{least}–{most}쪽"


def _span(span: Span) -> str:
    start, end = span.start.astimezone(zone()), span.end.astimezone(zone())
    days = (end - start).total_seconds() / 86_400
    whole = start.hour == start.minute == end.hour == end.minute == 0
    first = f"{start:%Y-%m-%d}({WEEKDAYS[start.weekday()]})"
    if whole and days == 1:
        return f"{first} 하루"
    if whole:
        last = end - timedelta(days=1)
        return f"{first}–{last:%m-%d}({WEEKDAYS[last.weekday()]})"
    if start.date() == end.date() or (end.hour == end.minute == 0 and days <= 1):
        return f"{first} {start:%H:%M}–{'24:00' if end.hour == end.minute == 0 else f'{end:%H:%M}'}"
    return f"{first} {start:%H:%M} – {end:%m-%d}({WEEKDAYS[end.weekday()]}) {end:%H:%M}"


def _documents(session: Session, delivery_ids: Sequence[int]) -> Sequence[Document]:
    query = select(Document).where(
        col(Document.delivery_id).in_(delivery_ids), Document.state != DocumentState.SUPERSEDED
    )
    return session.exec(query.order_by(col(Document.position))).all() if delivery_ids else ()


def _names(session: Session, documents: Iterable[Document], revealed: set[int]) -> dict[int, list[str]]:
    """The people and firms that the papers of each delivery name, masked unless revealed."""
    owner = {d.id: d.delivery_id for d in documents}
    query = select(ReadField).where(
        col(ReadField.document_id).in_(list(owner)),
        ReadField.person == 0,
        col(ReadField.name).in_(("name", "company")),
    )
    names: dict[int, list[str]] = {}
    for row in session.exec(query.order_by(col(ReadField.name).desc(), col(ReadField.id))) if owner else ():
        own = names.setdefault(owner[row.document_id], [])
        value = open_(row.value_enc) if row.value_enc else ""
        text = shown(row.name, value, revealed=owner[row.document_id] in revealed)
        if text and text not in own:
            own.append(text)
    return names
