"""Form rules: dashes bridged, strokes kept, letters never taken for rules."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from ocr.cells import find_cells
from ocr.rules import find_rules, without_rules
from tests.ocr import paper

DPI = 300


def table(dash: int, gap: int) -> np.ndarray:
    page = np.full((1200, 2000), 255, np.uint8)
    for top in (300, 420, 540):
        for left in range(200, 1800, dash + gap):
            page[top : top + 4, left : min(left + dash, 1800)] = 0
    for left in (200, 700, 1797):
        page[300:544, left : left + 4] = 0
    return page


def test_broken_rules_still_enclose_cells() -> None:
    for dash, gap in ((1600, 0), (110, 30), (60, 50)):
        ink = table(dash, gap) < 128
        cells = find_cells(find_rules(ink, DPI), (2000, 1200), DPI)
        assert [(c.row, c.column) for c in cells] == [(0, 0), (0, 1), (1, 0), (1, 1)], (dash, gap)


def test_a_merged_cell_stays_one() -> None:
    page = table(1600, 0)
    page[304:420, 690:710] = 255
    cells = find_cells(find_rules(page < 128, DPI), (2000, 1200), DPI)
    assert sorted(c.box.width > 1500 for c in cells) == [False, False, True]


def test_a_stroke_that_crosses_a_rule_stays_whole() -> None:
    page = table(1600, 0)
    page[380:460, 1000:1006] = 0
    clean = without_rules(page, page < 128, find_rules(page < 128, DPI), DPI)
    assert (clean[384:456, 1002] == 0).all()
    assert (clean[415:430, 1100:1700] == 255).all()


def test_large_letters_are_no_rules() -> None:
    page = Image.new("L", (2000, 900), 255)
    pen = ImageDraw.Draw(page)
    for row, size in enumerate((60, 90, 130)):
        pen.text((100, 100 + 220 * row), "고용촉진장려금 지급신청서", font=paper.font(size), fill=0)
    gray = np.asarray(page)
    found = find_rules(gray < 128, DPI)
    assert found.horizontal == () and found.vertical == ()
