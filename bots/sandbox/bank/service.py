"""The bank in a thread of its own, for tests and for a sandbox world in one process.

with SandboxBank(tmp_path / "bank.sqlite") as bank:
    bank.books.open_debit("10012345678901", balance=10**12, password="12345678")
    bank.books.open_accounts([Payee("004", "11112222333344", "홍길동")])
    bank.faults.order("2000/100", "paid_vtim", account="11112222333344")
    ...the program pays through 127.0.0.1:bank.port...
    assert [t.state for t in bank.books.transfers()] == ["paid"]
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bots.sandbox.bank import failures
from bots.sandbox.bank.books import Books
from bots.sandbox.bank.clock import Clock
from bots.sandbox.bank.faults import Faults
from bots.sandbox.bank.server import BankServer

COMPANY, BANK_CODE, IDENTIFICATION = "CENTER000001", "020", "KEC"
"""How the payer is called on the line."""
DEBIT = {"general": "10020000000001", "employment_insurance": "10020000000002"}
PASSWORD = "84207315"  # noqa: S105


def line_settings(port: int, *, tls: bool = False, **more: Any) -> dict[str, Any]:
    """`BACKOFFICE_BANK_LINE` for the sandbox's bank on this machine."""
    accounts = {fund: {"account": account} for fund, account in DEBIT.items()}
    names = {"identification": IDENTIFICATION, "company_code": COMPANY, "bank_code": BANK_CODE}
    return {"host": "127.0.0.1", "port": port, "tls": tls, **names, "accounts": accounts, **more}


class SandboxBank:
    """Starts and stops again with the same books and the same port; what is open in between is broken off.

    books, faults, clock may be used from any thread; `latency` as of `BankServer`
    """

    def __init__(
        self, path: Path | str, *, faults: Faults | None = None, clock: Clock | None = None, port: int = 0,
        refuse_doubles: bool = True, latency: float = 0.0, tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.books = Books(path, refuse_doubles=refuse_doubles)
        self.faults, self.clock = faults or Faults(), clock or Clock()
        self.port, self.latency, self.tls = port, latency, tls
        self.server: BankServer | None = None
        self._counts: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Answers when it returns. Raises OSError when the port is taken."""
        up: threading.Event = threading.Event()
        failed: list[BaseException] = []
        self._loop = asyncio.new_event_loop()
        server = self.server = BankServer(
            self.books, self.faults, self.clock, port=self.port, latency=self.latency, tls=self.tls
        )
        server.teller.counts = self._counts

        def serve(loop: asyncio.AbstractEventLoop) -> None:
            asyncio.set_event_loop(loop)
            try:
                loop.run_until_complete(server.start())
            except BaseException as error:
                failed.append(error)
                return
            finally:
                up.set()
            loop.run_forever()
            loop.run_until_complete(server.stop())
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()

        self._thread = threading.Thread(target=serve, args=(self._loop,), name="bank", daemon=True)
        self._thread.start()
        up.wait()
        if failed:
            raise failed[0]
        self.port = server.port

    def stop(self) -> None:
        """Every line breaks, and new ones are refused."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.books.close()

    @property
    def counts(self) -> Counter[str]:
        """How many messages of each class and task came, and what was wrong with some."""
        return Counter(self._counts)

    def break_lines(self) -> None:
        """All lines break now; the payer may connect again."""
        self._do(lambda server: server.break_lines())

    def refuse_lines(self, refused: bool = True) -> None:
        """Break what is connected, and whoever connects, until told otherwise."""

        def refuse(server: BankServer) -> None:
            server.refuses_lines = refused
            if refused:
                server.break_lines()

        self._do(refuse)

    def say(self, data: bytes, *, framed: bool = True) -> None:
        """Send something that nobody asked for; not `framed`: without the length before it."""
        self._do(lambda server: server.say(data, framed=framed))

    def no_record_as(self, code: str) -> None:
        """What it says of a transfer that it does not know: "NREC", or "0100" as some do."""
        self._do(lambda server: setattr(server.teller, "no_record", code))

    def fail_now(self) -> int:
        """Failures that were to come later are told now; how many."""
        return failures.hasten(self.books)

    def settings(self, **more: Any) -> dict[str, Any]:
        """What `BACKOFFICE_BANK_LINE` says of it."""
        return line_settings(self.port, tls=self.tls is not None, **more)

    def _do(self, what: Callable[[BankServer], object]) -> None:
        """In the bank's own thread; done when it returns."""
        server, done = self.server, threading.Event()
        if self._loop is None or server is None:
            raise RuntimeError("the bank is not up")

        def act() -> None:
            try:
                what(server)
            finally:
                done.set()

        self._loop.call_soon_threadsafe(act)
        done.wait(10)
