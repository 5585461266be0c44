"""The cases on file, found again by what a paper says even where it was misread.

A query looks up every field exactly, with each single digit replaced, dropped or doubled, and by
halves (a number with errors in one half is found by the other). What a query costs does not
depend on how many cases there are, but for names and dates that many people have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ocr.linking import normal
from ocr.linking.normal import HIDDEN
from ocr.linking.population import Population
from ocr.linking.records import ApplicationOnFile
from ocr.linking.weights import Weights, default_weights

_HALVES = {"rrn": 6, "phone": 7, "business_no": 5, "account": 6}
_EXACT_POINTS = {
    "receipt_no": 20,
    "rrn": 24,
    "account": 20,
    "phone": 14,
    "business_no": 10,
    "name": 8,
    "address": 9,
}
_NEAR_POINTS = 9
_HALF_POINTS = 6
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
        self._blocks: dict[str, dict[str, set[str]]] = defaultdict(dict)
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
        found = self._blocks["receipt_no"].get(receipt)
        return min(found) if found else None

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
        for block, value in _keys(person.values):
            self._blocks[block].setdefault(value, set()).add(person.key)

    def _forget(self, person: Person) -> None:
        self.population.remove(person.values)
        for block, value in _keys(person.values):
            found = self._blocks[block].get(value)
            if found is not None:
                found.discard(person.key)
                if not found:
                    del self._blocks[block][value]

    def candidates(self, query: Mapping[str, Iterable[str]], limit: int = 48) -> list[Person]:
        """People whose cases may be meant, those that share most with the query first.

        `query` holds normalised values by field; "caller_number" is looked up among the phones.
        """
        points: Counter[str] = Counter()
        crowds: list[tuple[int, set[str]]] = []
        for field, values in query.items():
            block = "phone" if field == "caller_number" else field
            for value in values:
                for p, name, key in _lookups(block, value):
                    found = self._blocks[name].get(key)
                    if not found:
                        continue
                    if len(found) > _CROWD:
                        crowds.append((p, found))
                        continue
                    for k in found:
                        points[k] += p
        for p, found in crowds:
            for k in found & points.keys():
                points[k] += p
        best = sorted(points.items(), key=lambda kv: (-kv[1], kv[0]))[:limit]
        return [self._people[k] for k, _ in best]


def _keys(values: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """The blocks in which a person stands."""
    for field in _EXACT_POINTS:
        for value in values.get(field, ()):
            if field != "rrn" or HIDDEN not in value:
                yield field, value
            if field in _HALVES:
                cut = _HALVES[field]
                yield f"{field}/front", value[:cut]
                yield f"{field}/back", value[cut:]


def _lookups(field: str, value: str) -> Iterator[tuple[int, str, str]]:
    """(points, block, key) for everything worth looking up for one value."""
    if field not in _EXACT_POINTS:
        return
    if HIDDEN not in value:
        yield _EXACT_POINTS[field], field, value
        if field == "receipt_no":
            for near in _near(value[4:]):
                yield _NEAR_POINTS, field, value[:4] + near
        elif field in ("business_no", "account", "rrn"):
            for near in _near(value):
                yield _NEAR_POINTS, field, near
    if field in _HALVES:
        cut = _HALVES[field]
        front, back = value[:cut], value[cut:]
        if HIDDEN not in front:
            yield _HALF_POINTS, f"{field}/front", front
            if field == "rrn" and HIDDEN in back:
                for near in _near(front):
                    yield _HALF_POINTS - 3, f"{field}/front", near
        if HIDDEN not in back:
            yield _HALF_POINTS, f"{field}/back", back


def _near(value: str) -> Iterator[str]:
    """`value` with one digit replaced, dropped or put in, or two neighbours swapped."""
    for i, c in enumerate(value):
        head, tail = value[:i], value[i + 1 :]
        if c.isdigit():
            for d in "0123456789":
                if d != c:
                    yield head + d + tail
        yield head + tail
        if tail and tail[0] != c:
            yield head + tail[0] + c + tail[1:]
    for i in range(len(value) + 1):
        for d in "0123456789":
            yield value[:i] + d + value[i:]
