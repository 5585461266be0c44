"""Make confidences mean what they say, on fonts that training never saw.

    python -m ocr.linereader.calibrate --weights weights.pt --fonts FOLDER [--count 240]

writes `calibration.json` beside the weights and prints, for other lines, how often readings of a
given confidence are right.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ocr.linereader.alphabet import alphabet, encode
from ocr.linereader.confidence import Calibration
from ocr.linereader.decode import log_probability
from ocr.linereader.heldout import NUMBERS, TestLine, held_out_lines
from ocr.linereader.reader import LineReader
from ocr.linereader.weights import load_weights

Floats = NDArray[np.float64]
TEMPERATURES = (0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0)


def logistic(x: Floats, y: Floats, pull: float = 0.5) -> Floats:
    """Weights w of P(y) = 1 / (1 + exp(-x w)), pulled a little towards nothing; Newton's method."""
    w = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (y - p) - pull * w
        bend = (x * (p * (1 - p))[:, None]).T @ x + pull * np.eye(len(w))
        w = w + np.linalg.solve(bend, slope)
    return w


def best_temperature(reader: LineReader, tests: Sequence[TestLine]) -> float:
    """The temperature under which the true texts are most probable."""
    seen = reader.look([t.line.image for t in tests])
    truths = [tuple(encode(t.line.text)) for t in tests]

    def total(temperature: float) -> float:
        logs = []
        for s, truth in zip(seen, truths, strict=True):
            f = s.frames / np.float32(temperature)
            f = f - np.logaddexp.reduce(f, axis=1, keepdims=True)
            logs.append(max(log_probability(f, truth), -25.0))  # hopeless lines do not set it
        return float(np.mean(logs))

    return max(TEMPERATURES, key=total)


def pattern_of(test: TestLine) -> str | None:
    """The pattern that a caller who knows the field would give."""
    return test.line.kind if test.line.kind in (*NUMBERS, "name") else None


def same(a: str, b: str) -> bool:
    """Equal but for blanks."""
    return a.replace(" ", "") == b.replace(" ", "")


def fit(reader: LineReader, tests: Sequence[TestLine]) -> Calibration:
    """The calibration of a reader whose temperature is set."""
    rows: dict[bool, list[tuple[float, ...]]] = {False: [], True: []}
    right: dict[bool, list[float]] = {False: [], True: []}
    pens: list[tuple[float, float]] = []
    hands: list[float] = []
    for test, s in zip(tests, reader.look([t.line.image for t in tests]), strict=True):
        if test.line.hand is not None:
            pens.append((1.0, s.hand))
            hands.append(float(test.line.hand))
        for pattern in {None, pattern_of(test)}:
            text, x = reader.evidence(s, pattern)
            rows[pattern is not None].append(x)
            right[pattern is not None].append(float(same(text, test.line.text)))
    free = logistic(np.array(rows[False])[:, :3], np.array(right[False]))
    held = logistic(np.array(rows[True]), np.array(right[True]))
    hand = logistic(np.array(pens), np.array(hands))
    return Calibration(
        reader.calibration.temperature,
        tuple(free.round(4).tolist()),
        tuple(held.round(4).tolist()),
        (round(float(hand[0]), 4), round(float(hand[1]), 4)),
    )


def report(reader: LineReader, tests: Sequence[TestLine]) -> list[str]:
    """Lines of text: confidence bands with the share that is right, free and held."""
    out = []
    images = [t.line.image for t in tests]
    for name, kinds in (("free", [None] * len(tests)), ("held", [pattern_of(t) for t in tests])):
        readings = reader.read(images, kinds)
        pairs = [
            (
                r.confidence,
                same(r.text, t.line.text),
                sum(a != b for a, b in zip(r.text, t.line.text, strict=False)),
            )
            for r, t, k in zip(readings, tests, kinds, strict=True)
            if name == "free" or k
        ]
        for low, high in (
            (0, 0.2),
            (0.2, 0.5),
            (0.5, 0.8),
            (0.8, 0.9),
            (0.9, 0.95),
            (0.95, 0.98),
            (0.98, 0.99),
            (0.99, 1.01),
        ):
            band = [(c, ok) for c, ok, _ in pairs if low <= c < high]
            if band:
                said, is_so = np.mean([c for c, _ in band]), np.mean([ok for _, ok in band])
                out.append(
                    f"{name} {low:.2f}-{min(high, 1):.2f}: {len(band)} lines, said {said:.3f}, right {is_so:.3f}"
                )
    sure = [
        (r.handwritten_probability, t.line.hand)
        for r, t in zip(reader.read(images), tests, strict=True)
        if t.line.hand is not None
    ]
    out.append(f"handwriting told: {np.mean([(p > 0.5) == h for p, h in sure]):.3f} of {len(sure)}")
    return out


def main() -> None:
    """The command line."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weights", type=Path, default=Path(__file__).parent / "weights.pt")
    p.add_argument("--fonts", type=Path, required=True)
    p.add_argument("--count", type=int, default=240, help="lines a group")
    a = p.parse_args()
    network = load_weights(a.weights, len(alphabet()))
    tests = held_out_lines(a.fonts, a.count, seed=31)
    temperature = best_temperature(LineReader(network, Calibration()), tests)
    c = fit(LineReader(network, Calibration(temperature)), tests)
    held = {"temperature": c.temperature, "free": c.free, "held": c.held, "hand": c.hand}
    a.weights.with_name("calibration.json").write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    print(held)
    others = held_out_lines(a.fonts, a.count, seed=32)
    print("\n".join(report(LineReader(network, c), others)))


if __name__ == "__main__":
    main()
