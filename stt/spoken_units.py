"""What may follow a spoken number: counters, and the endings that Korean hangs on them."""

from __future__ import annotations

import re

_UNITS = """
킬로미터 킬로그램 제곱미터 퍼센트 페이지 메가 기가 그램 리터 년생 년도 년차 개년 주년 개월 시간 주일
주차 회차 차례 번째 프로 킬로 미터 호선 학년 등급 유형 호봉 교대 과목 학기 인분 자리 단계 군데
가지 사람 곳 원 년 월 일 시 분 초 달 주 회 차 번 명 개 건 장 부 살 세 층 호 동 점 급 배
통 대 평 인 권 쪽 톤 조 항 기 % ％
"""
UNITS = tuple(_UNITS.split())
"""Counters, the longer before the shorter that it begins with."""

_NATIVE = "시간 번째 차례 과목 군데 가지 사람 단계 자리 학기 곳 시 달 주 주일 번 명 개 건 장 살 층 통 대 배 권 쪽 분 개월"
NATIVE_UNITS = frozenset(_NATIVE.split())
"""Counters that go with 한, 두, 세 ..."""

_NEVER_AFTER_I = "달 분 시 점 장 대 곳 가지 군데 사람 번 통 자리 건 기 동 시간 조 항 배"
NEVER_AFTER_I = frozenset(_NEVER_AFTER_I.split())
"""이 before these means "this" and not two: two is 두 there, or the two are hardly ever counted so."""

_WORDS = """
일자리 이번 이달 이분 이점 이건 이시 이부 이장 이주 이대 이조 이자 이동 이호 이상 이인 이개 이회 이권
이기 일부 일시 일자 일대 일동 일조 일점 일반 일정 일건 일분 일원 일기 사장 사건 사회 사원 사분 사점
사동 사호 사기 사시 사대 사부 사인 사조 사항 오동 오장 오점 오기 오시 오인 구분 구호 구동 구점 구원
구장 구조 구인 구간 구시 구기 구직 육회 육동 삼촌 공장 공동 공부 공조 공인 공기 공원 공시 공개 공급
공항 영업 천장 천동 만점 만기 만일 만세 만원버스 백분 백일장 십자 조건 조회 조기 조항 조장 조부 조사
세대 세월 세부 두부 두통 두건 한번 한편 한동 한기 한인 한시 한층 한달음 한장 한부 한호 한회 한조 석사
열기 열대 열통 열차
"""
WORDS_NOT_NUMBERS = frozenset(_WORDS.split())
"""What looks like numeral and counter and is a word of its own."""

_UNIT = re.compile(r" ?(" + "|".join(UNITS) + ")")

_PARTICLE_WORDS = """
에서는 에서도 에서 에게 에는 에도 에만 에 으로는 으로 로는 로 부터는 부터 까지는 까지도 까지만 까지
이라도 라도 이라고 라고 이라는 라는 이랑 랑 하고 보다 처럼 만큼 정도 쯤 동안 간 이내 안 뒤 후 전 째
씩 마다 밖에 이나 나 짜리 치 차 반 이상 이하 미만 초과 가량 여 남짓 내 당 중 말 초 뿐 은 는 이
가 을 를 도 만 의 와 과 든 인 날 자 분 들 대 생 께 면 고 요
"""
_COPULA = (
    r"(?:이?(?:에요|예요|ㅂ니다|고요|구요|고|라서|라|라며|라면|면|지만|지요|죠|니까|니|든지|네요|네|거든요|거든|던데요|던데|야)"
    r"|이?시[네죠니고는지면]\S*|이?래\S*|이?대요|마씨|유|이?쥬|슈|인디\S*|이?여|이?오|이?잉|임다|지예|이지라|이제"
    r"|이라\S*|래유|라유|이랑께\S*|입니\S*|인데\S*|이에\S*|예요|에요|인지\S*|인가\S*|이었\S*|였\S*|이죠|이고\S*"
    r"|이구\S*|이거\S*|이네\S*|이니\S*|이지\S*|이요|요|됐\S*|되\S*|된\S*|했\S*|하\S*|받\S*|있\S*|없\S*|넘\S*"
    r"|걸\S*|쉬\S*|일\S{0,3}|남\S*|지나\S*|지났\S*|드\S*|나오\S*|나왔\S*)"
)
_TAIL = re.compile(
    rf"(?:{'|'.join(_PARTICLE_WORDS.split())}){{0,5}}{_COPULA}?(?=[\s,.?!~…·:;()\[\]\"'\-–/]|$)"
)

_NEXT_NUMBER = re.compile(
    r"[영공일이삼사오육칠팔구십백천\d한두세네다여섯곱덟아홉열스물무서른마흔]{1,12} ?(?:월|일|시|분|초|개월|원)"
)


def unit_at(text: str, at: int) -> tuple[str, int] | None:
    """The counter that stands at a place, one blank before it allowed, and where it ends.

    None when what stands there only begins like one: "회사" is no 회.
    """
    found = _UNIT.match(text, at)
    while found:
        if found.group(1) == "동" and text.startswith("안", found.end()):
            return None
        if ends_at(text, found.end()) or _followed_by_number(text, found.end()):
            return found.group(1), found.end()
        shorter = [u for u in UNITS if found.group(1).startswith(u) and len(u) < len(found.group(1))]
        if not shorter:
            return None
        found = re.compile(f" ?({'|'.join(shorter)})").match(text, at)
    return None


def ends_at(text: str, at: int) -> bool:
    """Whether a word may end at a place, apart from particles and the forms of 이다 hung on it."""
    return _TAIL.match(text, at) is not None


def _followed_by_number(text: str, at: int) -> bool:
    """십이월삼일: what follows without a blank is the next number."""
    return _NEXT_NUMBER.match(text, at) is not None
