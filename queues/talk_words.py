"""What the counselor puts right in a transcript: words, and whose voice it is. What was heard stays beside it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from queues import audit, note_doubts, transcripts, work
from queues.errors import NotYours, StaleDecision
from queues.models import (
    Account,
    CounselingSession,
    NoteState,
    SessionNote,
    Transcript,
    Utterance,
)
from queues.session_notes import DRAFTING, NotEditable, clear, hold_talk, is_touched, standing
from queues.talk_states import DRAFT, readable
from queues.voices import SPEAKERS, is_channel, is_voice, speaker_of

LONGEST = 4000
"""Characters of an utterance."""


def correct(session: Session, utterance_id: int, version: int, text: str, account: Account) -> Utterance:
    """Say what was really said; nothing, or what was heard, takes a correction back.

    What others see of it is hidden until it has been redacted anew. Raises `NotYours`, `NotEditable`,
    `StaleDecision`, as all here do.
    """
    talk, said = _held(session, utterance_id, account)
    if len(text) > LONGEST:
        raise NotEditable(f"한 발화는 {LONGEST:,}자까지 쓸 수 있습니다.", "text")
    before = said.version
    said = transcripts.put_right(session, utterance_id, version, text, account.id)
    if said.version != before:
        _outdate_draft(session, talk, [said.number], note_doubts.WORDS_CHANGED, account)
    return said


def say_speaker(
    session: Session, utterance_id: int, version: int, speaker: str, account: Account
) -> Utterance:
    """Who said this one utterance, whoever says the others of its voice."""
    talk, said = _held(session, utterance_id, account)
    if speaker not in SPEAKERS and not is_voice(speaker):
        raise NotEditable("누가 말했는지 골라 주십시오.", "speaker")
    if said.version != version:
        if said.version == version + 1 and said.changed_by == account.id and said.speaker == speaker:
            return said
        raise StaleDecision(f"utterance {said.id} has changed since it was shown")
    said.speaker = speaker
    _changed(session, said, account)
    _outdate_draft(session, talk, [said.number], note_doubts.SPEAKER_CHANGED, account)
    actor = f"account:{account.id}"
    audit.record(session, actor, "utterance.speaker", "utterance", said.id, talk=talk.id, speaker=speaker)
    return said


def name_voice(
    session: Session, talk_id: int, version: int, voice: str, speaker: str, account: Account
) -> CounselingSession:
    """Whose a voice ("voice1") or a channel ("0") is; all its utterances follow, and a draft that nobody has touched is
    made anew, since who promised what depends on it."""
    talk = hold_talk(session, talk_id)
    _mine(session, talk, account)
    if speaker not in SPEAKERS:
        raise NotEditable("누구의 목소리인지 골라 주십시오.", "speaker")
    if not is_voice(voice) and not is_channel(voice):
        raise NotEditable("알 수 없는 목소리입니다. 화면을 새로 열어 주십시오.", "voice")
    if talk.version != version:
        if talk.voices.get(voice) == speaker:
            return talk
        raise StaleDecision(f"talk {talk.id} has changed since it was shown")
    numbers = _of_voice(session, talk, voice, speaker)
    talk.voices = {**talk.voices, voice: speaker}
    talk.version += 1
    session.add(talk)
    if is_channel(voice):
        _name_channel(session, talk, int(voice), speaker, account)
    _outdate_draft(session, talk, numbers, note_doubts.SPEAKER_CHANGED, account)
    actor = f"account:{account.id}"
    audit.record(session, actor, "talk.voice", "talk", talk.id, voice=voice, speaker=speaker)
    note = standing(session, talk.id)
    if note is not None and not is_touched(session, note):
        _draft_anew(session, talk, actor)
    return talk


def draft_anew(session: Session, note_id: int, version: int, account: Account) -> SessionNote:
    """Have the draft made anew of the transcript as it was put right; what was decided about its lines is dropped."""
    note = session.get(SessionNote, note_id)
    if note is None:
        raise NotEditable("없는 상담일지입니다.")
    talk = hold_talk(session, note.session_id)
    session.refresh(note)
    _mine(session, talk, account)
    if note.state != NoteState.DRAFT or note.number > 1:
        raise NotEditable("서명하기 전의 첫 초안만 다시 작성할 수 있습니다.")
    if note.version != version:
        raise StaleDecision(f"note {note.id} has changed since it was shown")
    clear(session, note)
    note.flags = [DRAFTING]
    note.version += 1
    talk.version += 1
    session.add_all([note, talk])
    _draft_anew(session, talk, f"account:{account.id}")
    audit.record(session, f"account:{account.id}", "note.anew", "session_note", note.id, talk=talk.id)
    session.flush()
    return note


def _draft_anew(session: Session, talk: CounselingSession, actor: str) -> None:
    work.add(
        session, DRAFT, f"talk:{talk.id}:words:{talk.version}",
        payload={"talk_id": talk.id}, priority=100, actor=actor,
    )  # fmt: skip


def _held(session: Session, utterance_id: int, account: Account) -> tuple[CounselingSession, Utterance]:
    query = (
        select(Transcript.session_id, Transcript.id)
        .join(Utterance, col(Utterance.transcript_id) == col(Transcript.id))
        .where(Utterance.id == utterance_id)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotEditable("없는 발화입니다.")
    talk = hold_talk(session, found[0])
    _mine(session, talk, account)
    last = transcripts.standing(session, talk.id)
    if last is None or last.id != found[1]:
        raise StaleDecision(f"utterance {utterance_id} belongs to a transcript that does not stand any more")
    said = select(Utterance).where(Utterance.id == utterance_id)
    return talk, session.exec(said.execution_options(populate_existing=True)).one()


def _mine(session: Session, talk: CounselingSession, account: Account) -> None:
    if talk.counselor_id != account.id:
        raise NotYours(f"talk {talk.id} is another counselor's")
    if not readable(talk):
        raise NotEditable("녹음 동의가 없는 상담이어서 녹취를 볼 수 없습니다.")
    note = standing(session, talk.id)
    if note is not None and note.state != NoteState.DRAFT:
        raise NotEditable("서명한 상담의 녹취는 바꿀 수 없습니다. 고치려면 새 판을 열어 주십시오.")


def _name_channel(
    session: Session, talk: CounselingSession, channel: int, speaker: str, account: Account
) -> None:
    transcript = transcripts.standing(session, talk.id)
    if transcript is None:
        return
    query = select(Utterance).where(Utterance.transcript_id == transcript.id, Utterance.channel == channel)
    for said in session.exec(query.order_by(col(Utterance.number)).with_for_update()):
        if said.speaker != speaker:
            said.speaker = speaker
            _changed(session, said, account)


def _changed(session: Session, said: Utterance, account: Account) -> None:
    said.changed_by, said.changed_at = account.id, datetime.now(UTC)
    said.version += 1
    session.add(said)
    session.flush()


def _of_voice(session: Session, talk: CounselingSession, voice: str, speaker: str) -> list[int]:
    """The numbers of the utterances of a voice or channel that were somebody else's until now."""
    transcript = transcripts.standing(session, talk.id)
    said = transcripts.utterances(session, transcript.id) if transcript is not None else ()
    mine = (u for u in said if (str(u.channel) if is_channel(voice) else u.speaker) == voice)
    return [u.number for u in mine if speaker_of(u, talk) != speaker]


def _outdate_draft(
    session: Session, talk: CounselingSession, numbers: list[int], flag: str, account: Account
) -> None:
    """Lines rest on what was said: who signs has to have seen it as it is now."""
    note = standing(session, talk.id)
    if note is not None and note.state == NoteState.DRAFT:
        note_doubts.doubt(session, note, numbers, flag, f"account:{account.id}")
        note.version += 1
        session.add(note)
        session.flush()
