"""One file, all the way: by windows, with a transcript beside it, and the command that writes its note."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bots.commands.stt import app
from config.settings import settings
from stt.audio.hearing import hearing
from stt.delivered import read
from stt.delivered.fitting import fitted
from stt.engines.engine import SAMPLE_RATE
from stt.engines.heard_json import heard_from_json, heard_to_json
from stt.engines.models import WHISPER, find
from stt.engines.problems import EngineError
from stt.engines.whisper import WhisperEngine
from stt.transcribe import hear_window, join, opened, run_digest, transcribe
from tests.stt.sounds import write_wav
from tests.stt.weights import random_whisper

VTT = """WEBVTT

00:00.300 --> 00:03.000
상담사: 안녕하세요 고용센터입니다.

00:03.400 --> 00:06.000
구직자: 실업급여를 신청하고 싶은데요. 주민등록번호는 팔팔공일공일 다시 이공일일팔이칠이에요.

00:06.000 --> 00:07.500
상담사: 네 확인했습니다. 이직확인서가 아직 안 들어왔네요. 회사에 먼저 요청해 보세요.

00:07.500 --> 00:09.000
구직자: 네 그렇게 하겠습니다. 그런데 요즘 날씨가 많이 춥네요. 감사합니다.
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    weights = random_whisper(tmp_path_factory.mktemp("weights") / "model.pt", n_audio_ctx=300, n_text_ctx=12)
    return WhisperEngine(find(str(weights), WHISPER), "cpu")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two voices that take turns, on two channels."""
    from bots.sandbox.voices.espeak import Voice, speak

    first = speak("안녕하세요. 고용센터 상담사입니다.", Voice("f2")).samples
    second = speak("네, 실업급여를 신청하고 싶어서 전화드렸습니다. 어떻게 하면 되나요?", Voice("m3")).samples
    left = np.concatenate([first, np.zeros(len(second) + 3 * SAMPLE_RATE, np.float32), first])
    right = np.concatenate([np.zeros(len(first) + SAMPLE_RATE, np.float32), second])
    return write_wav(tmp_path_factory.mktemp("talk") / "talk.wav", left * 0.5, right * 0.5)


def test_windows_heard_by_two_processes_give_the_same_transcript(engine: WhisperEngine, talk: Path) -> None:
    whole = transcribe(talk, engine)
    assert {one.speaker for one in whole.utterances} == {"counselor", "person"}
    assert whole.engine == "whisper"
    assert "mostly_unclear" in whole.flags
    kept: dict[tuple[int, int], object] = {}
    for part in (0, 1):
        with opened(talk, engine) as open_talk:
            for window in open_talk.windows[part::2]:
                heard = hear_window(engine, open_talk, window)
                kept[window.channel, window.number] = json.loads(json.dumps(heard_to_json(heard)))
    with opened(talk, engine) as open_talk:
        assert run_digest(engine, open_talk) == run_digest(engine, open_talk)
        again = join(open_talk, {key: heard_from_json(told) for key, told in kept.items()}, engine)  # type: ignore[arg-type]
    assert [(u.id, u.start, u.speaker, u.text) for u in again.utterances] == [
        (u.id, u.start, u.speaker, u.text) for u in whole.utterances
    ]


def test_a_window_that_was_not_heard_is_said(engine: WhisperEngine, talk: Path) -> None:
    with opened(talk, engine) as open_talk:
        found = join(open_talk, {}, engine)
    assert set(found.flags) >= {"unreadable_window", "nothing_said"}


def test_the_note_of_a_delivered_transcript(talk: Path, tmp_path: Path) -> None:
    beside, out = tmp_path / "talk.vtt", tmp_path / "note.json"
    beside.write_text(VTT, "utf-8")
    done = CliRunner().invoke(app, ["note", str(talk), "--transcript", str(beside), "--out", str(out)])
    assert done.exit_code == 0, done.output
    told = json.loads(out.read_text("utf-8"))
    assert out.stat().st_mode & 0o77 == 0
    assert set(told) == {"utterances", "note"}
    assert [set(one) for one in told["utterances"]] == [
        {"id", "start", "end", "speaker", "text", "confidence"}
    ] * 4
    assert [one["speaker"] for one in told["utterances"]] == ["counselor", "person"] * 2
    assert "팔팔공일공일" not in out.read_text("utf-8")
    ids = {one["id"] for one in told["utterances"]}
    assert all(
        set(line) == {"field", "text", "cites", "flags"} and set(line["cites"]) <= ids
        for line in told["note"]
    )
    assert {line["field"] for line in told["note"]} >= {
        "meeting",
        "situation",
        "requests",
        "guidance",
        "agreed",
        "next",
    }
    assert any("이직확인서" in line["text"] and 3 in line["cites"] for line in told["note"])


def test_the_channels_say_who_speaks_where_the_transcript_does_not(talk: Path) -> None:
    plain = VTT.replace("상담사: ", "").replace("구직자: ", "")
    with hearing(talk) as heard:
        first = heard.activities[0].spans
        second = heard.activities[1].spans
        times = [
            (first[0].start, first[0].end),
            (second[0].start, second[-1].end),
            (first[-1].start, first[-1].end),
        ]
        cues = "".join(f"00:{a:06.3f} --> 00:{b:06.3f}\n말 {n}\n\n" for n, (a, b) in enumerate(times))
        found = fitted(read(f"WEBVTT\n\n{cues}".encode(), "vtt", heard.duration), heard.audio)
        elsewhere = fitted(read(plain.replace("00:0", "00:1").encode(), "vtt", heard.duration), heard.audio)
    assert [one.speaker for one in found.utterances] == ["counselor", "person", "counselor"]
    assert [one.channel for one in found.utterances] == [0, 1, 0]
    assert "times_do_not_fit" not in found.flags
    assert "times_do_not_fit" in elsewhere.flags
    assert len(elsewhere.utterances) == 4


def turns(_path: Path) -> list[tuple[float, float, str]]:
    """An engine that tells voices apart, as a center may configure one."""
    return [(0.0, 4.0, "B"), (4.0, 60.0, "A")]


def test_voices_are_told_apart_by_the_configured_engine(
    engine: WhisperEngine, talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hearing(talk) as heard:
        both = heard.audio.samples(0) + heard.audio.samples(1)
    mono = write_wav(tmp_path / "mono.wav", both)
    assert {one.speaker for one in transcribe(mono, engine).utterances} == {"unknown"}
    monkeypatch.setattr(settings(), "diarisation", "tests.stt.test_one_file:turns")
    found = transcribe(mono, engine).utterances
    assert [one.speaker for one in found] == sorted(one.speaker for one in found)
    assert {one.speaker for one in found} == {"voice1", "voice2"}
    monkeypatch.setattr(settings(), "diarisation", "tests.stt.test_one_file:nothing")
    with pytest.raises(EngineError, match="BACKOFFICE_DIARISATION"):
        transcribe(mono, engine)


def test_noise_gives_a_note_that_says_so(engine: WhisperEngine, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(size=5 * SAMPLE_RATE).astype(np.float32) * 0.02
    found = transcribe(write_wav(tmp_path / "noise.wav", noise), engine)
    assert found.utterances == ()
    assert "nothing_said" in found.flags


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("talk.wav", b"", "비어 있습니다"),
        ("talk.wav", b"RIFF", "BROKEN|손상|음성 파일이 아닙니다"),
        ("talk.mp3", b"hello hello hello", "음성 파일이 아닙니다"),
    ],
)
def test_a_bad_file_is_a_clear_error(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(app, ["note", str(tmp_path / name), "--out", str(tmp_path / "out.json")])
    assert done.exit_code == 2
    assert any(each in done.output for each in said.split("|"))
    assert not (tmp_path / "out.json").exists()


def test_a_missing_model_is_a_clear_error(talk: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["transcribe", str(talk), "--model", str(tmp_path / "none.pt")])
    assert done.exit_code == 2
    assert str(tmp_path / "none.pt") in done.output
    assert "음성 인식 모델이 없습니다" in done.output
