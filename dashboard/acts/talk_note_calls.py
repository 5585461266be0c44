"""The calls about the note of a talk: its lines, what is to be done, signing."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session

from dashboard.acts import talk_follow_ups, talk_notes
from dashboard.acts.decisions import Refused
from dashboard.acts.talk_shown import Asked, note_only, one, talk_of_note
from dashboard.visitor import Visitor
from queues.models import FollowUp, NoteLine


def decide_line(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{do: accept | change | strike | back, line, version, text, field}: what becomes of a line."""
    line_id, version = int(asked["line"]), int(asked["version"])
    talk_id = talk_of_note(session, one(session, NoteLine, line_id).note_id)
    match asked.get("do"):
        case "accept":
            talk_notes.accept_line(session, visitor, line_id, version)
        case "change":
            field = str(asked["field"]) if asked.get("field") else None
            talk_notes.change_line(session, visitor, line_id, version, str(asked["text"]), field)
        case "strike":
            talk_notes.strike_line(session, visitor, line_id, version)
        case "back":
            talk_notes.put_back_line(session, visitor, line_id, version)
        case _:
            raise Refused("알아볼 수 없는 요청입니다.")
    return note_only(session, visitor, talk_id)


def add_line(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, field, text, cites}: a line of the counselor's own."""
    note_id = int(asked["note"])
    cites = [int(n) for n in asked.get("cites") or ()]
    talk_notes.add_line(session, visitor, note_id, str(asked["field"]), str(asked["text"]), cites)
    return note_only(session, visitor, talk_of_note(session, note_id))


def accept_plain(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, version}: every line about which there is no doubt, as they were seen."""
    note_id = int(asked["note"])
    count = talk_notes.accept_plain_lines(session, visitor, note_id, int(asked["version"]))
    answer = note_only(session, visitor, talk_of_note(session, note_id))
    return answer | {"say": f"의심할 것이 없는 {count}줄을 그대로 두었습니다."}


def decide_follow_up(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{do: accept | decline | back | finish | again, id, version, on, at, text, announce}: what follows the talk."""
    number, version = int(asked["id"]), int(asked["version"])
    talk_id = talk_of_note(session, one(session, FollowUp, number).note_id)
    match asked.get("do"):
        case "accept":
            talk_follow_ups.accept_follow_up(
                session,
                visitor,
                number,
                version,
                on=_day(asked.get("on")),
                at=str(asked.get("at") or ""),
                text=str(asked.get("text") or ""),
                announce=bool(asked.get("announce")),
            )
        case "decline":
            talk_follow_ups.decline_follow_up(session, visitor, number, version)
        case "back":
            talk_follow_ups.put_back_follow_up(session, visitor, number, version)
        case "finish":
            talk_follow_ups.finish_follow_up(session, visitor, number, version)
        case "again":
            talk_follow_ups.take_up_again(session, visitor, number, version)
        case _:
            raise Refused("알아볼 수 없는 요청입니다.")
    return note_only(session, visitor, talk_id)


def add_follow_up(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, kind, who, on, at, text}: something to be done that nobody proposed."""
    note_id = int(asked["note"])
    talk_follow_ups.add_follow_up(
        session,
        visitor,
        note_id,
        kind=str(asked.get("kind") or "task"),
        who=str(asked.get("who") or "counselor"),
        on=_day(asked.get("on")),
        at=str(asked.get("at") or ""),
        text=str(asked.get("text") or ""),
    )
    return note_only(session, visitor, talk_of_note(session, note_id))


def sign(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, version}: the note as it was seen."""
    note = talk_notes.sign(session, visitor, int(asked["note"]), int(asked["version"]))
    answer = note_only(session, visitor, note.session_id)
    return answer | {"say": "서명했습니다. 일지를 만들어 신청에 붙이고 기록 시스템에 보냅니다."}


def reopen(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, reason}: a new version, to be signed in place of the one that is."""
    talk_id = int(asked["talk"])
    talk_notes.reopen(session, visitor, talk_id, str(asked.get("reason", "")))
    return note_only(session, visitor, talk_id)


def discard(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, version}: drop a new version that was begun."""
    note_id = int(asked["note"])
    talk_id = talk_of_note(session, note_id)
    talk_notes.discard(session, visitor, note_id, int(asked["version"]))
    return note_only(session, visitor, talk_id)


def draft_anew(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, version}: have the first draft made anew from what was put right."""
    note_id = int(asked["note"])
    talk_id = talk_of_note(session, note_id)
    talk_notes.draft_anew(session, visitor, note_id, int(asked["version"]))
    return note_only(session, visitor, talk_id) | {
        "say": "고친 녹취로 일지를 다시 씁니다. 잠시 뒤에 나타납니다."
    }


def report_again(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note}: tell the system of record again of a signed note."""
    note_id = int(asked["note"])
    talk_notes.report_again(session, visitor, note_id)
    return note_only(session, visitor, talk_of_note(session, note_id)) | {"say": "다시 보내도록 했습니다."}


def _day(given: Any) -> date | None:
    """Raises `Refused` for what is no day."""
    try:
        return date.fromisoformat(str(given)) if given else None
    except ValueError:
        raise Refused("날짜를 다시 적어 주십시오(예: 2026-12-03).", "on") from None
