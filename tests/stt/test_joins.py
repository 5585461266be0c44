"""What is said across the seam of two windows is there once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stt.audio.windows import SHARED, Window
from stt.engines.engine import Heard, Segment
from stt.joins import join
from stt.transcript import Word

_SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"


@st.composite
def talks(draw: st.DrawFn) -> tuple[list[Word], float]:
    """Words one after the other, and the middle of a seam somewhere among them."""
    texts = draw(st.lists(st.text(_SYLLABLES, min_size=1, max_size=4), min_size=6, max_size=40))
    words, at = [], 0.0
    for text in texts:
        length = 0.15 * len(text) + 0.05
        words.append(Word(text, round(at, 3), round(at + length, 3), 0.9))
        at += length + draw(st.sampled_from([0.0, 0.03, 0.1]))
    return words, draw(st.floats(at * 0.2, at * 0.8))


def heard_in(window: Window, words: list[Word], *, timed: bool = True, drift: float = 0.0) -> Heard:
    """What an engine makes of the window: whole words of it, and of a word at its edge only a part, or nothing."""
    found = []
    for word in words:
        inside = min(word.end, window.end) - max(word.start, window.start)
        if inside <= 0.01:
            continue
        text = word.text
        if inside < word.end - word.start - 0.005:
            if len(text) < 2 or inside < 0.08:
                continue
            part = max(1, int(len(text) * inside / (word.end - word.start)))
            text = text[-part:] if word.start < window.start else text[:part]
        start, end = max(word.start, window.start), min(word.end, window.end)
        found.append(Word(text, start - window.start + drift, end - window.start + drift, 0.9))
    if not found:
        return Heard(())
    text = " ".join(w.text for w in found)
    return Heard((Segment(text, found[0].start, found[-1].end, tuple(found) if timed else ()),))


def two(words: list[Word], middle: float) -> tuple[Window, Window]:
    return (
        Window(0, 0, 0.0, round(middle + SHARED / 2, 3)),
        Window(0, 1, round(max(0.0, middle - SHARED / 2), 3), words[-1].end + 0.5, SHARED),
    )


def texts(placed: tuple) -> list[str]:  # type: ignore[type-arg]
    return [word for p in placed for word in p.segment.text.split()]


@settings(max_examples=100, deadline=None)
@given(talks(), st.floats(-0.08, 0.08))
def test_no_word_is_lost_or_doubled(talk: tuple[list[Word], float], drift: float) -> None:
    words, middle = talk
    first, second = two(words, middle)
    joined = join([(first, heard_in(first, words)), (second, heard_in(second, words, drift=drift))])
    assert "".join(texts(joined)) == "".join(w.text for w in words)


def test_without_times_of_words_too() -> None:
    said = "그러면 다음 주 화요일 두 시에 신분증을 가지고 센터로 나오시면 됩니다 네 알겠습니다"
    words, at = [], 0.0
    for text in said.split():
        words.append(Word(text, at, at + 0.2 * len(text), 0.9))
        at += 0.2 * len(text)
    first, second = two(words, 4.0)
    pairs = [(w, heard_in(w, words, timed=False)) for w in (first, second)]
    assert " ".join(texts(join(pairs))) == said


def test_windows_that_share_nothing_are_left_alone() -> None:
    both = [Word("네", 0.0, 0.3, 0.9)]
    pairs = [
        (Window(0, 0, 0.0, 1.0), heard_in(Window(0, 0, 0.0, 1.0), both)),
        (Window(0, 1, 1.0, 2.0), Heard((Segment("네", 0.0, 0.3),))),
        (Window(1, 0, 0.5, 2.0), Heard((Segment("네", 0.0, 9.0),))),
    ]
    joined = join(pairs)
    assert texts(joined) == ["네", "네", "네"], "said three times"
    assert [(p.channel, p.segment.start) for p in joined] == [(0, 0.0), (1, 0.5), (0, 1.0)]
    assert joined[1].segment.end == 2.0, "no time lies beyond its window"


def test_a_window_in_which_nothing_was_heard_takes_nothing_away() -> None:
    first, second = two([Word("갑니다", 0.0, 3.0, 0.9)], 2.8)
    heard = Heard((Segment("저는 내일 갑니다", 0.0, 3.2),))
    assert texts(join([(first, heard), (second, Heard(()))])) == ["저는", "내일", "갑니다"]
    assert texts(join([(first, Heard(())), (second, Heard((Segment("갑니다", 0.4, 0.9),)))])) == ["갑니다"]
