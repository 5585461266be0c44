"""Days in what was said, reckoned from the day of the talk: "다음 주 화요일", "12월 3일까지", "보름 뒤"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from config.calendar import business_calendar
from config.note_words import load_note_words
from stt.note.written import Written

LOOSE, UNCLEAR, RECKONED, CONTRADICTION = (
    "date_loose",
    "date_unclear",
    "date_reckoned",
    "date_contradiction",
)


class Day(NamedTuple):
    """A day that was spoken of, with its place in what was said.

    on     None when it was said too loosely, or may be more than one
    flag   "date_loose", "date_unclear", "date_contradiction" (its weekday is another), "date_reckoned" (a custom
           was followed: "이번 주까지" is its last working day, "말까지" the month's last day), or ""
    since  it is where something begins ("부터")
    """

    start: int
    end: int
    on: date | None
    flag: str = ""
    since: bool = False


_WEEKDAYS = "월화수목금토일"
_COUNTED = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "여드레": 8,
    "아흐레": 9,
    "열흘": 10,
    "보름": 15,
    "스무날": 20,
}
_AFTER = r"(?:뒤|후|이후|있다가|지나서|지나고|지나면)"
_NOT_A_DAY = r"(?!\s*(?:동안|간|정도|이상|이하|미만|초과|이내|안에|안으로|내에|치|씩|마다|전에|전부터|째|뒤|후|이후|분(?!기)|만에|차|걸|넘|밖|있다가|지나|단위|한도|근무|짜리|수|도 안|도안))"
_AFTER_ANOTHER = re.compile(
    r"(?:부터|로부터|한 날|은 날|된 날|ㄴ 날|은 뒤|한 뒤|된 뒤|은 후|한 후|된 후|후|뒤|다음 날|이후|면|마다)\s*$"
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
            day, flag = made
            said = text.said(start, end)
            found.append(Day(*said, day, flag, _begins(text.text[end:])))
    return sorted(found)


def _begins(rest: str) -> bool:
    return bool(re.match(r"\s*(?:날|일)?\s*부터", rest))


_Reckoned = tuple[date | None, str] | None
_Way = tuple[re.Pattern[str], Callable[[re.Match[str], date], _Reckoned]]


def _ways() -> tuple[_Way, ...]:
    """Patterns from the most to the least telling; what one has taken, the next do not read again."""
    weekday = r"(?:\s*,?\s*\(?(?P<weekday>[월화수목금토일])(?:요일|\)))?"
    return (
        (re.compile(rf"(?:(?P<year>\d{{4}}|내|올|금)\s*(?:년|해)\s*)?(?<![\d~])(?P<month>\d{{1,2}})\s*월\s*(?:달\s*)?(?P<day>\d{{1,2}})\s*일{_NOT_A_DAY}{weekday}"), _month_day),
        (re.compile(rf"(?P<which>이번\s*달|이달|금월|다음\s*달|담\s*달|내달|다다음\s*달|익월)\s*(?P<day>\d{{1,2}})\s*일{_NOT_A_DAY}{weekday}"), _day_of_month),
        (re.compile(r"(?:(?P<which>이번\s*달|이달|다음\s*달|담\s*달|내달|다다음\s*달|올해|금년|연|내년)|(?P<month>\d{1,2})\s*월(?:\s*달)?)\s*(?P<part>말일|말|초|중순|하순|상순)(?P<by>\s*(?:까지|안에|안으로))?"), _part_of_month),
        (re.compile(r"(?P<which>이번|금|요번|다음|담|차|내|다다음|다담|돌아오는|오는)\s*(?P<week>주)?\s*(?P<weekday>[월화수목금토일])요일"), _weekday),
        (re.compile(r"(?P<which>이번|금|요번|다음|담|차|내|다다음)\s*주(?!말|일|간|기|차|택|민|변|중|소|로|의)(?P<by>\s*(?:까지|안에|안으로|내로|내에))?"), _week),
        (re.compile(r"(?P<which>이번|다음|돌아오는)\s*주\s*(?:중|말)(?:에|으로|쯤)?"), lambda hit, today: (None, LOOSE)),
        (re.compile(r"(?<![가-힣])(?P<weekday>[월화수목금토일])요일(?!마다|별)"), _bare_weekday),
        (re.compile(rf"(?P<words>{'|'.join(_COUNTED)}|일주일|(?<![\d~])(?P<number>\d{{1,3}})\s*(?P<unit>일|주일|주|달|개월|년))\s*(?P<how>{_AFTER}|이내|안에|안으로|내에|내로)(?P<rest>[에로는은까지의]*)"), _offset),
        (re.compile(rf"(?<![\d~])(?<!월)(?<!월 )(?<!주 )(?<!\d )(?P<day>\d{{1,2}})\s*일{_NOT_A_DAY}(?=\s*(?:까지|날|에|에요|이에요|입니다|로|쯤|경|오전|오후|아침|$|[,.?!(]|이고|이요|요|[월화수목금토일]요일|\d)){weekday}"), _bare_day),
        (re.compile(r"(?<![가-힣])(?P<word>내일\s*모레|낼\s*모레|모레|내일(?!배움|\s*배움)|낼|글피|명일)(?!\s*배움)"), _named),
        (re.compile(r"(?<![가-힣])오늘\s*(?:중|까지|안|내로|바로|오후|저녁|퇴근|당장)"), lambda hit, today: (today, "")),
        (_loose_words(), lambda hit, today: (None, LOOSE)),
    )  # fmt: skip


def _loose_words() -> re.Pattern[str]:
    return re.compile("(?<![가-힣])(?:" + "|".join(map(re.escape, load_note_words().loose)) + ")")


def _checked(day: date | None, hit: re.Match[str], flag: str = "") -> _Reckoned:
    """A day with the weekday that was said beside it: when they differ, neither is taken."""
    told = hit.groupdict().get("weekday")
    if day is None or (told and _WEEKDAYS[day.weekday()] != told):
        return None, CONTRADICTION if day else UNCLEAR
    return day, flag


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_day(hit: re.Match[str], today: date) -> _Reckoned:
    month, day, told = int(hit["month"]), int(hit["day"]), hit["year"]
    if not 1 <= month <= 12:
        return None
    if told:
        years = {"내": today.year + 1, "올": today.year, "금": today.year}
        return _checked(_made(years.get(told) or int(told), month, day), hit)
    made = _made(today.year, month, day)
    if made and made < today:
        made = _made(today.year + 1, month, day)
    return _checked(made, hit)


def _month_after(which: str, today: date) -> tuple[int, int]:
    ahead = 2 if which.startswith("다다음") else int(which[0] in "다담내익")
    months = today.year * 12 + today.month - 1 + ahead
    return months // 12, months % 12 + 1


def _day_of_month(hit: re.Match[str], today: date) -> _Reckoned:
    year, month = _month_after(hit["which"], today)
    return _checked(_made(year, month, int(hit["day"])), hit)


def _part_of_month(hit: re.Match[str], today: date) -> _Reckoned:
    which, part = hit["which"] or "", hit["part"]
    if part not in {"말", "말일"} or not (part == "말일" or hit["by"]):
        return None, LOOSE
    if which in {"연", "올해", "금년", "내년"}:
        return date(today.year + (which == "내년"), 12, 31), RECKONED
    if hit["month"]:
        month = int(hit["month"])
        if not 1 <= month <= 12:
            return None
        year = today.year + (month < today.month)
    else:
        year, month = _month_after(which, today)
    return date(year, month, calendar.monthrange(year, month)[1]), "" if part == "말일" else RECKONED


def _weeks_ahead(which: str) -> int:
    if which.startswith("다다음") or which == "다담":
        return 2
    return int(which in {"다음", "담", "차", "내"})


def _weekday(hit: re.Match[str], today: date) -> _Reckoned:
    """A week begins on Monday. "돌아오는 화요일" is the next one; "이번 주" and "다음 주" are weeks of the calendar."""
    which, number = hit["which"], _WEEKDAYS.index(hit["weekday"])
    if which in {"돌아오는", "오는"} or not hit["week"]:
        if which in {"금", "차", "내"}:
            return None
        ahead = (number - today.weekday() - 1) % 7 + 1
        return (None, UNCLEAR) if which in {"다음", "담", "다다음"} else (today + timedelta(ahead), "")
    monday = today - timedelta(today.weekday())
    day = monday + timedelta(7 * _weeks_ahead(which) + number)
    return (day, "") if day >= today else (None, UNCLEAR)


def _bare_weekday(hit: re.Match[str], today: date) -> _Reckoned:
    """The next one; on the same weekday it may be today or in a week."""
    ahead = (_WEEKDAYS.index(hit["weekday"]) - today.weekday()) % 7
    return (today + timedelta(ahead), "") if ahead else (None, UNCLEAR)


def _week(hit: re.Match[str], today: date) -> _Reckoned:
    if not hit["by"]:
        return None, LOOSE
    friday = today - timedelta(today.weekday()) + timedelta(7 * _weeks_ahead(hit["which"]) + 4)
    while friday > today and not business_calendar().is_business_day(friday):
        friday -= timedelta(1)
    return (friday, RECKONED) if friday >= today else (None, UNCLEAR)


def _offset(hit: re.Match[str], today: date) -> _Reckoned:
    before = hit.string[max(0, hit.start() - 12) : hit.start()]
    if _AFTER_ANOTHER.search(before):
        return None
    word, unit = hit["words"], hit["unit"]
    if not hit["number"]:
        return today + timedelta(_COUNTED.get(word, 7)), ""
    number = int(hit["number"])
    if unit in {"달", "개월", "년"}:
        return _months_on(today, number * (12 if unit == "년" else 1)), ""
    return today + timedelta(number * (7 if unit.startswith("주") else 1)), ""


def _months_on(today: date, months: int) -> date:
    total = today.year * 12 + today.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _bare_day(hit: re.Match[str], today: date) -> _Reckoned:
    """The next day of that number."""
    number = int(hit["day"])
    for ahead in range(3):
        months = today.year * 12 + today.month - 1 + ahead
        made = _made(months // 12, months % 12 + 1, number)
        if made and made >= today:
            return _checked(made, hit)
    return None


def _named(hit: re.Match[str], today: date) -> _Reckoned:
    word = hit["word"].replace(" ", "")
    return today + timedelta({"내일": 1, "낼": 1, "명일": 1, "글피": 3}.get(word, 2)), ""
