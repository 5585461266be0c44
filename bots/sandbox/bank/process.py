"""The bank as a process of its own, and who started it.

with BankProcess(folder / "bank.sqlite") as bank:
    bank.tell("chance", {"seed": 7, "share": 0.3})
    ...the program pays through 127.0.0.1:bank.port...
    Books(bank.path).totals(day, account)
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import uvicorn

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.clock import Clock, read_windows
from bots.sandbox.bank.control import Control
from bots.sandbox.bank.faults import Faults
from bots.sandbox.bank.server import BankServer
from bots.sandbox.bank.service import DEBIT, PASSWORD, line_settings
from queues.postgres_processes import die_with_parent

ROOT = Path(__file__).resolve().parents[3]
BALANCE = 10**12


@dataclass(frozen=True)
class Options:
    """How a bank is to be run.

    port, control   0: free ones; closed: windows of the day, "23:50-00:30"; certificate, key: PEM files for TLS
    """

    books: str
    port: int = 0
    control: int = 0
    zone: str = "Asia/Seoul"
    closed: str = ""
    refuse_doubles: bool = True
    latency: float = 0.0
    certificate: str = ""
    key: str = ""


def open_bank(options: Options) -> Books:
    """The books of a bank at which the center has its accounts, one by fund."""
    books = Books(options.books, refuse_doubles=options.refuse_doubles)
    for account in DEBIT.values():
        books.open_debit(account, balance=BALANCE, password=PASSWORD)
    return books


async def serve(options: Options, on_ready: Callable[[int, int], None], faults: Faults | None = None) -> None:
    """Run until cancelled; `on_ready(port, control)` is called once it answers. Raises OSError for a taken port."""
    tls = None
    if options.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.certificate, options.key or None)
    clock = Clock(options.zone, closed=read_windows(options.closed))
    bank = BankServer(
        open_bank(options), faults or Faults(), clock, port=options.port, latency=options.latency, tls=tls
    )
    await bank.start()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.control))
    listener.listen()
    config = uvicorn.Config(Control(bank).app(), log_level="critical", access_log=False, lifespan="off")
    on_ready(bank.port, listener.getsockname()[1])
    try:
        await uvicorn.Server(config).serve([listener])
    finally:
        await bank.stop()


class BankProcess:
    """A bank that can be killed; started again it has the same books and the same ports."""

    def __init__(self, path: Path | str, **options: Any) -> None:
        self.options = Options(str(path), **options)
        self.port, self.control = self.options.port, self.options.control
        self.process: subprocess.Popen[str] | None = None

    @property
    def path(self) -> str:
        return self.options.books

    def start(self) -> None:
        """Answers when it returns. Raises RuntimeError when it does not come up."""
        told = asdict(self.options) | {"port": self.port, "control": self.control}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bots.sandbox.bank", json.dumps(told)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=die_with_parent if threading.current_thread() is threading.main_thread() else None,  # noqa: PLW1509
        )  # fmt: skip
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        if not ready:
            raise RuntimeError("the sandbox's bank does not come up")
        self.port, self.control = json.loads(ready)

    def kill(self) -> None:
        """As when its power fails."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    stop = kill

    def tell(self, desk: str, told: Any = None) -> dict[str, Any]:
        """Something at the control (`control`). Raises ValueError when it is not understood."""
        answer = httpx.post(f"http://127.0.0.1:{self.control}/{desk}", json=told, timeout=30, trust_env=False)
        if answer.status_code != 200:
            raise ValueError(answer.text)
        found: dict[str, Any] = answer.json()
        return found

    def counts(self) -> dict[str, Any]:
        """`GET /counts`."""
        answer = httpx.get(f"http://127.0.0.1:{self.control}/counts", timeout=30, trust_env=False)
        found: dict[str, Any] = answer.json()
        return found

    def settings(self, **more: Any) -> dict[str, Any]:
        """What `BACKOFFICE_BANK_LINE` says of it."""
        return line_settings(self.port, tls=bool(self.options.certificate), **more)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def main(told: str) -> None:
    """What `python -m bots.sandbox.bank JSON` does."""

    def ready(port: int, control: int) -> None:
        print(json.dumps([port, control]), flush=True)

    asyncio.run(serve(Options(**json.loads(told)), ready))
