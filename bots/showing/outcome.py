"""What became of the sandbox's deliveries, held against its own truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from queues.models import (
    Application,
    Attachment,
    Delivery,
    DeliveryState,
    Document,
    Page,
    ReviewState,
    ReviewTask,
    WorkItem,
    WorkState,
)

_SETTLED = (DeliveryState.DONE, DeliveryState.REVIEW, DeliveryState.REJECTED, DeliveryState.SPLIT)
_UNFINISHED = (WorkState.WAITING, WorkState.QUEUED, WorkState.RUNNING)
# Schedules that never end are not work that somebody waits for.
_STANDING = (
    "intake.spool", "intake.mail", "intake.portal", "cases.pull", "cases.events", "system.tidy", "notices.supplement",
    "notices.dispatch", "notices.recheck", "notices.receipts", "notices.track", "notices.deadlines", "intake.search_keys",
    "counseling.take", "counseling.relink", "counseling.unfinished", "counseling.recheck",
)  # fmt: skip


class _Placed(NamedTuple):
    """A document and the numbers of its pages in the file that arrived."""

    document: Document
    pages: list[int]


@dataclass
class Outcome:
    """Counts of one demo run; `wrong` names each document on a wrong application (never whose)."""

    sent: int = 0
    deliveries: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    attached: int = 0
    duplicates: int = 0
    discarded: int = 0
    review: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    typed_right: int = 0
    pages: int = 0
    acknowledged: int = 0
    answered: int = 0

    @property
    def good(self) -> bool:
        """Whether every delivery was dealt with and nothing is on a wrong application."""
        return self.sent > 0 and not (self.missing or self.unsettled or self.wrong)

    def as_json(self, seconds: float) -> dict[str, Any]:
        """The counts that `--json` writes."""
        return {
            "deliveries_sent": self.sent,
            "deliveries_by_source": dict(self.deliveries),
            "documents_by_type": dict(self.documents.most_common()),
            "attached": self.attached,
            "attached_acknowledged": self.acknowledged,
            "answers_known_by_their_slip": self.answered,
            "duplicates": self.duplicates,
            "discarded": self.discarded,
            "in_review_by_reason": dict(self.review.most_common()),
            "deliveries_not_taken": self.missing,
            "deliveries_not_dealt_with": self.unsettled,
            "wrongly_attached": self.wrong,
            "pages": self.pages,
            "pages_typed_right": self.typed_right,
            "seconds": round(seconds, 1),
        }


def is_quiet(session: Session, sent: int) -> bool:
    """Whether all that was sent has been taken and nobody but people has anything left to do."""
    taken = session.exec(select(Delivery.state, Delivery.batch_id)).all()
    arrived = sum(batch is None for _, batch in taken)
    if arrived < sent or any(state not in _SETTLED for state, _ in taken):
        return False
    query = select(WorkItem.id).where(
        col(WorkItem.state).in_(_UNFINISHED), col(WorkItem.bot).not_in(_STANDING)
    )
    return session.exec(query).first() is None


def outcome(session: Session, truth: list[dict[str, Any]]) -> Outcome:
    """Hold the record against the sandbox's truth."""
    found = Outcome(sent=len(truth))
    everything = session.exec(select(Delivery)).all()
    deliveries = {(d.original_name, d.original_sha256): d for d in everything if d.batch_id is None}
    documents = _documents(session, {d.id: d.batch_id or d.id for d in everything})
    receipts = _receipts(session)
    for told in truth:
        delivery = deliveries.get((told["name"], told["sha256"]))
        if delivery is None:
            found.missing.append(told["name"])
            continue
        found.deliveries[delivery.source.partition(":")[0]] += 1
        if any(d.state not in _SETTLED for d in everything if delivery.id in (d.id, d.batch_id)):
            found.unsettled.append(told["name"])
        _count(found, told, documents.get(delivery.id, []), receipts)
    waiting = select(ReviewTask.reason).where(
        col(ReviewTask.state).in_([ReviewState.OPEN, ReviewState.CLAIMED])
    )
    found.review.update(session.exec(waiting))
    acknowledged = select(Attachment.id).where(Attachment.sink_state == "acknowledged")
    found.acknowledged = len(session.exec(acknowledged).all())
    return found


def _documents(session: Session, arrived_as: dict[int, int]) -> dict[int, list[_Placed]]:
    """Documents by what they arrived in, with their pages' numbers there: of a letter, those of its batch."""
    original = {
        (page.delivery_id, page.number): page.original_page
        for page in session.exec(select(Page).where(Page.original_page > 0))
    }
    documents: dict[int, list[_Placed]] = {}
    for row in session.exec(select(Document)):
        pages = [original.get((row.delivery_id, n), n) for n in row.pages]
        documents.setdefault(arrived_as[row.delivery_id], []).append(_Placed(row, pages))
    return documents


def _receipts(session: Session) -> dict[int, set[str]]:
    query = (
        select(Attachment.document_id, Application.receipt_no)
        .join(Application, col(Attachment.application_id) == col(Application.id))
        .where(col(Attachment.undone_at).is_(None))
    )
    receipts: dict[int, set[str]] = {}
    for document_id, receipt_no in session.exec(query):
        receipts.setdefault(document_id, set()).add(receipt_no)
    return receipts


def _count(
    found: Outcome, told: dict[str, Any], documents: list[_Placed], receipts: dict[int, set[str]]
) -> None:
    part_of = {page: part for part in told["parts"] for page in part["pages"]}
    if told.get("kind") == "answer":
        slips = [document for document, _ in documents if document.type == "other"]
        found.answered += any(slip.state == "attached" for slip in slips)
    for document, pages in documents:
        found.documents[document.type] += 1
        found.attached += document.state == "attached"
        found.duplicates += document.state == "duplicate"
        found.discarded += document.state == "discarded"
        for page in pages:
            found.pages += 1
            found.typed_right += part_of.get(page, {}).get("type") == document.type
        right = {
            receipt
            for page in pages
            for part in [part_of.get(page, {})]
            for receipt in [part.get("receipt_no"), *(part.get("receipt_nos") or [])]
            if receipt
        }
        if receipts.get(document.id, set()) - right:
            found.wrong.append(f"{told['name']} p{pages[0]} {document.type}")
