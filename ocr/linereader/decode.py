"""From frames of log-probabilities to text: freely, or held to an automaton.

CTC: a character is a run of frames of its class; equal neighbours have a blank frame between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.linereader.alphabet import BLANK
from ocr.linereader.patterns import Automaton

Frames = NDArray[np.float32]  # (frames, classes + 1), log-probabilities
_NEVER = np.float32(-1e9)


@dataclass(slots=True)
class _Trace:
    """What a frame remembers of where its states came from, one array a kind, frames first.

    came     -3 stayed, -2 the beginning, 0.. resting at q, positions.. reading another character at q
    read_as  the best character of reading at a position, before the frame; other: the second best
    stayed   resting came from resting
    """

    came: NDArray[np.int32]
    read_as: NDArray[np.int32]
    other: NDArray[np.int32]
    stayed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Path:
    """The classes read and, for each, its first and last frame; `log` is the path's own score."""

    classes: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    log: float


def best_path(frames: Frames) -> Path:
    """The best class of every frame, runs joined and blanks dropped."""
    best = frames.argmax(axis=1)
    classes: list[int] = []
    spans: list[tuple[int, int]] = []
    before = BLANK
    for t, c in enumerate(best.tolist()):
        if c != BLANK:
            if c == before:
                spans[-1] = (spans[-1][0], t)
            else:
                classes.append(c)
                spans.append((t, t))
        before = c
    return Path(tuple(classes), tuple(spans), float(frames.max(axis=1).sum()))


def constrained_path(frames: Frames, a: Automaton) -> Path | None:
    """The best path whose text the automaton accepts; None if the line is too short for any.

    Viterbi over (position, character) of the last character read, and (position) after a blank.
    """
    if len(a.classes) < 2:
        return None
    emit = frames[:, a.classes]  # (frames, characters)
    blank = frames[:, BLANK]
    positions, characters = a.allowed.shape
    barred = np.where(a.allowed, np.float32(0), _NEVER)
    reach = np.where(a.before, np.float32(0), _NEVER)
    reading = np.full((positions, characters), _NEVER, np.float32)
    resting = np.full(positions, _NEVER, np.float32)
    begin = np.where(a.first, np.float32(0), _NEVER)
    lead = np.float32(0)  # log of nothing but blanks so far
    rows = np.arange(positions)
    trace = _Trace(
        np.full((len(frames), positions, characters), -3, np.int32),
        np.zeros((len(frames), positions), np.int32),
        np.zeros((len(frames), positions), np.int32),
        np.zeros((len(frames), positions), bool),
    )
    for t in range(len(frames)):
        top = reading.argmax(axis=1)
        best = reading[rows, top]
        reading[rows, top] = 2 * _NEVER
        second_at = reading.argmax(axis=1)
        second = reading[rows, second_at]
        reading[rows, top] = best
        trace.read_as[t], trace.other[t] = top, second_at

        rest_from = (reach + resting[None, :]).argmax(axis=1)
        enter = reach[rows, rest_from] + resting[rest_from]
        source = rest_from.astype(np.int32)
        start_better = begin + lead > enter
        enter = np.where(start_better, begin + lead, enter)
        source[start_better] = -2

        # From reading another character at q: its best, unless that is the same character.
        step = reach + best[None, :]
        step_from = step.argmax(axis=1)
        step_best = step[rows, step_from]
        into = np.broadcast_to(enter[:, None], reading.shape).copy()
        origin = np.broadcast_to(source[:, None], reading.shape).copy()
        direct = np.broadcast_to(step_best[:, None], reading.shape).copy()
        same = top[step_from]
        alternative = np.maximum(second[step_from], _NEVER) + reach[rows, step_from]
        direct[rows, same] = alternative
        better = direct > into
        into[better] = direct[better]
        origin[better] = np.broadcast_to((positions + step_from)[:, None], reading.shape)[better]

        stay = reading >= into
        trace.came[t] = np.where(stay, -3, origin)
        rest_stays = resting >= best
        trace.stayed[t] = rest_stays
        resting = np.where(rest_stays, resting, best) + blank[t]
        reading = np.maximum(reading, into) + emit[t][None, :] + barred
        lead = lead + blank[t]
    return _traced(a, reading, resting, trace)


