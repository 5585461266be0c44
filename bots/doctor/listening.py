"""Listening to talks: the recorders' folders, the model that hears, the model that writes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.settings import Settings


def checks(chosen: Settings) -> Iterator[Check]:
    """What is not used by this center is no more than an advice."""
    yield guarded("recorders", _recorders)
    for folder in chosen.recorder_dirs:
        yield guarded(f"recorder {folder}", partial(_folder, folder))
    yield guarded("speech model", partial(_model, chosen))
    if chosen.note_model is not None:
        yield guarded("note model", partial(_note_model, chosen.note_model))


def _recorders() -> Check:
    from config.recorders import recorders

    try:
        found = recorders()
    except (ValueError, KeyError, TypeError) as error:
        return missing("recorders", str(error), "Mend recorders.yaml in BACKOFFICE_CONFIG_DIR.")
    return ok("recorders", ", ".join(r.name for r in found.recorders))


def _folder(folder: Path) -> Check:
    name = f"recorder {folder}"
    if not folder.is_dir():
        return missing(name, "not there", "Mount it, or mend BACKOFFICE_RECORDER_DIRS.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return missing(name, "cannot be read and written", "Let this program move what it has taken there.")
    return ok(name, "there")


def _model(chosen: Settings) -> Check:
    from stt.engines.models import find
    from stt.engines.problems import EngineError

    name = "speech model"
    if not chosen.stt_model:
        return advice(
            name,
            "none is configured: recordings wait, delivered transcripts are read",
            'Set BACKOFFICE_STT_MODEL; ./backoffice stt models lists what is installed. "demo" is for the demo only.',
        )
    try:
        found = find()
    except EngineError as error:
        places = ", ".join(map(str, error.places))
        return missing(name, f"{error.detail} Looked for: {places}", error.command or "Put the file there.")
    size = found.weights.stat().st_size / 2**20
    told = f"{found.name} ({found.engine}), {size:,.0f} MiB, {found.path}"
    if found.name == "demo":
        return advice(name, told, "It understands the demo's voices, not people: set BACKOFFICE_STT_MODEL.")
    return ok(name, told)


def _note_model(folder: Path) -> Check:
    from stt.note.writer import missing as lacking

    name = "note model"
    if lacks := lacking(folder):
        return missing(
            name,
            f"{lacks}; lines of notes quote what was said",
            "Copy a transformers model there, or unset BACKOFFICE_NOTE_MODEL.",
        )
    return ok(name, str(folder))
