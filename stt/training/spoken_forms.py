"""Numbers, dates, amounts, names and the like as they are said, drawn at random."""

from __future__ import annotations

import random

SINO = "영일이삼사오육칠팔구"
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_MONTHS = ("일", "이", "삼", "사", "오", "유", "칠", "팔", "구", "시", "십일", "십이")
_COUNTERS = (
    "명",
    "개",
    "번",
    "살",
    "시간",
    "달",
    "가지",
    "곳",
    "분",
    "군데",
    "장",
    "통",
    "마리",
    "잔",
    "권",
    "대",
)
_SINO_COUNTERS = (
    "년", "개월", "일", "주", "회", "차", "층", "호", "호선", "퍼센트", "점", "세", "분", "초", "원", "페이지", "조", "항",
)  # fmt: skip
_SURNAMES = (
    "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍 유 고 문 양 손 배 백 허 남 심 노 하 곽 성 차 주 우 구 민 류 "
    "나 진 지 엄 채 원 천 방 공 현 함 변 염 여 추 도 소 석 선 설 마 길 연 위 표 명 기 반 왕 금 옥 육 인 맹 제 모 남궁 황보"
).split()
_GIVEN = (
    "가 강 건 경 계 고 광 교 구 국 규 근 금 기 길 나 남 노 누 다 단 대 덕 도 동 두 라 란 람 래 련 로 루 리 린 림 마 만 명 모 "
    "무 문 미 민 배 백 범 별 병 보 복 봄 봉 빈 빛 상 서 석 선 설 섭 성 세 소 솔 송 수 숙 순 슬 승 시 신 아 안 애 양 억 언 여 연 "
    "영 예 오 옥 온 완 용 우 욱 운 웅 원 유 육 윤 율 은 을 의 이 인 일 임 자 재 정 제 조 종 주 준 중 지 진 찬 창 채 천 철 초 춘 "
    "충 치 탁 태 택 필 하 학 한 해 혁 현 협 형 혜 호 홍 화 환 효 후 훈 휘 희"
).split()
_LETTERS = "에이 비 씨 디 이 에프 지 에이치 아이 제이 케이 엘 엠 엔 오 피 큐 알 에스 티 유 브이 더블유 엑스 와이 제트".split()
_PLACES = (
    "서울 부산 대구 인천 광주 대전 울산 세종 수원 성남 고양 용인 부천 안산 안양 평택 의정부 파주 시흥 김포 광명 군포 하남 오산 "
    "이천 안성 구리 포천 양주 여주 동두천 과천 춘천 원주 강릉 동해 속초 삼척 태백 청주 충주 제천 천안 공주 보령 아산 서산 논산 "
    "당진 전주 군산 익산 정읍 남원 김제 목포 여수 순천 나주 광양 포항 경주 김천 안동 구미 영주 영천 상주 문경 경산 창원 진주 통영 "
    "사천 김해 밀양 거제 양산 제주 서귀포 종로 중구 용산 성동 광진 동대문 중랑 성북 강북 도봉 노원 은평 서대문 마포 양천 강서 구로 "
    "금천 영등포 동작 관악 서초 강남 송파 강동 해운대 사하 금정 연제 수영 사상 기장 달서 수성 부평 계양 연수 남동 유성 대덕 광산"
).split()


def sino(value: int) -> str:
    """0 to 9,999,999,999 in Sino-Korean: 320 is 삼백이십."""
    if value == 0:
        return "영"
    said = ""
    for unit, name in ((10**8, "억"), (10**4, "만"), (1, "")):
        part, value = divmod(value, unit)
        if part:
            said += ("" if part == 1 and name == "만" and not said else _thousands(part)) + name
    return said


def _thousands(value: int) -> str:
    said = ""
    for unit, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            said += ("" if digit == 1 and name else SINO[digit]) + name
    return said


def native(value: int) -> str:
    """1 to 99 as counted things are: 25 is 스물다섯."""
    tens, ones = divmod(value, 10)
    return "스무" if value == 20 else _NATIVE_TENS[tens] + _NATIVE_ONES[ones]


