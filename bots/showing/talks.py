"""The demo's recorded talks: taken in, heard or read, drafted; a counselor signs one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from queues import note_lines, note_signing, session_notes
from queues.models import (
    Account,
    CounselingSession,
    LineFate,
    NoteLine,
    NoteState,
    SessionNote,
    SinkState,
    TalkState,
    Transcript,
    Utterance,
)

COUNSELOR = "counselor"
_UNDER_WAY = (TalkState.RECEIVED, TalkState.READY, TalkState.LISTENING, TalkState.HEARD)
STATES = {
    "received": "사람에게",
    "ready": "인식 대기",
    "listening": "인식 중",
    "heard": "초안 작성 중",
    "drafted": "초안, 상담사에게",
    "signed": "서명",
    "failed": "사람에게",
    "closed": "종결",
}


@dataclass
class TalksStory:
    """Remembers what was told."""

    told: dict[int, str] = field(default_factory=dict)

    def news(self, session: Session) -> Iterator[str]:
        """Lines (rich mark-up) about talks whose state changed since the last call."""
        for talk in session.exec(select(CounselingSession).order_by(col(CounselingSession.id))):
            if talk.state not in _UNDER_WAY and self.told.get(talk.id) != talk.state:
                self.told[talk.id] = talk.state
                yield f"[dim]{talk.held_at.astimezone():%H:%M:%S}[/] 상담 녹음 {talk.id}번 → {_fate(talk.state)}"


@dataclass
class Counselor:
    """Signs one talk once all `expected` have their drafts: reads what is doubtful, agrees to the rest at once."""

    expected: int

    def act(self, session: Session) -> None:
        """What is next, in the caller's transaction."""
        if not self.expected or not _drafted(session, self.expected) or _signed(session):
            return
        account = session.exec(select(Account).where(Account.username == COUNSELOR)).one()
        note = self._note(session, account)
        if note is None:
            return
        note_lines.accept_plain(session, note.id, account)
        for line in session_notes.lines_of(session, note.id):
            if line.fate == LineFate.PROPOSED:
                note_lines.accept(session, line.id, line.version, account)
        session.refresh(note)
        if not note_signing.what_hinders(session, note):
            note_signing.sign(session, note.id, note.version, account)

    def settled(self, session: Session) -> bool:
        """Whether all have come to a draft, and one is signed and known to the system of record."""
        if not self.expected:
            return True
        known = select(SessionNote.id).where(SessionNote.sink_state == SinkState.ACKNOWLEDGED)
        return _drafted(session, self.expected) and session.exec(known).first() is not None

    def _note(self, session: Session, account: Account) -> SessionNote | None:
        """The draft of the talk with the fewest doubts."""
        query = (
            select(SessionNote)
            .join(CounselingSession, col(CounselingSession.id) == col(SessionNote.session_id))
            .where(
                SessionNote.state == NoteState.DRAFT,
                CounselingSession.counselor_id == account.id,
                col(CounselingSession.person_id).is_not(None),
            )
        )
        notes = session.exec(query).all()
        return min(notes, key=lambda note: (_doubts(session, note.id), note.id), default=None)


@dataclass
class Talks:
    """Counts of one demo run."""

    states: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    utterances: int = 0
    doubtful: int = 0
    lines: int = 0
    without_cite: int = 0
    signed: int = 0
    told: int = 0

    @property
    def good(self) -> bool:
        """Whether no line of a note stands on nothing, and one is signed and known; or there were no talks."""
        return not self.states or (self.without_cite == 0 and self.signed > 0 and self.told > 0)

    def as_json(self) -> dict[str, Any]:
        """The counts that `--json` writes."""
        return {
            "talks": sum(self.states.values()),
            "talks_by_state": dict(self.states.most_common()),
            "transcripts_by_source": dict(self.sources.most_common()),
            "utterances": self.utterances,
            "utterances_doubtful": self.doubtful,
            "note_lines": self.lines,
            "note_lines_without_utterance": self.without_cite,
            "notes_signed": self.signed,
            "notes_known_to_the_system_of_record": self.told,
        }


def talks(session: Session) -> Talks:
    """What became of the talks."""
    found = Talks()
    found.states.update(session.exec(select(CounselingSession.state)))
    found.sources.update(session.exec(select(Transcript.source)))
    for flags in session.exec(select(Utterance.flags)):
        found.utterances += 1
        found.doubtful += bool(flags)
    lines = session.exec(select(NoteLine).where(col(NoteLine.origin).in_(["said", "written"]))).all()
    found.lines, found.without_cite = len(lines), sum(not line.cites for line in lines)
    notes = session.exec(select(SessionNote).where(SessionNote.state == NoteState.SIGNED)).all()
    found.signed = len(notes)
    found.told = sum(note.sink_state == SinkState.ACKNOWLEDGED for note in notes)
    return found


def state_list(found: Talks) -> str:
    """ "초안, 상담사에게 5, 서명 1"."""
    return ", ".join(f"{STATES.get(state, state)} {n}" for state, n in found.states.most_common())


def _fate(state: str) -> str:
    colour = {"drafted": "green", "signed": "green", "failed": "yellow"}.get(state, "dim")
    return f"[{colour}]{STATES.get(state, state)}[/]"


def _drafted(session: Session, expected: int) -> bool:
    states = session.exec(select(CounselingSession.state)).all()
    return len(states) >= expected and not any(
        state in (TalkState.READY, TalkState.LISTENING, TalkState.HEARD) for state in states
    )


def _signed(session: Session) -> bool:
    return (
        session.exec(select(SessionNote.id).where(SessionNote.state == NoteState.SIGNED)).first() is not None
    )


def _doubts(session: Session, note_id: int) -> int:
    return sum(bool(line.flags) for line in session_notes.lines_of(session, note_id))
