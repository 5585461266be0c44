"""From an announcement to the upload: the letter bears the address to which it goes, also after that was put right."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from sqlmodel import Session, col, select

from bots.notices import dispatch as dispatching
from bots.notices import fate
from bots.notices.content import kept
from bots.notices.decide import apply_decision
from bots.notices.prepare import prepare
from queues import accounts, dispatches, files, notices, reviews
from queues.bots import Work
from queues.models import Dispatch, DispatchState, Notice, Person, PostBatch, ReviewTask, Role
from tests.bots.notice_world import case


def test_a_letter_that_came_back_goes_to_the_new_address(session: Session) -> None:
    one = case(session, 4711)
    made = notices.announce(
        session,
        "supplement",
        one,
        "supplement:1:request",
        {"missing": ["bankbook_copy"], "due_on": "2026-12-07"},
    )
    session.commit()
    assert prepare(made.id) == "ready"
    _dispatch()
    first = _last(session, made)
    assert first.channel == "registered" and _bears(session, made) == dispatches.recipient(first)["address"]
    for step in (DispatchState.LEAVING, DispatchState.SENT, DispatchState.RETURNED):
        dispatches.move(session, first, step, code="post_moved" if step == DispatchState.RETURNED else "")
    fate.settle(session, first)
    session.commit()

    to = {"postcode": "44540", "address": "울산광역시 중구 새길로 5", "detail": "201호"}
    account = accounts.create(session, "mover", "correct horse battery", role=Role.STAFF)
    task = session.exec(select(ReviewTask).where(ReviewTask.subject == f"notice:{made.id}")).one()
    reviews.decide(session, task.id, task.version, {"action": "correct_address", "to": to}, account)
    session.commit()
    assert apply_decision(task.id) == "done"
    assert prepare(made.id) == "ready"
    _dispatch()
    second = _last(session, made)
    assert second.number == 2 and dispatches.recipient(second)["address"] == "울산광역시 중구 새길로 5"
    assert _bears(session, made) == "울산광역시 중구 새길로 5"
    assert second.letter_sha256 != first.letter_sha256
    with pikepdf.open(BytesIO(files.read(second.letter_sha256))) as letter:
        assert len(letter.pages) == session.get_one(Notice, made.id).pages
    assert session.get_one(PostBatch, second.batch_id).letters == 1
    assert session.get_one(Person, made.person_id).postcode == "44540"


def _dispatch() -> None:
    dispatching.run(Work(id=1, bot="notices.dispatch", reference="x", payload={}, attempt=1, tries=1))


def _last(session: Session, made: Notice) -> Dispatch:
    session.expire_all()
    query = select(Dispatch).where(Dispatch.notice_id == made.id)
    return session.exec(query.order_by(col(Dispatch.number).desc())).all()[0]


def _bears(session: Session, made: Notice) -> str:
    values = kept(session.get_one(Notice, made.id).content_sha256).values
    return str(values["to_address"]).partition(", ")[0]
