"""Transcripts as recorders deliver them: read generously, trusted never."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.delivered import UnreadableTranscriptError, read, sniff
from stt.transcript import Transcript

VTT = """\ufeffWEBVTT - 상담 123

NOTE
이것은 말이 아니다 --> 아니다

STYLE
::cue { color: red }

1
00:00:01.000 --> 00:00:03.500 align:start position:0%
<v.loud 상담사>안녕하세요 <b>고용센터</b>입니다 &amp; 말씀하세요</v>

00:04.000 --> 00:06.000
<v 홍길동>네, 실업급여요.
<v 상담사>네.

00:00:07.000 --> 00:00:08.000
구직자: 참고로: 12월 3일까지요?
"""

SRT = """1\r
00:00:01,000 --> 00:00:03,000\r
[상담원] 안녕하세요\r
\r
2\r
00:00:03,500 --> 00:00:05,000\r
고객: 네 안녕하세요\r
그런데요\r
3\r
00:00:05,000 --> 00:00:06,000\r
상담원: 네\r
"""


def told(transcript: Transcript) -> list[tuple[float, float, str, str]]:
    return [(one.start, one.end, one.speaker, one.text) for one in transcript.utterances]


def test_webvtt() -> None:
    assert told(read(VTT.encode(), "vtt", 10.0)) == [
        (1.0, 3.5, "counselor", "안녕하세요 고용센터입니다 & 말씀하세요"),
        (4.0, 6.0, "voice1", "네, 실업급여요."),
        (4.0, 6.0, "counselor", "네."),
        (7.0, 8.0, "person", "참고로: 12월 3일까지요?"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_subrip_in_the_encodings_of_recorders(encoding: str) -> None:
    assert told(read(SRT.encode(encoding), "SRT")) == [
        (1.0, 3.0, "counselor", "안녕하세요"),
        (3.5, 5.0, "person", "네 안녕하세요 그런데요"),
        (5.0, 6.0, "counselor", "네"),
    ]


@pytest.mark.parametrize(
    "form",
    [
        {"utterances": [{"start": 1.0, "end": 2.5, "speaker": "person", "text": "네 맞아요", "confidence": 0.4}]},
        {"segments": [{"id": 0, "start": 1.0, "end": 2.5, "text": " 네 맞아요", "speaker": "구직자", "confidence": 0.4}]},
        {"segments": [{"start": 1000, "end": 2500, "text": "네 맞아요", "speaker": {"name": "고객"}, "confidence": 40}]},
        [{"start_ms": 1000, "end_ms": 2500, "content": "네 맞아요", "role": "customer", "score": 0.4}],
        {"results": [{"alternatives": [{"transcript": "네 맞아요"}], "startTime": "1.000s", "endTime": "2.500s",
                      "speaker": "caller", "confidence": 0.4}]},
        {"data": {"items": [{"from": "00:00:01.000", "to": "00:00:02.500", "msg": "네 맞아요", "spk": "person",
                             "probability": 0.4}]}},
    ],
)  # fmt: skip
def test_json_of_several_makes(form: object) -> None:
    found = read(json.dumps(form).encode(), "json", 5.0)
    assert told(found) == [(1.0, 2.5, "person", "네 맞아요")]
    assert found.utterances[0].confidence == pytest.approx(0.4)
    assert "low_confidence" in found.utterances[0].flags
    assert found.source == "delivered"


def test_words_count_only_when_they_are_the_text() -> None:
    entry = {"start": 0, "end": 2, "text": "네 맞아요", "words": [[0, 500, "네"], [600, 1900, "맞아요"]]}
    milli = {**entry, "start": 0, "end": 2000}
    found = read(json.dumps([milli]).encode(), "json", 5.0).utterances[0]
    assert [(w.text, w.start, w.end) for w in found.words] == [("네", 0.0, 0.5), ("맞아요", 0.6, 1.9)]
    lying = {**milli, "words": [[0, 500, "아니"], [600, 1900, "맞아요"]]}
    assert read(json.dumps([lying]).encode(), "json", 5.0).utterances[0].words == ()


def test_two_channels_are_counselor_and_person() -> None:
    entries = [{"start": n, "end": n + 1, "text": f"말 {n}", "channel": n % 2} for n in range(4)]
    found = read(json.dumps(entries).encode(), "json")
    assert [one.speaker for one in found.utterances] == ["counselor", "person"] * 2


def test_names_as_labels_are_voices_and_not_words() -> None:
    spoken = [
        "김가나: 안녕하세요",
        "이다라: 네",
        "김가나: 참고로: 내일입니다",
        "이다라: 네",
        "박마바: 저도요",
    ]
    text = "".join(
        f"{n}\n00:00:{n:02d},000 --> 00:00:{n + 1:02d},000\n{line}\n\n" for n, line in enumerate(spoken)
    )
    found = read(text.encode(), "srt").utterances
    assert [(one.speaker, one.text) for one in found] == [
        ("voice1", "안녕하세요"),
        ("voice2", "네"),
        ("voice1", "참고로: 내일입니다"),
        ("voice2", "네"),
        ("voice3", "저도요"),
    ]


def test_a_colon_in_what_is_said_is_no_label() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n참고로: 시간은 2:30입니다\n\n2\n00:00:02,000 --> 00:00:03,000\n네\n"
    assert read(text.encode(), "srt").utterances[0].text == "참고로: 시간은 2:30입니다"


def test_times_that_do_not_fit_lose_nothing() -> None:
    text = "WEBVTT\n\n" + "".join(
        f"00:00:{n:02d}.000 --> 00:00:{n + 1:02d}.000\n말 {n}\n\n" for n in range(20)
    )
    found = read(text.encode(), "vtt", 10.0)
    assert "times_do_not_fit" in found.flags
    assert [one.text for one in found.utterances] == [f"말 {n}" for n in range(20)]
    assert all(one.end <= 10.0 for one in found.utterances)
    assert [("times_do_not_fit" in one.flags) for one in found.utterances] == [n > 10 for n in range(20)]


def test_illegible_times_keep_their_place() -> None:
    entries = [
        {"start": 1, "end": 2, "text": "하나"},
        {"start": None, "end": "?", "text": "둘"},
        {"start": 5, "end": 4, "text": "셋"},
        {"start": 6, "end": 7, "text": "넷"},
    ]
    found = read(json.dumps(entries).encode(), "json", 10.0)
    assert [one.text for one in found.utterances] == ["하나", "둘", "셋", "넷"]
    assert [bool(one.flags) for one in found.utterances] == [False, True, True, False]


def test_another_language_is_said() -> None:
    text = b"1\n00:00:01,000 --> 00:00:02,000\nGood morning, how can I help you\n"
    assert "other_language" in read(text, "srt").flags


@pytest.mark.parametrize(
    ("data", "form", "code"),
    [
        (b"", "vtt", "empty"),
        (b"  \n", "", "empty"),
        (b"\x00\x01\xff\xfe" * 40, "srt", "not_text"),
        (b"RIFF\x00\x00\x00\x00WAVE", "vtt", "not_text"),
        (b"hello", "", "unknown_format"),
        (b"hello", "srt", "malformed"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "vtt", "no_words"),
        (b"{", "json", "malformed"),
        (b"[" * 100_000, "json", "malformed"),
        (b'{"segments": 3}', "json", "malformed"),
        (b"<tt/>", "ttml", "unknown_format"),
        (b"a" * 20_000_001, "vtt", "too_large"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, form: str, code: str) -> None:
    with pytest.raises(UnreadableTranscriptError) as caught:
        read(data, form)
    assert caught.value.code == code
    assert caught.value.advice


def test_signs_that_turn_others_around_do_not_come_in_by_their_names() -> None:
    told = b'{"segments":[{"start":0,"end":1,"text":"\\u202e\\u0000\\ud80030\\u2069 won"}]}'
    assert read(told, "json", 5.0).utterances[0].text == "30 won"
    vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\n&#x202e;30 won\n"
    assert read(vtt.encode(), "vtt", 5.0).utterances[0].text == "30 won"


def test_one_endless_entry_comes_in_pieces() -> None:
    found = read(json.dumps([{"start": 0, "end": 9, "text": "가나 " * 5000}]).encode(), "json")
    assert "".join(one.text for one in found.utterances).replace(" ", "") == "가나" * 5000


@pytest.mark.parametrize("piece", ["<v ", "<", "{\\", "- ", "[", "가 ", "가: ", "00:01.000 --> "])
def test_endless_repetition_takes_no_time(piece: str) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n" + piece * 200_000 + "\n말"
    assert "말" in read(text.encode(), "vtt").utterances[-1].text


@given(st.binary(max_size=300), st.sampled_from(["", "vtt", "srt", "json"]))
def test_any_bytes_are_read_or_refused(data: bytes, form: str) -> None:
    try:
        read(data, form, 10.0)
    except UnreadableTranscriptError as error:
        assert error.code
    else:
        assert form or sniff(data)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
names = st.sampled_from(
    ["start", "end", "text", "speaker", "words", "segments", "channel", "confidence", "start_ms"]
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=20,
)


@given(trees, st.none() | st.floats(0.1, 7200))
def test_any_json_is_read_or_refused(tree: object, duration: float | None) -> None:
    try:
        found = read(json.dumps(tree).encode(), "json", duration)
    except UnreadableTranscriptError:
        return
    assert found.utterances
    assert all(0 <= one.start <= one.end and one.text for one in found.utterances)
    assert all(0 <= one.confidence <= 1 for one in found.utterances)
    assert duration is None or all(one.end <= duration for one in found.utterances)


said = st.text(st.characters(categories=("Lo", "Ll", "Nd"), codec="utf-8"), min_size=1, max_size=12)


@given(
    st.lists(st.tuples(said, st.integers(0, 3000)), min_size=1, max_size=8), st.sampled_from(["vtt", "srt"])
)
def test_every_cue_comes_through(cues: list[tuple[str, int]], form: str) -> None:
    comma = "," if form == "srt" else "."
    at, blocks = 0, []
    for number, (words, length) in enumerate(cues, 1):
        start, end = at, at + length
        at = end

        def clock(ms: int) -> str:
            return f"{ms // 3600000:02d}:{ms // 60000 % 60:02d}:{ms // 1000 % 60:02d}{comma}{ms % 1000:03d}"

        blocks.append(f"{number}\n{clock(start)} --> {clock(end)}\n{words}\n")
    text = ("WEBVTT\n\n" if form == "vtt" else "") + "\n".join(blocks)
    found = read(text.encode(), form)
    assert sorted(one.text for one in found.utterances) == sorted(words for words, _ in cues)
