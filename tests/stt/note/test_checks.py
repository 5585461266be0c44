"""Lines that a model wrote are held against what they cite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from stt.note.acts import Act
from stt.note.checks import Evidence, problems
from stt.note.draft import Meeting, NoteField
from stt.note.drafting import draft
from stt.note.writer import WritingError
from stt.note.written_lines import _evidence_of, read_lines
from tests.stt.note.talk import FIRST_TALK, talk

C, P = "counselor", "person"
DEADLINE = Evidence((1,), C, "신분증하고 통장 사본을 십이월 삼일까지 보내 주세요", Act.INSTRUCTION)
CALL = Evidence((2,), C, "제가 이번 주 금요일까지 회사에 연락드릴게요", Act.PROMISE)
PAY = Evidence((3,), P, "월급은 세후로 이백오십만 원 받았어요")
LIMIT = Evidence((4,), C, "월평균 보수가 백이십사만 원 이상이어야 돼요")
BACK = Evidence((5,), P, "허리가 안 좋아서 무거운 거 드는 일은 못 해요")
NONE = Evidence((6,), P, "고용보험에 가입하지 않았어요")
ABLE = Evidence((7,), C, "구직촉진수당을 받으실 수 있어요")
IF = Evidence((8,), C, "아르바이트를 하시면 신고를 하셔야 됩니다")
WISH = Evidence((9,), P, "물류 관리 쪽으로 일하고 싶어요")
ASKED = Evidence((10,), P, "아르바이트를 해도 되나요?", Act.QUESTION)


@pytest.mark.parametrize(
    ("line", "evidence", "field"),
    [
        ("구직자가 신분증, 통장 사본을 12월 3일까지 보내기로 함", DEADLINE, NoteField.AGREED),
        ("상담사가 이번 주 금요일까지 회사에 연락", CALL, NoteField.AGREED),
        ("월급은 세후 250만 원 받았음", PAY, NoteField.SITUATION),
        ("월평균 보수 124만 원 이상이어야 함", LIMIT, NoteField.GUIDANCE),
        ("허리가 안 좋아서 무거운 일은 못 함", BACK, NoteField.SITUATION),
        ("고용보험에 가입하지 않았음", NONE, NoteField.SITUATION),
        ("구직촉진수당을 받을 수 있음", ABLE, NoteField.GUIDANCE),
        ("물류 관리 쪽으로 일하고 싶음", WISH, NoteField.SITUATION),
    ],
)
def test_a_line_that_says_what_was_said_holds(line: str, evidence: Evidence, field: NoteField) -> None:
    assert problems(line, [evidence], field) == ()


@pytest.mark.parametrize(
    ("line", "evidence", "field", "code"),
    [
        ("구직자가 통장 사본을 12월 5일까지 보내기로 함", DEADLINE, NoteField.AGREED, "number_changed"),
        ("구직자가 통장 사본을 3월 12일까지 보내기로 함", DEADLINE, NoteField.AGREED, "day_changed"),
        ("상담사가 통장 사본을 12월 3일까지 보내기로 함", DEADLINE, NoteField.AGREED, "who_changed"),
        ("통장 사본을 12월 3일까지 보내기로 함", DEADLINE, NoteField.AGREED, "who_changed"),
        ("구직자가 이번 주 금요일까지 회사에 연락", CALL, NoteField.AGREED, "who_changed"),
        ("상담사가 다음 주 금요일까지 회사에 연락", CALL, NoteField.AGREED, "day_changed"),
        ("상담사가 이번 주 금요일에 회사에 연락했음", CALL, NoteField.AGREED, "time_changed"),
        ("월급은 세후 350만 원 받았음", PAY, NoteField.SITUATION, "number_changed"),
        ("희망 월급은 250만 원", PAY, NoteField.SITUATION, "not_said"),
        ("월평균 보수 124만 원 이하여야 함", LIMIT, NoteField.GUIDANCE, "number_changed"),
        ("월평균 보수 124만 원이어야 함", LIMIT, NoteField.GUIDANCE, "number_changed"),
        ("허리가 좋아서 무거운 일은 못 함", BACK, NoteField.SITUATION, "negation_changed"),
        ("고용보험에 가입했음", NONE, NoteField.SITUATION, "negation_changed"),
        ("고용보험 가입", NONE, NoteField.SITUATION, "negation_changed"),
        ("구직촉진수당을 받음", ABLE, NoteField.GUIDANCE, "made_certain"),
        ("아르바이트를 신고함", IF, NoteField.GUIDANCE, "made_certain"),
        ("물류 관리 쪽으로 일함", WISH, NoteField.SITUATION, "made_certain"),
        ("아르바이트를 해도 됨", ASKED, NoteField.REQUESTS, "made_certain"),
        ("구직자는 자녀가 두 명임", PAY, NoteField.SITUATION, "number_changed"),
        ("구직자는 결혼했음", PAY, NoteField.SITUATION, "not_said"),
        ("The person earned 250", PAY, NoteField.SITUATION, "other_language"),
        ("", PAY, NoteField.SITUATION, "empty"),
    ],
)
def test_a_line_that_says_something_else_does_not(
    line: str, evidence: Evidence, field: NoteField, code: str
) -> None:
    assert code in problems(line, [evidence], field)


def test_only_lines_that_cite_are_read() -> None:
    answer = "상담일지입니다.\n- 통장 사본 제출 [21]\n2. 회사에 연락 [19, 20].\n[3]번 발화 참고\n끝 []"
    assert [(w.text, w.cites) for w in read_lines(answer)] == [
        ("통장 사본 제출", (21,)),
        ("회사에 연락", (19, 20)),
    ]


class Scripted:
    """Says for each field what it was told to say."""

    name = "scripted"

    def __init__(self, answers: Sequence[tuple[str, str]] = (), fails: bool = False) -> None:
        self.answers, self.fails = dict(answers), fails
        self.asked: list[str] = []

    def begin(self) -> None:
        self.asked.clear()

    def write(self, instruction: str, evidence: str) -> str:
        self.asked.append(evidence)
        if self.fails:
            raise WritingError("out of memory")
        return next((answer for title, answer in self.answers.items() if f'"{title}"' in instruction), "")


HELD = Meeting(datetime(2026, 11, 23, 14, 5), "phone", 108.0)


def test_what_holds_is_written_and_what_does_not_is_said() -> None:
    model = Scripted(
        [
            (
                "합의·조치",
                "상담사가 회사에 연락해서 이번 주 금요일까지 처리해 달라고 요청하기로 함 [19]\n"
                "구직자가 신분증과 통장 사본을 12월 30일까지 보내기로 함 [21]\n구직자가 주민등록등본을 내기로 함 [99]",
            )
        ]
    )
    note = draft(talk(FIRST_TALK), HELD, model)
    agreed = {line.cites: line for line in note.lines if line.field is NoteField.AGREED}
    assert note.drafted_by == "scripted"
    assert (agreed[(19,)].origin, agreed[(19,)].flags) == ("written", ())
    assert agreed[(21,)].origin == "said"
    assert "fell_back" in agreed[(21,)].flags
    assert "삼일까지" in agreed[(21,)].text
    assert not any("30일" in line.text or "등본" in line.text for line in note.lines)


@pytest.mark.parametrize(
    "model", [Scripted(), Scripted(fails=True), Scripted([("구직자 상황", "구직자는 3년 일했음")])]
)
def test_without_a_usable_answer_the_note_quotes(model: Scripted) -> None:
    plain = draft(talk(FIRST_TALK), HELD)
    note = draft(talk(FIRST_TALK), HELD, model)
    assert [(line.field, line.text, line.cites) for line in note.lines] == [
        (line.field, line.text, line.cites) for line in plain.lines
    ]
    assert all(
        "fell_back" in line.flags for line in note.lines if line.cites and not set(line.flags) - {"fell_back"}
    )


def test_what_is_doubtful_is_not_given_to_a_model() -> None:
    model = Scripted()
    draft(talk(FIRST_TALK), HELD, model)
    assert model.asked
    assert not any("이백오십만" in evidence for evidence in model.asked)


def test_a_line_holds_against_what_it_cites_and_not_against_what_stands_beside_it() -> None:
    sentences = (
        SimpleNamespace(cites=(3,), speaker="person", text="지원금을 받고 싶어요."),
        SimpleNamespace(cites=(4,), speaker="person", text="백팔십만 원을 받았어요."),
    )
    passage = SimpleNamespace(cites=(3, 4), act=Act.STATEMENT, sentences=sentences)
    chosen: Any = [SimpleNamespace(passage=passage)]
    (line,) = read_lines("지원금을 받고 싶음 [3]")
    assert [e.cites for e in _evidence_of(line, chosen)] == [(3,)]
