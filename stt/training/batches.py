"""Examples of like length, put together for one step."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stt.training.shards import Example
from stt.training.tokens import Tokens, jamo

if TYPE_CHECKING:
    from torch import Tensor

FRAMES_PER_SECOND = 50
"""Of the encoder's output."""
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Batch:
    """mel: n x bands x frames, every one filled up with its own silence; given, wanted: tokens n x length, `wanted`
    IGNORED where there is nothing to learn; at: the encoder's frame of each wanted token, -1 where unknown;
    spots: (row, frame, initial, vowel, final, and the same three of the syllable before, IGNORED for the first) of
    syllables, k x 8."""

    mel: Tensor
    given: Tensor
    wanted: Tensor
    at: Tensor
    spots: Tensor


def batch_of(examples: Sequence[Example], tokens: Tokens, longest_text: int = 448) -> Batch:
    import torch

    frames = max(example.mel.shape[1] for example in examples)
    frames += frames % 2
    mel = np.empty((len(examples), examples[0].mel.shape[0], frames), dtype=np.float16)
    rows: list[list[int]] = []
    places: list[list[int]] = []
    spots: list[tuple[int, ...]] = []
    start = len(tokens.prefix)
    for row, example in enumerate(examples):
        length = example.mel.shape[1]
        mel[row, :, :length] = example.mel
        mel[row, :, length:] = example.mel[:, -1:]
        encoded = tokens.encode(example.text)
        rows.append([*tokens.prefix, *encoded.ids, tokens.end][:longest_text])
        known = _letter_frames(example)
        at = [known[letter] if known else -1 for letter in encoded.letters]
        places.append([-1] * start + at + [-1])
        before = (IGNORED, IGNORED, IGNORED)
        for letter, frame in zip(example.text, known, strict=False):
            if parts := jamo(letter):
                spots.append((row, frame, *parts, *before))
                before = parts
    length = max(map(len, rows)) - 1
    given = np.full((len(rows), length), tokens.end, dtype=np.int64)
    wanted = np.full((len(rows), length), IGNORED, dtype=np.int64)
    where = np.full((len(rows), length), -1, dtype=np.int64)
    for row, (ids, example) in enumerate(zip(rows, examples, strict=True)):
        given[row, : len(ids) - 1] = ids[:-1]
        wanted[row, : len(ids) - 1] = ids[1:]
        if not example.text:
            # Nobody speaks: what the model says of the language's place is all there is to learn, and the end.
            wanted[row, 0] = tokens.no_speech
        where[row, : len(ids) - 1] = places[row][1 : len(ids)]
    where = np.minimum(where, frames // 2 - 1)
    kept = [spot for spot in spots if spot[1] < frames // 2]
    return Batch(
        torch.from_numpy(mel).float(),
        torch.from_numpy(given),
        torch.from_numpy(wanted),
        torch.from_numpy(where),
        torch.tensor(kept, dtype=torch.long).reshape(-1, 8),
    )


def _letter_frames(example: Example) -> list[int]:
    """The encoder's frame of each letter of the text; what is no syllable stands where the next one does."""
    hangul = [jamo(letter) is not None for letter in example.text]
    if not example.syllables or sum(hangul) != len(example.syllables):
        return []
    frames: list[int] = []
    coming = 0
    for is_hangul in hangul:
        second = example.syllables[min(coming, len(example.syllables) - 1)]
        frames.append(int(second * FRAMES_PER_SECOND))
        coming += is_hangul
    return frames


def grouped(examples: Sequence[Example], rng: random.Random, seconds: float) -> list[list[Example]]:
    """All of them, in batches of about `seconds` of audio and of like lengths, in any order."""
    ordered = sorted(examples, key=lambda example: example.mel.shape[1] + rng.uniform(-20, 20))
    batches: list[list[Example]] = []
    current: list[Example] = []
    for example in ordered:
        if current and example.mel.shape[1] * (len(current) + 1) > seconds * 100:
            batches.append(current)
            current = []
        current.append(example)
    if current:
        batches.append(current)
    rng.shuffle(batches)
    return batches
