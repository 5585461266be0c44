"""The calls of the screen of a talk: each takes what the browser sent and gives what it shows next."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from dashboard.acts import talk_consent
from dashboard.acts import talk_note_calls as notes
from dashboard.acts import talk_words as words_acts
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access, reveal_subjects
from dashboard.acts.talk_shown import NO_TALK, Asked, sight_of, standing, talk_of_utterance, whole, with_words
from dashboard.acts.talk_sight import look, may_say_why, sight, subject
from dashboard.parts.talk.data import around, audio_data
from dashboard.reads.talk_sheet import talk_sheet
from dashboard.visitor import Visitor
from queues import transcripts


def open_talk(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, note}: a talk with all that one may see of it; `note` asks for an earlier version."""
    found = look(session, visitor, int(asked["talk"]))
    if found is None:
        raise Refused(NO_TALK)
    return whole(session, visitor, found, int(asked["note"]) if asked.get("note") else None)


def look_again(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, note}: the same as it is now, without what was said; all of it once there is more of that."""
    talk_id = int(asked["talk"])
    found = look(session, visitor, talk_id)
    if found is None:
        raise Refused(NO_TALK)
    sheet = talk_sheet(session, found, int(asked["note"]) if asked.get("note") else None, with_words=False)
    if (sheet.transcript.id if sheet.transcript is not None else None) != asked.get("transcript"):
        return open_talk(session, visitor, asked)
    return {
        "around": around(sheet, visitor, *standing(session, sheet)),
        "audio": audio_data(sheet),
    }


def correct(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{utterance, version, text}: what was really said."""
    number = int(asked["utterance"])
    talk_id = talk_of_utterance(session, number)
    words_acts.correct_utterance(session, visitor, number, int(asked["version"]), str(asked["text"]))
    return with_words(session, visitor, talk_id, number)


def say_speaker(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{utterance, version, speaker}: whose one utterance is."""
    number = int(asked["utterance"])
    talk_id = talk_of_utterance(session, number)
    words_acts.say_speaker(session, visitor, number, int(asked["version"]), str(asked["speaker"]))
    return with_words(session, visitor, talk_id, number)


def name_voice(session: Session, visitor: Visitor, asked: Asked) -> Asked:
    """{talk, version, voice, speaker}: whose a voice is; all that it says follows."""
    talk_id = int(asked["talk"])
    words_acts.name_voice(
        session, visitor, talk_id, int(asked["version"]), str(asked["voice"]), str(asked["speaker"])
    )
    return whole(session, visitor, sight_of(session, visitor, talk_id), None)


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


CALLS: dict[str, Callable[[Session, Visitor, Asked], Asked]] = {
    "open": open_talk,
    "look": look_again,
    "line": notes.decide_line,
    "add-line": notes.add_line,
    "plain": notes.accept_plain,
    "follow-up": notes.decide_follow_up,
    "add-follow-up": notes.add_follow_up,
    "correct": correct,
    "speaker": say_speaker,
    "voice": name_voice,
    "sign": notes.sign,
    "reopen": notes.reopen,
    "discard": notes.discard,
    "anew": notes.draft_anew,
    "report": notes.report_again,
    "reveal": reveal,
    "withdraw": withdraw,
    "beeped": ask_for_beeped,
}
