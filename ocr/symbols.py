"""What the symbols on a page say: the receipt number in a QR code that the center itself printed.

Such a code is the center's own word on which case the paper is for. Where the paper says something else,
it was used for another case than it was printed for, or filed behind the wrong sheet: then it is doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from config.case_code import RECEIPT_NO, CodeKind, read_code
from ocr.types import Box, FieldValue, PageRead

FIELD = "receipt_no"
SYMBOL = "symbol"
DIFFERS = ("codes_differ", "differs_from_print")
"""Notes on a receipt number from a symbol that something else on the paper contradicts."""
_RECEIPT = re.compile(rf"(?<![0-9A-Za-z])({RECEIPT_NO})(?![0-9])")
_DECODED = 0.999  # a symbol carries its own error correction: it decodes right or not at all


def receipt_in(text: str) -> str:
    """The receipt number in a symbol's text: a code of the center's own, or a bare number; "" for none.

    A code of the center's that is damaged says nothing.
    """
    own = read_code(text)
    if own is not None:
        return own.receipt_no
    found = _RECEIPT.search(text)
    return "" if found is None or re.match(r"KEC[0-9]+:", text.strip()) else found[1]


def has_own_code(pages: Sequence[PageRead]) -> bool:
    """Whether a page bears a code of the center's own that names a case."""
    codes = (read_code(symbol.text) for page in pages for symbol in page.barcodes)
    return any(code is not None and code.receipt_no for code in codes)


def is_own_letter(page: PageRead) -> bool:
    """Whether the page is one of the center's own letters, come back: whatever it names, it is none of it."""
    codes = (read_code(symbol.text) for symbol in page.barcodes)
    return any(code is not None and code.kind == CodeKind.LETTER for code in codes)


def with_symbols(fields: Mapping[str, FieldValue], pages: Sequence[PageRead]) -> dict[str, FieldValue]:
    """The fields, the receipt number taken from the symbols where there is one in them.

    Two numbers in symbols, or another one printed in letters, make it doubtful.
    """
    found: dict[str, tuple[int, Box]] = {}
    for page in pages:
        for symbol in page.barcodes:
            if number := receipt_in(symbol.text):
                found.setdefault(number, (page.number, symbol.box))
    if not found:
        return dict(fields)
    if len(found) > 1 and not has_own_code(pages):
        return dict(fields)  # a list of numbers, not a paper's own
    number, (on_page, box) = next(iter(found.items()))
    read = fields.get(FIELD)
    value = FieldValue(FIELD, number, number, _DECODED, False, on_page, box, notes=(SYMBOL,))
    if len(found) > 1:
        value = _doubted(value, "codes_differ")
    elif read and read.value != number and not read.doubtful:
        value = _doubted(value, "differs_from_print")
    return {**fields, FIELD: value}


def _doubted(value: FieldValue, why: str) -> FieldValue:
    return replace(value, confidence=0.5, doubtful=True, notes=(SYMBOL, why))
