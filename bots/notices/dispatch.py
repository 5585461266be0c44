"""notices.dispatch: what is ready is given its channel and leaves, at the set times of ``bots.yaml``.

The bot may be killed anywhere and run again, also beside itself: a notice is taken by its state with its row
locked, and what was planned but not pooled is pooled by the next run.
"""

from __future__ import annotations

import logging
from collections import Counter

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bots.notices.planning import ACTOR, plan_notice
from bots.notices.pooling import pool
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BackOfficeError
from queues.models import Notice, NoticeState

log = logging.getLogger(__name__)

DISPATCH = "notices.dispatch"
_AT_A_TIME = 100


class NotAllPlanned(BackOfficeError):
    """Some notices could not be given their channel; the others were."""


@bot(DISPATCH, title="통지 발송", concurrency=2)
def run(item: Work) -> Outcome:
    """Payload {"notice_id"}: that one, now; without it, all that is ready, and the post is pooled."""
    if (only := item.payload.get("notice_id")) is not None:
        counts = plan_ready(only=int(only))
    else:
        counts = plan_ready()
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
            ready = _take(session, last, only)
            for notice in ready:
                counts[_plan_alone(session, notice)] += 1
            last = ready[-1].id if ready else last
        if len(ready) < _AT_A_TIME or only is not None:
            return counts


def _take(session: Session, after: int, only: int | None) -> list[Notice]:
    query = select(Notice).where(Notice.state == NoticeState.READY.value, col(Notice.id) > after)
    if only is not None:
        query = query.where(Notice.id == only)
    query = query.order_by(col(Notice.id)).limit(_AT_A_TIME).with_for_update(skip_locked=True)
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
