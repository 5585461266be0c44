"""Examples to train on, many to a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Mel = NDArray[np.float16]

HOP_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Example:
    """mel: Whisper's log-mel, 80 x frames of 10 ms, ending in a little digital silence; text: what is said, "" for
    noise; syllables: the second at which each Hangul syllable of the text is, empty where that is not known."""

    mel: Mel
    text: str
    syllables: tuple[float, ...] = ()


def write(path: Path, examples: Sequence[Example]) -> None:
    """Whole or not at all."""
    told = [{"text": e.text, "syllables": [round(t, 3) for t in e.syllables]} for e in examples]
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(
            file,
            mels=np.concatenate([e.mel for e in examples], axis=1),
            lengths=np.array([e.mel.shape[1] for e in examples], dtype=np.int64),
            told=np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), dtype=np.uint8),
        )
    partial.replace(path)


def read(path: Path) -> list[Example]:
    """Raises ValueError or KeyError when the file is no shard."""
    with np.load(path, allow_pickle=False) as file:
        mels, lengths = file["mels"], file["lengths"]
        told = json.loads(file["told"].tobytes())
    ends = np.cumsum(lengths)
    return [
        Example(mels[:, end - length : end], one["text"], tuple(one["syllables"]))
        for length, end, one in zip(lengths, ends, told, strict=True)
    ]
