"""E-mail: said once to a real server; what it says, what it does not, and what comes back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from sqlmodel import Session, select

from bots.doctor import ways_out
from bots.notices.send import mail, smtp
from bots.notices.send.bot import SEND
from bots.notices.send.once import carry
from bots.notices.send.receipts import run as look_after
from bots.notices.send.way import CannotGo, NotYet, SetUpWrong
from config.notice_kinds import load_notice_kinds
from config.settings import settings
from queues import bots, database, files
from queues.bots import Work
from queues.models import Application, Dispatch, Person, ReviewTask
from tests.bots import send_world
from tests.bots.send_world import Out, carried, dispatch, events, key_of, letter_of, planned
from tests.conftest import environment


@pytest.fixture(scope="module")
def out(database_url: str) -> Iterator[Out]:
    with send_world.ways_out() as found:
        yield found


def person_of(dispatch_id: int) -> Person:
    with Session(database.engine()) as session:
        one = session.get_one(Application, letter_of(dispatch_id).application_id)
        return session.get_one(Person, one.person_id)


@pytest.mark.parametrize("trouble", ["", "busy", "greylist", "later", "slow"])
def test_is_taken_over_once_whatever_the_server_does(out: Out, trouble: str) -> None:
    number = planned("email")
    if trouble:
        out.smtp.trouble(trouble, amount=0.3)
    sent = carried(number)
    assert (sent.state, out.smtp.taken[sent.key], letter_of(number).state) == ("sent", 1, "sent")
    assert ("planned:mail_later" in events(number)) == (trouble in ("busy", "greylist", "later"))


@pytest.mark.parametrize(("trouble", "taken"), [("drop_after", 1), ("drop_before", 0)])
def test_after_the_last_dot_only_a_person_can_tell(out: Out, trouble: str, taken: int) -> None:
    number = planned("email")
    out.smtp.trouble(trouble)
    assert carried(number).state == "unknown"
    assert (out.smtp.taken[key_of(number)], letter_of(number).reason) == (taken, "notice_unknown")
    assert carry(number) == "unknown" and out.smtp.taken[key_of(number)] == taken


def test_the_letter_is_locked_and_nothing_personal_stands_outside_of_it(out: Out) -> None:
    number = planned("email")
    carried(number)
    mail, person = out.smtp.mail(key_of(number)), person_of(number)
    assert mail["To"] == person.email
    cover = mail.get_body()
    assert cover is not None
    body, pdf = cover.get_content(), next(mail.iter_attachments()).get_content()
    outside = body + "".join(f"{name}: {value}" for name, value in mail.items() if name != "To")
    with Session(database.engine()) as session:
        receipt_no = session.get_one(Application, letter_of(number).application_id).receipt_no
    assert person.name not in outside and receipt_no not in outside and "생년월일" in body
    for wrong in ("", "000000"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(io.BytesIO(pdf), password=wrong)
    assert person.birth_date is not None
    with pikepdf.open(io.BytesIO(pdf), password=f"{person.birth_date:%y%m%d}") as opened:
        assert opened.encryption.R == 6 and opened.allow.accessibility and len(opened.pages) == 2


def test_what_went_out_is_kept_byte_for_byte(out: Out) -> None:
    number = planned("email")
    carried(number)
    with database.session() as session:
        (kept,) = session.exec(_leaving(number)).all()
    assert (
        next(raw for key, raw in out.smtp.mails if key == key_of(number)).rstrip()
        == files.read(kept).rstrip()
    )


def _leaving(number: int):  # type: ignore[no-untyped-def]
    from queues.models import DispatchEvent

    return select(DispatchEvent.sha256).where(
        DispatchEvent.dispatch_id == number, DispatchEvent.code == "tried", DispatchEvent.state == "leaving"
    )


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b@c.kr", "x@y.kr\r\nRCPT TO:<z@z.kr>", "홍길동@example.kr", "\ud800@example.kr", "a@b"],
)
def test_an_address_that_is_none_is_not_tried(out: Out, address: str) -> None:
    if "\ud800" in address:
        with pytest.raises(CannotGo):
            mail.checked(address)
        return
    number = planned("email", email=address)
    assert (carry(number), dispatch(number).reason) == ("failed", "mail_address")


def test_an_unknown_recipient_is_another_channels_matter(out: Out) -> None:
    number = planned("email", email="gone@example.kr")
    out.smtp.unknown.add("gone@example.kr")
    assert (carry(number), dispatch(number).reason) == ("failed", "mail_no_recipient")


def test_without_a_birth_date_nothing_is_sent_in_the_clear(out: Out) -> None:
    number = planned("email")
    with database.session() as session:
        person = session.get_one(Person, person_of(number).id)
        person.birth_date = None
        session.add(person)
    assert (carry(number), dispatch(number).reason) == ("failed", "mail_no_password")


@pytest.mark.parametrize("wrong", ["password", "certificate"])
def test_a_server_that_refuses_us_is_asked_about_once(out: Out, wrong: str) -> None:
    numbers = [planned("email"), planned("email")]
    with environment(
        **{"BACKOFFICE_MAIL_OUT_PASSWORD": "no"}
        if wrong == "password"
        else {"BACKOFFICE_MAIL_OUT": _without_certificate(out)}
    ):
        for number in numbers:
            with pytest.raises(SetUpWrong):
                bots.spec(SEND).run(_work(number))
    assert [dispatch(n).state for n in numbers] == ["planned", "planned"]
    with database.session() as session:
        asked = select(ReviewTask).where(ReviewTask.reason == "notice_set_up", ReviewTask.state == "open")
        assert len(session.exec(asked).all()) == 1
        bots.spec(SEND).run(_work(numbers[0]))
    with database.session() as session:
        assert not session.exec(asked).all(), "it goes again: the question has settled itself"


def _without_certificate(out: Out) -> str:
    import json

    return json.dumps({k: v for k, v in out.smtp.settings().items() if k != "ca_file"})


def _work(number: int) -> Work:
    with database.session() as session:
        from queues import work

        item = work.add(session, SEND, f"dispatch:{number}", payload={"dispatch_id": number})
        return Work(id=item.id, bot=SEND, reference=item.reference, payload=item.payload, attempt=1, tries=1)


def test_a_server_that_is_down_is_tried_again(out: Out) -> None:
    number = planned("email")
    out.smtp.stop()
    try:
        with pytest.raises(NotYet):
            carry(number)
    finally:
        out.smtp.start()
    assert (carry(number), out.smtp.taken[key_of(number)]) == ("sent", 1)


def test_a_dot_alone_on_a_line_does_not_end_a_mail() -> None:
    assert smtp._dotted(b"a\r\n.\r\n..b\r\nc") == b"a\r\n..\r\n...b\r\nc\r\n"


def test_a_mail_that_is_out_long_enough_is_left_in_peace(out: Out) -> None:
    number = planned("email")
    carried(number)
    with database.session() as session:
        row = session.get_one(Dispatch, number)
        row.sent_at = datetime.now(UTC) - timedelta(days=30)
        row.next_look_at = datetime.now(UTC) - timedelta(seconds=1)
        session.add(row)
    look_after(Work(id=0, bot="notices.receipts", reference="test", payload={}, attempt=1, tries=1))
    assert dispatch(number).next_look_at is None


def test_the_doctor_looks_at_every_way_out(out: Out) -> None:
    found = {check.name: check.state for check in ways_out.checks(settings())}
    assert found == {
        "mail out": "advice", "message gateway": "ok", "electronic box": "ok", "message rates": "advice",
    }  # fmt: skip
    with environment(BACKOFFICE_MAIL_OUT_PASSWORD="no", BACKOFFICE_MESSAGE_GATEWAY_TOKEN="no"):
        wrong = {check.name: check.state for check in ways_out.checks(settings())}
    assert (wrong["mail out"], wrong["message gateway"]) == ("missing", "missing")
    assert not out.smtp.taken[""]


def test_what_was_decided_does_not_stand_in_a_subject() -> None:
    for kind in load_notice_kinds().kinds:
        assert not re.search(r"인정|불인정|[()]", mail.public_title(kind))


@pytest.mark.parametrize(
    ("url", "key", "state"),
    [("", "", "advice"), ("http://127.0.0.1:1", "", "missing"), ("http://127.0.0.1:1", "k", "ok")],
)
def test_the_doctor_misses_the_tracking(out: Out, url: str, key: str, state: str) -> None:
    told = {"BACKOFFICE_POST_SITE": "epost", "BACKOFFICE_TRACKING_URL": url}
    with environment(**told | ({"BACKOFFICE_TRACKING_KEY": key} if key else {})):
        found = {check.name: check.state for check in ways_out.checks(settings())}
    assert found["tracking of registered letters"] == state
