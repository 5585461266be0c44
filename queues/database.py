"""The one database: its address, its sessions, its schema."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.event import listens_for
from sqlmodel import Session

from config.settings import settings
from queues.errors import NoDatabase
from queues.postgres import PrivatePostgres, answers

_MIGRATIONS = Path(__file__).with_name("migrations")
_UPGRADE_LOCK = 7_402_118
_owned: PrivatePostgres | None = None
_owned_guard = threading.Lock()
_upgrade_guard = threading.Lock()  # Alembic keeps its context in a global


def private_folder() -> Path:
    """Where the private server's files lie."""
    return settings().var_dir / "postgres"


def url() -> str:
    """The address of the database: the setting, else that of the private server that runs.

    Raises `NoDatabase` when neither is there.
    """
    if own := settings().database_url:
        return own
    file = private_folder().parent / "postgres.url"
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        raise NoDatabase(
            f"no database runs: {file} does not exist. Start the program with ./backoffice up, "
            "or set BACKOFFICE_DATABASE_URL to a PostgreSQL of your own."
        ) from None


def start_private_server() -> PrivatePostgres:
    """Start the private server as its owner; it ends with this process.

    Raises `NoDatabase` when another process owns it.
    """
    global _owned  # noqa: PLW0603 (one server per process)
    with _owned_guard:
        if _owned is None:
            server = PrivatePostgres(private_folder())
            server.start()
            atexit.register(stop_private_server)
            _owned = server
        return _owned


def stop_private_server(*, remove: bool = False) -> None:
    """Stop the private server if this process owns it; `remove` deletes its files, wherever they lie."""
    global _owned  # noqa: PLW0603
    with _owned_guard:
        if _owned is not None:
            _owned.stop()
            if remove:
                _owned.remove()
            _owned = None


def ensure(seconds: float = 40.0) -> str:
    """The address of a database that answers; the private one is started if nobody runs it.

    Raises `NoDatabase` when none answers within `seconds`.
    """
    until = time.monotonic() + seconds
    while True:
        address = _try_to_reach()
        if address is not None:
            return address
        if time.monotonic() > until:
            raise NoDatabase(f"the database does not answer after {seconds:.0f} s: {shown(_known_url())}")
        time.sleep(0.2)


def shown(address: str) -> str:
    """An address without its password, for messages."""
    return make_url(address).render_as_string(hide_password=True) if address else "(no address)"


def _known_url() -> str:
    try:
        return url()
    except NoDatabase:
        return ""


def _try_to_reach() -> str | None:
    address = _known_url()
    if address and answers(address):
        return address
    if settings().database_url is None and _owned is None:
        try:
            return start_private_server().url()
        except NoDatabase:
            # Somebody else owns it and may still be starting it.
            if not _owner_elsewhere():
                raise
    return None


def _owner_elsewhere() -> bool:
    return PrivatePostgres.is_owned(private_folder())


def sqlalchemy_url(address: str) -> str:
    """The address with the driver that we use."""
    return make_url(address).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


@lru_cache(maxsize=8)
def _engine(address: str) -> Engine:
    engine = create_engine(
        sqlalchemy_url(address),
        pool_size=settings().database_pool,
        max_overflow=settings().database_pool,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,  # values are personal data and must not get into error texts
        connect_args={"application_name": "backoffice", "connect_timeout": 5},
    )
    notice_lost_connections(engine)
    limit_idle_transactions(engine)
    return engine


def notice_lost_connections(engine: Engine) -> None:
    """Make SQLAlchemy throw away connections of which psycopg says "the connection is bad"."""

    @listens_for(engine, "handle_error")
    def _lost(context: ExceptionContext) -> None:
        error = str(context.original_exception)
        if "connection is bad" in error or "the connection is closed" in error:
            context.is_disconnect = True


def limit_idle_transactions(engine: Engine) -> None:
    """Have the server end transactions in which nothing happens: a process that is stopped in the middle
    of one, or whose machine is gone, must not hold its locks for ever."""

    @listens_for(engine, "connect")
    def _limit(connection: psycopg.Connection, _record: object) -> None:
        before, connection.autocommit = connection.autocommit, True
        milliseconds = int(settings().idle_transaction_seconds * 1000)
        connection.execute(f"SET idle_in_transaction_session_timeout = {milliseconds:d}")
        connection.autocommit = before


def engine() -> Engine:
    """The pool of connections of this process to the database that `url` names."""
    return _engine(url())


def forget_connections() -> None:
    """Close the pool of this process, as before its database is dropped."""
    engine().dispose()
    _engine.cache_clear()


@contextmanager
def session() -> Iterator[Session]:
    """One transaction: committed at the end of the block, rolled back when it raises.

    Rows stay readable after the end.
    """
    with Session(engine(), expire_on_commit=False) as opened:
        try:
            yield opened
            opened.commit()
        except BaseException:
            opened.rollback()
            raise


def upgrade(address: str | None = None) -> None:
    """Bring the schema (ours, and the engine's) up to date; safe to be called by several at once."""
    from queues import engine as work_engine

    address = address or url()
    one = create_engine(sqlalchemy_url(address), pool_size=1, max_overflow=0)
    try:
        with _upgrade_guard, one.connect() as connection, _upgrade_lock(connection):
            migration = Config()
            migration.set_main_option("script_location", str(_MIGRATIONS))
            migration.attributes["connection"] = connection
            command.upgrade(migration, "head")
            connection.commit()
            work_engine.migrate(address)
    finally:
        one.dispose()


@contextmanager
def _upgrade_lock(connection: Connection) -> Iterator[None]:
    """One process at a time. Asks again and again: who waits inside a statement would hold a snapshot,
    for whose end the engine's CREATE INDEX CONCURRENTLY would wait in turn."""
    key = {"key": _UPGRADE_LOCK}
    while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one():
        connection.commit()
        time.sleep(0.2)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
        connection.commit()
