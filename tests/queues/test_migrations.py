"""The migrations make what the models say, and may be run by several at once."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint
from sqlmodel import Session, text

from queues import database
from queues.models import metadata
from tests.conftest import ROOT


def test_the_schema_is_what_the_models_say(session: Session) -> None:
    context = MigrationContext.configure(session.connection())
    differences = compare_metadata(context, metadata)
    assert differences == []
    checks = session.execute(text("SELECT count(*) FROM pg_constraint WHERE contype = 'c'")).scalar_one()
    declared = sum(isinstance(c, CheckConstraint) for t in metadata.tables.values() for c in t.constraints)
    assert checks >= declared > 5


def test_an_empty_database_is_brought_up_by_several_at_once(database_url: str) -> None:
    name = database_url.split("/")[3].split("?", maxsplit=1)[0]
    fresh = f"{name}_fresh"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{fresh}"')
        address = database_url.replace(f"/{name}?", f"/{fresh}?")
        code = "from queues import database; database.upgrade()"
        both = [
            subprocess.Popen(
                [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"BACKOFFICE_DATABASE_URL": address}
            )
            for _ in range(2)
        ]
        assert [process.wait(60) for process in both] == [0, 0]
        database.upgrade(address)
        with psycopg.connect(address) as other:
            found = other.execute(
                "SELECT to_regclass('work_item'), to_regclass('dbos.workflow_status')"
            ).fetchone()
        assert found == ("work_item", "dbos.workflow_status")
        connection.execute(f'DROP DATABASE "{fresh}" WITH (FORCE)')
