"""`./backoffice scheduler`."""

from __future__ import annotations

from bots.commands.worker import become


def scheduler() -> None:
    """정해진 시각에 봇을 시작 · Starts bots on time; every worker stands by for this, too."""
    become("bots.scheduler", [])
