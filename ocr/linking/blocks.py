"""Under which keys a person is filed, and under which a value read with errors is looked up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ocr.linking.normal import HIDDEN

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


class Block:
    """People by the value of one field or of a half of it. Most values belong to one person only."""

    __slots__ = ("_people",)

    def __init__(self) -> None:
        self._people: dict[str, str | set[str]] = {}

    def add(self, value: str, person: str) -> None:
        found = self._people.setdefault(value, person)
        if isinstance(found, set):
            found.add(person)
        elif found != person:
            self._people[value] = {found, person}

    def discard(self, value: str, person: str) -> None:
        found = self._people.get(value)
        if isinstance(found, set):
            found.discard(person)
            if not found:
                del self._people[value]
        elif found == person:
            del self._people[value]

    def get(self, value: str) -> Collection[str]:
        """The people under a value; do not change what is returned."""
        found = self._people.get(value)
        if found is None:
            return ()
        return found if isinstance(found, set) else (found,)


def keys_of(values: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """The blocks in which a person stands."""
    for field in _EXACT_POINTS:
        for value in values.get(field, ()):
            if field != "rrn" or HIDDEN not in value:
                yield field, value
            if field in _HALVES:
                cut = _HALVES[field]
                yield f"{field}/front", value[:cut]
                yield f"{field}/back", value[cut:]


def lookups(field: str, value: str) -> Iterator[tuple[int, str, str]]:
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
