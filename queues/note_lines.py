"""What the counselor does with the lines of a draft: accept, change, strike, add. Each is noted, none is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session, col, func, select

from queues import audit, crypto
from queues.errors import NotYours, StaleDecision
from queues.models import (
    Account,
    CounselingSession,
    LineFate,
    NoteLine,
    NoteState,
    SessionNote,
    Utterance,
)
from queues.note_identifiers import REFUSAL, shows_identifier
from queues.session_notes import FIELDS, NotEditable, hold, proposed_of, text_of
from queues.talk_states import readable

LONGEST = 2000
"""Characters of a line."""
COUNSELOR = "counselor"
"""The origin of a line that nobody proposed."""


def accept(session: Session, line_id: int, version: int, account: Account) -> NoteLine:
    """The line is right as it was proposed.

    version  of the line, as it was seen. Raises `NotYours`, `NotEditable`, `StaleDecision`, as all here do.
    """
    note, line = _held(session, line_id, account)
    proposed = proposed_of(line)
    if proposed is None:
        raise NotEditable("직접 쓴 줄은 확인할 것이 없습니다.")
    return _decide(session, note, line, version, LineFate.ACCEPTED, proposed, account)


def change(
    session: Session, line_id: int, version: int, text: str, account: Account, field: str | None = None
) -> NoteLine:
    """The line says something else, or stands in another field; as it was proposed, it is accepted."""
    note, line = _held(session, line_id, account)
    text, field = checked(text), _field(field or line.field)
    proposed = proposed_of(line)
    if proposed is None:
        fate = LineFate.ADDED
    else:
        fate = LineFate.ACCEPTED if text == proposed and field == line.field else LineFate.CHANGED
    return _decide(session, note, line, version, fate, text, account, field)


def strike(session: Session, line_id: int, version: int, account: Account) -> NoteLine | None:
    """The line does not belong into the note; a line of one's own goes away, and is None."""
    note, line = _held(session, line_id, account)
    if line.proposed_enc is None:
        _away(session, note, line, version, account)
        return None
    return _decide(session, note, line, version, LineFate.STRUCK, text_of(line), account)


def put_back(session: Session, line_id: int, version: int, account: Account) -> NoteLine | None:
    """Nothing is decided about the line any more; a line of one's own goes away, and is None."""
    note, line = _held(session, line_id, account)
    proposed = proposed_of(line)
    if proposed is None:
        _away(session, note, line, version, account)
        return None
    return _decide(session, note, line, version, LineFate.PROPOSED, proposed, account)


def add(
    session: Session, note_id: int, field: str, text: str, account: Account, cites: Sequence[int] = ()
) -> NoteLine:
    """A line of the counselor's own, with the utterances that it rests on, if any."""
    talk, note = hold(session, note_id)
    mine(talk, note, account)
    last = session.exec(select(func.max(NoteLine.position)).where(NoteLine.note_id == note.id)).one()
    line = NoteLine(
        note_id=note.id,
        position=(last or 0) + 1,
        field=_field(field),
        origin=COUNSELOR,
        text_enc=crypto.seal(checked(text)),
        cites=_known(session, note, cites),
        fate=LineFate.ADDED.value,
        changed_by=account.id,
        changed_at=datetime.now(UTC),
    )
    session.add(line)
    moved(session, note)
    session.flush()
    _record(session, line, account)
    return line


def accept_plain(session: Session, note_id: int, account: Account, version: int | None = None) -> int:
    """Accept the lines that nobody has decided about and that nothing is doubtful of; returns how many.

    version  of the note, as it was seen: lines that came since were not
    """
    talk, note = hold(session, note_id)
    mine(talk, note, account)
    if version is not None and note.version != version:
        raise StaleDecision(f"note {note_id} has changed since it was shown")
    query = select(NoteLine).where(NoteLine.note_id == note.id, NoteLine.fate == LineFate.PROPOSED)
    plain = [line for line in session.exec(query.order_by(col(NoteLine.position))) if not line.flags]
    for line in plain:
        _set(session, line, LineFate.ACCEPTED, text_of(line), account)
    if plain:
        moved(session, note)
        session.flush()
    return len(plain)


