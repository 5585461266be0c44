"""What stands around listening: waiting for a model, alarms, the doctor, signed talks as pairs to train on."""

from __future__ import annotations

import json
import stat
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from bots.counseling.recheck import recheck
from bots.counseling.training_pairs import NotEmpty, export
from bots.doctor import listening
from config.settings import settings
from queues import files, talks, talks_held_up, transcripts
from queues.models import (
    AccessLog,
    CounselingSession,
    LineFate,
    NoteLine,
    NoteState,
    ReviewState,
    ReviewTask,
    SessionNote,
    WorkItem,
    WorkState,
)
from tests.bots.counseling import talk_world as world
from tests.conftest import environment
from tests.stt.weights import random_whisper

SAID = ((0, "안녕하세요, 고용센터입니다."), (1, "실업급여를 신청하려고 합니다."))
VTT = "WEBVTT\n\n00:00.400 --> 00:02.200\n<v 상담사>안녕하세요.\n\n00:02.800 --> 00:05.000\n<v 고객>실업 급여 신청이요.\n"


def _talk(session: Session, vtt: str = "") -> CounselingSession:
    counselor = world.account(session)
    content = world.talk_wav(*SAID) + b"junk\x10\0\0\0" + uuid4().bytes
    received = talks.receive(
        session,
        talks.Arrived(
            source="upload",
            reference=uuid4().hex,
            sha256=files.put(content),
            size=len(content),
            name="a.wav",
            held_at=datetime(2026, 11, 20, 5, 0, tzinfo=UTC),
            counselor_id=counselor.id,
            person_id=world.person(session).id,
            consent="given",
            transcript_sha256=files.put(vtt.encode()) if vtt else "",
            transcript_format="vtt" if vtt else "",
        ),
        "bot:test",
    )
    session.commit()
    return received.talk


def test_what_waits_for_a_model_is_heard_when_there_is_one(session: Session, tmp_path: Path) -> None:
    talk = _talk(session)
    world.work_off(but=("counseling.listen",))
    item = session.exec(
        select(WorkItem).where(WorkItem.reference == f"talk:{talk.id}", WorkItem.bot == "counseling.listen")
    ).one()
    item.state, item.error_code = WorkState.REVIEW, "stt_no_model"
    asked = ReviewTask(kind="business_error", subject=f"item:{item.id}", item_id=item.id)
    session.add_all([item, asked])
    session.commit()
    assert "talks_no_model" in {a.code for a in talks_held_up.talks_held_up(session, None)}
    session.commit()
    model = tmp_path / "tiny.pt"
    with environment(BACKOFFICE_STT_MODEL=str(model)):
        assert recheck() == 0
        random_whisper(model, n_text_ctx=12)
        assert recheck() == 1
        assert recheck() == 0, "once"
    session.expire_all()
    assert session.get_one(ReviewTask, asked.id).state == ReviewState.CANCELLED
    again = session.exec(select(WorkItem).where(WorkItem.id == item.retried_as)).one()
    assert (again.bot, again.state, again.attempt) == ("counseling.listen", "queued", 2)
    assert "talks_no_model" not in {a.code for a in talks_held_up.talks_held_up(session, None)}


def test_talks_at_which_nobody_is_and_old_drafts_are_told(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = _talk(session, VTT)
    world.work_off(but=("counseling.draft",))
    found = {a.code for a in talks_held_up.talks_held_up(session, None)}
    assert not found & {"talks_standing", "notes_unsigned"}
    monkeypatch.setattr(talks_held_up, "STANDING_FOR", timedelta(0))
    monkeypatch.setattr(talks_held_up, "UNSIGNED_FOR", timedelta(0))
    assert "talks_standing" not in {a.code for a in talks_held_up.talks_held_up(session, None)}, (
        "it is queued"
    )
    session.commit()
    item = session.exec(
        select(WorkItem).where(WorkItem.reference == f"talk:{talk.id}", WorkItem.bot == "counseling.draft")
    ).one()
    item.state, item.ended_at = WorkState.CANCELLED, datetime.now(UTC)
    session.add(item)
    session.commit()
    assert "talks_standing" in {a.code for a in talks_held_up.talks_held_up(session, None)}
    item.state = WorkState.QUEUED
    session.add(item)
    session.commit()
    world.work_off()
    assert {a.code for a in talks_held_up.talks_held_up(session, None)} >= {"notes_unsigned"}


def test_the_doctor_says_what_is_missing(tmp_path: Path) -> None:
    def found() -> dict[str, tuple[str, str]]:
        return {c.name: (c.state, c.remedy) for c in listening.checks(settings())}

    with environment(BACKOFFICE_STT_MODEL="", BACKOFFICE_RECORDER_DIRS=json.dumps([str(tmp_path / "gone")])):
        told = found()
        assert told["speech model"][0] == "advice" and "BACKOFFICE_STT_MODEL" in told["speech model"][1]
        assert told[f"recorder {tmp_path / 'gone'}"][0] == "missing"
        assert told["recorders"][0] == "ok"
    with environment(BACKOFFICE_STT_MODEL="large-v3-turbo", BACKOFFICE_NOTE_MODEL=str(tmp_path)):
        told = found()
        assert told["speech model"] == ("missing", "./backoffice stt models --fetch large-v3-turbo")
        assert told["note model"][0] == "missing"


def test_signed_talks_that_were_put_right_become_pairs(session: Session, tmp_path: Path) -> None:
    talk, other = _talk(session, VTT), _talk(session, VTT)
    world.work_off()
    for each in (talk, other):
        row = transcripts.standing(session, each.id)
        assert row is not None
        if each is talk:
            spoken = transcripts.utterances(session, row.id)[1]
            transcripts.put_right(session, spoken.id, spoken.version, "실업급여를 신청하려고 합니다.", 1)
        _sign(session, each)
    world.work_off()
    folder = tmp_path / "pairs"
    done = export(folder, "인식 모델 학습")
    assert (done.talks, done.windows) == (1, 2), "nobody has read along in the other"
    lines = [json.loads(line) for line in (folder / "pairs.jsonl").read_text("utf-8").splitlines()]
    assert [line["text"] for line in lines] == ["안녕하세요.", "실업급여를 신청하려고 합니다."]
    assert {line["talk"] for line in lines} == {str(talk.id)}
    with wave.open(str(folder / lines[1]["audio"])) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (16_000, 1)
        assert 2.3 < sound.getnframes() / 16_000 < 2.7
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "pairs.jsonl").stat().st_mode) == 0o600
    logged = session.exec(select(AccessLog).where(AccessLog.subject == f"talk:{talk.id}")).one()
    assert (logged.action, logged.reason) == ("download", "인식 모델 학습")
    with pytest.raises(NotEmpty):
        export(folder, "다시")
    talks.withdraw_consent(session, talk.id, 1, "account:1")
    session.commit()
    assert export(tmp_path / "later", "다시").windows == 0, "who takes the consent back is not learned from"


def _sign(session: Session, talk: CounselingSession) -> None:
    note = session.exec(select(SessionNote).where(SessionNote.session_id == talk.id)).one()
    for line in session.exec(select(NoteLine).where(col(NoteLine.note_id) == note.id)):
        line.fate = LineFate.ACCEPTED
        session.add(line)
    session.flush()
    note.state, note.signed_by, note.signed_at = NoteState.SIGNED, talk.counselor_id, datetime.now(UTC)
    note.content_sha256 = "0" * 64
    session.add(note)
    session.commit()
