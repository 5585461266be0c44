"""Examples for the demo model: windows of synthetic talk over a telephone or in a room."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from bots.sandbox.voices.espeak import SAMPLE_RATE, Samples, Voice, resampled, speak
from bots.sandbox.voices.line import Noise, noise, telephone, with_noise
from stt.training.mel import mel_of
from stt.training.shards import Example
from stt.training.text import OPENERS

LONGEST = 12.0
NOISES: tuple[Noise, ...] = ("white", "room", "room", "hum")


# The demo's two voices, and what lies closely around them: a model that is trained for an hour or two on a processor
# cannot learn many.
VOICES = (("f2", 44, 60), ("m3", 36, 52))


def random_voice(rng: random.Random) -> Voice:
    variant, low, high = rng.choice(VOICES)
    return Voice(variant, rng.randrange(182, 212), rng.randrange(low, high))


def noise_only(rng: random.Random) -> Example:
    """Nobody says anything."""
    draw = np.random.default_rng(rng.randrange(2**32))
    count = int(rng.uniform(1.0, 5.0) * SAMPLE_RATE)
    return Example(mel_of(noise(count, draw, rng.choice(NOISES)) * 10 ** rng.uniform(-4, -1.5)), "")


def window(sentence: Callable[[], str], rng: random.Random, longest: float) -> Example:
    """Sentences of one voice or two, with pauses, until about `longest` seconds are full (at least one sentence)."""
    voice = random_voice(rng)
    gap = rng.choice((0.15, 0.4, 0.8, 1.2))
    brief = rng.choice((0.0, 0.0, 0.5))
    pieces: list[Samples] = [np.zeros(int(rng.uniform(0.0, 0.35) * SAMPLE_RATE), dtype=np.float32)]
    texts: list[str] = []
    times: list[float] = []
    filled = len(pieces[0]) / SAMPLE_RATE
    while True:
        text = f"{rng.choice(OPENERS)}." if rng.random() < brief else sentence()
        spoken = speak(text, voice)
        length = len(spoken.samples) / SAMPLE_RATE
        if filled + length > LONGEST and texts:
            break
        if length <= LONGEST:
            pieces.append(spoken.samples)
            texts.append(text)
            times += [filled + time for time in spoken.syllables]
            filled += length
            pause = np.zeros(int(rng.uniform(0.0, gap) * SAMPLE_RATE), dtype=np.float32)
            pieces.append(pause)
            filled += len(pause) / SAMPLE_RATE
        if texts and filled >= longest:
            break
        if rng.random() < 0.1:
            voice = random_voice(rng)
    return Example(mel_of(over_a_line(np.concatenate(pieces), rng)), " ".join(texts), tuple(times))


def over_a_line(samples: Samples, rng: random.Random) -> Samples:
    draw = np.random.default_rng(rng.randrange(2**32))
    if rng.random() < 0.85:
        samples = with_noise(samples, draw, rng.uniform(22, 45), rng.choice(NOISES))
    if rng.random() < 0.6:
        samples = telephone(samples, low=rng.uniform(200, 350), high=rng.uniform(3200, 3700))
        if rng.random() < 0.5:
            samples = resampled(resampled(samples, SAMPLE_RATE, 8000), 8000, SAMPLE_RATE)
    level = 10 ** rng.uniform(-0.9, 0.1)
    return (samples * level).astype(np.float32)


def examples(
    sentence: Callable[[], str], rng: random.Random, count: int, longest: float, shortest: float = 0.5
) -> list[Example]:
    """`count` examples, of all lengths between about `shortest` and `longest` seconds."""
    made: list[Example] = []
    while len(made) < count:
        if rng.random() < 0.02:
            made.append(noise_only(rng))
        else:
            made.append(window(sentence, rng, rng.uniform(shortest, longest)))
    return made
