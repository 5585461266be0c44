"""payments.send: an approved batch goes to the bank, message by message; nothing of it twice.

It may be killed anywhere and run again, also beside itself: what was committed as leaving and has no reply is unknown
from then on, and only what was never committed is sent.
"""

from __future__ import annotations

import asyncio

from bots.payments import runs
from bots.payments.closing import close_batches
from bots.payments.line import DayNotOpened
from bots.payments.line.opening import open_day
from bots.payments.our_line import our_line
from bots.payments.pump import LineDown, pump
from bots.payments.sending import SILENT, Transfers
from config.bank_answers import answer
from config.bank_line import bank_line
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.retry import RetryPolicy
from queues.work_again import add_again

SEND = "payments.send"
ACTOR = f"bot:{SEND}"


class UntilTheLineStands(RetryPolicy):
    """A line that is down is waited for; a worker that stops is no error of the batch."""

    def pause(self, error: Exception, tries: int) -> float | None:
        if isinstance(error, runs.WorkerStops):
            return 1.0
        if isinstance(error, LineDown | DayNotOpened) and tries < 100:
            return float(min(2.0 * 2.0 ** min(tries, 8), 300.0))
        return super().pause(error, tries)


@bot(SEND, title="지급 이체", retry=UntilTheLineStands(), concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Payload {"batch_id"}."""
    batch_id = int(item.payload["batch_id"])
    with record() as session:
        if runs.another_runs(session, item, batch_id):
            return Outcome(counts={"under_way": 1})
    bank_line()  # without a line nothing begins
    try:
        begun = runs.begin(batch_id, ACTOR)
    except runs.NotToRun:
        return Outcome(counts={"nothing": 1})
    except runs.NotNow as later:
        _put_off(item, later)
        return Outcome(counts={"later": 1})
    transfers = Transfers(begun, ACTOR, lambda done: item.progress(done, max(begun.total, done)))
    asyncio.run(_send(transfers))
    end = runs.finish(begun, ACTOR)
    if end.later is not None:
        _put_off(item, runs.NotNow(end.later, "closed"))
    with record() as session:
        close_batches(session, [batch_id], ACTOR)
    if transfers.paused:
        raise BusinessError("batch_paused", _why_paused(transfers.paused))
    return Outcome(counts={end.state: 1})


async def _send(transfers: Transfers) -> None:
    line = our_line()
    async with line:
        await open_day(line)
        await pump(line, transfers, window=transfers.line.window, patience=transfers.line.connect_seconds)


def _put_off(item: Work, later: runs.NotNow) -> None:
    """Another attempt does it when its hour has come."""
    with record() as session:
        add_again(
            session,
            SEND,
            item.reference,
            payload=item.payload,
            due_at=later.at,
            actor=ACTOR,
            reason=later.reason,
        )


def _why_paused(code: str) -> str:
    if code == SILENT:
        return (
            "은행이 응답하지 않아 배치를 일시정지했습니다. 회선을 확인한 뒤 다시 시작하십시오. "
            "결과를 모르는 지급은 은행에 따로 묻습니다."
        )
    return (
        f"은행이 {code} ({answer(code).title})(으)로 답하여 배치를 일시정지했습니다. "
        "까닭을 없앤 뒤 다시 시작하거나 중지하십시오."
    )
