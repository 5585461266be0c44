"""A small center for the tests of faults: papers in a spool, their cases, workers that take them."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import yaml
from sqlmodel import Session, select

from bots.supervisor import Program
from config.settings import CONFIG_DIR
from queues import database
from queues.models import Application, Attachment, AuditEvent, Delivery, Document
from queues.postgres import PrivatePostgres
from tests.bots.papers import application_paper, text_pdf
from tests.conftest import environment
from tests.queues.processes import QUICK

SETTLED = ("done", "review", "rejected", "split")


def people(count: int) -> list[tuple[str, str, str, str]]:
    """Receipt number, name, resident number, phone; far apart from each other."""
    rng = random.Random(7)
    found = []
    for n in range(count):
        name = (
            rng.choice("김이박최정강조윤장임") + rng.choice("가나다라마바사아자") + rng.choice("민준서연지호")
        )
        birth = f"{rng.randint(60, 99):02d}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        rrn = f"{birth}-{rng.choice('12')}{rng.randint(0, 999999):06d}"
        phone = f"010-{rng.randint(2000, 9999)}-{rng.randint(0, 9999):04d}"
        found.append((f"2026-UB-{1000000 + 137 * n:07d}", name, rrn, phone))
    return found


def paper(person: tuple[str, str, str, str], day: int = 1) -> bytes:
    """The application of one person, as a PDF with a text layer."""
    return text_pdf([application_paper(*person, day=day % 28 + 1)])


@dataclass
class World:
    """`folder` has the spool, the cases and the configuration; `server` is a PostgreSQL of its own."""

    folder: Path
    server: PrivatePostgres
    schedule: dict[str, str]
    settings: dict[str, str] = field(default_factory=dict)
    workers: list[Program] = field(default_factory=list)

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    def prepare(self, persons: list[tuple[str, str, str, str]]) -> None:
        """The cases of these people, an empty spool, no bot by schedule but those given."""
        self.spool.mkdir(exist_ok=True)
        rows = ["receipt_no,program,status,name,rrn,phone"]
        rows += [
            f"{receipt},ub_application,open,{name},{rrn},{phone}" for receipt, name, rrn, phone in persons
        ]
        (self.folder / "cases.csv").write_text("\n".join(rows), "utf-8")
        (self.folder / "own").mkdir(exist_ok=True)
        known = yaml.safe_load((CONFIG_DIR / "bots.yaml").read_text("utf-8"))
        entries = {bot: {"never": True} for bot in known} | {
            b: {"every": e} for b, e in self.schedule.items()
        }
        (self.folder / "own" / "bots.yaml").write_text(yaml.safe_dump(entries))

    def drop(self, name: str, content: bytes) -> None:
        """Put a file into the spool, whole and long since."""
        hidden = self.spool / f".{name}"
        hidden.write_bytes(content)
        os.utime(hidden, (time.time() - 60, time.time() - 60))
        hidden.rename(self.spool / name)

    def start(self, count: int) -> None:
        """So many workers; they are started again when they die (`tend`)."""
        for number in range(count):
            program = Program(f"worker {number}", "bots.worker", self.folder / f"log{number}")
            program.start()
            self.workers.append(program)

    def tend(self) -> None:
        for program in self.workers:
            program.next_start = 0.0  # no patience with what is killed on purpose
            program.check()

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Rows; none while the database is away."""
        try:
            with psycopg.connect(self.server.url(), connect_timeout=2) as connection:
                return connection.execute(statement, values).fetchall()
        except psycopg.Error:
            return []

    def number(self, statement: str, *values: object) -> int:
        rows = self.ask(statement, *values)
        return int(str(rows[0][0])) if rows else 0

    def settled(self) -> int:
        return self.number("SELECT count(*) FROM delivery WHERE state = ANY(%s)", list(SETTLED))

    def unfinished(self) -> int:
        """Work other than that of the bots that run by schedule."""
        rows = self.ask(
            "SELECT count(*) FROM work_item WHERE state IN ('waiting', 'queued', 'running') AND bot <> ALL(%s)",
            list(self.schedule),
        )
        return int(str(rows[0][0])) if rows else 1

    def wait(self, condition, seconds: float, what: str) -> None:  # type: ignore[no-untyped-def]
        """Until it is true, tending the workers. Raises AssertionError with the ends of their logs."""
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                logs = "\n".join(program.last_words(20) for program in self.workers)
                raise AssertionError(f"{what}: not within {seconds} s\n{logs}")
            self.tend()
            time.sleep(0.05)

    def stop(self) -> None:
        for program in self.workers:
            program.stop(0)


@contextmanager
def world(folder: Path, server: PrivatePostgres, schedule: dict[str, str], **more: str) -> Iterator[World]:
    """A world with its environment set; its workers are gone at the end."""
    made = World(folder, server, schedule)
    values = QUICK | {
        "BACKOFFICE_DATABASE_URL": server.url(),
        "BACKOFFICE_VAR_DIR": str(folder / "var"),
        "BACKOFFICE_SPOOL_DIRS": f'["{made.spool}"]',
        "BACKOFFICE_SPOOL_SETTLE_SECONDS": "0.3",
        "BACKOFFICE_CASE_SOURCE_URL": str(folder / "cases.csv"),
        "BACKOFFICE_CONFIG_DIR": str(folder / "own"),
        "BACKOFFICE_MAX_DEATHS": "20",
        "BACKOFFICE_MIN_FREE_BYTES": "0",
        "BACKOFFICE_PROCESSES": "1",
        "BACKOFFICE_POLL_SECONDS": "0.25",  # each of many bots asks so often
        **more,
    }
    with environment(**values):
        database.upgrade()
        try:
            yield made
        finally:
            made.stop()
            database.forget_connections()


def check_once_each(persons: list[tuple[str, str, str, str]], names: list[str]) -> None:
    """Each file of `names` is one delivery with one document, attached to the case of the person of that
    index (or asked about), and all of it was noted once."""
    by_name = {name: person[0] for name, person in zip(names, persons, strict=True)}
    with Session(database.engine()) as session:
        deliveries = {d.id: d.original_name for d in session.exec(select(Delivery)).all()}
        assert sorted(deliveries.values()) == sorted(names), "each file is a delivery, exactly once"
        documents = session.exec(select(Document)).all()
        assert Counter(d.delivery_id for d in documents) == dict.fromkeys(deliveries, 1), "one document each"
        attached = session.exec(
            select(Application.receipt_no, Document.delivery_id)
            .select_from(Attachment)
            .join(Application)
            .join(Document)
        ).all()
        assert len(attached) == len({receipt for receipt, _ in attached}), "no case has its paper twice"
        for receipt, delivery_id in attached:
            assert receipt == by_name[deliveries[delivery_id]]
        assert len(attached) >= 0.9 * len(names)
        for action, subjects in (("delivery.taken", deliveries), ("delivery.read", deliveries)):
            noted = session.exec(select(AuditEvent.subject_id).where(AuditEvent.action == action)).all()
            assert Counter(noted) == {str(number): 1 for number in subjects}, action
