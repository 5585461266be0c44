"""Puts deliveries together: one method for each situation that a center meets."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from bots.sandbox.casebook import Case, Casebook, Person
from bots.sandbox.deliveries import Delivery, Part, judge, office_hours
from bots.sandbox.identifiers import make_account, make_mobile
from bots.sandbox.names import Split
from bots.sandbox.papers import ATTACHMENTS, Paper, PaperWriter
from bots.sandbox.situations import MEDIA_WEIGHTS, SITUATIONS, USUAL


class Composer:
    """Composes deliveries from a casebook, one random stream; keeps what was sent for sending it again."""

    def __init__(self, seed: int, split: Split, book: Casebook, today: date) -> None:
        self.rng = random.Random(f"composer {split} {seed}")
        self.book, self.today = book, today
        self.writer = PaperWriter(self.rng, split, book)
        self.sent: list[Delivery] = []
        self.only_once: set[int] = set()
        """Numbers of deliveries that are never sent again: they are parts of something larger."""
        self.usable = [c for c in book.cases if c.status == "open" and len(book.open_cases_of(c.person)) == 1]

    def compose_many(self, count: int) -> list[Delivery]:
        """Deliveries in random situations, in proportion to SITUATIONS."""
        kinds, weights = list(SITUATIONS), list(SITUATIONS.values())
        return [self.compose(self.rng.choices(kinds, weights)[0]) for _ in range(count)]

    def compose(self, kind: str, media: str | None = None, by_hand: bool | None = None) -> Delivery:
        """One delivery of a kind (a key of SITUATIONS); `media` and `by_hand` are drawn if not given."""
        media = media or self.rng.choices(list(MEDIA_WEIGHTS), list(MEDIA_WEIGHTS.values()))[0]
        hand = self.rng.random() < 0.28 if by_hand is None else by_hand
        if kind == "again":
            return self._again(media)
        self.writer.typed = media == "text_pdf"
        make: Callable[[bool], tuple[list[Paper], Person | None, bool]] = getattr(self, f"_{kind}")
        papers, person, from_employer = make(hand)
        if media in ("photo", "png"):
            papers = self._single_page(papers)
        sender, caller = self._callers(person, from_employer)
        if media.startswith(("fax", "scan", "text")) and kind not in ("blank", "advert"):
            papers = self._with_extras(papers, sender or (person.name if person else ""))
        delivery = Delivery(
            number=len(self.sent) + 1,
            kind=kind,
            media=media,
            parts=[judge(p, self.book, papers) for p in papers],
            sender=sender if media.startswith("fax") else "",
            caller=caller if media.startswith("fax") else "",
            sent=office_hours(self.rng, datetime.combine(self.today, datetime.min.time())),
        )
        self.sent.append(delivery)
        return delivery

    def _day(self) -> date:
        return self.today - timedelta(days=self.rng.randrange(0, 20))

    def _application(
        self, case: Case, hand: bool, number: bool, changed: dict[str, str] | None = None
    ) -> Paper:
        return self.writer.write(
            case.program,
            case.person,
            self._day(),
            receipt_no=case.receipt_no if number else "",
            by_hand=hand,
            changed=changed,
        )

    def _attachment(
        self, type_: str, person: Person, hand: bool, changed: dict[str, str] | None = None
    ) -> Paper:
        workers: list[Person] = []
        if type_ == "payroll":  # colleagues of whom nothing is on file
            colleagues = self.rng.choice((0, 0, 2, 5, 12, 24))
            workers = [person, *(self.rng.sample(self.book.colleagues, colleagues))]
        return self.writer.write(type_, person, self._day(), by_hand=hand, workers=workers, changed=changed)

    def _some(self, case: Case, most: int = 3) -> list[str]:
        usual = list(USUAL[case.program])
        chosen = self.rng.sample(usual, min(len(usual), self.rng.randrange(0, most + 1)))
        if self.rng.random() < 0.25:
            chosen.append(self.rng.choice([t for t in ATTACHMENTS if t not in chosen]))
        return chosen

    def _case_with_papers(
        self, case: Case, hand: bool, number: bool, changed: dict[str, str] | None = None
    ) -> list[Paper]:
        papers = [self._application(case, hand, number, changed)]
        return papers + [self._attachment(t, case.person, hand, changed) for t in self._some(case)]

    def _plain(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        case = self.rng.choice(self.usable)
        return self._case_with_papers(case, hand, number=True), case.person, False

    def _no_number(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        case = self.rng.choice(self.usable)
        return self._case_with_papers(case, hand, number=False), case.person, False

    def _attachments(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        case = self.rng.choice(self.usable)
        chosen = self._some(case) or [self.rng.choice(ATTACHMENTS)]
        return [self._attachment(t, case.person, hand) for t in chosen], case.person, False

    def _changed(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        """The paper's phone or account is not the one on file: it must be read as it stands."""
        case = self.rng.choice(self.usable)
        bank = self.rng.choice(("우체국", "국민은행", "농협은행", "카카오뱅크"))
        changed = {"bank": bank, "account": make_account(self.rng, bank)}
        if self.rng.random() < 0.5:
            changed = {"phone": make_mobile(self.rng)}
        return (
            self._case_with_papers(case, hand, number=self.rng.random() < 0.7, changed=changed),
            case.person,
            False,
        )

    def _from_employer(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        case = self.rng.choice(self.usable)
        kinds = self.rng.sample(
            ("separation_certificate", "employment_contract", "payroll"), self.rng.randrange(1, 3)
        )
        return [self._attachment(t, case.person, hand) for t in kinds], case.person, True

    def _employers_list(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        """A payroll that serves several cases: a firm's workers, some on file and some not."""
        by_firm: dict[str, list[Person]] = {}
        for case in self.usable:
            by_firm.setdefault(case.person.employer.business_no, []).append(case.person)
        several = [
            people
            for people in by_firm.values()
            if len(people) > 1 and len({p.name for p in people}) == len(people)
        ]
        people = self.rng.choice(several)
        workers = [*people, *self.rng.sample(self.book.colleagues, self.rng.choice((0, 3, 20)))]
        return (
            [self.writer.write("payroll", people[0], self._day(), workers=workers, by_hand=False)],
            people[0],
            True,
        )

    def _two_people(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        first, second = self.rng.sample(self.usable, 2)
        papers = self._case_with_papers(first, hand, number=True)[:2]
        return (
            papers + self._case_with_papers(second, hand, number=self.rng.random() < 0.5)[:2],
            first.person,
            False,
        )

    def _two_cases(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        person = self.rng.choice([p for p in self.book.people if len(self.book.open_cases_of(p)) > 1])
        case = self.rng.choice(self.book.open_cases_of(person))
        # By turns with the number of one of the cases on the form, and with papers that name neither.
        if sum(d.kind == "two_cases" for d in self.sent) % 2 == 0:
            return self._case_with_papers(case, hand, number=True), person, False
        return [self._attachment(t, person, hand) for t in self.rng.sample(ATTACHMENTS, 2)], person, False

    def _closed(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        person = self.rng.choice(
            [p for p in self.book.people if self.book.cases_of(p) and not self.book.open_cases_of(p)]
        )
        case = self.book.cases_of(person)[0]
        return self._case_with_papers(case, hand, number=self.rng.random() < 0.5), person, False

    def _not_on_file(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        person = self.rng.choice(self.book.strangers)
        program = self.rng.choice(tuple(USUAL))
        papers = (
            [self.writer.write(program, person, self._day(), by_hand=hand)] if self.rng.random() < 0.6 else []
        )
        kinds = self.rng.sample(ATTACHMENTS, self.rng.randrange(1, 3))
        return papers + [self._attachment(t, person, hand) for t in kinds], person, False

    def _late(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        case = self.rng.choice([c for c in self.book.cases if c.late])
        return self._case_with_papers(case, hand, number=False), case.person, False

    def _namesake(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        names = [p.name for p in self.book.people]
        case = self.rng.choice([c for c in self.usable if names.count(c.person.name) > 1])
        return self._case_with_papers(case, hand, number=self.rng.random() < 0.3), case.person, False

    def _family(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        phones = [p.phone for p in self.book.people]
        case = self.rng.choice([c for c in self.usable if phones.count(c.person.phone) > 1])
        return self._case_with_papers(case, hand, number=self.rng.random() < 0.3), case.person, False

    def _certificate(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        """One paper of an institution by itself."""
        case = self.rng.choice(self.usable)
        kind = self.rng.choice(("resident_register", "id_card", "bankbook_copy", "medical_certificate"))
        return [self._attachment(kind, case.person, hand)], case.person, False

    def _recognition(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        case = self.rng.choice([c for c in self.usable if c.program == "ub_recognition"])
        return [self._application(case, hand, number=True)], case.person, False

    def _monthly(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        """The next round on the same form: like a paper that came before, and yet a new one."""
        before = [
            part.paper for d in self.sent for part in d.parts
            if part.paper.type == "ub_recognition" and part.decision == "attached"
        ]  # fmt: skip
        if not before:
            return self._recognition(hand)
        first = before[0]
        assert first.person is not None
        number = first.fields.get("receipt_no", "")
        paper = self.writer.write(
            first.type, first.person, self.today, receipt_no=number, by_hand=first.handwritten, like=first
        )
        return [paper], first.person, False

    def _advert(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        return [self.writer.write("other", None, self._day())], None, False

    def _blank(self, hand: bool) -> tuple[list[Paper], Person | None, bool]:
        return [self.writer.write("blank", None, self._day())], None, False

    def _with_extras(self, papers: list[Paper], sender: str) -> list[Paper]:
        """Now and then a cover before, an unrelated sheet or an empty page after."""
        rng, result = self.rng, list(papers)
        if rng.random() < 0.12:
            result.append(self.writer.write("other", None, self._day()))
        if rng.random() < 0.06:
            result.append(self.writer.write("blank", None, self._day()))
        if rng.random() < 0.3:
            sheets = 1 + sum(p.pages for p in result)
            by_hand = any(p.handwritten for p in papers)
            first = papers[0].person
            cover = self.writer.write(
                "fax_cover", first, self._day(), by_hand=by_hand, sender=sender, sheets=sheets
            )
            result.insert(0, cover)
        return result

    def _single_page(self, papers: Sequence[Paper]) -> list[Paper]:
        one_page = [p for p in papers if p.pages == 1]
        return one_page[:1] or [self.writer.write("other", None, self._day())]

    def _callers(self, person: Person | None, from_employer: bool) -> tuple[str, str]:
        """What the machine calls itself (TSI, header), and the number that the telephone network tells."""
        if person is None:
            return "", f"070-{self.rng.randrange(4000, 9999)}-{self.rng.randrange(10**4):04d}"
        if from_employer:
            return self.rng.choice((person.employer.company, person.employer.fax)), person.employer.fax
        if self.rng.random() < 0.4:
            return person.phone, person.phone
        return self.rng.choice(("", "", person.phone)), self.rng.choice(
            ("", make_mobile(self.rng), person.phone)
        )

    def _again(self, media: str) -> Delivery:
        """Papers that came before, by another medium, with other noise."""
        before = [
            d
            for d in self.sent
            if d.again is None
            and d.number not in self.only_once
            and any(p.decision != "discarded" for p in d.parts)
        ]
        if not before:
            return self.compose("plain", media)
        # Long enough ago that the first copy has been dealt with.
        first = self.rng.choice(before[-40:-5] or before)
        if first.page_count > 1 and media in ("photo", "png"):
            media = "fax_fine"
        if media == "text_pdf" and any(p.paper.handwritten for p in first.parts):
            media = "scan_pdf"  # ink has no text layer
        fax = media.startswith("fax")
        delivery = Delivery(
            number=len(self.sent) + 1,
            kind="again",
            media=media,
            parts=[Part(**vars(p)) for p in first.parts],
            sender=first.sender if fax else "",
            caller=first.caller if fax else "",
            sent=first.sent + timedelta(minutes=self.rng.randrange(3, 3000)),
            again=first,
        )
        self.sent.append(delivery)
        return delivery
