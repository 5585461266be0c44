"""The demo's running commentary: one line for each delivery that has been dealt with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlmodel import Session, col, select

from bots.showing.reasons import reason, type_title, way_in
from queues.models import Delivery, DeliveryState, Document, DocumentState

_QUIET_LOOKS = 3  # a case that comes late makes work again: look a few times before it is over


class Story:
    """Remembers what was told. `settled` is how many deliveries have been dealt with."""

    def __init__(self) -> None:
        self._told: dict[int, str] = {}
        self._quiet = 0
        self.settled = 0

    def news(self, session: Session) -> Iterator[str]:
        """Lines (rich mark-up) about deliveries whose state changed since the last call."""
        query = select(Delivery).order_by(col(Delivery.id))
        ended = (DeliveryState.DONE, DeliveryState.REVIEW, DeliveryState.REJECTED, DeliveryState.SPLIT)
        settled = [d for d in session.exec(query) if d.state in ended]
        self.settled = sum(d.batch_id is None for d in settled)
        for delivery in settled:
            line = _line(session, delivery)
            if self._told.get(delivery.id) != line:
                self._told[delivery.id] = line
                self._quiet = 0
                yield line

    def nothing_new(self, quiet: bool) -> bool:
        """Whether it has been quiet for a few looks."""
        self._quiet = self._quiet + 1 if quiet else 0
        return self._quiet >= _QUIET_LOOKS


def _line(session: Session, delivery: Delivery) -> str:
    came = f"{delivery.received_at.astimezone():%H:%M:%S}"
    head = f"[dim]{came}[/] {way_in(delivery.source)} {delivery.original_name}"
    if delivery.problem and not delivery.page_count:
        return f"{head} → [yellow]사람에게: {reason(delivery.problem)}[/]"
    if delivery.state == DeliveryState.SPLIT:
        return f"{head} {delivery.page_count}쪽 → 우편물로 나눔"
    if delivery.letter_no:
        head += f" ({delivery.letter_no}번째 우편물)"
    if delivery.duplicate_of:
        return f"{head} → [cyan]이미 받은 배달 {delivery.duplicate_of}번과 같음[/]"
    query = select(Document).where(Document.delivery_id == delivery.id).order_by(col(Document.position))
    done: Counter[str] = Counter()
    for document in session.exec(query):
        done[_fate(document)] += 1
    return f"{head} {delivery.page_count}쪽 → " + ", ".join(
        f"{k} {n}" if n > 1 else k for k, n in done.items()
    )


def _fate(document: Document) -> str:
    title = type_title(document.type)
    if document.state == DocumentState.ATTACHED:
        return f"[green]{title} 연결[/]"
    if document.state in (DocumentState.REVIEW, DocumentState.WAITING_CASE):
        return f"[yellow]{title} 검토: {reason(document.reason)}[/]"
    return f"[dim]{title}[/]"
