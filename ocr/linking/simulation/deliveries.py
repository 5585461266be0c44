"""Made-up deliveries of made-up people, as the measured reader would read them, with their truth."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from ocr.linking.records import ApplicationOnFile, Arrival
from ocr.linking.simulation.noise import Reader, measured
from ocr.linking.simulation.people import Maker, World
from ocr.types import DocumentRead, FieldValue

_FORM_FIELDS = ("name", "rrn", "phone", "address", "company", "business_no", "account", "bank")
_PAPERS: Mapping[str, tuple[str, ...]] = {
    "separation_certificate": ("name", "rrn", "company", "business_no"),
    "bankbook_copy": ("name", "account", "bank"),
    "id_card": ("name", "rrn", "address"),
    "employment_contract": ("name", "company", "phone"),
    "payroll": ("name", "company"),
    "resident_register": ("name", "rrn", "address"),
    "medical_certificate": ("name", "rrn"),
    "business_registration": ("business_no", "company"),
}


@dataclass(frozen=True)
class Sample:
    """A delivery: `truth` has, for each document, the receipt number it belongs to or None."""

    kind: str
    condition: str
    documents: tuple[DocumentRead, ...]
    arrival: Arrival
    truth: tuple[str | None, ...]


class Post:
    """Draws deliveries from a world."""

    def __init__(self, world: World, seed: int, confusions: Mapping[str, object] | None = None) -> None:
        self.world = world
        self.rng = random.Random(seed)
        self.maker = Maker(seed + 7)
        self.confusions = confusions or measured()
        self.people = list(world.by_person.values())
        self.strangers: Sequence[Mapping[str, str]] = [
            {k: str(v) for k, v in asdict(a).items()} for a in world.cases[:4000]
        ]
        shares = self.confusions["conditions"]
        assert isinstance(shares, Mapping)
        self._conditions = {name: c["share"] for name, c in shares.items()}

    def draw(self, count: int) -> Iterator[Sample]:
        """Deliveries until `count` documents have been drawn."""
        made = 0
        while made < count:
            sample = self._sample()
            made += len(sample.documents)
            yield sample

    def _sample(self) -> Sample:
        rng = self.rng
        condition = rng.choices(list(self._conditions), list(self._conditions.values()))[0]
        reader = Reader(condition, rng, self.strangers, self.confusions)
        kind, cases = self._who()
        paper = self._paper(cases[0])
        documents, truth = self._papers(cases, paper, reader, 0, known=not kind.startswith("unknown"))
        if rng.random() < 0.05:
            kind2, other = self._who()
            more, told = self._papers(
                other,
                self._paper(other[0]),
                reader,
                len(documents),
                not kind2.startswith("unknown"),
                forms=False,
            )
            kind, documents, truth = "two people", [*documents, *more], [*truth, *told]
        return Sample(kind, condition, tuple(documents), self._arrival(paper), tuple(truth))

    def _who(self) -> tuple[str, list[ApplicationOnFile]]:
        if self.rng.random() < 0.2:
            kind, person = self.rng.choice(self.world.unknown)
            return f"unknown {kind}", [person]
        cases = self.rng.choice(self.people)
        if len(cases) == 1 and self.rng.random() < 0.04:  # more of the hard kinds
            cases = self.rng.choice([p for p in self.people[:3000] if len(p) > 1])
        still_open = sum(a.is_open for a in cases)
        return ("one case", "two cases")[still_open > 1] if still_open else "closed", cases

    def _paper(self, on_file: ApplicationOnFile) -> ApplicationOnFile:
        """What the person writes: now and then another phone or account than on file."""
        rng, paper = self.rng, on_file
        if rng.random() < 0.05:
            paper = replace(paper, phone=self.maker.phone())
        if rng.random() < 0.08:
            paper = replace(paper, account=f"{self.maker.digits(6)}-{self.maker.digits(8)}")
        if rng.random() < 0.04:
            paper = replace(paper, address=self.maker.address())
        if rng.random() < 0.02:
            company, number = self.maker.employer()
            paper = replace(paper, company=company, business_no=number)
        return paper

    def _papers(
        self,
        cases: list[ApplicationOnFile],
        paper: ApplicationOnFile,
        reader: Reader,
        first: int,
        known: bool,
        forms: bool = True,
    ) -> tuple[list[DocumentRead], list[str | None]]:
        rng = self.rng
        still_open = [a for a in cases if a.is_open]
        rest = still_open[0].receipt_no if known and len(still_open) == 1 else None
        documents: list[DocumentRead] = []
        truth: list[str | None] = []
        if forms and rng.random() < 0.6:
            case = rng.choice(cases)
            fields = self._fields(_FORM_FIELDS, paper, reader, 1)
            if rng.random() < 0.4:
                read = reader.read("receipt_no", case.receipt_no, 1) if known else None
                if read is not None:
                    fields["receipt_no"] = read
            documents.append(DocumentRead((first + 1,), case.program, 0.98, fields))
            told = "receipt_no" in fields or len({a.program for a in still_open}) == len(still_open)
            truth.append(case.receipt_no if known and case.is_open and told else None)
        count = rng.choice((0, 1, 1, 2, 3)) if documents else rng.choice((1, 1, 2, 3))
        for kind in rng.sample(list(_PAPERS), count):
            page = first + len(documents) + 1
            fields = self._fields(_PAPERS[kind], paper, reader, page)
            documents.append(
                DocumentRead((page,), kind, 0.98, fields, self._workers(kind, fields, reader, page))
            )
            truth.append(rest)
        return documents, truth

    def _fields(
        self, names: Sequence[str], paper: ApplicationOnFile, reader: Reader, page: int
    ) -> dict[str, FieldValue]:
        found = {n: reader.read(n, getattr(paper, n), page) for n in names}
        return {n: v for n, v in found.items() if v is not None}

    def _workers(
        self, kind: str, fields: dict[str, FieldValue], reader: Reader, page: int
    ) -> tuple[dict[str, FieldValue], ...]:
        """A payroll names co-workers, some of whom have the names of people on file."""
        if kind != "payroll":
            return ()
        others = [reader.read("name", self.rng.choice(self.strangers)["name"], page) for _ in range(3)]
        own = [{"name": fields["name"]}] if "name" in fields else []
        return tuple(own + [{"name": o} for o in others if o is not None])

    def _arrival(self, paper: ApplicationOnFile) -> Arrival:
        kind = self.rng.random()
        if kind < 0.35:
            return Arrival(caller_number=paper.phone)
        if kind < 0.5:
            return Arrival(sender=paper.company)
        if kind < 0.53:  # from a neighbour's or a shop's machine
            return Arrival(caller_number=self.rng.choice(self.strangers)["phone"])
        return Arrival()
