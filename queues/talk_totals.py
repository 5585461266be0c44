"""상담 통계: how many talks, what became of them, and how much of the proposed notes was changed, in totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session

from config.settings import settings
from queues.days import begins

COUNSELOR, MONTH, WEEK = "counselor", "month", "week"


@dataclass(frozen=True)
class TotalRow:
    """Of the talks of one counselor or of one stretch of time, by the day of the talk.

    key          the account's id ("" for nobody's yet), or the first day of month or week ("2026-11-01")
    seconds      that were recorded; refused: recording was refused or taken back
    noted        have a draft or a signed note; waiting: the draft waits for a signature
    edited_mean  per mille of the first signed version, None where none is signed
    accepted, changed, struck, added   lines of signed notes that stand
    days_to_sign from the talk to its first signature, in days, None where none is signed
    """

    key: str
    talks: int
    seconds: int
    refused: int
    noted: int
    signed: int
    waiting: int
    edited_mean: float | None
    accepted: int
    changed: int
    struck: int
    added: int
    days_to_sign: float | None


def totals(session: Session, since: date, until: date, by: str = COUNSELOR) -> list[TotalRow]:
    """Of the talks held from one day to another, both included. by: "counselor", "month" or "week".

    Raises ValueError for another `by`.
    """
    if by not in _KEYS:
        raise ValueError(f"totals are by {', '.join(_KEYS)}, not by {by}")
    values = {
        "since": begins(since),
        "until": begins(until + timedelta(days=1)),
        "zone": settings().timezone,
    }
    rows = session.connection().execute(text(_TOTALS.replace(":key", _KEYS[by])), values).mappings()
    return [TotalRow(**row) for row in rows]


_KEYS = {
    COUNSELOR: "coalesce(talk.counselor_id::text, '')",
    MONTH: "to_char(date_trunc('month', talk.held_at AT TIME ZONE :zone), 'YYYY-MM-DD')",
    WEEK: "to_char(date_trunc('week', talk.held_at AT TIME ZONE :zone), 'YYYY-MM-DD')",
}
# CAST rather than "::" where a value stands beside it; "::text" of a column is no bound value.
_TOTALS = """
    WITH of_talk AS (
        SELECT :key AS key, talk.id, talk.state, talk.held_at,
            talk.consent IN ('refused', 'withdrawn') AS refused,
            (SELECT coalesce(sum(duration_ms), 0) FROM recording WHERE session_id = talk.id) AS length
        FROM counseling_session talk
        WHERE talk.held_at >= CAST(:since AS timestamptz) AND talk.held_at < CAST(:until AS timestamptz)
    ), first_signed AS (
        SELECT DISTINCT ON (session_id) session_id, edited, signed_at FROM session_note
        WHERE state <> 'draft' AND session_id IN (SELECT id FROM of_talk) ORDER BY session_id, number
    ), fates AS (
        SELECT note.session_id,
            count(*) FILTER (WHERE line.fate = 'accepted') AS accepted,
            count(*) FILTER (WHERE line.fate = 'changed') AS changed,
            count(*) FILTER (WHERE line.fate = 'struck') AS struck,
            count(*) FILTER (WHERE line.fate = 'added') AS added
        FROM session_note note JOIN note_line line ON line.note_id = note.id
        WHERE note.state = 'signed' AND note.session_id IN (SELECT id FROM of_talk) GROUP BY note.session_id
    )
    SELECT key, count(*) AS talks, CAST(sum(length) / 1000 AS bigint) AS seconds,
        count(*) FILTER (WHERE refused) AS refused,
        count(*) FILTER (WHERE of_talk.state IN ('drafted', 'signed')) AS noted,
        count(first_signed.session_id) AS signed,
        count(*) FILTER (WHERE of_talk.state = 'drafted') AS waiting,
        CAST(avg(first_signed.edited) AS float) AS edited_mean,
        CAST(coalesce(sum(fates.accepted), 0) AS bigint) AS accepted,
        CAST(coalesce(sum(fates.changed), 0) AS bigint) AS changed,
        CAST(coalesce(sum(fates.struck), 0) AS bigint) AS struck,
        CAST(coalesce(sum(fates.added), 0) AS bigint) AS added,
        CAST(avg(extract(epoch FROM first_signed.signed_at - of_talk.held_at)) / 86400 AS float) AS days_to_sign
    FROM of_talk LEFT JOIN first_signed ON first_signed.session_id = of_talk.id
        LEFT JOIN fates ON fates.session_id = of_talk.id
    GROUP BY key ORDER BY key
"""
