"""Days at the bank that ought to be closed, and differences by which money may be with the wrong people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

from config.calendar import business_calendar
from queues import days
from queues.alarms import Alarm

CLOSED_WITHIN = 2
"""So many business days after it a day is closed, agreed or signed for."""

# What cannot wait for the end of a day: won may be with the wrong person, or twice with the right one.
_GRAVE = text(
    "SELECT count(*) AS counted, min(created_at) AS since FROM difference "
    "WHERE state = 'open' AND cause IN ('twice', 'account', 'amount', 'paid_not_in_ours')"
)
_OPEN = text(
    "SELECT count(*) AS counted, min(day) AS first FROM bank_day WHERE state <> 'closed' AND day < :before"
)


def days_held_up(session: Session, around: object) -> Iterator[Alarm]:
    """One alarm for grave differences that nobody has explained, one for days that stay open."""
    del around
    grave = session.execute(_GRAVE).one()
    if grave.counted:
        yield Alarm(
            "differences_grave",
            "",
            "bad",
            f"은행의 출금이 우리 원장과 다른 건이 {grave.counted:,}건 있습니다",
            grave.since,
            "‘일일 대사’에서 건별로 확인하고 거래 은행에 곧바로 연락하십시오. 확인될 때까지 다시 지급하지 마십시오.",
            screen="reconciliation",
        )
    before = days.today()
    calendar, left = business_calendar(), CLOSED_WITHIN
    while left:
        before -= timedelta(days=1)
        left -= calendar.is_business_day(before)
    late = session.execute(_OPEN, {"before": before}).one()
    if late.counted:
        yield Alarm(
            "days_open",
            "",
            "warn",
            f"마감하지 않은 대사일이 {late.counted:,}건 있습니다({late.first}부터)",
            days.begins(late.first),
            "‘일일 대사’에서 차이의 사유를 적고 서명하여 마감하십시오.",
            screen="reconciliation",
        )
