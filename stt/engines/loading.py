"""The engine that is configured, loaded once for each process."""

from __future__ import annotations

from functools import lru_cache

from config.settings import settings
from stt.engines.engine import Engine
from stt.engines.models import FASTER, Model, find


def engine(model: str | None = None, name: str | None = None) -> Engine:
    """The configured engine with its model in memory; a changed file is loaded anew.

    Raises `MissingModelError` when the weights are not there, `EngineError` for what else keeps it from working.
    """
    found = find(model, name)
    stamp = found.weights.stat().st_mtime_ns
    return _loaded(found, settings().stt_device, settings().stt_precision, stamp)


@lru_cache(maxsize=1)
def _loaded(model: Model, device: str, precision: str, stamp: int) -> Engine:
    if model.engine == FASTER:
        from stt.engines.faster_whisper import FasterWhisperEngine

        return FasterWhisperEngine(model, device, precision)
    from stt.engines.whisper import WhisperEngine

    return WhisperEngine(model, device, precision)
