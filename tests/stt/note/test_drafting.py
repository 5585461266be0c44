"""From a talk to the draft of its note."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from stt.note.draft import Draft, Meeting, NoteField
from stt.note.drafting import draft
from stt.transcript import Transcript
from tests.stt.note.talk import FIRST_TALK, talk

HELD = Meeting(datetime(2026, 11, 23, 14, 5), "phone", 108.0)


def drafted(words: str) -> Draft:
    return draft(talk(words), HELD)


def texts(note: Draft, field: NoteField) -> list[str]:
    return [line.text for line in note.lines if line.field is field]


@pytest.fixture(scope="module")
def first() -> Draft:
    return drafted(FIRST_TALK)


def test_every_line_cites_what_it_rests_on(first: Draft) -> None:
    known = {u.id for u in talk(FIRST_TALK).utterances}
    for line in first.lines:
        assert set(line.cites) <= known
        assert line.cites or line.origin in {"absent", "facts"}


def test_the_note_is_shorter_than_the_talk(first: Draft) -> None:
    said = sum(len(u.text) for u in talk(FIRST_TALK).utterances)
    assert sum(len(line.text) for line in first.lines) <= 0.6 * said


def test_words_stand_in_the_field_they_belong_to(first: Draft) -> None:
    assert texts(first, NoteField.MEETING) == ["2026년 11월 23일(월) 14:05, 전화, 1분 48초"]
    assert any("삼 년 사 개월" in text for text in texts(first, NoteField.SITUATION))
    assert any("육만 육천 원" in text for text in texts(first, NoteField.GUIDANCE))
    assert any(
        text.startswith("상담사: ") and "금요일까지" in text for text in texts(first, NoteField.AGREED)
    )
    assert any("수요일 오후 두 시" in text for text in texts(first, NoteField.NEXT))


def test_what_was_put_right_stands_with_what_it_puts_right(first: Draft) -> None:
    (line,) = [line for line in first.lines if "이백오십만" in line.text]
    assert "아니 이백사십만 원" in line.text
    assert "corrected" in line.flags


def test_fields_of_which_nothing_was_said_say_so() -> None:
    note = drafted("구: 저는 물류센터에서 삼 년 동안 지게차를 몰았습니다.\n상: 네 그러셨군요.")
    (line,) = [line for line in note.lines if line.field is NoteField.AGREED]
    assert (line.text, line.origin, line.cites) == ("언급 없음", "absent", ())
    assert [field for field in NoteField if not texts(note, field)] == []


@pytest.mark.parametrize("words", ["", "상: 여보세요?\n구: 여보세요?\n상: 네 안녕하세요."])
def test_nothing_said_is_nothing_noted(words: str) -> None:
    note = drafted(words)
    assert {line.origin for line in note.lines} <= {"absent", "facts"}
    assert note.follow_ups == ()
    assert ("nothing_said" in note.flags) == (not words)


def test_what_the_recogniser_may_have_invented_is_left_out() -> None:
    said = talk(
        "구: 저는 물류센터에서 삼 년 동안 일했습니다.\n구: 시청해 주셔서 감사합니다. 구독 부탁드립니다."
    )
    invented = replace(said.utterances[1], flags=("invented",))
    note = draft(Transcript((said.utterances[0], invented)), HELD)
    assert not any("구독" in line.text for line in note.lines)
    assert [line.cites for line in note.lines if "left_out" in line.flags] == [(2,)]


def test_what_was_not_heard_well_is_marked() -> None:
    note = draft(talk("구: 저는 월급을 이백오십만 원 받았습니다.", confidence=0.5), HELD)
    (line,) = [line for line in note.lines if "이백오십만" in line.text]
    assert {"low_confidence", "number_unclear"} <= set(line.flags)


def test_unknown_voices_are_not_given_to_anybody() -> None:
    note = drafted(
        "?: 고용보험은 몇 년 가입하셨어요?\n?: 오 년이요.\n?: 이번 주 금요일까지 서류를 보내 드릴게요."
    )
    resting = [line for line in note.lines if line.cites]
    assert resting
    assert all("speaker_unknown" in line.flags for line in resting)
    assert not any("상담사" in line.text or "구직자" in line.text for line in resting)
    assert all("speaker_unknown" in item.flags for item in note.follow_ups)


def test_a_monologue_is_noted() -> None:
    note = drafted(
        "구: 저는 서른두 살이고요 식당에서 오 년 일했는데 지난달에 그만뒀어요. 지금은 수입이 없어서 "
        "훈련을 받고 싶습니다. 자격증은 없어요."
    )
    assert any("오 년 일했는데" in text for text in texts(note, NoteField.SITUATION))


def test_what_one_says_goes_on_after_a_nod() -> None:
    note = drafted("상: 서류는 십이월 삼일까지\n구: 네\n상: 고용센터로 보내 주세요.")
    (line,) = [line for line in note.lines if "삼일까지" in line.text]
    assert line.cites == (1, 3)
    (item,) = note.follow_ups
    assert (item.on, item.cites) == (date(2026, 12, 3), (1, 3))


def test_a_short_answer_stands_with_its_question() -> None:
    note = drafted("상: 부양하시는 가족이 있으세요?\n구: 아니요.\n상: 지금 다른 소득은 있으세요?\n구: 네.")
    situation = texts(note, NoteField.SITUATION)
    assert "부양하시는 가족이 있으세요? → 아니요" in situation
    assert "지금 다른 소득은 있으세요? → 네" in situation


def test_two_amounts_for_one_thing_are_to_be_checked() -> None:
    note = drafted(
        "구: 월급은 이백만 원 받았어요.\n상: 네 그러셨군요.\n구: 회사를 그만두고 석 달 쉬었어요.\n구: "
        "아까 그 회사에서 월급은 이백오십만 원이었어요."
    )
    (line,) = [line for line in note.lines if "contradiction" in line.flags]
    assert set(line.cites) == {1, 4}


def test_an_hour_that_was_refused_is_marked() -> None:
    note = drafted(
        "상: 다음 상담은 언제가 좋으세요?\n구: 다음 주 화요일 두 시에 갈게요.\n상: 두 시는 제가 "
        "안 되고 세 시로 하시죠.\n구: 네 세 시요."
    )
    lines = [line for line in note.lines if "두 시에 갈게요" in line.text]
    assert lines
    assert all("corrected" in line.flags for line in lines)


def test_a_promise_stands_for_itself() -> None:
    note = drafted("구: 서식은 어디에서 받아요?\n상: 제가 목요일까지 문자 보내 드릴게요.")
    assert texts(note, NoteField.AGREED) == ["상담사: 제가 목요일까지 문자 보내 드릴게요"]
    assert [item.who for item in note.follow_ups] == ["counselor"]


def test_a_field_of_which_something_was_said_is_not_empty() -> None:
    """Whatever else tells more: here a request, among many numbers."""
    many = "\n".join(
        f"상: {n}월에는 지원금이 {n}만 원 나가고 서류를 {n}장 내셔야 돼요." for n in range(1, 12)
    )
    note = drafted(f"구: 안녕하세요 육아휴직에 대해 여쭤보려고요.\n{many}")
    assert any("육아휴직" in text for text in texts(note, NoteField.REQUESTS))


def test_a_talk_that_was_hardly_understood_is_not_quoted() -> None:
    note = draft(talk("구: 지 이래 래 무 무무 사려 때 때\n상: 그럼 사 려 무 육십 지요", confidence=0.3), HELD)
    assert {line.origin for line in note.lines} <= {"absent", "facts"}
    assert any("대부분 알아듣지 못함" in text for text in texts(note, NoteField.TO_CHECK))


def test_the_longest_talk_is_noted_in_time() -> None:
    """60 minutes of talk within 20 s: here ten minutes, and no more than their share."""
    import time

    one = talk(FIRST_TALK).utterances
    length = 108.0
    many = [
        replace(u, id=u.id + turn * len(one), start=u.start + turn * length, end=u.end + turn * length)
        for turn in range(6)
        for u in one
    ]
    draft(talk("구: 네 그렇습니다."), HELD)
    started = time.process_time()
    note = draft(Transcript(tuple(many)), HELD)
    assert time.process_time() - started < 20 / 6
    assert note.lines
