"""Cells: the rectangles that form rules enclose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.rules import Rule, Rules
from ocr.types import Box, Cell

SMALLEST = 0.09  # inch; a box for one digit
SNAP = 0.25
LARGEST = 58.0  # square inches: 0.6 of A4


def find_cells(rules: Rules, size: tuple[int, int], dpi: float) -> tuple[Cell, ...]:
    """Cells of a page of `size` (width, height), table by table, row by row.

    The rules are drawn anew without their gaps, their ends led on to the rule they nearly meet; the
    white regions that remain enclosed are the cells, so merged cells come out as they are.
    """
    if len(rules.horizontal) < 2 or len(rules.vertical) < 2:
        return ()
    canvas = _drawn(rules, size, dpi)
    tables = cv2.connectedComponents(canvas, connectivity=8)[1]
    count, _, stats, _ = cv2.connectedComponentsWithStats(1 - canvas, connectivity=4)
    found: list[tuple[int, Box]] = []
    for index in range(1, count):
        left, top, width, height, area = stats[index].tolist()
        if min(width, height) < SMALLEST * dpi or area < 0.85 * width * height:
            continue
        if left <= 0 or top <= 0 or left + width >= size[0] or top + height >= size[1]:
            continue
        if area > LARGEST * dpi * dpi:
            continue
        table = int(tables[top - 1, left + width // 2]) or int(tables[top + height // 2, left - 1])
        found.append((table, Box(left, top, left + width, top + height)))
    return in_tables(found)


def in_tables(found: Sequence[tuple[int, Box]]) -> tuple[Cell, ...]:
    """Number tables from the top, and rows and columns within each from the edges its cells share."""
    order: dict[int, int] = {}
    for table, _ in sorted(found, key=lambda item: (item[1].top, item[1].left)):
        order.setdefault(table, len(order))
    cells: list[Cell] = []
    for table, number in order.items():
        boxes = [box for t, box in found if t == table]
        rows = _steps([b.top for b in boxes], min(b.height for b in boxes) / 2)
        columns = _steps([b.left for b in boxes], min(b.width for b in boxes) / 2)
        placed = [Cell(b, number, _step_of(b.top, rows), _step_of(b.left, columns)) for b in boxes]
        cells.extend(sorted(placed, key=lambda c: (c.row, c.box.left)))
    return tuple(cells)


@dataclass(frozen=True, slots=True)
class _Steps:
    starts: tuple[float, ...]


def _steps(values: list[int], slack: float) -> _Steps:
    starts: list[float] = []
    for value in sorted(values):
        if not starts or value - starts[-1] > slack:
            starts.append(value)
    return _Steps(tuple(starts))


def _step_of(value: int, steps: _Steps) -> int:
    return max(i for i, start in enumerate(steps.starts) if value >= start)


def _drawn(rules: Rules, size: tuple[int, int], dpi: float) -> np.ndarray:
    canvas = np.zeros((size[1], size[0]), np.uint8)
    for rule in rules.horizontal:
        start, end = _led_on(rule, rules.vertical, dpi)
        cv2.line(canvas, (round(start), round(rule.at(start))), (round(end), round(rule.at(end))), 1, 3)
    for rule in rules.vertical:
        start, end = _led_on(rule, rules.horizontal, dpi)
        cv2.line(canvas, (round(rule.at(start)), round(start)), (round(rule.at(end)), round(end)), 1, 3)
    return canvas


def _led_on(rule: Rule, others: Sequence[Rule], dpi: float) -> tuple[float, float]:
    """Where the rule starts and ends once led on to the nearest rule of the other direction."""
    slack = SNAP * dpi
    near = [
        o.at(across)
        for o in others
        for across in (rule.at_start, rule.at_end)
        if o.start - slack <= across <= o.end + slack
    ]
    start = min(
        (p for p in near if abs(p - rule.start) <= slack),
        key=lambda p: abs(p - rule.start),
        default=rule.start,
    )
    end = min(
        (p for p in near if abs(p - rule.end) <= slack), key=lambda p: abs(p - rule.end), default=rule.end
    )
    return min(start, rule.start), max(end, rule.end)
