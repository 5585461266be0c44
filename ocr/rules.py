"""Form rules: finding the printed lines of a table, taking them off the page.

A rule is often not one run of pixels: a fax in standard resolution turns a level line that lies
slightly askew into dashes, and cheap printers break it. So runs are found first (opening with long
thin kernels), then runs that continue one another are chained, and a chain counts as a rule when it
is long enough, or when it ends at rules of the other direction: that is what tells a dashed line of
a table from the bars of large Hangul.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Gray, Mask

SHORTEST_RUN = 0.13  # inch; Hangul bars of 11 point are shorter
THICKEST = 0.035
SHORTEST_SIDE = 0.12  # of a box for one character
PLAIN_SIDE = 0.18  # shorter ones must reach the rules above and below: they may be bars of letters
TOUCH = 0.02
LARGEST_GAP = 0.30
SMALL_GAP = 0.10
SLOPE_SLACK = 0.02
RULE_REACH = 40  # pixels across a rule's line within which all of its runs lie


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from `start` to `end` along its axis, at `at_start` and `at_end` across it (pixels).

    `core` is its longest run alone, if it is chained from several: the bar of a letter above a table
    may have been chained to the table's rule.
    """

    start: float
    end: float
    at_start: float
    at_end: float
    covered: float
    longest: float
    runs: tuple[int, ...]
    core: Rule | None = None

    @property
    def length(self) -> float:
        return self.end - self.start

    def at(self, along: float) -> float:
        """Its place across the axis at `along`, extended beyond its ends."""
        if self.length < 1:
            return self.at_start
        return self.at_start + (self.at_end - self.at_start) * (along - self.start) / self.length


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a page; `ink` marks their pixels in the page image."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    ink: Mask


def find_rules(ink: Mask, dpi: float, dashed: str = "across") -> Rules:
    """Rules of an upright, level page; `dashed` says along which axis ("across", "down") a fax dashes."""
    gap_across, gap_down = (LARGEST_GAP, SMALL_GAP) if dashed == "across" else (SMALL_GAP, LARGEST_GAP)
    across, across_labels = _chains(ink, dpi, gap_across)
    down, down_labels = _chains(np.ascontiguousarray(ink.T), dpi, gap_down)
    horizontal, vertical = _held_together(across, down, dpi)
    marked = np.zeros(ink.shape, dtype=bool)
    _mark(marked, horizontal, across_labels)
    _mark(marked.T, vertical, down_labels)
    return Rules(tuple(horizontal), tuple(vertical), marked)


def without_rules(gray: Gray, ink: Mask, rules: Rules, dpi: float) -> Gray:
    """The page with its rules painted white; strokes that cross a rule are kept whole."""
    if not rules.ink.any():
        return gray
    marked = cv2.dilate(rules.ink.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    rest = (ink & ~marked).astype(np.uint8)
    reach = int(THICKEST * dpi) + 4
    upright = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8)).astype(bool)
    level = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8)).astype(bool)
    cleaned = gray.copy()
    cleaned[marked & ~((upright | level) & ink)] = 255
    return cleaned


