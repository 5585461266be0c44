"""`./backoffice stt note`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bots.commands.stt_errors import told

if TYPE_CHECKING:
    from stt.note.writer import Writer

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="WAV, MP3, M4A, OGG, WEBM")]


def note(
    file: _File,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="쓸 파일 · file to write (JSON)")],
    transcript: Annotated[
        Path | None,
        typer.Option(
            "--transcript", exists=True, dir_okay=False, help="함께 온 녹취 · VTT, SRT, JSON beside it"
        ),
    ] = None,
    held_at: Annotated[
        datetime | None,
        typer.Option("--at", help="상담 일시, 없으면 파일 시각 · when it was held; else the file's own time"),
    ] = None,
    way: Annotated[str, typer.Option("--way", help="phone, desk, video")] = "phone",
) -> None:
    """녹음 하나를 상담일지 초안까지 · One recording, all the way to the draft of its note.

    Writes {"utterances": [...], "note": [...]} with personal data taken out: times in seconds, each line of the
    note with the utterances that it rests on. Nothing is stored and nothing leaves the machine.
    """
    from bots.commands.stt_engine import chosen
    from stt.one_file import as_json, noted, words_of

    if way not in ("phone", "desk", "video"):
        raise typer.BadParameter("phone, desk, video", param_hint="--way")
    with told():
        heard = words_of(file, transcript, chosen)
    found = noted(
        heard, held_at or _begun(file, heard.duration), sure=held_at is not None, way=way, model=_writer()
    )
    _write(out, as_json(found))
    flags = ", ".join((*found.transcript.flags, *found.draft.flags)) or "-"
    typer.echo(
        f"{out}: 발화 {len(found.transcript.utterances)} utterances, 일지 {len(found.draft.lines)} lines, "
        f"표시 flags: {flags}"
    )


def _begun(file: Path, seconds: float) -> datetime:
    """Local time at which a recording began, if its file was written when it ended."""
    from zoneinfo import ZoneInfo

    from config.settings import settings

    return datetime.fromtimestamp(file.stat().st_mtime - seconds, ZoneInfo(settings().timezone))


def _writer() -> Writer | None:
    """The configured model for notes. Where it cannot be used the note quotes what was said, as without one."""
    from config.settings import settings
    from stt.note.writer import NoteModelError, open_writer

    folder = settings().note_model
    if folder is None:
        return None
    try:
        return open_writer(folder)
    except NoteModelError as error:
        typer.echo(f"일지 작성 모델을 쓸 수 없어 말한 그대로 적습니다 · quoted: {error}", err=True)
        return None


def _write(out: Path, told: object) -> None:
    """Readable by its owner alone: even without names, it is what somebody said."""
    import json
    import os

    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
        file.write("\n")
