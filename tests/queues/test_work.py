"""Work items: one transaction for record and engine, the same item only once."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select, text

from queues import pausing, work
from queues.models import Bot, WorkItem, WorkItemEvent, WorkState


def _engine_rows(session: Session, workflow_id: str | None) -> int:
    statement = text("SELECT count(*) FROM dbos.workflow_status WHERE workflow_uuid = :id")
    return int(session.execute(statement, {"id": workflow_id}).scalar_one())


def test_a_rollback_leaves_nothing(session: Session) -> None:
    item = work.add(session, "test.bot", "thing:1")
    workflow_id = item.workflow_id
    assert _engine_rows(session, workflow_id) == 1
    session.rollback()
    assert _engine_rows(session, workflow_id) == 0
    assert session.exec(select(WorkItem).where(WorkItem.reference == "thing:1")).all() == []


def test_a_commit_leaves_both(session: Session) -> None:
    item = work.add(session, "test.bot", "thing:2", payload={"delivery_id": 7})
    session.commit()
    assert _engine_rows(session, item.workflow_id) == 1
    assert item.state == WorkState.QUEUED
    events = session.exec(select(WorkItemEvent).where(WorkItemEvent.item_id == item.id)).all()
    assert [(e.from_state, e.to_state) for e in events] == [("", "queued")]


def test_adding_again_gives_the_same_item(session: Session) -> None:
    first = work.add(session, "test.bot", "thing:3")
    session.commit()
    again = work.add(session, "test.bot", "thing:3", payload={"other": 1})
    other = work.add(session, "test.bot", "thing:3", attempt=2)
    session.commit()
    assert again.id == first.id
    assert again.sequence == 1
    assert other.id != first.id


def test_a_paused_bot_keeps_its_items_and_says_so(session: Session) -> None:
    pausing.pause_bot(session, "test.paused", "점검", "account:1")
    item = work.add(session, "test.paused", "thing:4")
    session.commit()
    assert item.state == WorkState.WAITING
    assert item.workflow_id is None
    assert "일시정지" in work.why_waiting(session, item)
    assert "점검" in work.why_waiting(session, item)
    assert pausing.resume_bot(session, "test.paused", "", "account:1") == 1
    session.commit()
    assert item.state == WorkState.QUEUED
    assert _engine_rows(session, item.workflow_id) == 1
    assert session.get(Bot, "test.paused").paused is False


def test_nobody_works(session: Session) -> None:
    item = work.add(session, "test.bot", "thing:5")
    session.commit()
    assert "작업자" in work.why_waiting(session, item)


def test_cancel_and_do_again(session: Session) -> None:
    item = work.add(session, "test.bot", "thing:6")
    session.commit()
    with pytest.raises(ValueError, match="has not finished"):
        work.retry(session, item, "account:1")
    assert work.cancel(session, item, "account:1", "잘못 올림")
    session.commit()
    assert item.state == WorkState.CANCELLED
    assert not work.cancel(session, item, "account:1")
    again = work.retry(session, item, "account:1")
    session.commit()
    assert (again.attempt, again.state, again.reference) == (2, "queued", "thing:6")
