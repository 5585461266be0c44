"""Who is to do what, until when."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from stt.note.draft import FollowUp, Meeting
from stt.note.drafting import draft
from tests.stt.note.talk import talk


def to_do(words: str) -> tuple[FollowUp, ...]:
    return draft(talk(words), Meeting(datetime(2026, 11, 23, 14, 5))).follow_ups


@pytest.mark.parametrize(
    ("words", "kind", "who", "on", "at"),
    [
        ("상: 제가 이번 주 금요일까지 회사에 연락드릴게요.", "task", "counselor", "2026-11-27", ""),
        ("구: 이력서는 보름 뒤에 보낼게요.", "task", "person", "2026-12-08", ""),
        ("상: 신분증하고 통장 사본을 십이월 삼일까지 보내 주세요.", "task", "person", "2026-12-03", ""),
        ("상: 다음 주 수요일 오후 두 시에 뵙겠습니다.", "appointment", "counselor", "2026-12-02", "14:00"),
        (
            "상: 다음 주 화요일 열 시에 오실 수 있으세요?\n구: 네 괜찮아요.",
            "appointment",
            "person",
            "2026-12-01",
            "10:00",
        ),
        ("상: 결과는 조만간 문자로 보내 드릴게요.", "task", "counselor", None, ""),
        ("상: 십이월 삼일 화요일까지 서류를 내 주세요.", "task", "person", None, ""),
        ("상: 십이월 삼일 아니 십이월 오일까지 통장 사본을 보내 주세요.", "task", "person", "2026-12-05", ""),
    ],
)
def test_a_promise_has_its_day(words: str, kind: str, who: str, on: str | None, at: str) -> None:
    (item,) = to_do(words)
    assert (item.kind, item.who, item.at) == (kind, who, at)
    assert item.on == (date.fromisoformat(on) if on else None)
    assert item.on or item.flags


@pytest.mark.parametrize(
    "words",
    [
        "상: 지금부터 제도를 설명드릴게요.",
        "상: 궁금하신 거 있으시면 언제든 전화 주세요.",
        "구: 네 알겠습니다.",
        "상: 실업인정은 사 주마다 하시게 돼요.",
        "상: 다음 주 화요일 두 시 어떠세요?\n구: 그날은 병원에 가야 돼요.",
        "구: 지난주에 이력서를 냈어요.",
        "상: 안녕히 가세요.",
    ],
)
def test_what_nobody_is_to_do_is_no_follow_up(words: str) -> None:
    assert to_do(words) == ()


def test_said_twice_is_one_thing_to_do() -> None:
    (item,) = to_do("상: 다음 주 수요일 두 시에 뵙겠습니다.\n구: 네.\n상: 그럼 수요일 두 시에 뵙겠습니다.")
    assert item.cites == (1, 3)
