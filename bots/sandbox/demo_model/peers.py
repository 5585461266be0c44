"""Several trainings of one model, each on examples of its own, that meet now and then in the middle of their weights."""

from __future__ import annotations

import time
from pathlib import Path

import torch

from stt.training.train import Training

_FRESH = 4.0


class Peers:
    """Meets every `seconds`; nobody waits for anybody: what the others wrote last, and lately, is taken."""

    def __init__(self, folder: Path, name: str, seconds: float) -> None:
        self.folder, self.name, self.seconds = folder, name, seconds
        self.met = time.monotonic()

    @torch.no_grad()
    def meet(self, training: Training) -> int:
        """Returns how many others there were."""
        if time.monotonic() - self.met < self.seconds:
            return 0
        self.met = time.monotonic()
        mine = self.folder / f"{self.name}.peer"
        partial = mine.with_suffix(".partial")
        torch.save([p.detach() for p in training.learnt], partial)
        partial.replace(mine)
        others = [
            path
            for path in self.folder.glob("*.peer")
            if path != mine and time.time() - path.stat().st_mtime < _FRESH * self.seconds
        ]
        theirs = [torch.load(path, weights_only=True) for path in others]
        for index, parameter in enumerate(training.learnt):
            for weights in theirs:
                parameter.add_(weights[index])
            parameter.div_(1 + len(theirs))
        return len(theirs)
