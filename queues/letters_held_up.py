"""Letters that ought to have gone on long since, and uploads to the post of which nobody knows whether they were paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from config.calendar import business_calendar
from queues import days
from queues.alarms import Alarm

WORKING_DAYS = 3
"""For so many working days a letter may wait for its agreement, its number or its dispatch."""

# The first condition on the day is for the index: nothing stands in a state for longer than it has been there.
_WAITING = text(
    "SELECT state, count(*) AS counted, min(since) AS since FROM ("
    " SELECT state, CASE state WHEN 'ready' THEN coalesce(ready_at, created_at)"
    " WHEN 'approved' THEN coalesce(approved_at, created_at) ELSE created_at END AS since"
    " FROM notice WHERE state IN ('draft', 'approval', 'approved', 'ready') AND created_at < :before"
    ") AS waiting WHERE since < :before GROUP BY state"
)
_IN_DOUBT = text(
    "SELECT id, letters, coalesce(paying_at, created_at) AS since FROM post_batch WHERE state = 'unknown' ORDER BY id"
)
_WHAT = {
    "draft": ("작성이 끝나지 않은 통지", "봇과 작업에서 ‘통지서 작성’ 작업이 왜 서 있는지 확인하십시오."),
    "approval": ("결재가 나지 않은 통지", "결재할 사람의 부재·대직을 확인하고 결재함에서 처리하게 하십시오."),
    "approved": (
        "결재 뒤 문서번호를 받지 못한 통지",
        "온나라 시스템과의 연결을 확인하십시오. 받으면 이어서 나갑니다.",
    ),
    "ready": (
        "준비되었으나 나가지 않은 통지",
        "발송 일정과 우편 사이트·문자 중계기관의 설정을 확인하십시오.",
    ),
}


def letters_held_up(session: Session, around: object) -> Iterator[Alarm]:
    """One alarm for each state that letters stand still in, one for each upload in doubt."""
    del around
    for row in session.execute(_WAITING, {"before": _days_ago(WORKING_DAYS)}):
        what, to_do = _WHAT[row.state]
        yield Alarm(
            "letters_waiting",
            row.state,
            "warn",
            f"{what}가 {row.counted:,}건, 근무일 {WORKING_DAYS}일 넘게 있습니다",
            row.since,
            to_do,
            screen="notices",
            show={"state": row.state},
        )
    for row in session.execute(_IN_DOUBT):
        yield Alarm(
            "post_in_doubt",
            str(row.id),
            "bad",
            f"우편 묶음 {row.id}({row.letters:,}통)이 결제되었는지 모릅니다",
            row.since,
            "우편 사이트의 접수 내역을 확인한 뒤 검토함에서 답하십시오. 그때까지 다시 보내지 않습니다.",
            screen="notices",
            show={"state": "review"},
        )


def _days_ago(working_days: int) -> datetime:
    """When the day began that lies so many working days before today."""
    day, calendar = days.today(), business_calendar()
    while working_days:
        day -= timedelta(days=1)
        working_days -= calendar.is_business_day(day)
    return days.begins(day)