def mine(talk: CounselingSession, note: SessionNote, account: Account) -> None:
    """Raises `NotYours` for anybody but the talk's counselor, `NotEditable` once it is signed or may not be used."""
    if talk.counselor_id != account.id:
        raise NotYours(f"talk {talk.id} is another counselor's")
    if note.state != NoteState.DRAFT:
        raise NotEditable("서명한 상담일지는 바꿀 수 없습니다. 고치려면 새 판을 열어 주십시오.")
    if not readable(talk):
        raise NotEditable("녹음 동의가 없는 상담이어서 상담일지를 쓸 수 없습니다.")


def moved(session: Session, note: SessionNote) -> None:
    """What stands in the draft has changed: who looked at it before has to look again before signing."""
    note.version += 1
    session.add(note)


def checked(text: str) -> str:
    """The text of a line without space around it. Raises `NotEditable`."""
    text = " ".join(text.split())
    if not text:
        raise NotEditable("내용을 적어 주십시오.", "text")
    if len(text) > LONGEST:
        raise NotEditable(f"한 줄은 {LONGEST:,}자까지 쓸 수 있습니다. 나누어 적어 주십시오.", "text")
    if shows_identifier(text):
        raise NotEditable(REFUSAL, "text")
    return text


def _held(session: Session, line_id: int, account: Account) -> tuple[SessionNote, NoteLine]:
    note_id = session.exec(select(NoteLine.note_id).where(NoteLine.id == line_id)).one_or_none()
    if note_id is None:
        raise StaleDecision(f"there is no line {line_id} any more")
    talk, note = hold(session, note_id)
    mine(talk, note, account)
    query = select(NoteLine).where(NoteLine.id == line_id)
    line = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if line is None:
        raise StaleDecision(f"there is no line {line_id} any more")
    return note, line


def _decide(
    session: Session,
    note: SessionNote,
    line: NoteLine,
    version: int,
    fate: LineFate,
    text: str,
    account: Account,
    field: str | None = None,
) -> NoteLine:
    field = field or line.field
    if line.version != version:
        same = (line.fate, text_of(line), line.field) == (fate, text, field)
        if same and line.version == version + 1 and line.changed_by == account.id:
            return line  # pressed twice
        raise StaleDecision(f"line {line.id} has changed since it was shown")
    line.field = field
    _set(session, line, fate, text, account)
    moved(session, note)
    session.flush()
    return line


def _set(session: Session, line: NoteLine, fate: LineFate, text: str, account: Account) -> None:
    if text != text_of(line):
        line.text_enc = crypto.seal(text)
    line.fate, line.version = fate.value, line.version + 1
    line.changed_by, line.changed_at = account.id, datetime.now(UTC)
    session.add(line)
    _record(session, line, account)


def _away(session: Session, note: SessionNote, line: NoteLine, version: int, account: Account) -> None:
    if line.version != version:
        raise StaleDecision(f"line {line.id} has changed since it was shown")
    audit.record(session, f"account:{account.id}", "note.line", "note_line", line.id, fate="gone")
    session.delete(line)
    moved(session, note)
    session.flush()


def _record(session: Session, line: NoteLine, account: Account) -> None:
    audit.record(
        session, f"account:{account.id}", "note.line", "note_line", line.id,
        note=line.note_id, fate=line.fate, field=line.field,
    )  # fmt: skip


def _field(field: str) -> str:
    if field not in FIELDS:
        raise NotEditable("알 수 없는 항목입니다.", "field")
    return field


def _known(session: Session, note: SessionNote, cites: Sequence[int]) -> list[int]:
    """The numbers of utterances that there are."""
    wanted = sorted(set(cites))
    query = select(Utterance.number).where(
        Utterance.transcript_id == note.transcript_id, col(Utterance.number).in_(wanted)
    )
    if len(session.exec(query).all()) != len(wanted):
        raise NotEditable("근거로 든 발화가 없습니다. 화면을 새로 열어 주십시오.", "cites")
    return wanted