def _chains(ink: Mask, dpi: float, largest_gap: float) -> tuple[list[Rule], NDArray[np.int32]]:
    """Level runs of `ink`, chained; and the label image that `Rule.runs` indexes."""
    thick = cv2.dilate(ink.astype(np.uint8), np.ones((3, 1), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, int(SHORTEST_RUN * dpi)), np.uint8))
    runs_only = cv2.bitwise_and(opened, ink.astype(np.uint8))
    opened = cv2.morphologyEx(runs_only, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    runs: list[Rule] = []
    for label in range(1, count):
        left, top, width, height, area = stats[label].tolist()
        if width < 0.7 * SHORTEST_RUN * dpi or area / width > THICKEST * dpi or height > 0.12 * width + 6:
            continue
        part = labels[top : top + height, left : left + width] == label
        edge = max(1, min(12, width // 3))
        first = top + float(np.nonzero(part[:, :edge])[0].mean())
        last = top + float(np.nonzero(part[:, -edge:])[0].mean())
        runs.append(Rule(left, left + width, first, last, width, width, (label,)))
    runs.sort(key=lambda r: r.start)
    chains: list[Rule] = []
    for run in runs:
        best = min(
            (i for i in range(len(chains)) if _continues(chains[i], run, dpi, largest_gap)),
            key=lambda i: abs(chains[i].at_end - run.at_start) + 0.05 * abs(run.start - chains[i].end),
            default=None,
        )
        if best is None:
            chains.append(run)
        else:
            chains[best] = _joined(chains[best], run)
    return chains, np.asarray(labels, dtype=np.int32)


def _continues(chain: Rule, run: Rule, dpi: float, largest_gap: float) -> bool:
    gap = run.start - chain.end
    if not -0.05 * dpi <= gap <= largest_gap * dpi:
        return False
    return abs(chain.at_end - run.at_start) <= 3 + SLOPE_SLACK * max(gap, 0) + 0.004 * dpi


def _joined(chain: Rule, run: Rule) -> Rule:
    return replace(
        chain,
        end=max(chain.end, run.end),
        at_end=run.at_end,
        covered=chain.covered + run.covered,
        longest=max(chain.longest, run.longest),
        runs=chain.runs + run.runs,
        core=max(chain.core or chain, run, key=lambda r: r.length),
    )


def _held_together(across: list[Rule], down: list[Rule], dpi: float) -> tuple[list[Rule], list[Rule]]:
    """Those that are long and whole, and those whose both ends meet others that stay."""
    horizontal = [r for r in across if r.length >= 0.35 * dpi and r.covered >= 0.35 * r.length]
    vertical = [r for r in down if r.length >= SHORTEST_SIDE * dpi and r.covered >= 0.5 * r.length]
    while True:
        kept_h = [k for r in horizontal if (k := _held(r, _is_level, vertical, dpi))]
        kept_v = [k for r in vertical if (k := _held(r, _is_side, kept_h, dpi))]
        if kept_h == horizontal and kept_v == vertical:
            return kept_h, kept_v
        horizontal, vertical = kept_h, kept_v


def _held(
    rule: Rule, holds: Callable[[Rule, list[Rule], float], bool], others: list[Rule], dpi: float
) -> Rule | None:
    """The rule, or else its longest run, if that holds."""
    return next((r for r in (rule, rule.core) if r is not None and holds(r, others, dpi)), None)


def _is_level(rule: Rule, vertical: list[Rule], dpi: float) -> bool:
    return _stands_alone(rule, dpi) or _ends_at(rule, vertical, 0.25 * dpi, 0.08 * dpi)


def _is_side(rule: Rule, horizontal: list[Rule], dpi: float) -> bool:
    if _stands_alone(rule, dpi):
        return True
    short = 0.08 if rule.length >= PLAIN_SIDE * dpi else TOUCH
    return _ends_at(rule, horizontal, short * dpi, 0.25 * dpi)


def _stands_alone(rule: Rule, dpi: float) -> bool:
    return rule.longest >= 0.9 * dpi and rule.covered >= 0.5 * rule.length


def _ends_at(rule: Rule, others: list[Rule], short: float, beyond: float) -> bool:
    """Both ends of `rule` lie at others: up to `short` away from them, up to `beyond` past their ends."""

    def met(along: float, across: float) -> bool:
        return any(
            abs(o.at(across) - along) <= short and o.start - beyond <= across <= o.end + beyond
            for o in others
        )

    return met(rule.start, rule.at_start) and met(rule.end, rule.at_end)


def _mark(marked: Mask, rules: list[Rule], labels: NDArray[np.int32]) -> None:
    """Set in `marked` the pixels of the rules' runs."""
    for rule in rules:
        start, end = int(rule.start), int(rule.end)
        low = max(0, int(min(rule.at_start, rule.at_end)) - RULE_REACH)
        high = int(max(rule.at_start, rule.at_end)) + RULE_REACH
        part = (slice(low, high), slice(start, end))
        marked[part] |= np.isin(labels[part], rule.runs)
