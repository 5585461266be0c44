"""Names as banks cut them: the same bytes are the same holder, and nobody else's are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.payments.names import CUTS, differs
from bots.payments.sending import cut_name

_HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
_NAMES = st.text(st.one_of(_HANGUL, st.sampled_from("ABCXYZ ()&-0123")), min_size=1, max_size=24).map(
    str.strip
)


def _c(text: str) -> bytes:
    return text.encode("cp949")


@pytest.mark.parametrize(
    ("ours", "told", "why"),
    [
        ("홍길동", [_c("홍길동")], ""),
        ("홍길동", [_c("홍길동"), _c("홍길동")], ""),
        ("홍길동", [_c("홍길순")], "name_differs"),
        ("홍길동", [_c("홍길동"), _c("홍길순")], "name_differs"),
        ("홍길동", [_c("홍길")], "name_differs"),
        ("홍길", [_c("홍길동")], "name_differs"),
        ("홍길동", [b"", b""], "no_name_told"),
        ("주식회사 한빛정밀공업", [_c("주식회사 한빛정밀공업")[:20]], ""),
        ("주식회사 한빛정밀공업", [_c("주식회사 한빛정밀공업")[:12], _c("주식회사 한빛정밀공업")[:20]], ""),
        ("주식회사 한빛정밀공업", [_c("주식회사 한빛정밀공업")[:12]], "name_cut_short"),
        ("주식회사 한빛정밀", [_c("(주)한빛정밀")], "name_form_differs"),
        ("한빛정밀㈜", [_c("한빛정밀(주)")], "name_form_differs"),
        ("주식회사 한빛정밀", [_c("주식회사 은빛정밀")[:12]], "name_differs"),
        ("똠방각하", [_c("똠방각하")], ""),
        ("NGUYEN VAN AN", [b"NGUYEN VAN AN"[:12]], ""),
        ("홍길동😀", [_c("홍길동")], "name_not_in_cp949"),
    ],
)
def test_whose_name_it_is(ours: str, told: list[bytes], why: str) -> None:
    assert differs(ours, *told) == why


@given(_NAMES.filter(bool), st.sampled_from(CUTS))
def test_a_name_cut_by_the_bank_is_that_name(ours: str, cut: int) -> None:
    whole = _c(ours)
    assert differs(ours, whole) == ""
    assert differs(ours, whole[:cut].rstrip()) in ("", "name_cut_short") or whole[:cut].endswith(b" ")


@given(_NAMES.filter(bool), _NAMES.filter(bool), st.sampled_from((*CUTS, 24)))
def test_another_name_never_passes(ours: str, other: str, cut: int) -> None:
    told = _c(other)[:cut]
    if not _c(ours).startswith(told):
        assert differs(ours, told) != ""


@given(st.text(max_size=30))
def test_what_is_written_into_the_message_fits(name: str) -> None:
    assert len(_c(cut_name(name))) <= 12
