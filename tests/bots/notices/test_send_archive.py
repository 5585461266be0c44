"""The archive of copies answers what no mail server does; what comes back into it opens the case again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from bots.notices.send import archive
from bots.notices.send.receipts import run as look_after
from bots.sandbox.bounce import bounce
from bots.sandbox.mail_server import MailServer, why_not
from queues import database, dispatches
from queues.bots import Work
from queues.models import Dispatch
from tests.bots.send_world import Out, carried, dispatch, events, key_of, letter_of, planned, ways_out

needs_server = pytest.mark.skipif(bool(why_not()), reason="no dovecot on this machine")


@pytest.fixture(scope="module")
def archived(database_url: str) -> Iterator[Out]:
    with MailServer(user="archive") as box, ways_out(archive=box, archive_seconds=1.0) as found:
        yield found


def address_of(number: int) -> str:
    with Session(database.engine()) as session:
        return dispatches.recipient(session.get_one(Dispatch, number))["email"]


@needs_server
def test_the_archives_copy_tells_instead_of_a_person(archived: Out) -> None:
    number = planned("email")
    archived.smtp.trouble("drop_after")
    sent = carried(number)
    assert (sent.state, archived.smtp.taken[sent.key]) == ("sent", 1)
    assert "sent:found" in events(number)


@needs_server
def test_no_copy_proves_nothing(archived: Out) -> None:
    number = planned("email")
    archived.smtp.trouble("drop_before")
    assert carried(number).state == "unknown", "it may still have been taken over"
    assert archived.smtp.taken[key_of(number)] == 0


@needs_server
def test_what_comes_back_opens_the_case_again(archived: Out) -> None:
    number, fine = planned("email"), planned("email")
    archived.smtp.bouncing[address_of(number)] = "5.2.2"
    archived.smtp.bouncing[address_of(fine)] = "4.4.1"
    carried(number), carried(fine)
    for _ in range(2):
        look_after(Work(id=0, bot="notices.receipts", reference="test", payload={}, attempt=1, tries=1))
    assert (dispatch(number).state, dispatch(number).reason) == ("returned", "mail_full")
    assert events(number).count("returned:mail_full") == 1 and letter_of(number).state == "returned"
    assert dispatch(fine).state == "sent", "a report of delay is no end"


def test_reports_about_mails_of_others_say_nothing() -> None:
    key = "0" * 32
    ours = f"From: a@b.kr\r\nMessage-ID: <{key}@b.kr>\r\n\r\nx".encode()
    told = archive.read_report(bounce(ours, "c@d.kr"))
    assert told is not None and (told.key, told.status) == (key, "5.1.1")
    assert archive.read_report(bounce(ours, "c@d.kr", "4.4.1")) is None
    assert archive.read_report(bounce(b"Message-ID: <other@b.kr>\r\n\r\nx", "c@d.kr")) is None
    copy = archive.read_report(bounce(ours, "archive@d.kr"))
    assert copy is not None and copy.to == "archive@d.kr"
    for broken in (b"", ours, bounce(ours, "c@d.kr")[:600]):
        assert archive.read_report(broken) is None


@given(st.binary(max_size=400), st.integers(0, 1500), st.integers(0, 60))
def test_no_report_breaks_the_reader(noise: bytes, place: int, length: int) -> None:
    whole = bounce(b"Message-ID: <" + b"a" * 32 + b"@b.kr>\r\n\r\nx", "c@d.kr")
    for raw in (noise, whole[:place] + noise + whole[place + length :]):
        told = archive.read_report(raw)
        assert told is None or len(told.key) == 32
