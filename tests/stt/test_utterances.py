"""Words become utterances by pauses and voices; none is lost, none is said twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stt.audio.speech import Span
from stt.engines.engine import Segment
from stt.transcript import COUNSELOR, UNKNOWN, Word
from stt.utterances import LONG, LOW_CONFIDENCE, numbered, utterances
from stt.voices import Turn, speaker_of


def segment(
    text: str, start: float, end: float, confidence: float = 0.9, flags: tuple[str, ...] = ()
) -> Segment:
    words = text.split()
    step = (end - start) / len(words)
    timed = tuple(Word(w, start + n * step, start + (n + 1) * step, confidence) for n, w in enumerate(words))
    return Segment(text, start, end, timed, flags=flags)


def test_a_pause_ends_an_utterance() -> None:
    spans = [Span(0.0, 2.0), Span(3.0, 5.0), Span(5.3, 6.0)]
    found = utterances([segment("네 안녕하세요 어떻게 오셨어요 네", 0.0, 6.0)], spans, speaker=COUNSELOR)
    assert [one.text for one in found] == ["네 안녕하세요", "어떻게 오셨어요 네"]
    assert all(one.speaker == COUNSELOR for one in found)


def test_windows_cut_in_mid_sentence_are_one_utterance() -> None:
    spans = [Span(0.0, 2.0), Span(2.3, 4.0)]
    found = utterances([segment("다음 주", 0.0, 2.0), segment("화요일에 오세요", 2.3, 4.0)], spans)
    assert [one.text for one in found] == ["다음 주 화요일에 오세요"]


def test_what_a_guard_doubts_stays_apart_and_is_never_sure() -> None:
    spans = [Span(0.0, 4.0)]
    found = utterances([segment("네", 0.0, 1.0), segment("감사합니다", 1.0, 2.0, 0.99, ("invented",))], spans)
    assert [one.text for one in found] == ["네", "감사합니다"]
    assert found[1].confidence <= 0.3
    assert set(found[1].flags) == {"invented", LOW_CONFIDENCE}
    assert found[0].flags == ()


def test_voices_of_one_channel() -> None:
    turns = [Turn(0.0, 2.0, "voice1"), Turn(2.0, 4.0, "voice2")]
    found = utterances([segment("어디 사세요 서울 살아요", 0.0, 4.0)], [Span(0.0, 4.0)], turns=turns)
    assert [(one.speaker, one.text) for one in found] == [
        ("voice1", "어디 사세요"),
        ("voice2", "서울 살아요"),
    ]


def test_a_long_speech_is_split_at_its_sentences() -> None:
    text = " ".join(["그러니까 제가 다니던 회사가 문을 닫았습니다."] * 12)
    found = utterances([segment(text, 0.0, 60.0)], [Span(0.0, 60.0)])
    assert all(one.end - one.start <= LONG and one.text.endswith(".") for one in found)
    assert " ".join(one.text for one in found) == text


def test_who_speaks_is_said_only_where_it_is_known() -> None:
    assert [speaker_of(channel, 2) for channel in (0, 1)] == ["counselor", "person"]
    assert speaker_of(0, 1) == UNKNOWN
    assert speaker_of(0, 2, apart=False) == UNKNOWN
    assert speaker_of(0, 1, voices={"0": "person"}) == "person"


pieces = st.lists(
    st.tuples(
        st.floats(0.0, 5.0), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12)
    ),
    max_size=5,
)


@given(pieces, st.lists(st.tuples(st.floats(0, 40), st.floats(0.1, 5)), max_size=8), st.booleans())
def test_every_word_is_there_once_and_in_order(
    told: list[tuple[float, list[tuple[float, float]]]], spoken: list[tuple[float, float]], voiced: bool
) -> None:
    segments, at, count = [], 0.0, 0
    for gap, words in told:
        at += gap
        timed = []
        for before, long in words:
            timed.append(Word(f"말{count}", at + before, at + before + long, 0.5))
            at, count = at + before + long, count + 1
        segments.append(Segment(" ".join(w.text for w in timed), timed[0].start, timed[-1].end, tuple(timed)))
    spans, end = [], 0.0
    for start, length in sorted(spoken):
        spans.append(Span(max(start, end), max(start, end) + length))
        end = spans[-1].end
    turns = [Turn(n * 2.0, n * 2.0 + 2.0, f"voice{n % 2 + 1}") for n in range(30)] if voiced else []
    found = utterances(segments, spans, turns=turns)
    assert " ".join(one.text for one in found).split() == [f"말{n}" for n in range(count)]
    assert all(one.start <= one.end for one in found)
    assert [one.id for one in numbered([found, found])] == list(range(1, 2 * len(found) + 1))
