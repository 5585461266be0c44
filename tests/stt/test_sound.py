"""Recordings of every kind are opened, and what is none says so."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from bots.sandbox.voices.espeak import Voice, speak
from stt import errors
from stt.audio.beep import AROUND, beep, merged
from stt.audio.decode import decoded, samples
from stt.audio.hearing import hearing
from stt.audio.pieces import put_together
from stt.audio.probe import probe
from stt.errors import SoundError
from tests.conftest import environment
from tests.stt.sounds import write_wav

HELLO = "안녕하십니까 고용센터 상담사입니다"


def ffmpeg(*arguments: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A telephone recorder's file: 8 kHz mu-law, the counselor left and then the person right."""
    folder = tmp_path_factory.mktemp("sound")
    counselor = speak(HELLO, Voice("f2")).samples
    person = np.concatenate((np.zeros(counselor.size + 32_000, np.float32), speak("네", Voice("m3")).samples))
    write_wav(folder / "plain.wav", counselor, np.pad(person, (0, 16_000)))
    ffmpeg("-i", folder / "plain.wav", "-ar", 8000, "-c:a", "pcm_mulaw", folder / "talk.wav")
    return folder / "talk.wav"


@pytest.mark.parametrize(
    ("ending", "coded", "codec"),
    [
        (".wav", ("-c:a", "pcm_mulaw"), "pcm_mulaw"),
        (".mp3", ("-c:a", "libmp3lame"), "mp3"),
        (".m4a", ("-c:a", "aac"), "aac"),
        (".ogg", ("-c:a", "libvorbis"), "vorbis"),
        (".webm", ("-c:a", "libopus"), "opus"),
    ],
)
def test_every_form_is_heard_alike(
    talk: Path, tmp_path: Path, ending: str, coded: tuple[str, ...], codec: str
) -> None:
    path = tmp_path / f"a talk{ending}"
    ffmpeg("-i", talk, *coded, path)
    with hearing(path) as heard, decoded(talk) as plain:
        assert (heard.sound.codec, heard.sound.channels, heard.sound.flags) == (codec, 2, ())
        assert heard.apart and heard.flags == ()
        assert abs(heard.duration - plain.duration) < 0.15
        first, second = heard.windows()
        assert (first.channel, second.channel) == (0, 1)
        assert first.start < 0.3 and first.end < second.start
        assert np.abs(heard.samples(first)).max() > 0.05


def test_a_browsers_stream_without_a_length(talk: Path, tmp_path: Path) -> None:
    made = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", talk, "-c:a", "libopus", "-f", "webm", "-"],
        capture_output=True,
        check=True,
    )
    path = tmp_path / "take"
    path.write_bytes(made.stdout)
    sound = probe(path, "take.webm")
    assert abs(sound.duration - probe(talk).duration) < 0.1 and sound.flags == ()
    whole = put_together([path], tmp_path / "one")
    assert whole.codec == "opus" and abs(whole.duration - sound.duration) < 0.1
    (tmp_path / "junk").write_bytes(b"\x1aE\xdf\xa3" + b"junk" * 100)
    both = put_together([path, tmp_path / "junk", path], tmp_path / "two")
    assert abs(both.duration - 2 * sound.duration) < 0.1 and both.channels == 2
    with pytest.raises(SoundError, match="broken"):
        put_together([tmp_path / "junk"], tmp_path / "none")


def test_headerless_mu_law_and_a_wrong_extension(talk: Path, tmp_path: Path) -> None:
    ffmpeg("-i", talk, "-ac", 1, "-f", "mulaw", tmp_path / "talk.ulaw")
    found = probe(tmp_path / "talk.ulaw")
    assert (found.codec, found.sample_rate, found.channels) == ("pcm_mulaw", 8000, 1)
    ffmpeg("-i", talk, tmp_path / "talk.mp3")
    (tmp_path / "talk.mp3").rename(tmp_path / "talk.wma")
    assert probe(tmp_path / "talk.wma").flags == ("wrong_extension",)


