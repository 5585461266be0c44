"""When something was: what people say of a time ("어제 오후", "11시쯤", "11/18~11/20") as a span of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from queues.clocks import CLOCK, Clock, read_clock

_DAY = timedelta(days=1)
_ABOUT = r"(?:쯤|경|께|정도|무렵|즈음)?"
_END = r"(?:에|날|자)?"
_WEEKDAYS = "월화수목금토일"
_COUNTED = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "열흘": 10,
    "보름": 15,
}
_WORDS = {"오늘": 0, "금일": 0, "어제": 1, "어저께": 1, "전날": 1, "그제": 2, "그저께": 2, "그끄저께": 3}


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` on, and before `end`; both with their zone."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Seen:
    at: int
    what: Days | Clock | Span


def take_span(line: str, now: datetime) -> tuple[Span | None, str]:
    """The time that a line speaks of, if any, and what is left of the line.

    now   the present, in the zone in which people speak
    A time without a day is the latest one that is past; so is a day without a month or a year.
    """
    seen: list[_Seen] = []
    line = _BOTH_ENDS.sub(r"\1\3~\2\3", line)
    for pattern, read in _READERS:
        line = _take(line, pattern, read, now, seen)
    seen.sort(key=lambda s: s.at)
    if not seen:
        return None, line
    return _span(seen, now), re.sub(r"(?<!\S)(?:~|-|부터|까지|사이|에서)+(?:에)?(?!\S)", " ", line)


_BOTH_ENDS = re.compile(r"(?<![\d:])(\d\d?)\s?[~-]\s?(\d\d?)(시(?!간)|일)")  # 10~12시, 18~20일

Reader = Callable[[re.Match[str], datetime], "Days | Clock | Span | None"]


def _take(line: str, pattern: re.Pattern[str], read: Reader, now: datetime, seen: list[_Seen]) -> str:
    """Blank out what `read` understands; what it does not stays."""

    def blank(match: re.Match[str]) -> str:
        found = read(match, now)
        if found is None:
            return match[0]
        seen.append(_Seen(match.start(), found))
        return " " * len(match[0])

    return pattern.sub(blank, line)


def _span(seen: list[_Seen], now: datetime) -> Span:
    ready = next((s.what for s in seen if isinstance(s.what, Span)), None)
    if ready is not None:
        return ready
    days = [s.what for s in seen if isinstance(s.what, Days)]
    hours = [s.what for s in seen if isinstance(s.what, Clock)]
    if not days:
        return _of_today(hours, now)
    first, last = min(d.first for d in days), max(d.last for d in days)
    if hours and first == last:
        return _between(first, hours, now.tzinfo)
    # Of several days an hour is the end of the last, unless it was said with the first.
    start, end = 0, 24 * 60
    if hours and (len(hours) > 1 or isinstance(seen[1].what, Clock)):
        start = hours[0].start
    if hours and (len(hours) > 1 or not isinstance(seen[1].what, Clock)):
        end = hours[-1].end
    return Span(_at(first, start, now.tzinfo), _at(last, end, now.tzinfo))


def _of_today(hours: list[Clock], now: datetime) -> Span:
    """Today, or yesterday where today it is still to come."""
    span = _between(now.date(), hours, now.tzinfo)
    return _between(now.date() - _DAY, hours, now.tzinfo) if span.start > now else span


def _between(day: date, hours: list[Clock], zone: tzinfo | None) -> Span:
    if len(hours) < 2:
        return Span(_at(day, hours[0].start, zone), _at(day, hours[0].end, zone))
    start, end = hours[0].exact, hours[-1].after(hours[0])
    return Span(_at(day, start, zone), _at(day, max(end, start + 1), zone))


def _at(day: date, minutes: int, zone: tzinfo | None) -> datetime:
    """So many minutes after (or before) that midnight."""
    return datetime.combine(day, time(), zone) + timedelta(minutes=minutes)


def _past(day: date, now: datetime) -> date:
    """The same day of the year before where this year's is still to come."""
    if day <= now.date():
        return day
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day - timedelta(days=365)


def _date(year: int | None, month: int, day: int, now: datetime) -> date | None:
    try:
        found = date(year or now.year, month, day)
    except ValueError:
        return None
    return found if year else _past(found, now)


def _full_date(match: re.Match[str], now: datetime) -> Days | None:
    year = int(match[1])
    found = _date(year + 2000 if year < 100 else year, int(match[2]), int(match[3]), now)
    return Days(found, found) if found else None


def _short_date(match: re.Match[str], now: datetime) -> Days | None:
    found = _date(None, int(match[1]), int(match[2]), now)
    return Days(found, found) if found else None


def _day_of_month(match: re.Match[str], now: datetime) -> Days | None:
    day, first = int(match[1]), now.date().replace(day=1)
    for _ in range(12):
        try:
            found = first.replace(day=day)
        except ValueError:
            found = None
        if found is not None and found <= now.date():
            return Days(found, found)
        first = (first - _DAY).replace(day=1)
    return None


