"""What the accounting system (dBrain+) is told of commitments and payments, and what it answered.

An entry is written by the database with the booking itself (`tell_accounting`, migration 0006): nothing is booked
that it is not told of. `bots.payments.accounting` makes files of what waits and reads the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from queues import audit
from queues.errors import BackOfficeError
from queues.models import Account, AccountingEntry

KINDS = {"commitment": "원인행위", "payment": "지출", "return": "여입"}


class NotAgain(BackOfficeError):
    """An entry cannot be told anew: `text` says why, in Korean."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.text = said


@dataclass(frozen=True, slots=True)
class AccountingDay:
    """How the entries of a day and kind stand; `won`: of all, `booked_won`: as the accounting system has them."""

    day: date
    fund: str
    kind: str
    waiting: int
    exported: int
    booked: int
    refused: int
    won: int
    booked_won: int


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file that was made. `exported_at`: when it reached the accounting system, None: not yet."""

    name: str
    csv_sha256: str
    xlsx_sha256: str
    entries: int
    won: int
    made_at: datetime | None
    exported_at: datetime | None
    answered: int
    refused: int


def days(session: Session, first: date, last: date) -> list[AccountingDay]:
    """From `first` to `last`, the newest first."""
    rows = session.execute(_DAYS, {"first": first, "last": last}).mappings()
    return [AccountingDay(**row) for row in rows]


def files(session: Session, limit: int = 50) -> list[ExportFile]:
    """The newest first."""
    return [ExportFile(**row) for row in session.execute(_FILES, {"limit": limit}).mappings()]


def file_named(session: Session, name: str) -> ExportFile | None:
    """One file by its name, without ending."""
    row = session.execute(_FILE, {"name": name}).mappings().one_or_none()
    return ExportFile(**row) if row is not None else None


def entries(
    session: Session,
    *,
    state: str | None = None,
    file_name: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[AccountingEntry]:
    """In the order in which they were written; `after`: only those with a greater id."""
    query = select(AccountingEntry).where(col(AccountingEntry.id) > after)
    if state is not None:
        query = query.where(AccountingEntry.state == state)
    if file_name is not None:
        query = query.where(AccountingEntry.file_name == file_name)
    return session.exec(query.order_by(col(AccountingEntry.id)).limit(limit)).all()


def again(session: Session, entry_id: int, account: Account) -> AccountingEntry:
    """A refused entry is told anew, in the next file. Raises `NotAgain` for any other."""
    query = select(AccountingEntry).where(AccountingEntry.id == entry_id).with_for_update()
    entry = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if entry is None or entry.state != "refused":
        raise NotAgain("회계시스템이 반려한 전표만 다시 보낼 수 있습니다. 화면을 새로 고치십시오.")
    earlier = [*entry.detail.get("earlier", []), {"file": entry.file_name, "error": entry.error}]
    entry.detail = {**entry.detail, "earlier": earlier}
    audit.record(
        session, f"account:{account.id}", "accounting.again", "accounting_entry", entry.id, key=entry.key
    )
    entry.state, entry.file_name, entry.file_sha256, entry.error = "waiting", "", "", ""
    entry.exported_at, entry.answered_at, entry.answer_sha256 = None, None, ""
    session.add(entry)
    return entry


_DAYS = text("""
    SELECT e."on" AS day, o.fund, e.kind,
        count(*) FILTER (WHERE e.state = 'waiting') AS waiting,
        count(*) FILTER (WHERE e.state = 'exported') AS exported,
        count(*) FILTER (WHERE e.state = 'booked') AS booked,
        count(*) FILTER (WHERE e.state = 'refused') AS refused,
        CAST(sum(e.amount_won) AS bigint) AS won,
        CAST(coalesce(sum(e.their_won) FILTER (WHERE e.state = 'booked'), 0) AS bigint) AS booked_won
    FROM accounting_entry e JOIN payment_order o ON o.id = e.order_id
    WHERE e."on" BETWEEN :first AND :last
    GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3
""")
_OF_FILES = """
    SELECT file_name AS name, min(file_sha256) AS csv_sha256,
        coalesce(min(detail ->> 'xlsx_sha256'), '') AS xlsx_sha256, count(*) AS entries,
        CAST(sum(amount_won) AS bigint) AS won, min(CAST(detail ->> 'made_at' AS timestamptz)) AS made_at,
        max(exported_at) AS exported_at, count(answered_at) AS answered,
        count(*) FILTER (WHERE state = 'refused') AS refused
    FROM accounting_entry WHERE file_name <> ''
"""
_FILES = text(f"{_OF_FILES} GROUP BY file_name ORDER BY max(id) DESC LIMIT :limit")
_FILE = text(f"{_OF_FILES} AND file_name = :name GROUP BY file_name")
