from __future__ import annotations

import pytest

from dashboard.reads.references import about


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("delivery:17", "배달 17"),
        ("effect:5", "처리 5"),
        ("effect:5:undo:1795424265", "처리 5 되돌리기"),
        ("desk_entry:1:1", "창구 접수 1"),
        ("due:2026-11-23T15:55:00+0900", "정기 실행 11-23 15:55"),
        ("something:else", "something:else"),
        ("delivery:", "delivery:"),
        ("", ""),
    ],
)
def test_what_work_is_about_is_said_in_words(reference: str, words: str) -> None:
    assert about(reference) == words
