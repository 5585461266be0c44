"""Signing a note: what it says is bound by a hash and frozen; later versions replace it."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from config.settings import settings
from queues import audit, crypto, follow_ups, work
from queues.errors import NotYours, StaleDecision
from queues.models import (
    Account,
    CounselingSession,
    LineFate,
    NoteLine,
    NoteState,
    SessionNote,
    SinkState,
    TalkState,
)
from queues.note_edits import per_mille
from queues.note_identifiers import REFUSAL, shows_identifier
from queues.sealed_fields import open_text, seal_text
from queues.session_notes import NotEditable, hold, hold_talk, lines_of, standing, stands, text_of
from queues.talk_states import move, readable
from queues.work_again import add_again

PAPERS, REPORT = "counseling.papers", "counseling.report"


def what_hinders(session: Session, note: SessionNote) -> list[str]:
    """Why a draft cannot be signed yet, in sentences for its counselor; empty when it can."""
    talk = session.get_one(CounselingSession, note.session_id)
    lines = lines_of(session, note.id)
    undecided = sum(line.fate == LineFate.PROPOSED for line in lines)
    told = []
    if not readable(talk):
        told.append("녹음 동의가 없는 상담이어서 서명할 수 없습니다.")
    if talk.person_id is None:
        told.append("누구와의 상담인지 정해지지 않았습니다. 먼저 구직자를 연결해 주십시오.")
    if undecided:
        told.append(f"아직 확인하지 않은 줄이 {undecided}개 있습니다.")
    if not any(stands(line) for line in lines):
        told.append("남은 내용이 없습니다. 한 줄 이상 있어야 서명할 수 있습니다.")
    if any(shows_identifier(text) for text in _words(session, talk, lines)):
        told.append("주민등록번호나 카드번호로 보이는 숫자가 있습니다. 지우고 서명해 주십시오.")
    return told


def _words(session: Session, talk: CounselingSession, lines: list[NoteLine]) -> list[str]:
    """All that the signed note would say."""
    agreed = [one["text"] for one in follow_ups.snapshot(session, talk.id)]
    return [text_of(line) for line in lines if stands(line)] + agreed


def sign(session: Session, note_id: int, version: int, account: Account) -> SessionNote:
    """Sign a draft as it was seen (`version`), in the caller's transaction, and have its papers and its report made.

    The version that was signed before is replaced. Signing the same version twice is signing once.
    Raises `NotYours`, `StaleDecision`, `NotEditable`.
    """
    talk, note = hold(session, note_id)
    if talk.counselor_id != account.id:
        raise NotYours(f"talk {talk.id} is another counselor's")
    if note.state != NoteState.DRAFT:
        if note.signed_by == account.id and note.version == version + 1:
            return note
        raise StaleDecision(f"note {note.id} is {note.state}")
    if note.version != version:
        raise StaleDecision(f"note {note.id} has changed since it was shown")
    if hinders := what_hinders(session, note):
        raise NotEditable(" ".join(hinders))
    _replace_earlier(session, talk.id, account)
    _freeze(session, talk, note, account)
    move(session, talk, TalkState.SIGNED, f"account:{account.id}", "")
    session.flush()
    audit.record(
        session, f"account:{account.id}", "note.sign", "session_note", note.id,
        talk=talk.id, number=note.number, content=note.content_sha256, edited=note.edited,
    )  # fmt: skip
    if talk.application_id is not None:
        audit.record(
            session, f"account:{account.id}", "case.note", "application", talk.application_id, note=note.id
        )
    _have_made(session, note, f"account:{account.id}")
    return note


def content(session: Session, note: SessionNote) -> dict[str, Any]:
    """What a signature binds: whose talk it was, the lines that stand, what was agreed to be done. Plain JSON."""
    return {
        "talk": note.session_id,
        "number": note.number,
        "transcript": note.transcript_id,
        "of": note.made.get("of", {}),
        "lines": [
            {"field": line.field, "text": text_of(line), "cites": line.cites, "origin": line.origin}
            for line in lines_of(session, note.id)
            if stands(line)
        ],
        "follow_ups": agreed(note),
    }


def agreed(note: SessionNote) -> list[dict[str, Any]]:
    """The tasks and appointments that were accepted when it was signed: kind, who, on, at, text."""
    told: list[dict[str, Any]] = json.loads(open_text(note.made["agreed"])) if "agreed" in note.made else []
    return told


def digest(told: dict[str, Any]) -> str:
    """SHA-256 in hex of what is signed."""
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def is_intact(session: Session, note: SessionNote) -> bool:
    """Whether a signed note says what was signed."""
    return digest(content(session, note)) == note.content_sha256


def reopen(session: Session, talk_id: int, reason: str, account: Account) -> SessionNote:
    """A new version to be worked on: a copy of the signed one, which stands until the new one is signed.

    Raises `NotYours`, `NotEditable`.
    """
    talk = hold_talk(session, talk_id)
    if talk.counselor_id != account.id:
        raise NotYours(f"talk {talk.id} is another counselor's")
    signed = standing(session, talk_id)
    if signed is None or signed.state != NoteState.SIGNED:
        raise NotEditable("서명한 상담일지가 없거나 이미 새 판을 쓰고 있습니다.")
    if len(reason.strip()) < 2:
        raise NotEditable("새 판을 여는 사유를 적어 주십시오.", "reason")
    if shows_identifier(reason):
        raise NotEditable(REFUSAL, "reason")
    if not readable(talk):
        raise NotEditable("녹음 동의가 철회된 상담이어서 새 판을 열 수 없습니다.")
    note = SessionNote(
        session_id=talk_id,
        transcript_id=signed.transcript_id,
        number=signed.number + 1,
        drafted_by=signed.drafted_by,
        flags=signed.flags,
        made={k: v for k, v in signed.made.items() if k not in ("of", "agreed")},
        why_enc=crypto.seal(reason.strip()[:1000]),
    )
    session.add(note)
    session.flush()
    session.add_all(_copy(line, note.id) for line in lines_of(session, signed.id) if stands(line))
    move(session, talk, TalkState.DRAFTED, f"account:{account.id}")
    session.flush()
    actor = f"account:{account.id}"
    audit.record(session, actor, "note.reopen", "session_note", note.id, talk=talk_id, number=note.number)
    return note


def discard(session: Session, note_id: int, version: int, account: Account) -> None:
    """Drop the draft of a new version; what was signed before stands. Raises as `sign` does."""
    talk, note = hold(session, note_id)
    if talk.counselor_id != account.id:
        raise NotYours(f"talk {talk.id} is another counselor's")
    if note.state != NoteState.DRAFT or note.number == 1:
        raise NotEditable("새 판으로 연 상담일지만 버릴 수 있습니다.")
    if note.version != version:
        raise StaleDecision(f"note {note.id} has changed since it was shown")
    follow_ups.keep_for_earlier(session, note)
    for line in lines_of(session, note.id):
        session.delete(line)
    session.flush()
    audit.record(session, f"account:{account.id}", "note.discard", "session_note", note.id, talk=talk.id)
    session.delete(note)
    move(session, talk, TalkState.SIGNED, f"account:{account.id}")
    session.flush()


def report_again(session: Session, note_id: int, account: Account) -> None:
    """Have the system of record told of a signed note that it has not acknowledged. Raises `NotEditable`."""
    _, note = hold(session, note_id)
    if note.state == NoteState.DRAFT or note.sink_state == SinkState.ACKNOWLEDGED:
        raise NotEditable("서명하였고 행정시스템에 아직 등록되지 않은 상담일지만 보낼 수 있습니다.")
    if not settings().case_sink_url:
        raise NotEditable("연결된 행정시스템이 없습니다. 시스템관리자에게 문의하십시오.")
    actor = f"account:{account.id}"
    add_again(session, REPORT, f"note:{note.id}", payload={"note_id": note.id}, priority=30, actor=actor)
    audit.record(session, actor, "note.report_again", "session_note", note.id, talk=note.session_id)


def signed_before(session: Session, talk_id: int) -> list[SessionNote]:
    """All signed versions of a talk, replaced ones too, the first one first."""
    query = select(SessionNote).where(SessionNote.session_id == talk_id, SessionNote.state != NoteState.DRAFT)
    return list(session.exec(query.order_by(col(SessionNote.number))))


def _freeze(session: Session, talk: CounselingSession, note: SessionNote, account: Account) -> None:
    note.made = {
        **note.made,
        "of": {
            "counselor": talk.counselor_id,
            "person": talk.person_id,
            "application": talk.application_id,
            "way": talk.way,
            "held_at": talk.held_at.astimezone(UTC).isoformat(),
        },
        "agreed": seal_text(json.dumps(follow_ups.snapshot(session, talk.id), ensure_ascii=False)),
    }
    note.edited = per_mille(lines_of(session, note.id))
    note.content_sha256 = digest(content(session, note))
    note.sink_key = (
        uuid.uuid4().hex
    )  # ids begin anew with a new database, and the system of record remembers keys
    note.state, note.version = NoteState.SIGNED.value, note.version + 1
    note.signed_by, note.signed_at = account.id, datetime.now(UTC)
    session.add(note)


def _replace_earlier(session: Session, talk_id: int, account: Account) -> None:
    query = select(SessionNote).where(
        SessionNote.session_id == talk_id, SessionNote.state == NoteState.SIGNED
    )
    for earlier in session.exec(query.with_for_update()):
        earlier.state, earlier.version = NoteState.REPLACED.value, earlier.version + 1
        session.add(earlier)
        audit.record(
            session, f"account:{account.id}", "note.replace", "session_note", earlier.id, talk=talk_id
        )
    session.flush()


def _have_made(session: Session, note: SessionNote, actor: str) -> None:
    payload = {"note_id": note.id}
    work.add(session, PAPERS, f"note:{note.id}", payload=payload, priority=40, actor=actor)
    if settings().case_sink_url:
        work.add(session, REPORT, f"note:{note.id}", payload=payload, priority=30, actor=actor)


def _copy(line: NoteLine, note_id: int) -> NoteLine:
    """A signed line, accepted already, as the new version begins with it."""
    return NoteLine(
        note_id=note_id,
        position=line.position,
        field=line.field,
        origin=line.origin,
        proposed_enc=line.text_enc,
        text_enc=line.text_enc,
        cites=line.cites,
        flags=line.flags,
        fate=LineFate.ACCEPTED.value,
        changed_by=line.changed_by,
        changed_at=line.changed_at,
    )
