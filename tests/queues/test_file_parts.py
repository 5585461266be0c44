"""A stretch of a stored file, without opening what lies before and behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from queues import files
from queues.errors import NotStored, Unreadable
from queues.sealed_stream import PIECE
from tests.conftest import environment

CONTENT = bytes(range(256)) * 9001  # a little more than two pieces


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with environment(BACKOFFICE_VAR_DIR=str(tmp_path_factory.mktemp("var"))):
        yield files.put(CONTENT)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(st.integers(0, len(CONTENT)), st.sampled_from([PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])),
    st.integers(0, 3 * PIECE),
)
def test_every_stretch_is_what_was_kept(stored: str, start: int, length: int) -> None:
    assert b"".join(files.part(stored, start, start + length)) == CONTENT[start : start + length]


@pytest.mark.parametrize("content", [b"", b"x", b"x" * PIECE, b"x" * (PIECE + 1)])
def test_the_size_is_that_of_the_content(stored: str, content: bytes) -> None:
    assert files.size_of(files.put(content)) == len(content)


def test_what_was_cut_off_or_altered_is_not_given_out(stored: str) -> None:
    sha256 = files.put(CONTENT + b"!")
    path = next(Path(files.store_url()).rglob(sha256))
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[: -PIECE // 2])
    with pytest.raises(Unreadable):
        b"".join(files.part(sha256, PIECE, PIECE + 10))
    path.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    with pytest.raises(Unreadable):
        b"".join(files.part(sha256, 0, 10))
    assert b"".join(files.part(sha256, 2 * PIECE, 2 * PIECE + 5)) == CONTENT[2 * PIECE : 2 * PIECE + 5]


def test_what_is_not_there_is_said(stored: str) -> None:
    with pytest.raises(NotStored):
        files.size_of("0" * 64)
