"""payments.iso_send: an approved batch that goes by files is written, committed and uploaded, file by file.

It may be killed anywhere and run again: a file that is committed is the file that goes, and after any doubt the bank's
own list is asked first.
"""

from __future__ import annotations

from contextlib import suppress

from bots.payments import runs
from bots.payments.closing import close_batches
from bots.payments.iso import leaving
from bots.payments.iso.carry import Halted, carry
from bots.payments.iso.channel import Channel, ChannelError, SetUpWrong
from bots.payments.iso.connect import channel
from bots.payments.runs import Run
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import PaymentBatch
from queues.retry import RetryPolicy
from queues.work_again import add_again

SEND = "payments.iso_send"
CHANNEL = "iso20022"
ACTOR = f"bot:{SEND}"


class UntilTheBankHasIt(RetryPolicy):
    """A bank that is down is waited for; what is in doubt is asked about until it is certain."""

    def pause(self, error: Exception, tries: int) -> float | None:
        if isinstance(error, runs.WorkerStops):
            return 1.0
        if isinstance(error, SetUpWrong) and tries >= 20:
            return None
        if isinstance(error, ChannelError) and tries < 2000:
            growing = min(2.0 * 2.0 ** min(tries - 1, 10), 300.0)
            return growing if error.pause is None else max(error.pause, 0.5)
        return super().pause(error, tries)


@bot(SEND, title="지급 이체 (파일)", retry=UntilTheBankHasIt(), concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Payload {"batch_id"}."""
    batch_id = int(item.payload["batch_id"])
    try:
        begun = runs.begin(batch_id, ACTOR, CHANNEL)
    except runs.NotToRun:
        return Outcome(counts={"nothing": 1})
    except runs.NotNow as later:
        with record() as session:
            add_again(
                session, SEND, item.reference, payload=item.payload, due_at=later.at, actor=ACTOR,
                reason=later.reason,
            )  # fmt: skip
        return Outcome(counts={"later": 1})
    state = send(begun, channel())
    item.progress(1, 1)
    return Outcome(counts={state: 1})


def send(begun: Run, way: Channel) -> str:
    """All that is left of a run's batch; the batch's state then. Raises `ChannelError`: it is to be called again.

    What is committed already goes first; a doubt about one file holds up the others.
    """
    with suppress(Halted):
        with record() as session:
            waiting = leaving.under_way(session, begun.batch_id)
        for file_id in waiting:
            carry(file_id, begun, way, ACTOR)
        while (fresh := leaving.next_file(begun, ACTOR)) is not None:
            carry(fresh, begun, way, ACTOR)
    runs.finish(begun, ACTOR)
    with record() as session:
        close_batches(session, [begun.batch_id], ACTOR)
        return session.get_one(PaymentBatch, begun.batch_id).state
