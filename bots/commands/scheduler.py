"""`./backoffice scheduler`."""

from __future__ import annotations

import typer

from bots.commands.worker import become


def scheduler(context: typer.Context) -> None:
    """정해진 시각에 봇을 시작 · Starts bots on the business calendar; a second one is a spare."""
    become("bots.scheduler", context.args)
