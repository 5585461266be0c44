"""A talk that is being recorded in a browser: its pieces, kept as they come, so that nothing but seconds is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from queues import audit, talks, work
from queues.models import CounselingSession, TalkPiece, TalkState

JOIN = "counseling.join_pieces"


class PieceRefused(Exception):
    """A piece cannot be kept. code: "ended" (the recording has ended), "gap" (one before it is missing; `expected`
    is the number that is waited for), "other" (another piece has this number)."""

    def __init__(self, code: str, expected: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Take:
    """A run of pieces that one recording of the browser made, in order; `files`: SHA-256 in the file store."""

    name: str
    files: tuple[str, ...]
    size: int


def keep(session: Session, talk_id: int, take: str, number: int, sha256: str, size: int) -> None:
    """Keep a piece of a take, each in its turn; the same again is the same. Raises `PieceRefused`."""
    talk = talks.hold(session, talk_id)
    query = select(TalkPiece).where(TalkPiece.take == take, TalkPiece.number == number)
    before = session.exec(query).first()
    if before is not None:
        if (before.session_id, before.sha256) != (talk_id, sha256):
            raise PieceRefused("other")
        return
    if not recording(talk):
        raise PieceRefused("ended")
    here = TalkPiece.session_id == talk_id
    taken = session.exec(select(func.count()).where(here, TalkPiece.take == take)).one()
    if number != taken:
        raise PieceRefused("gap", taken)
    session.add(TalkPiece(session_id=talk_id, take=take, number=number, sha256=sha256, size=size))


def recording(talk: CounselingSession) -> bool:
    """Whether pieces of this talk may still come."""
    return (
        talk.state == TalkState.RECEIVED
        and talk.reason == talks.RECORDING
        and talk.ended_at is None
        and talks.readable(talk)
    )


def takes(session: Session, talk_id: int) -> list[Take]:
    """All takes of a talk in the order in which they were begun."""
    rows = session.exec(select(TalkPiece).where(TalkPiece.session_id == talk_id).order_by(col(TalkPiece.id)))
    found: dict[str, list[TalkPiece]] = {}
    for row in rows:
        found.setdefault(row.take, []).append(row)
    return [
        Take(
            name, tuple(p.sha256 for p in sorted(pieces, key=lambda p: p.number)), sum(p.size for p in pieces)
        )
        for name, pieces in found.items()
    ]


def size_of(session: Session, talk_id: int) -> int:
    """Bytes that a talk's pieces have together."""
    query = select(func.coalesce(func.sum(TalkPiece.size), 0)).where(TalkPiece.session_id == talk_id)
    return int(session.exec(query).one())


def last_at(session: Session, talk_id: int) -> datetime | None:
    """When the last piece of a talk came."""
    query = select(func.max(TalkPiece.at)).where(TalkPiece.session_id == talk_id)
    return session.exec(query).one()


def finish(session: Session, talk_id: int, at: datetime, actor: str) -> None:
    """The recording has ended: no more pieces, and what came is put together. Without a piece there is no talk.

    Twice is once; a talk that was closed meanwhile (consent taken back) stays closed.
    """
    talk = talks.hold(session, talk_id)
    if not recording(talk):
        return
    talk.ended_at = at
    session.add(talk)
    audit.record(session, actor, "talk.ended", "talk", talk_id)
    if not takes(session, talk_id):
        talks.close(session, talk, "nothing_recorded", actor)
        return
    work.add(session, JOIN, f"talk:{talk_id}:pieces", payload={"talk_id": talk_id}, actor=actor)


def unfinished(session: Session, account_id: int | None = None) -> list[CounselingSession]:
    """Talks that are being recorded, or were when their browser went away; of one account, or all; oldest first."""
    query = select(CounselingSession).where(
        CounselingSession.state == TalkState.RECEIVED,
        CounselingSession.reason == talks.RECORDING,
        col(CounselingSession.ended_at).is_(None),
    )
    if account_id is not None:
        query = query.where(CounselingSession.counselor_id == account_id)
    return list(session.exec(query.order_by(col(CounselingSession.id))))
