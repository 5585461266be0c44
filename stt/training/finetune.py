"""Training a model further on a center's own corrected talks, or a new one on nothing else.

The model that was there stays as it is: what comes out is another file, with a card that says what it was made from
and what it makes wrong in talks that were kept aside.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stt.engines.engine import SAMPLE_RATE
from stt.training import measure, pairs
from stt.training.pairs import Pair, PairsError

if TYPE_CHECKING:
    from whisper.model import Whisper

    from stt.training.batches import Batch
    from stt.training.shards import Example
    from stt.training.tokens import Tokens
    from stt.training.train import Progress

Say = Callable[[str], None]
_FEWEST = 2
_TOKENS_AT_LEAST, _TOKENS_PER_SECOND = 20, 20
_RELEASED_RATE, _SMALL_RATE, _NEW_RATE = 1e-5, 2e-4, 1.5e-3


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train.

    base        the model to start from; None with `dims`, for a new one
    out         the file to write (.pt); must not be there
    epochs      how often each window is gone through; minutes: an end before that, 0 for none
    rate        highest learning rate; 0: what suits the model
    device      "cpu", "cuda"
    """

    folder: Path
    out: Path
    base: Path | None = None
    dims: str = ""
    epochs: float = 3.0
    minutes: float = 0.0
    rate: float = 0.0
    batch_seconds: float = 48.0
    device: str = "cpu"
    threads: int = 0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """`before`, `after`: errors on the talks kept aside; `before` is None for a new model."""

    out: Path
    sha256: str
    before: measure.Errors | None
    after: measure.Errors
    trained: int
    held_out: int


class PlanError(ValueError):
    """What is asked for cannot be trained; the text says why and what to do."""


def finetune(plan: Plan, say: Say) -> Outcome:
    """Train as planned; goes on from its checkpoint (beside `out`) when it was stopped.

    Raises PlanError and PairsError.
    """
    import torch

    from stt.training import model as models
    from stt.training.learner import Learner
    from stt.training.train import Pace, Training

    _check(plan)
    if plan.threads:
        torch.set_num_threads(plan.threads)
    to_train, held_out = pairs.parted(pairs.read_pairs(plan.folder))
    if len(to_train) < _FEWEST or not held_out:
        raise PairsError(
            "too little to train on: at least two talks, one of which is kept aside for measuring"
        )
    model, facts = _start(plan)
    tokens = _tokens(model, facts)
    say(f"{len(to_train)} windows to train on, {len(held_out)} kept aside for measuring")
    before = None if plan.base is None else errors(model, held_out, plan.device)
    if before:
        say(f"before: character error rate {before.rate:.3f}")
    examples = _examples(to_train, model.dims.n_mels)
    seconds = sum(example.mel.shape[1] for example in examples) / 100
    small = facts.get("spelling") == "syllables"
    pace = Pace(
        seconds=plan.minutes * 60,
        steps=max(int(plan.epochs * seconds / plan.batch_seconds), 1),
        rate=plan.rate or (_NEW_RATE if plan.base is None else _SMALL_RATE if small else _RELEASED_RATE),
        warm_up=200 if plan.base is None else 20,
        masking=0.12 if small else 0.0,
        average=0.998 if plan.base is None else 0.98,
        place=0.0,
        parts=0.0,
    )
    learner = Learner(model, _used(tokens, to_train) if small else None)
    training = Training(learner, pace, plan.out.with_suffix(".checkpoint"), plan.device)
    if training.resume():
        say(f"goes on at step {training.progress.step}")

    def report(progress: Progress, losses: dict[str, float]) -> None:
        say(
            f"step {progress.step} of {pace.steps}, loss {losses['text']:.3f}, {progress.seconds / 60:.1f} min"
        )

    training.run(_batches(examples, tokens, plan), report, every=10)
    training.averaged()
    learner.put_back()
    after = errors(model.eval(), held_out, plan.device)
    told: dict[str, Any] = {
        **facts,
        "label": facts.get("label", "") or plan.out.stem,
        "prompt": False if plan.base is None else facts.get("prompt", True),
        "trained_from": "" if plan.base is None else _sha256(plan.base),
        "windows": len(to_train),
        "held_out_windows": len(held_out),
        "held_out_cer_before": None if before is None else round(before.rate, 4),
        "held_out_cer": round(after.rate, 4),
    }
    digest = models.write(model, plan.out, told)
    training.checkpoint.unlink(missing_ok=True)
    return Outcome(plan.out, digest, before, after, len(to_train), len(held_out))


def errors(model: Whisper, held_out: Sequence[Pair], device: str) -> measure.Errors:
    """What the model hears wrong in these windows, decoded as they are decoded in use."""
    import torch
    from whisper import DecodingOptions
    from whisper.audio import log_mel_spectrogram, pad_or_trim
    from whisper.decoding import decode

    model.to(device).eval()
    found = measure.Errors()
    for pair in held_out:
        samples = torch.from_numpy(pairs.load(pair))
        # More than this nobody says in the time: a model that loops need not be heard out.
        most = min(440, _TOKENS_AT_LEAST + len(samples) * _TOKENS_PER_SECOND // SAMPLE_RATE)
        options = DecodingOptions(
            language="ko", without_timestamps=True, fp16=device != "cpu", sample_len=most
        )
        mel = log_mel_spectrogram(pad_or_trim(samples), model.dims.n_mels).to(device)
        with torch.inference_mode():
            heard: Any = decode(model, mel.half() if device != "cpu" else mel, options)
        found += measure.compared(pair.text, heard.text)
    return found


def _check(plan: Plan) -> None:
    if (plan.base is None) == (not plan.dims):
        raise PlanError("give a model to start from, or the dimensions of a new one: one of both")
    if plan.out.suffix != ".pt":
        raise PlanError(f"{plan.out}: the name of a model ends in .pt")
    if plan.out.exists():
        raise PlanError(f"{plan.out} is there already: a model is never written over, choose another name")
    if plan.base is not None and not plan.base.is_file():
        raise PlanError(f"{plan.base} is not there: see ./backoffice stt models")


def _start(plan: Plan) -> tuple[Whisper, dict[str, Any]]:
    import whisper

    from stt.training import model as models

    if plan.base is None:
        new = models.new(models.dimensions(plan.dims), plan.seed)
        return new, {"spelling": "syllables", "languages": ["ko"], "prompt": False}
    model = whisper.load_model(str(plan.base), device="cpu").float()
    return model, models.facts_of(plan.base)


def _tokens(model: Whisper, facts: dict[str, Any]) -> Tokens:
    from stt.training.tokens import Tokens

    return Tokens(str(facts.get("spelling", "merged")), languages=model.num_languages)


def _used(tokens: Tokens, to_train: Sequence[Pair]) -> list[int]:
    found = set(tokens.korean)
    for pair in to_train:
        found.update(tokens.encode(pair.text).ids)
    return sorted(found)


def _examples(to_train: Sequence[Pair], bands: int) -> list[Example]:
    from stt.training.mel import mel_of
    from stt.training.shards import Example

    return [Example(mel_of(pairs.load(pair), bands), pair.text) for pair in to_train]


def _batches(examples: Sequence[Example], tokens: Tokens, plan: Plan) -> Iterator[Batch]:
    from stt.training.batches import batch_of, grouped

    rng = random.Random(plan.seed)
    while True:
        for group in grouped(examples, rng, plan.batch_seconds):
            yield batch_of(group, tokens)


def _sha256(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
