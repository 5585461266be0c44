"""Windows are bounded, hold all that is said, and are cut where nobody speaks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.audio.silero import FRAME_SECONDS
from stt.audio.speech import Activity, Span
from stt.audio.windows import SHARED, windows


def activity(spans: list[tuple[float, float]], quiet: list[tuple[float, float]] = ()) -> Activity:  # type: ignore[assignment]
    """A channel on which somebody speaks in the spans, loud but in the places that are `quiet`."""
    duration = max((end for _, end in spans), default=0.0) + 1
    levels = np.full(int(duration / FRAME_SECONDS) + 1, -80.0, np.float32)
    for (start, end), level in [*((s, -20.0) for s in spans), *((q, -60.0) for q in quiet)]:
        levels[int(start / FRAME_SECONDS) : int(end / FRAME_SECONDS) + 1] = level
    chances = (levels > -50).astype(np.float32)
    return Activity(tuple(Span(s, e) for s, e in spans), chances, levels, duration)


@st.composite
def channels(draw: st.DrawFn) -> Activity:
    at, spans = 0.0, []
    for _ in range(draw(st.integers(0, 12))):
        at += draw(st.floats(0.05, 8))
        length = draw(st.floats(0.2, 70))
        spans.append((round(at, 3), round(at + length, 3)))
        at += length
    return activity(spans)


@settings(max_examples=120, deadline=None)
@given(channels(), st.sampled_from([6.0, 12.0, 28.0]), st.sampled_from([0.6, 2.0]))
def test_bounded_complete_in_order_and_always_the_same(
    channel: Activity, longest: float, apart: float
) -> None:
    cut = windows(channel, 1, longest=longest, apart=apart)
    assert cut == windows(channel, 1, longest=longest, apart=apart)
    assert [w.number for w in cut] == list(range(len(cut)))
    for window in cut:
        assert 0 < window.end - window.start <= longest + 0.002 and window.channel == 1
    for before, window in pairwise(cut):
        assert abs(max(0.0, before.end - window.start) - window.shared) < 0.01
        assert 0.0 <= window.shared <= SHARED
    for span in channel.spans:
        said = np.arange(span.start, span.end, 0.05)
        inside = [any(w.start - 0.002 <= at <= w.end + 0.002 for w in cut) for at in said]
        assert all(inside), "nothing that is said is in no window"
    for window in cut:
        pauses = [(a.end, b.start) for a, b in pairwise(channel.spans) if b.start - a.end >= apart]
        assert not any(window.start < start and end < window.end for start, end in pauses)


def test_what_is_shared_is_what_both_hold_where_speech_begins_just_before_a_cut() -> None:
    (first, second) = windows(activity([(1, 2), (3.5, 7.5)]), longest=6.0)
    assert second.start == 3.5 and 0 < second.shared == round(first.end - second.start, 3) < SHARED


def test_cut_in_the_longest_pause() -> None:
    (first, second) = windows(activity([(0, 10), (10.6, 18), (19.5, 26), (26.5, 40)]))
    assert (first.end, second.start, second.shared) == (18, 19.5, 0)


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    (first, second) = windows(activity([(0, 40)], quiet=[(20.0, 20.3)]))
    assert first.end == second.start and 20.0 <= first.end <= 20.35 and second.shared == 0


def test_and_shares_a_second_where_it_is_nowhere_quiet() -> None:
    (first, second) = windows(activity([(0, 40)]))
    assert abs(first.end - second.start - SHARED) < 0.002 and second.shared == SHARED
