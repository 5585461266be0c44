"""What the accounting system answers becomes part of the record, file by file, whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from bots.payments.accounting.system import AccountingSystem
from bots.payments.accounting.table import AnswerRow, NotReadable, read_answers
from queues import audit, files
from queues.database import session as record
from queues.models import AccountingEntry

_BLOCK = 1000


def take_answers(system: AccountingSystem, encoding: str, actor: str) -> tuple[Counter[str], list[str]]:
    """Read all that lies ready; (how many rows were booked, refused, unknown, ..., names of files that cannot be
    read and stay where they are). Raises `AccountingDown`."""
    counts: Counter[str] = Counter()
    unreadable: list[str] = []
    for answer in system.answers():
        try:
            rows = read_answers(answer.content, encoding)
        except NotReadable as error:
            unreadable.append(f"{answer.name}: {error}")
            continue
        sha256 = files.put(answer.content)
        with record() as session:
            for begin in range(0, len(rows), _BLOCK):
                counts += _apply(session, rows[begin : begin + _BLOCK], sha256)
            audit.record(
                session,
                actor,
                "accounting.answers",
                "file",
                sha256,
                rows=len(rows),
                unknown=counts["unknown"],
            )
        system.put_away(answer)
        counts["files"] += 1
    return counts, unreadable


def _apply(session: Session, rows: Sequence[AnswerRow], sha256: str) -> Counter[str]:
    query = select(AccountingEntry).where(col(AccountingEntry.key).in_({row.key for row in rows}))
    locked = query.order_by(col(AccountingEntry.id)).with_for_update()
    known = {entry.key: entry for entry in session.exec(locked.execution_options(populate_existing=True))}
    counts = Counter(_one(known.get(row.key), row, sha256) for row in rows)
    session.add_all(known.values())
    session.flush()
    session.expunge_all()
    return counts


def _one(entry: AccountingEntry | None, row: AnswerRow, sha256: str) -> str:
    """Enter one answer; the same once more changes nothing. Returns what it came to."""
    if entry is None or (entry.state == "waiting" and not entry.detail.get("earlier")):
        return "unknown"  # nothing that we told of
    if entry.state == "booked":
        return _after_booked(entry, row)
    if entry.state == "waiting" and not row.booked:
        return "old"  # the refusal that was seen to already
    entry.answered_at, entry.answer_sha256 = datetime.now(UTC), sha256
    if row.booked:
        entry.state, entry.their_no, entry.their_won, entry.error = "booked", row.their_no, row.won, ""
        return "booked"
    entry.state, entry.their_no, entry.error = "refused", row.their_no, row.reason
    return "refused"


def _after_booked(entry: AccountingEntry, row: AnswerRow) -> str:
    """Booked again under another number, corrected under the same one, or refused after all."""
    if not row.booked:
        entry.detail = {**entry.detail, "refused_after": row.reason or "refused"}
        return "refused"
    if row.their_no != entry.their_no:
        also = [no for no in entry.detail.get("also", []) if no != row.their_no]
        entry.detail = {**entry.detail, "also": [*also, row.their_no]}
        return "twice"
    if row.won != entry.their_won:
        entry.their_won = row.won
        return "corrected"
    return "old"
