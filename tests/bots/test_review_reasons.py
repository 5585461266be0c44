"""The words for reasons: complete, and a center may say some of them otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import review_reasons
from config.settings import settings
from ocr import problems

LINKING = (
    "not_on_file",
    "closed_case",
    "two_open_cases",
    "several_people",
    "other_program",
    "doubtful",
    "conflict",
    "nothing_to_go_by",
)


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("BACKOFFICE_CONFIG_DIR", str(tmp_path))
    for kept in (settings, review_reasons._reasons):
        kept.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    for kept in (settings, review_reasons._reasons):
        kept.cache_clear()


@pytest.mark.parametrize("code", LINKING)
def test_what_linking_asks_has_words_of_its_own(code: str) -> None:
    assert review_reasons.title(code)
    assert code == "doubtful" or review_reasons.question(code) != review_reasons.question("doubtful")


@pytest.mark.parametrize("code", sorted(problems.ADVICE))
def test_every_problem_of_a_file_has_a_title(code: str) -> None:
    assert review_reasons.title(code)


def test_a_center_says_one_thing_otherwise(own_folder: Path) -> None:
    before = review_reasons.question("closed_case")
    review_reasons._reasons.cache_clear()
    (own_folder / "review_reasons.yaml").write_text("closed_case: {title: 끝난 신청}\n", "utf-8")
    assert review_reasons.title("closed_case") == "끝난 신청"
    assert review_reasons.question("closed_case") == before
    assert review_reasons.title("not_on_file") == "등록된 신청 없음"


def test_an_unknown_code_has_no_title_and_the_general_question() -> None:
    assert review_reasons.title("no_such_code") == ""
    assert review_reasons.question("no_such_code") == review_reasons.question("doubtful")
