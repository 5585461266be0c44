"""The commands that keep an installation in order, against a real database."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlmodel import select
from typer.testing import CliRunner

from bots import backup
from bots.cli import app
from queues import audit_chain, database
from queues.models import Account, AuditEvent

pytestmark = pytest.mark.usefixtures("database_url")
PASSWORD = "eleven-chars"


def call(*arguments: str, stdin: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments), input=stdin)
    return done.exit_code, done.output


def test_account_is_made_with_its_audit_event() -> None:
    status, said = call(
        "accounts", "create", "hong", "--name", "홍길동", "--role", "supervisor", "--password-stdin",
        stdin=PASSWORD + "\n",
    )  # fmt: skip
    assert status == 0, said
    with database.session() as session:
        account = session.exec(select(Account).where(Account.username == "hong")).one()
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "account.create")).all()
    assert (account.display_name, account.role) == ("홍길동", "supervisor")
    assert PASSWORD not in account.password_hash
    assert [event.actor for event in events if event.subject_id == str(account.id)] == ["command line"]


@pytest.mark.parametrize(
    ("arguments", "password", "complaint"),
    [
        (("kim",), "short", "at least"),
        (("kim", "--role", "king"), PASSWORD, "king"),
        (("",), PASSWORD, "empty or taken"),
    ],
)
def test_account_that_cannot_be(arguments: tuple[str, ...], password: str, complaint: str) -> None:
    status, said = call("accounts", "create", *arguments, "--password-stdin", stdin=password + "\n")
    assert status == 2
    assert complaint in said


def test_password_of_somebody_who_is_not_there() -> None:
    status, said = call("accounts", "password", "nobody", "--password-stdin", stdin=PASSWORD + "\n")
    assert status == 2
    assert "nobody" in said


def test_dump_holds_the_tables_and_is_the_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "a dump"
    status, said = call("db", "backup", "--out", str(file))
    assert status == 0, said
    assert file.read_bytes().startswith(b"PGDMP")
    assert b"review_task" in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_dump_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_pg_dump", lambda: "/bin/false")
    with pytest.raises(backup.BackupError):
        backup.dump(tmp_path / "dump")
    assert list(tmp_path.iterdir()) == []


def test_backup_lines_show_no_password(database_url: str) -> None:
    password = str(conninfo_to_dict(database_url)["password"])
    status, said = call("db", "backup")
    assert status == 0
    assert "files/" in said
    assert password not in said


def test_verify_finds_what_was_changed(database_url: str) -> None:
    assert call("accounts", "create", "lee", "--password-stdin", stdin=PASSWORD + "\n")[0] == 0
    while audit_chain.seal_pending():
        pass
    assert call("audit", "verify")[0] == 0
    with psycopg.connect(database_url, autocommit=True) as connection:
        # As somebody would who owns the database: the trigger is put out of the way first.
        connection.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        connection.execute(
            "UPDATE audit_event SET actor = 'somebody else' WHERE id = (SELECT min(id) FROM audit_event)"
        )
        connection.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
    status, said = call("audit", "verify")
    assert status == 1
    assert "broken" in said