def _month(match: re.Match[str], now: datetime) -> Days | None:
    first = _date(None, int(match[1]), 1, now)
    return Days(first, _end_of_month(first)) if first else None


def _end_of_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY


def _word(match: re.Match[str], now: datetime) -> Days:
    day = now.date() - timedelta(days=_WORDS[match[1]])
    return Days(day, day)


def _couple_of_days(_: re.Match[str], now: datetime) -> Days:
    return Days(now.date() - timedelta(days=3), now.date() - _DAY)


def _weekday(match: re.Match[str], now: datetime) -> Days:
    """`월요일` is the latest, `지난주 월요일` last week's, `지난 월요일` the latest before today."""
    before = re.sub(r"\s", "", match[1] or "")
    back = (now.weekday() - _WEEKDAYS.index(match[2])) % 7
    if before in ("지난주", "저번주", "전주"):
        back = now.weekday() - _WEEKDAYS.index(match[2]) + 7
    elif before in ("지난", "저번") and back == 0:
        back = 7
    day = now.date() - timedelta(days=back)
    return Days(day, day)


def _week_or_month(match: re.Match[str], now: datetime) -> Days:
    word = re.sub(r"\s", "", match[0])
    monday = now.date() - timedelta(days=now.weekday())
    first = now.date().replace(day=1)
    if word.startswith(("이번주", "금주")):
        return Days(monday, now.date())
    if word.startswith(("지난주", "저번주", "전주")):
        return Days(monday - 7 * _DAY, monday - _DAY)
    if word.startswith(("이번달", "이달", "금월")):
        return Days(first, now.date())
    if word.startswith("올해"):
        return Days(first.replace(month=1), now.date())
    last = (first - _DAY).replace(day=1)
    return Days(last, first - _DAY)


def _days_ago(match: re.Match[str], now: datetime) -> Days:
    count = int(match[1]) if match[1].isdigit() else _COUNTED[match[1]]
    day = now.date() - timedelta(days=min(count, 3660))
    return Days(day, day)


def _latest_days(match: re.Match[str], now: datetime) -> Days:
    return Days(now.date() - timedelta(days=max(0, min(int(match[1]), 3660) - 1)), now.date())


def _ago(match: re.Match[str], now: datetime) -> Span:
    minutes = int(match[1]) * (60 if match[2] == "시간" else 1)
    slack = timedelta(minutes=max(15, min(minutes // 2, 45)))
    then = now - timedelta(minutes=min(minutes, 1_000_000))
    return Span(then - slack, min(then + slack, now))


def _just_now(match: re.Match[str], now: datetime) -> Span:
    minutes = {"방금": 30, "지금": 30, "조금": 90, "좀": 90}.get(match[1], 360)
    return Span(now - timedelta(minutes=minutes), now + timedelta(minutes=1))


def _clock(match: re.Match[str], _: datetime) -> Clock | None:
    return read_clock(match)


_EDGE = r"(?<![\d:./-])"
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (
        re.compile(rf"{_EDGE}(20\d\d|\d\d)[-./년]\s?(\d\d?)[-./월]\s?(\d\d?)(?:일|\.)?{_END}(?![\d-])"),
        _full_date,
    ),
    (re.compile(rf"(\d\d?)월\s?(\d\d?)일{_END}"), _short_date),
    (re.compile(rf"{_EDGE}(\d\d?)[/.-](\d\d?){_END}(?![\d./:-])"), _short_date),
    (re.compile(r"(?<!\d)(\d{1,4})\s?(분|시간)\s?전" + _ABOUT + _END), _ago),
    (re.compile(r"(방금|지금|조금|좀|아까)(?:\s?전)?" + _END + r"(?![가-힣])"), _just_now),
    (re.compile(rf"(\d{{1,4}}|{'|'.join(_COUNTED)})일?\s?전{_END}(?![가-힣])"), _days_ago),
    (re.compile(r"최근\s?(\d{1,4})일(?:간|\s?동안)?"), _latest_days),
    (re.compile(r"엊그제" + _END), _couple_of_days),
    (re.compile(rf"({'|'.join(sorted(_WORDS, key=len, reverse=True))}){_END}(?![가-힣])"), _word),
    (re.compile(rf"(지난\s?주|저번\s?주|전주|이번\s?주|지난|저번)?\s?([{_WEEKDAYS}])요일{_END}"), _weekday),
    (
        re.compile(
            r"(?:이번\s?주|금주|지난\s?주|저번\s?주|이번\s?달|이달|금월|지난\s?달|저번\s?달|올해)(?:에|중)?(?![가-힣])"
        ),
        _week_or_month,
    ),
    (CLOCK, _clock),
    (re.compile(rf"(?<!\d)(\d\d?)일{_END}(?![가-힣])"), _day_of_month),
    (re.compile(r"(?<!\d)(\d\d?)월(?:에|달|중)?(?![가-힣\d])"), _month),
)
