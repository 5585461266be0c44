"""Papers and decisions that nobody deals with any more: the work that would have was cancelled.

A delivery and the work of its next step commit together, and so do a decision and the work of carrying it
out. So one without the other has been parted from it by hand, and waits for ever unless somebody is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from queues.alarms import Alarm

_PAPERS = text(
    "SELECT count(*), min(d.received_at), min(d.id) FROM delivery d"
    " WHERE d.state IN ('taken', 'reading', 'read') AND NOT EXISTS (SELECT 1 FROM work_item w"
    " WHERE w.bot IN ('intake.read', 'intake.link')"
    r" AND w.reference IN ('delivery:' || d.id, 'delivery:' || d.id || '\:as_new')"
    " AND w.state IN ('waiting', 'queued', 'running', 'review'))"
)
# Older ones were looked at when they were new.
_DECISIONS = text(
    "SELECT count(*), min(t.decided_at), min(t.id) FROM review_task t WHERE t.state = 'decided'"
    " AND t.decided_at > now() - interval '14 days' AND NOT t.decision ? 'applied_at'"
    " AND NOT EXISTS (SELECT 1 FROM work_item w WHERE w.bot IN ('intake.apply_decision', 'notices.apply_decision')"
    " AND w.reference = 'review:' || t.id || ':' || (t.version - 1)"
    " AND w.state IN ('waiting', 'queued', 'running', 'review'))"
)


def stranded(session: Session, around: object) -> Iterator[Alarm]:
    """One alarm for deliveries, one for decisions, each showing the work of the first."""
    del around
    for query, code, what, about in (
        (_PAPERS, "stranded_paper", "받았지만 아무도 처리하지 않는 배달이 {}건 있습니다", "delivery:{}"),
        (
            _DECISIONS,
            "stranded_decision",
            "검토에서 결정했지만 반영되지 않은 건이 {}건 있습니다",
            "review:{}",
        ),
    ):
        count, since, first = session.execute(query).one()
        if count:
            yield Alarm(
                code,
                "",
                "bad",
                what.format(count),
                since,
                "하던 작업이 취소된 것입니다. 작업 목록에서 그 작업을 찾아 '다시 시도'를 누르십시오.",
                show={"words": about.format(first)},
            )
