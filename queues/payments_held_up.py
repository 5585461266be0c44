"""Payments that ought to have gone on long since: results that nobody knows, batches that stand still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from queues import days
from queues.alarms import Alarm

UNKNOWN_FOR = timedelta(minutes=15)
"""The bank is asked after five minutes; what it has not told by then is more than a slow answer."""
STANDING_FOR = timedelta(minutes=5)

_UNKNOWN = text(
    "SELECT count(*) AS counted, coalesce(sum(amount_won), 0) AS won, min(last.at) AS since FROM payment "
    "JOIN payment_event last ON last.payment_id = payment.id AND last.seq = ("
    " SELECT min(seq) FROM payment_event first WHERE first.payment_id = payment.id AND first.state = 'unknown') "
    "WHERE payment.state = 'unknown' AND last.at < :before"
)
# Whose work is done, given up or with a person.
_STANDING = text(
    "SELECT id, started_at AS since, sender FROM payment_batch batch CROSS JOIN LATERAL ("
    " SELECT CASE WHEN channel = 'firm' THEN 'payments.send' ELSE 'payments.iso_send' END AS sender) channel "
    "WHERE (state = 'running' OR state = 'paused' AND NOT pause_asked) "
    "AND started_at < :before "
    "AND NOT EXISTS (SELECT 1 FROM work_item item WHERE item.reference = 'payment_batch:' || batch.id "
    "AND item.bot = sender "
    "AND item.state IN ('waiting', 'queued', 'running')) ORDER BY id"
)
_LATE = text(
    "SELECT count(*) AS counted, min(approved_at) AS since FROM payment_batch WHERE state = 'approved' "
    "AND pay_on < :today"
)


def payments_held_up(session: Session, around: object) -> Iterator[Alarm]:
    """One alarm for all unknown results, one for each batch at which nobody is, one for those whose day is past."""
    del around
    now = datetime.now(UTC)
    unknown = session.execute(_UNKNOWN, {"before": now - UNKNOWN_FOR}).one()
    if unknown.counted:
        yield Alarm(
            "payments_unknown",
            "",
            "bad",
            f"지급되었는지 모르는 지급이 {unknown.counted:,}건({unknown.won:,}원) 있습니다",
            unknown.since,
            "‘확인할 지급’에서 은행의 답과 거래내역을 확인하여 정하십시오. 그때까지 다시 보내지 않습니다.",
            screen="payment-attention",
        )
    for row in session.execute(_STANDING, {"before": now - STANDING_FOR}):
        yield Alarm(
            "batch_standing",
            str(row.id),
            "bad",
            f"지급 중이던 배치 {row.id}을(를) 아무도 처리하고 있지 않습니다",
            row.since,
            "봇과 작업에서 이 배치의 지급 이체 작업을 다시 하게 하십시오. 이미 나간 지급은 다시 나가지 않습니다.",
            show={"bot": row.sender},
        )
    late = session.execute(_LATE, {"today": days.today()}).one()
    if late.counted:
        yield Alarm(
            "batches_late",
            "",
            "warn",
            f"지급일이 지났으나 나가지 않은 배치가 {late.counted:,}건 있습니다",
            late.since,
            "일시정지, 은행 시간, 한도를 확인하십시오.",
            screen="payments",
        )
