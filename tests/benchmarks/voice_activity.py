"""How much of what is said is kept, and how much of the silence is dropped: `python -m tests.benchmarks.voice_activity`.

Talks of synthetic voices (espeak-ng) with noise of three kinds at three distances, by telephone and in a room. Speech
is where the voice alone is within 30 dB of its loudest; silence is what lies between two utterances, longer than 2 s.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from bots.sandbox.voices.espeak import VARIANTS, Voice, speak
from bots.sandbox.voices.line import noise, telephone
from stt.audio.speech import Span, levels, speech
from stt.engines.engine import SAMPLE_RATE, Samples

LINES = (
    "안녕하십니까 고용센터 상담사입니다",
    "네 지난달에 회사를 그만두었는데 실업급여를 받을 수 있는지 알고 싶어서요",
    "이직확인서는 회사에서 보냈습니까",
    "아니요 아직 안 보낸 것 같습니다",
    "네",
    "그러면 제가 회사에 요청하고 십이월 삼일까지 다시 연락드리겠습니다",
    "아 그리고 훈련도 받고 싶은데요 컴퓨터 자격증 과정이 있습니까",
    "국민내일배움카드를 신청하시면 삼백만 원까지 지원됩니다",
    "감사합니다",
)
KINDS = ("white", "room", "hum")
DISTANCES = (30, 20, 12)
_FRAME = 512


@dataclass(frozen=True)
class Talk:
    """A channel as it was made: with noise, the frames in which the voice is heard, and the long silences (s)."""

    samples: Samples
    voiced: np.ndarray
    silences: tuple[Span, ...]


def talk(seed: int, kind: str, decibels: float, by_telephone: bool, loudness: float = 0.2) -> Talk:
    """One channel of about a minute and a half: utterances, short pauses and long ones."""
    rng = np.random.default_rng(seed)
    voice = Voice(VARIANTS[seed % len(VARIANTS)], int(rng.integers(135, 186)), int(rng.integers(35, 66)))
    parts: list[Samples] = []
    silences: list[Span] = []
    at = 0.0
    for line in LINES:
        pause = float(rng.choice([0.3, 0.8, 1.5, 3.0, 6.0, 12.0]))
        said = speak(line, voice).samples
        heard = np.flatnonzero(np.abs(said) > 0.003)
        said = said[heard[0] : heard[-1] + 1]
        if pause > 2.0:
            silences.append(Span(at, at + pause))
        parts += [np.zeros(round(pause * SAMPLE_RATE), np.float32), said]
        at += pause + said.size / SAMPLE_RATE
    clean = np.concatenate(parts)
    clean *= loudness / np.abs(clean).max()
    if by_telephone:
        clean = telephone(clean)
    loud = levels(clean)
    voiced = loud > np.quantile(loud[loud > -60], 0.98) - 30
    level = float(np.sqrt(np.mean(clean[np.repeat(voiced, _FRAME)[: clean.size]] ** 2)))
    noisy = clean + noise(clean.size, rng, kind) * level * 10 ** (-decibels / 20)  # type: ignore[arg-type]
    return Talk(noisy.astype(np.float32), voiced, tuple(silences))


def measure(made: Talk, found: tuple[Span, ...]) -> tuple[float, float, float, float]:
    """Seconds of speech, of it kept; seconds of long silence, of it dropped."""
    kept = np.zeros(made.voiced.size, bool)
    for span in found:
        kept[int(span.start * SAMPLE_RATE / _FRAME) : int(np.ceil(span.end * SAMPLE_RATE / _FRAME))] = True
    frame = _FRAME / SAMPLE_RATE
    inside = sum(max(0.0, min(s.end, g.end) - max(s.start, g.start)) for s in found for g in made.silences)
    silence = sum(g.length for g in made.silences)
    return made.voiced.sum() * frame, (made.voiced & kept).sum() * frame, silence, silence - inside


def main() -> None:
    total = np.zeros(4)
    for kind, decibels, by_telephone in itertools.product(KINDS, DISTANCES, (True, False)):
        here = np.zeros(4)
        for seed in range(2):
            made = talk(seed * 7 + decibels, kind, decibels, by_telephone)
            here += measure(made, speech(made.samples))
        total += here
        where = "telephone" if by_telephone else "room"
        print(
            f"{kind:6} {decibels:3} dB {where:10} kept {here[1] / here[0]:.4f}  dropped {here[3] / here[2]:.4f}"
        )
    print(f"all: speech kept {total[1] / total[0]:.4f}, silence dropped {total[3] / total[2]:.4f}")
    for kind in KINDS:
        alone = noise(60 * SAMPLE_RATE, np.random.default_rng(1), kind) * 0.02  # type: ignore[arg-type]
        print(
            f"a minute of nothing but {kind} noise: {sum(s.length for s in speech(alone)):.2f} s taken for speech"
        )


if __name__ == "__main__":
    main()
