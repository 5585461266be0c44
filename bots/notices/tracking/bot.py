"""notices.track: registered letters are looked up until they have arrived or come back; public notices take
effect when their days have passed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from sqlmodel import col, select

from bots.notices import fate
from bots.notices.tracking.epost import tracking
from bots.notices.tracking.outcome import put_off, take
from bots.notices.tracking.trace import NotUnderstood, Tracking, TrackingBusy, TrackingRefused
from queues import dispatches
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import Dispatch, DispatchState

ACTOR = "bot:notices.track"
MOST_A_RUN = 500
_SUSPICIOUS = 3


@bot("notices.track", title="등기우편 배달 조회", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Look at what is due. An interface that does not answer is a system error; what was seen stays."""
    counts = Counter(public=take_effect())
    source = tracking()
    if source is not None:
        with source:
            counts += follow(source, item)
    told = {name: number for name, number in counts.items() if number}
    return Outcome(counts=told, idle=not told)


def take_effect() -> int:
    """Public notices whose days have passed are served."""
    due = _due("public")
    for dispatch_id in due:
        with record() as session:
            _, dispatch = fate.locked(session, dispatch_id)
            at = dispatch.next_look_at
            if dispatch.state != DispatchState.SENT or at is None or at > datetime.now(UTC):
                continue
            dispatches.move(session, dispatch, DispatchState.DELIVERED, happened_at=at, actor=ACTOR)
            fate.settle(session, dispatch, actor=ACTOR)
    return len(due)


def follow(source: Tracking, item: Work | None = None) -> Counter[str]:
    """Look up the registered letters that are due; each answer commits by itself.

    Raises `TrackingDown`, and `BusinessError` where a person has to see to the interface.
    """
    counts: Counter[str] = Counter()
    due = _due("registered")
    for number, dispatch_id in enumerate(due, 1):
        with record() as session:
            registered_no = session.get_one(Dispatch, dispatch_id).registered_no
        try:
            trace = source.look(registered_no)
        except TrackingBusy:
            counts["busy"] += 1
            break
        except TrackingRefused:
            raise BusinessError(
                "tracking_refused", "배달 조회 서비스가 인증키를 거절하였습니다. 인증키를 확인해 주십시오."
            ) from None
        except NotUnderstood:
            counts["not_understood"] += 1
            with record() as session:
                put_off(session, dispatch_id, "tracking_not_understood", ACTOR)
            _is_it_all(counts)
            continue
        with record() as session:
            counts[take(session, dispatch_id, registered_no, trace, ACTOR)] += 1
        if item is not None:
            item.progress(number, len(due))
    return counts


def _is_it_all(counts: Counter[str]) -> None:
    """Nothing is understood any more: the interface has changed, and nobody would learn what arrives."""
    if counts["not_understood"] >= _SUSPICIOUS and counts.total() == counts["not_understood"]:
        raise BusinessError(
            "tracking_changed",
            "배달 조회의 답을 알아볼 수 없습니다. 조회 서비스가 바뀌었는지 확인해 주십시오.",
        )


def _due(channel: str) -> list[int]:
    query = select(Dispatch.id).where(
        Dispatch.channel == channel,
        Dispatch.state == DispatchState.SENT.value,
        col(Dispatch.next_look_at) <= datetime.now(UTC),
    )
    if channel == "registered":
        query = query.where(Dispatch.registered_no != "")
    with record() as session:
        return list(session.exec(query.order_by(col(Dispatch.next_look_at)).limit(MOST_A_RUN)))
