"""Birth dates said as dates: with the day, and where birth is what is spoken of. A year alone stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from stt.redaction.kinds import BIRTH, Found
from stt.spoken_numbers import SpokenNumber, find_numbers
from stt.transcript import Utterance

_SPEAKS_OF_BIRTH = re.compile(r"생년월일|생일|태어나|태어난|출생")


def find_births(talk: Sequence[Utterance]) -> Iterator[Found]:
    """생년월일이 팔십팔년 일월 일일, 1988년 3월 5일생."""
    for at, utterance in enumerate(talk):
        numbers = find_numbers(utterance.text)
        spoken_of = any(_SPEAKS_OF_BIRTH.search(talk[back].text) for back in range(max(0, at - 2), at + 1))
        for year, month, day in zip(numbers, numbers[1:], numbers[2:], strict=False):
            if (year.unit[:1], month.unit, day.unit) != ("년", "월", "일") or not _next(year, month, day):
                continue
            if (spoken_of and _long_ago(year)) or utterance.text[day.unit_end :].startswith("생"):
                yield Found(BIRTH, at, year.start, day.unit_end)


def _next(*numbers: SpokenNumber) -> bool:
    return all(b.start - a.unit_end <= 2 for a, b in pairwise(numbers))


def _long_ago(year: SpokenNumber) -> bool:
    return 30 <= year.value < 100 or 1900 <= year.value <= 2012 or year.value < 12
