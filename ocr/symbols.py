"""What the symbols on a page say: the receipt number in a QR code that the center itself printed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ocr.types import FieldValue, PageRead

FIELD = "receipt_no"
_RECEIPT = re.compile(r"(?<![0-9A-Za-z])(20\d\d-[A-Z]{2}-\d{7})(?![0-9])")
_DECODED = 0.999  # a symbol carries its own error correction: it decodes right or not at all


def with_symbols(fields: Mapping[str, FieldValue], pages: Sequence[PageRead]) -> dict[str, FieldValue]:
    """The fields, the receipt number taken from a symbol if there is just one in them.

    What is printed in letters and says another number makes it doubtful: then the paper was used for another
    case than it was printed for.
    """
    numbers = {
        found.group(1): (page.number, symbol.box)
        for page in pages
        for symbol in page.barcodes
        if (found := _RECEIPT.search(symbol.text))
    }
    if len(numbers) != 1:
        return dict(fields)
    ((number, (page, box)),) = numbers.items()
    read = fields.get(FIELD)
    value = FieldValue(FIELD, number, number, _DECODED, False, page, box, notes=("symbol",))
    if read and read.value != number and not read.doubtful:
        value = replace(value, confidence=0.5, doubtful=True, notes=("symbol", "differs_from_print"))
    return {**fields, FIELD: value}
