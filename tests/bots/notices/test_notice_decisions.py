"""What a person decides about a notice is done once; what cannot be done is asked again, and nothing leaves twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bots.notices import fate, questions
from bots.notices.decide import apply_decision
from config.calendar import business_calendar
from queues import accounts, crypto, database, days, dispatches, reviews
from queues.errors import Irreversible
from queues.models import (
    Account,
    Dispatch,
    DispatchState,
    Notice,
    NoticeState,
    Person,
    PostBatch,
    ReviewTask,
    Role,
    WorkItem,
)
from queues.notices import values_of
from tests.bots.notice_world import batch, case, notice, question

_number = iter(range(1, 10_000))


@pytest.fixture(scope="module")
def account(database_url: str) -> Account:
    with database.session() as session:
        return accounts.create(session, "decider", "correct horse battery", role=Role.STAFF)


@pytest.fixture(autouse=True)
def plain_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bots.notice_world.letter_pdf", lambda *_: b"%PDF-1.7 a letter")


def letter(session: Session, state: str = "ready", *, official: bool = False) -> Notice:
    kind = "decision_refused" if official else "supplement"
    made = notice(session, case(session, next(_number)), state, kind=kind, official=official)
    made.ready_at = datetime(2026, 11, 16, tzinfo=UTC)
    session.add(made)
    session.commit()
    return made


def sent(session: Session, made: Notice, *path: str, channel: str = "registered", code: str = "") -> Dispatch:
    """An attempt to the address on file, led through `path`; the notice follows the last state."""
    who = session.get_one(Person, made.person_id)
    road, _, detail = who.address.partition(", ")
    to = {"name": who.name, "postcode": who.postcode, "address": road, "detail": detail}
    tried = dispatches.plan(session, made, channel, to)
    for step in path:
        dispatches.move(session, tried, DispatchState(step), code=code if step == path[-1] else "")
    if path:
        fate.settle(session, tried)
    session.commit()
    return tried


def asked(session: Session, made: Notice) -> ReviewTask:
    """The one open question about it."""
    session.expire_all()
    open_ = select(ReviewTask).where(
        ReviewTask.subject == f"notice:{made.id}", col(ReviewTask.state).in_(["open", "claimed"])
    )
    return session.exec(open_).one()


def decide(session: Session, made: Notice, account: Account, **decision: object) -> str:
    """As a person does, and as the bot then does, twice."""
    task = asked(session, made)
    reviews.decide(session, task.id, task.version, decision, account)
    session.commit()
    mine = select(WorkItem).where(col(WorkItem.reference).startswith(f"review:{task.id}:"))
    item = session.exec(mine.order_by(col(WorkItem.id).desc())).first()
    assert item is not None and item.bot == "notices.apply_decision"
    done = apply_decision(task.id)
    assert apply_decision(task.id) == "before"
    session.expire_all()
    return done


def attempts(session: Session, made: Notice) -> list[Dispatch]:
    query = select(Dispatch).where(Dispatch.notice_id == made.id)
    return list(session.exec(query.order_by(col(Dispatch.number))))


def state(session: Session, made: Notice) -> str:
    return session.get_one(Notice, made.id).state


def test_a_returned_letter_goes_once_more(session: Session, account: Account) -> None:
    made = letter(session)
    sent(session, made, "leaving", "sent", "returned", code="post_absent")
    task = asked(session, made)
    assert (task.kind, task.evidence["proposed"]["channel"]) == ("notice_returned", "registered")
    assert decide(session, made, account, action="resend", channel="registered") == "done"
    first, second = attempts(session, made)
    assert (first.state, second.state, second.made_by) == ("returned", "planned", f"account:{account.id}")
    assert first.to_index == second.to_index and first.key != second.key
    assert state(session, made) == "sending"


@pytest.mark.parametrize("action", ["resend", "correct_address"])
def test_a_request_that_goes_again_after_its_last_day_names_another(
    session: Session, account: Account, action: str
) -> None:
    made = letter(session)
    made.due_on = days.today() - timedelta(days=1)
    made.values_enc = crypto.seal(json.dumps({"due_on": made.due_on.isoformat(), "missing": ["id_card"]}))
    sent(session, made, "leaving", "sent", "returned", code="post_absent")
    told = {
        "resend": {"channel": "registered"},
        "correct_address": {
            "to": {"postcode": "44543", "address": "울산광역시 중구 종가로 9, 2층"},
            "sure": True,
        },
    }
    assert decide(session, made, account, action=action, **told[action]) == "done"
    now = session.get_one(Notice, made.id)
    assert now.due_on == business_calendar().period_end(days.today(), 14)
    assert (now.state, values_of(now)["due_on"]) == ("draft", now.due_on.isoformat())
    assert [a.state for a in attempts(session, made)] == ["returned"], "not with the old day"


def test_nothing_goes_a_second_time_while_the_first_may_be_out(session: Session, account: Account) -> None:
    made = letter(session)
    sent(session, made, "leaving", "unknown")
    for decision in (
        {"action": "resend", "channel": "registered"},
        {
            "action": "correct_address",
            "to": {"postcode": "44543", "address": "울산광역시 중구 종가로 9, 2층"},
        },
        {"action": "handed_over", "on": "2026-11-20", "receiver": "본인"},
        {"action": "public_notice", "posted_on": "2026-11-20", "places": ["board", "internet"]},
        {"action": "drop", "comment": "보내지 않음"},
        {"action": "prepare"},
    ):
        assert decide(session, made, account, **decision) == "again"
        again = asked(session, made)
        assert again.evidence["refused"] == "may_be_out" and "먼저 보낸" in again.question
    assert [a.state for a in attempts(session, made)] == ["unknown"]
    assert session.get_one(Person, made.person_id).address != "울산광역시 중구 종가로 9, 2층"


def test_a_doubtful_one_was_sent_after_all(session: Session, account: Account) -> None:
    made = letter(session)
    tried = sent(session, made, "leaving", "unknown")
    assert decide(session, made, account, action="was_sent", registered_no="6123-4567-89012") == "done"
    session.refresh(tried)
    assert (tried.state, tried.registered_no, state(session, made)) == ("sent", "6123456789012", "sent")
    other = letter(session)
    sent(session, other, "leaving", "unknown")
    assert decide(session, other, account, action="was_sent", registered_no="6123456789012") == "again"
    assert asked(session, other).evidence["refused"] == "number_of_another"


def test_one_that_certainly_was_not_sent_is_asked_about(session: Session, account: Account) -> None:
    made = letter(session)
    sent(session, made, "leaving", "unknown")
    assert decide(session, made, account, action="was_not_sent") == "done"
    assert asked(session, made).kind == "notice_failed"
    assert decide(session, made, account, action="resend", channel="registered") == "done"
    assert [a.state for a in attempts(session, made)] == ["failed", "planned"]


def test_another_address_makes_the_letter_anew(session: Session, account: Account) -> None:
    made = letter(session)
    sent(session, made, "leaving", "sent", "returned", code="post_moved")
    to = {"postcode": "44543", "address": "울산광역시 중구 종가로 77", "detail": "302호"}
    assert decide(session, made, account, action="resend", channel="registered", to=to) == "done"
    who = session.get_one(Person, made.person_id)
    assert (who.postcode, who.address) == ("44543", "울산광역시 중구 종가로 77, 302호")
    now = session.get_one(Notice, made.id)
    assert (now.state, now.letter_sha256, values_of(now)["_channel"]) == ("draft", "", "registered")
    task = session.exec(select(ReviewTask).where(ReviewTask.subject == f"notice:{made.id}")).one()
    assert "종가로" not in str(task.decision)


def test_a_doubtful_correction_is_asked_about_unless_one_is_sure(session: Session, account: Account) -> None:
    made = letter(session)
    sent(session, made, "leaving", "sent", "returned", code="post_moved")
    to = {"postcode": "44543", "address": "울산광역시 중구 종가로"}
    assert decide(session, made, account, action="correct_address", to=to) == "again"
    assert asked(session, made).evidence["refused"] == "doubtful_address"
    assert decide(session, made, account, action="correct_address", to=to, sure=True) == "done"
    assert session.get_one(Person, made.person_id).address == "울산광역시 중구 종가로"


def test_nobody_renames_a_recipient(session: Session, account: Account) -> None:
    made = letter(session)
    sent(session, made, "leaving", "sent", "returned", code="post_moved")
    to = {"name": "다른사람", "postcode": "44543", "address": "울산광역시 중구 종가로 77, 302호"}
    assert decide(session, made, account, action="correct_address", to=to) == "again"
    assert asked(session, made).evidence["refused"] == "other_name"


def test_the_law_binds_people_too(session: Session, account: Account) -> None:
    act = letter(session, official=True)
    sent(session, act, "leaving", "sent", "returned", code="post_moved")
    for channel, why in (("post", "no_proof"), ("email", "no_proof"), ("electronic", "not_set_up")):
        assert decide(session, act, account, action="resend", channel=channel) in ("again",)
        assert asked(session, act).evidence["refused"] in (why, "no_consent")
    assert len(attempts(session, act)) == 1


def test_handed_over_and_its_day_of_service(session: Session, account: Account) -> None:
    act = letter(session, official=True)
    sent(session, act, "leaving", "sent", "returned", code="post_absent")
    for no_day_of_it in ("2099-01-01", "2025-11-20", "2026-11-15"):
        told = {"action": "handed_over", "on": no_day_of_it, "receiver": "본인"}
        assert decide(session, act, account, **told) == "again"
    assert decide(session, act, account, action="handed_over", on="2026-11-20", receiver="본인") == "done"
    now = session.get_one(Notice, act.id)
    assert (now.state, now.served_how, str(now.served_on)) == ("served", "hand", "2026-11-20")
    assert attempts(session, act)[-1].receiver == "본인" and now.runs_until is not None


def test_public_notice_needs_paper_and_internet(session: Session, account: Account) -> None:
    act = letter(session, official=True)
    sent(session, act, "leaving", "sent", "returned", code="post_moved")
    told = {"action": "public_notice", "posted_on": "2026-11-20"}
    assert decide(session, act, account, **told, places=["board"]) == "again"
    assert asked(session, act).evidence["refused"] == "places"
    assert decide(session, act, account, **told, places=["board", "internet"]) == "done"
    last = attempts(session, act)[-1]
    assert (last.channel, last.state, state(session, act)) == ("public", "sent", "sent")
    assert last.next_look_at is not None


def test_the_same_number_of_the_post_said_who_took_it(session: Session, account: Account) -> None:
    act = letter(session, official=True)
    out = sent(session, act, "leaving", "sent")
    questions.ask(session, act, out, questions.RECEIVER, "bot")
    session.commit()
    assert decide(session, act, account, action="was_served", on="2026-11-19", receiver="동거인") == "done"
    now = session.get_one(Notice, act.id)
    assert (now.state, str(now.served_on)) == ("served", "2026-11-19")


def test_what_waits_in_an_upload_is_called_off_for_another_way(session: Session, account: Account) -> None:
    made = letter(session)
    waiting = sent(session, made)
    upload = batch(session, [waiting], state="planned")
    question(session, made, "notice_resend")
    session.commit()
    assert decide(session, made, account, action="resend", channel="post") == "done"
    assert [(a.channel, a.state) for a in attempts(session, made)] == [
        ("registered", "cancelled"), ("post", "planned"),
    ]  # fmt: skip
    other = letter(session)
    gone = sent(session, other)
    batch(session, [gone], state="uploading")
    question(session, other, "notice_resend")
    session.commit()
    assert decide(session, other, account, action="resend", channel="post") == "again"
    assert [a.state for a in attempts(session, other)] == ["planned"]
    assert session.get_one(PostBatch, upload.id).state == "planned"


def test_dropped_means_it_does_not_leave(session: Session, account: Account) -> None:
    made = letter(session)
    waiting = sent(session, made)
    question(session, made, "notice_resend")
    session.commit()
    assert decide(session, made, account, action="drop", comment="보낼 필요 없음") == "done"
    session.refresh(waiting)
    assert (waiting.state, state(session, made)) == ("cancelled", NoticeState.CANCELLED)


def test_a_decision_may_be_taken_back_until_it_is_carried_out(session: Session, account: Account) -> None:
    made = letter(session)
    sent(session, made, "leaving", "sent", "returned", code="post_absent")
    task = asked(session, made)
    decided = reviews.decide(
        session, task.id, task.version, {"action": "resend", "channel": "registered"}, account
    )
    session.commit()
    reviews.undo(session, task.id, decided.version, account)
    session.commit()
    assert apply_decision(task.id) == "before" and len(attempts(session, made)) == 1
    assert decide(session, made, account, action="resend", channel="registered") == "done"
    session.refresh(task)
    with pytest.raises(Irreversible, match="통지"):
        reviews.undo(session, task.id, task.version, account)
