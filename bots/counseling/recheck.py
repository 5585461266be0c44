"""counseling.recheck: talks that no model could hear are heard once there is one again."""

from __future__ import annotations

from sqlmodel import col, select

from config.settings import settings
from queues import talks, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import WorkItem, WorkState

ACTOR = "bot:counseling.recheck"


@bot("counseling.recheck", title="음성 인식 모델 확인", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Look whether what was missing is there."""
    del item
    again = recheck()
    return Outcome(counts={"to_hear_again": again}, idle=again == 0)


def recheck() -> int:
    """Have all talks heard that wait for a model, if there is one; returns how many."""
    query = select(WorkItem.id).where(
        WorkItem.bot == talks.LISTEN,
        WorkItem.state == WorkState.REVIEW,
        col(WorkItem.error_code).startswith("stt_", autoescape=True),
        col(WorkItem.retried_as).is_(None),
    )
    with record() as session:
        waiting = session.exec(query.order_by(col(WorkItem.id))).all()
    if not waiting or not _is_there():
        return 0
    for item_id in waiting:
        with record() as session:
            work.retry(session, session.get_one(WorkItem, item_id), ACTOR, "model_there")
    return len(waiting)


def _is_there() -> bool:
    """Whether the configured model's files lie where they are looked for; whether they can be loaded shows then."""
    from stt.engines.models import find
    from stt.engines.problems import EngineError

    try:
        return bool(settings().stt_model) and find() is not None
    except EngineError:
        return False
