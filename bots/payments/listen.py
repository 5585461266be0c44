"""payments.listen: keeps a line open, so that the bank can tell at any time what failed after it had said yes.

The other bots' lines take such notices too; this one is there when nobody sends. What comes between two runs the bank
tells again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bots.payments.line import DayNotOpened
from bots.payments.line.opening import open_day
from bots.payments.our_line import our_line
from config.bank_hours import may_ask_at
from config.settings import settings
from queues import days, engine
from queues.bank_messages import NumbersUsedUp
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Payment, PaymentState

log = logging.getLogger(__name__)

_MAY_COME_BACK = (
    PaymentState.SENDING.value,
    PaymentState.UNKNOWN.value,
    PaymentState.ACCEPTED.value,
    PaymentState.SETTLED.value,
)
_LOOK_SECONDS = 0.5
_DAYS = 10
"""So long after a transfer its bank may still give it back."""


@bot("payments.listen", title="은행 불능통지 수신", patient=True)
def run(_work: Work) -> Outcome:
    """A line that does not stand, or a day that is not opened, is tried again by the next run."""
    chosen = settings().bank_line
    if chosen is None or not may_be_told():
        return Outcome(idle=True)
    try:
        taken = asyncio.run(_listen(chosen.notice_seconds))
    except (DayNotOpened, NumbersUsedUp) as error:
        log.warning("%s", error)
        return Outcome(idle=True)
    return Outcome(counts={"notices": taken} if taken else {}, idle=not taken)


def may_be_told() -> bool:
    """Whether the bank is open and has done anything in the last days that could still fail."""
    now = datetime.now(UTC)
    if may_ask_at(now) > now:
        return False
    sent = (
        select(Payment.id)
        .where(
            col(Payment.sent_on) >= days.today() - timedelta(days=_DAYS),
            col(Payment.state).in_(_MAY_COME_BACK),
        )
        .limit(1)
    )
    with record() as session:
        return session.exec(sent).first() is not None


async def _listen(seconds: float) -> int:
    """Notices taken within so many seconds, fewer when the process is to stop.

    The day is opened anew: a bank tells its notices over a line on which it has heard us.
    """
    async with our_line() as line:
        if not await line.up(line.chosen.connect_seconds):
            raise DayNotOpened(f"{line.chosen.place}: {line.why_down or 'no line'}")
        await open_day(line, anew=True)
        until = time.monotonic() + seconds
        while line.is_up and not engine.stopping() and time.monotonic() < until:
            await asyncio.sleep(min(_LOOK_SECONDS, max(0.0, until - time.monotonic())))
        return line.notices
