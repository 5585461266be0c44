"""Transfers of one run: numbers and messages are committed as leaving before a byte of them is written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from bots.payments import fate, questions, runs
from bots.payments.fate import Word
from bots.payments.line.numbered import next_heads
from bots.payments.messages import Head, Message, MessageFault, encode, requests
from bots.payments.pump import Ask, Outcome
from bots.payments.runs import Run
from config.bank_answers import answer
from config.bank_line import BankLine, bank_line, now_there
from queues.bank_messages import Entry
from queues.bank_messages import record as keep
from queues.crypto import open_
from queues.database import session as record
from queues.models import Payment, PaymentState
from queues.payments import Happened, note_all
from queues.retry import through_outages

NEVER_LEFT = "never_left"
SILENT = "bank_silent"
_NUMBERS_AT_ONCE = 256
_SILENCE = 3

_NEXT = text(
    "SELECT id, seq, position, amount_won, bank_code, account_enc, holder_enc, statement_text FROM payment "
    "WHERE batch_id = :batch AND state = 'approved' AND position > :after AND bank_code <> ALL (:closed) "
    "ORDER BY position LIMIT :some FOR NO KEY UPDATE"
)
_NUMBERED = text(
    "UPDATE payment SET number = told.number, sent_on = :day, next_look_at = NULL, looks = 0 "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:numbers AS int[])) AS told (id, number) WHERE payment.id = told.id"
)


@dataclass(frozen=True, slots=True)
class _Leaving:
    payment_id: int
    seq: int


class Transfers:
    """The record's side of a run (`bots.payments.pump.Exchange`).

    paused    a code, once the bank's answers made the run stop
    """

    def __init__(self, run: Run, actor: str, progress: Callable[[int], None]) -> None:
        self.run, self.actor, self.progress = run, actor, progress
        self.line: BankLine = bank_line()
        self.account = self.line.account_of(run.fund)
        self.password = self.line.password_of(run.fund)
        self.paused = ""
        self._after = 0
        self._again = False
        self._silent = 0
        self._settled = 0
        self._heads: Iterator[Head] = iter(())
        self._heads_of: date | None = None

    # What leaves

    def prepare(self, room: int) -> Sequence[Ask] | None:
        """Commit a block as leaving. None: paused, stopped, closed, or another run has taken over."""
        if self.paused:
            return None
        heads = self._take_heads(room)
        before = time.monotonic() + self.line.write_within_seconds
        with record() as session:
            if not runs.still_runs(session, self.run):
                return None
            closed = runs.banks_closed_now()
            if closed is None:
                return None
            rows = self._next(session, room, closed)
            return self._commit_block(session, rows, heads, before) if rows else []

    def _next(self, session: Session, room: int, closed: list[str]) -> Sequence[Row[Any]]:
        """The next approved payments; from the first again, once, where something did not leave."""
        values = {"batch": self.run.batch_id, "closed": closed, "some": room}
        rows = session.execute(_NEXT, {**values, "after": self._after}).all()
        if not rows and self._again:
            self._again, self._after = False, 0
            rows = session.execute(_NEXT, {**values, "after": 0}).all()
        if rows:
            self._after = rows[-1].position
        return rows

    def _commit_block(
        self, session: Session, rows: Sequence[Row[Any]], heads: Sequence[Head], before: float
    ) -> list[Ask]:
        made: list[tuple[Row[Any], Message]] = []
        for row, head in zip(rows, heads, strict=False):
            try:
                made.append((row, self._transfer(row, head)))
            except MessageFault as fault:
                self._hold(session, row, fault)
        entries = [
            Entry("out", encode(message), payment_id=row.id, batch_id=self.run.batch_id)
            for row, message in made
        ]
        kept = keep(session, entries)
        numbers = [message.number for _, message in made]
        session.execute(
            _NUMBERED, {"ids": [row.id for row, _ in made], "numbers": numbers, "day": self._heads_of}
        )
        leaving = [
            Happened(row.id, row.seq, PaymentState.SENDING, "", message_id,
                     {"run": self.run.run_no, "number": number})
            for (row, _), message_id, number in zip(made, kept, numbers, strict=True)
        ]  # fmt: skip
        note_all(session, leaving, self.actor)
        return [Ask(message, _Leaving(row.id, row.seq + 1), before) for row, message in made]

    def _transfer(self, row: Row[Any], head: Head) -> Message:
        holder = open_(row.holder_enc) if row.holder_enc else ""
        message = requests.transfer(
            head,
            debit_account=self.account,
            password=self.password.get_secret_value(),
            amount_won=row.amount_won,
            to_bank=row.bank_code,
            to_account=open_(row.account_enc),
            statement_text=row.statement_text,
            holder=cut_name(holder),
        )
        encode(message)
        return message

    def _hold(self, session: Session, row: Row[Any], fault: MessageFault) -> None:
        """It cannot be said in the bank's message: it does not leave."""
        detail = {"code": fault.code, "field": fault.field, "at": fault.at}
        note_all(
            session,
            [Happened(row.id, row.seq, PaymentState.HELD, "unfit_for_message", None, detail)],
            self.actor,
        )
        payment = session.get_one(Payment, row.id, populate_existing=True)
        questions.ask(
            session, payment, questions.NAME, "unfit_for_message", evidence=detail, actor=self.actor
        )

    def _take_heads(self, count: int) -> list[Head]:
        """Headers with committed numbers of today."""
        today = now_there().date()
        if self._heads_of != today:
            self._heads, self._heads_of = iter(()), today
        found = [head for _, head in zip(range(count), self._heads, strict=False)]
        if len(found) < count:
            more = next_heads(self.line, max(_NUMBERS_AT_ONCE, count))
            self._heads, self._heads_of = iter(more), more[0].at.date()
            found = [head for _, head in zip(range(count), self._heads, strict=False)]
        at = now_there()
        return [
            Head(
                h.identification,
                h.company_code,
                h.bank_code,
                h.number,
                at if at.date() == self._heads_of else h.at,
            )
            for h in found
        ]

    # What came of it

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Commit replies and what did not leave; a superseded run only keeps the messages."""
        through_outages(lambda: self._settle(outcomes))
        self._settled += len(outcomes)
        self.progress(self._settled)
        if self.paused:
            through_outages(lambda: runs.ask_to_pause(self.run, self.paused, self.actor))

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        with record() as session:
            mine = runs.is_mine(session, self.run)
            replied = [one for one in outcomes if one.reply is not None]
            entries = [
                Entry("in", encode(one.reply), payment_id=one.ask.about.payment_id, batch_id=self.run.batch_id,
                      note="" if mine else "superseded")
                for one in replied
                if one.reply is not None
            ]  # fmt: skip
            kept = dict(zip(map(id, replied), keep(session, entries), strict=True))
            if not mine:
                return
            unsent = [one.ask.about for one in outcomes if one.how == NEVER_LEFT]
            self._take_back(session, unsent)
            words = [_word(one, kept.get(id(one))) for one in outcomes if one.how != NEVER_LEFT]
            fate.hear(session, words, self.actor)
            self._again = self._again or bool(unsent)

    def _take_back(self, session: Session, unsent: Sequence[_Leaving]) -> None:
        """Not a byte of these was written, which only who did not write them can know: they may leave later."""
        seen = {one.payment_id: one.seq for one in unsent}
        note_all(
            session,
            [
                Happened(p.id, p.seq, PaymentState.APPROVED, NEVER_LEFT)
                for p in fate.lock(session, seen)
                if p.state == PaymentState.SENDING and p.seq == seen[p.id]
            ],
            self.actor,
        )
        session.expunge_all()

    def heard(self, outcome: Outcome) -> None:
        """Nothing more leaves when what follows would be refused likewise, or nobody answers any more."""
        if outcome.reply is not None:
            self._silent = 0
            code = outcome.reply.response_code
            if answer(code).pause:
                self.paused = self.paused or code
        elif outcome.how == "no_reply":
            self._silent += 1
            if self._silent >= _SILENCE * self.line.window:
                self.paused = self.paused or SILENT


def cut_name(name: str, size: int = 12) -> str:
    """As much of a name as the field holds, whole characters; "" where CP949 lacks one: the account decides."""
    try:
        return name.encode("cp949")[:size].decode("cp949", "ignore").rstrip()
    except UnicodeEncodeError:
        return ""


def _word(outcome: Outcome, message_id: int | None) -> Word:
    payment_id = outcome.ask.about.payment_id
    if outcome.reply is None:
        return Word(payment_id, "unknown", "reply", outcome.how)
    code = outcome.reply.response_code
    return Word(payment_id, answer(code).means, "reply", code, message_id)
