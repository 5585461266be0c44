"""The text of the center's own codes: written and read back, and nothing else taken for one."""

from __future__ import annotations

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as some

from config.case_code import RECEIPT_NO, CaseCode, CodeKind, read_code

RECEIPTS = some.from_regex(RECEIPT_NO, fullmatch=True)
CODES = some.one_of(
    some.builds(CaseCode, some.sampled_from(CodeKind), RECEIPTS), some.just(CaseCode(CodeKind.SEPARATOR))
)


@given(CODES)
def test_what_is_written_is_read(code: CaseCode) -> None:
    assert read_code(code.text) == code


@given(CODES, some.data())
def test_one_character_changed_is_no_code_or_at_least_not_another_case(
    code: CaseCode, data: some.DataObject
) -> None:
    at = data.draw(some.integers(0, len(code.text) - 1))
    other = data.draw(some.characters(codec="ascii").filter(lambda c: c != code.text[at]))
    assert read_code(code.text[:at] + other + code.text[at + 1 :]) is None


@given(some.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_code(text) is None or read_code(text) == read_code(read_code(text).text)  # type: ignore[union-attr]


@given(CODES)
def test_it_fits_a_small_symbol(code: CaseCode) -> None:
    symbol = segno.make(code.text, error="h", micro=False)
    assert (symbol.mode, int(symbol.version)) in (("alphanumeric", 2), ("alphanumeric", 3))


def test_a_letter_needs_a_case_and_a_case_a_number() -> None:
    with pytest.raises(ValueError, match="needs the receipt number"):
        CaseCode(CodeKind.LETTER)
    with pytest.raises(ValueError, match="2026-UB-0012345"):
        CaseCode(CodeKind.SEPARATOR, "2026-ub-1")


@pytest.mark.parametrize("text", ["", "2026-UB-0012345", "KEC2:S:0000", "KEC1:X:0000", "https://kec.example"])
def test_other_texts_are_no_code(text: str) -> None:
    assert read_code(text) is None
