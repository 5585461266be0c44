"""The private server: started with no set-up, kept alive, closed to others, found by other processes."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from queues import database, postgres_home
from queues.errors import NoDatabase
from queues.postgres import DATABASE, PrivatePostgres, answers, temporary_server
from tests.conftest import ROOT, environment
from tests.queues.processes import wait_for


def test_it_comes_back_after_kill_9_with_what_was_committed() -> None:
    with temporary_server() as server:
        address = server.url()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
        first = server.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: server.pid != first and answers(address))
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_it_is_closed_to_others() -> None:
    with temporary_server() as server:
        address = server.url()
        socket = server.home.socket
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.url_file.stat().st_mode) == 0o600
        assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
        password = (server.folder / "password").read_text().strip()
        assert not answers(address.replace(password, "wrong"))
        with psycopg.connect(address) as connection:
            (listening,) = connection.execute("SHOW listen_addresses").fetchone() or ("?",)
            (locale,) = connection.execute(
                "SELECT datlocale FROM pg_database WHERE datname = %s", (DATABASE,)
            ).fetchone() or ("?",)
        assert listening == ""
        assert locale == "C.UTF-8"


def test_a_second_owner_is_refused_and_a_path_may_be_odd(tmp_path: Path) -> None:
    folder = tmp_path / "빈칸 있는 folder, 길고 긴 이름 " / ("x" * 90) / "postgres"
    with PrivatePostgres(folder, durable=False) as server:
        try:
            assert answers(server.url())
            with pytest.raises(NoDatabase, match="another process owns"):
                PrivatePostgres(folder).start()
            assert answers(server.url())
        finally:
            server.stop()
            server.remove()


def test_nothing_personal_in_its_log() -> None:
    with temporary_server() as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE person (rrn text PRIMARY KEY)")
            connection.execute("INSERT INTO person VALUES ('960121-1021413')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES ('960121-1021413')")
        log = (server.folder / "server.log").read_text()
    assert "duplicate key" in log
    assert "960121" not in log


def test_other_processes_find_it_and_it_ends_with_its_owner(tmp_path: Path) -> None:
    owner_code = "from queues import database; print(database.ensure(), flush=True); input()"
    os.chmod(tmp_path, 0o711)  # noqa: PTH101
    with environment(BACKOFFICE_VAR_DIR=str(tmp_path / "var")):
        with pytest.raises(NoDatabase, match="backoffice up"):
            database.url()
        owner = subprocess.Popen(
            [sys.executable, "-c", owner_code],
            cwd=ROOT,
            env=os.environ | {"BACKOFFICE_VAR_DIR": str(tmp_path / "var")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert owner.stdout is not None
        address = owner.stdout.readline().strip()
        try:
            assert database.ensure() == address == database.url()
        finally:
            owner.kill()
            owner.wait()
        wait_for(lambda: not answers(address), 40)
        began = time.monotonic()
        assert database.ensure() == address, "a new owner takes over the same files"
        assert time.monotonic() - began < 40
        database.stop_private_server(remove=True)
        assert "backoffice-" not in database.shown(address) or DATABASE in address


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_root_in_a_closed_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Program and data below a folder of mode 0700: nothing is opened wider, and it works all the same."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    wheel = postgres_home._wheel()
    for part in (wheel / f"pginstall{postgres_home.MAJOR}", wheel.with_name(wheel.name + ".libs")):
        shutil.copytree(part, home / "packages" / part.relative_to(wheel.parent), symlinks=True)
    monkeypatch.setattr(postgres_home, "_wheel", lambda: home / "packages" / wheel.name)
    server = PrivatePostgres(home / "var" / "postgres", durable=False)
    try:
        server.start()
        assert server.pid is not None
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert Path("/var/lib") in server.home.data.parents
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.home.folder.stat().st_mode) == 0o700
    finally:
        server.stop()
        server.remove()
