"""On what a model computes, and how exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stt.engines.problems import BAD_SETTING, NO_DEVICE, EngineError

CPU, CUDA = "cpu", "cuda"
WIDE = 512
"""The width of layers from which a second thread is worth waiting for: on a busy machine the small layers of a small
model took a hundred times as long on two threads as on one, each waiting for the other at every layer."""


def device_for(wanted: str, graphics_cards: int) -> str:
    """ "cpu" or "cuda". Raises EngineError when a card is asked for and there is none."""
    if wanted == "auto":
        return CUDA if graphics_cards else CPU
    if wanted == CUDA and not graphics_cards:
        raise EngineError(NO_DEVICE, "BACKOFFICE_STT_DEVICE is 'cuda', and no such device is found.")
    return wanted


def whisper_precision(wanted: str, device: str) -> str:
    """ "float16" or "float32". openai-whisper computes in float32 on a processor, whatever is asked."""
    if wanted == "int8":
        raise EngineError(
            BAD_SETTING, "BACKOFFICE_STT_PRECISION 'int8' needs BACKOFFICE_STT_ENGINE 'faster-whisper'."
        )
    return "float16" if device == CUDA and wanted in ("auto", "float16") else "float32"


def faster_precision(wanted: str, device: str) -> str:
    """ "int8", "float16" or "float32": what is fastest on the device without losing much, unless one is asked for."""
    if wanted == "auto":
        return "float16" if device == CUDA else "int8"
    return "float32" if wanted == "float16" and device == CPU else wanted


@contextmanager
def threads_for(width: int) -> Iterator[None]:
    """For the block a model of narrow layers computes on one thread of the processor."""
    import torch

    before = torch.get_num_threads()
    if width < WIDE:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
