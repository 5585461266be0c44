"""What was heard in windows, put together: nothing lost and nothing doubled where windows share a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from stt.audio.windows import Window
from stt.engines.engine import Heard, Segment
from stt.transcript import Word

_NEAR, _NEAR_GUESSED = 0.35, 0.8
"""Seconds by which two windows may disagree about when a word was said: as the engine told, as it was spread."""
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment in its place: its times, and its words', are seconds from the beginning of the recording."""

    channel: int
    segment: Segment


def join(heard: Iterable[tuple[Window, Heard]]) -> tuple[Placed, ...]:
    """All segments of all windows in the order of time. What two windows that share a stretch both heard is there
    once; a word that was cut by a window's edge is taken from the window in which it is whole."""
    by_channel: dict[int, list[tuple[Window, tuple[Segment, ...]]]] = {}
    for window, words in sorted(heard, key=lambda pair: (pair[0].channel, pair[0].number)):
        pieces = by_channel.setdefault(window.channel, [])
        pieces.append((window, tuple(placed(s, window) for s in words.segments)))
    together = [Placed(channel, s) for channel, pieces in by_channel.items() for s in joined(pieces)]
    return tuple(sorted(together, key=lambda p: (p.segment.start, p.channel, p.segment.end)))


def joined(pieces: Iterable[tuple[Window, Sequence[Segment]]]) -> list[Segment]:
    """The same for one channel: windows in order, times already from the beginning of the recording."""
    done: list[Segment] = []
    before: Window | None = None
    for window, segments in pieces:
        coming = list(segments)
        if before is not None and window.shared > 0 and before.number == window.number - 1:
            done, coming = _seam(done, coming, window)
        done += coming
        before = window
    return done


def placed(segment: Segment, window: Window) -> Segment:
    """The segment with times from the beginning of the recording, inside its window."""

    def at(seconds: float) -> float:
        return round(min(max(window.start + seconds, window.start), window.end), 3)

    words = tuple(replace(w, start=at(w.start), end=at(w.end)) for w in segment.words)
    return replace(segment, start=at(segment.start), end=at(segment.end), words=words)


def spread(segment: Segment) -> tuple[Word, ...]:
    """The segment's words; where the engine told no times of words, spread over it by their length."""
    if segment.words:
        return segment.words
    texts = segment.text.split()
    signs = sum(len(t) for t in texts)
    words, at = [], segment.start
    for text in texts:
        end = at + (segment.end - segment.start) * len(text) / signs
        words.append(Word(text, round(at, 3), round(end, 3), 0.0))
        at = end
    return tuple(words)


def _seam(done: list[Segment], coming: list[Segment], window: Window) -> tuple[list[Segment], list[Segment]]:
    """Cut the end of the one and the beginning of the other so that they meet."""
    start, end = window.start, window.start + window.shared
    near = _NEAR if all(s.words for s in (*done[-1:], *coming[:1])) else _NEAR_GUESSED
    left = [w for s in done for w in spread(s) if w.end > start - near]
    right = [w for s in coming for w in spread(s) if w.start < end + near]
    kept, first = _meeting(left, right, (start + end) / 2, near)
    until = left[kept].start if kept < len(left) else float("inf")
    begin = right[first].start if first < len(right) else _after(right)
    return _those(done, lambda word: word.start < until), _those(coming, lambda word: word.start >= begin)


def _meeting(left: list[Word], right: list[Word], middle: float, near: float) -> tuple[int, int]:
    """How many words of the left are taken, and from which word on those of the right."""
    best: tuple[float, int, int] | None = None
    for i in range(len(left)):
        for j in range(len(right)):
            score, length = _run(left[i:], right[j:], near)
            if length and (best is None or score > best[0]):
                best = score, i + length, j + length
    if best is None:
        return _halves(left, right, middle)
    _, kept, first = best
    # The left's last word may be cut by its edge, and is whole on the right; unless that cut it as well.
    cut = kept == len(left) and (first > 1 or len(right[0].text) > len(left[-1].text))
    return (kept - 1, first - 1) if cut else (kept, first)


def _run(left: list[Word], right: list[Word], near: float) -> tuple[float, int]:
    """How far two beginnings are the same words at the same times: how sure that is, and in words.

    Words that repeat themselves ("네 네 네") are told apart by their times only: each counts the less the further
    the two windows are apart about it.
    """
    score, length = 0.0, 0
    for one, other in zip(left, right, strict=False):
        apart = abs(one.start + one.end - other.start - other.end) / 2
        if apart > near or not _same(one.text, other.text):
            break
        score, length = score + len(one.text) * (1 - apart / near) ** 2, length + 1
    return score, length


def _same(one: str, other: str) -> bool:
    return Levenshtein.normalized_similarity(one, other) >= _ALIKE


def _halves(left: list[Word], right: list[Word], middle: float) -> tuple[int, int]:
    """Nothing is alike: each is believed on its side of the middle; where only one heard something, it is."""
    if not left or not right:
        return len(left), 0
    kept = sum(1 for w in left if (w.start + w.end) / 2 < middle)
    return kept, sum(1 for w in right if (w.start + w.end) / 2 < middle)


def _after(words: list[Word]) -> float:
    return words[-1].start + 1e-3 if words else 0.0


def _those(segments: list[Segment], wanted: Callable[[Word], bool]) -> list[Segment]:
    """The segments with the words that are wanted; one of which none is left is gone."""
    return [kept for kept in (_keep(s, wanted) for s in segments) if kept is not None]


def _keep(segment: Segment, wanted: Callable[[Word], bool]) -> Segment | None:
    words = spread(segment)
    kept = tuple(w for w in words if wanted(w))
    if len(kept) == len(words):
        return segment
    if not kept:
        return None
    text = " ".join(w.text.strip() for w in kept)
    return replace(
        segment, text=text, start=kept[0].start, end=kept[-1].end, words=kept if segment.words else ()
    )
