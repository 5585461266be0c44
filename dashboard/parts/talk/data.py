"""What the screen of a talk is given: a talk as JSON, with words for every code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from dashboard.acts.rights import Right, may
from dashboard.acts.talk_sight import may_say_why
from dashboard.parts import talk_words
from dashboard.parts.korean import SINK_STATES, Label
from dashboard.parts.times import day, full, length, now, short
from dashboard.reads.talk_sheet import Line, NoteShown, Said, TalkSheet, ToDo, Version
from dashboard.visitor import Visitor
from queues import masking, voices
from queues.models import (
    CounselingSession,
    FollowUpState,
    LineFate,
    NoteLine,
    NoteState,
    RecordingConsent,
    SessionNote,
    SinkState,
    TalkState,
    Utterance,
)
from queues.note_doubts import SPEAKER_CHANGED, WORDS_CHANGED
from stt.note.draft import TITLES, NoteField

LOW = 0.5
"""A word that was heard with less confidence is marked."""
DEMO, DRAFTING = "demo_model", "drafting"
_BY_MACHINE = {"extract": "말한 내용에서 뽑음", "": ""}

_TAKEN_UP = (FollowUpState.ACCEPTED.value, FollowUpState.DONE.value)

Given = dict[str, Any]


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
        "note": _note(sheet.note, sheet, hinders, edited) if sheet.note is not None else None,
        "versions": [_version(sheet, v) for v in sheet.versions if _may_see(sheet, v.row)],
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
        "state": _chip(state),
        "code": talk.state,
        "progress": talk.progress,
        "why": talk_words.why(talk.reason) if talk.reason else "",
        "consent": _chip(talk_words.CONSENTS[talk.consent])
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


def _note(shown: NoteShown, sheet: TalkSheet, hinders: Sequence[str], edited: int | None) -> Given:
    note, whole = shown.row, sheet.sight.whole
    lines = [
        line_data(line, whole=whole) for line in shown.lines if whole or line.row.fate != LineFate.STRUCK
    ]
    left = [line for line in lines if line["fate"] == LineFate.PROPOSED]
    return {
        "id": note.id,
        "v": note.version,
        "number": note.number,
        "state": note.state,
        "label": _chip(talk_words.NOTE_STATES[note.state]),
        "by": _BY_MACHINE.get(note.drafted_by, f"모델 {note.drafted_by}"),
        "flags": [talk_words.flag(f) for f in note.flags if f not in (DEMO, DRAFTING)],
        "why": shown.why,
        "fields": [
            {"field": f.value, "title": TITLES[f], "lines": [line for line in lines if line["field"] == f]}
            for f in NoteField
        ],
        "anew": note.state == NoteState.DRAFT and DRAFTING in note.flags,
        "outdated": note.number == 1 and any(_is_outdated(line.row) for line in shown.lines),
        "left": len(left),
        "doubtful": sum(bool(line["flags"]) for line in left),
        "plain": sum(not line["flags"] for line in left),
        "hinders": list(hinders),
        "edited": edited if sheet.sight.own else None,
        "to_do": [follow_up_data(t) for t in shown.to_do if whole or t.row.state in _TAKEN_UP],
        "signed": f"{sheet_signer(sheet, note)} {full(note.signed_at)[:-3]}" if note.signed_at else "",
        "sink": _chip(SINK_STATES[SinkState(note.sink_state)]) if note.signed_at else None,
        "sink_ref": note.sink_ref,
        "sent_soon": note.sink_state in (SinkState.PENDING, SinkState.SENT) and _is_fresh(note),
        "may_report": note.state == NoteState.SIGNED and note.sink_state == SinkState.FAILED,
        "papers": {"pdf": bool(note.pdf_sha256), "docx": bool(note.docx_sha256)},
    }


def _is_fresh(note: SessionNote) -> bool:
    """Signed so lately that what follows is worth waiting for."""
    return note.signed_at is not None and now() - note.signed_at < timedelta(minutes=2)


def sheet_signer(sheet: TalkSheet, note: SessionNote) -> str:
    return next((v.signer for v in sheet.versions if v.row.id == note.id), "")


def _is_outdated(row: NoteLine) -> bool:
    """Whether what it rests on was put right since."""
    return bool({WORDS_CHANGED, SPEAKER_CHANGED} & set(row.flags))


def line_data(line: Line, *, whole: bool) -> Given:
    """A line; how it came about only for whom the talk is open as a whole."""
    row = line.row
    label = talk_words.FATES[row.fate]
    return {
        "id": row.id,
        "v": row.version,
        "field": row.field,
        "text": line.text,
        "proposed": line.proposed if whole else "",
        "cites": row.cites,
        "flags": [talk_words.flag(f) for f in row.flags] if whole else [],
        "origin": talk_words.ORIGINS.get(row.origin, row.origin),
        "absent": row.origin == "absent",
        "fate": row.fate,
        "label": _chip(label) if whole else None,
    }


def follow_up_data(todo: ToDo) -> Given:
    row = todo.row
    return {
        "id": row.id,
        "v": row.version,
        "kind": row.kind,
        "what": talk_words.FOLLOW_UPS[row.kind],
        "who": row.who,
        "whose": talk_words.WHOSE.get(row.who, row.who),
        "on": row.on.isoformat() if row.on else "",
        "day": day(row.on),
        "at": row.at,
        "text": todo.text,
        "cites": row.cites,
        "flags": [talk_words.flag(f) for f in row.flags],
        "state": row.state,
        "open": row.state == FollowUpState.PROPOSED,
        "label": _chip(talk_words.FOLLOW_UP_STATES[row.state]),
    }


def _version(sheet: TalkSheet, version: Version) -> Given:
    note = version.row
    return {
        "id": note.id,
        "number": note.number,
        "label": _chip(talk_words.NOTE_STATES[note.state]),
        "signed": f"{version.signer} {full(note.signed_at)[:-3]}" if note.signed_at else "",
        "edited": note.edited if sheet.sight.own else None,
        "why": version.why,
    }


def _may_see(sheet: TalkSheet, note: SessionNote) -> bool:
    return sheet.sight.whole or note.state != NoteState.DRAFT


def _is_hidden(row: Utterance, start: float, end: float) -> bool:
    """Whether a word lies where personal data were taken out."""
    return any((h.get("start") or 0) < end and start < (h.get("end") or 0) for h in row.hidden)


def _places(said: Said) -> list[list[int]]:
    """Where in the text personal data stand that others do not see: of a text whose words have no times."""
    if said.words or said.row.redacted_enc is None or not said.whole:
        return []
    spans = sorted((int(h.get("from") or 0), int(h.get("to") or 0)) for h in said.row.hidden)
    return [[a, b] for a, b in spans if 0 <= a < b <= len(said.text)]


def _chip(label: Label) -> Given:
    return {"text": label.text, "tone": label.tone}
