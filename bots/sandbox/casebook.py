"""The people, firms, officers and cases of the sandbox, with the coincidences that make linking hard.

Among them: namesakes, families at one address with one phone, neighbouring receipt numbers, people
with two open cases, closed cases, people who are not on file, cases that reach the system of record
only after their papers, and firms with several workers on file.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bots.sandbox import identifiers
from bots.sandbox.names import (
    DOUBLE_SURNAMES,
    FIRM_FORMS,
    FIRM_STEMS,
    FIRM_TRADES,
    GIVEN_NAMES,
    SURNAMES,
    Split,
)
from bots.sandbox.places import Address, make_home, make_office

PROGRAMS = tuple(identifiers.PROGRAM_LETTERS)
CENTER = "서울고용복지플러스센터"


@dataclass(frozen=True)
class Employer:
    company: str
    business_no: str
    corporate_no: str
    representative: str
    address: Address
    phone: str
    fax: str
    trade: str
    insurance_no: str


@dataclass(frozen=True)
class Person:
    number: int
    name: str
    rrn: str
    born: date
    phone: str
    address: Address
    bank: str
    account: str
    employer: Employer

    @property
    def birth_date(self) -> str:
        return self.born.isoformat()

    @property
    def woman(self) -> bool:
        return int(self.rrn[7]) % 2 == 0


@dataclass(frozen=True)
class Officer:
    number: str
    name: str
    team: str
    phone: str
    center: str = CENTER


@dataclass(frozen=True)
class Case:
    """An application on file. `late` cases enter the system of record only after their papers came."""

    receipt_no: str
    program: str
    status: str
    person: Person
    officer: Officer
    received_on: date
    due_on: date
    dependents: int
    late: bool = False


@dataclass
class Casebook:
    split: Split
    people: list[Person] = field(default_factory=list)
    employers: list[Employer] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    strangers: list[Person] = field(default_factory=list)
    # Workers of payrolls: not on file, and no namesakes of people who are.
    colleagues: list[Person] = field(default_factory=list)

    def cases_of(self, person: Person) -> list[Case]:
        return [c for c in self.cases if c.person.number == person.number]

    def open_cases_of(self, person: Person) -> list[Case]:
        return [c for c in self.cases_of(person) if c.status == "open"]


class CasebookWriter:
    """Fills a casebook. `today` is the day on which the newest papers arrive."""

    def __init__(self, seed: int, split: Split, today: date) -> None:
        self.rng = random.Random(f"casebook {split} {seed}")
        self.split: Split = split
        self.today = today
        self.book = Casebook(split)
        self.serial = self.rng.randrange(10_000, 60_000)
        self.taken: set[str] = set()

    def write(self, people: int = 80) -> Casebook:
        """A casebook of about `people` people on file and a fifth as many who are not."""
        self._officers()
        self.book.employers.extend(self._employer() for _ in range(max(6, people // 3)))
        for _ in range(people * 7 // 10):
            self._open_case(self._new_person())
        self._namesakes(max(3, people // 12))
        self._families(max(3, people // 15))
        self._second_cases(max(3, people // 12))
        self._closed_cases(max(3, people // 14))
        self._late_cases(max(2, people // 20))
        self.book.strangers.extend(self._person() for _ in range(max(5, people // 5)))
        self._colleagues(40)
        return self.book

    def _colleagues(self, count: int) -> None:
        names = {p.name for p in self.book.people}
        while len(self.book.colleagues) < count:
            person = self._person()
            if person.name not in names:
                names.add(person.name)
                self.book.colleagues.append(person)

    def _officers(self) -> None:
        teams = ("실업급여과", "취업지원과", "기업지원과", "직업능력개발과")
        for number in range(8):
            name = self._name()
            phone = f"02-2250-{self.rng.randrange(5000, 5999)}"
            self.book.officers.append(Officer(f"{number + 101}", name, teams[number % 4], phone))

    def _name(self) -> str:
        if self.rng.random() < 0.02:
            return self.rng.choice(DOUBLE_SURNAMES) + self.rng.choice(GIVEN_NAMES[self.split])
        return self.rng.choice(SURNAMES) + self.rng.choice(GIVEN_NAMES[self.split])

    def _once(self, make: str, *args: object) -> str:
        """A number of one kind that nobody else in this casebook has."""
        while True:
            value: str = getattr(identifiers, make)(self.rng, *args)
            if value not in self.taken:
                self.taken.add(value)
                return value

    def _employer(self) -> Employer:
        stem, trade = self.rng.choice(FIRM_STEMS[self.split]), self.rng.choice(FIRM_TRADES[self.split])
        company = self.rng.choice(FIRM_FORMS).format(stem + trade)
        corporate = any(mark in company for mark in ("주", "유한"))
        address = make_office(self.rng)
        business_no = self._once("make_business_no", corporate)
        return Employer(
            company=company,
            business_no=business_no,
            corporate_no=f"{self.rng.randrange(110111, 285011)}-{self.rng.randrange(10**7):07d}",
            representative=self._name(),
            address=address,
            phone=self._once("make_landline", address.province),
            fax=self._once("make_landline", address.province),
            trade=trade,
            insurance_no=f"{business_no}-0",
        )

    def _person(self, **given: object) -> Person:
        rng = self.rng
        born = date(rng.randrange(1958, 2007), 1, 1) + timedelta(days=rng.randrange(365))
        foreigner = rng.random() < 0.04
        # Most numbers were given at birth; foreigners and people who changed theirs have newer ones.
        recent = rng.random() < (0.6 if foreigner else 0.03)
        issued = date(2022, 5, 1) if recent else (date(2015, 3, 1) if foreigner else born)
        bank = rng.choice(tuple(identifiers.ACCOUNT_GROUPS))
        person = Person(
            number=len(self.taken),
            name=self._name(),
            rrn=self._once("make_rrn", born, rng.random() < 0.5, foreigner, issued),
            born=born,
            phone=self._once("make_mobile"),
            address=make_home(rng),
            bank=bank,
            account=self._once("make_account", bank),
            employer=rng.choice(self.book.employers),
        )
        return replace(person, **given)  # type: ignore[arg-type]

    def _new_person(self, **given: object) -> Person:
        person = self._person(**given)
        self.book.people.append(person)
        return person

    def _open_case(
        self, person: Person, program: str | None = None, status: str = "open", late: bool = False
    ) -> Case:
        # Receipt numbers run on: neighbours differ in their last digit.
        self.serial += 1 if self.rng.random() < 0.6 else self.rng.randrange(2, 90)
        program = program or self.rng.choice(PROGRAMS)
        received = self.today - timedelta(days=self.rng.randrange(1, 25))
        case = Case(
            receipt_no=identifiers.receipt_no(self.today.year, program, self.serial),
            program=program,
            status=status,
            person=person,
            officer=self.rng.choice(self.book.officers),
            received_on=received,
            due_on=received + timedelta(days=30 if program == "nes_application" else 14),
            dependents=self.rng.choice((0, 0, 0, 1, 1, 2, 3)),
            late=late,
        )
        self.book.cases.append(case)
        return case

    def _namesakes(self, count: int) -> None:
        for other in self.rng.sample(self.book.people, count):
            given: dict[str, object] = {"name": other.name}
            if self.rng.random() < 0.3:
                given["employer"] = other.employer
            self._open_case(self._new_person(**given))

    def _families(self, count: int) -> None:
        for head in self.rng.sample(self.book.people, count):
            for _ in range(self.rng.choice((1, 1, 2))):
                self._open_case(self._new_person(address=head.address, phone=head.phone))

    def _second_cases(self, count: int) -> None:
        for person in self.rng.sample(self.book.people, count):
            first = self.book.cases_of(person)[0].program
            self._open_case(person, self.rng.choice([p for p in PROGRAMS if p != first]))

    def _closed_cases(self, count: int) -> None:
        for number in range(count):
            if number % 3:
                self._open_case(self._new_person(), status="closed")
            else:  # closed last year, and open again in another program
                person = self.rng.choice(self.book.people)
                self._open_case(person, status="closed")

    def _late_cases(self, count: int) -> None:
        for _ in range(count):
            self._open_case(self._new_person(), late=True)


def make_casebook(seed: int, split: Split, today: date, people: int = 80) -> Casebook:
    """The casebook of a seed; tune and test draw from disjoint names and firms."""
    return CasebookWriter(seed, split, today).write(people)
