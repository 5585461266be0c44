"""A case that turns out to be another person's: what tells of it does not go to the one it was taken for."""

from __future__ import annotations

import itertools

import pytest
from sqlmodel import Session, col, select

from bots.notices.decide import apply_decision
from bots.notices.dispatch import plan_ready
from bots.notices.post import letters, upload
from bots.notices.prepare import prepare
from bots.notices.recheck import recheck
from bots.notices.send.once import carry
from config.post_sites import load_post_site
from queues import accounts, database, dispatches, notices, reviews
from queues.models import Application, Dispatch, Notice, Person, ReviewTask, Role, WorkItem
from tests.bots import notice_world as world
from tests.bots.notices.post_world import TO, make_batch
from tests.bots.send_world import planned, ways_out

_numbers = itertools.count(7001)


@pytest.fixture(autouse=True)
def plain_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bots.notice_world.letter_pdf", lambda *_: b"%PDF-1.7 a letter")


def another(session: Session, application_id: int) -> Person:
    """The source says whose case it is."""
    person = Person(
        source_key=f"right:{next(_numbers)}",
        name="김참말",
        postcode="44543",
        address="울산광역시 중구 종가로 9, 2층",
        phone="010-9999-8888",
    )
    session.add(person)
    session.flush()
    application = session.get_one(Application, application_id)
    application.person_id = person.id
    session.add(application)
    session.commit()
    return person


def letter(session: Session, state: str) -> Notice:
    made = world.notice(session, world.case(session, next(_numbers)), state, kind="supplement")
    session.commit()
    return made


def test_a_letter_that_is_ready_is_made_anew_for_whose_case_it_is(session: Session) -> None:
    made = letter(session, "ready")
    person = another(session, made.application_id)
    assert plan_ready(only=made.id) == {"anew": 1}
    session.expire_all()
    assert (made.state, made.person_id, made.letter_sha256) == ("draft", person.id, "")
    assert session.exec(select(Dispatch).where(Dispatch.notice_id == made.id)).first() is None


def test_a_letter_that_is_made_or_agreed_to_is_for_whose_case_it_is(session: Session) -> None:
    application = world.case(session, next(_numbers))
    made = notices.announce(
        session, "supplement", application, f"test:{application.id}",
        {"missing": ["id_card"], "due_on": "2026-12-07"},
    )  # fmt: skip
    session.commit()
    person = another(session, application.id)
    assert prepare(made.id) == "ready"
    session.expire_all()
    assert made.person_id == person.id
    waiting = letter(session, "approval")
    other = another(session, waiting.application_id)
    assert recheck(session, waiting.id)
    assert (waiting.state, waiting.person_id) == ("draft", other.id)


def test_what_is_planned_does_not_leave(database_url: str) -> None:
    with ways_out() as out:
        dispatch_id = planned("sms")
        with Session(database.engine()) as session:
            key = session.get_one(Dispatch, dispatch_id).key
            made = session.get_one(Notice, session.get_one(Dispatch, dispatch_id).notice_id)
            person = another(session, made.application_id)
            number, who = made.id, person.id
        assert carry(dispatch_id) == "failed"
        assert out.gateway.taken[key] == 0
    with Session(database.engine()) as session:
        task = session.exec(select(ReviewTask).where(ReviewTask.subject == f"notice:{number}")).one()
        account = accounts.create(session, "right-person", "correct horse battery", role=Role.STAFF)
        decision = {"action": "resend", "channel": "registered"}
        reviews.decide(session, task.id, task.version, decision, account)
        session.commit()
        assert apply_decision(task.id) == "done"
        session.expire_all()
        again = session.get_one(Notice, number)
        assert (again.state, again.person_id) == ("draft", who)
        work = select(WorkItem.bot).where(col(WorkItem.reference).startswith(f"notice:{number}:v"))
        assert session.exec(work).all() == ["notices.prepare"]


def test_what_waits_for_the_post_is_left_out_of_the_upload(session: Session) -> None:
    batch = make_batch(session, [TO, TO])
    session.flush()
    first, second = letters.lock(session, batch.id).letters
    of_case = session.get_one(Notice, first.notice_id)
    one = world.case(session, next(_numbers))
    of_case.application_id, of_case.person_id = one.id, one.person_id
    session.add(of_case)
    session.commit()
    another(session, one.id)
    going = letters.to_go(session, batch.id)
    made, refused = upload.build(going, "registered", "small", load_post_site("epost").addresses)
    assert [row.dispatch_id for row in made.rows] == [second.id]
    assert refused == {first.id: "recipient_changed"}
    assert dispatches.recipient(first) == TO
