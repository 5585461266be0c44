"""Made-up circumstances of one paper: dates, wages, diagnoses, household, officials."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from bots.sandbox import names
from bots.sandbox.casebook import CENTER, Casebook, Person

ROWS_PER_PAGE = 16


@dataclass(frozen=True)
class Worker:
    """A line of a payroll. `person` is None for a colleague of whom nothing is on file."""

    name: str
    rrn: str
    person: Person | None
    base: int
    extra: int


@dataclass
class Facts:
    """What a template may say beyond who applies; `f` in the templates."""

    written_on: str
    joined_on: str
    left_on: str
    period: str
    reason: str
    reason_code: str
    insured_days: str
    wage: str
    wage_rows: list[list[str]]
    payday: int
    month: str
    round: str
    recognised_on: str
    searches: list[list[str]]
    first: bool
    household: str
    job: str
    course: str
    school: str
    card: str
    child: str
    child_born: str
    clauses: list[str]
    diagnosis: str
    disease_code: str
    opinion: str
    hospital: str
    doctor: str
    household_reason: str
    household_rows: list[list[str]]
    household_rows_other: list[list[str]]
    document_no: str
    mayor: str
    issued_on: str
    licence_no: str
    police: str
    card_width: int
    down: int
    flag: bool
    product: str
    branch: str
    corporate: bool
    firm_kind: str
    opened_on: str
    business: str
    issue_reason: str
    tax_office: str
    office: str
    team: str
    sender: str
    sender_phone: str
    sheets: int
    note: str
    percent: str
    four: str
    workers: list[Worker] = field(default_factory=list)

    def pay_rows(self, columns: list[str], first: int = 0, last: int | None = None) -> list[list[str]]:
        chosen = list(enumerate(self.workers, 1))[first:last]
        return [[_pay_cell(c, number, worker) for c in columns] for number, worker in chosen]

    def pay_pages(self, columns: list[str]) -> list[list[list[str]]]:
        """The payroll's lines in pages; a long one goes on over the page."""
        starts = range(0, len(self.workers), ROWS_PER_PAGE)
        return [self.pay_rows(columns, at, at + ROWS_PER_PAGE) for at in starts]


def _pay_cell(column: str, number: int, worker: Worker) -> str:
    gross = worker.base + worker.extra
    tax, insurance = gross * 2 // 100, gross * 9 // 1000
    born = worker.rrn[:6]
    return {
        "no": str(number),
        "name": worker.name,
        "born": f"{born[:2]}.{born[2:4]}.{born[4:]}",
        "masked": worker.rrn[:8] + "******",
        "joined": "2024.03.04",
        "base": f"{worker.base:,}",
        "extra": f"{worker.extra:,}",
        "gross": f"{gross:,}",
        "tax": f"{tax:,}",
        "insurance": f"{insurance:,}",
        "net": f"{gross - tax - insurance:,}",
    }[column]


