"""What the system of record is told of a signed note: in its fields, within their limits."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from sqlmodel import Session, select

from bots.counseling.fitting import Part, fit
from config.note_fields import NoteFields, load_note_fields
from queues import note_signing
from queues.models import Account, Application, CounselingSession, Officer, Person, SessionNote
from queues.session_notes import lines_of, stands, text_of
from stt.note.draft import TITLES, NoteField

FOLLOW_UPS = "follow_ups"
WHO = {"counselor": "상담사", "person": "구직자"}
_STRANGE = "□"


def message(session: Session, note: SessionNote) -> dict[str, Any]:
    """Plain JSON; `columns` by the names of ``note_fields.yaml``, `cut` those in which something was left out.

    Whose talk it was is what the signature binds, not what the talk's row says today.
    """
    fields, of = load_note_fields(), note.made["of"]
    talk = session.get_one(CounselingSession, note.session_id)
    application = session.get(Application, of["application"]) if of["application"] else None
    person = session.get(Person, of["person"]) if of["person"] else None
    columns, cut = _columns(session, note, fields)
    return {
        "receipt_no": application.receipt_no if application else "",
        "person": person.source_key if person else "",
        "counselor": _counselor(session, of["counselor"]),
        "held_at": of["held_at"],
        "way": of["way"],
        "seconds": int((talk.ended_at - talk.held_at).total_seconds()) if talk.ended_at else 0,
        "version": note.number,
        "replaces": _replaced_key(session, note),
        "signed_at": note.signed_at.isoformat() if note.signed_at else "",
        "content_sha256": note.content_sha256,
        "columns": columns,
        "cut": cut,
    }


def _columns(session: Session, note: SessionNote, fields: NoteFields) -> tuple[dict[str, str], list[str]]:
    said = _parts(session, note, fields)
    columns, cut = {}, []
    for column in fields.columns:
        parts = [said[source] for source in column.sources if source in said]
        fitted = fit(parts, column.most, partial(fields.size, column=column), fields.mark(note.number))
        columns[column.name] = fitted.text
        if fitted.cut:
            cut.append(column.name)
    return columns, cut


def _parts(session: Session, note: SessionNote, fields: NoteFields) -> dict[str, Part]:
    lines: dict[str, list[str]] = {}
    for line in lines_of(session, note.id):
        if stands(line):
            lines.setdefault(line.field, []).append(_writable(text_of(line), fields))
    parts: dict[str, Part] = {
        f.value: Part(TITLES[f], tuple(lines[f.value])) for f in NoteField if f.value in lines
    }
    if agreed := note_signing.agreed(note):
        parts[FOLLOW_UPS] = Part(
            "할 일·일정", tuple(_writable(follow_up_line(one), fields) for one in agreed)
        )
    return parts


def follow_up_line(one: dict[str, Any]) -> str:
    """An accepted follow-up in a line: "구직자: 이력서 제출 (12. 3. 14:00까지)"."""
    when = ""
    if one["on"]:
        day = date.fromisoformat(one["on"])
        until = "" if one["kind"] == "appointment" else "까지"
        when = f" ({day.year}. {day.month}. {day.day}.{' ' + one['at'] if one['at'] else ''}{until})"
    return f"{WHO.get(one['who'], '상담사')}: {one['text']}{when}"


def _writable(text: str, fields: NoteFields) -> str:
    """Characters that the other system's encoding lacks are shown as such, not lost."""
    return "".join(c if _is_known(c, fields.encoding) else _STRANGE for c in " ".join(text.split()))


def _is_known(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _counselor(session: Session, account_id: int) -> str:
    account = session.get_one(Account, account_id)
    officer = session.get(Officer, account.officer_id) if account.officer_id else None
    return officer.number if officer else account.username


def _replaced_key(session: Session, note: SessionNote) -> str:
    if note.number == 1:
        return ""
    query = select(SessionNote.sink_key).where(
        SessionNote.session_id == note.session_id, SessionNote.number == note.number - 1
    )
    return session.exec(query).one_or_none() or ""
