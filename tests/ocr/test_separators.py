"""Where the letters of a batch begin, told from read pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from bots.separator_sheets import separator_sheet
from config.case_code import CaseCode, CodeKind
from ocr.page import read_page
from ocr.separators import SHEET_TITLE, SHEET_WORDS, Division, divide, separator_on
from ocr.types import Barcode, Box, DocumentRead, FieldValue, PageRead
from tests.ocr.sheet import Sheet

CASE = "2026-UB-0012345"
PLACE = Box(0, 0, 9, 9)
KIM, LEE, PARK = ("김가온", "900101-1234567"), ("이도윤", "850505-1345678"), ("박서하", "770707-2456789")


def paper(number: int) -> PageRead:
    return Sheet(number).text("내용이 있는 쪽입니다 글자가 여덟 자보다 많습니다").page()


def blank(number: int) -> PageRead:
    return PageRead(number, 2400, 3400, ink=0.0)


def broken(number: int) -> PageRead:
    return PageRead(number, 0, 0, problem="malformed")


def separator(number: int, receipt_no: str = "", copies: int = 5) -> PageRead:
    text = CaseCode(CodeKind.SEPARATOR, receipt_no).text
    return replace(blank(number), barcodes=(Barcode("QR Code", text, PLACE),) * copies, ink=0.1)


def pages(pattern: str) -> list[PageRead]:
    """One page per letter of `pattern`: P paper, B blank, S separator, C separator of a case, X unreadable."""
    make = {"P": paper, "B": blank, "S": separator, "C": lambda n: separator(n, CASE), "X": broken}
    return [make[kind](n) for n, kind in enumerate(pattern, 1)]


def one_each(read: Sequence[PageRead]) -> list[DocumentRead]:
    return [DocumentRead((page.number,), "other", 0.9) for page in read]


def letters(division: Division) -> list[tuple[int, ...]]:
    return [letter.pages for letter in division.letters]


def form(kind: str, number: int, person: tuple[str, str] | None = None, sure: float = 0.95) -> DocumentRead:
    named = dict(zip(("name", "rrn"), person or (), strict=False))
    fields = {n: FieldValue(n, v, v, sure, sure < 0.6, number) for n, v in named.items() if v}
    return DocumentRead((number,), kind, 0.95, fields)


def by_changes(*documents: DocumentRead) -> Division:
    read = [paper(n) for d in documents for n in d.pages]
    return divide(read, batch=True, read=lambda _: documents)


def test_without_a_separator_only_a_batch_is_divided() -> None:
    assert divide(pages("PPBP"), batch=False).by == ""
    assert letters(divide(pages("PPBP"), batch=False)) == [(1, 2, 3, 4)]


def test_a_separator_divides_whatever_came_and_belongs_to_no_letter() -> None:
    division = divide(pages("PPSPSPPP"), batch=False)
    assert division.by == "separator"
    assert letters(division) == [(1, 2), (4,), (6, 7, 8)]
    assert division.separators == (3, 5)


def test_a_separator_of_a_case_says_so_until_the_next() -> None:
    division = divide(pages("CPPSPCP"), batch=False)
    assert [letter.receipt_no for letter in division.letters] == [CASE, "", CASE]


def test_behind_a_page_that_cannot_be_read_the_case_is_not_taken_for_granted() -> None:
    (letter,) = divide(pages("CPXP"), batch=False).letters
    assert (letter.pages, letter.receipt_no, letter.doubtful) == ((2, 3, 4), "", True)


def test_blank_backs_stay_with_their_letter_but_not_that_of_the_separator() -> None:
    division = divide(pages("SBPBPBSBPB"), batch=False)
    assert letters(division) == [(3, 4, 5, 6), (9, 10)]
    assert division.blanks == (2, 8)


def test_a_page_with_a_faint_note_is_no_blank_sheet_and_stays_in_its_letter() -> None:
    faint = replace(blank(3), ink=0.001)
    division = divide([separator(1), paper(2), faint, separator(4), replace(faint, number=5)], batch=True)
    assert (letters(division), division.blanks) == ([(2, 3), (5,)], ())


def test_two_separators_and_a_last_one_make_no_empty_letters() -> None:
    assert letters(divide(pages("SSPS"), batch=False)) == [(3,)]
    assert divide(pages("SBS"), batch=True).letters == ()


def test_a_code_stuck_on_a_paper_begins_a_letter_and_loses_no_page() -> None:
    stuck = Sheet(2)
    for _ in range(30):
        stuck.text("신청서의 본문이 길게 이어지는 줄입니다 열여섯 글자쯤")
    one = replace(stuck.page(), barcodes=separator(2, CASE, copies=1).barcodes)
    division = divide([paper(1), one, paper(3)], batch=False)
    assert letters(division) == [(1,), (2, 3)]
    assert (division.separators, division.letters[1].receipt_no) == ((), CASE)


def test_a_sheet_whose_codes_are_all_gone_is_known_by_its_words() -> None:
    sheet = Sheet(2).title(SHEET_TITLE)
    for words in SHEET_WORDS:
        sheet.text(words)
    mark = separator_on(sheet.page())
    assert mark is not None and mark.sheet and mark.receipt_no == ""
    assert separator_on(Sheet(2).title(SHEET_TITLE).text("구분지 20장 주문합니다").page()) is None


def test_blank_sheets_divide_a_batch() -> None:
    division = divide(pages("PPBPBPP"), batch=True, read=one_each)
    assert (division.by, letters(division), division.blanks) == ("blank", [(1, 2), (4,), (6, 7)], (3, 5))


def test_a_blank_back_within_one_document_does_not_divide() -> None:
    def read(_: Sequence[PageRead]) -> list[DocumentRead]:
        return [form("payroll", 1), DocumentRead((3, 5), "payroll", 0.9), form("payroll", 7)]

    division = divide(pages("PBPBPBP"), batch=True, read=read)
    assert letters(division) == [(1,), (3, 4, 5), (7,)]


def test_scanned_on_both_sides_only_a_sheet_with_two_blank_sides_divides() -> None:
    division = divide(pages("PBPBBBPPPB"), batch=True, read=one_each)
    assert (letters(division), division.blanks) == ([(1, 2, 3, 4), (7, 8, 9, 10)], (5, 6))


def test_a_stray_blank_page_is_no_order() -> None:
    people = [form("ub_application", n, p) for n, p in ((1, KIM), (2, LEE), (4, PARK), (5, KIM), (6, LEE))]
    division = divide(pages("PPBPPP"), batch=True, read=lambda _: people)
    assert letters(division) == [(1,), (2,), (4,), (5,), (6,)]


def test_between_blank_sheets_a_change_of_people_is_no_cut_but_a_doubt() -> None:
    people = [form("ub_application", n, p) for n, p in ((1, KIM), (3, LEE), (4, PARK), (6, KIM))]
    division = divide(pages("PBPPBP"), batch=True, read=lambda _: people)
    assert [(x.pages, x.doubtful) for x in division.letters] == [((1,), False), ((3, 4), True), ((6,), False)]


def test_another_persons_paper_begins_a_letter() -> None:
    division = by_changes(
        form("ub_application", 1, KIM),
        form("id_card", 2, KIM),
        form("id_card", 3, LEE),
        form("payroll", 4, LEE),
    )
    assert (division.by, letters(division)) == ("change", [(1, 2), (3, 4)])
    assert not any(letter.doubtful for letter in division.letters)


def test_a_new_form_begins_a_letter_even_where_its_person_could_not_be_read() -> None:
    unread = form("ub_application", 3, ("김기온", ""), sure=0.2)
    division = by_changes(form("ub_application", 1, KIM), form("bankbook_copy", 2, KIM), unread)
    assert letters(division) == [(1, 2), (3,)]


def test_a_second_form_of_the_same_person_stays() -> None:
    division = by_changes(
        form("ub_application", 1, KIM), form("vtc_application", 2, KIM), form("ub_application", 3, LEE)
    )
    assert letters(division) == [(1, 2), (3,)]


def test_papers_that_name_nobody_stay_with_the_letter_before_in_doubt() -> None:
    division = by_changes(
        form("ub_application", 1, KIM),
        form("business_registration", 2),
        form("ub_application", 3, LEE),
        form("id_card", 4, LEE),
    )
    assert letters(division) == [(1, 2), (3, 4)]
    assert [letter.doubtful for letter in division.letters] == [True, False]


def test_a_brothers_name_is_no_ground_to_cut() -> None:
    division = by_changes(
        form("ub_application", 1, KIM),
        form("bankbook_copy", 2, ("김가은", "")),
        form("ub_application", 3, LEE),
    )
    assert letters(division)[0] == (1, 2)


def test_the_number_tells_before_the_name() -> None:
    namesake = (KIM[0], "610203-2111111")
    division = by_changes(form("ub_application", 1, KIM), form("id_card", 2, namesake))
    assert letters(division) == [(1,), (2,)]


def test_the_centers_own_letter_and_a_cover_come_first() -> None:
    number = FieldValue("receipt_no", CASE, CASE, 0.999, False, 2, notes=("symbol",))
    slip = DocumentRead((2,), "other", 0.9, {"receipt_no": number})
    division = by_changes(
        form("id_card", 1, KIM), slip, form("id_card", 3, LEE), form("fax_cover", 4), form("id_card", 5, PARK)
    )
    assert letters(division) == [(1,), (2, 3), (4, 5)]


@given(some.text("PBSCX", min_size=1, max_size=40), some.booleans(), some.integers(0, 2**32))
def test_no_page_is_lost_or_doubled(pattern: str, batch: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)

    def read(some_pages: Sequence[PageRead]) -> list[DocumentRead]:
        """Documents of one to three pages of four people or nobody."""
        found, numbers = [], [p.number for p in some_pages]
        while numbers:
            size = int(rng.integers(1, 4))
            own, numbers = tuple(numbers[:size]), numbers[size:]
            person = (KIM, LEE, PARK, None)[rng.integers(0, 4)]
            kind = ("ub_application", "id_card", "fax_cover", "other")[rng.integers(0, 4)]
            found.append(replace(form(kind, own[0], person), pages=own))
        return found

    division = divide(pages(pattern), batch=batch, read=read)
    placed = [n for letter in division.letters for n in letter.pages]
    assert placed == sorted(placed)
    assert sorted([*placed, *division.separators, *division.blanks]) == list(range(1, len(pattern) + 1))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_printed_sheet_is_known_whichever_way_it_went_through_a_poor_scanner(
    turn: int, tmp_path: Path
) -> None:
    sheet = separator_sheet(CaseCode(CodeKind.SEPARATOR, CASE), 200).convert("L")
    gray = np.asarray(sheet.rotate(2.5, fillcolor=255).rotate(turn, expand=True), dtype=np.float32)
    noise = np.random.default_rng(turn)
    pale = 90 + gray * (255 - 90) / 255 + noise.normal(0, 25, gray.shape)  # a drum that is nearly empty
    bits = (pale > 150) ^ (noise.random(gray.shape) < 0.002)
    Image.fromarray(bits).save(tmp_path / "s.tif", compression="group4", dpi=(200, 200))
    read = read_page(tmp_path / "s.tif", 1)
    mark = separator_on(read)
    assert mark is not None and (mark.sheet, mark.receipt_no) == (True, CASE)
    assert read.engine == "barcodes", "nothing but the codes needs to be read"
    assert (read.width < read.height) is True
