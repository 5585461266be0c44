"""The child processes in which this worker opens files: one pool a process, made on first use."""

from __future__ import annotations

import atexit
import threading

from config.settings import settings
from ocr.children import PageReaders

_lock = threading.Lock()
_pool: PageReaders | None = None


def readers() -> PageReaders:
    """The pool of this process, with the limits of the settings."""
    global _pool  # noqa: PLW0603 - one pool a process is the point
    with _lock:
        if _pool is None:
            now = settings()
            _pool = PageReaders(
                processes=now.processes,
                memory_bytes=now.page_memory_bytes,
                page_seconds=now.page_seconds,
                file_seconds=now.file_seconds,
            )
            atexit.register(_pool.close)
            _pool.prepare()
        return _pool