def _traced(
    a: Automaton, reading: NDArray[np.float32], resting: NDArray[np.float32], trace: _Trace
) -> Path | None:
    """The path that ends best, followed back."""
    positions = len(a.first)
    ending = np.where(a.last, np.float32(0), _NEVER)
    rest_end, read_end = resting + ending, reading + ending[:, None]
    log = float(max(rest_end.max(), read_end.max()))
    if log < float(_NEVER) / 2:
        return None
    resting_now = bool(rest_end.max() >= read_end.max())
    if resting_now:
        p, c = int(rest_end.argmax()), -1
    else:
        p, c = (int(v) for v in np.unravel_index(int(read_end.argmax()), read_end.shape))
    classes: list[int] = []
    spans: list[tuple[int, int]] = []
    last = -1
    for t in range(len(trace.came) - 1, -1, -1):
        if resting_now:
            if not trace.stayed[t, p]:
                resting_now, c, last = False, int(trace.read_as[t, p]), -1
            continue
        if last < 0:
            last = t
        source = int(trace.came[t, p, c])
        if source == -3:
            continue
        classes.append(int(a.classes[c]))
        spans.append((t, last))
        last = -1
        if source == -2:
            break
        if source < positions:
            p, resting_now = source, True
        else:
            q = source - positions
            best = int(trace.read_as[t, q])
            c = best if best != c else int(trace.other[t, q])
            p = q
    return Path(tuple(reversed(classes)), tuple(reversed(spans)), log)


def log_probability(frames: Frames, classes: tuple[int, ...]) -> float:
    """Log-probability of a text: all its alignments together (CTC forward)."""
    if not classes:
        return float(frames[:, BLANK].sum())
    labels = np.full(2 * len(classes) + 1, BLANK)
    labels[1::2] = classes
    emit = frames[:, labels]
    skip = np.full(len(labels), _NEVER, np.float32)
    skip[3::2] = np.where(np.array(classes[1:]) != np.array(classes[:-1]), 0, _NEVER)
    alpha = np.full(len(labels), _NEVER, np.float32)
    alpha[:2] = emit[0, :2]
    for t in range(1, len(frames)):
        one = np.concatenate(([_NEVER], alpha[:-1])).astype(np.float32)
        two = np.concatenate(([_NEVER, _NEVER], alpha[:-2])).astype(np.float32) + skip
        alpha = np.logaddexp(np.logaddexp(alpha, one), two) + emit[t]
    return float(np.logaddexp(alpha[-1], alpha[-2]))


def pattern_probability(frames: Frames, a: Automaton) -> float:
    """Log-probability that the line's text is one the automaton accepts (an upper estimate where
    templates overlap)."""
    emit = np.exp(frames[:, a.classes].astype(np.float64))
    blank = np.exp(frames[:, BLANK].astype(np.float64))
    allowed = a.allowed.astype(np.float64)
    before = a.before.astype(np.float64)
    reading = np.zeros(a.allowed.shape)
    resting = np.zeros(len(a.first))
    lead, log = 1.0, 0.0
    for t in range(len(frames)):
        total = reading.sum(axis=1)
        enter = before @ (resting + total) + a.first * lead
        into = enter[:, None] - before @ reading  # not the same character without a blank
        resting = (resting + total) * blank[t]
        reading = (reading + np.maximum(into, 0)) * allowed * emit[t]
        lead *= blank[t]
        scale = reading.sum() + resting.sum() + lead
        if scale <= 0:
            return float(_NEVER)
        reading, resting, lead = reading / scale, resting / scale, lead / scale
        log += float(np.log(scale))
    end = float((a.last * (resting + reading.sum(axis=1))).sum())
    return log + float(np.log(end)) if end > 0 else float(_NEVER)
