"""What the post's XML says of a registered letter, and what that means."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.notices.tracking.meaning import Meaning, meaning
from bots.notices.tracking.trace import (
    NotUnderstood,
    Trace,
    TrackingBusy,
    TrackingDown,
    TrackingRefused,
)
from bots.notices.tracking.xml_answer import parse

NUMBER = "6100000000007"
SEOUL = ZoneInfo("Asia/Seoul")
SENT, TODAY = date(2026, 11, 20), date(2026, 11, 25)
WAY = [("20", "접수", ""), ("21", "발송", ""), ("22", "도착", "")]
ARRIVED = ("23", "배달완료", "배달 ( 수령인 : 본인 )")


def answer(
    *events: tuple[str, str, str], status: str = "", number: str = NUMBER, name: str = "홍*동"
) -> bytes:
    lines = "".join(
        f"<longitudinalCombinedList><dlvyDate>2026.11.{day}</dlvyDate><dlvyTime>10:3{n % 10}</dlvyTime>"
        f"<nowLc>울산중부우체국</nowLc><processSttus>{what}</processSttus><detailDc>{more}</detailDc>"
        "</longitudinalCombinedList>"
        for n, (day, what, more) in enumerate(events)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><R><cmmMsgHeader><successYN>Y</successYN><returnCode>00</returnCode>'
        f"</cmmMsgHeader><rgist>{number}</rgist><addrseNm>{name}</addrseNm><dlvySttus>{status}</dlvySttus>{lines}</R>"
    ).encode()


def refusal(code: str) -> bytes:
    return f"<R><cmmMsgHeader><successYN>N</successYN><returnCode>{code}</returnCode></cmmMsgHeader></R>".encode()


def means(content: bytes, name: str = "홍길동") -> Meaning:
    trace = parse(content, NUMBER)
    assert trace is not None
    return meaning(trace, name=name, sent_on=SENT, today=TODAY)


def test_events_stand_in_order_however_they_were_told() -> None:
    trace = parse(answer(ARRIVED, *WAY[::-1], status="배달완료 ( 배달 )"), NUMBER)
    assert trace is not None
    assert [event.status for event in trace.events] == ["접수", "발송", "도착", "배달완료"]
    assert trace.events[-1].at == datetime(2026, 11, 23, 10, 30, tzinfo=SEOUL)
    assert trace.status == "배달완료 ( 배달 )"


def test_characters_of_korean_systems_are_understood() -> None:
    content = answer(*WAY).decode().replace("UTF-8", "EUC-KR").encode("euc-kr")
    trace = parse(content, NUMBER)
    assert trace is not None and trace.addressee == "홍*동"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (answer(*WAY)[:-30], NotUnderstood),
        (answer(*WAY, number="6100000000014"), NotUnderstood),
        (answer(("31", "접수", "")), NotUnderstood),  # there is no 31st of November
        (b"<html><body>\xec\xa0\x90\xea\xb2\x80</body></html>", NotUnderstood),
        (b"", NotUnderstood),
        (b"<R>" * 400_000, NotUnderstood),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><R>&b;</R>', NotUnderstood),
        ('<!DOCTYPE a [<!ENTITY b "c">]><R>&b;</R>'.encode("utf-16"), NotUnderstood),
        (refusal("22"), TrackingBusy),
        (refusal("30"), TrackingRefused),
        (refusal("99"), TrackingDown),
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse(content, NUMBER)


def test_a_number_that_is_not_known_yet_has_no_trace() -> None:
    assert parse(refusal("03"), NUMBER) is None


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"<R>{text}</R>".encode("utf-8", "replace"))
)
def test_any_bytes_give_a_trace_or_an_error_of_ours(content: bytes) -> None:
    with contextlib.suppress(NotUnderstood, TrackingDown, TrackingRefused):
        parse(content, NUMBER)


@given(
    st.lists(
        st.sampled_from([*WAY, ARRIVED, ("22", "미배달", "폐문부재"), ("24", "반송", "이사불명")]), max_size=8
    )
)
def test_what_was_sent_back_has_never_arrived(events: list[tuple[str, str, str]]) -> None:
    found = means(answer(*events))
    if any(what == "반송" for _, what, _ in events):
        assert found.kind == "returned"
    if found.kind == "delivered":
        assert ARRIVED in events


def test_a_letter_that_arrived() -> None:
    found = means(answer(*WAY, ARRIVED, status="배달완료 ( 배달 )"))
    assert (found.kind, found.receiver, found.receiver_admitted) == ("delivered", "본인", True)
    assert found.at == datetime(2026, 11, 23, 10, 33, tzinfo=SEOUL)


@pytest.mark.parametrize(
    "more", ["배달 ( 수령인 : 무인우편함 )", "배달(수령인:경비실)", "우편 수취함", "무인 배달"]
)
def test_a_mailbox_is_no_receiver_whom_the_law_names(more: str) -> None:
    found = means(answer(*WAY, ("23", "배달완료", more)))
    assert found.kind == "delivered" and not found.receiver_admitted


def test_where_the_post_names_nobody_its_rules_hold() -> None:
    found = means(answer(*WAY, ("23", "배달완료", "배달"), status="배달완료 ( 배달 )"))
    assert (found.kind, found.receiver, found.receiver_admitted) == ("delivered", "", True)


@pytest.mark.parametrize(
    ("events", "status", "reason"),
    [
        ([("24", "반송", "수취인불명"), ("25", "배달완료", "반송")], "배달완료 ( 반송 )", "post_no_such_person"),
        ([("23", "미배달", "폐문부재"), ("25", "배달완료", "배달")], "배달완료 ( 반송 )", "post_absent"),
        ([("23", "보관", "보관기간 경과"), ("24", "반송", "")], "", "post_not_collected"),
        ([("24", "환부", "")], "환부", "post_returned"),
        # brought to its sender again, with a word that looks like an arrival
        ([("23", "반송", "이사불명"), ("25", "배달완료", "배달 ( 수령인 : 직원 )")], "배달완료", "post_moved"),
    ],
)  # fmt: skip
def test_a_letter_that_came_back(events: list[tuple[str, str, str]], status: str, reason: str) -> None:
    found = means(answer(*WAY, *events, status=status))
    assert (found.kind, found.reason) == ("returned", reason)


def test_nobody_was_there_today() -> None:
    assert means(answer(*WAY, ("23", "미배달", "폐문부재"), status="미배달")).kind == "under_way"
    assert means(answer(*WAY, status="배달준비")).kind == "under_way"


@pytest.mark.parametrize(
    "content",
    [
        answer(*WAY, ARRIVED, name="김*동"),
        answer(*WAY, ARRIVED, name="홍*동이네"),
        answer(("01", "접수", ""), ARRIVED),  # before it was posted
        answer(*WAY, ("29", "배달완료", "배달 ( 수령인 : 본인 )")),  # in days to come
    ],
)
def test_a_number_of_another_letter_serves_nobody(content: bytes) -> None:
    assert means(content).kind == "mistaken"


def test_a_long_name_is_cut_short_by_the_post() -> None:
    found = means(answer(*WAY, ARRIVED, name="주*회사 대한"), name="주식회사 대한민국 정밀공업 울산 제2공장")
    assert found.kind == "delivered"
    assert means(answer(*WAY, ARRIVED, name="(*)한빛산업"), name="㈜한빛산업").kind == "delivered"


def test_an_answer_without_a_name_is_taken() -> None:
    trace = Trace(NUMBER, "", "", ())
    assert meaning(trace, name="홍길동", sent_on=SENT, today=TODAY).kind == "under_way"
