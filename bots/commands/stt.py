"""`./backoffice stt ...`: speech to text and notes, for single files and for models."""

from __future__ import annotations

import typer

from bots.commands import stt_finetune, stt_models, stt_note, stt_pairs, stt_transcribe

app = typer.Typer(help="상담 녹음 · Recorded talks: words, notes, models.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """상담 녹음 · Recorded talks: words, notes, models."""


app.command("note")(stt_note.note)
app.command("transcribe")(stt_transcribe.transcribe)
app.command("models")(stt_models.models)
app.command("finetune")(stt_finetune.finetune)
app.command("pairs")(stt_pairs.pairs)
