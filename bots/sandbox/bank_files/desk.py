"""The bank's back room: files it has, done by its books, and the files with which it answers."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.entries import Asked, NumberTaken, Transfer
from bots.sandbox.bank_files.codes import REASONS
from bots.sandbox.bank_files.orders import Order
from bots.sandbox.bank_files.statement_xml import camt053, camt054
from bots.sandbox.bank_files.status_xml import Report, Told, pain002

_STATUS = {"paid": "ACSC", "returned": "ACSC", "refused": "RJCT", "waiting": "PDNG"}


@dataclass
class Upload:
    """A file that the bank has. `at`: by the monotonic clock; times: how often it came."""

    number: str
    name: str
    sha256: str
    order: Order
    at: float
    times: int = 1
    steps: int = 0


@dataclass(frozen=True)
class Answer:
    """A file for the center."""

    number: str
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Manners:
    """How the bank answers.

    refuses_repeats   a second file of the same MsgId is refused
    accepted_after, done_after   seconds from the upload to the word that it is being done, and to the end
    version           of pain.002; twice, out_of_order: the share of answers that come twice, or after the next one
    rejects           MsgIds that are refused as a whole with this reason, after they were taken: {"": "FF01"} all
    """

    refuses_repeats: bool = True
    accepted_after: float | None = 0.0
    done_after: float = 0.0
    version: int = 10
    twice: float = 0.0
    rejects: dict[str, str] = field(default_factory=dict)


class Desk:
    """Takes orders and answers them; may be used from any thread."""

    def __init__(self, books: Books, manners: Manners | None = None, seed: int = 0) -> None:
        self.books, self.manners = books, manners or Manners()
        self.uploads: dict[str, Upload] = {}
        self.answers: list[Answer] = []
        self.repeats: Counter[str] = Counter()
        self._rng = random.Random(seed)
        self._lock = threading.RLock()

    def take(self, name: str, sha256: str, order: Order) -> tuple[Upload, bool]:
        """Have a file; whether it is new. One that came before counts once more."""
        with self._lock:
            known = self.uploads.get(name)
            if known is not None:
                known.times += 1
                self.repeats[name] += 1
                return known, False
            fresh = Upload(f"F{len(self.uploads) + 1:08d}", name, sha256, order, time.monotonic())
            self.uploads[name] = fresh
            return fresh, True

    def find(self, name: str, lag: float) -> Upload | None:
        with self._lock:
            found = self.uploads.get(name)
            return found if found and time.monotonic() - found.at >= lag else None

    def work(self) -> None:
        """Do what is due, and write the answers."""
        with self._lock:
            for upload in self.uploads.values():
                age = time.monotonic() - upload.at
                after = self.manners.accepted_after
                if upload.steps == 0 and (after is None or age >= after):
                    upload.steps = 1
                    if after is not None:
                        self._say(upload, Report("", upload.name, _now(), group="ACCP"))
                if upload.steps == 1 and age >= self.manners.done_after:
                    upload.steps = 2
                    self._do(upload)

    def close_day(self, day: date, account: str) -> None:
        """Write the statement of an account."""
        with self._lock:
            lines = list(self.books.statement(day, account))
            opening = self.books.balance_before(day, account)
            closing = opening + sum(line.amount for line in lines)
            content = camt053(account, day, opening, closing, lines)
            self.put("camt053", content)

    def fail(self, end_to_end: str, day: date, code: str = "0012") -> None:
        """A transfer that was paid comes back, and a notice says so."""
        with self._lock:
            found = self.books.give_back(f"iso:{end_to_end}", day, code)
            if found is None:
                raise ValueError(f"{end_to_end} was not paid")
            lines = [line for line in self.books.statement(day, found.debit) if line.transfer.id == found.id]
            self.put("camt054", camt054(found.debit, f"NT{found.id}", lines[-1:]))

    def put(self, kind: str, content: bytes) -> None:
        """Lay a file ready for the center, perhaps twice."""
        with self._lock:
            for _ in range(2 if self._rng.random() < self.manners.twice else 1):
                number = f"A{len(self.answers) + 1:08d}"
                self.answers.append(Answer(number, f"{kind}-{number}.xml", content))

    def _do(self, upload: Upload) -> None:
        rejected = self.manners.rejects.get(upload.name) or self.manners.rejects.get("")
        if rejected:
            self._say(upload, Report("", upload.name, _now(), group="RJCT", group_reasons=(rejected,)))
            return
        with self.books.writing():
            done = [self._one(position, asked) for position, asked in upload.order.transfers]
        states = {one.status for one in done}
        group = states.pop() if len(states) == 1 else "PART"
        order = upload.order
        report = Report(
            "", upload.name, _now(), group=group, count=order.count, total=order.total, told=tuple(done)
        )
        self._say(upload, report)

    def _one(self, position: str, asked: Asked) -> Told:
        try:
            found: Transfer = self.books.book(asked)
        except NumberTaken:
            return Told(asked.named, "RJCT", ("DUPL",), None, position)
        status = _STATUS[found.state]
        reasons = (REASONS.get(found.code, "MS03"),) if status == "RJCT" else ()
        return Told(found.named, status, reasons, found.amount, position)

    def _say(self, upload: Upload, report: Report) -> None:
        number = f"P{len(self.answers) + 1:08d}"
        self.put("pain002", pain002(replace(report, msg_id=number), self.manners.version))


def _now() -> datetime:
    return datetime.now(UTC)
