"""Times as staff read them, in the center's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.settings import settings

WEEKDAYS = "월화수목금토일"


def zone() -> ZoneInfo:
    return ZoneInfo(settings().timezone)


def now() -> datetime:
    return datetime.now(UTC)


def today_start() -> datetime:
    """Midnight of today where the center is."""
    return datetime.now(zone()).replace(hour=0, minute=0, second=0, microsecond=0)


def short(at: datetime | None) -> str:
    """`14:05` today, `11-20(금) 14:05` otherwise in this year, with the year in another."""
    if at is None:
        return ""
    local = at.astimezone(zone())
    today = datetime.now(zone())
    if local.date() == today.date():
        return f"{local:%H:%M}"
    day = f"{local:%m-%d}({WEEKDAYS[local.weekday()]}) {local:%H:%M}"
    return day if local.year == today.year else f"{local.year}-{day}"


def day(on: date | None) -> str:
    """`11-20(금)`, with the year in another one."""
    if on is None:
        return ""
    told = f"{on:%m-%d}({WEEKDAYS[on.weekday()]})"
    return told if on.year == datetime.now(zone()).year else f"{on.year}-{told}"


def full(at: datetime | None) -> str:
    """`2026-11-23(월) 14:05:10`."""
    if at is None:
        return ""
    local = at.astimezone(zone())
    return f"{local:%Y-%m-%d}({WEEKDAYS[local.weekday()]}) {local:%H:%M:%S}"


def length(span: timedelta | float | None) -> str:
    """`0.4초`, `12초`, `3분 5초`, `2시간 10분`, `3일 4시간`."""
    if span is None:
        return ""
    seconds = span.total_seconds() if isinstance(span, timedelta) else float(span)
    if seconds < 10:
        return f"{seconds:.1f}초"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}초"
    if whole < 3600:
        return f"{whole // 60}분 {whole % 60}초" if whole % 60 else f"{whole // 60}분"
    if whole < 86400:
        return f"{whole // 3600}시간 {whole % 3600 // 60}분"
    return f"{whole // 86400}일 {whole % 86400 // 3600}시간"


def ago(at: datetime | None) -> str:
    """`방금`, `3분 전`, `2시간 전`, `3일 전`."""
    if at is None:
        return ""
    seconds = (now() - at).total_seconds()
    for size, word in ((86400, "일"), (3600, "시간"), (60, "분")):
        if seconds >= size:
            return f"{int(seconds // size)}{word} 전"
    return "방금" if seconds < 10 else f"{int(seconds)}초 전"


def until(at: datetime | None) -> tuple[str, str]:
    """How much of a deadline is left, and its tone: (`2일 3시간 남음`, "wait"), (`1시간 지남`, "bad")."""
    if at is None:
        return "", "wait"
    seconds = (at - now()).total_seconds()
    if seconds < 0:
        return f"{_rough(-seconds)} 지남", "bad"
    return f"{_rough(seconds)} 남음", "warn" if seconds < 86400 else "wait"


def _rough(seconds: float) -> str:
    if seconds < 3600:
        return f"{max(1, int(seconds // 60))}분"
    if seconds < 86400:
        return f"{int(seconds // 3600)}시간"
    return f"{int(seconds // 86400)}일"
