"""Lines that quote: fillers go, what counts stays."""

from __future__ import annotations

import pytest

from stt.note.quoting import quoted_problems
from stt.note.rendering import compact, topic
from stt.note.sentences import sentences
from tests.stt.note.talk import talk


def line(said: str, who: str = "구") -> str:
    (sentence,) = sentences(talk(f"{who}: {said}"))
    return compact(sentence)


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ("어 저기 음 물류센터에서 일했어요.", "물류센터에서 일했음"),
        ("네 시간까지는 서 있을 수 있습니다.", "네 시간까지는 서 있을 수 있음"),
        ("네, 삼 년 근무했습니다.", "삼 년 근무했음"),
        ("아니요, 자격증은 없어요.", "아니요, 자격증은 없음"),
        ("서류를 내셔야 돼요.", "서류를 내셔야 됨"),
        ("다시는 안 하려고요.", "다시는 안 하려고요"),
        ("회사에 연락해 줘요.", "회사에 연락해 줘요"),
        ("이력서 고쳐서 보낼게요.", "이력서 고쳐서 보낼게요"),
        ("그런 말은 못 들었거든요.", "그런 말은 못 들었음"),
        ("받을 수 있나요?", "받을 수 있나요?"),
        ("하루에 육만 육천 원이에요.", "하루에 육만 육천 원이에요"),
        ("삼 년 사 개월이요.", "삼 년 사 개월"),
        ("우리 고양이요.", "우리 고양이요"),
        ("매달 육십만 원이 나가거든요.", "매달 육십만 원이 나감"),
        ("그렇게는 안 되거든요.", "그렇게는 안 됨"),
        ("사장님이 있더라고요.", "사장님이 있더라고요"),
    ],
)
def test_a_sentence_keeps_what_it_says(said: str, noted: str) -> None:
    assert line(said) == noted


def test_a_question_is_cut_down_to_what_it_asks_for() -> None:
    assert topic("연세가 어떻게 되세요?") == "연세?"
    assert topic("언제 퇴사하셨어요?") == "언제 퇴사하셨어요?"


@pytest.mark.parametrize(
    ("line", "said", "code"),
    [
        ("하루 칠만 원 지급됨", "하루 육만 원 지급됩니다", "number_changed"),
        ("지급됨", "하루 육만 원 지급됩니다", "number_changed"),
        ("받을 수 있음", "받을 수 없어요", "negation_changed"),
        ("가입했음", "가입 안 했어요", "negation_changed"),
        ("서울에서 근무했음", "부산에서 근무했어요", "not_said"),
    ],
)
def test_a_quote_that_says_something_else_is_found(line: str, said: str, code: str) -> None:
    assert code in quoted_problems(line, said)
