"""Bringing a released model to the folder of models; only ever by a person's command."""

from __future__ import annotations

from pathlib import Path
from urllib.error import URLError

from stt.engines.models import WHISPER, looked_for, models_dir, released_file
from stt.engines.problems import BAD_SETTING, NO_MODEL, EngineError


def fetch(name: str) -> Path:
    """Download a model that openai-whisper knows by name, and check its sum, as the library does.

    Raises `EngineError` when the name is unknown or the machine cannot reach the place it comes from; it then says
    where a file that was carried here by hand belongs.
    """
    import whisper

    if not released_file(name):
        raise EngineError(
            BAD_SETTING, f"{name!r} is no released model; there are {', '.join(whisper.available_models())}."
        )
    folder = models_dir()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return Path(whisper._download(whisper._MODELS[name], str(folder), False))
    except (URLError, OSError, RuntimeError) as error:
        target = folder / released_file(name)[0]
        if target.is_file() and target.stat().st_size == 0:
            target.unlink()
        raise EngineError(
            NO_MODEL,
            f"{name!r} could not be downloaded ({type(error).__name__}). Without network, copy the file to a place below.",
            looked_for(name, WHISPER),
        ) from error
