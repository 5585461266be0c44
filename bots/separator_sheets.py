"""The separator sheets that staff lay between the letters of a batch scan, as A4 pages of a PDF.

The code stands on the sheet five times, large, and the whole sheet reads the same upside down: a sheet that
is skewed, pale or partly covered is still known by what is left of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from bots.setting_up import debian, programs
from config.case_code import CaseCode, CodeKind
from ocr.separators import SHEET_TITLE, SHEET_WORDS

PRINT_DPI = 600
WIDTH, HEIGHT = 210.0, 297.0  # mm
_CORNER, _MIDDLE, _EDGE = 46.0, 62.0, 13.0  # mm: codes at the corners, in the middle; margin
_FACES = ("NanumGothicBold.ttf", "NanumGothic.ttf")
_FOR_A_CASE = "다음 구분지까지의 서류는 모두 이 접수번호의 신청에 속합니다"
_HOW = (
    "글씨가 있는 면이 스캔되게 넣습니다. 위아래는 바뀌어도 됩니다.",
    "QR 위에 쓰거나 도장을 찍지 마십시오. 여러 번 다시 쓸 수 있습니다.",
)


class NoFont(RuntimeError):
    """There is no Korean font to print with; the text says which package has one."""


def write_separators(path: Path, count: int, receipt_nos: Sequence[str] = ()) -> int:
    """Write `count` sheets for letters of any case, or `count` for each case; returns how many sheets.

    Raises ValueError for what is no receipt number, NoFont, OSError.
    """
    codes = [CaseCode(CodeKind.SEPARATOR, number) for number in receipt_nos or ("",)]
    sheets = [sheet for code in codes for sheet in [separator_sheet(code)] * count]
    dpi = (float(PRINT_DPI), float(PRINT_DPI))
    sheets[0].save(path, "PDF", save_all=True, append_images=sheets[1:], dpi=dpi, title=SHEET_TITLE)
    return len(sheets)


def separator_sheet(code: CaseCode, dpi: int = PRINT_DPI) -> Image.Image:
    """One sheet, one bit a pixel. `code` is a separator's."""
    page = Image.new("1", (_dots(WIDTH, dpi), _dots(HEIGHT, dpi)), 1)
    _draw_half(page, code, dpi)
    page = page.rotate(180)
    _draw_half(page, code, dpi)
    middle = _symbol(code, _MIDDLE, dpi)
    page.paste(middle, ((page.width - middle.width) // 2, (page.height - middle.height) // 2))
    return page


def _draw_half(page: Image.Image, code: CaseCode, dpi: int) -> None:
    """The upper half: two codes, the title between them, and what to do with the sheet."""
    corner = _symbol(code, _CORNER, dpi)
    for left in (_dots(_EDGE, dpi), page.width - _dots(_EDGE, dpi) - corner.width):
        page.paste(corner, (left, _dots(_EDGE, dpi)))
    _write(page, SHEET_TITLE, 25.0 if code.receipt_no else 31.0, 12.0, dpi)
    top = 67.0
    if code.receipt_no:
        _write(page, f"접수번호 {code.receipt_no}", 45.0, 6.5, dpi)
        _write(page, _FOR_A_CASE, top, 5.0, dpi)
        top += 9.0
    for text, size in ((SHEET_WORDS[0], 7.0), (SHEET_WORDS[1], 5.0), *((words, 4.2) for words in _HOW)):
        _write(page, text, top, size, dpi)
        top += size * 1.55


def _symbol(code: CaseCode, size: float, dpi: int) -> Image.Image:
    """The code `size` mm wide with its quiet zone, modules of whole dots."""
    matrix = segno.make(code.text, error="h", micro=False)
    modules = int(matrix.symbol_size(border=4)[0])
    scale = max(1, _dots(size, dpi) // modules)
    image = Image.new("1", (modules * scale, modules * scale), 1)
    pen = ImageDraw.Draw(image)
    for y, row in enumerate(matrix.matrix_iter(border=4)):
        for x, dark in enumerate(row):
            if dark:
                pen.rectangle((x * scale, y * scale, (x + 1) * scale - 1, (y + 1) * scale - 1), fill=0)
    return image


def _write(page: Image.Image, text: str, top: float, size: float, dpi: int) -> None:
    """A line of text in the middle of the page, `top` and `size` in mm."""
    face = _face(_dots(size, dpi))
    width = face.getlength(text)
    ImageDraw.Draw(page).text(((page.width - width) / 2, _dots(top, dpi)), text, font=face, fill=0)


@cache
def _face(size: int) -> ImageFont.FreeTypeFont:
    known = {font.name: font for font in programs.korean_fonts()}
    found = next((known[name] for name in _FACES if name in known), None)
    if found is None:
        line = debian.line_to_type(["fonts-nanum"])
        raise NoFont(f"구분지를 그릴 한글 글꼴이 없습니다. 다음 줄로 설치하십시오: {line}")
    return ImageFont.truetype(str(found), size)


def _dots(millimetres: float, dpi: int) -> int:
    return round(millimetres * dpi / 25.4)
