"""Training lines made in a process beside the training and handed over in shards on disk."""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import os
import random
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.linereader.alphabet import encode
from ocr.linereader.lines import LineMaker
from ocr.linereader.normalise import HEIGHT, Ink, normalise
from ocr.linereader.texts import use_dictionary

SHARD_LINES = 1500
LONGEST = 1000  # columns; longer lines are left out of training


@dataclass(frozen=True)
class TrainingLine:
    """A normalised line (32, width), its classes, and 1.0 handwritten, 0.0 printed, 0.5 unsure."""

    ink: Ink
    classes: list[int]
    hand: float


def make_shards(fonts: Path, words: Path | None, folder: Path, seed: int, keep: int) -> None:
    """Write shards, at most `keep` of them lying about unread; ends with its parent."""
    os.nice(2)
    cv2.setNumThreads(1)
    if words:
        use_dictionary(words)
    maker = LineMaker(fonts, seed)
    parent, number = os.getppid(), 0
    while os.getppid() == parent:
        inks: list[Ink] = []
        texts: list[list[int]] = []
        hands: list[float] = []
        while len(inks) < SHARD_LINES:
            line = maker.line()
            ink = normalise(line.image)
            if ink.shape[1] <= LONGEST:
                inks.append(ink)
                texts.append(encode(line.text))
                hands.append(0.5 if line.hand is None else float(line.hand))
        part = folder / f"{seed}-{number:06d}.part"
        with part.open("wb") as f:
            np.savez(
                f,
                widths=np.array([i.shape[1] for i in inks]),
                pixels=np.concatenate([i.ravel() for i in inks]),
                lengths=np.array([len(t) for t in texts]),
                classes=np.concatenate([np.array(t) for t in texts]),
                hands=np.array(hands, np.float32),
            )
        part.rename(part.with_suffix(".npz"))
        number += 1
        while len(list(folder.glob("*.npz"))) >= keep and os.getppid() == parent:
            time.sleep(0.5)


def start_maker(
    fonts: Path, words: Path | None, folder: Path, seed: int, keep: int = 4
) -> multiprocessing.context.SpawnProcess:
    """The process beside; it is ended with `terminate()`."""
    folder.mkdir(parents=True, exist_ok=True)
    child = multiprocessing.get_context("spawn").Process(
        target=make_shards, args=(fonts, words, folder, seed, keep), daemon=True
    )
    child.start()
    return child


class Pool:
    """The most recent lines of a folder of shards, each taken in and deleted once it has been waited for."""

    def __init__(self, folder: Path, shards: int = 80, uses: float = 2.0) -> None:
        self.folder = folder
        self.shards: deque[list[TrainingLine]] = deque(maxlen=shards)
        self.made = 0  # lines taken in so far
        self.uses = uses  # how often each line is trained on, about

    def refresh(self, trained: int) -> int:
        """Take in new shards as far as the number of lines trained on asks for; lines then at hand."""
        for path in sorted(self.folder.glob("*.npz"), key=lambda p: p.stat().st_mtime):
            if self.made > 4000 and self.made * self.uses > trained:
                break
            self.shards.append(_load(path))
            path.unlink()
            self.made += SHARD_LINES
        return sum(len(s) for s in self.shards)

    def batches(self, r: random.Random, size: int) -> Iterator[list[TrainingLine]]:
        """One round of batches of lines of like width, about `size` lines of 256 columns each."""
        lines = [r.choice(r.choice(self.shards)) for _ in range(size * 12)]
        lines.sort(key=lambda one: one.ink.shape[1] + r.uniform(0, 24))
        batches, batch = [], []
        for one in lines:
            batch.append(one)
            if len(batch) * max(160, one.ink.shape[1]) >= size * 256:
                batches.append(batch)
                batch = []
        r.shuffle(batches)
        yield from batches


def _load(path: Path) -> list[TrainingLine]:
    with np.load(path) as f:
        widths, lengths = f["widths"], f["lengths"]
        pixels, classes, hands = f["pixels"], f["classes"], f["hands"]
    at = np.concatenate(([0], np.cumsum(widths * HEIGHT)))
    to = np.concatenate(([0], np.cumsum(lengths)))
    return [
        TrainingLine(
            pixels[at[i] : at[i + 1]].reshape(HEIGHT, -1),
            classes[to[i] : to[i + 1]].tolist(),
            float(hands[i]),
        )
        for i in range(len(widths))
    ]


def varied(ink: Ink, r: random.Random) -> NDArray[np.uint8]:
    """The same line a little otherwise: another width, one row up or down, other contrast."""
    if r.random() < 0.5:
        width = max(8, round(ink.shape[1] * r.uniform(0.9, 1.1)))
        ink = np.asarray(cv2.resize(ink, (width, HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)
    shift = r.choice([-1, 0, 0, 1])
    if shift:
        ink = np.roll(ink, shift, axis=0)
    if r.random() < 0.3:
        ink = np.asarray(cv2.convertScaleAbs(ink, alpha=r.uniform(0.7, 1.3)), np.uint8)
    return ink
