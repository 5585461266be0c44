"""The log can be added to only, and the chain tells when somebody got round that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select, text

from queues import access, accounts, audit, audit_anchor
from queues.models import AuditEvent, AuditSeal


@pytest.fixture
def chain(session: Session) -> Iterator[Session]:
    """Ten more events and accesses, sealed."""
    account = accounts.find(session, "auditor") or accounts.create(session, "auditor", "long enough password")
    for n in range(7):
        audit.record(session, "bot:test", "test.event", "document", n, reason="시험", n=n)
    access.log_access(session, account, address="10.0.0.1", subject="person:1", action="view")
    session.commit()
    audit.seal_pending()
    yield session
    session.rollback()


def test_the_chain_is_whole_and_complete(chain: Session) -> None:
    checked = audit.verify()
    assert checked.whole
    assert checked.unsealed == 0
    assert checked.links >= 8
    audit.record(chain, "bot:test", "test.event", "document", 99)
    chain.commit()
    assert audit.verify().unsealed == 1
    assert audit.seal_pending() == 1
    assert audit.seal_pending() == 0


@pytest.mark.parametrize("table", ["audit_event", "audit_seal", "access_log"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {} = {}", "TRUNCATE {}"])
def test_rows_can_only_be_added(chain: Session, table: str, act: str) -> None:
    column = {"audit_event": "actor", "audit_seal": "hash", "access_log": "reason"}[table]
    with pytest.raises(DBAPIError, match="only ever added"):
        chain.execute(text(act.format(table, column, f"{column} || 'x'")))


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("UPDATE audit_event SET detail = '{{\"n\": 77}}' WHERE id = {event}", "was changed"),
        ("UPDATE audit_event SET at = at + interval '1 second' WHERE id = {event}", "was changed"),
        ("UPDATE access_log SET reason = 'x'", "was changed"),
        ("DELETE FROM audit_event WHERE id = {event}", "is missing"),
        ("DELETE FROM audit_seal WHERE sequence = {sequence}", "is missing"),
        ("DELETE FROM audit_seal WHERE sequence >= {sequence}", "cut off"),
        ("UPDATE audit_seal SET previous = hash WHERE sequence = {sequence}", "does not follow"),
    ],
)
def test_tampering_is_found(chain: Session, tampering: str, told: str) -> None:
    seal = chain.exec(select(AuditSeal).where(AuditSeal.kind == "event")).all()[3]
    event = chain.get_one(AuditEvent, seal.event_id)
    backup = ("audit_event", "audit_seal", "access_log")
    for table in backup:
        chain.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"))
        chain.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    chain.execute(text(tampering.format(event=event.id, sequence=seal.sequence)))
    chain.commit()
    try:
        checked = audit.verify()
        assert not checked.whole
        assert told in checked.reason
        if "access" not in tampering:
            assert checked.broken in (seal.sequence, seal.sequence + 1)
    finally:
        for table in backup:
            chain.execute(text(f"DELETE FROM {table}"))
            chain.execute(text(f"INSERT INTO {table} SELECT * FROM kept_{table}"))
            chain.execute(text(f"DROP TABLE kept_{table}"))
            chain.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_added"))
            chain.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never_emptied"))
        chain.commit()
    assert audit.verify().whole


def test_a_late_commit_is_sealed_too(chain: Session, database_url: str) -> None:
    from queues import database

    with database.session() as slow:
        audit.record(slow, "bot:slow", "test.slow", "document", 1)
        slow.flush()
        audit.record(chain, "bot:quick", "test.quick", "document", 2)
        chain.commit()
        assert audit.seal_pending() == 1
    assert audit.seal_pending() == 1
    assert audit.verify().whole
    assert audit.verify().unsealed == 0


def test_a_chain_made_anew_is_found(chain: Session) -> None:
    """The last test of this module: it leaves a forged log behind."""
    noted = audit_anchor.anchor_file().read_text()
    for table in ("audit_seal", "audit_event"):
        chain.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    chain.execute(text("UPDATE audit_event SET actor = 'bot:forged' WHERE id = 1"))
    chain.execute(text("DELETE FROM audit_seal"))
    chain.commit()
    assert audit.seal_pending() > 0
    assert audit.verify().whole
    audit_anchor.anchor_file().write_text(noted)
    assert "made anew" in audit.verify().reason
