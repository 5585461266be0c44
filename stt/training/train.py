"""The loop of training: steps, rate, averages, checkpoints that can be gone on from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from stt.training.batches import Batch
from stt.training.learner import Learner


@dataclass(frozen=True, slots=True)
class Pace:
    """How to train.

    seconds, steps  the end, whichever comes first; 0: no limit by it. Time spent before a checkpoint counts.
    rate            highest learning rate, reached after `warm_up` steps and kept until `falling` (a share of the
                    whole) is left, in which it falls to nothing
    place, parts    weights of the auxiliary losses
    muon            whether the layers' matrices are learnt with Muon, else all with AdamW
    average         decay of the running average of the weights, which is what is exported
    """

    seconds: float = 0.0
    steps: int = 0
    rate: float = 1.5e-3
    warm_up: int = 200
    falling: float = 0.4
    decay: float = 0.02
    smoothing: float = 0.05
    masking: float = 0.12
    place: float = 0.6
    parts: float = 0.5
    average: float = 0.998
    clip: float = 1.0
    muon: bool = True
    checkpoint_seconds: float = 240.0


@dataclass(slots=True)
class Progress:
    """Where a training stands; `seconds` of training, checkpoints and measuring not counted."""

    step: int = 0
    seconds: float = 0.0
    audio_seconds: float = 0.0


_AVERAGED_EVERY = 4

Report = Callable[[Progress, dict[str, float]], None]


class Training:
    """A learner on its way. `device`: "cpu", "cuda"."""

    def __init__(self, learner: Learner, pace: Pace, checkpoint: Path, device: str = "cpu") -> None:
        self.learner = learner.to(device)
        self.pace = pace
        self.checkpoint = checkpoint
        self.device = device
        self.progress = Progress()
        self.learnt = [p for p in learner.parameters() if p.requires_grad]
        # Muon for the square matrices of the layers: it needs far fewer examples than AdamW alone.
        muon = [
            p
            for name, p in learner.named_parameters()
            if pace.muon and p.requires_grad and p.ndim == 2 and ".blocks." in name
        ]
        taken = set(map(id, muon))
        plain = [p for p in self.learnt if p.ndim < 2]
        weighted = [p for p in self.learnt if p.ndim >= 2 and id(p) not in taken]
        self.optimizers: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(
                [{"params": weighted, "weight_decay": pace.decay}, {"params": plain, "weight_decay": 0.0}],
                lr=pace.rate,
                betas=(0.9, 0.98),
                fused=True,
            )
        ]
        if muon:
            self.optimizers.append(
                torch.optim.Muon(muon, lr=pace.rate, weight_decay=pace.decay, adjust_lr_fn="match_rms_adamw")
            )
        self.averages = [p.detach().clone() for p in self.learnt]
        # Half precision in the products only: quick where the processor has instructions for it.
        self.half = device == "cuda" or _has_bfloat16()

    def done(self) -> float:
        """0..1."""
        shares = [0.0]
        if self.pace.seconds:
            shares.append(self.progress.seconds / self.pace.seconds)
        if self.pace.steps:
            shares.append(self.progress.step / self.pace.steps)
        return min(max(shares), 1.0)

    def run(self, batches: Iterator[Batch], report: Report, *, every: int = 50) -> None:
        """Until the end of the pace. Writes checkpoints on the way and at the end."""
        saved = time.monotonic()
        told: dict[str, float] = {}
        self.learner.train()
        while self.done() < 1:
            batch = next(batches)
            began = time.monotonic()
            for name, value in self.step(batch).items():
                told[name] = told.get(name, 0.0) + value / every
            self.progress.seconds += time.monotonic() - began
            self.progress.audio_seconds += batch.mel.shape[0] * batch.mel.shape[2] / 100
            if self.progress.step % every == 0:
                report(self.progress, told)
                told = {}
            if time.monotonic() - saved > self.pace.checkpoint_seconds:
                self.save()
                saved = time.monotonic()
        self.save()

    def step(self, batch: Batch) -> dict[str, float]:
        pace = self.pace
        left = 1 - self.done()
        rate = pace.rate * min(1.0, (self.progress.step + 1) / pace.warm_up)
        rate *= min(1.0, max(left / pace.falling, 0.02)) if pace.falling else 1.0
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        moved = Batch(*(getattr(batch, name).to(self.device) for name in Batch.__slots__))
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.half):
            losses = self.learner.losses(moved, smoothing=pace.smoothing, masking=pace.masking)
        whole = losses["text"] + pace.place * losses["place"] + pace.parts * losses["parts"]
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        whole.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.learnt, pace.clip)
        if torch.isfinite(norm):
            for optimizer in self.optimizers:
                optimizer.step()
            if self.progress.step % _AVERAGED_EVERY == 0:
                self._average()
        self.progress.step += 1
        return {**{name: float(loss.detach()) for name, loss in losses.items()}, "norm": float(norm)}

    @torch.no_grad()
    def _average(self) -> None:
        decay = (
            min(self.pace.average, (self.progress.step + 1) / (self.progress.step + 10)) ** _AVERAGED_EVERY
        )
        torch._foreach_lerp_(self.averages, [p.detach() for p in self.learnt], 1 - decay)

    def save(self) -> None:
        state: dict[str, Any] = {
            "learner": self.learner.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "averages": self.averages,
            "progress": [self.progress.step, self.progress.seconds, self.progress.audio_seconds],
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def resume(self) -> bool:
        """Whether there was a checkpoint to go on from. Raises RuntimeError when it is of another model."""
        if not self.checkpoint.exists():
            return False
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.learner.load_state_dict(state["learner"])
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        for mine, kept in zip(self.averages, state["averages"], strict=True):
            mine.copy_(kept)
        step, seconds, audio = state["progress"]
        self.progress = Progress(int(step), float(seconds), float(audio))
        return True

    @torch.no_grad()
    def averaged(self) -> list[Tensor]:
        """Puts the averaged weights into the learner and returns the ones that were there."""
        kept = [p.detach().clone() for p in self.learnt]
        for parameter, average in zip(self.learnt, self.averages, strict=True):
            parameter.copy_(average)
        return kept

    @torch.no_grad()
    def restore(self, kept: list[Tensor]) -> None:
        for parameter, value in zip(self.learnt, kept, strict=True):
            parameter.copy_(value)


def _has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16 of itself; where nobody can say, it does not."""
    try:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    except (AttributeError, RuntimeError):
        return False
