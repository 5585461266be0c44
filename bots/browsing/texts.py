"""Times, sizes and counts as Korean sites write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, tzinfo

_DATE = re.compile(
    r"(?:(?P<year>\d{4}|\d{2})\s*[-./년]\s*)?(?P<month>\d{1,2})\s*[-./월]\s*(?P<day>\d{1,2})(?!\d)"
)
_TIME = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})\s*[:시]\s*(?P<minute>\d{1,2})(?:\s*[:분]\s*(?P<second>\d{1,2}))?"
)
_MORNING, _AFTERNOON = ("오전", "am"), ("오후", "pm")
_UNITS = {"": 1, "b": 1, "byte": 1, "bytes": 1, "바이트": 1}
_UNITS |= {"k": 2**10, "kb": 2**10, "m": 2**20, "mb": 2**20, "g": 2**30, "gb": 2**30}
_SIZE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([a-z]*|바이트)", re.IGNORECASE)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def moment(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """A local time such as `2026-11-23 15:04:20`, `26.11.23 오후 3:04`, `11/23 15:04`, `오늘 15:04`.

    A date without a year is the last one that is not in the future; `now` decides. None for anything else.
    """
    text = _composed(text)
    time = _TIME.search(text)
    day = _day(text[: time.start()] if time else text, now.astimezone(zone))
    if time is None or day is None:
        return None
    hour = int(time["hour"])
    lower = text.casefold()
    if any(word in lower for word in (*_MORNING, *_AFTERNOON)):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if any(word in lower for word in _AFTERNOON) else 0)
    try:
        return day.replace(hour=hour, minute=int(time["minute"]), second=int(time["second"] or 0))
    except ValueError:
        return None


def _day(text: str, today: datetime) -> datetime | None:
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    if "오늘" in text or "금일" in text:
        return midnight
    if "어제" in text:
        return midnight - timedelta(days=1)
    found = _DATE.search(text)
    if found is None:
        return None
    month, day = int(found["month"]), int(found["day"])
    try:
        if found["year"]:
            year = int(found["year"])
            return midnight.replace(year=year if year >= 100 else 2000 + year, month=month, day=day)
        return _latest(midnight, month, day)
    except ValueError:
        return None


def _latest(midnight: datetime, month: int, day: int) -> datetime:
    """The last such day until tomorrow (their clock may be ahead); 29 February may lie years back."""
    for year in range(midnight.year, midnight.year - 9, -1):
        try:
            found = midnight.replace(year=year, month=month, day=day)
        except ValueError:
            continue
        if found <= midnight + timedelta(days=1):
            return found
    raise ValueError("no such day")


def count(text: str) -> int | None:
    """`3`, `3매`, `3 장`, `3/3`: the first number; of `2/3` (came/announced) the one announced. None without."""
    numbers = re.findall(r"\d+", _composed(text))
    if not numbers or len(numbers) > 2 or any(len(n) > 5 for n in numbers):
        return None
    return int(numbers[-1])


def size(text: str) -> tuple[int, int] | None:
    """Least and most bytes that a size as written can mean: `123,456` exactly, `120.6KB` to its last digit.

    Units are taken as 1024 or as 1000, since sites do both. None when it is no size.
    """
    found = _SIZE.fullmatch(_composed(text))
    if found is None:
        return None
    unit = _UNITS.get(found[2].casefold())
    if unit is None:
        return None
    number = found[1].replace(",", "")
    if unit == 1:
        exact = round(float(number))
        return exact, exact
    digits = len(number.partition(".")[2])
    value, half = float(number), 10.0**-digits  # cut off or rounded up: a whole last digit either way
    small = {2**10: 10**3, 2**20: 10**6, 2**30: 10**9}[unit]
    return max(0, int((value - half) * small)), int((value + half) * unit) + 1


def phone(text: str) -> str:
    """Digits and a leading plus of a number."""
    plain = re.sub(r"[^0-9+]", "", _composed(text))
    return plain[:1] + plain[1:].replace("+", "")
