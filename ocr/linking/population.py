"""How common values are among the people on file: the u side of the weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ocr.linking.normal import HIDDEN
from ocr.linking.weights import Weights

_DAYS = 25_000  # days of birth that applicants spread over, about 68 years
_NAME_MODEL = 20.0  # people's worth of belief in "surname and syllables are independent"
_RRN_FRONT = 6

Values = Mapping[str, tuple[str, ...]]


class Population:
    """Counts over people (not cases); people come and go with the index."""

    def __init__(self, weights: Weights) -> None:
        self.size = 0
        self._weights = weights
        self._count: dict[str, Counter[str]] = {
            f: Counter() for f in ("name", "birth", "phone", "company", "business_no", "bank", "address")
        }
        self._surname: Counter[str] = Counter()
        self._syllable: Counter[str] = Counter()
        self._syllables = 0
        self._lone_names = 0
        self._shared: dict[str, int] = {"phone": 0, "business_no": 0}
        self._receipts: dict[str, list[int]] = {}

    def add(self, values: Values) -> None:
        self._change(values, 1)

    def remove(self, values: Values) -> None:
        self._change(values, -1)

    def _change(self, values: Values, by: int) -> None:
        self.size += by
        for field in ("name", "phone", "company", "business_no", "bank", "address"):
            for v in values.get(field, ()):
                self._bump(field, v, by)
        for pattern in values.get("rrn", ()):
            self._bump("birth", pattern[:_RRN_FRONT], by)
        for n in values.get("name", ()):
            self._surname[n[:1]] += by
            self._syllables += by * len(n[1:])
            for c in n[1:]:
                self._syllable[c] += by
        for r in values.get("receipt_no", ()):
            self._span(r)

    def _bump(self, field: str, value: str, by: int) -> None:
        counts = self._count[field]
        before = counts[value]
        counts[value] = before + by
        if field == "name":
            self._lone_names += (before + by == 1) - (before == 1)
        if field in self._shared:
            self._shared[field] += _sharing(before + by) - _sharing(before)
        if not counts[value]:
            del counts[value]

    def _span(self, receipt: str) -> None:
        """Remember how wide the numbers of one year and program spread."""
        serial = receipt[6:]
        if not serial.isdigit():
            return
        span = self._receipts.setdefault(receipt[:6], [int(serial), int(serial)])
        span[0], span[1] = min(span[0], int(serial)), max(span[1], int(serial))

    def count(self, field: str, value: str) -> int:
        return self._count[field][value]

    @property
    def relative_rate(self) -> float:
        """Share of people who share their phone with somebody else on file."""
        return max(self._weights.relative["rate"], self._shared["phone"] / max(1, self.size))

    @property
    def colleague_rate(self) -> float:
        """Chance that an unknown person's employer is one on file (share of people who share one)."""
        w = self._weights.colleague
        return (self._shared["business_no"] + w["prior_sharing"]) / (self.size + w["prior_people"])

    def surname_share(self, surname: str) -> float:
        return (self._surname[surname] + 1) / (self.size + 20)

    def density(self, field: str, value: str) -> float:
        """Chance that an unrelated person has this value."""
        stranger = self._weights.stranger
        if field == "name":
            return self._name(value)
        if field == "rrn":
            return self._rrn(value)
        if field == "receipt_no":
            span = self._receipts.get(value[:6])
            return 1.0 / max(200, span[1] - span[0] + 1) / 2 if span else 1e-5
        if field == "company":
            known = self._count["company"][value]
            return (known + 0.5) / (self.size + 20) if known else min(0.001, 0.5 / (self.size + 20))
        if field == "bank":
            return (self._count["bank"][value] + 1) / (self.size + 15)
        return stranger[field]

    def _name(self, value: str) -> float:
        model = self.surname_share(value[:1])
        total = self._syllables + 200
        for c in value[1:]:
            model *= 1.0 if c == HIDDEN else (self._syllable[c] + 1) / total * 2
        counted = self._count["name"][value]
        unseen = self._lone_names + _NAME_MODEL  # as many new names are to come as are had by one only
        return max(1e-7, (counted + unseen * min(1.0, model)) / (self.size + _NAME_MODEL))

    def _rrn(self, pattern: str) -> float:
        front = pattern[:_RRN_FRONT]
        hidden = front.count(HIDDEN)
        days = (self._count["birth"][front] + 1) / (self.size + _DAYS)
        p = 0.1 ** (_RRN_FRONT - hidden) if hidden else days
        for i, c in enumerate(pattern[_RRN_FRONT:]):
            if c != HIDDEN:
                p *= 0.5 if i == 0 else 0.1
        return p


def _sharing(count: int) -> int:
    """How many people share a value that `count` people have."""
    return count if count > 1 else 0
