"""Where the letters of a batch scan begin: by separator sheets, by blank sheets, or where the papers change.

Pure: read pages in, page numbers out. Three ways, the first that there is:

Separator sheets. A sheet with the center's own separator code ends a letter and belongs to none; one that
names a case says so for all that follows until the next. Blank pages are then backs of sheets and stay with
their letter, but for the back of the separator sheet itself.

Blank sheets (in batches only). Scanned on one side, a blank page is a blank sheet and divides, unless the
pages before and after it are one document (a back that was scanned along). Scanned on both sides, nearly
every single-sided paper brings a blank back: there only a sheet with two blank sides divides.

Changes (in batches only, where there are no separator sheets). A cover, or an application form or paper of another
person than those before it, begins a letter. Papers that name nobody stay with the letter before; because
they may as well begin the next one, such a letter is `doubtful`: linking then takes nothing for granted
from what lies beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from config.case_code import CodeKind, read_code
from ocr.barcodes import CODES_OF_A_SHEET
from ocr.changes import Changes
from ocr.documents import understand
from ocr.types import DocumentRead, PageRead

BY_SEPARATOR, BY_BLANK, BY_CHANGE = "separator", "blank", "change"
SHEET_TITLE = "문서 구분지"
SHEET_WORDS = ("이 종이 다음 쪽부터 새 우편물입니다", "우편물 사이에 한 장씩 넣어 함께 스캔합니다")
"""What stands on a separator sheet in letters, by which it is known where none of its codes can be read."""
_MOST_WORDS_BESIDE = 400  # characters; a page with more is a paper on which somebody stuck a code
_WORDS_ALIKE = 80.0
_LIE_AS_BACKS = 0.9
_EMPTY_INK = 0.0006  # of the page, once specks and streaks are off
_AN_ORDER = 0.5  # of the letters: with fewer, blank sheets are stray pages and not what divides

Understand = Callable[[Sequence[PageRead]], Sequence[DocumentRead]]


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of a batch, by the numbers of its pages in the file.

    receipt_no  the case that the sheet before it names, "" if none. Also "" where a page among it could not
                be read: that may have been another sheet
    doubtful    papers of another letter may be among it
    """

    pages: tuple[int, ...]
    receipt_no: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Division:
    """A delivery divided into letters; every page is in exactly one of them, or a separator, or a blank sheet.

    `by` tells how ("separator", "blank", "change"); "" when it is one letter, as it came.
    """

    by: str
    letters: tuple[Letter, ...]
    separators: tuple[int, ...] = ()
    blanks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A separator on a page: the case it names, and whether the page is the sheet and nothing else."""

    receipt_no: str
    sheet: bool


def divide(pages: Sequence[PageRead], *, batch: bool, read: Understand = understand) -> Division:
    """Divide the pages of a delivery, in their order, into letters.

    `batch`: the delivery is known to be a batch scan; otherwise only separator sheets divide it. `read` makes
    documents of pages; the file's own pages, with their own numbers.
    """
    marks = {page.number: mark for page in pages if (mark := separator_on(page)) is not None}
    if marks:
        return _by_separators(pages, marks)
    whole = Division("", (Letter(tuple(page.number for page in pages)),))
    if not batch or len(pages) < 2:
        return whole
    blank = {page.number for page in pages if is_empty(page)}
    if len(blank) == len(pages):
        return whole
    documents = read([page for page in pages if page.number not in blank])
    found = _by_blanks_and_changes(pages, blank, documents)
    return found if len(found.letters) > 1 else whole


def separator_on(page: PageRead) -> Mark | None:
    """The separator that a page is or bears, by its codes, or by its words where they cannot be read."""
    codes = [code for symbol in page.barcodes if (code := read_code(symbol.text)) is not None]
    codes = [code for code in codes if code.kind == CodeKind.SEPARATOR]
    worded = _has_sheet_words(page)
    if not codes:
        return Mark("", sheet=True) if worded else None
    numbers = {code.receipt_no for code in codes}
    beside = sum(len(line.text) for line in page.lines)
    alone = worded or len(codes) >= CODES_OF_A_SHEET or beside < _MOST_WORDS_BESIDE
    return Mark(numbers.pop() if len(numbers) == 1 else "", sheet=alone)


def is_empty(page: PageRead) -> bool:
    """Whether nothing at all is on a page. A page with a faint line or a stain is none to divide by, or to leave
    out of a letter: somebody may have written on it."""
    return not (page.problem or page.lines or page.barcodes) and page.ink < _EMPTY_INK


def _has_sheet_words(page: PageRead) -> bool:
    text = "".join(page.text.split())
    wanted = ["".join(words.split()) for words in (SHEET_TITLE, *SHEET_WORDS)]
    if len(text) < len(wanted[-1]):
        return False
    return sum(fuzz.partial_ratio(words, text) >= _WORDS_ALIKE for words in wanted) == len(wanted)


def _by_separators(pages: Sequence[PageRead], marks: dict[int, Mark]) -> Division:
    letters: list[Letter] = []
    blanks: list[int] = []
    held: list[PageRead] = []
    number = ""

    def close() -> None:
        if held and all(is_empty(page) for page in held):
            blanks.extend(page.number for page in held)
        elif held:
            letters.append(_letter(held, number))
        held.clear()

    after_sheet = False
    for page in pages:
        mark = marks.get(page.number)
        if mark is not None:
            close()
            number = mark.receipt_no
        if mark is None or not mark.sheet:
            if after_sheet and is_empty(page):
                blanks.append(page.number)
            else:
                held.append(page)
        after_sheet = mark is not None and mark.sheet
    close()
    sheets = tuple(n for n, mark in marks.items() if mark.sheet)
    return Division(BY_SEPARATOR, tuple(letters), sheets, tuple(blanks))


def _letter(pages: Sequence[PageRead], receipt_no: str) -> Letter:
    doubtful = any(page.problem for page in pages)
    numbers = tuple(page.number for page in pages)
    return Letter(numbers, "" if doubtful else receipt_no, doubtful)


def _by_blanks_and_changes(
    pages: Sequence[PageRead], blank: set[int], documents: Sequence[DocumentRead]
) -> Division:
    """Divided at blank sheets; where these are but stray pages among many letters, also by changes."""
    sheets = _blank_sheets([page.number for page in pages], blank, documents)
    between: list[list[PageRead]] = [[]]
    for page in pages:
        if page.number in sheets:
            between.append([])
        else:
            between[-1].append(page)
    between = [held for held in between if held]
    changed = [_by_changes(held, documents) for held in between]
    letters = [letter for found in changed for letter in found]
    if sheets and len(between) >= _AN_ORDER * len(letters):
        # A blank sheet may be missing: where the papers change all the same, the letter is in doubt.
        letters = [_whole(held, found) for held, found in zip(between, changed, strict=True)]
    return Division(BY_BLANK if sheets else BY_CHANGE, tuple(letters), (), tuple(sorted(sheets)))


def _whole(pages: Sequence[PageRead], changed: Sequence[Letter]) -> Letter:
    letter = _letter(pages, "")
    return replace(letter, doubtful=letter.doubtful or len(changed) > 1)


def _blank_sheets(numbers: Sequence[int], blank: set[int], documents: Sequence[DocumentRead]) -> set[int]:
    if _on_both_sides(numbers, blank):
        fronts = [n for n in numbers[::2] if n in blank and n + 1 in blank]
        return {side for n in fronts for side in (n, n + 1)}
    within = {
        n for document in documents for n in range(document.pages[0] + 1, document.pages[-1])
    }  # between pages of one document
    return {n for n in blank if not (n in within and n - 1 not in blank and n + 1 not in blank)}


def _on_both_sides(numbers: Sequence[int], blank: set[int]) -> bool:
    """Whether the blank pages lie as backs of sheets do: nearly every one second of two, or with its own front."""
    if len(numbers) % 2 or not blank:
        return False
    first = numbers[0]
    backs = sum((n - first) % 2 == 1 or n + 1 in blank for n in blank)
    return backs >= _LIE_AS_BACKS * len(blank)


def _by_changes(pages: Sequence[PageRead], documents: Sequence[DocumentRead]) -> list[Letter]:
    """The letters among pages without a blank sheet between them; one that stands alone leaves no doubt."""
    numbers = [page.number for page in pages]
    failed = {page.number for page in pages if page.problem}
    begins: dict[int, bool] = {}  # the page that begins a letter: whether the letter is doubtful
    begun = numbers[0]
    changes = Changes()
    for document in documents:
        if document.pages[0] not in numbers:
            continue
        first = changes.begins(document, unreadable=not failed.isdisjoint(document.pages))
        if first and begins:
            begun = document.pages[0]
        begins[begun] = changes.doubtful
    if len(begins) < 2:
        return [Letter(tuple(numbers), doubtful=bool(failed))]
    letters: list[Letter] = []
    for number in numbers:
        if number in begins:
            letters.append(Letter((number,), doubtful=begins[number]))
        else:
            letters[-1] = replace(letters[-1], pages=(*letters[-1].pages, number))
    return letters
