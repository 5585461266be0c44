"""Listening: window by window, gone on with after a death, stopped when the consent goes; what cannot be heard."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from bots.counseling import beeped
from bots.counseling import draft as drafting
from bots.counseling.listen import listen
from config import review_reasons
from queues import files, session_notes, talk_words, talks, transcripts
from queues.errors import BusinessError
from queues.models import (
    Account,
    NoteLine,
    Recording,
    SessionNote,
    SpeechWindow,
    Transcript,
    Utterance,
    WorkItem,
    WorkState,
)
from stt.errors import ADVICE
from tests.bots.counseling import talk_world as world
from tests.conftest import environment
from tests.stt.weights import random_whisper

SAID = (
    (0, "안녕하세요, 고용센터입니다."),
    (1, "실업급여를 신청하려고 합니다."),
    (0, "다음 주 화요일 두 시에 오십시오."),
)
VTT = """WEBVTT

00:00.400 --> 00:02.000
<v 상담사>안녕하세요, 고용센터입니다.

00:02.500 --> 00:05.000
<v 고객>제 주민번호는 팔팔공일공일 다시 이공일이삼사오입니다.

00:05.500 --> 00:07.000
<v 상담사>다음 주 화요일 두 시에 오십시오.
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights: what is heard with them is nothing, how it is heard is the way of the real ones."""
    path = random_whisper(tmp_path_factory.mktemp("model") / "random.pt", n_text_ctx=12)
    path.with_suffix(".json").write_text(
        json.dumps({"prompt": False, "languages": ["ko"], "longest_window": 5.0, "pause": 0.6})
    )
    return path


@pytest.fixture
def with_model(model: Path) -> Iterator[None]:
    with environment(BACKOFFICE_STT_MODEL=str(model)):
        yield


@pytest.fixture
def counselor(session: Session) -> Account:
    made = world.account(session)
    session.commit()
    return made


def _ready(
    session: Session, counselor: Account, content: bytes, *, name: str = "a.wav", vtt: str = ""
) -> int:
    """A talk that may be listened to; its bytes are like nobody else's."""
    if content.startswith(b"RIFF"):
        content += b"junk\x10\0\0\0" + uuid4().bytes
    received = talks.receive(
        session,
        talks.Arrived(
            source="upload",
            reference=uuid4().hex,
            sha256=files.put(content),
            size=len(content),
            name=name,
            held_at=datetime(2026, 11, 20, 5, 0, tzinfo=UTC),
            counselor_id=counselor.id,
            person_id=world.person(session).id,
            consent="given",
            consent_how="form",
            transcript_sha256=files.put(vtt.encode()) if vtt else "",
            transcript_format="vtt" if vtt else "",
        ),
        f"account:{counselor.id}",
    )
    session.commit()
    world.work_off(but=("counseling.listen", "counseling.read_transcript"))
    assert world.talk(session, received.talk.id).state == "ready"
    return received.talk.id


def _windows(session: Session, talk_id: int) -> list[tuple[int, int]]:
    query = select(SpeechWindow).join(Recording).where(Recording.session_id == talk_id)
    return [(w.channel, w.number) for w in session.exec(query.order_by(col(SpeechWindow.id)))]


@pytest.mark.usefixtures("with_model")
def test_a_recording_becomes_a_transcript_and_a_draft(session: Session, counselor: Account) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID))
    assert world.work_off() == ["counseling.listen", "counseling.draft"]
    talk = world.talk(session, talk_id)
    assert (talk.state, talk.progress) == ("drafted", 1000)
    assert sorted(_windows(session, talk_id)) == [(0, 0), (0, 1), (1, 0)]
    row = transcripts.standing(session, talk_id)
    assert row is not None and (row.source, row.engine, row.number) == ("recognised", "whisper", 1)
    recording = session.exec(select(Recording).where(Recording.session_id == talk_id)).one()
    assert (recording.channels, recording.codec) == (2, "pcm_s16le")
    assert talk.ended_at is not None and recording.duration_ms > 5000
    assert abs((talk.ended_at - talk.held_at).total_seconds() * 1000 - recording.duration_ms) < 2
    assert session.exec(select(SessionNote).where(SessionNote.session_id == talk_id)).one().state == "draft"
    assert listen(talk_id) == {}, "it is heard once"


@pytest.mark.usefixtures("with_model")
def test_who_was_killed_goes_on_at_the_next_window(session: Session, counselor: Account) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID))
    shown: list[tuple[int, int]] = []

    class Killed(BaseException):
        pass

    def die(done: int, total: int) -> None:
        shown.append((done, total))
        raise Killed

    for _ in range(2):
        with pytest.raises(Killed):
            listen(talk_id, die)
    assert shown == [(1, 3), (1, 3)], "what was heard is not heard again"
    assert len(_windows(session, talk_id)) == 1
    assert world.talk(session, talk_id).progress == 333
    assert listen(talk_id) == {"heard": 1}
    assert len(_windows(session, talk_id)) == 3
    assert len(session.exec(select(Transcript).where(Transcript.session_id == talk_id)).all()) == 1


