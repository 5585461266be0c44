"""What setting up tells: on standard error, so that what a command prints stays clean."""

from __future__ import annotations

import sys
import time

_started = time.monotonic()
_open_line = False


def step(text: str) -> None:
    """A stage begins."""
    _close()
    print(f"[{time.monotonic() - _started:5.0f} s] {text}", file=sys.stderr, flush=True)


def detail(text: str) -> None:
    """A line that stays."""
    _close()
    print(f"          {text}", file=sys.stderr, flush=True)


def progress(text: str) -> None:
    """Where a long stage is: one line that is written over on a terminal, a line each elsewhere."""
    global _open_line  # noqa: PLW0603 - there is one terminal
    if sys.stderr.isatty():
        print(f"\r\033[K          {text[:100]}", end="", file=sys.stderr, flush=True)
        _open_line = True
    else:
        detail(text)


def _close() -> None:
    global _open_line  # noqa: PLW0603
    if _open_line:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
        _open_line = False
