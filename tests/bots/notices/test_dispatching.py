"""What is ready leaves by the channel that consent, address and law allow, once, however often it is asked for."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from bots.notices import dispatch as dispatching
from bots.notices.channels import NoChannel, choose, next_channel
from bots.notices.dispatch import plan_ready
from bots.notices.pooling import pool
from config.settings import settings
from queues import crypto, database, dispatches
from queues.bots import Work
from queues.models import (
    Application,
    Consent,
    Dispatch,
    DispatchState,
    Notice,
    NoticeState,
    Person,
    PostBatch,
    ReviewTask,
    WorkItem,
)
from tests.bots.notice_world import case, notice

SERVICES = {
    "BACKOFFICE_MAIL_OUT": '{"host": "127.0.0.1", "sender": "center@example.go.kr"}',
}
numbers = iter(range(1, 10_000))


@pytest.fixture(autouse=True)
def empty(session: Session) -> None:
    """Nothing is ready from before."""
    for left in session.exec(select(Notice).where(Notice.state == "ready")):
        left.state = "cancelled"
        session.add(left)
    session.commit()


def ready(session: Session, kind: str = "supplement", *, official: bool = False, **person: str) -> Notice:
    """A notice of a person who has an address, telephone and e-mail; `person` says otherwise."""
    made = notice(session, case(session, next(numbers)), "ready", kind=kind, official=official)
    made.text_enc = crypto.seal("안내 말씀입니다.")
    who = _person(session, made)
    for name, value in person.items():
        setattr(who, name, value)
    session.add_all([made, who])
    session.commit()
    return made


def _person(session: Session, made: Notice) -> Person:
    return session.get_one(Person, made.person_id)


def consent(
    session: Session, made: Notice, channel: str, address: str, withdrawn: date | None = None
) -> None:
    session.add(
        Consent(
            person_id=made.person_id,
            channel=channel,
            address=address,
            given_on=date(2026, 1, 5),
            withdrawn_on=withdrawn,
        )
    )
    session.commit()


def run(**payload: int) -> None:
    dispatching.run(
        Work(id=1, bot="notices.dispatch", reference=uuid4().hex, payload=payload, attempt=1, tries=1)
    )


def attempts(session: Session, made: Notice) -> list[Dispatch]:
    session.expire_all()
    return list(session.exec(select(Dispatch).where(Dispatch.notice_id == made.id)))


def asked(session: Session, made: Notice) -> ReviewTask:
    session.expire_all()
    return session.exec(select(ReviewTask).where(ReviewTask.subject == f"notice:{made.id}")).one()


def test_a_letter_is_planned_and_goes_with_the_others(session: Session) -> None:
    first, second = ready(session), ready(session)
    run()
    batch_of = []
    for made in (first, second):
        (sent,) = attempts(session, made)
        assert (sent.channel, sent.state, sent.envelope) == ("registered", "planned", "small")
        assert dispatches.recipient(sent)["detail"].endswith("호")
        batch_of.append(sent.batch_id)
    batch = session.get_one(PostBatch, batch_of[0])
    assert batch_of[0] == batch_of[1] and batch.letters == 2 and batch.service == "registered"
    assert batch.expected_won == sum(a.price_won for m in (first, second) for a in attempts(session, m)) > 0
    item = session.exec(select(WorkItem).where(WorkItem.reference == f"post_batch:{batch.id}")).one()
    assert (item.bot, item.payload) == ("notices.post", {"batch_id": batch.id})
    run()
    assert len(attempts(session, first)) == 1
