"""Numbers with what they count, so that a line can be held against what was said."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from stt.spoken_numbers import find_numbers

_SAME = {
    "프로": "%",
    "퍼센트": "%",
    "％": "%",
    "살": "세",
    "달": "개월",
    "주일": "주",
    "시간": "시간",
    "킬로그램": "킬로",
    "사람": "명",
    "년도": "년",
    "번째": "번",
}


class Quantity(NamedTuple):
    """`unit` "" when nothing was counted; `digits` keeps the zeros of what was said figure by figure."""

    value: Decimal
    unit: str
    digits: str = ""


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text in their order; 두세 명 gives both of its ends."""
    found: list[Quantity] = []
    for number in find_numbers(text):
        unit = _SAME.get(number.unit, number.unit)
        found.append(Quantity(number.value, unit, number.digits))
        if number.upto is not None:
            found.append(Quantity(number.upto, unit))
    return tuple(found)


def among(quantity: Quantity, said: tuple[Quantity, ...]) -> bool:
    """Whether a number was said, counting the same thing where both say what they count."""
    return any(
        quantity.value == other.value and (not quantity.unit or not other.unit or quantity.unit == other.unit)
        for other in said
    )
