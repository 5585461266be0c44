"""Talks that ought to have gone on long since: nobody at work on them, no model to hear them, no signature."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from queues.alarms import Alarm

STANDING_FOR = timedelta(minutes=10)
UNSIGNED_FOR = timedelta(days=7)

# Whose work is done, given up or with a person, though the talk has not come to its end.
_STANDING = text(
    "SELECT count(*) AS counted, min(last.at) AS since FROM counseling_session talk "
    "CROSS JOIN LATERAL (SELECT max(coalesce(item.ended_at, item.created_at)) AS at FROM work_item item "
    " WHERE item.reference = 'talk:' || talk.id) last "
    "WHERE talk.state IN ('ready', 'listening', 'heard') AND last.at < :before "
    "AND NOT EXISTS (SELECT 1 FROM work_item item WHERE item.reference = 'talk:' || talk.id "
    " AND item.state IN ('waiting', 'queued', 'running', 'review'))"
)
_NO_MODEL = text(
    "SELECT count(*) AS counted, min(item.created_at) AS since FROM work_item item "
    "WHERE item.bot = 'counseling.listen' AND item.state = 'review' AND item.error_code LIKE 'stt\\_%' "
    "AND item.retried_as IS NULL"
)
_UNSIGNED = text(
    "SELECT count(*) AS counted, min(note.created_at) AS since FROM session_note note "
    "JOIN counseling_session talk ON talk.id = note.session_id "
    "WHERE note.state = 'draft' AND talk.state = 'drafted' AND note.created_at < :before"
)


def talks_held_up(session: Session, around: object) -> Iterator[Alarm]:
    """One alarm for all talks at which nobody is, one for those that no model can hear, one for old drafts."""
    del around
    now = datetime.now(UTC)
    standing = session.execute(_STANDING, {"before": now - STANDING_FOR}).one()
    if standing.counted:
        yield Alarm(
            "talks_standing",
            "",
            "bad",
            f"처리하던 상담 {standing.counted:,}건을 아무도 처리하고 있지 않습니다",
            standing.since,
            "봇과 작업에서 녹음 인식·상담일지 초안 작업을 다시 하게 하십시오. 들은 데까지는 다시 듣지 않습니다.",
            show={"bot": "counseling.listen"},
        )
    waits = session.execute(_NO_MODEL).one()
    if waits.counted:
        yield Alarm(
            "talks_no_model",
            "",
            "bad",
            f"음성 인식 모델이 없어 녹음 {waits.counted:,}건을 듣지 못하고 있습니다",
            waits.since,
            "서버에서 ./backoffice stt models 로 무엇이 빠졌는지 확인하십시오. 갖추면 저절로 이어서 듣습니다.",
            show={"bot": "counseling.listen"},
        )
    unsigned = session.execute(_UNSIGNED, {"before": now - UNSIGNED_FOR}).one()
    if unsigned.counted:
        yield Alarm(
            "notes_unsigned",
            "",
            "warn",
            f"일주일 넘게 서명하지 않은 상담일지가 {unsigned.counted:,}건 있습니다",
            unsigned.since,
            "상담사의 부재를 확인하고, 상담 화면에서 서명하게 하십시오.",
            screen="talks",
        )
