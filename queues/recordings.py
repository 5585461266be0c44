"""Recordings as they came, what was found in them, and the windows that were heard."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues.crypto import open_, seal
from queues.models import Recording, SpeechWindow

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('recording:' || :name, 0))")


def one_at_a_time(session: Session, sha256: str) -> None:
    """Until the end of the transaction nobody else takes in the same bytes."""
    session.execute(_LOCK, {"name": sha256})


def known(session: Session, source: str, reference: str, sha256: str, size: int) -> Recording | None:
    """The recording that came this way before, or that has the same bytes; files without any are not the same."""
    query = select(Recording).where(Recording.source == source, Recording.source_ref == reference)
    found = session.exec(query).first()
    if found is None and size > 0:
        same = select(Recording).where(Recording.sha256 == sha256).order_by(col(Recording.id))
        found = session.exec(same.limit(1)).first()
    return found


def by_name(session: Session, source: str, key: str) -> Recording | None:
    """The last recording whose reference begins with this key, as `bots.counseling.late` makes them."""
    query = select(Recording).where(
        Recording.source == source, col(Recording.source_ref).startswith(f"{key}:", autoescape=True)
    )
    return session.exec(query.order_by(col(Recording.id).desc()).limit(1)).first()


def of(session: Session, talk_id: int) -> Recording | None:
    """The recording of a talk: the last, where several came."""
    query = select(Recording).where(Recording.session_id == talk_id).order_by(col(Recording.id).desc())
    return session.exec(query.limit(1)).first()


def sealed_facts(facts: Mapping[str, str]) -> bytes | None:
    """What a recorder tells, as `Recording.facts_enc` keeps it; None for nothing."""
    kept = {key: value for key, value in facts.items() if value}
    return seal(json.dumps(kept, ensure_ascii=False)) if kept else None


def facts(recording: Recording) -> dict[str, str]:
    """What the recorder told of it, opened: by the columns of ``config/recorders.yaml``."""
    if not recording.facts_enc:
        return {}
    return {str(key): str(value) for key, value in json.loads(open_(recording.facts_enc)).items()}


def name(recording: Recording) -> str:
    """The file's name as it came, "" when it had none."""
    return open_(recording.name_enc) if recording.name_enc else ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One window, heard; times in milliseconds. `told`: what was heard, plain JSON."""

    channel: int
    number: int
    start_ms: int
    end_ms: int
    told: Mapping[str, Any]
    took_ms: int = 0


def keep_window(session: Session, recording_id: int, run: str, heard: Heard) -> bool:
    """Keep a window of a listening; False when it was there already.

    The database refuses it (restrict_violation) where nobody has agreed to the recording.
    """
    statement = (
        insert(SpeechWindow)
        .values(
            recording_id=recording_id,
            run=run,
            channel=heard.channel,
            number=heard.number,
            start_ms=heard.start_ms,
            end_ms=heard.end_ms,
            heard_enc=seal(json.dumps(heard.told, ensure_ascii=False)),
            took_ms=heard.took_ms,
        )
        .on_conflict_do_nothing(index_elements=["recording_id", "run", "channel", "number"])
        .returning(col(SpeechWindow.id))
    )
    return session.execute(statement).scalar_one_or_none() is not None


def windows(session: Session, recording_id: int, run: str) -> Sequence[SpeechWindow]:
    """The windows of a listening that were heard, in the order of channel and number."""
    query = select(SpeechWindow).where(SpeechWindow.recording_id == recording_id, SpeechWindow.run == run)
    return session.exec(query.order_by(col(SpeechWindow.channel), col(SpeechWindow.number))).all()


def opened(window: SpeechWindow) -> dict[str, Any]:
    """What was heard in a window, plain JSON."""
    told: dict[str, Any] = json.loads(open_(window.heard_enc)) if window.heard_enc else {}
    return told
