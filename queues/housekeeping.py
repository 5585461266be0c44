"""Deletes what has served its time. Nothing of the record of cases, acts and accesses is ever deleted."""

from __future__ import annotations

from sqlalchemy import text

from queues import database, engine, files

_OLD = {
    "firings": "DELETE FROM firing f WHERE due_at < clock_timestamp() - interval '2 days'"
    " AND due_at < (SELECT max(due_at) FROM firing g WHERE g.bot = f.bot)",
    "workers": "DELETE FROM worker WHERE state IN ('dead', 'stopped')"
    " AND heartbeat_at < clock_timestamp() - interval '14 days'",
    "sessions": "DELETE FROM login_session WHERE expires_at < clock_timestamp() - interval '30 days'",
    "runs": "DELETE FROM bot_run WHERE ended_at < clock_timestamp() - interval '1 year'",
}


def tidy() -> dict[str, int]:
    """Delete old rows, and files that dead processes left opened; returns how many of each kind."""
    counts = {}
    with database.session() as session:
        finished = engine.finished(session, seconds=86_400, limit=20_000)
        for name, statement in _OLD.items():
            counts[name] = session.connection().execute(text(statement)).rowcount
    for start in range(0, len(finished), 500):
        engine.forget(finished[start : start + 500])
    return counts | {"engine": len(finished), "opened": files.forget_opened()}
