"""`./backoffice stt transcribe`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bots.commands.stt_errors import told

if TYPE_CHECKING:
    from stt.audio.windows import Window
    from stt.engines.engine import Heard


def transcribe(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="WAV, MP3, M4A, OGG, WEBM")],
    json: Annotated[bool, typer.Option("--json", help="기계용 · for a program")] = False,
    model: Annotated[
        str | None, typer.Option("--model", help="모델 이름이나 파일 · name or file; else as configured")
    ] = None,
    engine: Annotated[str | None, typer.Option("--engine", help="whisper, faster-whisper")] = None,
) -> None:
    """녹음 하나를 글로 · What is said in one recording, as it was heard.

    What is shown is what was said, personal data included: nothing is stored. Words the model is not sure of are
    marked with a question mark.
    """
    from bots.commands.stt_engine import chosen
    from stt.engines.models import FASTER, WHISPER
    from stt.transcribe import transcribe as listen

    if engine not in (None, WHISPER, FASTER):
        raise typer.BadParameter("whisper, faster-whisper", param_hint="--engine")
    with told():
        heard = listen(file, chosen(model, engine), progress=_told_progress)
    if json:
        from stt.one_file import utterances_as_json

        _print_json({"utterances": utterances_as_json(heard.utterances), "flags": list(heard.flags)})
        return
    for one in heard.utterances:
        flags = f"  [{', '.join(one.flags)}]" if one.flags else ""
        typer.echo(f"{one.id:4d} {_clock(one.start)} {one.speaker:9} {one.confidence:.2f}  {one.text}{flags}")
    if heard.flags:
        typer.echo(f"[{', '.join(heard.flags)}]")


def _told_progress(window: Window, _heard: Heard) -> None:
    if sys.stderr.isatty():
        print(f"\r{_clock(window.end)}", end="", file=sys.stderr, flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):02d}:{rest:04.1f}"


def _print_json(what: object) -> None:
    import json

    typer.echo(json.dumps(what, ensure_ascii=False, indent=1))
