"""What is sealed comes back; what was altered does not; equal values are found without opening."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queues import crypto, files, keys, masking
from queues.errors import NoKey, NotStored, StoreFull, Unreadable
from queues.sealed_stream import PIECE, open_stream, seal_stream
from tests.conftest import environment


@pytest.fixture(autouse=True, scope="module")
def _own_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("keys")
    with environment(BACKOFFICE_VAR_DIR=str(folder), BACKOFFICE_MIN_FREE_BYTES="0"):
        yield folder


def _line(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


@given(st.text(max_size=200))
def test_sealed_text_comes_back(text: str) -> None:
    sealed = crypto.seal(text)
    assert crypto.open_(sealed) == text
    assert crypto.seal(text) != sealed
    if len(text) > 3:
        assert text.encode() not in sealed


@given(st.binary(max_size=80))
def test_foreign_bytes_are_refused(junk: bytes) -> None:
    with pytest.raises((Unreadable, NoKey)):
        crypto.open_(junk)


@given(st.text(min_size=1, max_size=30), st.data())
def test_every_altered_byte_is_noticed(text: str, data: st.DataObject) -> None:
    sealed = bytearray(crypto.seal(text))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Unreadable, NoKey)):
        crypto.open_(bytes(sealed))
    with pytest.raises((Unreadable, NoKey)):
        crypto.open_(crypto.seal(text)[:place])


def test_the_blind_index_tells_fields_apart_and_hyphens_not() -> None:
    assert crypto.blind_index("rrn", "960121-1021413") == crypto.blind_index("rrn", "9601211021413")
    assert crypto.blind_index("rrn", "9601211021413") != crypto.blind_index("account", "9601211021413")
    assert crypto.blind_index("name", "홍 길동") == crypto.blind_index("name", "홍길동")
    assert len(crypto.blind_index("name", "홍길동")) == 32


def test_keys_can_be_changed_and_must_be_kept() -> None:
    old, new = _line("2025"), _line("2026")
    with environment(BACKOFFICE_KEY=old):
        sealed, index = crypto.seal("값"), crypto.blind_index("rrn", "1")
    with environment(BACKOFFICE_KEY=f"{new}\n{old}"):
        assert crypto.open_(sealed) == "값"
        assert crypto.key_name(crypto.seal("값")) == "2026"
        assert crypto.blind_index("rrn", "1") == index
    with environment(BACKOFFICE_KEY=new), pytest.raises(NoKey, match="2025"):
        crypto.open_(sealed)
    with environment(BACKOFFICE_KEY="short"), pytest.raises(NoKey):
        crypto.seal("값")


def test_the_first_start_makes_a_key_for_the_owner_alone(tmp_path: Path) -> None:
    with environment(BACKOFFICE_VAR_DIR=str(tmp_path)):
        crypto.seal("x")
        assert keys.key_file().stat().st_mode & 0o777 == 0o600
        assert [f.name for f in tmp_path.iterdir()] == ["keys"]


@settings(deadline=None, max_examples=20)
@given(st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE]), st.binary(min_size=1, max_size=9))
def test_sealed_files_come_back(size: int, pattern: bytes) -> None:
    content = (pattern * (size // len(pattern) + 1))[:size]
    sealed = io.BytesIO()
    seal_stream(io.BytesIO(content), sealed)
    sealed.seek(0)
    assert b"".join(open_stream(sealed)) == content
    with pytest.raises(Unreadable):
        b"".join(open_stream(io.BytesIO(sealed.getvalue()[:-1])))


def test_pieces_of_a_file_cannot_be_dropped_or_swapped() -> None:
    sealed = io.BytesIO()
    seal_stream(io.BytesIO(b"a" * PIECE + b"b" * PIECE + b"c"), sealed)
    whole = sealed.getvalue()
    header = len(whole) - (2 * PIECE + 1 + 3 * 16)
    first, second = (whole[header + n * (PIECE + 16) : header + (n + 1) * (PIECE + 16)] for n in (0, 1))
    for forged in (
        whole[:header] + second + first + whole[header + 2 * (PIECE + 16) :],
        whole[:header] + first + second,
    ):
        with pytest.raises(Unreadable):
            b"".join(open_stream(io.BytesIO(forged)))


@pytest.mark.parametrize("url", [None, "memory://store"])
def test_the_store_keeps_files_by_content(tmp_path: Path, url: str | None) -> None:
    with environment(**({"BACKOFFICE_FILE_STORE_URL": url} if url else {})):
        original = tmp_path / "../odd name".replace("/", "_")
        original.write_bytes(b"fax " * 1000)
        sha = files.put(original)
        assert sha == files.put(b"fax " * 1000)
        assert files.read(sha) == b"fax " * 1000
        with files.as_path(sha, ".tif") as path:
            assert path.read_bytes() == b"fax " * 1000
            assert path.stat().st_mode & 0o777 == 0o600
        assert not path.exists()
        with pytest.raises(NotStored):
            files.read("0" * 64)
        with pytest.raises(ValueError, match="hexadecimal"):
            files.read("../../etc/passwd")


def test_the_store_is_sealed_and_notices_changes(tmp_path: Path) -> None:
    with environment(BACKOFFICE_FILE_STORE_URL=str(tmp_path)):
        sha = files.put("주민등록번호 960121-1021413".encode())
        other = files.put(b"other")
        stored = tmp_path / sha[:2] / sha[2:4] / sha
        assert b"960121" not in stored.read_bytes()
        assert stored.stat().st_mode & 0o777 == 0o600
        stored.write_bytes((tmp_path / other[:2] / other[2:4] / other).read_bytes())
        with pytest.raises(Unreadable, match="something else"):
            files.read(sha)


def test_a_full_disk_is_refused(tmp_path: Path) -> None:
    with (
        environment(BACKOFFICE_FILE_STORE_URL=str(tmp_path), BACKOFFICE_MIN_FREE_BYTES=str(10**18)),
        pytest.raises(StoreFull, match="make room"),
    ):
        files.put(b"one more")
    assert not [f for f in tmp_path.rglob("*") if f.is_file()]


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masking.rrn, "880101-1234567", "880101-1******"),
        (masking.rrn, "8801011234567", "880101-1******"),
        (masking.rrn, "8801", "****"),
        (masking.name, "홍길동", "홍*동"),
        (masking.name, "김민", "김*"),
        (masking.name, "남궁민수", "남**수"),
        (masking.phone, "010-1234-5678", "010-****-5678"),
        (masking.phone, "02-123-4567", "02-***-4567"),
        (masking.account, "110-234-567890", "***-***-**7890"),
        (masking.account, "123", "***"),
        (masking.address, "서울특별시 마포구 월드컵로 1", "서울특별시 마포구 ***"),
    ],
)
def test_masks(mask: object, text: str, shown: str) -> None:
    assert mask(text) == shown  # type: ignore[operator]


@given(st.text(max_size=40))
def test_masks_never_show_more_than_they_should(text: str) -> None:
    assert sum(c.isdigit() and c.isascii() for c in masking.account(text)) <= 4
    assert len(masking.rrn(text).replace("*", "").replace("-", "")) <= 7
