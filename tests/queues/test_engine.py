"""The engine under a database that dies, and with its mouth shut."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from sqlmodel import Session, col, func, select, text

from queues import database, engine, work
from queues.models import WorkItem, WorkState
from queues.postgres import answers, temporary_server
from tests.conftest import ROOT, environment
from tests.queues.processes import traces, wait_for, worker


def test_work_goes_on_after_kill_9_of_postgresql(tmp_path: Path) -> None:
    with temporary_server() as server, environment(BACKOFFICE_DATABASE_URL=server.url()):
        database.upgrade()
        with worker(tmp_path) as process:
            with database.session() as session:
                for n in range(30):
                    work.add(session, "test.writes", f"write:{n}")
            for moment in (5, 40):
                wait_for(lambda moment=moment: _done() >= moment, 60)
                first = server.pid
                assert first is not None
                os.kill(first, signal.SIGKILL)
                wait_for(lambda first=first: server.pid != first and answers(server.url()))
            wait_for(lambda: _done() == 60, 60)
            assert process.poll() is None
            with database.session() as session:
                followed = session.exec(select(WorkItem).where(WorkItem.bot == "test.steps")).all()
                assert sorted(i.reference for i in followed) == sorted(f"after:write:{n}" for n in range(30))
        database.forget_connections()
        engine.forget_connections()


def _done() -> int:
    try:
        with database.session() as session:
            statement = select(func.count(col(WorkItem.id))).where(WorkItem.state == WorkState.DONE.value)
            return session.exec(statement).one()
    except Exception:
        return -1


def test_nothing_leaves_the_machine(session: Session, tmp_path: Path) -> None:
    item = work.add(session, "test.steps", "quiet:1", payload={"seconds": 0.5})
    session.commit()
    lures = {
        "DBOS__CONDUCTOR_KEY": "key",
        "DBOS__CONDUCTOR_URL": "wss://conductor.example.org",
        "DBOS_CONDUCTOR_KEY": "key",
        "DBOS__CLOUD": "true",
        "DBOS__VMID": "fixed",
    }
    with worker(tmp_path, **lures) as process:
        wait_for(lambda: _finished(session, item))
        assert item.executor_id is not None
        assert item.executor_id != "fixed"
        assert _network_sockets(process.pid) == []
    assert [t for t in traces(tmp_path) if t.startswith(("connect", "lookup"))] == []


def _finished(session: Session, item: WorkItem) -> bool:
    session.rollback()
    session.refresh(item)
    return item.state == WorkState.DONE


def _network_sockets(pid: int) -> list[str]:
    """Lines of /proc/net/tcp and tcp6 that belong to the process."""
    own = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        if found := re.fullmatch(r"socket:\[(\d+)\]", str(handle.readlink())):
            own.add(found[1])
    assert own, "it has at least its sockets to the database"
    tables = [Path(f"/proc/{pid}/net/{name}") for name in ("tcp", "tcp6", "udp", "udp6")]
    lines = [line for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return [line for line in lines if line.split()[9] in own]


def test_importing_the_record_scrubs_the_environment() -> None:
    code = "import os, queues; print([n for n in os.environ if n.startswith('DBOS')])"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"DBOS__CONDUCTOR_KEY": "x"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"


def test_the_engine_is_given_ids_only(session: Session) -> None:
    item = work.add(session, "test.bot", "delivery:17", payload={"delivery_id": 17})
    session.commit()
    tables = session.execute(
        text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'dbos'")
    ).scalars()
    for table in tables:
        told = session.execute(text(f'SELECT to_jsonb(t)::text FROM dbos."{table}" t')).scalars().all()
        assert not any("delivery" in row for row in told), table
    status = engine.client().list_workflows(workflow_ids=[item.workflow_id or ""])[0]
    assert status.input == {"args": (item.id,), "kwargs": {}}
    assert status.app_version == engine.VERSION
