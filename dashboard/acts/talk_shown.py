"""What the screen of a talk shows after a call."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlmodel import Session, col, select

from dashboard.acts import talk_notes
from dashboard.acts.decisions import Refused
from dashboard.acts.talk_sight import Sight, sight
from dashboard.parts.talk.data import around, talk_data, utterance_data
from dashboard.reads.talk_sheet import TalkSheet, said_of, talk_sheet
from dashboard.visitor import Visitor
from queues import note_edits
from queues.models import NoteState, SessionNote, Transcript, Utterance

Asked = dict[str, Any]
Row = TypeVar("Row")

NO_TALK = "없는 상담입니다. 주소가 잘못되었거나 볼 수 없는 상담입니다."


def whole(session: Session, visitor: Visitor, found: Sight, note_id: int | None) -> Asked:
    """Everything, as it is after a change."""
    session.flush()
    sheet = talk_sheet(session, found, note_id)
    return {"all": talk_data(sheet, visitor, *standing(session, sheet))}


def note_only(session: Session, visitor: Visitor, talk_id: int) -> Asked:
    """All but what was said, as it is after a change."""
    session.flush()
    sheet = talk_sheet(session, sight_of(session, visitor, talk_id), with_words=False)
    return {"around": around(sheet, visitor, *standing(session, sheet))}


def with_words(session: Session, visitor: Visitor, talk_id: int, utterance_id: int) -> Asked:
    """The same with one utterance that changed."""
    answer = note_only(session, visitor, talk_id)
    row = one(session, Utterance, utterance_id)
    session.refresh(row)
    found = sight_of(session, visitor, talk_id)
    return answer | {"said": [utterance_data(said_of(row, found.whole), found.talk)]}


def sight_of(session: Session, visitor: Visitor, talk_id: int) -> Sight:
    """As the talk is seen after a change. Raises `Refused` where there is none."""
    found = sight(session, visitor, talk_id)
    if found is None:
        raise Refused(NO_TALK)
    session.refresh(found.talk)
    return found


def standing(session: Session, sheet: TalkSheet) -> tuple[list[str], int | None]:
    """Why the draft cannot be signed, and how much of the proposal was changed."""
    note = sheet.note.row if sheet.note is not None else None
    if note is None:
        return [], None
    hinders = talk_notes.what_hinders(session, note.id) if note.state == NoteState.DRAFT else []
    return hinders, note_edits.edited_of(session, note)


def one(session: Session, kind: type[Row], number: int) -> Row:
    """Raises `Refused` for what is gone."""
    found = session.get(kind, number)
    if found is None:
        raise Refused("그 사이 없어진 줄입니다. 화면을 다시 열어 주십시오.")
    return found


def talk_of_note(session: Session, note_id: int) -> int:
    """The number of the talk. Raises `Refused`."""
    return one(session, SessionNote, note_id).session_id


def talk_of_utterance(session: Session, utterance_id: int) -> int:
    """The same of an utterance. Raises `Refused`."""
    query = (
        select(Transcript.session_id)
        .join(Utterance, col(Utterance.transcript_id) == col(Transcript.id))
        .where(Utterance.id == utterance_id)
    )
    found = session.exec(query).first()
    if found is None:
        raise Refused(NO_TALK)
    return found
