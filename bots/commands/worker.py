"""`./backoffice worker`."""

from __future__ import annotations


def worker() -> None:
    """봇 작업 프로세스 하나 · One worker process; start as many as you like, on any machine.

    Needs BACKOFFICE_DATABASE_URL where several share one database; each takes work by itself,
    and the work of one that dies is taken over by the others.
    """
    become("bots.worker", [])


def become(module: str, arguments: list[str]) -> None:
    """Replaces this process, so that signals reach the long-running one directly."""
    import os
    import sys

    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
