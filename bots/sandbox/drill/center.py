"""The machines of the drill: a PostgreSQL of its own, the bank, workers that can be killed, and their settings."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import yaml

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.process import BankProcess
from bots.sandbox.bank.service import DEBIT, PASSWORD
from bots.supervisor import Program
from config.bank_hours import ALWAYS_OPEN
from config.settings import CONFIG_DIR, settings
from queues import database, engine, pausing
from queues.postgres import PrivatePostgres, temporary_server

_NOON = 12
_PAUSED = ("payments.papers", "payments.orders", "payments.tell", "notices.prepare")
"""Bots that have nothing to do with the bank and would take the machine from those who have."""
_QUICK = {
    "BACKOFFICE_HEARTBEAT_SECONDS": "0.5",
    "BACKOFFICE_DEAD_AFTER_SECONDS": "3",
    "BACKOFFICE_REAPER_SECONDS": "0.3",
    "BACKOFFICE_LEASE_SECONDS": "2",
    "BACKOFFICE_POLL_SECONDS": "0.5",
    "BACKOFFICE_STOP_SECONDS": "10",
    "BACKOFFICE_MAX_DEATHS": "1000",
    "BACKOFFICE_MIN_FREE_BYTES": "0",
    "BACKOFFICE_PROCESSES": "1",
    "BACKOFFICE_LOG_LEVEL": "WARNING",
}
_LINE = {
    "reply_seconds": 1.5,
    "connect_seconds": 2.0,
    "reconnect_seconds": 0.1,
    "reconnect_most_seconds": 1.0,
    "inquire_after_seconds": 1.0,
    "inquire_most_seconds": 4.0,
    "notice_seconds": 5.0,
}


@dataclass
class Center:
    """What is up. `workers` are restarted by `keep_up`; the books are the bank's; `met`: its faults, once counted."""

    folder: Path
    server: PrivatePostgres
    bank: BankProcess
    books: Books
    workers: list[Program] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    _starts: list[int] = field(default_factory=list)
    _wrong: dict[str, object] = field(default_factory=dict)
    _seed: int = 0

    def start_workers(self, count: int) -> None:
        """So many, at work when they are ready."""
        for number in range(count):
            program = Program(f"worker {number}", "bots.worker", self.folder / f"worker{number}.log")
            program.start()
            self.workers.append(program)
            self._starts.append(1)

    def let_go_wrong(self, share: float, seed: int, delays: Mapping[str, float]) -> None:
        """From now on this share of the bank's messages meets some fault."""
        self._wrong, self._seed = {"share": share, "delays": dict(delays)}, seed
        self.bank.tell("delays", self._wrong["delays"])
        self.bank.tell("chance", {"seed": seed, "share": share})

    def count_faults(self) -> int:
        """Add what the bank has met to `met`; how many failures the payer has not said it knows of."""
        told = self.bank.counts()
        self.met += Counter(told["met"])
        return int(told["failures"])

    def restart_bank(self, seconds: float) -> None:
        """Its power fails, for so many seconds."""
        self.count_faults()
        self.bank.kill()
        time.sleep(seconds)
        self.bank.start()
        if self._wrong:
            self._seed += 1
            self.bank.tell("delays", self._wrong["delays"])
            self.bank.tell("chance", {"seed": self._seed, "share": self._wrong["share"]})

    def keep_up(self) -> None:
        """Start again whoever died, at once."""
        for number, program in enumerate(self.workers):
            program.next_start = 0.0
            before = program.process
            program.check()
            if program.process is not None and program.process is not before:
                self._starts[number] += 1

    def has_worked(self, number: int) -> bool:
        """Whether a worker has said since its last start that it is ready."""
        return _said_ready(self.workers[number].log) >= self._starts[number]

    def kill(self, number: int) -> bool:
        """kill -9 of one worker; False when it was not up."""
        process = self.workers[number].process
        if process is None or process.poll() is not None:
            return False
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True

    def peak_bytes(self) -> dict[str, int]:
        """Resident memory at most since their last start: of the largest worker, and of the bank."""
        workers = [program.process.pid for program in self.workers if program.process is not None]
        bank = [self.bank.process.pid] if self.bank.process is not None else []
        return {
            "worker": max(map(_peak, workers), default=0),
            "bank": max(map(_peak, bank), default=0),
        }

    def stop(self) -> None:
        for program in self.workers:
            program.stop(15)


@contextmanager
def center(
    *,
    schedule: Mapping[str, Mapping[str, str]],
    line: Mapping[str, object] | None = None,
    durable: bool = True,
) -> Iterator[Center]:
    """Everything but the workers; the environment and the settings of this process are those of the drill."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backoffice-drill-")))
        server = stack.enter_context(temporary_server(durable=durable))
        zone = zone_of_noon()
        bank = BankProcess(folder / "bank.sqlite", zone=zone, refuse_doubles=False)
        stack.enter_context(bank)
        _write_config(folder / "own", schedule)
        values = {
            "BACKOFFICE_DATABASE_URL": server.url(),
            "BACKOFFICE_VAR_DIR": str(folder / "var"),
            "BACKOFFICE_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "BACKOFFICE_CONFIG_DIR": str(folder / "own"),
            "BACKOFFICE_TIMEZONE": zone,
            "BACKOFFICE_BANK_LINE": json.dumps(bank.settings(**{**_LINE, **(line or {})})),
            "BACKOFFICE_BANK_PASSWORDS": json.dumps(dict.fromkeys(DEBIT, PASSWORD)),
        }
        stack.enter_context(_environment({**_QUICK, **values}))
        database.upgrade()
        books = Books(folder / "bank.sqlite")
        stack.callback(books.close)
        up = Center(folder, server, bank, books)
        stack.callback(database.forget_connections)
        stack.callback(engine.forget_connections)
        stack.callback(up.stop)
        yield up


def pause_others() -> None:
    """Have the workers leave alone what is not the bank's."""
    with database.session() as session:
        for name in _PAUSED:
            pausing.pause_bot(session, name, "drill", "system")


def zone_of_noon() -> str:
    """A time zone in which it is about noon: the drill neither meets midnight nor anybody's closing time."""
    ahead = _NOON - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _write_config(folder: Path, schedule: Mapping[str, Mapping[str, str]]) -> None:
    folder.mkdir()
    standard = yaml.safe_load((CONFIG_DIR / "bots.yaml").read_text("utf-8"))
    own: dict[str, dict[str, object]] = {name: {"never": True} for name in standard}
    own |= {name: dict(one) for name, one in schedule.items()}
    (folder / "bots.yaml").write_text(yaml.safe_dump(own), "utf-8")
    (folder / "bank_hours.yaml").write_text(ALWAYS_OPEN, "utf-8")


def _peak(pid: int) -> int:
    """VmHWM of a process in bytes, 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def _said_ready(log: Path) -> int:
    try:
        return log.read_bytes().count(b" ready\n")
    except FileNotFoundError:
        return 0


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()
