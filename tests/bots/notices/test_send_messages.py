"""Messages and electronic delivery: taken over once whatever the service answers, and what became of them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bots.notices.send import charset, pace
from bots.notices.send.bot import SEND
from bots.notices.send.once import Later, carry
from bots.notices.send.receipts import run as look_after
from bots.notices.send.way import Doubtful, NotYet, SetUpWrong
from config import review_reasons
from queues import bots, database, dispatches, files, notices, work
from queues.bots import Outcome, Work
from queues.models import Consent, Dispatch, ReviewTask, WorkItem
from tests.bots.notice_world import case
from tests.bots.send_world import (
    TEXT,
    Out,
    carried,
    dispatch,
    events,
    key_of,
    letter_of,
    planned,
    quiet_nights,
    ways_out,
)
from tests.conftest import ROOT, environment


@pytest.fixture(scope="module")
def out(database_url: str) -> Iterator[Out]:
    with ways_out() as found:
        yield found


def look(seconds: float = 60.0) -> None:
    """One run of the bot, as if so much later."""
    with Session(database.engine()) as session:
        for one in session.exec(select(Dispatch).where(Dispatch.state == "sent")):
            one.next_look_at = datetime.now(UTC) - timedelta(seconds=1)
        session.commit()
    look_after(Work(id=0, bot="notices.receipts", reference="test", payload={}, attempt=1, tries=1))


@pytest.mark.parametrize(
    ("channel", "trouble"),
    [
        *(("sms", trouble) for trouble in ("", "lost", "silent", "garbled", "down", "error", "busy")),
        ("alimtalk", ""),
        ("electronic", ""),
        ("electronic", "lost"),
    ],
)
def test_is_taken_over_once_whatever_is_answered(out: Out, channel: str, trouble: str) -> None:
    service = out.box if channel == "electronic" else out.gateway
    number = planned(channel)
    if trouble:
        service.trouble(trouble, amount=0.9)
    sent = carried(number)
    assert (sent.state, service.taken[sent.key]) == ("sent", 1)
    assert letter_of(number).state == "sent"
    assert sent.provider_no and sent.price_won > 0 and files.exists(sent.proof_sha256)
    assert events(number)[0:2] == ["planned", "leaving:tried"]


def test_what_is_not_in_the_list_yet_is_not_sent_again(out: Out) -> None:
    number = planned("sms")
    out.gateway.lag = 0.2
    try:
        out.gateway.trouble("lost")
        with pytest.raises(Doubtful):
            carry(number)
        with pytest.raises(Doubtful, match="더 기다립니다"):
            carry(number)
        assert carried(number).state == "sent"
    finally:
        out.gateway.lag = 0.0
    assert out.gateway.taken[key_of(number)] == 1


def test_a_gateway_that_is_away_for_too_long_is_a_persons_matter(out: Out) -> None:
    number, doubted = planned("sms"), planned("sms")
    out.gateway.trouble("lost")
    with pytest.raises(Doubtful):
        carry(doubted)
    out.gateway.stop()
    try:
        with pytest.raises(NotYet):
            carry(number)
        assert dispatch(number).state == "planned", "nothing of it can be outside"
        with environment(BACKOFFICE_SEND_GIVE_UP_HOURS="0.000001"):
            assert (carry(number), carry(doubted)) == ("failed", "unknown")
    finally:
        out.gateway.start()
    assert letter_of(number).reason == "notice_failed"
    with Session(database.engine()) as session:
        asked = select(ReviewTask.kind).where(ReviewTask.subject == f"notice:{letter_of(doubted).id}")
        assert session.exec(asked).all() == ["notice_unknown"]
    assert carry(doubted) == "unknown", "a person's matter stays one"
    assert out.gateway.taken[key_of(doubted)] == 1


def test_a_refused_token_is_our_fault_and_no_notices(out: Out) -> None:
    number = planned("electronic")
    with environment(BACKOFFICE_ELECTRONIC_BOX_TOKEN="wrong"), pytest.raises(SetUpWrong, match="토큰"):
        carry(number)
    assert dispatch(number).state == "planned"
    assert carried(number).state == "sent"


def test_a_channel_that_is_taken_away_is_a_persons_matter(out: Out) -> None:
    number = planned("sms")
    with environment(BACKOFFICE_MESSAGE_GATEWAY="null"):
        with pytest.raises(SetUpWrong, match="MESSAGE_GATEWAY"):
            carry(number)
        with environment(BACKOFFICE_SEND_GIVE_UP_HOURS="0.000001"):
            assert carry(number) == "failed"
    assert letter_of(number).state == "review"


@pytest.mark.parametrize(
    ("channel", "to", "text", "code"),
    [
        ("sms", {"phone": "02-2250-5470"}, "안내", "sms_number"),
        ("sms", {}, "똠방각하 님 안내", "sms_characters"),
        ("sms", {}, "😀 안내", "sms_characters"),
        ("sms", {}, "가" * 1001, "sms_too_long"),
        ("electronic", {"box": ""}, "", "box_unknown"),
    ],
)  # fmt: skip
def test_what_cannot_go_this_way_never_leaves(
    out: Out, channel: str, to: dict[str, str], text: str, code: str
) -> None:
    number = planned(channel, text=text, **to)
    assert (carry(number), dispatch(number).reason) == ("failed", code)
    assert out.gateway.taken[key_of(number)] == out.box.taken[key_of(number)] == 0
    assert letter_of(number).state == "review"


def test_long_words_go_as_lms_and_say_who_writes(out: Out) -> None:
    short, long = planned("sms", text="가" * 45), planned("sms", text="가" * 45 + "a")
    carried(short), carried(long)
    kinds = {held.key: held.body for held in out.gateway.held}
    assert (kinds[key_of(short)]["type"], kinds[key_of(long)]["type"]) == ("SMS", "LMS")
    assert kinds[key_of(long)]["subject"]
    assert dispatch(long).price_won > dispatch(short).price_won


def test_alimtalk_goes_as_sms_to_one_who_is_no_member(out: Out) -> None:
    number = planned("alimtalk", phone="010-9999-0001")
    out.gateway.not_members.add("01099990001")
    carried(number)
    look()
    (held,) = [h for h in out.gateway.held if h.key == key_of(number)]
    assert held.body["template"] == "KEC_SUPPLEMENT" and held.end["sent_as"] == "SMS"
    found = dispatch(number)
    assert (found.state, found.request_state, found.receipt_state, found.price_won) == (
        "delivered", "done", "delivered", 9,
    )  # fmt: skip


def test_alimtalk_without_a_template_goes_as_sms(out: Out) -> None:
    number = planned("alimtalk")
    out.gateway.templates = {"KEC_OTHER"}
    try:
        assert carried(number).price_won == 9
    finally:
        out.gateway.templates = None
    (held,) = [h for h in out.gateway.held if h.key == key_of(number)]
    assert (held.body["type"], held.body["text"]) == ("SMS", TEXT)


def test_one_that_the_gateway_forgot_holds_up_no_other(out: Out) -> None:
    lost, fine = planned("sms"), planned("sms")
    carried(lost), carried(fine)
    with database.session() as session:
        row = session.get_one(Dispatch, lost)
        row.provider_no, row.next_look_at = "M99999999", datetime(2026, 1, 1, tzinfo=UTC)
        session.add(row)
    look()
    assert (dispatch(lost).state, dispatch(fine).state) == ("sent", "delivered")


def test_a_message_that_does_not_arrive_comes_back(out: Out) -> None:
    number = planned("sms", phone="010-9999-0002")
    out.gateway.unreachable["01099990002"] = "no_such_number"
    carried(number)
    look()
    assert (dispatch(number).state, dispatch(number).reason) == ("returned", "sms_no_such_number")
    assert letter_of(number).state == "returned"


def test_electronic_delivery_is_served_when_it_entered_the_box(out: Out) -> None:
    number = planned("electronic")
    carried(number)
    look()
    found, letter = dispatch(number), letter_of(number)
    assert (found.state, letter.state, letter.served_how) == ("delivered", "served", "electronic")
    assert out.box.letter(found.key) == files.read(letter.letter_sha256)
    assert json.loads(files.read(found.proof_sha256))["문서"] == letter.letter_sha256


def test_no_receipt_is_waited_for_in_vain_for_ever(out: Out) -> None:
    number = planned("sms")
    carried(number)
    out.gateway.receipt_seconds = 3600
    try:
        look()
        first = dispatch(number)
        assert (first.state, first.looks) == ("sent", 1)
        with Session(database.engine()) as session:
            row = session.get_one(Dispatch, number)
            row.sent_at = datetime.now(UTC) - timedelta(days=10)
            session.commit()
        look()
    finally:
        out.gateway.receipt_seconds = 0
    assert dispatch(number).next_look_at is None and "sent:no_receipt" in events(number)


def test_no_message_leaves_at_night(out: Out) -> None:
    number, mail = planned("sms"), planned("electronic")
    with quiet_nights(True, "00:00", "23:59:59.999999"):
        with pytest.raises(Later) as until:
            carry(number)
        assert carry(mail) == "sent", "what makes no noise goes"
    assert until.value.at > datetime.now(UTC)
    assert (dispatch(number).state, out.gateway.taken[key_of(number)]) == ("planned", 0)


def test_what_was_called_back_does_not_leave(out: Out) -> None:
    number = planned("sms")
    with Session(database.engine()) as session:
        letter = letter_of(number)
        letter.state = "cancelled"
        session.merge(letter)
        session.commit()
    assert (carry(number), out.gateway.taken[key_of(number)]) == ("cancelled", 0)


def test_the_bot_comes_back_when_the_night_is_over(out: Out) -> None:
    number = planned("sms")
    with database.session() as session:
        item = work.add(session, SEND, f"dispatch:{number}", payload={"dispatch_id": number})
        item.state = "done"
        given = Work(id=item.id, bot=SEND, reference=item.reference, payload=item.payload, attempt=1, tries=1)
    with quiet_nights(True, "00:00", "23:59:59.999999"):
        assert bots.spec(SEND).run(given) == Outcome(counts={"later": 1})
    with database.session() as session:
        again = session.exec(
            select(WorkItem).where(WorkItem.reference == item.reference, WorkItem.attempt == 2)
        ).one()
        assert again.due_at is not None and again.due_at > datetime.now(UTC)
        assert again.payload == {"dispatch_id": number}


def test_no_more_in_a_second_than_agreed(out: Out) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: pace.wait_turn("test", 20.0), range(9)))
    assert time.monotonic() - began >= 8 / 20
    pace.hold_back("test", 60.0)
    with pytest.raises(NotYet, match="한도"):
        pace.wait_turn("test", 20.0)


@pytest.mark.parametrize("change", ["withdrawn", "never"])
def test_consent_is_looked_at_once_more_before_it_leaves(out: Out, change: str) -> None:
    number = planned("sms")
    with database.session() as session:
        query = select(Consent).where(
            Consent.person_id == letter_of(number).person_id, Consent.channel == "sms"
        )
        consent = session.exec(query).one()
        if change == "never":
            session.delete(consent)
        else:
            consent.withdrawn_on = datetime.now(UTC).date()
    assert (carry(number), dispatch(number).reason) == ("failed", "consent_withdrawn")
    assert out.gateway.taken[key_of(number)] == 0


def test_every_reason_has_words() -> None:
    found = set()
    for path in (ROOT / "bots/notices/send").glob("*.py"):
        found |= set(
            re.findall(r'"((?:sms|box|mail|service|alimtalk|send|channel)_[a-z_]+)"', path.read_text("utf-8"))
        )
    names = {"message_gateway", "electronic_box", "mail_out"}
    assert len(found) > 30
    assert not {code for code in found - names if not review_reasons.title(code)}


@given(st.text(alphabet=st.characters(codec="euc_kr", exclude_characters="\u3164"), max_size=60))
def test_size_is_that_of_the_bytes(text: str) -> None:
    text = charset.plain(text)
    if not charset.lacking(text):
        assert charset.size(text) == len(text.encode("euc_kr"))
        assert len(charset.cut(text, 40).encode("euc_kr")) <= 40


@given(st.text(max_size=40))
def test_no_text_breaks_what_is_counted(text: str) -> None:
    text = charset.plain(text)
    lacking = charset.lacking(text)
    assert set(lacking) <= set(text)
    charset.cut(text, 10).encode("euc_kr")
    if lacking:
        with pytest.raises(ValueError, match="lacks"):
            charset.size(text)


def test_what_came_is_told_at_once(out: Out) -> None:
    """From the announcement to the telephone: the bots in their turn, by real work items."""
    with database.session() as session:
        one = case(session, 4711)
        session.add(Consent(person_id=one.person_id, channel="sms", given_on=one.received_on))
        values = {"pages_received": 3, "pages_unreadable": [2]}
        letter = notices.announce(session, "arrival", one, f"arrival:1:{one.id}", values)
    told = work_off(letter.id)
    assert told == ["notices.prepare", "notices.dispatch", "notices.send"]
    with database.session() as session:
        sent = dispatches.latest(session, letter.id)
    assert sent is not None and (sent.state, out.gateway.taken[sent.key]) == ("sent", 1)
    (held,) = [h for h in out.gateway.held if h.key == sent.key]
    assert "3쪽" in held.body["text"] and "2쪽은 읽을 수 없으니" in held.body["text"]
    assert held.body["type"] in ("SMS", "LMS") and held.body["to"] == "01023454711"


def work_off(notice_id: int) -> list[str]:
    """All work about a notice that is due, as a worker does it; the bots in their order."""
    done: list[str] = []
    while True:
        with database.session() as session:
            query = select(WorkItem).where(
                col(WorkItem.state).in_(["waiting", "queued"]),
                col(WorkItem.reference).like(f"notice:{notice_id}%")
                | col(WorkItem.payload)["dispatch_id"]
                .as_integer()
                .in_(select(Dispatch.id).where(Dispatch.notice_id == notice_id)),
            )
            item = session.exec(query.order_by(col(WorkItem.id))).first()
            if item is None:
                return done
            item.state = "done"
            given = Work(
                id=item.id, bot=item.bot, reference=item.reference, payload=item.payload, attempt=1, tries=1
            )  # fmt: skip
        bots.spec(given.bot).run(given)
        done.append(given.bot)
