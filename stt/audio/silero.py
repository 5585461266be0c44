"""How likely somebody speaks, frame by frame: silero-vad's own model, run by onnxruntime in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stt.engines.engine import SAMPLE_RATE, Samples

FRAME = 512
"""Samples in a frame."""
FRAME_SECONDS = FRAME / SAMPLE_RATE
_CONTEXT = 64


def chances(blocks: Iterable[Samples]) -> Iterator[NDArray[np.float32]]:
    """For each block (a whole number of frames, the last one any length) the chance of speech in each frame."""
    hidden, cell = np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
    context = np.zeros(_CONTEXT, np.float32)
    for block in blocks:
        frames = framed(block)
        if not len(frames):
            continue
        before = np.empty((len(frames), _CONTEXT), np.float32)
        before[0] = context
        before[1:] = frames[:-1, -_CONTEXT:]
        context = frames[-1, -_CONTEXT:]
        asked = {"input": np.concatenate((before, frames), axis=1), "h": hidden, "c": cell}
        found, hidden, cell = _session().run(["speech_probs", "hn", "cn"], asked)
        yield np.asarray(found, np.float32).reshape(-1)


def framed(block: Samples) -> Samples:
    """(frames, FRAME), the last one filled up with silence."""
    count = -(-block.size // FRAME)
    frames = np.zeros((count, FRAME), np.float32)
    frames.reshape(-1)[: block.size] = block
    return frames


@cache
def _session() -> Any:
    import onnxruntime

    found = find_spec("silero_vad")  # not imported: that would load torch, and set its threads to one
    assert found is not None and found.origin is not None
    model = Path(found.origin).parent / "data" / "silero_vad_16k_sequence.onnx"
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), sess_options=options, providers=["CPUExecutionProvider"])
