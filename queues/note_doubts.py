"""Lines of a draft that rest on words which were put right since: they have to be looked at again."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, select

from queues import audit
from queues.models import LineFate, NoteLine, NoteState, SessionNote

WORDS_CHANGED, SPEAKER_CHANGED = "words_changed", "speaker_changed"
_LOOKED_AT = (LineFate.PROPOSED, LineFate.ACCEPTED)


def doubt(session: Session, note: SessionNote | None, numbers: Collection[int], flag: str, actor: str) -> int:
    """Mark the lines of a draft that cite any of these utterances; what was accepted as it was proposed is so no more.

    Lines in the counselor's own words stay decided, and are marked. Returns how many lines there were.
    """
    if note is None or note.state != NoteState.DRAFT:
        return 0
    query = select(NoteLine).where(NoteLine.note_id == note.id, NoteLine.fate != LineFate.STRUCK)
    found = [line for line in session.exec(query) if set(line.cites) & set(numbers)]
    for line in found:
        line.flags = [*line.flags, *([flag] if flag not in line.flags else [])]
        line.fate = LineFate.PROPOSED.value if line.fate in _LOOKED_AT else line.fate
        line.version += 1
        session.add(line)
    if found:
        ids = [line.id for line in found]
        audit.record(session, actor, "note.doubt", "session_note", note.id, lines=ids, flag=flag)
        session.flush()
    return len(found)
