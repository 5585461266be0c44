"""A made-up population: namesakes, families, colleagues, two cases, closed cases, unknown people.

Receipt numbers run on, so everybody has neighbours; resident numbers have no valid check digit more
often than chance would give, as those of newcomers; none belongs to anybody.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import accumulate

from ocr.linking.records import ApplicationOnFile

_SURNAMES = (
    "김 215 이 147 박 84 최 47 정 43 강 24 조 21 윤 21 장 20 임 17 한 15 오 15 서 15 신 15 권 14 황 14 "
    "안 14 송 14 류 13 전 11 홍 11 고 9 문 9 양 9 손 9 배 8 백 8 허 7 유 13 남 5 심 5 노 5 하 5 곽 4 성 4 "
    "차 4 주 4 우 4 구 4 민 3 진 3 나 3 지 3 엄 3 채 3 원 3 천 2 방 2 공 2 현 2 함 2 변 2 염 2 여 2"
)
_FIRST = "민서지현수영예은성재동준하도유정태상미경혜나진은승주원광보순연소윤가시우다인선희"
_SECOND = "수호준영희진우현민서연아은지훈철숙자경미나람린빈율원석식혁정선주하윤성태환규기란옥"
_PROGRAMS = ("UB", "UB", "EP", "NE", "VT", "PL")
_FORM = {"EP": "epi_application", "NE": "nes_application", "VT": "vtc_application", "PL": "pl_application"}
_ROADS = (
    "동대구로",
    "대학로",
    "인하로",
    "신림로",
    "테헤란로",
    "센텀중앙로",
    "상무대로",
    "효원로",
    "홍산로",
    "원이대로",
)
_FIRMS = (
    "우진 한빛 정우 동아 세종 가람 금강 대성 푸른 하나로 미래 태양 진성 바른 새롬 삼일 대한 서울 중앙 제일"
)
_TRADES = "상사 정밀 산업 기계 유통 건설 섬유 물산 식품 시스템 전자 에너지 로지스 교육 테크 물류 개발 의료"


@dataclass
class World:
    """Cases on file and people who are not."""

    cases: list[ApplicationOnFile]
    unknown: list[tuple[str, ApplicationOnFile]]
    by_person: dict[str, list[ApplicationOnFile]]


class Maker:
    """Makes people; everything hangs on the seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._names = _SURNAMES.split()[0::2]
        self._share = [int(n) for n in _SURNAMES.split()[1::2]]
        given = [a + b for a in _FIRST for b in _SECOND if a != b]
        self.rng.shuffle(given)
        self._given = given[:420]
        self._popular = list(accumulate(1 / (i + 6) for i in range(len(self._given))))
        self._employers: list[tuple[str, str]] = []
        self._serial = 10_000

    def name(self, surname: str = "") -> str:
        surname = surname or self.rng.choices(self._names, self._share)[0]
        return surname + self.rng.choices(self._given, cum_weights=self._popular)[0]

    def digits(self, n: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(n))

    def rrn(self) -> str:
        year = int(self.rng.triangular(1955, 2008, 1985))
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        sex = self.rng.choice("12") if year < 2000 else self.rng.choice("34")
        return f"{year % 100:02d}{month:02d}{day:02d}-{sex}{self.digits(6)}"

    def phone(self) -> str:
        return f"010-{self.rng.randint(2000, 9999)}-{self.digits(4)}"

    def employer(self) -> tuple[str, str]:
        """One in three works where somebody on file works already."""
        if self._employers and self.rng.random() < 0.33:
            return self.rng.choice(self._employers)
        name = (
            ("주식회사 " if self.rng.random() < 0.5 else "")
            + self.rng.choice(_FIRMS.split())
            + self.rng.choice(_TRADES.split())
        )
        made = (name, f"{self.digits(3)}-{self.digits(2)}-{self.digits(5)}")
        self._employers.append(made)
        return made

    def address(self) -> str:
        block, flat = self.rng.randint(101, 120), self.rng.randint(1, 25) * 100 + self.rng.randint(1, 8)
        return f"대구광역시 수성구 {self.rng.choice(_ROADS)} {self.rng.randint(2, 599)}, {block}동 {flat}호"

    def receipt(self, code: str) -> str:
        self._serial += self.rng.choice((1, 1, 1, 2, 10))
        return f"2026-{code}-{self._serial:07d}"

    def program(self, code: str) -> str:
        return _FORM.get(code) or self.rng.choice(("ub_application", "ub_recognition"))

    def stranger(self) -> ApplicationOnFile:
        rrn = self.rrn()
        company, business_no = self.employer()
        code = self.rng.choice(_PROGRAMS)
        return ApplicationOnFile(
            receipt_no=self.receipt(code), program=self.program(code), status="open", name=self.name(), rrn=rrn,
            birth_date=born(rrn), phone=self.phone(), address=self.address(), company=company,
            business_no=business_no, bank="우리은행", account=f"{self.digits(6)}-{self.digits(2)}-{self.digits(6)}",
        )  # fmt: skip

    def relative(self, of: ApplicationOnFile) -> ApplicationOnFile:
        """Same home and phone; a child or sibling has the surname, a sibling often a syllable too."""
        other = replace(self.stranger(), phone=of.phone, address=of.address)
        kind = self.rng.random()
        if kind < 0.35:
            return other
        name = self.name(of.name[0])
        if kind < 0.65:
            name = of.name[:2] + name[2:] if self.rng.random() < 0.5 else of.name[0] + name[1] + of.name[2:]
        if kind > 0.985:  # twins
            other = replace(other, rrn=of.rrn[:8] + self.digits(6), birth_date=of.birth_date)
        return replace(other, name=name if name != of.name else self.name(of.name[0]))

    def colleague(self, of: ApplicationOnFile) -> ApplicationOnFile:
        return replace(self.stranger(), company=of.company, business_no=of.business_no)

    def namesake(self, of: ApplicationOnFile) -> ApplicationOnFile:
        return replace(self.stranger(), name=of.name)


def born(rrn: str) -> str:
    """The birth date in a resident number."""
    century = "19" if rrn[7] in "1256" else "20"
    return f"{century}{rrn[:2]}-{rrn[2:4]}-{rrn[4:6]}"


def build(size: int, seed: int, unknown: int = 2_000) -> World:
    """`size` cases and `unknown` people who are not on file, each with what makes them confusable."""
    maker = Maker(seed)
    rng = maker.rng
    people: list[ApplicationOnFile] = []
    cases: list[ApplicationOnFile] = []
    while len(cases) < size:
        person = maker.stranger()
        if people and rng.random() < 0.12:
            person = maker.relative(rng.choice(people))
        people.append(person)
        cases.append(replace(person, status="closed" if rng.random() < 0.05 else "open"))
        if rng.random() < 0.05:
            code = rng.choice(_PROGRAMS)
            program = maker.program(code)
            if program != person.program:
                status = "closed" if rng.random() < 0.3 else "open"
                cases.append(replace(person, receipt_no=maker.receipt(code), program=program, status=status))
    makers = (
        ("stranger", 0.45), ("relative", 0.2), ("colleague", 0.2), ("namesake", 0.15),
    )  # fmt: skip
    outside = []
    for _ in range(unknown):
        kind = rng.choices([k for k, _ in makers], [w for _, w in makers])[0]
        made = maker.stranger() if kind == "stranger" else getattr(maker, kind)(rng.choice(people))
        outside.append((kind, made))
    by_person: dict[str, list[ApplicationOnFile]] = {}
    for a in cases:
        by_person.setdefault(a.rrn, []).append(a)
    return World(cases, outside, by_person)
