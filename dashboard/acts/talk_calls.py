"""The calls of the screen of a talk: each takes what the browser sent and gives what it shows next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from dashboard.acts import talk_consent, talk_follow_ups, talk_notes
from dashboard.acts import talk_words as words_acts
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access, reveal_subjects
from dashboard.acts.talk_sight import Sight, look, may_say_why, sight, subject
from dashboard.parts.talk.data import around, audio_data, talk_data, utterance_data
from dashboard.reads.talk_sheet import TalkSheet, said_of, talk_sheet
from dashboard.visitor import Visitor
from queues import note_edits, transcripts
from queues.models import FollowUp, NoteLine, NoteState, SessionNote, Transcript, Utterance

Asked = dict[str, Any]
Row = TypeVar("Row")

NO_TALK = "없는 상담입니다. 주소가 잘못되었거나 볼 수 없는 상담입니다."


def open_talk(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, note}: a talk with all that one may see of it; `note` asks for an earlier version."""
    found = look(session, visitor, int(asked["talk"]))
    if found is None:
        raise Refused(NO_TALK)
    return _whole(session, visitor, found, int(asked["note"]) if asked.get("note") else None)


def look_again(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, note}: the same as it is now, without what was said; all of it once there is more of that."""
    talk_id = int(asked["talk"])
    found = sight(session, visitor, talk_id)
    if found is None:
        raise Refused(NO_TALK)
    sheet = talk_sheet(session, found, int(asked["note"]) if asked.get("note") else None, with_words=False)
    if (sheet.transcript.id if sheet.transcript is not None else None) != asked.get("transcript"):
        return open_talk(session, visitor, asked)
    return {
        "around": around(sheet, visitor, *_standing(session, sheet)),
        "audio": audio_data(sheet),
    }


def decide_line(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{do: accept | change | strike | back, line, version, text, field}: what becomes of a line."""
    line_id, version = int(asked["line"]), int(asked["version"])
    talk_id = _talk_of_note(session, _one(session, NoteLine, line_id).note_id)
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
    return _note_only(session, visitor, talk_id)


def add_line(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, field, text, cites}: a line of the counselor's own."""
    note_id = int(asked["note"])
    cites = [int(n) for n in asked.get("cites") or ()]
    talk_notes.add_line(session, visitor, note_id, str(asked["field"]), str(asked["text"]), cites)
    return _note_only(session, visitor, _talk_of_note(session, note_id))


def accept_plain(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note}: every line about which there is no doubt."""
    note_id = int(asked["note"])
    count = talk_notes.accept_plain_lines(session, visitor, note_id)
    answer = _note_only(session, visitor, _talk_of_note(session, note_id))
    return answer | {"say": f"의심할 것이 없는 {count}줄을 그대로 두었습니다."}


def decide_follow_up(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{do: accept | decline | back | finish | again, id, version, on, at, text, announce}: what follows the talk."""
    number, version = int(asked["id"]), int(asked["version"])
    talk_id = _talk_of_note(session, _one(session, FollowUp, number).note_id)
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
    return _note_only(session, visitor, talk_id)


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
    return _note_only(session, visitor, _talk_of_note(session, note_id))