def test_what_is_there_of_a_truncated_file_is_heard(talk: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.wav"
    path.write_bytes(talk.read_bytes()[: talk.stat().st_size // 2])
    with hearing(path) as heard:
        assert "truncated" in heard.flags and heard.windows()
        assert abs(heard.duration - probe(talk).duration / 2) < 0.1


def test_what_cannot_be_heard_says_why(talk: Path, tmp_path: Path) -> None:
    def made(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-i", talk, "-t", 1, tmp_path / "film.mp4")
    ffmpeg("-i", talk, tmp_path / "talk.m4a")
    noise = np.random.default_rng(1).bytes(20_000)
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    files = {
        errors.EMPTY: [made("empty.wav", b"")],
        errors.VIDEO: [tmp_path / "film.mp4"],
        errors.BROKEN: [
            made("half.m4a", (tmp_path / "talk.m4a").read_bytes()[:3000]),
            made("headonly.wav", talk.read_bytes()[:58]),
        ],
        errors.NOT_AUDIO: [
            made("noise.mp3", noise),
            made("words.wav", "상담 녹취".encode()),
            made("list.m3u8", playlist),
            made("list.wav", b"ffconcat version 1.0\nfile '/etc/passwd'\n"),
        ],
    }
    for code, paths in files.items():
        for path in paths:
            with pytest.raises(SoundError) as refused:
                probe(path)
            assert (refused.value.code, path.name) == (code, path.name)
            assert path.name not in str(refused.value) and refused.value.advice in errors.ADVICE.values()
    with environment(BACKOFFICE_MAX_TALK_SECONDS="3"), pytest.raises(SoundError, match="too_long"):
        probe(talk)
    with environment(BACKOFFICE_MAX_AUDIO_BYTES="1000"), pytest.raises(SoundError, match="too_large"):
        probe(talk)


def test_one_microphone_on_two_channels_is_one(talk: Path, tmp_path: Path) -> None:
    voice = speak(HELLO, Voice()).samples
    with hearing(write_wav(tmp_path / "dual.wav", voice, voice * 0.98)) as heard:
        assert not heard.apart and "same_channels" in heard.flags
        assert {w.channel for w in heard.windows()} == {0}
    with hearing(write_wav(tmp_path / "left.wav", voice, voice * 0)) as heard:
        assert not heard.apart and "one_channel" in heard.flags
    with hearing(write_wav(tmp_path / "none.wav", voice * 0, voice * 0)) as heard:
        assert heard.windows() == () and "nothing_said" in heard.flags


def test_a_tone_takes_the_place_of_what_was_said(talk: Path, tmp_path: Path) -> None:
    out = beep(talk, [(1.0, 1.5), (1.4, 2.0), (99, 98)], tmp_path / "out")

    def share(at: float) -> float:
        """Of the tone in 50 ms of the counselor's channel."""
        power = np.square(np.abs(np.fft.rfft(samples(out, 0, at, at + 0.05)))) + 1e-12
        return float(power[48:53].sum() / power.sum())

    assert min(share(at) for at in (1.0 - AROUND + 0.02, 1.2, 1.7, 2.0 + AROUND - 0.08)) > 0.95
    assert max(share(0.5), share(2.0 + AROUND + 0.1)) < 0.5
    assert np.abs(samples(out, 1, 1.2, 1.4)).max() > 0.05, "on the other channel as well"
    assert abs(probe(out).duration - probe(talk).duration) < 0.1
    assert merged([(3, 4), (1, 2), (1.5, 3.5), (5, 4)]) == [(1, 4)]


def test_a_stretch_is_where_it_says(talk: Path) -> None:
    with decoded(talk) as audio:
        whole = audio.samples(0)
        assert whole.size == audio.length and whole.dtype == np.float32
        assert np.array_equal(audio.samples(0, 1.0, 1.5), whole[16_000:24_000])
        assert np.array_equal(np.concatenate(list(audio.blocks(0))), whole)
        assert audio.samples(0, audio.duration + 5, audio.duration + 6).size == 0
