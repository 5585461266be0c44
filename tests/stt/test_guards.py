"""What speech models make up is flagged and stays; only words where nobody can have spoken go, and are counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.engines.engine import SAMPLE_RATE, Heard, Segment
from stt.engines.heard_json import heard_from_json, heard_to_json
from stt.guards import (
    DRIFT,
    IMPROBABLE,
    INVENTED,
    MISSING_WORDS,
    OTHER_LANGUAGE,
    PROMPT_ECHO,
    REPEATED,
    TOO_FAST,
    guarded,
)
from stt.loudness import nobody_spoke
from stt.prompt import MOST_TOKENS, prompt
from stt.transcript import Word

RNG = np.random.default_rng(5)


def tone(seconds: float, level: float = 0.1) -> np.ndarray:
    """Something that rises and falls as speech does."""
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (level * np.sin(2 * np.pi * 200 * t) * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * t))).astype(np.float32)


def hiss(seconds: float, level: float) -> np.ndarray:
    return (RNG.normal(size=int(seconds * SAMPLE_RATE)) * level).astype(np.float32)


def said(text: str, start: float = 0.0, end: float = 4.0, confidence: float = 0.9, **more: object) -> Segment:
    words = text.split()
    step = min(0.5, (end - start) / max(1, len(words)))
    timed = tuple(Word(w, start + n * step, start + (n + 1) * step, confidence) for n, w in enumerate(words))
    return Segment(text, start, end, timed, **more)  # type: ignore[arg-type]


def flags(segment: Segment, *, told: str = "", language: str = "ko", spoken: float | None = None) -> set[str]:
    share = None if spoken is None else lambda start, end: spoken * max(0.0, end - start) / 4.0
    heard = guarded(Heard((segment,), language), tone(4.0), told, share)
    assert heard.segments[0].text == segment.text
    return set(heard.segments[0].flags)


@pytest.mark.parametrize(
    "text",
    [
        "네 알겠습니다. 다음 주 화요일 두 시까지 이직확인서를 가지고 오세요.",
        "네네네네네",
        "아니 아니 아니 그게 아니고요 삼십 말고 이십이요",
        "공일공에 이삼사오에 육칠팔구",
        "실업급여요?",
        "OK 네",
    ],
)
def test_what_people_say_is_not_doubted(text: str) -> None:
    assert flags(said(text), told=prompt()) == set()


@pytest.mark.parametrize(
    ("segment", "flag"),
    [
        (said("시청해주셔서 감사합니다."), INVENTED),
        (said("구독과  좋아요 부탁드려요"), INVENTED),
        (said("다음에 오세요", mean_logprob=-1.4, no_speech=0.9), INVENTED),
        (said("그래서요 " * 12), REPEATED),
        (said("네" * 40), REPEATED),
        (said("가나다", compression=3.1), REPEATED),
        (said("thank you very much for your call today"), OTHER_LANGUAGE),
        (said("네 그렇습니다", end=9.0), DRIFT),
        (said("네 그렇습니다", confidence=0.05), IMPROBABLE),
    ],
)
def test_what_models_make_up_is_flagged_and_stays(segment: Segment, flag: str) -> None:
    assert flag in flags(segment)


def test_the_prompt_told_back_is_flagged() -> None:
    assert PROMPT_ECHO in flags(said(prompt()), told=prompt())
    assert PROMPT_ECHO in flags(said("구직급여, 실업인정, 수급자격, 이직확인서"), told=prompt())


def test_another_language_is_flagged_by_what_the_engine_detected() -> None:
    assert OTHER_LANGUAGE in flags(said("신짜오 깜언"), language="vi")


def test_pace_that_nobody_speaks_at() -> None:
    assert TOO_FAST in flags(said("가나다라마바사아자차카타파하 " * 4), spoken=2.0)
    assert MISSING_WORDS in flags(said("네"), spoken=6.0)
    assert flags(said("열두 시 반에 삼백이십만 원이요"), spoken=2.5) == set()


def test_speech_of_which_nothing_was_heard_is_said() -> None:
    long = tone(9.0)
    assert guarded(Heard(()), long, spoken=lambda start, end: end - start).flags == ("unheard_speech",)
    assert guarded(Heard(()), long, spoken=lambda start, end: 0.0).flags == ()
    cut = guarded(
        Heard((said("네 그래서 그 회사를 그만두고 나서 말이죠", end=3.0),)), long, spoken=lambda s, e: e - s
    )
    assert MISSING_WORDS in cut.segments[0].flags


def test_words_in_silence_go_and_are_counted() -> None:
    silence = hiss(4.0, 1e-4)
    heard = guarded(Heard((said("감사합니다"),)), silence)
    assert heard.segments == ()
    assert heard.dropped == 1
    assert guarded(Heard((said("감사합니다"),)), hiss(4.0, 0.05)).dropped == 1


def test_one_of_two_segments_lies_in_silence() -> None:
    samples = np.concatenate([tone(4.0), hiss(4.0, 1e-5)])
    heard = guarded(Heard((said("네 그렇습니다", 0.5, 3.0), said("감사합니다", 5.0, 7.0))), samples)
    assert [segment.text for segment in heard.segments] == ["네 그렇습니다"]
    assert heard.dropped == 1


def test_times_are_brought_into_the_window() -> None:
    segment = guarded(Heard((said("네 그렇습니다", -1.0, 9.0),)), tone(4.0)).segments[0]
    assert (segment.start, segment.end) == (0.0, 4.0)
    assert all(0 <= word.start <= word.end <= 4.0 for word in segment.words)


def test_the_same_sentence_three_times_running() -> None:
    heard = guarded(Heard(tuple(said("전화 주셔서 감사합니다", n, n + 1.0) for n in range(3))), tone(4.0))
    assert all(REPEATED in segment.flags for segment in heard.segments)


def test_quiet_speech_is_speech() -> None:
    assert not nobody_spoke(tone(2.0, 0.01))
    assert nobody_spoke(hiss(2.0, 0.02))
    assert not nobody_spoke(hiss(2.0, 0.02) + tone(2.0, 0.05))


def test_the_prompt_is_short() -> None:
    from whisper.tokenizer import get_tokenizer

    assert 0 < len(get_tokenizer(True).encode(" " + prompt())) <= MOST_TOKENS


@given(
    st.lists(st.tuples(st.text(max_size=40), st.floats(-5, 40), st.floats(-5, 40)), max_size=4),
    st.floats(0.0, 3.0),
)
def test_no_text_is_changed_whatever_comes(told: list[tuple[str, float, float]], seconds: float) -> None:
    heard = Heard(tuple(Segment(text, start, end) for text, start, end in told))
    checked = guarded(heard, tone(seconds), prompt(), lambda start, end: end - start)
    assert len(checked.segments) + checked.dropped == len(told)
    texts = [text for text, _, _ in told]
    assert all(segment.text in texts for segment in checked.segments)
    assert all(0 <= segment.start <= segment.end <= seconds + 0.01 for segment in checked.segments)
    assert [s.text for s in heard_from_json(heard_to_json(checked)).segments] == [
        s.text for s in checked.segments
    ]
