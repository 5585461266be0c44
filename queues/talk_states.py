"""Where a talk stands: held, moved, agreed to or not, closed, and set going once it is clear whose it is.

Whoever changes a talk holds its row first (`hold`), before recordings, transcripts, notes and reviews of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from queues import audit, recordings, work
from queues.models import (
    CounselingSession,
    NoteState,
    RecordingConsent,
    ReviewState,
    ReviewTask,
    SessionNote,
    TalkState,
    Transcript,
    WorkItem,
)
from queues.sealed_fields import sealed_comment
from queues.work_again import add_again

LINK, LISTEN, READ, DRAFT = (
    "counseling.link",
    "counseling.listen",
    "counseling.read_transcript",
    "counseling.draft",
)
BY_PHONE, RECORDING = "by_phone", "recording"
"""Reasons: linked by the telephone number alone; being recorded at the desk."""
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


def hold(session: Session, talk_id: int) -> CounselingSession:
    """The talk as it is now, which nobody else changes until the transaction ends."""
    query = select(CounselingSession).where(CounselingSession.id == talk_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def move(
    session: Session, talk: CounselingSession, state: TalkState, actor: str, reason: str | None = None
) -> None:
    """Put a talk whose row is held into a state, and note it. `reason` None leaves the one it has."""
    before, talk.state = talk.state, state.value
    talk.reason = talk.reason if reason is None else reason
    talk.version += 1
    session.add(talk)
    if before != state:
        audit.record(session, actor, f"talk.{state.value}", "talk", talk.id, reason=talk.reason)


def readable(talk: CounselingSession) -> bool:
    """Whether anybody may hear or read what was said: only as long as the person agrees to the recording."""
    return talk.consent == RecordingConsent.GIVEN


def agree(
    session: Session, talk: CounselingSession, how: str, actor: str, *, account_id: int | None = None
) -> None:
    """The person agreed to the recording; the talk's row is held."""
    note_consent(talk, RecordingConsent.GIVEN.value, how, account_id)
    session.add(talk)
    audit.record(session, actor, "talk.consent", "talk", talk.id, consent=talk.consent, how=how)


def refuse(
    session: Session, talk: CounselingSession, how: str, actor: str, *, account_id: int | None = None
) -> None:
    """The person did not agree: nothing ever opens the audio, there will be no note. The row is held."""
    note_consent(talk, RecordingConsent.REFUSED.value, how, account_id)
    audit.record(session, actor, "talk.consent", "talk", talk.id, consent=talk.consent, how=how)
    close(session, talk, "no_consent", actor)


def withdraw_consent(
    session: Session, talk_id: int, account_id: int, actor: str, comment: str = ""
) -> CounselingSession:
    """The person takes the consent back. What is under way stops at the next window, and from now on nothing of
    the recording is heard or read. A signed note is a record of the center and stays.
    """
    talk = hold(session, talk_id)
    if talk.consent == RecordingConsent.WITHDRAWN:
        return talk
    note_consent(talk, RecordingConsent.WITHDRAWN.value, "desk", account_id)
    detail = sealed_comment(comment.strip())
    audit.record(session, actor, "talk.consent", "talk", talk.id, consent=talk.consent, **detail)
    if talk.state == TalkState.SIGNED:
        talk.version += 1
        session.add(talk)
        give_up_work(session, talk_id, actor, "withdrawn")
    else:
        close(session, talk, "withdrawn", actor)
    return talk


def note_consent(talk: CounselingSession, consent: str, how: str, account_id: int | None) -> None:
    """What is known of the consent, by whose word; the caller saves and notes it."""
    talk.consent = RecordingConsent(consent).value
    if consent != RecordingConsent.UNKNOWN:
        talk.consent_how, talk.consent_by, talk.consent_at = how, account_id, datetime.now(UTC)


def close(session: Session, talk: CounselingSession, reason: str, actor: str) -> None:
    """There will be no note of this talk; its work and its questions end. The row is held."""
    move(session, talk, TalkState.CLOSED, actor, reason)
    give_up_work(session, talk.id, actor, reason)
    withdraw_questions(session, talk.id, actor)


def give_up_work(session: Session, talk_id: int, actor: str, reason: str) -> None:
    """Cancel what bots still have to do about a talk; what is running stops by itself."""
    query = select(WorkItem).where(
        col(WorkItem.bot).in_((LINK, LISTEN, READ, DRAFT, "counseling.redact", "counseling.beep")),
        col(WorkItem.state).in_((*work.UNFINISHED, "review")),
        (col(WorkItem.reference) == f"talk:{talk_id}")
        | col(WorkItem.reference).like(f"talk:{talk_id}:%", escape="\\"),
    )
    for item in session.exec(query).all():
        work.cancel(session, item, actor, reason)


def withdraw_questions(
    session: Session, talk_id: int, actor: str, kinds: Sequence[str] = (), *, but: int | None = None
) -> int:
    """Open questions about a talk (of these kinds) that have answered themselves; returns how many."""
    query = select(ReviewTask).where(
        ReviewTask.session_id == talk_id, col(ReviewTask.state).in_(_OPEN), ReviewTask.id != (but or 0)
    )
    if kinds:
        query = query.where(col(ReviewTask.kind).in_(kinds))
    tasks = session.exec(query.order_by(col(ReviewTask.id)).with_for_update()).all()
    for task in tasks:
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)
    return len(tasks)


def go_on(session: Session, talk: CounselingSession, actor: str, reason: str | None = None) -> None:
    """It is clear whose talk it is, and that it may be listened to: what comes next is set going. The row is held.

    Raises ValueError where nobody has agreed.
    """
    if not readable(talk):
        raise ValueError(f"nobody has agreed to the recording of talk {talk.id}")
    if _signed(session, talk.id):
        move(session, talk, TalkState.SIGNED, actor, reason)
        return
    if session.exec(select(Transcript.id).where(Transcript.session_id == talk.id)).first() is not None:
        move(session, talk, TalkState.HEARD, actor, reason)
        begin(session, DRAFT, talk.id, actor, redact=True)
        return
    recording = recordings.of(session, talk.id)
    move(session, talk, TalkState.READY, actor, reason)
    if recording is not None:
        begin(session, READ if recording.transcript_sha256 else LISTEN, talk.id, actor)


def begin(session: Session, bot: str, talk_id: int, actor: str, *, redact: bool = False) -> None:
    """Have a bot do its part of a talk, in a new attempt; `redact`: personal data is first taken out of the words
    once more, since it is somebody else's talk now."""
    payload: dict[str, int | bool] = {"talk_id": talk_id} | ({"redact": True} if redact else {})
    add_again(session, bot, f"talk:{talk_id}", payload=payload, actor=actor)


def _signed(session: Session, talk_id: int) -> bool:
    query = select(SessionNote.id).where(
        SessionNote.session_id == talk_id, SessionNote.state == NoteState.SIGNED
    )
    return session.exec(query).first() is not None


def waiting_for_a_case(session: Session) -> list[int]:
    """Talks of which it is not clear whose they are, the oldest first."""
    query = select(CounselingSession.id).where(
        CounselingSession.state == TalkState.RECEIVED, CounselingSession.reason != RECORDING
    )
    return list(session.exec(query.order_by(col(CounselingSession.id))))
