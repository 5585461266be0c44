"""Personal data out of talks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.redaction import redact, redact_text
from stt.transcript import Utterance, Word
from tests.benchmarks.redaction import LEAST_FOUND, MOST_LOST, rates, run


def talk(*lines: str) -> list[Utterance]:
    """ "c: ..." the counselor, "p: ..." the person, "u: ..." unknown; three seconds each."""
    speakers = {"c": "counselor", "p": "person", "u": "unknown"}
    return [
        Utterance(i + 1, i * 3.0, i * 3.0 + 2.5, speakers[line[0]], line[2:].strip())
        for i, line in enumerate(lines)
    ]


def texts(*lines: str) -> list[str]:
    return [utterance.text for utterance in redact(talk(*lines)).utterances]


def test_a_resident_number_is_found_over_several_turns() -> None:
    assert texts("c: 주민번호요", "p: 팔팔공일공일 다시", "c: 네", "p: 이공삼사오육칠이요") == [
        "주민번호요",
        "[주민등록번호] 다시",
        "네",
        "[주민등록번호]이요",
    ]


def test_a_phone_number_is_found_over_turns_with_its_echo() -> None:
    said = texts("c: 연락처요", "p: 공일공에", "c: 네", "p: 삼이사오에 육칠팔구요", "c: 육칠팔구 맞으시죠")
    assert said[1:] == ["[전화번호]에", "네", "[전화번호]요", "[전화번호] 맞으시죠"]


def test_on_one_channel_the_echo_does_not_hide_the_number() -> None:
    said = texts("u: 공일공에", "u: 네 공일공", "u: 삼이사오", "u: 삼이사오", "u: 육칠팔구요")
    assert not any(part in " ".join(said) for part in ("공일공", "삼이사오", "육칠팔구"))


@pytest.mark.parametrize(
    ("said", "redacted"),
    [
        ("제 번호는 010-3245-6789예요", "제 번호는 [전화번호]예요"),
        ("공일공 팔팔삼사 하나둘셋넷이요", "[전화번호]이요"),
        ("공 일 공 팔 팔 삼 사 일 이 삼 오요", "[전화번호]요"),
        ("공일공에 삼이자오 육칠팔구요", "[전화번호]요"),
        ("공 일 공79937627이에요", "[전화번호]이에요"),
        ("국민은행 육팔이이 공이 공사 일이삼사오육 아니 육칠로 끝나요", "국민은행 [계좌번호] 아니 [계좌번호]로 끝나요"),
        ("010이오삼구4514예요", "[전화번호]예요"),
        ("외국인등록번호 구공일이공일 다시 오일이삼사오육이요", "외국인등록번호 [외국인등록번호]이요"),
        ("계좌는 농협 삼백오십이 다시 공일이삼 다시 사오육칠 다시 팔삼입니다", "계좌는 농협 [계좌번호]입니다"),
        ("국민은행 육팔이이 공이 공사 일이삼사오육 아니 육칠이요", "국민은행 [계좌번호] 아니 [계좌번호]요"),
        ("카드는 오사일이 하나둘셋넷 오육칠팔 구공일이예요", "카드는 [카드번호]예요"),
        ("여권은 M12345678이고요", "여권은 [여권번호]이고요"),
        ("면허번호는 서울 12-123456-12입니다", "면허번호는 [면허번호]입니다"),
        ("에이치 오 엔 지 팔팔 골뱅이 네이버 닷컴이요", "[이메일]이요"),
        ("메일은 sunny12@gmail.com이에요", "메일은 [이메일]이에요"),
        ("서울 은평구 월드컵북로 21길 15 301호에 살아요", "서울 은평구 [주소]에 살아요"),
        ("한빛아파트 백이동 천삼백사호예요", "[주소]예요"),
        ("생년월일은 팔십팔년 일월 이일이요", "생년월일은 [생년월일]이요"),
        ("비밀번호는 일이삼사예요", "비밀번호는 [번호]예요"),
        ("최민호 과장님하고 김 대리가 그랬어요", "[이름] 과장님하고 [이름] 대리가 그랬어요"),
        ("남편 김철수가 그만뒀고 딸 수진이는 학생이에요", "남편 [이름]가 그만뒀고 딸 [이름]이는 학생이에요"),
        ("전에 응우옌 씨랑 일했어요", "전에 [이름] 씨랑 일했어요"),
        ("저는 이영희라고 합니다", "저는 [이름]라고 합니다"),
    ],
)  # fmt: skip
def test_what_is_personal_is_taken_out(said: str, redacted: str) -> None:
    assert redact_text(said) == redacted


@pytest.mark.parametrize(
    "said",
    [
        "접수번호는 2026-UB-0012345이고 사업자번호는 220-81-62517이에요",
        "접수번호가 이공이육 유비 공공일이삼사오예요",
        "궁금하시면 1350이나 1588-0075로 전화 주세요, 국번 없이 일삼오공이요",
        "저희 센터 번호는 02-6950-9100이에요",
        "월급이 3200000 들어왔고 통장에 1,200,000원이 찍혔어요",
        "계좌로 삼백이십만 원이 십이월 삼일에 들어왔고 피보험기간은 900일이에요",
        "올해 마흔다섯이고 아이가 둘이에요, 국민취업지원제도 이유형이고요",
        "인사과 과장님이 그랬고 담당자분이 대표님하고 사장님한테 말했대요",
        "유치원 방과 후 교사를 했고 신용보증 회사 이사님이 계셔서요",
        "버스로 사십 분 걸리고 사층 이 번 창구로 오세요",
        "이사를 하나 했는데 이 일이 사 년째고 구 년 전 일이에요",
        "남편 연금이 나와서 아이 하나 키워요",
    ],
)
def test_what_is_not_personal_stays(said: str) -> None:
    assert redact_text(said) == said


def test_names_of_the_record_are_marked_by_their_part() -> None:
    said = redact(
        talk("c: 저는 상담사 정다운입니다", "p: 오보람이에요 다운 씨", "c: 보람 씨, 남궁옥 님은요"),
        person_names=["오보람"],
        counselor_names=["정다운"],
        known_names=["남궁옥"],
    ).utterances
    assert said[0].text == "저는 상담사 [상담사]입니다"
    assert said[1].text == "[구직자]이에요 [상담사] 씨"
    assert said[2].text == "[구직자] 씨, [이름] 님은요"


def test_a_name_that_was_told_once_is_taken_out_everywhere() -> None:
    said = texts("c: 아드님 이름이 뭐예요?", "p: 준서요", "c: 준서는 몇 살이에요?")
    assert said == ["아드님 이름이 뭐예요?", "[이름]요", "[이름]는 몇 살이에요?"]


def test_a_number_asked_for_stays_hidden_where_a_firm_was_spoken_of_before() -> None:
    said = texts(
        "p: 사업자번호는 220-81-62517이고요", "c: 문자는 어디로 보내 드릴까요?", "p: 010-4866-팔오이구이에요"
    )
    assert said[0] == "사업자번호는 220-81-62517이고요"
    assert said[2].startswith("[전화번호]")


def test_times_and_words_follow_what_was_taken_out() -> None:
    words = (Word("번호는", 10.0, 10.5, 0.9), Word("공일공", 10.6, 11.2, 0.8), Word("삼이사오에", 11.3, 12.0, 0.4),
             Word("육칠팔구요", 12.1, 13.0, 0.7), Word("네", 13.2, 13.4, 0.9))  # fmt: skip
    utterance = Utterance(7, 10.0, 13.5, "person", "번호는 공일공 삼이사오에 육칠팔구요 네", words=words)
    result = redact([utterance])
    (hidden,) = result.hidden[7]
    assert (hidden.kind, utterance.text[hidden.from_ : hidden.to]) == ("phone", "공일공 삼이사오에 육칠팔구")
    assert 10.5 <= hidden.start <= 10.6 and 13.0 <= hidden.end <= 13.1
    assert [word.text for word in result.utterances[0].words] == ["번호는", "[전화번호]", "네"]
    assert result.utterances[0].words[1].confidence == 0.4


def test_without_fitting_words_the_whole_utterance_is_beeped_and_words_go() -> None:
    utterance = Utterance(
        1, 4.0, 9.0, "person", "공일공 삼이사오 육칠팔구요", words=(Word("다른", 4, 5, 1.0),)
    )
    result = redact([utterance])
    assert (result.hidden[1][0].start, result.hidden[1][0].end) == (4.0, 9.0)
    assert result.utterances[0].words == ()


def test_benchmark_holds_on_made_up_and_scripted_talks() -> None:
    n = run(9, seed=9)
    for group in ("made", "scripted"):
        found, lost = rates(n, group)
        assert found >= LEAST_FOUND and lost <= MOST_LOST


@given(
    st.lists(
        st.text(alphabet="공일이삼오 010-에다시네저는김씨님호동로길@골뱅이에요,.년월", max_size=40),
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_talk_comes_out_whole(said: list[str]) -> None:
    given_talk = talk(*(f"{'cpu'[i % 3]}: {text}" for i, text in enumerate(said)))
    result = redact(given_talk)
    assert [u.id for u in result.utterances] == [u.id for u in given_talk]
    for before, after in zip(given_talk, result.utterances, strict=True):
        hidden = result.hidden.get(before.id, ())
        assert (before.text == after.text) == (not hidden)
        assert all(0 <= h.from_ < h.to <= len(before.text) for h in hidden)


def test_hostile_lengths_take_no_time() -> None:
    for text in (
        "에이" * 2000 + "골뱅이",
        "공일" * 3000,
        "김철수씨" * 800,
        "가" * 8000,
        "1-" * 1500,
        "일 " * 1500,
    ):
        redact([Utterance(1, 0.0, 1.0, "person", text)])