def digits(rng: random.Random, count: int) -> str:
    """Digits said one by one, zero as 공."""
    return "".join(rng.choice("공일이삼사오육칠팔구") for _ in range(count))


def amount(rng: random.Random) -> str:
    top = rng.choice((10, 100, 1000, 10000))
    kind = rng.random()
    if kind < 0.6:
        return sino(rng.randrange(1, top) * 10_000) + rng.choice((" 원", "원", " 원"))
    if kind < 0.8:
        return sino(rng.randrange(1, top) * 1000) + " 원"
    return sino(rng.randrange(1, top * 100) * 10) + " 원"


def day(rng: random.Random) -> str:
    month = _MONTHS[rng.randrange(12)] + "월"
    date = sino(rng.randrange(1, 32)) + "일"
    kind = rng.random()
    if kind < 0.6:
        return f"{month} {date}"
    if kind < 0.75:
        return f"{sino(rng.randrange(1950, 2040))}년 {month} {date}"
    if kind < 0.85:
        return f"{sino(rng.randrange(1950, 2040))}년"
    return rng.choice((month, date))


def weekday(rng: random.Random) -> str:
    before = rng.choice(("", "이번 주 ", "다음 주 ", "지난주 ", "다다음 주 ", "매주 ", "오는 "))
    return before + rng.choice("월화수목금토일") + "요일"


def clock(rng: random.Random) -> str:
    hour = (
        _NATIVE_TENS[1] + _NATIVE_ONES[rng.randrange(3)]
        if rng.random() < 0.3
        else native(rng.randrange(1, 10))
    )
    before = rng.choice(("", "", "오전 ", "오후 ", "아침 ", "저녁 ", "밤 "))
    after = rng.choice(("", "", " 반", f" {sino(rng.randrange(1, 12) * 5)}분"))
    return f"{before}{hour} 시{after}"


def telephone(rng: random.Random) -> str:
    head = rng.choice(
        ("공일공", "공일공", "공일공", "공이", "공삼일", "공오일", "공칠공", "일오사사", "일삼오공")
    )
    joint = rng.choice((" ", " ", "에 ", " 다시 "))
    return head + joint + digits(rng, rng.choice((3, 4, 4, 4))) + joint + digits(rng, 4)


def resident_number(rng: random.Random) -> str:
    return digits(rng, 6) + rng.choice((" 다시 ", " ", "에 ")) + digits(rng, 7)


def name(rng: random.Random) -> str:
    given = rng.choice(_GIVEN) + (rng.choice(_GIVEN) if rng.random() < 0.93 else "")
    after = rng.choice(("", "", "", " 씨", " 님", " 선생님", " 과장", " 대리", " 팀장님", " 주무관"))
    return rng.choice(_SURNAMES) + given + after


def place(rng: random.Random) -> str:
    after = rng.choice(("", "시", "구", "역", "센터", "동", "로", "터미널", "시장", "대학교", "병원", "지점"))
    number = f" {sino(rng.randrange(1, 300))}" if after in {"동", "로"} and rng.random() < 0.4 else ""
    return rng.choice(_PLACES) + after + number


def letters(rng: random.Random) -> str:
    return "".join(rng.choice(_LETTERS) for _ in range(rng.randrange(1, 4)))


def counted(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return f"{native(rng.randrange(1, 100))} {rng.choice(_COUNTERS)}"
    top = rng.choice((10, 100, 1000, 100_000))
    return f"{sino(rng.randrange(1, top))}{rng.choice(('', ' '))}{rng.choice(_SINO_COUNTERS)}"


KINDS = (
    (amount, 16), (day, 16), (clock, 10), (weekday, 8), (telephone, 8), (resident_number, 3), (name, 18), (place, 12),
    (letters, 3), (counted, 18),
)  # fmt: skip


def anything(rng: random.Random) -> str:
    """One of all of these."""
    kind = rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]
    return kind(rng)
