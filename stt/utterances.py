"""From heard words to utterances: what one voice said in one go, in the order of time."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from stt.audio.speech import Span
from stt.engines.engine import Segment
from stt.guards import DRIFT, IMPROBABLE, INVENTED, PROMPT_ECHO, REPEATED, TOO_FAST
from stt.joins import spread
from stt.transcript import UNKNOWN, Utterance, Word
from stt.voices import Turn, overlapping, voice_at

PAUSE = 0.7
"""A pause of so many seconds ends an utterance."""
LONG = 15.0
"""A longer utterance is split at the ends of its sentences: a note should cite a sentence, not a speech."""
LOW = 0.6
"""Below this confidence an utterance is marked."""
LOW_CONFIDENCE = "low_confidence"
OVERLAP = "overlap"
DOUBTED = frozenset({INVENTED, REPEATED, PROMPT_ECHO, IMPROBABLE, TOO_FAST, DRIFT})
AT_MOST = 0.3
"""Confidence of what a guard doubts: a loop is as sure of itself as the truth."""

_ENDS = re.compile(r"[.?!。]$")


@dataclass(frozen=True, slots=True)
class _Heard:
    """A word with what is known around it: the span of speech it lies in, its segment's flags, its voice."""

    word: Word
    span: int
    flags: tuple[str, ...]
    speaker: str


def utterances(
    segments: Sequence[Segment],
    spans: Sequence[Span],
    *,
    channel: int = 0,
    speaker: str = UNKNOWN,
    turns: Sequence[Turn] = (),
) -> list[Utterance]:
    """The utterances of one channel, not yet numbered (id 0). No word is lost, and none is said twice.

    segments  in order, in seconds of the file; spans: where somebody speaks on the channel
    turns     who speaks when, for a channel with several voices; without them all is `speaker`'s
    """
    words = [heard for segment in segments for heard in _words(segment, spans, speaker, turns)]
    found = [_utterance(group, channel) for group in _groups(words, spans)]
    if turns:
        found = [_marked(one, OVERLAP) if overlapping(turns, one.start, one.end) else one for one in found]
    return found


def numbered(channels: Iterable[Sequence[Utterance]]) -> tuple[Utterance, ...]:
    """All channels' utterances in the order of time, numbered from 1."""
    all_of_them = sorted((one for channel in channels for one in channel), key=lambda u: (u.start, u.channel))
    return tuple(replace(one, id=number) for number, one in enumerate(all_of_them, 1))


def _words(segment: Segment, spans: Sequence[Span], speaker: str, turns: Sequence[Turn]) -> Iterator[_Heard]:
    words = segment.words or tuple(replace(w, confidence=_likelihood(segment)) for w in spread(segment))
    before = 0
    for word in words:
        span = max(before, _span_of(word, spans))
        before = span
        placed = _inside(word, spans[span]) if spans else word
        whose = voice_at(turns, placed.start, placed.end) if turns else speaker
        yield _Heard(placed, span, segment.flags, whose)


def _likelihood(segment: Segment) -> float:
    return min(1.0, math.exp(segment.mean_logprob))


def _span_of(word: Word, spans: Sequence[Span]) -> int:
    """The span that the middle of a word lies in, or the nearest one; 0 where there are none."""
    middle = (word.start + word.end) / 2
    after = bisect_right(spans, middle, key=lambda span: span.start)
    near = range(max(0, after - 1), min(after + 1, len(spans)))
    return min(near, key=lambda n: max(spans[n].start - middle, middle - spans[n].end, 0.0), default=0)


def _inside(word: Word, span: Span) -> Word:
    """A word within its span: alignment lets words stretch into the pauses around them."""
    start, end = max(word.start, span.start), min(word.end, span.end)
    return replace(word, start=start, end=end) if end > start else word


def _groups(words: Sequence[_Heard], spans: Sequence[Span]) -> Iterator[list[_Heard]]:
    group: list[_Heard] = []
    for heard in words:
        if group and _parts(group[-1], heard, spans):
            yield from _short(group)
            group = []
        group.append(heard)
    if group:
        yield from _short(group)


def _parts(before: _Heard, after: _Heard, spans: Sequence[Span]) -> bool:
    """Whether an utterance ends between two words."""
    if before.speaker != after.speaker or before.flags != after.flags:
        return True
    if before.span == after.span:
        return after.word.start - before.word.end >= 2 * PAUSE
    return spans[after.span].start - spans[before.span].end >= PAUSE


def _short(group: list[_Heard]) -> Iterator[list[_Heard]]:
    """A long group in parts, at the end of the sentence nearest its middle, else at its longest gap."""
    if group[-1].word.end - group[0].word.start <= LONG or len(group) < 2:
        yield group
        return
    middle = (group[0].word.start + group[-1].word.end) / 2
    ends = [n for n in range(1, len(group)) if _ENDS.search(group[n - 1].word.text)]
    if ends:
        cut = min(ends, key=lambda n: abs(group[n].word.start - middle))
    else:
        cut = max(
            range(1, len(group)),
            key=lambda n: (group[n].word.start - group[n - 1].word.end, -abs(n - len(group) / 2)),
        )
    yield from _short(group[:cut])
    yield from _short(group[cut:])


def _utterance(group: Sequence[_Heard], channel: int) -> Utterance:
    words = tuple(heard.word for heard in group)
    weight = sum(len(word.text) for word in words) or 1
    confidence = sum(word.confidence * len(word.text) for word in words) / weight
    if DOUBTED.intersection(group[0].flags):
        confidence = min(confidence, AT_MOST)
    flags = dict.fromkeys(group[0].flags)
    if confidence < LOW:
        flags[LOW_CONFIDENCE] = None
    start = min(word.start for word in words)
    return Utterance(
        id=0,
        start=round(start, 3),
        end=round(max(start, *(word.end for word in words)), 3),
        speaker=group[0].speaker,
        text=" ".join(word.text for word in words if word.text),
        confidence=round(min(1.0, max(0.0, confidence)), 4),
        channel=channel,
        flags=tuple(flags),
        words=words,
    )


def _marked(utterance: Utterance, flag: str) -> Utterance:
    return replace(utterance, flags=tuple(dict.fromkeys((*utterance.flags, flag))))
