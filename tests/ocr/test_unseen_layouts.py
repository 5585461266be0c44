"""What layouts have that no rule was made for: gray print, boxes for digits, seals, portraits, photos."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.blocks import tokens
from ocr.catalogue import default_catalogue
from ocr.cells import find_cells
from ocr.documents import understand
from ocr.layout import ink_level
from ocr.lexicons import find_bank
from ocr.linereader import LineReading
from ocr.orientation import legibility, on_its_head
from ocr.photo import sheet_corners
from ocr.reread import agreed
from ocr.rules import find_rules
from ocr.textlines import find_lines
from ocr.types import Box, Word
from tests.ocr import paper
from tests.ocr.sheet import Sheet, line

DPI = 300


def drawn(texts: list[tuple[int, int, int, str]], size: tuple[int, int] = (1600, 800)) -> Image.Image:
    page = Image.new("L", size, 255)
    pen = ImageDraw.Draw(page)
    for left, top, height, text in texts:
        pen.text((left, top), text, font=paper.font(height), fill=0)
    return page


def lines(page: Image.Image) -> list[Box]:
    return [found.box for found in find_lines(np.asarray(page) < 140, (), DPI)]


def test_pale_print_is_ink_and_grain_is_not() -> None:
    grain = np.random.default_rng(5).normal(246, 8, (400, 400)).clip(0, 255).astype(np.uint8)
    assert 160 <= ink_level(grain) <= 180 and (grain < ink_level(grain)).sum() == 0


def test_boxes_for_one_digit_are_cells() -> None:
    ink = np.zeros((300, 1200), bool)
    for top in (100, 151):
        ink[top : top + 3, 200:801] = True
    for left in range(200, 801, 40):
        ink[100:154, left : left + 3] = True
    assert len(find_cells(find_rules(ink, DPI), (1200, 300), DPI)) == 15


def test_a_rule_does_without_the_letter_that_stands_above_it() -> None:
    ink = np.zeros((600, 1600), bool)
    for top in (200, 300, 400):
        ink[top : top + 3, 100:1501] = True
    for left in (100, 700, 1498):
        ink[200:403, left : left + 3] = True
    ink[130:185, 701:704] = True  # the bar of a letter, in line with the middle rule
    assert len(find_cells(find_rules(ink, DPI), (1600, 600), DPI)) == 4


def test_a_signature_does_not_join_the_lines_it_crosses() -> None:
    page = drawn(
        [(100, 300, 42, "(사업주) 사업체명: 남강정밀 전화 051-837-7088"), (100, 366, 42, "대표자: 허지민")]
    )
    pen = ImageDraw.Draw(page)
    pen.line([(330, 330), (380, 405), (430, 325), (480, 410), (540, 330)], fill=0, width=6)
    assert sum(b.width > 200 and b.height < 75 for b in lines(page)) >= 2


def test_a_portrait_does_not_swallow_the_lines_beside_it() -> None:
    page = drawn(
        [(100, 300, 48, "정다솜"), (100, 370, 40, "671213-6255315"), (100, 440, 40, "경기도 고양시 덕양구")]
    )
    ImageDraw.Draw(page).rectangle((900, 290, 1100, 410), fill=0)
    assert [b.right < 800 for b in lines(page)] == [True] * 3


def test_a_photographed_sheet_is_found_by_its_edge() -> None:
    ground = np.full((1200, 900), 75, np.uint8)
    true = np.array([[70, 60], [800, 110], [840, 1120], [50, 1100]], np.int32)
    cv2.fillConvexPoly(ground, true, 215)
    shade = np.linspace(0.75, 1.1, 900)[None, :]
    noisy = (
        (ground * shade + np.random.default_rng(3).normal(0, 6, ground.shape)).clip(0, 255).astype(np.uint8)
    )
    found = sheet_corners(noisy)
    assert found is not None and np.abs(found - true).max() < 12


def test_a_name_set_apart_is_found_by_its_pattern() -> None:
    page = (
        Sheet()
        .title("통장사본")
        .text("신협 저축예금통장")
        .text("계좌번호 945-568-440776")
        .text("권 광수 님")
        .page()
    )
    (document,) = understand([page])
    assert document.fields["name"].value == "권광수"


def test_a_pattern_looks_at_every_reading() -> None:
    page = Sheet().title("근로계약서")
    page.lines.append(
        line("남강정밀 (이하 사업주)과 YUYUolsh 체결한다.", 200, 500, sure=0.4,
             others=[("남강정밀 (이하 사업주)과 홍석진 (이하 근로자) 체결한다.", 0.6)])
    )  # fmt: skip
    (document,) = understand([page.page()])
    assert document.fields["name"].value == "홍석진"


def test_a_value_right_behind_its_label_is_no_label() -> None:
    page = Sheet().title("통장사본").text("예금주 변 동 욱").text("계좌번호 126-49-880433").page()
    assert "변동일" in default_catalogue().labels
    (document,) = understand([page])
    assert document.fields["name"].value == "변동욱"


@pytest.mark.parametrize("sign", ["ㆍ", ".", ":"])
def test_a_poor_colon_parts_a_label_from_a_number(sign: str) -> None:
    parts = tokens(line(f"입금계좌{sign}2576 6320 6483", 0, 0))
    assert [t.text for t in parts][:2] == ["입금계좌", "2576"] and parts[1].after_colon


@pytest.mark.parametrize(
    ("text", "bank"),
    [
        ("5(제일은행 종로구지점", "SC제일은행"),
        ("예금은행: 제일은행", "제일은행"),
        ("SC제일은행", "SC제일은행"),
    ],
)
def test_letters_before_a_bank(text: str, bank: str) -> None:
    found = find_bank(text)
    assert found is not None and found[1] == bank


def test_an_account_with_a_dot_among_its_hyphens_is_less_sure() -> None:
    def sure(account: str) -> float:
        page = Sheet().title("통장사본").text("예금주 변동욱").text(f"계좌번호 {account}").page()
        (document,) = understand([page])
        return document.fields["account"].confidence

    assert 1 - sure("7.4-38-977220-9") > 2 * (1 - sure("714-38-977220-9"))


def test_latin_junk_gives_way_to_hangul() -> None:
    words = (Word("Bole", Box(0, 0, 60, 30), 0.4), Word("880911-1021413", Box(80, 0, 300, 30), 0.9))
    text = "김혜주 880911-1021413"
    spans = ((0, 18), (20, 38), (40, 58), (60, 78), *((80 + 15 * i, 90 + 15 * i) for i in range(14)))
    own = LineReading(text, 0.3, (0.8,) * len(text), 0.0, (), spans, (0.0,) * len(text))
    assert [w.text for w in agreed([words], own, 30).words] == ["김혜주", "880911-1021413"]
    sure = (Word("USB", Box(0, 0, 60, 30), 0.95), words[1])
    assert agreed([sure], own, 30).words[0].text == "USB"


def test_which_way_up_the_line_recogniser_tells() -> None:
    crops = [
        np.asarray(drawn([(10, 6, 40, text)], (900, 56)))
        for text in (
            "성명 홍길동 주민등록번호 960121-1021413",
            "주소 서울특별시 중구 세종대로 110",
            "위와 같이 신청합니다.",
        )
    ]
    turned = [np.ascontiguousarray(np.rot90(c, 2)) for c in crops]
    assert legibility(crops) > legibility(turned)
    assert not on_its_head(crops, [()] * 3) and on_its_head(turned, [()] * 3)


def test_a_bar_that_stands_alone_is_no_one() -> None:
    from ocr.fields.digits import runs

    assert [r[0] for r in runs("결제 계좌 | 253- 29- 3005- 891")] == ["253293005891"]
    assert [r[0] for r in runs("| 94146 56 524158 |")] == ["9414656524158"]
