"""Numbers that were not read are hidden all the same: by the label they stand beside."""

from __future__ import annotations

from dashboard.door.covers import beside_labels
from ocr.types import Box, Cell, Line, PageRead, Word


def _line(text: str, left: int, top: int, cell: int | None = None) -> Line:
    words, at = [], left
    for word in text.split():
        words.append(Word(word, Box(at, top, at + 20 * len(word), top + 30), 0.9))
        at += 20 * len(word) + 10
    return Line(tuple(words), Box(left, top, at - 10, top + 30), cell)


def _page(lines: list[Line], cells: list[Cell]) -> PageRead:
    return PageRead(1, 1000, 1000, lines=tuple(lines), cells=tuple(cells))


def _row(row: int, count: int = 4) -> list[Cell]:
    return [Cell(Box(200 * n, 100 * row, 200 * (n + 1), 100 * (row + 1)), 0, row, n) for n in range(count)]


def test_the_cell_beside_a_misread_label_is_covered_though_nothing_was_read_in_it() -> None:
    page = _page([_line("성명", 5, 20, 0), _line("주민듬록번호", 405, 20, 2)], _row(0))
    assert beside_labels(page) == [(600, 0, 800, 100)]


def test_a_column_of_a_list_is_covered() -> None:
    lines = [_line("주민등록번호", 205, 20, 1), _line("관계", 405, 20, 2)]
    page = _page(lines, _row(0) + _row(1) + _row(2))
    assert beside_labels(page) == [(200, 100, 400, 200), (200, 200, 400, 300)]


def test_the_rest_of_a_line_is_covered_and_other_lines_are_not() -> None:
    page = _page([_line("계좌번호 : 11O-Z22", 50, 300), _line("신청인은 위와 같이 신청합니다", 50, 400)], [])
    ((left, top, right, bottom),) = beside_labels(page)
    assert (left, top, right, bottom) == (130, 300, 1000, 330)


def test_the_heads_of_a_list_without_rules_stay_legible() -> None:
    assert beside_labels(_page([_line("사원명 주민번호 지급총액 공제총액", 50, 300)], [])) == []


def test_a_label_in_two_words_still_points_to_the_cell_beside_it() -> None:
    page = _page([_line("주민등록 번호", 405, 20, 2)], _row(0))
    assert beside_labels(page) == [(600, 0, 800, 100)]
