"""The cases on file, found again by what a paper says even where it was misread.

A query looks up every field exactly, with each single digit replaced, dropped or doubled, and by
halves (a number with errors in one half is found by the other). What a query costs does not
depend on how many cases there are, but for names and dates that many people have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from ocr.linking import normal
from ocr.linking.blocks import Block, keys_of, lookups
from ocr.linking.normal import HIDDEN
from ocr.linking.population import Population
from ocr.linking.records import ApplicationOnFile
from ocr.linking.weights import Weights, default_weights

_CROWD = 600  # a block with more people than this only adds points to people found otherwise


class Person:
    """Everybody's cases under one number, with the normalised values the cases hold."""

    __slots__ = ("applications", "key", "values")

    def __init__(self, key: str) -> None:
        self.key = key
        self.applications: dict[str, ApplicationOnFile] = {}
        self.values: dict[str, tuple[str, ...]] = {}

    def refresh(self) -> None:
        gathered: dict[str, dict[str, None]] = defaultdict(dict)
        for receipt_no in sorted(self.applications):
            for field, value in normalised(self.applications[receipt_no]).items():
                gathered[field][value] = None
        self.values = {f: tuple(v) for f, v in gathered.items()}


def normalised(a: ApplicationOnFile) -> dict[str, str]:
    """The values of a case in the form in which they are compared; unknown ones left out."""
    values = {
        "receipt_no": normal.receipt(a.receipt_no),
        "name": normal.name(a.name),
        "rrn": normal.rrn_pattern(a.rrn, a.birth_date),
        "phone": normal.digits(a.phone),
        "business_no": normal.digits(a.business_no),
        "account": normal.digits(a.account),
        "company": normal.company(a.company),
        "address": normal.address(a.address),
        "bank": normal.company(a.bank),
    }
    return {f: v for f, v in values.items() if v}


def person_key(a: ApplicationOnFile) -> str:
    """Cases with one key belong to one person: by resident number, else by name, birth and phone."""
    rrn = normal.rrn_pattern(a.rrn)
    if rrn and HIDDEN not in rrn:
        return rrn
    if a.name and a.birth_date:
        return "|".join((normal.name(a.name), normal.digits(a.birth_date), normal.digits(a.phone)))
    return a.receipt_no


class CaseIndex:
    """Cases in memory; `add` replaces a case with the same receipt number."""

    def __init__(
        self, applications: Iterable[ApplicationOnFile] = (), weights: Weights | None = None
    ) -> None:
        self.weights = weights or default_weights()
        self.population = Population(self.weights)
        self._people: dict[str, Person] = {}
        self._owner: dict[str, str] = {}
        self._blocks: dict[str, Block] = defaultdict(Block)
        for a in applications:
            self.add(a)

    def __len__(self) -> int:
        return len(self._owner)

    def __contains__(self, receipt_no: str) -> bool:
        return receipt_no in self._owner

    def application(self, receipt_no: str) -> ApplicationOnFile | None:
        key = self._owner.get(receipt_no)
        return self._people[key].applications[receipt_no] if key is not None else None

    def person(self, key: str) -> Person:
        return self._people[key]

    def people(self) -> Iterator[Person]:
        return iter(self._people.values())

    def owner_of(self, receipt: str) -> str | None:
        """The key of the person whose case has this normalised receipt number."""
        return min(self._blocks["receipt_no"].get(receipt), default=None)

    def add(self, a: ApplicationOnFile) -> None:
        self.remove(a.receipt_no)
        key = person_key(a)
        person = self._people.get(key)
        if person is None:
            person = self._people[key] = Person(key)
        else:
            self._forget(person)
        person.applications[a.receipt_no] = a
        self._owner[a.receipt_no] = key
        person.refresh()
        self._learn(person)

    update = add

    def remove(self, receipt_no: str) -> None:
        """Take a case out; nothing happens when it is not there."""
        key = self._owner.pop(receipt_no, None)
        if key is None:
            return
        person = self._people[key]
        self._forget(person)
        del person.applications[receipt_no]
        if person.applications:
            person.refresh()
            self._learn(person)
        else:
            del self._people[key]

    def _learn(self, person: Person) -> None:
        self.population.add(person.values)
        for block, value in keys_of(person.values):
            self._blocks[block].add(value, person.key)

    def _forget(self, person: Person) -> None:
        self.population.remove(person.values)
        for block, value in keys_of(person.values):
            self._blocks[block].discard(value, person.key)

    def candidates(self, query: Mapping[str, Iterable[str]], limit: int = 32) -> list[Person]:
        """People whose cases may be meant, those that share most with the query first.

        `query` holds normalised values by field; "caller_number" is looked up among the phones.
        """
        points: Counter[str] = Counter()
        crowds: list[tuple[int, Collection[str]]] = []
        for field, values in query.items():
            block = "phone" if field == "caller_number" else field
            for value in values:
                for p, name, key in lookups(block, value):
                    found = self._blocks[name].get(key)
                    if not found:
                        continue
                    if len(found) > _CROWD:
                        crowds.append((p, found))
                        continue
                    for k in found:
                        points[k] += p
        for p, found in crowds:
            for k in points.keys() & found:
                points[k] += p
        best = sorted(points.items(), key=lambda kv: (-kv[1], kv[0]))[:limit]
        return [self._people[k] for k, _ in best]
