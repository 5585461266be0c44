"""What was booked on the center's accounts, by the bank's statements (camt.053) and notices (camt.054).

A statement is of an account and holds whatever was paid from it, by messages and by files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from bots.iso20022.problem import NotUnderstood
from bots.iso20022.reading import opened
from config.bank_files import BankFiles, bank_files
from config.bank_line import NoBankLine, bank_line
from config.settings import settings
from queues import crypto
from queues.models import StatementLine

_BLOCK = 1000
_LONGEST_DAYS = 31


@dataclass(frozen=True, slots=True)
class Line:
    """One booking.

    key         what the bank calls it: the same when the statement comes again
    amount_won  negative leaves the account
    kind        "transfer", "return" (what was transferred comes back), "fee", "other"
    named       EndToEndId, "" where the bank gives none
    account     digits of the other account, "" where not told
    reason      of a return, a code of ISO 20022 ("AC04")
    booked      not merely announced
    """

    key: str
    day: date
    amount_won: int
    kind: str
    named: str
    account: str
    reason: str
    booked: bool
    entry: str


@dataclass(frozen=True, slots=True)
class Head:
    """Of what the lines are. Balances: None where the statement does not tell them; when it does, they and the
    lines were held against each other. whole: all pages of a statement of account (camt.053)."""

    source: str
    identification: str
    account: str
    from_day: date | None
    until_day: date | None
    opening_won: int | None
    closing_won: int | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one statement: lines booked, how many of them are new to us, and the days they are of.

    fund "" and no lines: it is of an account that is none of ours
    """

    head: Head
    fund: str
    days: tuple[date, ...]
    lines: int
    new: int

    @property
    def told_days(self) -> tuple[date, ...]:
        """The days of which a statement of account tells, also those without a line."""
        first, last = self.head.from_day, self.head.until_day
        if (
            not self.head.whole
            or first is None
            or last is None
            or not 0 <= (last - first).days <= _LONGEST_DAYS
        ):
            return self.days
        between = {first + timedelta(days=n) for n in range((last - first).days + 1)}
        return tuple(sorted(between | set(self.days)))


@contextmanager
def read(sha256: str) -> Iterator[Iterator[Head | Line]]:
    """A stored file: each statement's head and then its lines, streamed.

    Raises `NotUnderstood`, perhaps only after lines: then nothing of the file is to be believed.
    """
    with opened(sha256) as (type_, found):
        source = type_[: len("camt.053")]
        if not source.startswith("camt"):
            raise NotUnderstood("type", sha256[:12])
        yield (one for raw in found if (one := _of(source, raw, sha256)) is not None)


def enter(session: Session, sha256: str, *, fund: str = "") -> list[Entered]:
    """Add the booked lines of a stored file to the record, in the caller's transaction; one entry per statement.

    fund  whose account it is; by its number unless given. What is there already stays (`payment_id` is set by who
    matches them). Raises `NotUnderstood`: the caller rolls back.
    """
    done: list[Entered] = []
    with read(sha256) as found:
        head: Head | None = None
        pending = _Pending(session, sha256, fund)
        for one in found:
            if isinstance(one, Head):
                if head is not None:
                    done.append(pending.end(head))
                head = one
                pending.begin(one)
            else:
                pending.add(one)
        if head is not None:
            done.append(pending.end(head))
    return done


class _Pending:
    """Lines of one statement on their way into the record, a block at a time."""

    def __init__(self, session: Session, sha256: str, fund: str) -> None:
        self._session, self._sha256, self._given = session, sha256, fund
        self._rows: list[dict[str, Any]] = []

    def begin(self, head: Head) -> None:
        self.head, self.fund = head, self._given or fund_of(head.account) or ""
        self.days: set[date] = set()
        self.lines = self.new = 0

    def add(self, line: Line) -> None:
        if not line.booked or not self.fund:
            return
        self.lines += 1
        self.days.add(line.day)
        self._rows.append(
            {
                "day": line.day,
                "fund": self.fund,
                "source": self.head.source,
                "key": f"{self.fund}:{line.key}",
                "amount_won": line.amount_won,
                "kind": line.kind,
                "named": line.named,
                "account_index": crypto.blind_index("account", line.account) if line.account else None,
                "file_sha256": self._sha256,
                "detail": {
                    "statement": self.head.identification,
                    "reason": line.reason,
                    "bank_ref": line.key,
                    "entry": line.entry,
                },
            }
        )
        if len(self._rows) >= _BLOCK:
            self._write()

    def end(self, head: Head) -> Entered:
        self._write()
        return Entered(head, self.fund, tuple(sorted(self.days)), self.lines, self.new)

    def _write(self) -> None:
        if not self._rows:
            return
        statement = (
            insert(StatementLine)
            .values(self._rows)
            .on_conflict_do_nothing(index_elements=["source", "key"])
            .returning(col(StatementLine.id))
        )
        self.new += len(self._session.execute(statement).all())
        self._rows = []


def fund_of(account: str) -> str | None:
    """The fund whose account it is, by the settings of files and of the line."""
    if settings().bank_files is not None:
        files: BankFiles = bank_files()
        return files.fund_of(account)
    try:
        return bank_line().fund_of(account)
    except NoBankLine:
        return None


def _of(source: str, raw: dict[str, Any], sha256: str) -> Head | Line | None:
    if raw["kind"] == "statement":
        return Head(
            source, raw["id"], raw["account"], _day(raw["from"]), _day(raw["until"]),
            raw["opening"], raw["closing"], raw["whole"],
        )  # fmt: skip
    if raw["kind"] != "line":
        return None
    day = _day(raw["day"])
    if day is None:
        raise NotUnderstood("date", sha256[:12])
    return Line(
        raw["key"], day, raw["won"], raw["of"], raw["named"], raw["account"],
        raw["reason"], raw["booked"], raw["entry"],
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
