"""notices.dispatch: what is ready is given its channel and leaves, at the set times of ``bots.yaml``.

The bot may be killed anywhere and run again, also beside itself: a notice is taken by its state with its row
locked, and what was planned but not pooled is pooled by the next run.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bots.notices.looking_again import look_again
from bots.notices.planning import ACTOR, plan_notice
from bots.notices.pooling import pool
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BackOfficeError
from queues.models import Application, Notice, NoticeState

log = logging.getLogger(__name__)

DISPATCH = "notices.dispatch"
_AT_A_TIME = 100


class NotAllPlanned(BackOfficeError):
    """Some notices could not be given their channel; the others were."""


@bot(DISPATCH, title="통지 발송", concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Payload {"notice_id"}: that one, now; without it, all that is ready or waits in vain for an address by now,
    and the post is pooled."""
    if (only := item.payload.get("notice_id")) is not None:
        counts = plan_ready(only=int(only))
    else:
        opened = look_again(actor=ACTOR)
        counts = plan_ready()
        counts["opened"] = opened
        with record() as session:
            counts["batches"] = pool(session, actor=ACTOR)
    counts = +counts
    failed = counts.pop("failed", 0)
    if failed:
        raise NotAllPlanned(f"통지 {failed}건의 발송 방법을 정하지 못했습니다. 기록의 오류를 확인하십시오.")
    return Outcome(counts=dict(counts), idle=not counts)


def plan_ready(*, only: int | None = None) -> Counter[str]:
    """Every notice that is ready, some at a time, each transaction by itself; how many by
    `bots.notices.planning.Result`.

    What another run holds is passed over: it is dealt with there.
    """
    counts: Counter[str] = Counter()
    last = 0
    while True:
        with record() as session:
            waiting = _waiting(session, last, only)
            for notice in _take(session, waiting):
                counts[_plan_alone(session, notice)] += 1
        if len(waiting) < _AT_A_TIME:
            return counts
        last = max(waiting)


def _waiting(session: Session, after: int, only: int | None) -> dict[int, int]:
    """Ids of notices that are ready, with those of their applications."""
    query = select(Notice.id, Notice.application_id).where(
        Notice.state == NoticeState.READY.value, col(Notice.id) > after
    )
    if only is not None:
        query = query.where(Notice.id == only)
    return dict(session.exec(query.order_by(col(Notice.id)).limit(_AT_A_TIME)).all())


def _take(session: Session, waiting: Mapping[int, int]) -> list[Notice]:
    """Those that are still ready and that nobody else holds, locked: the application first, as everybody does.

    A question about a notice refers to its application, which whoever holds that would otherwise wait for.
    """
    applications = select(Application.id).where(col(Application.id).in_(set(waiting.values())))
    session.exec(applications.order_by(col(Application.id)).with_for_update(read=True, key_share=True)).all()
    query = select(Notice).where(col(Notice.id).in_(waiting.keys()), Notice.state == NoticeState.READY.value)
    query = query.order_by(col(Notice.id)).with_for_update(skip_locked=True)
    return list(session.exec(query.execution_options(populate_existing=True)))


def _plan_alone(session: Session, notice: Notice) -> str:
    """One that fails does not keep the others back."""
    try:
        with session.begin_nested():
            result: str = plan_notice(session, notice).value
            session.flush()
    except (BackOfficeError, IntegrityError, ValueError) as error:
        log.error("notice %d could not be given its channel: %s", notice.id, type(error).__name__)
        return "failed"
    return result