class FactDrawer:
    """Draws facts. `day` is the day the paper is written; its format stays one per paper."""

    def __init__(self, rng: random.Random, book: Casebook, day: date) -> None:
        self.rng, self.book, self.day = rng, book, day
        self.date_form = rng.choice(
            ("{0.year}년 {0.month}월 {0.day}일", "{0:%Y. %m. %d.}", "{0:%Y-%m-%d}", "{0:%Y.%m.%d}")
        )

    def say(self, day: date) -> str:
        return self.date_form.format(day)

    def name(self) -> str:
        return self.rng.choice(names.SURNAMES) + self.rng.choice(names.GIVEN_NAMES[self.book.split])

    def draw(self, person: Person, workers: list[Person], sender: str, sheets: int, team: str) -> Facts:
        """All facts of one paper about `person`; `workers` are the people on a payroll, `person` among them."""
        rng, day, employer = self.rng, self.day, person.employer
        left = day - timedelta(days=rng.randrange(5, 60))
        joined = left - timedelta(days=rng.randrange(200, 3000))
        wage = rng.randrange(210, 480) * 10_000
        month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        diagnosis, code = rng.choice(names.DIAGNOSES)
        corporate = "주" in employer.company or "유한" in employer.company
        district = person.address.district.split()[0] if person.address.district else "세종시"
        family = self._household(person)
        return Facts(
            written_on=self.say(day),
            joined_on=self.say(joined),
            left_on=self.say(left),
            period=f"{self.say(day)} ~ {self.say(day + timedelta(days=rng.choice((27, 89, 180, 364))))}",
            reason=rng.choice(("경영상 필요에 의한 퇴사", "계약기간 만료", "권고사직", "정년")),
            reason_code=rng.choice(("23", "26", "31", "32")),
            insured_days=f"{rng.randrange(181, 900)}일",
            wage=f"{wage:,}원",
            wage_rows=[
                [
                    f"{m.month}.1 ~ {m.month}.{28 + rng.randrange(3)}",
                    "30",
                    f"{wage:,}",
                    f"{rng.randrange(1, 30) * 10_000:,}",
                ]
                for m in (left - timedelta(days=30 * back) for back in (3, 2, 1))
            ],
            payday=rng.choice((5, 10, 15, 25)),
            month=f"{month.year}년 {month.month}월",
            round=f"{rng.randrange(1, 9)}차",
            recognised_on=self.say(day + timedelta(days=rng.randrange(0, 4))),
            searches=[
                [
                    self.say(day - timedelta(days=rng.randrange(3, 25))),
                    firm.company,
                    rng.choice(names.JOBS),
                    "결과 대기",
                ]
                for firm in rng.sample(self.book.employers, 2)
            ],
            first=rng.random() < 0.6,
            household=f"{rng.randrange(1, 6)}명",
            job=rng.choice(names.JOBS),
            course=rng.choice(names.COURSES),
            school=rng.choice(names.FIRM_STEMS[self.book.split]) + "직업전문학교",
            card=rng.choice(names.CARDS),
            child=person.name[0] + rng.choice(names.GIVEN_NAMES[self.book.split]),
            child_born=self.say(day - timedelta(days=rng.randrange(100, 2500))),
            clauses=rng.sample(CLAUSES, len(CLAUSES)),
            diagnosis=diagnosis,
            disease_code=code,
            opinion=f"향후 {rng.randrange(2, 12)}주간 안정 및 가료를 요함",
            hospital=rng.choice(names.HOSPITALS[self.book.split]),
            doctor=self.name(),
            household_reason=rng.choice(("전입", "세대분가", "혼인")),
            household_rows=family,
            household_rows_other=[[r[1], r[2], r[3], self.say(joined)] for r in family],
            document_no="-".join(str(rng.randrange(1000, 9999)) for _ in range(4)),
            mayor=f"{person.address.province} {district}청장",
            issued_on=f"{rng.randrange(2005, 2026)}.{rng.randrange(1, 13)}.{rng.randrange(1, 29)}.",
            licence_no="-".join(
                str(rng.randrange(*span)) for span in ((11, 29), (10, 25), (100000, 999999), (10, 92))
            ),
            police=f"{person.address.province}경찰청장",
            card_width=rng.choice((86, 100, 115)),
            down=rng.randrange(5, 70),
            flag=rng.random() < 0.6,
            product=rng.choice(("저축예금통장", "자유입출금통장", "보통예금", "급여통장")),
            branch=f"{district}지점",
            corporate=corporate,
            firm_kind="법인사업자" if corporate else rng.choice(("일반과세자", "간이과세자")),
            opened_on=f"{rng.randrange(1995, 2024)}년 {rng.randrange(1, 13):02d}월 {rng.randrange(1, 29):02d}일",
            business=rng.choice(("제조업", "도소매", "서비스", "건설업", "음식점업")),
            issue_reason=rng.choice(("신규", "정정", "재발급")),
            tax_office=f"{rng.choice(('종로', '마포', '송파', '수원', '북대구', '서부산', '천안'))}세무서",
            office=rng.choice((CENTER, "서울지방고용노동청장", "지방고용노동청(지청)장")),
            team=team,
            sender=sender,
            sender_phone=employer.phone if sender == employer.company else person.phone,
            sheets=sheets,
            note=rng.choice(names.COVER_NOTES),
            percent=f"{rng.randrange(3, 15)}.{rng.randrange(10)}",
            four=f"{rng.randrange(1000, 9999)}",
            workers=self._payroll(person, workers),
        )

    def _household(self, person: Person) -> list[list[str]]:
        """Lines of a resident register: number, relation, name, resident number (others' masked)."""
        rng = self.rng
        family = [["1", "본인", person.name, person.rrn]]
        if rng.random() < 0.7:
            born = f"{rng.randrange(60, 99):02d}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
            family.append(["2", "배우자", self.name(), f"{born}-{1 if person.woman else 2}******"])
        if rng.random() < 0.4:
            born = f"1{rng.randrange(0, 9)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
            child = person.name[0] + rng.choice(names.GIVEN_NAMES[self.book.split])
            family.append([str(len(family) + 1), "자녀", child, f"{born}-{rng.choice('34')}******"])
        return family

    def _payroll(self, person: Person, workers: list[Person]) -> list[Worker]:
        rng = self.rng
        lines = [(w.name, w.rrn, w) for w in workers or [person]]
        return [
            Worker(name, rrn, who, rng.randrange(206, 420) * 10_000, rng.choice((100_000, 200_000, 150_000)))
            for name, rrn, who in lines
        ]


CLAUSES = (
    "근로자는 사용자의 취업규칙과 제 규정을 성실히 준수하여야 한다.",
    "휴일은 주휴일과 근로자의 날로 하며 연차유급휴가는 근로기준법에 따른다.",
    "소정근로시간은 1일 8시간, 1주 40시간으로 하며 당사자 합의로 연장할 수 있다.",
    "임금은 근로자 명의의 예금통장에 입금하는 방법으로 지급한다.",
    "사용자는 근로자를 4대 사회보험에 가입시켜야 한다.",
    "수습기간은 3개월로 하며 수습기간 중 임금은 동일하게 지급한다.",
    "근로자는 업무상 알게 된 비밀을 누설하여서는 아니 된다.",
    "퇴직금은 근로자퇴직급여 보장법에 따라 지급한다.",
    "이 계약에 정함이 없는 사항은 근로기준법령에 의한다.",
    "사용자는 근로계약서를 작성하고 그 사본을 근로자에게 교부하여야 한다.",
)
