"""Which day of the calendar is meant, reckoned from the day of the talk. Each function takes a hit of its pattern in
`stt.note.days`, and gives the day with a flag, or None when the words are no day."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from config.calendar import business_calendar

LOOSE, UNCLEAR, RECKONED, CONTRADICTION = (
    "date_loose",
    "date_unclear",
    "date_reckoned",
    "date_contradiction",
)

Reckoned = tuple[date | None, str] | None

WEEKDAYS = "월화수목금토일"
COUNTED = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10,
    "보름": 15, "스무날": 20, "일주일": 7,
}  # fmt: skip
"""Days that words of their own name."""

_OF_SOMETHING_ELSE = re.compile(
    r"(?:부터|한 날|은 날|된 날|는 날|뒤|후|다음 날|이후|면|마다|만에|지|최근|지난|과거|직전|이전)\s*(?:에|로|의)?\s*$"
)
"""Before "14일 이내": a rule that runs from another day than the talk's."""


def month_day(hit: re.Match[str], today: date) -> Reckoned:
    """12월 3일: this year's, or the next year's when this year's has passed."""
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


def day_of_month(hit: re.Match[str], today: date) -> Reckoned:
    """다음 달 5일."""
    year, month = _month_after(hit["which"], today)
    return _checked(_made(year, month, int(hit["day"])), hit)


def part_of_month(hit: re.Match[str], today: date) -> Reckoned:
    """12월 말까지 and 말일 are the last day; 초, 중순 and a mere 말 are loose."""
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


def weekday_of_week(hit: re.Match[str], today: date) -> Reckoned:
    """다음 주 화요일: weeks begin on Monday. A day of this week that has passed was not meant."""
    monday = today - timedelta(today.weekday())
    day = monday + timedelta(7 * _weeks_ahead(hit["which"]) + WEEKDAYS.index(hit["weekday"]))
    return (day, "") if day >= today else (None, UNCLEAR)


def coming_weekday(hit: re.Match[str], today: date) -> Reckoned:
    """돌아오는 화요일: the next one. 다음 화요일 may be that one or the one of next week."""
    ahead = (WEEKDAYS.index(hit["weekday"]) - today.weekday() - 1) % 7 + 1
    return (None, UNCLEAR) if hit["which"] == "다음" else (today + timedelta(ahead), "")


def bare_weekday(hit: re.Match[str], today: date) -> Reckoned:
    """화요일: the next one; said on a Tuesday it may be today or in a week."""
    ahead = (WEEKDAYS.index(hit["weekday"]) - today.weekday()) % 7
    return (today + timedelta(ahead), "") if ahead else (None, UNCLEAR)


def week(hit: re.Match[str], today: date) -> Reckoned:
    """이번 주까지: its last day on which the center works. Without 까지 or 안에 it is loose."""
    if not hit["by"]:
        return None, LOOSE
    friday = today - timedelta(today.weekday()) + timedelta(7 * _weeks_ahead(hit["which"]) + 4)
    while friday > today and not business_calendar().is_business_day(friday):
        friday -= timedelta(1)
    return (friday, RECKONED) if friday >= today else (None, UNCLEAR)


def offset(hit: re.Match[str], today: date) -> Reckoned:
    """사흘 뒤, 2주 안에. "이직일부터 14일 이내" runs from another day, and is no day that can be reckoned here."""
    if _OF_SOMETHING_ELSE.search(hit.string[max(0, hit.start() - 12) : hit.start()]):
        return None
    word, unit = hit["words"], hit["unit"]
    if not hit["number"]:
        return today + timedelta(COUNTED[word]), ""
    number = int(hit["number"])
    if unit in {"달", "개월", "년"}:
        return _months_on(today, number * (12 if unit == "년" else 1)), ""
    return today + timedelta(number * (7 if unit.startswith("주") else 1)), ""


def bare_day(hit: re.Match[str], today: date) -> Reckoned:
    """20일까지: the next day of that number."""
    number = int(hit["day"])
    for ahead in range(3):
        months = today.year * 12 + today.month - 1 + ahead
        made = _made(months // 12, months % 12 + 1, number)
        if made and made >= today:
            return _checked(made, hit)
    return None


def named_day(hit: re.Match[str], today: date) -> Reckoned:
    """오늘, 내일, 모레, 글피."""
    word = hit["word"].replace(" ", "")
    return today + timedelta({"오늘": 0, "내일": 1, "낼": 1, "명일": 1, "글피": 3}.get(word, 2)), ""


def loosely(hit: re.Match[str], today: date) -> Reckoned:
    """나중에, 다음 주 중에."""
    return None, LOOSE


def _checked(day: date | None, hit: re.Match[str]) -> Reckoned:
    """A day with the weekday that was said beside it: when they differ, neither is taken."""
    told = hit.groupdict().get("weekday")
    if day is None:
        return None, UNCLEAR
    return (None, CONTRADICTION) if told and WEEKDAYS[day.weekday()] != told else (day, "")


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_after(which: str, today: date) -> tuple[int, int]:
    ahead = 2 if which.startswith("다다음") else int(which[0] in "다담내익")
    months = today.year * 12 + today.month - 1 + ahead
    return months // 12, months % 12 + 1


def _weeks_ahead(which: str) -> int:
    return 2 if which in {"다다음", "다담"} else int(which in {"다음", "담", "차", "내"})


def _months_on(today: date, months: int) -> date:
    total = today.year * 12 + today.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