def correct(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{utterance, version, text}: what was really said."""
    number = int(asked["utterance"])
    talk_id = _talk_of_utterance(session, number)
    words_acts.correct_utterance(session, visitor, number, int(asked["version"]), str(asked["text"]))
    return _with_words(session, visitor, talk_id, number)


def say_speaker(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{utterance, version, speaker}: whose one utterance is."""
    number = int(asked["utterance"])
    talk_id = _talk_of_utterance(session, number)
    words_acts.say_speaker(session, visitor, number, int(asked["version"]), str(asked["speaker"]))
    return _with_words(session, visitor, talk_id, number)


def name_voice(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, version, voice, speaker}: whose a voice is; all that it says follows."""
    talk_id = int(asked["talk"])
    words_acts.name_voice(
        session, visitor, talk_id, int(asked["version"]), str(asked["voice"]), str(asked["speaker"])
    )
    return _whole(session, visitor, _own_sight(session, visitor, talk_id), None)


def sign(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, version}: the note as it was seen."""
    note = talk_notes.sign(session, visitor, int(asked["note"]), int(asked["version"]))
    answer = _note_only(session, visitor, note.session_id)
    return answer | {"say": "서명했습니다. 일지를 만들어 신청에 붙이고 기록 시스템에 보냅니다."}


def reopen(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, reason}: a new version, to be signed in place of the one that is."""
    talk_id = int(asked["talk"])
    talk_notes.reopen(session, visitor, talk_id, str(asked.get("reason", "")))
    return _note_only(session, visitor, talk_id)


def discard(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, version}: drop a new version that was begun."""
    note_id = int(asked["note"])
    talk_id = _talk_of_note(session, note_id)
    talk_notes.discard(session, visitor, note_id, int(asked["version"]))
    return _note_only(session, visitor, talk_id)


def draft_anew(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note, version}: have the first draft made anew from what was put right."""
    note_id = int(asked["note"])
    talk_id = _talk_of_note(session, note_id)
    talk_notes.draft_anew(session, visitor, note_id, int(asked["version"]))
    return _note_only(session, visitor, talk_id) | {
        "say": "고친 녹취로 일지를 다시 씁니다. 잠시 뒤에 나타납니다."
    }


def report_again(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{note}: tell the system of record again of a signed note."""
    note_id = int(asked["note"])
    talk_notes.report_again(session, visitor, note_id)
    return _note_only(session, visitor, _talk_of_note(session, note_id)) | {"say": "다시 보내도록 했습니다."}


def reveal(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, reason}: a supervisor says why they look at somebody's talk as it was spoken."""
    talk_id = int(asked["talk"])
    if not may_say_why(visitor):
        require(visitor, Right.SEE_TALKS)
        raise Refused("이 상담의 상담사와, 사유를 적은 관리자만 볼 수 있습니다.")
    reveal_subjects(session, visitor, [subject(talk_id)], str(asked.get("reason", "")))
    session.flush()
    return open_talk(session, visitor, asked)


def withdraw(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, reason}: the person has taken back that they may be recorded."""
    talk_id = int(asked["talk"])
    talk_consent.withdraw_consent(session, visitor, talk_id, str(asked.get("reason", "")))
    session.flush()
    return open_talk(session, visitor, {"talk": talk_id})


def ask_for_beeped(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk}: have the sound made in which personal data are beeped over."""
    found = sight(session, visitor, int(asked["talk"]))
    transcript = transcripts.standing(session, found.talk.id) if found is not None else None
    if found is None or not found.words or transcript is None:
        raise Refused("들을 수 있는 녹음이 없습니다.")
    transcripts.ask_for_beeped(session, transcript, visitor.actor)
    note_access(session, visitor, subject(found.talk.id), "ask_beeped")
    return {"say": "가린 녹음을 만들고 있습니다. 다 되면 여기에서 들을 수 있습니다."}


def _whole(session: Session, visitor: Visitor, found: Sight, note_id: int | None) -> Asked:
    session.flush()
    sheet = talk_sheet(session, found, note_id)
    return {"all": talk_data(sheet, visitor, *_standing(session, sheet))}


def _note_only(session: Session, visitor: Visitor, talk_id: int) -> Asked:
    session.flush()
    sheet = talk_sheet(session, _own_sight(session, visitor, talk_id), with_words=False)
    return {"around": around(sheet, visitor, *_standing(session, sheet))}


def _with_words(session: Session, visitor: Visitor, talk_id: int, utterance_id: int) -> Asked:
    answer = _note_only(session, visitor, talk_id)
    row = _one(session, Utterance, utterance_id)
    session.refresh(row)
    found = _own_sight(session, visitor, talk_id)
    return answer | {"said": [utterance_data(said_of(row, found.whole), found.talk)]}


def _own_sight(session: Session, visitor: Visitor, talk_id: int) -> Sight:
    found = sight(session, visitor, talk_id)
    if found is None:
        raise Refused(NO_TALK)
    session.refresh(found.talk)
    return found


def _standing(session: Session, sheet: TalkSheet) -> tuple[list[str], int | None]:
    """Why the draft cannot be signed, and how much of the proposal was changed."""
    note = sheet.note.row if sheet.note is not None else None
    if note is None:
        return [], None
    hinders = talk_notes.what_hinders(session, note.id) if note.state == NoteState.DRAFT else []
    return hinders, note_edits.edited_of(session, note)


def _one(session: Session, kind: type[Row], number: int) -> Row:
    found = session.get(kind, number)
    if found is None:
        raise Refused("그 사이 없어진 줄입니다. 화면을 다시 열어 주십시오.")
    return found


def _talk_of_note(session: Session, note_id: int) -> int:
    return _one(session, SessionNote, note_id).session_id


def _talk_of_utterance(session: Session, utterance_id: int) -> int:
    query = (
        select(Transcript.session_id)
        .join(Utterance, col(Utterance.transcript_id) == col(Transcript.id))
        .where(Utterance.id == utterance_id)
    )
    found = session.exec(query).first()
    if found is None:
        raise Refused(NO_TALK)
    return found


def _day(given: Any) -> date | None:
    """Raises `Refused` for what is no day."""
    try:
        return date.fromisoformat(str(given)) if given else None
    except ValueError:
        raise Refused("날짜를 다시 적어 주십시오(예: 2026-12-03).", "on") from None


CALLS: dict[str, Callable[[Session, Visitor, Asked], Asked]] = {
    "open": open_talk,
    "look": look_again,
    "line": decide_line,
    "add-line": add_line,
    "plain": accept_plain,
    "follow-up": decide_follow_up,
    "add-follow-up": add_follow_up,
    "correct": correct,
    "speaker": say_speaker,
    "voice": name_voice,
    "sign": sign,
    "reopen": reopen,
    "discard": discard,
    "anew": draft_anew,
    "report": report_again,
    "reveal": reveal,
    "withdraw": withdraw,
    "beeped": ask_for_beeped,
}
