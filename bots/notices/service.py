"""The day of service (송달일), and the last day of what runs from it.

행정절차법 제15조: a document takes effect when it arrives (제1항), an electronic one when it is entered at the
place that the person named (제2항), a public notice when 14 days have passed since it was posted (제3항).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from config.calendar import business_calendar
from queues import days

PUBLIC_NOTICE_DAYS = 14
HOW = {
    "registered": "registered",
    "electronic": "electronic",
    "hand": "hand",
    "public": "public",
    "sms": "electronic",
    "lms": "electronic",
    "alimtalk": "electronic",
    "email": "electronic",
}
PROVING = frozenset({"registered", "electronic", "hand", "public"})
"""Channels that prove their arrival; an act (처분) is served by no other."""


@dataclass(frozen=True, slots=True)
class Service:
    """A document has arrived: on which day, where the center is, and how ("registered", "electronic", ...)."""

    on: date
    how: str


def served_by(channel: str, arrived_at: datetime, *, official: bool = False) -> Service | None:
    """What an arrival by `channel` is in law; None where it proves nothing.

    arrived_at  delivery to the address, entry into the person's box, handing over; of a public notice the
                moment at which it takes effect
    official    an act (처분), which only a channel of `PROVING` serves

    Ordinary mail is never taken to have arrived: nothing shows it.
    """
    if channel not in HOW or (official and channel not in PROVING):
        return None
    return Service(days.day_of(arrived_at), HOW[channel])


def public_notice_takes_effect(posted_on: date) -> date:
    """The day with whose beginning a public notice is served: 14 days have passed since it was posted.

    The day of posting does not count (민법 제157조). With several places (gazette, board, internet) it is
    the day of the last one.
    """
    return posted_on + timedelta(days=PUBLIC_NOTICE_DAYS + 1)


def runs_until(served_on: date, period_days: int) -> date:
    """The last day of a period of calendar days that runs from the day of service.

    The day of service does not count, also where a public notice takes effect with its beginning: a day more
    for the citizen. A period that would end on a Saturday or a public holiday ends on the next day that is
    neither (민법 제157조, 제161조; 행정기본법 제6조 제1항). Days on which the center is closed on its own
    account do not end it either; that it opens on a Saturday takes nothing from the citizen.

    Raises ValueError for a period of less than a day.
    """
    if period_days < 1:
        raise ValueError(f"a period has at least one day, not {period_days}")
    calendar = replace(business_calendar(), opened={})
    return calendar.period_end(served_on, period_days)
