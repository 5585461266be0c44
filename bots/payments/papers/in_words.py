"""A sum in Korean words, as papers of the treasury write it beside the figures."""

from __future__ import annotations

_DIGITS = "영일이삼사오육칠팔구"
_SMALL = ("", "십", "백", "천")
_LARGE = ("", "만", "억", "조")


def won_in_words(won: int) -> str:
    """1845000 -> "금일백팔십사만오천원": every "일" is written, so that nothing can be put before it.

    Source: 행정업무의 운영 및 혁신에 관한 규정 시행규칙 제2조제2항. Raises ValueError for 0, less, or above 9999조.
    """
    if not 0 < won < 10**16:
        raise ValueError(f"{won} won cannot be written in words")
    groups = []
    for large in _LARGE:
        won, group = divmod(won, 10_000)
        if group:
            groups.append(_group(group) + large)
    return "금" + "".join(reversed(groups)) + "원"


def _group(number: int) -> str:
    places = reversed(list(enumerate(int(c) for c in reversed(str(number)))))
    return "".join(_DIGITS[digit] + _SMALL[place] for place, digit in places if digit)
