"""The opening of the day (개시, 1000/100): once a day, before any other message."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from bots.payments.line.errors import DayNotOpened, NeverLeft, Unanswered
from bots.payments.line.keeping import keep
from bots.payments.line.line import Line
from bots.payments.line.numbered import next_heads
from bots.payments.messages import encode, requests
from config.bank_line import BankLine, now_there
from queues import database
from queues.models import BankDay

CHANNEL = "firm"


async def open_day(line: Line, *, anew: bool = False) -> None:
    """Open today unless somebody has; `anew`: even so. Twice does no harm: the bank says that it is open.

    Raises `DayNotOpened`, and `NumbersUsedUp`.
    """
    chosen = line.chosen
    today = now_there().date()
    if not anew and await asyncio.to_thread(is_open, chosen, today):
        return
    if not await line.up(chosen.connect_seconds):
        raise DayNotOpened(f"{chosen.place}: {line.why_down or 'no line'}; tried again later")
    (head,) = await asyncio.to_thread(next_heads, chosen, 1)
    message = requests.opening(head)
    await asyncio.to_thread(keep, "out", encode(message))
    try:
        reply = await line.ask(message)
    except (NeverLeft, Unanswered) as error:
        raise DayNotOpened(f"{chosen.place}: the day was not opened: {error}; tried again later") from error
    await asyncio.to_thread(keep, "in", encode(reply))
    if reply.response_code not in chosen.opened_codes:
        raise DayNotOpened(
            f"{chosen.place}: the bank answers the opening of {today} with {reply.response_code!r}; ask the bank"
        )
    await asyncio.to_thread(note_open, chosen, head.at.date())


def is_open(chosen: BankLine, day: date) -> bool:
    """Whether the day was opened for every fund of the line."""
    opened = select(func.count()).where(
        BankDay.day == day,
        BankDay.channel == CHANNEL,
        col(BankDay.fund).in_(chosen.accounts),
        col(BankDay.opened_at).is_not(None),
    )
    with database.session() as session:
        return session.exec(opened).one() == len(chosen.accounts)


def note_open(chosen: BankLine, day: date) -> None:
    """The bank has opened the day: for all funds of the line."""
    rows = [
        {
            "day": day,
            "fund": fund,
            "channel": CHANNEL,
            "opened_at": datetime.now(UTC),
            "our_count": 0,
        }
        for fund in sorted(chosen.accounts)
    ]
    statement = insert(BankDay).values(rows)
    with database.session() as session:
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["day", "fund", "channel"],
                set_={"opened_at": func.coalesce(BankDay.opened_at, statement.excluded.opened_at)},
            )
        )
