"""payments.inquire: the bank is asked what became of transfers without a result, until it says or the day is over.

Whatever comes of it, nothing is sent again. What the bank has no record of, and what is still unknown when its day is
over (7000/100 names messages of the same day only), goes to a person.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import Session

from bots.payments import fate, questions
from bots.payments.closing import close_batches
from bots.payments.fate import Word
from bots.payments.inquiring import Results, due_count
from bots.payments.line.opening import open_day
from bots.payments.our_line import our_line
from bots.payments.pump import pump
from config.bank_hours import may_ask_at
from config.settings import settings
from queues import days
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import PaymentState
from queues.payments import Happened, note_all

INQUIRE = "payments.inquire"
ACTOR = f"bot:{INQUIRE}"
PAST_MIDNIGHT = "past_midnight"
_AT_ONCE = 500
_MARGIN = 60.0

_LEFT_ALONE = text(
    "SELECT payment.id FROM payment JOIN payment_batch batch ON batch.id = payment.batch_id "
    "JOIN payment_event last ON last.payment_id = payment.id AND last.seq = payment.seq "
    "WHERE payment.state = 'sending' AND batch.channel = 'firm' "
    "AND last.at < clock_timestamp() - make_interval(secs => :seconds) ORDER BY payment.id LIMIT :some"
)
_OF_DAYS_PAST = text(
    "SELECT payment.id FROM payment JOIN payment_batch batch ON batch.id = payment.batch_id "
    "WHERE next_look_at IS NOT NULL AND payment.state = 'unknown' AND batch.channel = 'firm' "
    "AND sent_on < :today ORDER BY payment.id LIMIT :some"
)
_LOOK_NO_MORE = text("UPDATE payment SET next_look_at = NULL WHERE id = ANY(:ids)")


@bot(INQUIRE, title="지급 결과 조회", patient=True)
def run(item: Work) -> Outcome:
    """By schedule; a round asks about all that are due."""
    if settings().bank_line is None:
        return Outcome(idle=True)
    counts: Counter[str] = Counter()
    counts["left_alone"] = leave_alone()
    counts["past_midnight"] = give_up_past_midnight()
    counts += ask_all()
    return Outcome(counts=dict(+counts), idle=not +counts)


def ask_all() -> Counter[str]:
    """Ask the bank about all that are due; how many came to which state."""
    now = datetime.now(UTC)
    with record() as session:
        due = due_count(session, days.today())
    if not due or may_ask_at(now) > now:
        return Counter()
    results = Results(ACTOR)
    asyncio.run(_ask(results))
    with record() as session:
        close_batches(session, results.batches, ACTOR)
    return results.counts


async def _ask(results: Results) -> None:
    async with our_line() as line:
        await open_day(line)
        await pump(line, results, window=results.line.window, patience=results.line.connect_seconds)


def leave_alone() -> int:
    """What a run committed as leaving and never settled, long after it should have, is unknown: its worker died, and
    the batch was paused or stopped since."""
    line = settings().bank_line
    seconds = _MARGIN if line is None else line.reply_seconds + line.write_within_seconds + _MARGIN
    with record() as session:
        left = session.execute(_LEFT_ALONE, {"seconds": seconds, "some": _AT_ONCE}).scalars().all()
        fate.hear(session, [Word(number, "unknown", "reply", "run_broken") for number in left], ACTOR)
    return len(left)


def give_up_past_midnight() -> int:
    """The bank cannot be asked about another day: the statement settles it, or a person."""
    count = 0
    while True:
        with record() as session:
            found = _give_up_some(session)
        count += found
        if found < _AT_ONCE:
            return count


def _give_up_some(session: Session) -> int:
    values = {"today": days.today(), "some": _AT_ONCE}
    ids = session.execute(_OF_DAYS_PAST, values).scalars().all()
    rows = [p for p in fate.lock(session, ids) if p.state == PaymentState.UNKNOWN and p.next_look_at]
    note_all(session, [Happened(p.id, p.seq, PaymentState.UNKNOWN, PAST_MIDNIGHT) for p in rows], ACTOR)
    session.execute(_LOOK_NO_MORE, {"ids": [p.id for p in rows]})
    for payment in rows:
        questions.ask(session, payment, questions.PAST_MIDNIGHT, actor=ACTOR)
    return len(rows)
