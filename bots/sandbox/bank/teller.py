"""What the bank does with a message, and what it says: the rules of its desk, without the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bots.sandbox.bank import codes, failures, frames
from bots.sandbox.bank.books import Books
from bots.sandbox.bank.clock import Clock
from bots.sandbox.bank.entries import Asked, NumberTaken, Transfer
from bots.sandbox.bank.faults import Faults
from bots.sandbox.bank.frames import Frame, Unreadable

LONG_NAMES = frozenset({"004", "088", "090"})
"""Banks that tell 20 bytes of a name as well as 12."""
_PIECES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes that leave, without their prefix.

    after  seconds to wait; behind: so many later answers go first; cut_at: the line breaks after so many bytes
    pieces  so many writes; elsewhere: on another line of the payer, if there is one
    """

    data: bytes
    after: float = 0.0
    behind: int = 0
    cut_at: int | None = None
    pieces: int = 1
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What follows from a message. `drop`: the line breaks at once."""

    answers: tuple[Answer, ...] = ()
    drop: bool = False


@dataclass
class Teller:
    """One bank. `no_record` is what it says where others say NREC; `later`: runs something after seconds.

    counts  messages by class and task; "again": transfers asked for under a key that was used already
    """

    books: Books
    faults: Faults
    clock: Clock
    later: Callable[[float, Callable[[], object]], object]
    no_record: str = codes.NO_RECORD
    long_names: frozenset[str] = LONG_NAMES
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._opened: set[tuple[date, str]] = set()
        self._passwords: dict[str, str] = {}
        self._desks: dict[str, Callable[[Frame], tuple[bytes, str]]] = {
            "1000/100": self._open,
            "2000/100": self._transfer,
            "6000/100": self._holder,
            "7000/100": self._result,
            "7000/200": self._balance,
            "7000/300": self._totals,
        }

    def handle(self, data: bytes) -> Done:
        """Do what a message of 300 bytes asks. Raises `Unreadable` when its header cannot be read."""
        frame = Frame(data)
        kind = frame.kind
        self.counts[kind] += 1
        if kind == "3100/100":
            failures.acknowledge(self.books, frame.number(frames.NUMBER))
            return Done()
        if code := self._not_now(frame, kind):
            return Done((Answer(frame.reply(code)),))
        try:
            data, fault = self._desks[kind](frame)
        except (Unreadable, KeyError):
            self.counts["unreadable"] += 1
            return Done((Answer(frame.reply(codes.WRONG_FIELD)),))
        return self._delivered(frame, data, fault)

    def resume(self) -> None:
        """What was in progress when the bank went down is done after a while."""
        for found in self.books.waiting():
            self._finish_later(found.key)

    def _not_now(self, frame: Frame, kind: str) -> str:
        """The code with which anything is refused at this time, "" when it is not."""
        now = self.clock.now()
        company = frame.text(frames.COMPANY)
        if not self.clock.is_open():
            return codes.CLOSED
        if frame.day != now.date():
            return codes.WRONG_FIELD
        if kind == "1000/100" or (now.date(), company) in self._opened:
            return ""
        if not self.books.is_opened(now.date(), company):
            return codes.NOT_OPENED
        self._opened.add((now.date(), company))
        return ""

    def _open(self, frame: Frame) -> tuple[bytes, str]:
        self.books.open_day(frame.day, frame.text(frames.COMPANY))
        return frame.reply(codes.DONE), self.faults.draw("1000/100")

    def _transfer(self, frame: Frame) -> tuple[bytes, str]:
        at = frames.Transfer
        asked = Asked(
            frame.key, "firm", frame.day, f"{frame.number(frames.NUMBER):06d}", frame.text(at.DEBIT),
            frame.text(at.BANK), frame.text(at.ACCOUNT), frame.number(at.AMOUNT), frame.text(at.TEXT),
            frame.text(at.HOLDER),
        )  # fmt: skip
        fault = self.faults.draw("2000/100", asked.account)
        try:
            code = self._try(asked, frame, fault)
        except NumberTaken:
            code = codes.NUMBER_TAKEN
        balance = self.books.totals(asked.day, asked.debit).balance
        told = {at.SIGN: "+" if balance >= 0 else "-", at.BALANCE: abs(balance), at.FEE: 0}
        return frame.reply(code, {frames.TIME: f"{self.clock.now():%H%M%S}", **told}), fault

    def _try(self, asked: Asked, frame: Frame, fault: str) -> str:
        """Transfer as the fault would have it; the code that is true of it."""
        if (known := self.books.find(asked.key)) is not None:
            self.counts["again"] += 1
        elif not self._is_password(asked.debit, frame.text(frames.Transfer.PASSWORD)):
            return self.books.book(asked, code=codes.WRONG_PASSWORD).code
        elif fault.startswith("lost_"):
            return codes.UNKNOWN
        elif fault == "stuck":
            self.later(self.faults.delays.stuck, lambda: self.books.book(asked))
            return codes.UNKNOWN
        forced = {"refused": codes.ACCOUNT_STOPPED, "double": codes.SAME_AGAIN}.get(fault, "")
        if fault.startswith("unpaid_"):
            forced = codes.OVER_ACCOUNT_LIMIT
        found = self.books.book(asked, wait=fault == "in_progress", code=forced)
        if known is None and found.state == "waiting":
            self._finish_later(found.key)
        if known is None and found.state == "paid" and fault == "returned":
            code = codes.ACCOUNT_STOPPED
            failures.plan(self.books, found.key, found.day, code, self.faults.delays.returned)
        return codes.UNKNOWN if found.state == "waiting" else found.code

    def _finish_later(self, key: str) -> None:
        self.later(self.faults.delays.progress, lambda: self.books.finish(key))

    def _holder(self, frame: Frame) -> tuple[bytes, str]:
        at = frames.Holder
        bank, account = frame.text(at.BANK), frame.text(at.ACCOUNT)
        fault = self.faults.draw("6000/100", account)
        payee = self.books.payee(bank, account)
        if payee is None or payee.state != "open":
            code = codes.STATE_CODES[payee.state] if payee else codes.NO_ACCOUNT
            return frame.reply(code), fault
        name, lengths = payee.holder, (12, 20)
        if fault == "wrong_name":
            name = "다른사람" if name != "다른사람" else "딴사람"
        if fault == "other_cut":
            lengths = (11, 13) if self.faults.share("6000/100") < 0.5 else (10, 10)
        whole = fault != "other_cut"
        told: dict[frames.Place, str | int | bytes] = {at.NAME: frames.cut(name, lengths[0], whole=whole)}
        if bank in self.long_names:
            told[at.LONG_NAME] = frames.cut(name, lengths[1], whole=whole)
        return frame.reply(codes.DONE, told), fault

    def _result(self, frame: Frame) -> tuple[bytes, str]:
        at = frames.Result
        account = frame.text(at.ACCOUNT)
        fault = self.faults.draw("7000/100", account)
        found = self.books.find(frame.key_of(frame.number(at.NUMBER)))
        told: dict[frames.Place, str | int | bytes] = {at.DONE: 0, at.FAILED: 0, at.FEE: 0}
        if found is None:
            told[at.RESULT] = self.no_record
        elif account != found.account or frame.number(at.ASKED) != found.amount:
            return frame.reply(codes.WRONG_FIELD), fault
        elif found.state == "waiting" or fault == "in_progress":
            told[at.RESULT] = codes.IN_PROGRESS
        else:
            told |= self._end_of(found)
        return frame.reply(codes.DONE, told), fault

    def _end_of(self, found: Transfer) -> dict[frames.Place, str | int | bytes]:
        at = frames.Result
        moved = found.amount if found.state == "paid" else 0
        when = datetime.fromtimestamp(found.at, self.clock.now().tzinfo)
        told: dict[frames.Place, str | int | bytes] = {at.DONE: moved, at.FAILED: found.amount - moved}
        return told | {at.RESULT: found.code, at.TIME: f"{when:%H%M%S}"}

    def _balance(self, frame: Frame) -> tuple[bytes, str]:
        at = frames.Balance
        fault = self.faults.draw("7000/200")
        balance = self.books.totals(frame.day, frame.text(at.DEBIT)).balance
        sign = "+" if balance >= 0 else "-"
        told: dict[frames.Place, str | int | bytes] = {at.SIGN: sign, at.BALANCE: abs(balance)}
        told |= {at.FREE_SIGN: sign, at.FREE: abs(balance)}
        return frame.reply(codes.DONE, told), fault

    def _totals(self, frame: Frame) -> tuple[bytes, str]:
        at = frames.Totals
        fault = self.faults.draw("7000/300")
        day, today = frame.text(at.DAY), self.clock.now().date()
        told_of = {f"{d:%Y%m%d}": d for d in (today, today - timedelta(days=1))}
        if day not in told_of:
            return frame.reply(codes.DONE, {at.RESULT: codes.OTHER_DAY}), fault
        sums = self.books.totals(told_of[day], frame.text(at.DEBIT))
        told: dict[frames.Place, str | int | bytes] = {
            at.PAID: sums.paid,
            at.PAID_WON: sums.paid_won,
            at.RETURNED: sums.returned,
            at.RETURNED_WON: sums.returned_won,
            at.REFUSED: sums.refused,
            at.REFUSED_WON: sums.refused_won,
            at.RESULT: codes.DONE,
        }
        return frame.reply(codes.DONE, told), fault

    def _delivered(self, frame: Frame, data: bytes, fault: str) -> Done:
        """How an answer goes out, as the fault would have it."""
        plain = Answer(data)
        late = self.faults.delays.late
        if fault.endswith("silent"):
            return Done()
        if fault.endswith("vtim"):
            return Done((Answer(frame.reply(codes.UNKNOWN)),))
        if fault == "drop":
            return Done(drop=True)
        changed = {
            "twice": (plain, replace(plain, after=late / 2)),
            "late": (replace(plain, after=late),),
            "disorder": (replace(plain, behind=3),),
            "cut": (replace(plain, cut_at=4 + int(len(data) * self.faults.share("cut"))),),
            "pieces": (replace(plain, pieces=_PIECES),),
            "elsewhere": (replace(plain, after=late, elsewhere=True),),
        }
        return Done(changed.get(fault, (plain,)))

    def _is_password(self, debit: str, password: str) -> bool:
        if self._passwords.get(debit) != password:
            if not self.books.is_password(debit, password):
                return False
            self._passwords[debit] = password
        return True

    def notices(self) -> list[tuple[int, bytes]]:
        """The failures that are to be told now, with their messages; the money is back when it is told first."""
        today = self.clock.now().date()
        made = []
        for failed in failures.due(self.books):
            found = self.books.give_back(failed.key, today, failed.code) or self.books.find(failed.key)
            if found is not None and found.state == "returned":
                made.append((failed.number, self._notice(failed.number, failed.code, found)))
        return made

    def _notice(self, number: int, code: str, found: Transfer) -> bytes:
        at, now = frames.Failure, self.clock.now()
        day, bank, company, asked = found.key.split(":")
        return frames.filled(
            b" " * frames.SIZE,
            {
                frames.CODE: "", frames.COMPANY: company, frames.BANK: bank, frames.CLASS: 3000, frames.TASK: "100",
                frames.SENT: 1, frames.NUMBER: number, frames.DATE: f"{now:%Y%m%d}",
                frames.TIME: f"{now:%H%M%S}", at.NUMBER: int(asked), at.DEBIT: found.debit,
                at.ACCOUNT: found.account, at.ASKED: found.amount, at.DONE: 0, at.FAILED: found.amount,
                (121, 3): found.bank, at.AMOUNT: found.amount, at.ERROR: code, (182, 6): 0,
                at.DAY: day,
            },
        )  # fmt: skip
