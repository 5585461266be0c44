"""Days in what was said, reckoned from the day of the talk: "다음 주 화요일", "12월 3일까지", "보름 뒤"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import NamedTuple

from config.note_words import load_note_words
from stt.note import reckoning
from stt.note.reckoning import COUNTED, WEEKDAYS, Reckoned
from stt.note.written import Written


class Day(NamedTuple):
    """A day that was spoken of, with its place in what was said.

    on       None when it was said too loosely, or may be more than one
    flag     "date_loose", "date_unclear", "date_contradiction" (its weekday is another), "date_reckoned" (a custom
             was followed: "이번 주까지" is its last working day, "말까지" the month's last day), or ""
    since    it is where something begins ("부터")
    weekday  0 for Monday where only a weekday was said, else -1
    """

    start: int
    end: int
    on: date | None
    flag: str = ""
    since: bool = False
    weekday: int = -1


_Way = tuple[re.Pattern[str], Callable[[re.Match[str], date], Reckoned]]

_NUMBER = r"(?<![\d~])"
_NOT_COUNTED = (
    r"(?!\s*(?:동안|간|정도|이상|이하|미만|초과|이내|안에|안으로|내에|치|씩|마다|전에|전부터|째|뒤|후|이후|분(?!기)|만에|차|걸|넘|밖|있다가|지나|"
    r"단위|한도|근무|짜리|도 ?안))"
)
_A_DATE = r"(?!\s*(?:동안|간|치|씩|마다|짜리|째|만에))"
_FOLLOWED = (
    r"(?=\s*(?:까지|날|에|에요|이에요|입니다|로|쯤|경|오전|오후|아침|$|[,.?!(]|이고|이요|요|"
    r"[월화수목금토일]요일|\d))"
)
_WEEKDAY = r"(?:\s*,?\s*\(?(?P<weekday>[월화수목금토일])(?:요일|\)))?"
_MONTHS = r"이번\s*달|이달|금월|다음\s*달|담\s*달|내달|다다음\s*달|익월"
_LATER = r"뒤|후|이후|있다가|지나서|지나고|지나면|이내|안에|안으로|내에|내로"
_BY = r"(?P<by>\s*(?:까지|안에|안으로|내로|내에))?"
_NOT_A_WEEK = r"(?!말|일|간|기|차|택|민|변|중|소|로|의|시|세|요)"
_NOT_OF_THE_TALK = (
    r"(?!\s*(?:안내|말씀|상담|처럼|은|도|이|의|오신|하신|뵙|통화|배움|[가-힣]+ ?(?:드린|받은|하신|들은)))"
)


def days(text: Written, today: date) -> list[Day]:
    """The days of a text, in its order. What is named without a year is meant to come: "1월 5일", said in November,
    is next year's. General rules ("이직일부터 12개월 이내") are no day of the calendar: they are not reckoned."""
    found: list[Day] = []
    taken = [False] * (len(text.text) + 1)
    for pattern, reckon in _ways():
        for hit in pattern.finditer(text.text):
            start, end = hit.span()
            if any(taken[start:end]) or (made := reckon(hit, today)) is None:
                continue
            taken[start:end] = [True] * (end - start)
            bare = WEEKDAYS.index(hit["weekday"]) if reckon is reckoning.bare_weekday else -1
            since = re.match(r"\s*(?:날|일)?\s*부터", text.text[end:]) is not None
            found.append(Day(*text.said(start, end), *made, since, bare))
    return sorted(found, key=lambda day: day.start)


@cache
def _ways() -> tuple[_Way, ...]:
    """Patterns from the most to the least telling; what one has taken, the next do not read again."""
    year = r"(?:(?P<year>\d{4}|내|올|금)\s*(?:년|해)\s*)?"
    month = rf"{_NUMBER}(?P<month>\d{{1,2}})\s*월(?:\s*달)?"
    of_month = rf"(?:(?P<which>{_MONTHS}|올해|금년|연|내년)|{month})"
    counted = rf"{'|'.join(COUNTED)}|{_NUMBER}(?<!월)(?<!월 )(?P<number>\d{{1,3}})\s*(?P<unit>일|주일|주|달|개월|년)"
    week = r"(?P<which>이번|금|요번|다음|담|차|내|다다음|다담)\s*주"
    ways: tuple[tuple[str, Callable[[re.Match[str], date], Reckoned]], ...] = (
        (rf"{year}{month}\s*(?P<day>\d{{1,2}})\s*일{_A_DATE}{_WEEKDAY}", reckoning.month_day),
        (rf"(?P<which>{_MONTHS})\s*(?P<day>\d{{1,2}})\s*일{_A_DATE}{_WEEKDAY}", reckoning.day_of_month),
        (rf"{of_month}\s*(?P<part>말일|말|초|중순|하순|상순){_BY}", reckoning.part_of_month),
        (rf"{week}\s*(?P<weekday>[월화수목금토일])요일", reckoning.weekday_of_week),
        (
            r"(?<![가-힣])(?P<which>다음|돌아오는|오는|이번)\s*(?P<weekday>[월화수목금토일])요일",
            reckoning.coming_weekday,
        ),
        (rf"(?<![가-힣]){week}{_NOT_A_WEEK}{_BY}", reckoning.week),
        (r"(?<![가-힣])(?:이번|다음|돌아오는)\s*주\s*(?:중|말)(?:에|으로|쯤)?", reckoning.loosely),
        (r"(?<![가-힣])(?P<weekday>[월화수목금토일])요일(?!마다|별)", reckoning.bare_weekday),
        (rf"(?P<words>{counted})\s*(?:{_LATER})", reckoning.offset),
        (
            rf"{_NUMBER}(?<!월)(?<!월 )(?<!주 )(?<!\d )(?P<day>\d{{1,2}})\s*일{_NOT_COUNTED}{_FOLLOWED}{_WEEKDAY}",
            reckoning.bare_day,
        ),
        (
            r"(?<![가-힣])(?P<word>내일\s*모레|낼\s*모레|모레|내일|낼|글피|명일)(?!\s*배움)",
            reckoning.named_day,
        ),
        (rf"(?<![가-힣])(?P<word>오늘){_NOT_OF_THE_TALK}", reckoning.named_day),
        (_loose_words(), reckoning.loosely),
    )
    return tuple((re.compile(pattern), reckon) for pattern, reckon in ways)


def _loose_words() -> str:
    return "(?<![가-힣])(?:" + "|".join(map(re.escape, load_note_words().loose)) + ")"
