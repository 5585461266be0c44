"""The bank's books: accounts, holders, transfers by unique key, what was given back, sums of the day.

They lie in a SQLite file that survives the bank's process; whoever compares opens it as well. All sums are whole
won. Everything is committed when a function returns.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bots.sandbox.bank import codes
from bots.sandbox.bank.entries import (
    Asked,
    Line,
    NumberTaken,
    Payee,
    Row,
    Totals,
    Transfer,
    content,
    digest,
    transfer_of,
)
from bots.sandbox.bank.tables import TABLES

_PAGE = 1000


class Books:
    """Open in as many threads and processes as are needed, each with its own or this one (it locks).

    refuse_doubles  whether a second transfer of the day with the same account and amount is refused (SB01)
    """

    def __init__(self, path: Path | str, *, refuse_doubles: bool = True) -> None:
        self.path, self.refuse_doubles = str(path), refuse_doubles
        self._lock = threading.RLock()
        self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=30)
        self._db.execute("PRAGMA journal_mode=WAL")
        # The file survives a killed process; it need not survive a power cut.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(TABLES)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def open_debit(
        self, account: str, *, balance: int, password: str, per_transfer: int = 10**13 - 1,
        per_day: int = 10**15,
    ) -> None:  # fmt: skip
        """An account from which transfers leave; opened again it keeps its balance."""
        with self.writing():
            self._db.execute(
                "INSERT INTO debit VALUES (?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET"
                " password = excluded.password, per_transfer = excluded.per_transfer, per_day = excluded.per_day",
                (account, balance, digest(account, password), per_transfer, per_day),
            )

    def deposit(self, account: str, amount: int) -> None:
        """Money comes in from elsewhere."""
        with self.writing():
            self._db.execute("UPDATE debit SET balance = balance + ? WHERE account = ?", (amount, account))

    def open_accounts(self, payees: Iterable[Payee]) -> None:
        """Accounts that can be paid to; one that is there already changes its holder and state."""
        with self.writing():
            self._db.executemany(
                "INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?)",
                ((p.bank, p.number, p.holder, p.state) for p in payees),
            )

    def payee(self, bank: str, number: str) -> Payee | None:
        row = self.one("SELECT * FROM account WHERE bank = ? AND number = ?", (bank, number))
        return Payee(*row) if row else None

    def is_password(self, debit: str, password: str) -> bool:
        row = self.one("SELECT password FROM debit WHERE account = ?", (debit,))
        return row is not None and row[0] == digest(debit, password)

    def open_day(self, day: date, company: str) -> None:
        with self.writing():
            self._db.execute("INSERT OR IGNORE INTO opened VALUES (?, ?)", (day.isoformat(), company))

    def is_opened(self, day: date, company: str) -> bool:
        return (
            self.one("SELECT 1 FROM opened WHERE day = ? AND company = ?", (day.isoformat(), company))
            is not None
        )

    def book(self, asked: Asked, *, wait: bool = False, code: str = "") -> Transfer:
        """Transfer once: the same key again gives what came of it the first time.

        wait   it is only noted, and done by `finish`; code: refused with it whatever the books say
        Raises `NumberTaken` when the key was used for something else.
        """
        with self.writing():
            known = self.find(asked.key)
            if known is not None:
                if content(known) != content(asked):
                    raise NumberTaken(asked.key)
                self._db.execute("UPDATE transfer SET times = times + 1 WHERE id = ?", (known.id,))
                return known
            code = code or self._refusal(asked)
            state = "refused" if code else "waiting" if wait else "paid"
            number = self._note(asked, state, code or (codes.IN_PROGRESS if wait else codes.DONE))
            self._conclude(number, asked, state)
        found = self.find(asked.key)
        assert found is not None
        return found

    def finish(self, key: str) -> Transfer:
        """Do what was waiting; what is not is left as it is."""
        with self.writing():
            found = self.find(key)
            if found is None:
                raise KeyError(key)
            if found.state == "waiting":
                code = self._no_money(found.debit, found.amount)
                state = "refused" if code else "paid"
                self._db.execute(
                    "UPDATE transfer SET state = ?, code = ? WHERE id = ?",
                    (state, code or codes.DONE, found.id),
                )
                self._conclude(found.id, found, state)
        return self.find(key) or found

    def give_back(self, key: str, day: date, code: str) -> Transfer | None:
        """A transfer that was paid fails after all; the money is back. None when it was not paid."""
        with self.writing():
            found = self.find(key)
            if found is None or found.state != "paid":
                return None
            self._db.execute(
                "UPDATE transfer SET state = 'returned', code = ? WHERE id = ?", (code, found.id)
            )
            self._enter(found.id, found.debit, day, "return", found.amount)
        return self.find(key)

    def find(self, key: str) -> Transfer | None:
        row = self.one("SELECT * FROM transfer WHERE key = ?", (key,))
        return transfer_of(row) if row else None

    def waiting(self) -> list[Transfer]:
        """What was asked for and is not done yet."""
        return [transfer_of(row) for row in self.rows("SELECT * FROM transfer WHERE state = 'waiting'", ())]

    def totals(self, day: date, debit: str) -> Totals:
        """What left an account on a day and what came back on it."""
        sums = {"transfer": (0, 0), "return": (0, 0), "refused": (0, 0)}
        query = "SELECT kind, count, won FROM day_sum WHERE day = ? AND debit = ?"
        for kind, count, won in self.rows(query, (day.isoformat(), debit)):
            sums[kind] = (count, won)
        balance = self.one("SELECT balance FROM debit WHERE account = ?", (debit,))
        return Totals(*sums["transfer"], *sums["return"], *sums["refused"], balance[0] if balance else 0)

    def statement(self, day: date, debit: str) -> Iterator[Line]:
        """The lines of an account on a day, in their order."""
        query = (
            "SELECT e.id, e.day, e.debit, e.kind, e.amount, e.balance, e.at, t.* FROM entry e"
            " JOIN transfer t ON t.id = e.transfer_id WHERE e.day = ? AND e.debit = ? AND e.id > ?"
            " ORDER BY e.id LIMIT ?"
        )
        for row in self._pages(query, (day.isoformat(), debit)):
            number, on, debit_, kind, amount, balance, at, *transfer = row
            line = (number, date.fromisoformat(on), debit_, kind, amount, balance, at)
            yield Line(*line, transfer_of(tuple(transfer)))

    def balance_before(self, day: date, debit: str) -> int:
        """The balance with which a day began."""
        before = self.one(
            "SELECT balance FROM entry WHERE debit = ? AND day < ? ORDER BY id DESC LIMIT 1",
            (debit, day.isoformat()),
        )
        after = self.one(
            "SELECT balance - amount FROM entry WHERE debit = ? AND day >= ? ORDER BY id LIMIT 1",
            (debit, day.isoformat()),
        )
        now = self.one("SELECT balance FROM debit WHERE account = ?", (debit,))
        return next((int(row[0]) for row in (after, before, now) if row), 0)

    def transfers(self, state: str = "") -> Iterator[Transfer]:
        """All transfers, or those in one state, in their order."""
        query = "SELECT * FROM transfer WHERE (? = '' OR state = ?) AND id > ? ORDER BY id LIMIT ?"
        for row in self._pages(query, (state, state)):
            yield transfer_of(row)

    def _refusal(self, asked: Asked) -> str:
        """The code with which a transfer is refused, "" for none."""
        if asked.amount <= 0:
            return codes.WRONG_FIELD
        payee = self.payee(asked.bank, asked.account)
        if payee is None or payee.state != "open":
            return codes.STATE_CODES[payee.state] if payee else codes.NO_ACCOUNT
        if code := self._over_limit(asked):
            return code
        if self.refuse_doubles and self._is_double(asked):
            return codes.SAME_AGAIN
        return self._no_money(asked.debit, asked.amount)

    def _over_limit(self, asked: Asked) -> str:
        limits = self.one("SELECT per_transfer, per_day FROM debit WHERE account = ?", (asked.debit,))
        if limits is None:
            return codes.NO_ACCOUNT
        if asked.amount > limits[0]:
            return codes.OVER_TRANSFER_LIMIT
        over = self.totals(asked.day, asked.debit).paid_won + asked.amount > limits[1]
        return codes.OVER_DAY_LIMIT if over else ""

    def _is_double(self, asked: Asked) -> bool:
        query = (
            "SELECT 1 FROM transfer WHERE day = ? AND account = ? AND amount = ? AND bank = ? AND debit = ?"
            " AND state IN ('paid', 'waiting') LIMIT 1"
        )
        values = (asked.day.isoformat(), asked.account, asked.amount, asked.bank, asked.debit)
        return self.one(query, values) is not None

    def _no_money(self, debit: str, amount: int) -> str:
        row = self.one("SELECT balance FROM debit WHERE account = ?", (debit,))
        return "" if row is not None and row[0] >= amount else codes.NO_MONEY

    def _note(self, asked: Asked, state: str, code: str) -> int:
        cursor = self._db.execute(
            "INSERT INTO transfer (key, channel, day, named, debit, bank, account, amount, text, holder, state, code,"
            " at, times) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (
                asked.key, asked.channel, asked.day.isoformat(), asked.named, asked.debit, asked.bank,
                asked.account, asked.amount, asked.text, asked.holder, state, code, time.time(),
            ),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def _conclude(self, number: int, what: Asked | Transfer, state: str) -> None:
        if state == "paid":
            self._enter(number, what.debit, what.day, "transfer", -what.amount)
        elif state == "refused":
            self._count(what.debit, what.day, "refused", what.amount)

    def _enter(self, transfer: int, debit: str, day: date, kind: str, amount: int) -> None:
        self._db.execute("UPDATE debit SET balance = balance + ? WHERE account = ?", (amount, debit))
        self._db.execute(
            "INSERT INTO entry (day, debit, kind, transfer_id, amount, balance, at)"
            " SELECT ?, account, ?, ?, ?, balance, ? FROM debit WHERE account = ?",
            (day.isoformat(), kind, transfer, amount, time.time(), debit),
        )
        self._count(debit, day, kind, abs(amount))

    def _count(self, debit: str, day: date, kind: str, amount: int) -> None:
        self._db.execute(
            "INSERT INTO day_sum VALUES (?, ?, ?, 1, ?) ON CONFLICT (day, debit, kind)"
            " DO UPDATE SET count = count + 1, won = won + excluded.won",
            (day.isoformat(), debit, kind, amount),
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One change of the books, whole or not at all; within another it is part of that."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def one(self, query: str, values: tuple[object, ...]) -> Row | None:
        """The first row of an answer."""
        with self._lock:
            row: Row | None = self._db.execute(query, values).fetchone()
            return row

    def rows(self, query: str, values: tuple[object, ...]) -> list[Row]:
        """All rows of an answer."""
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def execute(self, statement: str, values: tuple[object, ...]) -> int:
        """One change; returns how many rows it has touched."""
        with self.writing():
            return self._db.execute(statement, values).rowcount

    def _pages(self, query: str, values: tuple[object, ...]) -> Iterator[Row]:
        """Row by row, by the id in their first column, so that a large day needs no more memory than a small one."""
        last = 0
        while found := self.rows(query, (*values, last, _PAGE)):
            yield from found
            last = found[-1][0]
