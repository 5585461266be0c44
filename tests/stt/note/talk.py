"""Talks for tests, written as lines: "상: 안녕하세요" by the counselor, "구: ..." by the person, "?: ..." by an unknown."""

from __future__ import annotations

from stt.transcript import COUNSELOR, PERSON, UNKNOWN, Transcript, Utterance

_WHO = {"상": COUNSELOR, "구": PERSON, "?": UNKNOWN}


def talk(words: str, *, confidence: float = 0.95) -> Transcript:
    """One utterance a line, 4 seconds each."""
    utterances = []
    for number, line in enumerate(filter(None, map(str.strip, words.splitlines())), start=1):
        who, text = line.split(":", 1)
        start = 4.0 * (number - 1)
        utterances.append(Utterance(number, start, start + 3.5, _WHO.get(who, who), text.strip(), confidence))
    return Transcript(tuple(utterances), duration=4.0 * len(utterances))


FIRST_TALK = """
상: 네 안녕하세요 고용센터 상담사 [상담사]입니다.
구: 안녕하세요. 저기 실업급여 때문에 왔는데요.
상: 네 앉으세요. 언제 퇴사하셨어요?
구: 어 지난달 말에요. 시월 삼십일일에 회사가 문을 닫아서 그만두게 됐어요.
상: 아 그러셨군요. 거기서 얼마나 근무하셨어요?
구: 삼 년 사 개월이요.
상: 월급은 얼마 정도 받으셨나요?
구: 세후로 이백오십만 원 정도 받았어요. 아니 이백사십만 원이요. 제가 착각했네요.
상: 네 알겠습니다. 고용보험은 가입되어 있으셨죠?
구: 네.
상: 그러면 수급자격 인정은 되실 것 같고요, 하루에 육만 육천 원 정도 지급됩니다.
구: 아 네네.
상: 기간은 백오십 일 동안 받으실 수 있어요.
구: 혹시 알바하면 안 되나요?
상: 아르바이트를 하시면 꼭 신고를 하셔야 돼요. 신고 안 하시면 부정수급이 됩니다.
구: 네 알겠습니다. 제가 허리가 안 좋아서 무거운 거 드는 일은 못 해요.
상: 그럼 희망하시는 직종이 있으세요?
구: 사무직이나 물류 관리 쪽으로 일하고 싶어요.
상: 네. 이직확인서가 아직 안 들어왔네요. 제가 회사에 연락해서 이번 주 금요일까지 처리해 달라고 요청드릴게요.
구: 네 부탁드립니다.
상: 그리고 신분증하고 통장 사본을 십이월 삼일까지 보내 주세요.
구: 네 팩스로 보낼게요.
상: 다음 상담은 다음 주 화요일 오후 두 시 어떠세요?
구: 그날은 병원에 가야 돼서요. 수요일은 안 될까요?
상: 네 그럼 다음 주 수요일 오후 두 시에 뵙겠습니다.
구: 네 감사합니다.
상: 네 수고하세요.
"""
