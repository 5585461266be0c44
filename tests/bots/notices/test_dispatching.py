"""What is ready leaves by the channel that consent, address and law allow, once, however often it is asked for."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from bots.notices import dispatch as dispatching
from bots.notices import pooling
from bots.notices.channels import NoChannel, choose, next_channel
from bots.notices.content import Content
from bots.notices.dispatch import plan_ready
from bots.notices.pooling import pool
from config.channels import rules
from queues import crypto, database, dispatches
from queues.bots import Work
from queues.models import (
    Consent,
    Dispatch,
    DispatchState,
    Notice,
    Person,
    PostBatch,
    ReviewTask,
    WorkItem,
)
from queues.unsent import call_back
from tests.bots.notice_world import case, notice
from tests.conftest import environment

GATEWAYS = {
    "BACKOFFICE_MAIL_OUT": '{"host": "127.0.0.1", "sender": "center@example.go.kr"}',
    "BACKOFFICE_MESSAGE_GATEWAY": '{"url": "http://127.0.0.1:9", "sender": "0212345678"}',
    "BACKOFFICE_ELECTRONIC_BOX": '{"url": "http://127.0.0.1:9"}',
}
_number = iter(range(1, 10_000))


@pytest.fixture(autouse=True)
def nothing_waits(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """What earlier tests left is not in the way; what the letters look like is no matter here."""
    monkeypatch.setattr("tests.bots.notice_world.letter_pdf", lambda *_: b"%PDF-1.7 a letter")
    for left in session.exec(select(Notice).where(Notice.state == "ready")):
        left.state = "cancelled"
        session.add(left)
    for planned in session.exec(select(Dispatch).where(Dispatch.state == "planned")):
        planned.state = "cancelled"
        session.add(planned)
    session.commit()


@pytest.fixture
def gateways(database_url: str):  # type: ignore[no-untyped-def]
    with environment(**GATEWAYS):
        yield


def ready(session: Session, kind: str = "supplement", *, official: bool = False, **person: str) -> Notice:
    """A notice of somebody with address, telephone and e-mail; `person` says what is otherwise."""
    made = notice(session, case(session, next(_number)), "ready", kind=kind, official=official)
    made.text_enc = crypto.seal("안내 말씀입니다.")
    who = session.get_one(Person, made.person_id)
    for name, value in person.items():
        setattr(who, name, value)
    session.add_all([made, who])
    session.commit()
    return made


def agrees(session: Session, made: Notice, channel: str, address: str = "", withdrawn: bool = False) -> None:
    gone = date(2026, 11, 1) if withdrawn else None
    session.add(Consent(person_id=made.person_id, channel=channel, address=address, withdrawn_on=gone))
    session.commit()


def run(**payload: int) -> None:
    dispatching.run(
        Work(id=1, bot="notices.dispatch", reference=uuid4().hex, payload=payload, attempt=1, tries=1)
    )


def attempts(session: Session, made: Notice) -> list[Dispatch]:
    session.expire_all()
    query = select(Dispatch).where(Dispatch.notice_id == made.id)
    return list(session.exec(query.order_by(col(Dispatch.number))))


def asked(session: Session, made: Notice) -> ReviewTask:
    session.expire_all()
    return session.exec(select(ReviewTask).where(ReviewTask.subject == f"notice:{made.id}")).one()


def ended(session: Session, made: Notice, channel: str, reason: str, state: str = "returned") -> Dispatch:
    """An attempt that went where the notice would go now, and its end."""
    who = session.get_one(Person, made.person_id)
    road, _, detail = who.address.partition(", ")
    to = {"name": who.name, "postcode": who.postcode, "address": road, "detail": detail}
    if channel not in ("registered", "post"):
        to = {"name": who.name, "phone": who.phone, "email": "someone@example.kr"}
    tried = dispatches.plan(session, made, channel, to)
    for step in ("leaving", "sent", state) if state != "failed" else ("leaving", "failed"):
        dispatches.move(session, tried, DispatchState(step), code=reason if step == state else "")
    session.commit()
    return tried


def test_letters_are_planned_and_go_in_one_upload(session: Session) -> None:
    first, second = ready(session), ready(session)
    run()
    planned = [attempts(session, made) for made in (first, second)]
    assert [len(p) for p in planned] == [1, 1]
    one, two = planned[0][0], planned[1][0]
    assert (one.channel, one.state, one.envelope) == ("registered", "planned", "small")
    assert dispatches.recipient(one)["detail"].endswith("호")
    batch = session.get_one(PostBatch, one.batch_id)
    assert two.batch_id == batch.id and (batch.letters, batch.service) == (2, "registered")
    assert batch.expected_won == one.price_won + two.price_won > 0
    item = session.exec(select(WorkItem).where(WorkItem.reference == f"post_batch:{batch.id}")).one()
    assert (item.bot, item.payload) == ("notices.post", {"batch_id": batch.id})
    run()
    assert len(attempts(session, first)) == 1


def test_two_letters_to_one_person_are_two_letters(session: Session) -> None:
    first = ready(session)
    second = notice(
        session, session.get_one(type(case(session, next(_number))), first.application_id), "ready"
    )
    session.commit()
    run()
    (one,), (two,) = attempts(session, first), attempts(session, second)
    assert one.key != two.key and one.to_index == two.to_index and one.batch_id == two.batch_id


def test_two_runs_at_once_plan_each_notice_once(session: Session) -> None:
    made = [ready(session) for _ in range(8)]
    together = threading.Barrier(3)

    def at_once() -> None:
        together.wait()
        run()

    threads = [threading.Thread(target=at_once) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    planned = [attempts(session, one) for one in made]
    assert [len(p) for p in planned] == [1] * 8
    assert all(p[0].batch_id is not None for p in planned)
    batches = {p[0].batch_id for p in planned}
    assert sum(session.get_one(PostBatch, b).letters for b in batches) == 8


def test_an_upload_takes_no_more_than_its_letters(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    few = rules().model_copy(update={"batch_letters": 2})
    monkeypatch.setattr(pooling, "rules", lambda: few)
    made = [ready(session) for _ in range(5)]
    run()
    sizes = [session.get_one(PostBatch, attempts(session, one)[0].batch_id).letters for one in made]
    assert sorted(sizes) == [1, 2, 2, 2, 2]


def test_what_was_called_back_after_planning_is_not_uploaded(session: Session) -> None:
    made, other = ready(session), ready(session)
    plan_ready()
    assert call_back(session, session.get_one(Notice, made.id), "satisfied", "bot")
    session.commit()
    run()
    assert attempts(session, made)[0].state == "cancelled" and attempts(session, made)[0].batch_id is None
    assert session.get_one(PostBatch, attempts(session, other)[0].batch_id).letters == 1


def test_an_act_goes_by_a_channel_with_proof_only(session: Session, gateways: None) -> None:
    act = ready(session, "decision_refused", official=True)
    for channel in ("email", "sms", "alimtalk"):
        agrees(session, act, channel, "someone@example.kr")
    assert choose(session, act).channel == "registered"
    agrees(session, act, "electronic", "BX-1")
    assert (choose(session, act).channel, choose(session, act).to["box"]) == ("electronic", "BX-1")


def test_a_consent_that_was_withdrawn_counts_no_more(session: Session, gateways: None) -> None:
    told = ready(session, "appointment")
    agrees(session, told, "alimtalk", withdrawn=True)
    agrees(session, told, "email", "someone@example.kr")
    assert choose(session, told).channel == "email"
    assert choose(session, told).to["email"] == "someone@example.kr"
    consent = session.exec(
        select(Consent).where(Consent.channel == "email", Consent.person_id == told.person_id)
    )
    consent.one().withdrawn_on = date(2026, 11, 20)
    session.commit()
    assert choose(session, told).channel == "post"


def test_a_channel_that_is_not_set_up_is_passed_over(session: Session) -> None:
    told = ready(session, "appointment")
    agrees(session, told, "sms")
    assert choose(session, told).channel == "post"


def test_a_mere_message_to_one_who_wants_none_asks_nobody(session: Session) -> None:
    told = ready(session, "arrival")
    told.letter_sha256 = ""
    session.add(told)
    session.commit()
    run(notice_id=told.id)
    session.expire_all()
    now = session.get_one(Notice, told.id)
    assert (now.state, now.reason) == ("cancelled", "no_channel")
    assert session.exec(select(ReviewTask).where(ReviewTask.subject == f"notice:{told.id}")).all() == []


def test_a_message_waits_for_the_morning(
    session: Session, gateways: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ready(session, "appointment")
    agrees(session, told, "sms")
    later = datetime.now(UTC) + timedelta(hours=5)
    monkeypatch.setattr("bots.notices.planning.may_leave_at", lambda channel, moment: later)
    run(notice_id=told.id)
    (planned,) = attempts(session, told)
    item = session.exec(select(WorkItem).where(WorkItem.reference == f"dispatch:{planned.id}")).one()
    assert (item.bot, item.due_at, planned.not_before) == ("notices.send", later, later)
    assert dispatches.recipient(planned).keys() == {"name", "phone"}


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"postcode": ""}, "no_postcode"),
        ({"postcode": "03127"}, "postcode_elsewhere"),
        ({"address": "울산광역시 중구 종가로 12, 101동"}, "no_unit"),
        ({"address": ""}, "no_address"),
    ],
)
def test_a_doubtful_address_is_asked_about_before_money_is_spent(
    session: Session, person: dict[str, str], reason: str
) -> None:
    made = ready(session, **person)
    run()
    assert attempts(session, made) == []
    task = asked(session, made)
    assert (task.kind, task.evidence["reasons"]) == ("notice_address", [reason])
    assert task.evidence["proposed"]["channel"] == "registered"
    assert session.get_one(Notice, made.id).state == "review"


def test_an_address_that_the_source_puts_right_needs_nobody(session: Session) -> None:
    made, taken = ready(session, postcode=""), ready(session, postcode="")
    run()
    theirs = asked(session, taken)
    theirs.state, theirs.claimed_until = "claimed", datetime.now(UTC) + timedelta(minutes=5)
    session.add(theirs)
    session.commit()
    run()
    assert attempts(session, made) == []
    for one in (made, taken):
        session.get_one(Person, one.person_id).postcode = "44543"
    session.commit()
    run()
    assert [a.state for a in attempts(session, made)] == ["planned"]
    assert asked(session, made).state == "cancelled"
    assert attempts(session, taken) == [] and asked(session, taken).state == "claimed"


def test_an_address_that_something_came_back_from_is_asked_about(session: Session) -> None:
    before = ready(session)
    ended(session, before, "registered", "post_moved")
    again = notice(
        session, session.get_one(type(case(session, next(_number))), before.application_id), "ready"
    )
    session.commit()
    with pytest.raises(NoChannel) as none:
        choose(session, again)
    assert (none.value.reason, none.value.reasons) == ("notice_address", ("came_back",))
    who = session.get_one(Person, again.person_id)
    who.address = "울산광역시 중구 종가로 77, 3층"
    session.commit()
    assert choose(session, again).channel == "registered"


def test_what_came_back_of_one_says_nothing_of_the_others_at_the_address(session: Session) -> None:
    gone = ready(session)
    address = session.get_one(Person, gone.person_id).address
    stays = ready(session, address=address)
    ended(session, gone, "registered", "post_moved")
    assert choose(session, stays).channel == "registered"
    third = ready(session, address=address)
    ended(session, third, "registered", "post_no_such_address")
    with pytest.raises(NoChannel):
        choose(session, stays)


def test_after_nobody_was_at_home_once_more_then_public_notice(session: Session) -> None:
    act = ready(session, "decision_refused", official=True)
    ended(session, act, "registered", "post_absent")
    assert next_channel(session, act).channel == "registered"
    ended(session, act, "registered", "post_absent")
    found = next_channel(session, act)
    assert (found.channel, found.reasons) == ("public", ("post_absent", "no_other_way"))


def test_after_a_move_another_channel_is_proposed(session: Session, gateways: None) -> None:
    act = ready(session, "decision_refused", official=True)
    agrees(session, act, "email", "someone@example.kr")
    ended(session, act, "registered", "post_moved")
    assert next_channel(session, act).channel == "public"
    letter = ready(session)
    ended(session, letter, "registered", "post_moved")
    assert next_channel(session, letter).channel == ""
    agrees(session, letter, "email", "someone@example.kr")
    assert next_channel(session, letter).channel == "email"


def test_a_number_that_takes_nothing_is_passed_over(session: Session, gateways: None) -> None:
    told = ready(session, "appointment")
    for channel in ("alimtalk", "sms"):
        agrees(session, told, channel)
    agrees(session, told, "email", "someone@example.kr")
    ended(session, told, "alimtalk", "alimtalk_not_a_member")
    assert choose(session, told).channel == "sms"
    ended(session, told, "sms", "sms_off")
    assert choose(session, told).channel == "sms"
    ended(session, told, "sms", "sms_no_such_number", "failed")
    assert choose(session, told).channel == "email"


def test_what_only_failed_to_leave_goes_the_same_way(session: Session, gateways: None) -> None:
    told = ready(session, "appointment")
    agrees(session, told, "sms")
    ended(session, told, "sms", "channel_down", "failed")
    assert next_channel(session, told).channel == "sms"
    ended(session, told, "sms", "sms_too_long", "failed")
    assert next_channel(session, told).channel == "post"


def test_nothing_more_is_sent_to_one_who_died(session: Session) -> None:
    act = ready(session, "decision_refused", official=True)
    ended(session, act, "registered", "post_deceased")
    assert next_channel(session, act).channel == ""
    other = notice(session, session.get_one(type(case(session, next(_number))), act.application_id), "ready")
    session.commit()
    with pytest.raises(NoChannel) as none:
        choose(session, other)
    assert none.value.reasons == ("post_deceased",)


def test_a_letter_that_bears_another_address_is_made_anew(session: Session) -> None:
    made = ready(session)
    borne = {"to_name": "홍길동", "to_postcode": "44543", "to_address": "울산광역시 중구 옛길 1"}
    made.content_sha256 = Content("supplement", "t", borne).keep()
    session.add(made)
    session.commit()
    run()
    assert attempts(session, made) == []
    now = session.get_one(Notice, made.id)
    assert (now.state, now.reason, now.letter_sha256) == ("draft", "address_changed", "")


def test_one_that_cannot_be_planned_does_not_keep_the_others_back(session: Session) -> None:
    broken, whole = ready(session), ready(session)
    broken.pages = 900
    session.add(broken)
    session.commit()
    run()
    assert asked(session, broken).kind == "notice_too_thick"
    assert len(attempts(session, whole)) == 1


def test_what_is_in_doubt_is_not_sent_a_second_time(session: Session) -> None:
    made = ready(session)
    tried = dispatches.plan(
        session, made, "registered", {"name": "홍길동", "postcode": "44543", "address": "울산"}
    )
    dispatches.move(session, tried, DispatchState.LEAVING)
    dispatches.move(session, tried, DispatchState.UNKNOWN)
    made.state = "ready"
    session.add(made)
    session.commit()
    run()
    assert [a.state for a in attempts(session, made)] == ["unknown"]
    assert asked(session, made).kind == "notice_unknown"
    with database.session() as other:
        assert other.get_one(Notice, made.id).state == "review"


@pytest.mark.parametrize("channel", ["post", "email", "sms", "alimtalk"])
def test_no_act_is_planned_by_a_channel_without_proof(session: Session, channel: str) -> None:
    act = ready(session, "decision_refused", official=True)
    with pytest.raises(ValueError, match="prove"):
        dispatches.plan(session, act, channel, {"name": "홍길동"})
    session.rollback()


def test_a_run_that_is_broken_off_anywhere_plans_and_pools_each_letter_once(session: Session) -> None:
    made = [ready(session) for _ in range(20)]
    chance, broken = random.Random(7), 0
    for _ in range(8):
        backend: list[int] = []
        running = threading.Thread(target=_run_on_one_connection, args=(backend,))
        running.start()
        running.join(chance.uniform(0.02, 0.2))
        if backend and running.is_alive():
            broken += session.execute(
                text("SELECT pg_terminate_backend(:pid)"), {"pid": backend[0]}
            ).scalar_one()
            session.commit()
        running.join()
    run()
    planned = [attempts(session, one) for one in made]
    assert broken and [len(p) for p in planned] == [1] * 20
    for number, count in Counter(p[0].batch_id for p in planned).items():
        assert number is not None and session.get_one(PostBatch, number).letters == count
        items = select(WorkItem).where(WorkItem.reference == f"post_batch:{number}")
        assert len(session.exec(items).all()) == 1


def _run_on_one_connection(backend: list[int]) -> None:
    """A run whose connection can be cut: all that a kill leaves of a run is in the database."""
    with suppress(DBAPIError), database.engine().connect() as connection, Session(connection) as own:
        backend.append(own.execute(text("SELECT pg_backend_pid()")).scalar_one())
        for number, application in dispatching._waiting(own, 0, None).items():
            for one in dispatching._take(own, {number: application}):
                dispatching._plan_alone(own, one)
            own.commit()
        pool(own, actor="bot")
        own.commit()
