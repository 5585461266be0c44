"""Letters that stand still are told of, those on their way are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from queues import alarms, reviews
from queues.letters_held_up import letters_held_up
from queues.models import PostBatch, WorkItem
from tests.bots import notice_world


def test_what_stands_still_for_days_and_what_is_in_doubt(session: Session) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=12)
    for number, state in enumerate(("draft", "ready", "sent", "served", "review")):
        letter = notice_world.notice(session, notice_world.case(session, number), state, days_ago=12)
        assert letter.created_at < long_ago + timedelta(minutes=5)
    fresh = notice_world.notice(session, notice_world.case(session, 9), "ready", days_ago=12)
    fresh.ready_at = datetime.now(UTC)  # long in the line, ready only now
    notice_world.notice(session, notice_world.case(session, 10), "draft")
    session.add(PostBatch(key="k", service="registered", state="unknown", letters=7))
    session.flush()
    told = {alarm.name: alarm for alarm in letters_held_up(session, None)}
    assert set(told) == {"letters_waiting:draft", "letters_waiting:ready", "post_in_doubt:1"}
    assert "1건" in told["letters_waiting:ready"].what and "7통" in told["post_in_doubt:1"].what
    assert {"letters_waiting:draft", "post_in_doubt:1"} <= {a.name for a in alarms.alarms(session)}
    session.rollback()


def test_a_decision_about_a_letter_is_not_lost_while_its_bot_has_it(session: Session) -> None:
    people = notice_world.officials(session)
    letter = notice_world.notice(session, notice_world.case(session, 1), "returned")
    task = notice_world.question(session, letter, "notice_returned")
    reviews.decide(session, task.id, task.version, {"action": "drop", "comment": "까닭"}, people.drafter)
    session.flush()
    assert "stranded_decision:" not in {a.name for a in alarms.alarms(session)}
    for item in session.exec(select(WorkItem).where(WorkItem.bot == reviews.APPLY_TO_NOTICE)):
        item.state = "cancelled"
    session.flush()
    assert "stranded_decision:" in {a.name for a in alarms.alarms(session)}
    session.rollback()
