"""상담: a recorded talk comes in, once, with what its recorder or a person says of it.

What becomes of it then is in `queues.talk_states`, whose functions are named here, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from queues import audit, recordings, work
from queues.crypto import seal
from queues.models import CounselingSession, Recording, RecordingConsent, TalkState
from queues.talk_states import (
    BY_PHONE,
    DRAFT,
    LINK,
    LISTEN,
    READ,
    RECORDING,
    agree,
    begin,
    close,
    give_up_work,
    go_on,
    hold,
    move,
    note_consent,
    readable,
    refuse,
    waiting_for_a_case,
    withdraw_consent,
    withdraw_questions,
)
from queues.work_again import add_again

__all__ = [
    "BY_PHONE",
    "DRAFT",
    "LINK",
    "LISTEN",
    "READ",
    "RECORDING",
    "Arrived",
    "Received",
    "add_recording",
    "agree",
    "begin",
    "close",
    "give_up_work",
    "go_on",
    "hold",
    "link_again",
    "move",
    "open_at_desk",
    "readable",
    "receive",
    "refuse",
    "tell",
    "waiting_for_a_case",
    "withdraw_consent",
    "withdraw_questions",
]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A recording that arrived, its bytes being in the file store already.

    source, reference   the way in ("recorder:NAME", "upload", "desk") and a name unique within it, for ever;
                        neither holds anything personal
    name, facts   the file's name and what the recorder tells of it (columns of ``config/recorders.yaml``)
    consent_how   "recorder", "ars", "desk", "form"; consent_by: the account that says so, if one does
    """

    source: str
    reference: str
    sha256: str
    size: int
    held_at: datetime
    name: str = ""
    ended_at: datetime | None = None
    way: str = "phone"
    facts: Mapping[str, str] = field(default_factory=dict)
    counselor_id: int | None = None
    person_id: int | None = None
    application_id: int | None = None
    consent: str = RecordingConsent.UNKNOWN.value
    consent_how: str = ""
    consent_by: int | None = None
    transcript_sha256: str = ""
    transcript_format: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """`again`: nothing was entered, the same had come before."""

    talk: CounselingSession
    recording: Recording
    again: bool = False


def receive(session: Session, arrived: Arrived, actor: str) -> Received:
    """Enter a recording as a talk of its own, once, with the work of finding out whose it is.

    The same source and reference, or the same bytes from wherever, are what was entered before; what that one was
    not told, it is told now.
    """
    recordings.one_at_a_time(session, arrived.sha256)
    before = recordings.known(session, arrived.source, arrived.reference, arrived.sha256, arrived.size)
    if before is not None:
        talk = hold(session, before.session_id)
        tell(session, talk, before, arrived, actor)
        return Received(talk, before, again=True)
    talk = CounselingSession(
        way=arrived.way,
        held_at=arrived.held_at,
        ended_at=arrived.ended_at,
        counselor_id=arrived.counselor_id,
        person_id=arrived.person_id,
        application_id=arrived.application_id,
    )
    note_consent(talk, arrived.consent, arrived.consent_how, arrived.consent_by)
    session.add(talk)
    session.flush()
    recording = _recording(session, talk.id, arrived)
    audit.record(
        session, actor, "talk.received", "talk", talk.id,
        source=arrived.source, recording=recording.id, consent=talk.consent,
    )  # fmt: skip
    work.add(session, LINK, f"talk:{talk.id}", payload={"talk_id": talk.id}, actor=actor)
    return Received(talk, recording)


def open_at_desk(
    session: Session,
    *,
    counselor_id: int,
    held_at: datetime,
    actor: str,
    person_id: int | None = None,
    application_id: int | None = None,
    consent_how: str = "desk",
    consent_by: int | None = None,
    way: str = "desk",
) -> CounselingSession:
    """A talk that is about to be recorded in a counselor's browser; the person has agreed."""
    talk = CounselingSession(
        way=way,
        held_at=held_at,
        counselor_id=counselor_id,
        person_id=person_id,
        application_id=application_id,
        reason=RECORDING,
    )
    note_consent(talk, RecordingConsent.GIVEN.value, consent_how, consent_by or counselor_id)
    session.add(talk)
    session.flush()
    audit.record(session, actor, "talk.begun", "talk", talk.id, consent_how=consent_how)
    return talk


