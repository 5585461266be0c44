"""Transcripts of talks: kept once as heard, put right by the counselor, with personal data taken out.

What is kept has the shape of `stt.transcript.Transcript`; the record knows no more of it than these protocols.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import func
from sqlmodel import Session, col, select

from queues import audit, work
from queues.crypto import open_, seal
from queues.errors import StaleDecision
from queues.models import CounselingSession, Transcript, Utterance

REDACT, BEEP = "counseling.redact", "counseling.beep"


class Spoken(Protocol):
    """An utterance, as `stt.transcript.Utterance`; times in seconds."""

    @property
    def id(self) -> int: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def speaker(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def channel(self) -> int: ...
    @property
    def flags(self) -> tuple[str, ...]: ...


class Told(Protocol):
    """A whole transcript, as `stt.transcript.Transcript`."""

    @property
    def source(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def duration(self) -> float: ...
    @property
    def engine(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def model_sha256(self) -> str: ...
    @property
    def flags(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of an utterance besides itself.

    words      [{"text", "start", "end", "confidence"}] in seconds
    redacted   the text with personal data taken out
    hidden     [{"kind", "start", "end", "from", "to"}]: seconds, and places in the text
    """

    spoken: Spoken
    words: Sequence[Mapping[str, Any]]
    redacted: str
    hidden: Sequence[Mapping[str, Any]]


def keep(
    session: Session,
    talk: CounselingSession,
    recording_id: int,
    told: Told,
    utterances: Sequence[Kept],
    *,
    actor: str,
) -> Transcript:
    """Keep a talk's next transcript; the talk's row is held. The database refuses it where nobody has agreed."""
    last = select(func.coalesce(func.max(Transcript.number), 0)).where(Transcript.session_id == talk.id)
    row = Transcript(
        session_id=talk.id,
        recording_id=recording_id,
        number=session.exec(last).one() + 1,
        source=told.source,
        engine=told.engine,
        model=told.model,
        model_sha256=told.model_sha256,
        language=told.language,
        duration_ms=round(told.duration * 1000),
        flags=list(told.flags),
    )
    session.add(row)
    session.flush()
    session.add_all(_row(row.id, kept) for kept in utterances)
    session.flush()
    audit.record(
        session, actor, "talk.transcript", "talk", talk.id,
        transcript=row.id, source=row.source, utterances=len(utterances), flags=row.flags,
    )  # fmt: skip
    return row


def _row(transcript_id: int, kept: Kept) -> Utterance:
    spoken = kept.spoken
    return Utterance(
        transcript_id=transcript_id,
        number=spoken.id,
        channel=spoken.channel,
        start_ms=round(spoken.start * 1000),
        end_ms=round(spoken.end * 1000),
        speaker=spoken.speaker,
        text_enc=seal(spoken.text),
        redacted_enc=seal(kept.redacted),
        words_enc=seal(json.dumps(list(kept.words), ensure_ascii=False)) if kept.words else None,
        hidden=[dict(span) for span in kept.hidden],
        confidence=spoken.confidence,
        flags=list(spoken.flags),
    )


def standing(session: Session, talk_id: int) -> Transcript | None:
    """The transcript of a talk that counts: the last."""
    query = select(Transcript).where(Transcript.session_id == talk_id).order_by(col(Transcript.number).desc())
    return session.exec(query.limit(1)).first()


def utterances(session: Session, transcript_id: int, *, hold: bool = False) -> Sequence[Utterance]:
    """All utterances of a transcript, in the order of time; `hold`: nobody else changes them meanwhile."""
    query = select(Utterance).where(Utterance.transcript_id == transcript_id).order_by(col(Utterance.number))
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).all()


def heard(utterance: Utterance) -> str:
    """What was heard, everything in it."""
    return open_(utterance.text_enc) if utterance.text_enc else ""


def text(utterance: Utterance) -> str:
    """What was said, as the counselor put it right, else as it was heard; everything in it."""
    return open_(utterance.right_enc) if utterance.right_enc is not None else heard(utterance)


def redacted(utterance: Utterance) -> str | None:
    """What was said without personal data; None while a correction has not been gone through yet."""
    return open_(utterance.redacted_enc) if utterance.redacted_enc is not None else None


def words(utterance: Utterance) -> list[dict[str, Any]]:
    """The words as they were heard, with times in seconds; [] where only the whole is known."""
    told: list[dict[str, Any]] = json.loads(open_(utterance.words_enc)) if utterance.words_enc else []
    return told


def put_right(session: Session, utterance_id: int, version: int, right: str, account_id: int) -> Utterance:
    """What was really said there, as the counselor hears it; "" or what was heard takes a correction back.

    Until the bot has gone through it once more, nobody but those who may read all of it is shown any of it.
    version  of the utterance as the person saw it. Raises `StaleDecision` when it was changed since.
    """
    row = session.exec(
        select(Utterance)
        .where(Utterance.id == utterance_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    right = " ".join(right.split())
    wanted = right if right and right != heard(row) else None
    if row.version != version:
        if (
            row.version == version + 1
            and row.changed_by == account_id
            and text(row) == (wanted or heard(row))
        ):
            return row  # pressed twice
        raise StaleDecision(
            f"utterance {utterance_id} has changed since it was shown (version {row.version})"
        )
    row.right_enc = seal(wanted) if wanted is not None else None
    row.redacted_enc, row.hidden = None, []
    row.changed_by, row.changed_at, row.version = account_id, datetime.now(UTC), row.version + 1
    session.add(row)
    transcript = session.get_one(Transcript, row.transcript_id, with_for_update=True)
    transcript.beeped_sha256 = ""
    session.add(transcript)
    actor = f"account:{account_id}"
    audit.record(session, actor, "utterance.corrected", "utterance", row.id, talk=transcript.session_id)
    work.add(
        session,
        REDACT,
        f"talk:{transcript.session_id}:words:{row.id}:{row.version}",
        payload={"talk_id": transcript.session_id, "transcript_id": transcript.id},
        priority=50,
        actor=actor,
    )
    return row


def redact(
    session: Session, row: Utterance, version: int, redacted: str, hidden: Sequence[Mapping[str, Any]]
) -> bool:
    """Keep what is left of an utterance without personal data; False when it was changed since `version`."""
    session.refresh(row, with_for_update=True)
    if row.version != version:
        return False
    row.redacted_enc, row.hidden = seal(redacted), [dict(span) for span in hidden]
    session.add(row)
    return True


def ask_for_beeped(session: Session, transcript: Transcript, actor: str) -> None:
    """Have the audio made in which personal data is beeped over; there already, nothing is to be done."""
    if transcript.beeped_sha256:
        return
    from queues.work_again import add_again

    add_again(
        session,
        BEEP,
        f"talk:{transcript.session_id}:beep:{transcript.id}",
        payload={"talk_id": transcript.session_id, "transcript_id": transcript.id},
        priority=50,
        actor=actor,
    )
