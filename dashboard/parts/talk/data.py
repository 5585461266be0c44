"""What the screen of a talk is given: a talk as JSON, with words for every code."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.acts.rights import Right, may
from dashboard.acts.talk_sight import may_say_why
from dashboard.parts import talk_words
from dashboard.parts.talk.note_data import DEMO, Given, chip_data, may_see, note_data, version_data
from dashboard.parts.times import full, length, short
from dashboard.reads.talk_sheet import Said, TalkSheet
from dashboard.visitor import Visitor
from queues import masking, voices
from queues.models import (
    CounselingSession,
    NoteState,
    RecordingConsent,
    TalkState,
    Utterance,
)

LOW = 0.5
"""A word that was heard with less confidence is marked."""


def talk_data(sheet: TalkSheet, visitor: Visitor, hinders: Sequence[str], edited: int | None) -> Given:
    """Everything. `hinders`: why the draft cannot be signed yet; `edited`: ‰ of the proposal, as it stands."""
    return around(sheet, visitor, hinders, edited) | {
        "audio": audio_data(sheet),
        "transcript": _transcript(sheet),
        "said": [utterance_data(said, sheet.talk) for said in sheet.said],
        "voices": _voices(sheet.said, sheet.talk),
    }


def around(sheet: TalkSheet, visitor: Visitor, hinders: Sequence[str], edited: int | None) -> Given:
    """All but what was said: what changes with every decision about the note."""
    return {
        "talk": _talk(sheet, visitor),
        "note": note_data(sheet.note, sheet, hinders, edited) if sheet.note is not None else None,
        "versions": [version_data(sheet, v) for v in sheet.versions if may_see(sheet, v.row)],
    }


def utterance_data(said: Said, talk: CounselingSession) -> Given:
    """One utterance: words as [text, start, is doubtful, is personal]."""
    row = said.row
    speaker = voices.speaker_of(row, talk)
    return {
        "n": row.number,
        "id": row.id,
        "v": row.version,
        "start": row.start_ms / 1000,
        "end": row.end_ms / 1000,
        "at": talk_words.clock(row.start_ms / 1000),
        "voice": voice_of(row, talk),
        "speaker": speaker,
        "who": talk_words.speaker(speaker),
        "text": said.text,
        "heard": said.heard,
        "words": [
            [w.text, round(w.start, 2), w.confidence < LOW, _is_hidden(row, w.start, w.end)]
            for w in said.words
        ],
        "personal": _places(said),
        "low": row.confidence < LOW and row.right_enc is None,
        "flags": [talk_words.flag(f) for f in row.flags] if row.right_enc is None else [],
        "right": row.right_enc is not None,
    }


def voice_of(row: Utterance, talk: CounselingSession) -> str:
    """What is named at once: a voice that was told apart, else the channel."""
    return row.speaker if row.speaker.startswith("voice") else str(row.channel)


def audio_data(sheet: TalkSheet) -> Given:
    """Where the sound is, or why there is none."""
    transcript, recording = sheet.transcript, sheet.recording
    if sheet.talk.consent != RecordingConsent.GIVEN:
        unknown = sheet.talk.consent == RecordingConsent.UNKNOWN
        return {
            "src": "",
            "none": "녹음 동의가 확인되지 않아 열지 않습니다."
            if unknown
            else "녹음에 동의하지 않아 열 수 없습니다.",
        }
    if not sheet.sight.words:
        return {"src": "", "none": ""}
    if recording is None:
        return {"src": "", "none": "녹음 파일이 없습니다."}
    told: Given = {"none": "", "seconds": recording.duration_ms / 1000, "channels": recording.channels}
    if sheet.sight.whole:
        return told | {"src": f"/talk/{sheet.talk.id}/sound/{recording.id}"}
    if transcript is not None and transcript.beeped_sha256:
        return told | {"src": f"/talk/{sheet.talk.id}/beeped/{transcript.id}"}
    return {"src": "", "none": "개인정보를 가린 녹음이 아직 없습니다.", "ask": transcript is not None}


def _talk(sheet: TalkSheet, visitor: Visitor) -> Given:
    talk, state = sheet.talk, talk_words.talk_state(sheet.talk.state)
    person = sheet.person
    return {
        "id": talk.id,
        "v": talk.version,
        "held": full(talk.held_at)[:-3],
        "way": talk_words.way(talk.way),
        "length": length(sheet.recording.duration_ms / 1000) if sheet.recording else "",
        "person": person.name if person and sheet.sight.own else masking.name(person.name) if person else "",
        "person_id": person.id if person else None,
        "case": sheet.application.receipt_no if sheet.application else "",
        "counselor": sheet.counselor,
        "state": chip_data(state),
        "code": talk.state,
        "progress": talk.progress,
        "why": talk_words.why(talk.reason) if talk.reason else "",
        "consent": chip_data(talk_words.CONSENTS[talk.consent])
        | {
            "how": talk_words.CONSENT_HOW.get(talk.consent_how, talk.consent_how),
            "at": short(talk.consent_at),
        },
        "own": sheet.sight.own,
        "whole": sheet.sight.whole,
        "words": sheet.sight.words,
        "may_say_why": not sheet.sight.whole and sheet.sight.words and may_say_why(visitor),
        "may_edit": sheet.sight.own and sheet.sight.whole and may(visitor, Right.SIGN_NOTES),
        "waiting": talk.state in (TalkState.READY, TalkState.LISTENING, TalkState.HEARD),
        "hidden_draft": not sheet.sight.whole and any(v.row.state == NoteState.DRAFT for v in sheet.versions),
        "tasks": [{"id": t.id, "reason": talk_words.why(t.reason)} for t in sheet.tasks],
    }


def _transcript(sheet: TalkSheet) -> Given | None:
    made = sheet.transcript
    if made is None:
        return None
    delivered = made.source == "delivered"
    return {
        "id": made.id,
        "source": "녹취기가 보낸 녹취" if delivered else "음성 인식",
        "engine": " · ".join(w for w in (made.engine, made.model) if w),
        "delivered": delivered,
        "flags": [talk_words.flag(f) for f in made.flags if f != DEMO],
        "demo": talk_words.flag(DEMO) if DEMO in made.flags else "",
        "corrected": sum(s.row.right_enc is not None for s in sheet.said),
    }


def _voices(said: Sequence[Said], talk: CounselingSession) -> list[Given]:
    """Each voice with how long it speaks and a place where it is well heard."""
    found: dict[str, list[Utterance]] = {}
    for one in said:
        found.setdefault(voice_of(one.row, talk), []).append(one.row)
    return [
        {
            "voice": voice,
            "name": talk_words.speaker(voice) if voice.startswith("voice") else f"채널 {int(voice) + 1}",
            "speakers": sorted({voices.speaker_of(r, talk) for r in rows}),
            "count": len(rows),
            "seconds": round(sum(r.end_ms - r.start_ms for r in rows) / 1000),
            "sample": max(rows, key=lambda r: min(r.end_ms - r.start_ms, 8000) * r.confidence).number,
        }
        for voice, rows in sorted(found.items())
    ]


def _is_hidden(row: Utterance, start: float, end: float) -> bool:
    """Whether a word lies where personal data were taken out."""
    return any((h.get("start") or 0) < end and start < (h.get("end") or 0) for h in row.hidden)


def _places(said: Said) -> list[list[int]]:
    """Where in the text personal data stand that others do not see: of a text whose words have no times."""
    if said.words or said.row.redacted_enc is None or not said.whole:
        return []
    spans = sorted((int(h.get("from") or 0), int(h.get("to") or 0)) for h in said.row.hidden)
    return [[a, b] for a, b in spans if 0 <= a < b <= len(said.text)]
