"""The words that figures are said in, what stands between and behind them, and what makes them an amount."""

from __future__ import annotations

import re

_SAID = {
    "0": "영 공 령 빵 제로",
    "1": "일 하나",
    "2": "이 둘",
    "3": "삼 셋",
    "4": "사 넷",
    "5": "오 다섯",
    "6": "육 륙 여섯",
    "7": "칠 일곱",
    "8": "팔 여덟 여덜",
    "9": "구 아홉",
}
FIGURES = {word: digit for digit, words in _SAID.items() for word in words.split()}

FIGURE = "|".join(sorted(FIGURES, key=len, reverse=True))
BETWEEN = r"다시|대시|데시|하이픈|국에|국의|번에|번의|에|의|바"
JOINING = ("에", "의", "다시", "대시", "데시", "하이픈", "국에", "국의", "번에", "번의")
"""Endings after which the number goes on."""

_ENDINGS = r"""
다시 대시 데시 하이픈 국에 국의 국 번에 번의 번이\S{0,6} 번입\S* 번인\S* 번으로 번 에요 에서 에 의 이에요
예요 입니다만 입니다 이요 요 이고요 이구요 이고 고요 구요 고 인데요 인데 이거든요 거든요 이죠 죠 이지요 지요 맞죠 이네요
네요 이네 이라고\S* 라고\S* 이야 야 인가요 인가 이시고\S* 이시죠 시죠 이신가요 이십니까 이세요 맞으\S* 맞나\S*
맞습\S* 은요 는요 은 는 이 가 을 를 으로 로 이랑 랑 하고 까지 부터 이란\S* 이었\S* 였\S* 이예요 인디\S*
유 이유 쥬 슈 여 이여 이오 오 잉 이라\S* 임\S* 예 이예 지예 이구 구 이다 다 이래요 래요 이라 라 이며 며 이면
면 ㅂ니다
"""
ENDING = f"(?:{'|'.join(_ENDINGS.split())})"
"""Particles and forms of 이다 behind the last figure, as a pattern."""

_SEPARATORS_WORDS = """
다시 대시 데시 하이픈 작대기 짝대기 빼기 마이너스 바 슬래시 국에 국번 에 의 번에
"""
SEPARATORS = frozenset(_SEPARATORS_WORDS.split())
_FILLERS_WORDS = """
어 음 그 저 저기 네 예 아 에 자 응 흠 그리고 그리구 다음 다음에 그다음 그다음에 다음은 다음이
뒤에 뒤에는 뒤에가 뒤는 뒤가 뒷자리 뒷자리는 뒷자리가 뒷자리요 뒷번호 뒷번호는 뒷번호가 앞자리 앞자리는
앞자리가 앞에 앞에는 가운데 가운데는 가운데가 중간 중간에 국번은 잠시만요 잠깐만요 잠깐만 그러니까
그니까 인제 이제 네네 예예 하고 그담에 고다음 고다음에 끝에 끝에는 끝번호 끝번호는 마지막 마지막은
마지막에 또 음음 어어 뭐 뭐냐 뭐더라 인데 번호
"""
FILLERS = frozenset(_FILLERS_WORDS.split())
"""Words that may stand within a number."""

_AMOUNT_UNITS_WORDS = """
원 년 월 일 시 분 초 시간 개월 주 주일 달 명 개 건 회 회차 차 살 세 층 % ％ 퍼센트 프로
년생 년도 년차 호선 학년 유형 등급 킬로 킬로그램 미터 사람 가지 군데 점 배 평 페이지 번째 단계
주차 개년 인분 과목 학기 자리 교대
"""
AMOUNT_UNITS = frozenset(_AMOUNT_UNITS_WORDS.split())
"""Counters behind amounts, and not behind numbers of somebody's."""


def figures(spoken: str) -> str:
    """ "공일공" as "010"; what is no figure is left out."""
    return "".join(FIGURES[word] for word in re.findall(FIGURE, spoken))
