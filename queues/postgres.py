"""The private PostgreSQL: a child process of the program, made and supervised with no set-up.

Only the binaries of the wheel are used (`initdb`, `postgres`). The server listens on a socket in a
folder that only its owner may enter, asks for a password (SCRAM), is restarted when it dies, and is
stopped with SIGINT. Whether it lives is asked by connecting to it, never by a process id.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from queues.errors import NoDatabase
from queues.postgres_commands import clean_environment, initdb_command, server_command
from queues.postgres_home import Home, find_home
from queues.postgres_processes import clear_leftovers, die_with_parent

log = logging.getLogger(__name__)

USER = "backoffice"
DATABASE = "backoffice"
START_SECONDS = 30.0


class PrivatePostgres:
    """One server over one folder. `start` and `stop` may be called once each.

    folder   where the server's files lie; another place is taken when the server's user cannot
             reach it (see `queues.postgres_home`)
    durable  False gives up safety against power loss, for tests
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self._home: Home | None = None
        self._lock_file: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._supervisor: threading.Thread | None = None
        self._failure: str = ""

    @property
    def url_file(self) -> Path:
        """Where other processes find the address, readable by the owner alone."""
        return self.folder.parent / "postgres.url"

    @property
    def pid(self) -> int | None:
        """The server's process id at this moment."""
        return self._process.pid if self._process else None

    @property
    def home(self) -> Home:
        if self._home is None:
            raise NoDatabase("the private PostgreSQL has not been started")
        return self._home

    def url(self) -> str:
        password = (self.folder / "password").read_text().strip()
        return f"postgresql://{USER}:{password}@/{DATABASE}?host={quote(str(self.home.socket), safe='/')}"

    def start(self) -> str:
        """Start the server and return its URL.

        Raises `NoDatabase` when another process owns it, or when it does not answer in time.
        """
        # Root's server runs as somebody else, who has to pass through here.
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        self._take_lock()
        try:
            self._home = find_home(self.folder)
            self._initialise()
            self._supervisor = threading.Thread(target=self._supervise, name="postgres", daemon=True)
            self._supervisor.start()
            self._wait_until_it_answers()
            self._create_database()
        except BaseException:
            self.stop()
            raise
        self._publish()
        return self.url()

    def stop(self, seconds: float = 20.0) -> None:
        """End the server: open transactions are rolled back, everything committed is kept."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT if self.durable else signal.SIGQUIT)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait(5)
        if self._supervisor is not None:
            self._supervisor.join(5)
        if self._lock_file is not None:
            self.url_file.unlink(missing_ok=True)
            os.close(self._lock_file)
            self._lock_file = None

    def remove(self) -> None:
        """Delete the files of a server that has been stopped, wherever they lie."""
        if self._home is None and self.folder.exists():
            self._home = find_home(self.folder)
        if self._home is not None:
            for folder in (self.home.folder, self.home.socket):
                shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> PrivatePostgres:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @staticmethod
    def is_owned(folder: Path) -> bool:
        """Whether some process owns the server of this folder."""
        try:
            with (folder / "owner.lock").open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def _take_lock(self) -> None:
        handle = os.open(self.folder / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise NoDatabase(f"another process owns the private PostgreSQL in {self.folder}") from error
        self._lock_file = handle

    def _initialise(self) -> None:
        if (self.home.data / "PG_VERSION").exists():
            return
        password = self.folder / "password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(24) + "\n")
        handed_over = self.home.folder / "password.once"
        handed_over.touch(mode=0o600)
        handed_over.write_text(password.read_text())
        self.home.give(handed_over)
        try:
            self._run_initdb(handed_over)
        finally:
            handed_over.unlink()

    def _run_initdb(self, password: Path) -> None:
        done = subprocess.run(
            initdb_command(self.home, USER, password, durable=self.durable),
            capture_output=True,
            text=True,
            env=clean_environment(self.home),
            check=False,
            **self.home.run_as(),
        )
        if done.returncode:
            raise NoDatabase(
                f"initdb could not make the database in {self.home.data}: {done.stderr.strip()[-800:]}"
            )

    def _launch(self) -> subprocess.Popen[bytes]:
        logs = self.folder / "server.log"
        if logs.exists() and logs.stat().st_size > 10_000_000:
            logs.replace(self.folder / "server.log.1")
        with logs.open("ab") as output:
            logs.chmod(0o600)
            return subprocess.Popen(
                server_command(self.home, durable=self.durable),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=clean_environment(self.home),
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 (one prepared system call)
                **self.home.run_as(),
            )

    def _supervise(self) -> None:
        """Runs in its own thread, which outlives every server: the kernel ends a server with it."""
        pause = 0.1
        while not self._stopping.is_set():
            clear_leftovers(self.home.data)
            began = time.monotonic()
            try:
                self._process = self._launch()
            except OSError as error:
                self._failure = str(error)
                log.error("PostgreSQL cannot be started: %s", error)
                self._stopping.wait(2.0)
                continue
            code = self._process.wait()
            if self._stopping.is_set():
                return
            lived = time.monotonic() - began
            pause = 0.1 if lived > 10 else min(pause * 2, 5.0)
            self._failure = f"it ended with code {code} after {lived:.1f} s"
            log.error("PostgreSQL died (code %s); it is started again in %.1f s", code, pause)
            self._stopping.wait(pause)

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_SECONDS
        address = self.url().replace(f"/{DATABASE}?", "/postgres?")
        while time.monotonic() < until:
            if answers(address):
                return
            time.sleep(0.03)
        raise NoDatabase(
            f"the private PostgreSQL does not answer after {START_SECONDS:.0f} s ({self._failure}); "
            f"its log is {self.folder / 'server.log'}"
        )

    def _create_database(self) -> None:
        address = self.url().replace(f"/{DATABASE}?", "/postgres?")
        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
            if found.fetchone() is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _publish(self) -> None:
        fresh = self.url_file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(self.url() + "\n")
        fresh.replace(self.url_file)


@contextmanager
def temporary_server(*, durable: bool = False) -> Iterator[PrivatePostgres]:
    """A server of one's own for a while; it and its files are gone at the end of the block.

    Not safe against power loss, and so quicker, unless it is to be `durable` as the center's own one is.
    """
    parent = Path(tempfile.mkdtemp(prefix="backoffice-"))
    # Root's server runs as somebody else, who has to pass through here.
    parent.chmod(0o711 if os.geteuid() == 0 else 0o700)
    server = PrivatePostgres(parent / "postgres", durable=durable)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        server.remove()
        shutil.rmtree(parent, ignore_errors=True)


def answers(url: str, seconds: float = 2.0) -> bool:
    """Whether a PostgreSQL at this address lets us in and answers a question."""
    try:
        with psycopg.connect(url, connect_timeout=max(1, int(seconds))) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
