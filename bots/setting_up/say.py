"""What setting up tells: on standard error, so that what a command prints stays clean."""

from __future__ import annotations

import sys
import time

_started = time.monotonic()
_open_line = False
_shown = 0.0
LOG_SECONDS = 3.0


def step(text: str) -> None:
    """A stage begins."""
    _close()
    print(f"[{time.monotonic() - _started:5.0f} s] {text}", file=sys.stderr, flush=True)


def detail(text: str) -> None:
    """A line that stays."""
    _close()
    print(f"          {text}", file=sys.stderr, flush=True)


def progress(text: str) -> None:
    """Where a long stage is: one line that is written over on a terminal, now and then a line elsewhere."""
    global _open_line, _shown  # noqa: PLW0603 - there is one terminal
    if sys.stderr.isatty():
        print(f"\r\033[K          {text[:100]}", end="", file=sys.stderr, flush=True)
        _open_line = True
    elif time.monotonic() - _shown > LOG_SECONDS:
        detail(text)
        _shown = time.monotonic()


def _close() -> None:
    global _open_line  # noqa: PLW0603
    if _open_line:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
        _open_line = False
