"""How the commands of `stt` tell what went wrong: what, and what to do, in Korean and English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def told() -> Iterator[None]:
    """Errors of a recording, a transcript or an engine end the command with code 2 and their advice."""
    from stt.delivered import UnreadableTranscriptError
    from stt.engines.problems import EngineError
    from stt.errors import SoundError

    try:
        yield
    except (SoundError, UnreadableTranscriptError, EngineError) as error:
        typer.echo(f"{error.advice}\n{type(error).__name__}: {error}", err=True)
        raise typer.Exit(2) from None
