"""Reading one-line crops.

    reader = LineReader.load()
    for r in reader.read([crop, other], pattern="rrn"):
        print(r.text, r.confidence, r.handwritten_probability)

A crop is one line, gray uint8, dark on light, of any height; rules should be out of it. Loading
takes a second or two the first time in a process (PyTorch), reading a few milliseconds a line.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ocr.linereader.alphabet import alphabet, encode, knows
from ocr.linereader.confidence import Calibration, features, logistic
from ocr.linereader.decode import log_probability
from ocr.linereader.decoded import Alternative, Decoded, Seen, decoded
from ocr.linereader.normalise import FRAME, HEIGHT, Ink, placed
from ocr.linereader.patterns import PATTERNS

if TYPE_CHECKING:
    from ocr.linereader.network import LineNetwork

Gray = NDArray[np.uint8]
STEP = 64  # widths are filled up to multiples of this, so that a line reads the same in any batch
BATCH = 16


class LineReaderError(ValueError):
    """An image that is no line, an unknown pattern, or weights that cannot be loaded."""


@dataclass(frozen=True, slots=True)
class LineWord:
    """A word of a line: its columns in the crop, its worst character's confidence, its pen."""

    text: str
    left: int
    right: int
    confidence: float
    handwritten_probability: float


@dataclass(frozen=True, slots=True)
class LineReading:
    """What one line says.

    text                     as read; single blanks between words
    confidence               calibrated probability that all of the text is right, blanks aside
    char_confidences         one a character of `text`
    handwritten_probability  of the line as a whole
    alternatives             one a character of `text`: its next best reading
    spans                    one a character: first and last + 1 column of its strongest part in the crop
    char_handwritten         one a character: probability that it is handwritten
    pattern                  what the reading was held to, or None
    fit                      0 to 1: how well the ink agrees with the pattern at all; 1 without a pattern
    """

    text: str
    confidence: float
    char_confidences: tuple[float, ...]
    handwritten_probability: float
    alternatives: tuple[Alternative, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    char_handwritten: tuple[float, ...] = ()
    pattern: str | None = None
    fit: float = 1.0

    def words(self, width: int) -> list[LineWord]:
        """The words between blanks; `width` is the crop's, in pixels. Columns are good to half a character."""
        found, start = [], 0
        for i in range(len(self.text) + 1):
            if i < len(self.text) and self.text[i] != " ":
                continue
            if i > start:
                left = self.spans[start - 1][1] if start else 0
                right = self.spans[i][0] if i < len(self.text) else width
                pens = self.char_handwritten[start:i]
                worst = min(self.char_confidences[start:i])
                found.append(
                    LineWord(self.text[start:i], left, max(right, left + 1), worst, sum(pens) / len(pens))
                )
            start = i + 1
        return found


class LineReader:
    """The network with its decoder. Not safe to share between threads; one a process."""

    def __init__(self, network: LineNetwork, calibration: Calibration) -> None:
        self.network = network
        self.calibration = calibration

    @classmethod
    def load(cls, path: Path | None = None) -> LineReader:
        """The reader with the weights of `path`, by default those that come with the package.

        The default is loaded once per process. Raises LineReaderError if the file is missing or no weights.
        """
        return _load(path or Path(__file__).parent / "weights.pt")

    def read(
        self, images: Sequence[Gray], pattern: str | Sequence[str | None] | None = None
    ) -> list[LineReading]:
        """Read lines, in their order.

        images   gray uint8 (height, width), dark on light
        pattern  a kind of `PATTERNS` that all texts, or each, must satisfy, or None

        Raises LineReaderError for anything else.
        """
        patterns = [pattern] * len(images) if pattern is None or isinstance(pattern, str) else list(pattern)
        if len(patterns) != len(images):
            raise LineReaderError(
                f"{len(images)} images but {len(patterns)} patterns: give one each, or one for all"
            )
        for one in patterns:
            if one is not None and one not in PATTERNS:
                raise LineReaderError(f"unknown pattern {one!r}: one of {', '.join(PATTERNS)}")
        seen = self.look([_checked(image, i) for i, image in enumerate(images)])
        return [self._reading(s, p) for s, p in zip(seen, patterns, strict=True)]

    def choose(self, image: Gray, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Texts of a closed list (banks, districts) by how probable each is to be the line's, best first.

        Probabilities sum to 1 over the list, so a line that says none of them still has a best: compare
        with `read`. Texts with characters outside the alphabet are left out.
        """
        frames = self.look([_checked(image, 0)])[0].frames
        known = [t for t in texts if t and knows(t)]
        logs = np.array([log_probability(frames, tuple(encode(t))) for t in known])
        if not len(logs):
            return []
        shares = np.exp(logs - logs.max())
        shares /= shares.sum()
        return sorted(zip(known, shares.tolist(), strict=True), key=lambda pair: -pair[1])

    def look(self, images: Sequence[Gray]) -> list[Seen]:
        """Run the network without decoding; lines of like width together."""
        import torch

        lines = [placed(image) for image in images]
        inks = [one.ink for one in lines]
        widths = [_filled(ink) for ink in inks]
        order = sorted(range(len(inks)), key=lambda i: widths[i])
        seen: dict[int, Seen] = {}
        while order:
            width = widths[order[0]]
            batch = [i for i in order[:BATCH] if widths[i] == width]
            order = order[len(batch) :]
            block = np.zeros((len(batch), 1, HEIGHT, width), np.float32)
            for row, i in zip(block, batch, strict=True):
                row[0, :, : inks[i].shape[1]] = inks[i] / np.float32(255)
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=_has_matrix_unit()):
                ink = torch.from_numpy(block).to(memory_format=torch.channels_last)
                scores, hand = self.network(ink)
            likely = (scores.float() / self.calibration.temperature).log_softmax(-1).numpy()
            pens = hand.float().numpy()
            for k, i in enumerate(batch):
                used = inks[i].shape[1] // FRAME + 1
                seen[i] = Seen(likely[k], pens[k][:used], lines[i].left, lines[i].scale)
        return [seen[i] for i in range(len(images))]

    def evidence(self, s: Seen, pattern: str | None) -> tuple[str, tuple[float, float, float, float]]:
        """The text and what its confidence is computed from: for calibration."""
        d = decoded(s, pattern)
        return d.text, features(d.whole, d.confidences, d.fit)

    def _reading(self, s: Seen, pattern: str | None) -> LineReading:
        d = decoded(s, pattern)
        return LineReading(
            text=d.text,
            confidence=self._confidence(d, pattern is not None) if d.text else 0.0,
            char_confidences=tuple(d.confidences),
            handwritten_probability=self._pen(s.hand),
            alternatives=tuple(d.others),
            spans=tuple(d.spans),
            char_handwritten=tuple(self._pen(p) for p in d.pens),
            pattern=pattern,
            fit=math.exp(d.fit / max(1, len(d.text))) if pattern is not None else 1.0,
        )

    def _confidence(self, d: Decoded, held: bool) -> float:
        weights = self.calibration.held if held else self.calibration.free
        x = features(d.whole, d.confidences, d.fit)
        return logistic(sum(w * v for w, v in zip(weights, x, strict=False)))

    def _pen(self, logit: float) -> float:
        offset, scale = self.calibration.hand
        return logistic(offset + scale * logit)


@functools.cache
def _load(path: Path) -> LineReader:
    from ocr.linereader.weights import load_weights

    try:
        network = load_weights(path, len(alphabet()))
    except FileNotFoundError as e:
        raise LineReaderError(f"no weights at {path}: train some with python -m ocr.linereader.train") from e
    except Exception as e:
        raise LineReaderError(f"{path} holds no weights of this network: {type(e).__name__}: {e}") from e
    return LineReader(network, Calibration.load(path.with_name("calibration.json")))


@functools.cache
def _has_matrix_unit() -> bool:
    """Whether the processor multiplies bfloat16 matrices itself (AMX): then reading takes a quarter of the time."""
    import torch

    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("amx_bf16") and capabilities.get("amx_tile"))


def _checked(image: Gray, i: int) -> Gray:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 2:
        have = (
            f"{image.dtype} of {image.ndim} dimensions"
            if isinstance(image, np.ndarray)
            else type(image).__name__
        )
        raise LineReaderError(f"image {i}: a gray uint8 array (height, width) is needed, not {have}")
    if image.shape[0] < 3 or image.shape[1] < 3:
        raise LineReaderError(f"image {i}: {image.shape[1]} x {image.shape[0]} pixels are no line of text")
    return image


def _filled(ink: Ink) -> int:
    """Width with enough paper behind the line, a multiple of STEP."""
    return -(-(int(ink.shape[1]) + 8) // STEP) * STEP
