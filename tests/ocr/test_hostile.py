"""Files that hang or crash readers: each ends with a reason, in time."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ocr.children import PageReaders
from ocr.problems import ADVICE, UnreadableError

DATA = os.environ.get("BACKOFFICE_TEST_DATA", "")
FILES = sorted(Path(DATA, "samples", "hostile").glob("*")) if DATA else []

pytestmark = [pytest.mark.labelled, pytest.mark.skipif(not FILES, reason="BACKOFFICE_TEST_DATA is not set")]


@pytest.mark.parametrize("path", FILES, ids=[p.name for p in FILES])
def test_it_ends_with_a_reason(path: Path) -> None:
    started = time.monotonic()
    with PageReaders(processes=1, page_seconds=20, file_seconds=25) as readers:
        try:
            info = readers.inspect(path)
        except UnreadableError as error:
            assert error.code in ADVICE
        else:
            pages = list(readers.read_pages(path, range(1, info.page_count + 1)))
            assert sorted(p.number for p in pages) == list(range(1, info.page_count + 1))
            assert {p.problem for p in pages} <= {None, *ADVICE}
    assert time.monotonic() - started < 40
