"""What asks, reminds and tells by itself: when it waits, what it leaves alone, and who is quicker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from sqlmodel import Session, col, select

from bots.notices.supplement.arrival import tell
from bots.notices.supplement.deadlines import settle_one
from bots.notices.supplement.sending import ripe, send_ripe
from ocr.types import PageRead
from queues import database, files, notices, supplementing
from queues.models import (
    Application,
    Attachment,
    Delivery,
    Document,
    LinkCandidate,
    Notice,
    NoticeState,
    Page,
    SupplementRequest,
    WorkItem,
)
from tests.conftest import environment
from tests.queues.supplement_world import NEEDS, asked, case, letters, paper, request_of, steps, undo

BY = "account:1"


@pytest.fixture(autouse=True)
def automatic(database_url: str) -> Iterator[None]:
    with environment(BACKOFFICE_SUPPLEMENT_BY="auto", BACKOFFICE_SUPPLEMENT_WAIT_MINUTES="60"):
        yield


def draft(session: Session, hours_ago: float) -> Application:
    """The form came so long ago."""
    application = case(session)
    attachment = paper(session, application, "ub_application")
    attachment.decided_at = datetime.now(UTC) - timedelta(hours=hours_ago)
    session.add(attachment)
    session.flush()
    return application


def ripe_cases(session: Session) -> list[int]:
    session.flush()
    ids = ripe(session, datetime.now(UTC))
    query = select(SupplementRequest.application_id).where(col(SupplementRequest.id).in_(ids))
    return sorted(session.exec(query))


def test_a_case_is_asked_about_once_its_papers_have_come_to_rest(session: Session) -> None:
    rested, fresh, forgotten = draft(session, 2), draft(session, 0.5), draft(session, 24 * 20)
    ended = draft(session, 2)
    ended.status = "closed"
    assert ripe_cases(session) == [rested.id]
    card = paper(session, rested, "id_card")
    assert ripe_cases(session) == [], "another paper has come just now"
    card.decided_at = datetime.now(UTC) - timedelta(hours=2)
    assert ripe_cases(session) == [rested.id]
    undo(session, card)
    assert ripe_cases(session) == [], "and somebody is at work on it"
    assert fresh.id != forgotten.id


def test_a_paper_that_may_be_the_missing_one_holds_the_letter_up(session: Session) -> None:
    application = draft(session, 2)
    delivery = Delivery(
        source="spool", source_ref="may-be", received_at=datetime.now(UTC), original_sha256="0" * 64
    )
    session.add(delivery)
    session.flush()
    document = Document(delivery_id=delivery.id, position=0, type="id_card", pages=[1], state="review")
    session.add(document)
    session.flush()
    session.add(LinkCandidate(document_id=document.id, application_id=application.id, rank=1))
    assert application.id not in ripe_cases(session)
    document.state = "discarded"
    assert application.id in ripe_cases(session)


def test_by_default_an_officer_presses(session: Session) -> None:
    application = draft(session, 2)
    with environment(BACKOFFICE_SUPPLEMENT_BY=""):
        assert application.id not in ripe_cases(session)


def test_the_bot_sends_once_and_what_a_person_dropped_not_again(database_url: str) -> None:
    with database.session() as session:
        application = draft(session, 2)
    assert send_ripe().counts["asked"] >= 1
    assert send_ripe().idle
    with database.session() as session:
        request = request_of(session, application)
        assert letters(session, request) == [("supplement", "draft")]
        (notice,) = session.exec(select(Notice).where(Notice.supplement_id == request.id)).all()
        work = session.exec(select(WorkItem).where(WorkItem.reference == f"notice:{notice.id}")).all()
        assert [w.bot for w in work] == ["notices.prepare"]
        notices.move(session, notice, NoticeState.CANCELLED, BY, reason="dropped")
        assert settle_one(session, request.id) == "dropped"
        assert request.state == "draft"
    assert send_ripe().idle
    with database.session() as session:
        assert supplementing.ask(session, request.id, BY) is not None, "a person may change their mind"


def test_a_second_letter_that_was_dropped_leaves_the_first_as_it_was(session: Session) -> None:
    application = asked(session, 40)
    request = request_of(session, application)
    due = request.due_on
    second = supplementing.ask_again(session, request.id, BY)
    assert second is not None and request.due_on != due
    notices.move(session, second, NoticeState.CANCELLED, BY, reason="dropped")
    assert settle_one(session, request.id) == "dropped"
    assert (request.stage, request.due_on, request.state) == (1, due, "asked")


def test_a_letter_that_lies_too_long_is_written_anew_with_all_its_days(session: Session) -> None:
    application = case(session)
    paper(session, application, "ub_application")
    request = request_of(session, application)
    notice = supplementing.ask(session, request.id, BY)
    assert notice is not None
    notices.move(session, notice, NoticeState.REVIEW, "bot", reason="notice_address")
    due, request.due_on = notice.due_on, notice.due_on
    assert settle_one(session, request.id) == ""
    notice.created_at = datetime.now(UTC) - timedelta(days=6)
    assert due is not None
    notice.due_on = due - timedelta(days=6)
    session.flush()
    assert [settle_one(session, request.id) for _ in range(3)] == ["written_anew", "written_anew", ""]
    assert letters(session, request) == [("supplement", "cancelled"), ("supplement", "draft")]
    assert request.due_on == due and steps(session, request) == ["request", "written_anew"]


def test_who_asks_waits_for_who_attaches_and_sees_what_came(database_url: str) -> None:
    """Both at the same moment, in either order: no letter for what is there."""
    with database.session() as session:
        first, second = draft(session, 2), draft(session, 2)
        ids = [request_of(session, a).id for a in (first, second)]

    def ask(request_id: int) -> bool:
        with database.session() as own:
            return supplementing.ask(own, request_id, BY) is not None

    def attach(application_id: int) -> None:
        with database.session() as own:
            for kind in NEEDS:
                paper(own, own.get_one(Application, application_id), kind)

    with ThreadPoolExecutor(1) as other:
        with database.session() as session:
            for kind in NEEDS:
                paper(session, session.get_one(Application, first.id), kind)
            asking = other.submit(ask, ids[0])
            sleep(0.4)
            assert not asking.done(), "it waits until what came is known"
        assert asking.result(10) is False
        with database.session() as session:
            supplementing.ask(session, ids[1], BY)
            attaching = other.submit(attach, second.id)
            sleep(0.4)
            assert not attaching.done()
        attaching.result(10)
    with database.session() as session:
        assert [session.get_one(SupplementRequest, i).state for i in ids] == ["satisfied", "satisfied"]
        told = session.exec(select(Notice.state).where(col(Notice.supplement_id).in_(ids))).all()
        assert list(told) == ["cancelled"]


def arrived(
    session: Session, application: Application, problems: list[str | None], source: str = "spool"
) -> Delivery:
    """A delivery of so many pages whose first is attached."""
    attachment = paper(session, application, "id_card", source=source)
    document = session.get_one(Document, attachment.document_id)
    delivery = session.get_one(Delivery, document.delivery_id)
    for number, problem in enumerate(problems, 1):
        read = PageRead(number=number, width=10, height=10, problem=problem)
        session.add(
            Page(
                delivery_id=delivery.id, number=number, state="failed" if problem else "read",
                problem=problem, read_sha256=files.put(json.dumps(read.to_dict()).encode()),
            )
        )  # fmt: skip
    session.flush()
    return delivery


def test_the_applicant_hears_what_came_and_what_could_not_be_read(session: Session) -> None:
    application = case(session)
    delivery = arrived(session, application, [None, "malformed", "blank"])
    notice = tell(session, delivery.id, application.id)
    assert notice is not None and notice.kind == "arrival" and notice.supplement_id is None
    assert notices.values_of(notice) == {"pages_received": 3, "pages_unreadable": [2]}
    again = tell(session, delivery.id, application.id)
    assert again is not None and again.id == notice.id


def test_nothing_is_told_of_the_desk_of_long_ago_or_of_what_was_taken_off(session: Session) -> None:
    application = case(session)
    desk = arrived(session, application, [None], source="desk:1")
    old = case(session)
    before = paper(session, old, "id_card", came=datetime.now(UTC) - timedelta(days=3))
    undone = arrived(session, application, [None])
    attachment = session.exec(
        select(Attachment).join(Document).where(Document.delivery_id == undone.id)
    ).one()
    undo(session, attachment)
    long_ago = session.get_one(Document, before.document_id).delivery_id
    told = [
        tell(session, d, a.id) for d, a in ((desk.id, application), (long_ago, old), (undone.id, application))
    ]
    assert told == [None, None, None]


def test_attaching_has_it_told_once_a_delivery_and_only_when_set(session: Session) -> None:
    application = case(session)
    paper(session, application, "id_card")
    query = select(WorkItem).where(
        WorkItem.bot == "notices.arrival", col(WorkItem.reference).endswith(f":application:{application.id}")
    )
    assert session.exec(query).all() == []
    with environment(BACKOFFICE_ARRIVAL_MESSAGES="true"):
        undo(session, paper(session, application, "bankbook_copy"))
        paper(session, application, "separation_certificate")
    assert len(session.exec(query).all()) == 2
