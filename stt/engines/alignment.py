"""Which heads of the cross attention follow the words through the audio."""

from __future__ import annotations

import base64
import gzip

import numpy as np
from numpy.typing import NDArray


def known_heads(name: str, layers: int, heads: int) -> NDArray[np.bool_] | None:
    """Those that openai-whisper knows for a released model, by its file's name: (layers, heads).

    None for other models, and for one of one's own that only bears the name.
    """
    from whisper import _ALIGNMENT_HEADS

    if name not in _ALIGNMENT_HEADS:
        return None
    told = np.frombuffer(gzip.decompress(base64.b85decode(_ALIGNMENT_HEADS[name])), dtype=bool)
    return told.reshape(layers, heads) if told.size == layers * heads else None


def monotone_path(cost: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The cheapest way through a matrix (tokens, frames) from corner to corner, never backwards: rows and columns.

    Dynamic time warping as in openai-whisper, anti-diagonal by anti-diagonal: the library's own is compiled anew in
    every process, which takes longer than a minute of speech.
    """
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    came = np.zeros((rows + 1, columns + 1), np.int8)
    for diagonal in range(2, rows + columns + 1):
        i = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        j = diagonal - i
        both, down, right = total[i - 1, j - 1], total[i - 1, j], total[i, j - 1]
        step = np.where((both < down) & (both < right), 0, np.where((down < both) & (down < right), 1, 2))
        total[i, j] = cost[i - 1, j - 1] + np.choose(step, (both, down, right))
        came[i, j] = step
    return _traced(came, rows, columns)


def _traced(came: NDArray[np.int8], i: int, j: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    came[0, :], came[:, 0] = 2, 1
    path = []
    while i > 0 or j > 0:
        path.append((i - 1, j - 1))
        step = came[i, j]
        i, j = i - (step != 2), j - (step != 1)
    rows, columns = np.array(path[::-1], dtype=np.intp).T
    return rows, columns
