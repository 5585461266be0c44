"""Taking back what was decided about a talk, until its note is signed.

It is the record alone that changes, so it is done at once, in the caller's transaction.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from queues import audit, follow_ups, session_notes, talks
from queues.crypto import open_, seal
from queues.models import (
    Account,
    CounselingSession,
    Effect,
    NoteState,
    RecordingConsent,
    ReviewTask,
    SessionNote,
    TalkState,
)

KIND = "talk"
CONSENT = "counseling_consent"
_WHOSE = ("counselor_id", "person_id", "application_id", "reason")
_AGREED = ("consent", "consent_how", "consent_by")
_SIGNED = "서명된 상담일지가 있어 되돌릴 수 없습니다. 상담일지를 새 판으로 열어 고쳐 주십시오."
_WITHDRAWN = "그 뒤에 녹음 동의가 철회되어 되돌릴 수 없습니다."
_LATER = "같은 상담에 대해 나중에 한 결정이 있습니다. 그 결정을 먼저 되돌려 주십시오."
_NOTHING_KEPT = "되돌리는 데 필요한 기록이 없는 결정입니다."
_BUSY = (TalkState.READY, TalkState.LISTENING, TalkState.HEARD, TalkState.DRAFTED)


def hold_talk_of(session: Session, task_id: int) -> None:
    """Hold the talk that a question is about, if it is about one."""
    talk_id = session.exec(select(ReviewTask.session_id).where(ReviewTask.id == task_id)).one_or_none()
    if talk_id is not None:
        talks.hold(session, talk_id)


def keep_before(session: Session, task: ReviewTask, talk: CounselingSession) -> Effect:
    """Keep a talk as it is before a decision is carried out; its row is held."""
    before: dict[str, Any] = {name: getattr(talk, name) for name in (*_WHOSE, *_AGREED, "state")}
    before["consent_at"] = talk.consent_at.isoformat() if talk.consent_at else None
    effect = Effect(
        kind=KIND,
        task_id=task.id,
        before_enc=seal(json.dumps(before)),
        after={"talk": talk.id},
        made_by=task.decided_by,
    )
    session.add(effect)
    session.flush()
    return effect


def stands(session: Session, talk_id: int, kind: str) -> bool:
    """Whether a person's answer to a question of this kind about the talk was carried out, and not taken back."""
    query = (
        select(Effect.id)
        .join(ReviewTask, col(ReviewTask.id) == col(Effect.task_id))
        .where(
            ReviewTask.session_id == talk_id,
            ReviewTask.kind == kind,
            Effect.kind == KIND,
            col(Effect.undone_at).is_(None),
        )
    )
    return session.exec(query).first() is not None


def what_followed(session: Session, task: ReviewTask) -> str:
    """Why a decision that was carried out cannot be taken back, in Korean; "" when it can."""
    effect = _effect(session, task)
    if effect is None:
        return _NOTHING_KEPT
    talk = session.get(CounselingSession, task.session_id)
    if talk is not None and talk.consent == RecordingConsent.WITHDRAWN:
        return _WITHDRAWN
    signed = select(SessionNote.id).where(
        SessionNote.session_id == task.session_id, col(SessionNote.state) != NoteState.DRAFT
    )
    if session.exec(signed).first() is not None:
        return _SIGNED
    later = (
        select(Effect.id)
        .join(ReviewTask, col(ReviewTask.id) == col(Effect.task_id))
        .where(
            ReviewTask.session_id == task.session_id,
            Effect.kind == KIND,
            Effect.id > effect.id,
            col(Effect.undone_at).is_(None),
        )
    )
    return _LATER if session.exec(later).first() is not None else ""


def take_back(session: Session, task: ReviewTask, account: Account) -> None:
    """Put the talk back as it was before the decision of this task; what bots did in consequence is given up.

    What was heard in between is kept, and unreadable if the consent goes with it. Asking again is the caller's.
    """
    effect = _effect(session, task)
    if effect is None or effect.before_enc is None or task.session_id is None:
        return
    actor = f"account:{account.id}"
    before = json.loads(open_(effect.before_enc))
    talk = talks.hold(session, task.session_id)
    talks.give_up_work(session, talk.id, actor, "undone")
    kept = (*_WHOSE, *_AGREED) if task.kind == CONSENT else _WHOSE
    for name in kept:
        setattr(talk, name, before[name])
    if task.kind == CONSENT:
        told = before["consent_at"]
        talk.consent_at = datetime.fromisoformat(told) if told else None
    follow_ups.belong_to(session, talk)
    session_notes.outdate(session, talk.id)
    state = TalkState(before["state"])
    if state in _BUSY and not talks.readable(talk):
        state = TalkState.RECEIVED  # nobody has agreed to it any more
    talks.move(session, talk, state, actor)
    effect.undo_asked_at = effect.undone_at = datetime.now(UTC)
    effect.undo_asked_by = account.id
    session.add(effect)
    audit.record(session, actor, "talk.undone", "talk", talk.id, task=task.id)
    if state == TalkState.RECEIVED:
        talks.link_again(session, talk.id, actor)
    elif state in _BUSY:
        talks.go_on(session, talk, actor)


def _effect(session: Session, task: ReviewTask) -> Effect | None:
    query = select(Effect).where(
        Effect.task_id == task.id, Effect.kind == KIND, col(Effect.undone_at).is_(None)
    )
    return session.exec(query.order_by(col(Effect.id).desc())).first()