@pytest.mark.usefixtures("with_model")
def test_listening_stops_when_the_consent_is_taken_back(session: Session, counselor: Account) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID))

    def withdraw(done: int, total: int) -> None:
        del done, total
        talks.withdraw_consent(session, talk_id, counselor.id, f"account:{counselor.id}")
        session.commit()

    assert listen(talk_id, withdraw) == {}
    assert len(_windows(session, talk_id)) == 1, "not one more"
    talk = world.talk(session, talk_id)
    assert (talk.state, talk.consent, transcripts.standing(session, talk_id)) == ("closed", "withdrawn", None)


def test_a_missing_model_is_named_and_the_rest_goes_on(session: Session, counselor: Account) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID))
    delivered = _ready(session, counselor, world.talk_wav(*SAID), vtt=VTT)
    with environment(BACKOFFICE_STT_MODEL=""), pytest.raises(BusinessError, match="BACKOFFICE_STT_MODEL"):
        listen(talk_id)
    with environment(BACKOFFICE_STT_MODEL="large-v3-turbo"):
        with pytest.raises(BusinessError) as raised:
            listen(talk_id)
        assert raised.value.code == "stt_no_model"
        assert "large-v3-turbo.pt" in raised.value.text and "./backoffice stt" in raised.value.text
        world.work_off()
    assert world.talk(session, talk_id).state == "ready", "it waits as it is"
    assert world.talk(session, delivered).state == "drafted"


@pytest.mark.usefixtures("with_model")
@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b"no sound at all" * 99, "not_audio")])
def test_what_cannot_be_heard_is_kept_and_asked_about(
    session: Session, counselor: Account, content: bytes, code: str
) -> None:
    talk_id = _ready(session, counselor, content)
    world.work_off()
    talk = world.talk(session, talk_id)
    task = world.questions(talk_id)["counseling_recording"]
    assert (talk.state, talk.reason, task.reason) == ("failed", f"recording_{code}", f"recording_{code}")
    world.decide(task, counselor, action="again")
    world.work_off()
    assert world.talk(session, talk_id).state == "failed"
    world.decide(world.questions(talk_id)["counseling_recording"], counselor, action="close")
    world.work_off()
    talk = world.talk(session, talk_id)
    assert (talk.state, talk.reason, world.questions(talk_id)) == ("closed", "no_recording", {})


def test_every_reason_why_a_file_cannot_be_heard_has_words() -> None:
    for code in ADVICE:
        assert review_reasons.title(f"recording_{code}"), code
        assert review_reasons.question(f"recording_{code}") != review_reasons.question("doubtful"), code


@pytest.mark.usefixtures("with_model")
def test_a_video_is_asked_about_and_noise_is_said_to_be_none(
    session: Session, counselor: Account, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    made = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=0.4:s=64x64:r=5", str(film)]
    subprocess.run(made, check=True, timeout=20)
    seen = _ready(session, counselor, film.read_bytes(), name="film.mp4")
    noise = _ready(session, counselor, world.wav(seconds=3.0))
    world.work_off()
    assert world.questions(seen)["counseling_recording"].reason in ("recording_video", "recording_no_sound")
    row = transcripts.standing(session, noise)
    assert row is not None and "nothing_said" in row.flags
    assert transcripts.utterances(session, row.id) == []
    note = session.exec(select(SessionNote).where(SessionNote.session_id == noise)).one()
    assert "nothing_said" in note.flags


def test_a_delivered_transcript_is_read_and_personal_data_taken_out(
    session: Session, counselor: Account
) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID), vtt=VTT)
    assert world.work_off() == ["counseling.read_transcript", "counseling.draft"]
    row = transcripts.standing(session, talk_id)
    assert row is not None and row.source == "delivered"
    said = transcripts.utterances(session, row.id)
    assert [u.speaker for u in said] == ["counselor", "person", "counselor"]
    assert "팔팔공일공일" in transcripts.text(said[1])
    assert "[주민등록번호]" in (transcripts.redacted(said[1]) or "")
    assert said[1].hidden and said[1].hidden[0]["kind"]
    lines = session.exec(select(NoteLine).join(SessionNote).where(SessionNote.session_id == talk_id)).all()
    from queues.crypto import open_

    told = " ".join(open_(line.text_enc) for line in lines if line.text_enc)
    assert "화요일" in told and "팔팔" not in told and "이공일" not in told


def test_a_transcript_that_nobody_can_read_is_heard_instead(session: Session, counselor: Account) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID), vtt="\0\1not a transcript")
    assert world.work_off(but=("counseling.listen",)) == ["counseling.read_transcript"]
    query = select(WorkItem.bot).where(
        WorkItem.reference == f"talk:{talk_id}", WorkItem.state == WorkState.QUEUED
    )
    assert session.exec(query).all() == ["counseling.listen"]
    assert world.talk(session, talk_id).reason == "transcript_unreadable"


