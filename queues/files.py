"""The file store: files by the SHA-256 of their content, sealed at rest, never changed or deleted."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

from config.settings import settings
from queues.errors import NotStored, StoreFull, Unreadable
from queues.sealed_stream import open_range, open_stream, opened_size, seal_stream


def put(content: bytes | Path) -> str:
    """Keep a file; returns its SHA-256 in hex. Keeping the same content again does nothing.

    Raises `StoreFull` when a local store would leave less room than the setting `min_free_bytes`.
    """
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        size = source.tell()
        if not exists(sha256):
            source.seek(0)
            _write(sha256, source, size)
    return sha256


def exists(sha256: str) -> bool:
    """Whether the store has this file."""
    system, path = _place(sha256)
    return bool(system.exists(path))


def read(sha256: str) -> bytes:
    """The whole file. Raises `NotStored`, or `Unreadable` when it was altered."""
    return b"".join(_pieces(sha256))


def size_of(sha256: str) -> int:
    """Bytes of a stored file. Raises `NotStored`, `Unreadable`."""
    system, path = _place(sha256)
    with _opened(sha256) as source:
        return opened_size(source, int(system.size(path)))


def part(sha256: str, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to before `end`, in pieces: what is shown of a long file before the rest of it.

    Every piece is proved to be as it was kept; the hash of the whole is not. Raises `NotStored`, `Unreadable`.
    """
    system, path = _place(sha256)
    with _opened(sha256) as source:
        yield from open_range(source, int(system.size(path)), start, end)


@contextmanager
def as_path(sha256: str, suffix: str = "") -> Iterator[Path]:
    """The file as a temporary one (0600) that is gone at the end of the block."""
    with unsealed(suffix) as path:
        with path.open("wb") as target:
            for piece in _pieces(sha256):
                target.write(piece)
        yield path


@contextmanager
def unsealed(suffix: str = "") -> Iterator[Path]:
    """An empty file (0600) for what is not sealed yet or has to lie open for a while; gone at the end of the block."""
    handle, name = tempfile.mkstemp(prefix="backoffice-", suffix=suffix, dir=_temporary_folder())
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def forget_opened(older_than: float = 6 * 3600.0) -> int:
    """Remove what lies opened, unsealed, since before `older_than` seconds: its process died before it could.

    Nothing is worked on for so long. Returns how many files and folders there were.
    """
    removed = 0
    for path in _temporary_folder().iterdir():
        with suppress(FileNotFoundError):
            if time.time() - path.lstat().st_mtime < older_than:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
            removed += 1
    return removed


def _opened(sha256: str) -> Any:
    system, path = _place(sha256)
    try:
        return system.open(path, "rb")
    except FileNotFoundError:
        raise NotStored(f"the file store {store_url()} has no file {sha256}") from None


def _pieces(sha256: str) -> Iterator[bytes]:
    seen = hashlib.sha256()
    with _opened(sha256) as source:
        for piece in open_stream(source):
            seen.update(piece)
            yield piece
    if seen.hexdigest() != sha256:
        raise Unreadable(f"the stored file {sha256} holds something else")


def _write(sha256: str, source: BinaryIO, size: int) -> None:
    system, path = _place(sha256)
    parent = path.rsplit("/", 1)[0]
    system.makedirs(parent, exist_ok=True)
    if not _is_local(system):
        with system.open(path, "wb") as target:
            seal_stream(source, target)
        return
    _need_room(Path(parent), size)
    fresh = f"{path}.{uuid.uuid4().hex[:8]}.new"
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            seal_stream(source, target)
            target.flush()
            os.fsync(target.fileno())
        Path(fresh).replace(path)
    finally:
        Path(fresh).unlink(missing_ok=True)


def _need_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free - size < settings().min_free_bytes:
        raise StoreFull(
            f"the disk of {folder} has {free // 2**20} MiB free, and a file of {size // 2**20} MiB would leave "
            f"less than BACKOFFICE_MIN_FREE_BYTES ({settings().min_free_bytes // 2**20} MiB): make room"
        )


def store_url() -> str:
    """Where files are kept: the setting, or a folder in `var_dir`."""
    return settings().file_store_url or str(settings().var_dir / "files")


def _place(sha256: str) -> tuple[Any, str]:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("a stored file is named by 64 hexadecimal digits")
    system, root = _store(store_url())
    return system, f"{root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


@lru_cache(maxsize=4)
def _store(url: str) -> tuple[Any, str]:
    system, root = fsspec.core.url_to_fs(url)
    if _is_local(system):
        Path(root).mkdir(parents=True, exist_ok=True, mode=0o700)
    return system, str(root).rstrip("/")


def _is_local(system: Any) -> bool:
    return isinstance(system, LocalFileSystem)


def _temporary_folder() -> Path:
    folder = settings().var_dir / "open"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
