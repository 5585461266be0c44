"""What fax gateways say in their mails, and when a fax was received."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.intake.mailbox.when import moment, received_at
from bots.mail.gateway import is_notice, told
from bots.mail.limits import Limits
from bots.mail.papers import Opened, open_mail, text_of_html
from bots.sandbox.fax_mail import Received, fax_mail
from config.mail_gateways import MailGatewaysError, load_mail_gateways

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n" + bytes(range(256)) + b"\n%%EOF\n"
WAYS = load_mail_gateways()
GATEWAYS = [g.model_dump(by_alias=True) for g in WAYS.gateways]


def opened(mail: bytes | Message, *, files: int = 50, most_bytes: int = 10_000_000) -> Opened:
    content = mail if isinstance(mail, bytes) else mail.as_bytes()
    return open_mail(
        message_from_bytes(content), Limits(files, most_bytes), lambda name: name.endswith(".p7s")
    )


def letter(text: str = "안녕하세요", html: str = "") -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["Subject"] = "a@example.com", "서류 보냅니다"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


@pytest.mark.parametrize("style", [0, 1, 2])
def test_gateways_tell_in_headers_words_and_tables(style: int) -> None:
    found = opened(fax_mail(Received(NOON, "02-2250-5470", "(주)바른교육 총무팀", 3), [], style=style))
    said = told(found.outer, GATEWAYS)
    assert (said["caller"], said["sender"]) == ("02-2250-5470", "(주)바른교육 총무팀")
    assert moment(said["received_at"], WAYS.time_formats, SEOUL) == NOON


def test_a_gateway_that_knows_no_caller_and_a_mail_of_somebody_else() -> None:
    nobody = told(opened(fax_mail(Received(NOON, pages=1), [], style=1)).outer, GATEWAYS)
    assert (nobody["caller"], nobody["sender"]) == ("", ""), "the line below the empty one is another's"
    own = letter("안녕하세요. 제 전화는 010-2345-6789입니다. 서류를 보냅니다.")
    assert told(opened(own).outer, GATEWAYS) == {"caller": "", "sender": "", "received_at": ""}


def test_a_report_of_what_was_sent_needs_nobody() -> None:
    mail = letter()
    del mail["Subject"]
    mail["Subject"] = "[발송결과] 팩스 1건 성공"
    assert is_notice(opened(mail).outer, GATEWAYS)
    assert not is_notice(opened(letter()).outer, GATEWAYS)


def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "mail_gateways.yaml"
    file.write_text("gateways: [{caller: [{in: subject, pattern: '(unclosed'}]}]", "utf-8")
    with pytest.raises(MailGatewaysError, match=r"(?s)mail_gateways.yaml.*gateways.0.caller.0.*unclosed"):
        load_mail_gateways(file)


@pytest.mark.parametrize(
    "word", ["발신번호", "보낸 사람", "수신일시: 2026-", "fax 0", "<script", "<", "=?utf-8?b?", " "]
)
@pytest.mark.parametrize("filler", ["", " ", "\n", "\t ", "(", "0-", "a"])
def test_patterns_end_in_time_whatever_the_text(word: str, filler: str) -> None:
    found = opened(letter())
    long = f"{word}{filler * 40}" * 200 + filler * 60_000
    found.outer.text = long
    found.outer.head = message_from_bytes(b"Subject: " + long.replace("\n", " ").encode())
    began = time.process_time()
    told(found.outer, GATEWAYS)
    text_of_html(long * 3)
    assert time.process_time() - began < 2


def when(told_at: str, arrived: datetime, hop: str = "") -> datetime:
    return received_at(told_at, arrived, hop, formats=WAYS.time_formats, believe_hours=8, zone=SEOUL)


def test_the_gateways_time_counts_where_it_can_be_true() -> None:
    assert when("2026-11-23 11:58:00", NOON) == NOON - timedelta(minutes=2)
    assert when("2026-11-23T12:00:00+09:00", NOON + timedelta(hours=3)) == NOON
    assert when("Mon, 23 Nov 2026 12:00:00 +0900", NOON + timedelta(hours=1)) == NOON


def test_a_time_that_cannot_be_true_does_not_count() -> None:
    assert when("2026-11-22 12:00", NOON) == NOON, "a day earlier: somebody would like a deadline to be kept"
    assert when("2026-11-23 03:00", NOON) == NOON, "nine hours: a gateway that does not know its time zone"
    assert when("2026-11-23 18:00", NOON) == NOON, "later than its mail"
    assert when("곧", NOON) == NOON


def test_a_mail_that_was_moved_between_programs_keeps_its_time() -> None:
    """INTERNALDATE is then the time of moving; the center's server has noted the arrival in Received."""
    assert when("", NOON + timedelta(days=40), "Mon, 23 Nov 2026 12:00:00 +0900 (KST)") == NOON
    assert when("", NOON, "Mon, 23 Nov 2026 18:00:00 +0900") == NOON
    assert when("", NOON, "Thu, 01 Jan 1970 00:00:00 +0000") == NOON


@given(st.text(max_size=60) | st.datetimes().map(str) | st.datetimes().map(lambda d: f"{d:%Y.%m.%d %H:%M}"))
def test_no_time_breaks_the_reading_of_it(text: str) -> None:
    assert when(text, NOON, text) <= NOON