def test_a_transcript_of_another_talk_is_flagged_and_one_without_audio_is_read(
    session: Session, counselor: Account
) -> None:
    later = (
        VTT.replace("00:00", "00:40")
        .replace("00:02", "00:42")
        .replace("00:05", "00:45")
        .replace("00:07", "00:47")
    )
    other = _ready(session, counselor, world.talk_wav(*SAID), vtt=later)
    silent = _ready(session, counselor, b"", vtt=VTT)
    world.work_off(but=("counseling.draft",))
    found = {talk_id: transcripts.standing(session, talk_id) for talk_id in (other, silent)}
    assert "times_do_not_fit" in found[other].flags  # type: ignore[union-attr]
    assert "audio_unreadable" in found[silent].flags  # type: ignore[union-attr]
    assert len(transcripts.utterances(session, found[silent].id)) == 3  # type: ignore[union-attr]
    recording = session.exec(select(Recording).where(Recording.session_id == silent)).one()
    assert recording.problem == "empty"


def test_words_put_right_are_gone_through_again_and_beeped(session: Session, counselor: Account) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID), vtt=VTT)
    world.work_off()
    row = transcripts.standing(session, talk_id)
    assert row is not None
    first = transcripts.utterances(session, row.id)[0]
    right = "안녕하세요, 제 번호는 공일공 일이삼사 오육칠팔입니다."
    transcripts.put_right(session, first.id, first.version, right, counselor.id)
    session.commit()
    assert transcripts.redacted(first) is None, "nobody else sees it before it was gone through"
    assert world.work_off() == ["counseling.redact"]
    session.expire_all()
    first = transcripts.utterances(session, row.id)[0]
    assert transcripts.text(first) == right
    assert "일이삼사" not in (transcripts.redacted(first) or "일이삼사")

    transcripts.ask_for_beeped(session, row, "account:1")
    session.commit()
    assert world.work_off() == ["counseling.beep"]
    session.expire_all()
    assert files.read(session.get_one(Transcript, row.id).beeped_sha256)[:3] in (
        b"ID3",
        b"\xff\xfb\x90",
        b"\xff\xf3\x84",
    )
    first = transcripts.utterances(session, row.id)[0]
    transcripts.put_right(session, first.id, first.version, "", counselor.id)
    session.commit()
    session.expire_all()
    assert session.get_one(Transcript, row.id).beeped_sha256 == "", "what was beeped is out of date"


def test_a_draft_of_words_that_were_put_right_meanwhile_is_made_anew(
    session: Session, counselor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID), vtt=VTT)
    world.work_off(but=("counseling.draft",))
    right = "훈련비는 이십만 원까지 지원됩니다."

    def while_drafting(told: Any, meeting: Any, writer: Any, first: Any = drafting._draft) -> Any:
        monkeypatch.setattr(drafting, "_draft", first)
        row = transcripts.standing(session, talk_id)
        assert row is not None
        said = transcripts.utterances(session, row.id)[0]
        talk_words.correct(session, said.id, said.version, right, counselor)
        session.commit()
        return first(told, meeting, writer)

    monkeypatch.setattr(drafting, "_draft", while_drafting)
    assert drafting.draft_note(talk_id) == {"again": 1}
    session.expire_all()
    assert session_notes.standing(session, talk_id) is None
    world.work_off()
    session.expire_all()
    note = session_notes.standing(session, talk_id)
    assert note is not None
    assert any("이십만" in session_notes.text_of(line) for line in session_notes.lines_of(session, note.id))


def test_times_that_do_not_fit_are_no_places_to_beep_at(session: Session, counselor: Account) -> None:
    talk_id = _ready(session, counselor, world.talk_wav(*SAID), vtt=VTT.replace("00:05", "09:05"))
    world.work_off()
    row = transcripts.standing(session, talk_id)
    assert row is not None and "times_do_not_fit" in row.flags
    with pytest.raises(BusinessError):
        beeped.beep_over(row.id)


def test_what_was_heard_badly_is_beeped_over_as_a_whole() -> None:
    badly = Utterance(number=1, start_ms=1000, end_ms=4000, confidence=0.4, flags=["low_confidence"])
    well = Utterance(number=2, start_ms=5000, end_ms=6000, confidence=0.9)
    told = Utterance(number=3, start_ms=7000, end_ms=8000, confidence=0.9)
    told.hidden = [{"kind": "phone", "start": 7.2, "end": 7.6, "from": 0, "to": 3}]
    assert list(beeped._spans([badly, well, told], "recognised")) == [(1.0, 4.0), (7.2, 7.6)]
    assert list(beeped._spans([well, told], "delivered")) == [(6.2, 8.6)]
