"""An upload to the post: a PDF with all letters and the list of their addresses, checked as such sites do."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

import pikepdf

from bots.sandbox.post_site.ledger import Letter, Refused
from config import post_rates

COLUMNS = ("순번", "고객관리번호", "받는분", "우편번호", "주소", "상세주소", "시작쪽", "쪽수")
MOST_ROWS, LONGEST_NAME, LONGEST_ADDRESS = 500, 100, 200
_A4 = (595.276, 841.890)
_SLACK = 6.0
_BAD_FILE = "파일 형식이 올바르지 않습니다."
_NOT_PRINTED = re.compile("[\ud800-\udfff\U00010000-\U0010ffff\x00-\x1f]")


@dataclass(frozen=True)
class Wrong:
    """A row that is refused, and with it the upload."""

    position: str
    key: str
    text: str


def read(envelope: str, listed: bytes, pdf: bytes) -> tuple[list[Letter], list[Wrong]]:
    """The letters of an upload, and what is wrong with it. Raises `Refused` where a file is not understood.

    listed  CSV in UTF-8, columns by their names (`COLUMNS`)
    """
    rows = _rows(listed)
    if not rows:
        raise Refused("주소록에 받는 분이 없습니다.")
    if len(rows) > MOST_ROWS:
        raise Refused(f"한 번에 {MOST_ROWS}통까지 접수할 수 있습니다.")
    a4 = _pages(pdf)
    keys = Counter(row["고객관리번호"] for row in rows)
    letters: list[Letter] = []
    wrong: list[Wrong] = []
    following = 1
    for row in rows:
        problem = _problem(row, envelope, following, a4, keys)
        if problem:
            wrong.append(Wrong(row["순번"], row["고객관리번호"], problem))
        pages = int(row["쪽수"]) if row["쪽수"].isdecimal() else 0
        following += pages
        if not problem:
            letters.append(_letter(row, pages))
    if not wrong and following != len(a4) + 1:
        last = rows[-1]
        wrong.append(Wrong(last["순번"], last["고객관리번호"], "쪽 범위가 올바르지 않습니다."))
    return letters, wrong


def _letter(row: dict[str, str], pages: int) -> Letter:
    return Letter(
        position=int(row["순번"]),
        key=row["고객관리번호"],
        name=row["받는분"],
        postcode=row["우편번호"],
        address=row["주소"],
        detail=row["상세주소"],
        first_page=int(row["시작쪽"]),
        pages=pages,
        sheets=post_rates.sheets_of(pages),
    )


def _problem(row: dict[str, str], envelope: str, following: int, a4: list[bool], keys: Counter[str]) -> str:
    """What is wrong with one row, "" if nothing; `following` is the page at which it has to begin."""
    if not all(row[name].isdecimal() for name in ("순번", "시작쪽", "쪽수")):
        return "순번, 시작쪽, 쪽수는 숫자로 입력하여 주십시오."
    first, pages = int(row["시작쪽"]), int(row["쪽수"])
    its_own = a4[first - 1 : first - 1 + pages]
    most = post_rates.post_rates().envelopes[envelope].most_sheets
    name, address, detail = row["받는분"], row["주소"], row["상세주소"]
    rules = (
        (keys[row["고객관리번호"]] == 1, "고객관리번호가 중복되었습니다."),
        (0 < len(name) <= LONGEST_NAME, f"받는 분은 1~{LONGEST_NAME}자로 입력하여 주십시오."),
        (re.fullmatch(r"\d{5}", row["우편번호"]), "우편번호(5자리)가 올바르지 않습니다."),
        (address and max(len(address), len(detail)) <= LONGEST_ADDRESS, "주소가 올바르지 않습니다."),
        (not any(_NOT_PRINTED.search(value) for value in row.values()), "사용할 수 없는 문자가 있습니다."),
        (first == following and pages and len(its_own) == pages, "쪽 범위가 올바르지 않습니다."),
        (all(its_own), "A4 규격이 아닙니다."),
        (post_rates.sheets_of(pages) <= most, f"봉투에 넣을 수 있는 매수({most}매)를 넘었습니다."),
    )
    return next((text for holds, text in rules if not holds), "")


def _rows(listed: bytes) -> list[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(listed.decode("utf-8-sig")), strict=True)
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error):
        raise Refused(_BAD_FILE) from None
    if set(COLUMNS) - set(reader.fieldnames or ()):
        raise Refused(_BAD_FILE)
    return [{name: (row[name] or "").strip() for name in COLUMNS} for row in rows]


def _pages(pdf: bytes) -> list[bool]:
    """Of each page whether it is an upright A4."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return [_is_a4(page) for page in opened.pages]
    except pikepdf.PdfError:
        raise Refused(_BAD_FILE) from None


def _is_a4(page: pikepdf.Page) -> bool:
    left, bottom, right, top = (float(value) for value in page.mediabox)
    return abs(right - left - _A4[0]) < _SLACK and abs(top - bottom - _A4[1]) < _SLACK
