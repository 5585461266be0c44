from __future__ import annotations

import pytest

from dashboard.reads.comparing import compare


@pytest.mark.parametrize(
    ("field", "paper", "file", "expected"),
    [
        ("phone", "010-1234-5678", "01012345678", "agree"),
        ("phone", "010-1234-5678", "010-1234-5679", "near"),
        ("phone", "010-1234-5678", "010-9876-4321", "differ"),
        ("phone", "", "010-9876-4321", "unknown"),
        ("rrn", "960121-1******", "960121-1021413", "agree"),
        ("company", "(주)한빛전자", "주식회사 한빛전자", "agree"),
        ("name", "홍길동", "홍길등", "near"),
        ("name", "홍길동", "김철수", "differ"),
        ("address", "서울특별시 마포구 성암로 189", "서울특별시 마포구 성암로 189, 3층", "agree"),
    ],
)
def test_agreement(field: str, paper: str, file: str, expected: str) -> None:
    assert compare(field, paper, file) == expected