def add_recording(
    session: Session,
    talk_id: int,
    *,
    source: str,
    reference: str,
    sha256: str,
    size: int,
    actor: str,
    name: str = "",
    ended_at: datetime | None = None,
) -> Recording:
    """The recording of a talk that was begun at the desk has come to its end; once by source and reference."""
    talk = hold(session, talk_id)
    query = select(Recording).where(Recording.source == source, Recording.source_ref == reference)
    before = session.exec(query).first()
    if before is not None:
        return before
    arrived = Arrived(source, reference, sha256, size, talk.held_at, name=name, ended_at=ended_at)
    recording = _recording(session, talk_id, arrived)
    talk.ended_at = ended_at or talk.ended_at
    if talk.reason == RECORDING:
        talk.reason = ""
    session.add(talk)
    audit.record(session, actor, "talk.received", "talk", talk_id, source=source, recording=recording.id)
    work.add(session, LINK, f"talk:{talk_id}", payload={"talk_id": talk_id}, actor=actor)
    return recording


def _recording(session: Session, talk_id: int, arrived: Arrived) -> Recording:
    recording = Recording(
        session_id=talk_id,
        source=arrived.source,
        source_ref=arrived.reference,
        sha256=arrived.sha256,
        transcript_sha256=arrived.transcript_sha256,
        transcript_format=arrived.transcript_format,
        name_enc=seal(arrived.name) if arrived.name else None,
        facts_enc=recordings.sealed_facts(arrived.facts),
        size=arrived.size,
    )
    session.add(recording)
    session.flush()
    return recording


def tell(session: Session, talk: CounselingSession, recording: Recording, told: Arrived, actor: str) -> bool:
    """What a talk that is still being linked was not told before; its row is held. Returns whether it was news."""
    if told.consent == RecordingConsent.REFUSED and _doubt_consent(session, talk, actor):
        return True
    if talk.state != TalkState.RECEIVED:
        return False
    news = False
    before = recordings.facts(recording)
    if set(told.facts) - set(before):
        recording.facts_enc, news = recordings.sealed_facts(dict(told.facts) | before), True
        if "started" in told.facts and "started" not in before:
            talk.held_at = told.held_at
        talk.ended_at = talk.ended_at or told.ended_at
    if told.transcript_sha256 and not recording.transcript_sha256:
        recording.transcript_sha256, recording.transcript_format = (
            told.transcript_sha256,
            told.transcript_format,
        )
        news = True
    if talk.consent == RecordingConsent.UNKNOWN and told.consent != RecordingConsent.UNKNOWN:
        note_consent(talk, told.consent, told.consent_how, told.consent_by)
        news = True
    if news:
        session.add(talk)
        session.add(recording)
        audit.record(session, actor, "talk.told", "talk", talk.id, consent=talk.consent)
        link_again(session, talk.id, actor)
    return news


def _doubt_consent(session: Session, talk: CounselingSession, actor: str) -> bool:
    """The recorder says no where it said yes before: nothing goes on until a person has said which is right."""
    by_recorder = talk.consent == RecordingConsent.GIVEN and talk.consent_by is None
    if not by_recorder or talk.state in (TalkState.SIGNED, TalkState.CLOSED):
        return False
    note_consent(talk, RecordingConsent.UNKNOWN.value, "", None)
    give_up_work(session, talk.id, actor, "consent_doubted")
    move(session, talk, TalkState.RECEIVED, actor, "talk_consent_unknown")
    audit.record(session, actor, "talk.consent", "talk", talk.id, consent=talk.consent, how="recorder")
    link_again(session, talk.id, actor)
    return True


def link_again(session: Session, talk_id: int, actor: str) -> None:
    """Have the bot look once more whose talk this is."""
    add_again(session, LINK, f"talk:{talk_id}", payload={"talk_id": talk_id}, actor=actor)
