"""The reader with the weights that come with the package, on lines drawn here."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.linereader import PATTERNS, LineReader, LineReaderError
from ocr.linereader.alphabet import knows
from ocr.linereader.heldout import distance
from ocr.linereader.normalise import HEIGHT, normalise

NANUM = Path("/usr/share/fonts/truetype/nanum/NanumGothic.ttf")
NUMBERS = {
    "rrn": "960121-1021413",
    "phone": "010-3349-7082",
    "business_no": "104-86-56659",
    "receipt_no": "2026-UB-0012345",
    "account": "110-345-678902",
}


def drawn(text: str, size: int = 44, font: Path | None = None) -> NDArray[np.uint8]:
    """A line in Pillow's own font (digits and Latin only) or another, black on white."""
    face = ImageFont.truetype(str(font), size) if font else ImageFont.load_default(size)
    box = face.getbbox(text)
    image = Image.new("L", (int(box[2]) + size, int(box[3] - box[1]) + size), 255)
    ImageDraw.Draw(image).text((size // 2, size // 2 - box[1]), text, font=face, fill=0)
    return np.asarray(image)


@functools.cache
def reader() -> LineReader:
    return LineReader.load()


def test_it_reads_numbers_told_and_untold() -> None:
    images = [drawn(text) for text in NUMBERS.values()]
    free = reader().read(images)
    assert sum(r.text == t for r, t in zip(free, NUMBERS.values(), strict=True)) >= 4
    held = reader().read(images, list(NUMBERS))
    assert [r.text for r in held] == list(NUMBERS.values())
    assert all(r.confidence > 0.8 and r.pattern in PATTERNS for r in held)
    assert all(len(r.char_confidences) == len(r.alternatives) == len(r.spans) == len(r.text) for r in held)


@pytest.mark.skipif(not NANUM.exists(), reason="fonts-nanum is not installed")
def test_it_reads_hangul_and_tells_it_is_printed() -> None:
    texts = ["김민수", "주식회사 한빛정밀", "서울특별시 강남구 테헤란로 152", "새마을금고"]
    readings = reader().read([drawn(t, 48, NANUM) for t in texts])
    wrong = sum(
        distance(t.replace(" ", ""), r.text.replace(" ", "")) for t, r in zip(texts, readings, strict=True)
    )
    assert wrong <= 3, [r.text for r in readings]  # of 38 characters
    assert max(r.handwritten_probability for r in readings) < 0.5


@pytest.mark.skipif(not NANUM.exists(), reason="fonts-nanum is not installed")
def test_it_chooses_from_a_closed_list() -> None:
    ranked = reader().choose(drawn("신한은행", 40, NANUM), ["국민은행", "신한은행", "우리은행", "농협"])
    assert ranked[0][0] == "신한은행"
    assert sum(p for _, p in ranked) == pytest.approx(1)


@pytest.mark.thorough
def test_a_line_reads_the_same_alone_and_in_a_batch() -> None:
    images = [drawn(t, s) for t in NUMBERS.values() for s in (20, 44, 70)]
    together = reader().read(images)
    for image, one in zip(images, together, strict=True):
        alone = reader().read([image])[0]
        assert alone.text == one.text
        assert alone.confidence == pytest.approx(one.confidence, abs=1e-3)


def test_noise_lowers_confidence() -> None:
    clean = drawn("010-3349-7082", 30)
    r = np.random.default_rng(1)
    bad = np.where(r.random(clean.shape) < 0.35, r.integers(0, 2, clean.shape) * 255, clean).astype(np.uint8)
    good, poor = reader().read([clean, bad])
    assert poor.confidence < good.confidence - 0.2


def test_an_empty_line_says_nothing_for_sure() -> None:
    for image in (np.full((40, 300), 255, np.uint8), np.zeros((40, 300), np.uint8)):
        assert all(r.text == "" or r.confidence < 0.6 for r in reader().read([image]))
    assert reader().read([]) == []


def test_a_normalised_line_is_ink_on_paper_of_one_height() -> None:
    small, large = normalise(drawn("104-86", 20)), normalise(drawn("104-86", 90))
    assert small.shape[0] == large.shape[0] == HEIGHT
    assert abs(small.shape[1] - large.shape[1]) <= 10
    assert large[0].max() == 0 and large.max() > 200


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((10, 10), np.float32),
        np.zeros((10, 10, 3), np.uint8),
        np.zeros((1, 50), np.uint8),
        "line.png",
    ],
)
def test_what_is_no_line_is_refused(image: object) -> None:
    with pytest.raises(LineReaderError, match="image 0"):
        reader().read([image])  # type: ignore[list-item]


def test_wrong_patterns_and_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(LineReaderError, match="unknown pattern 'passport'"):
        reader().read([drawn("1")], "passport")
    with pytest.raises(LineReaderError, match="1 images but 2 patterns"):
        reader().read([drawn("1")], ["rrn", None])
    with pytest.raises(LineReaderError, match="no weights at"):
        LineReader.load(tmp_path / "none.pt")
    (tmp_path / "bad.pt").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(LineReaderError, match="holds no weights"):
        LineReader.load(tmp_path / "bad.pt")


def test_weights_are_small_and_every_pattern_is_spelt_in_the_alphabet() -> None:
    import ocr.linereader

    folder = Path(ocr.linereader.__file__).parent
    assert (folder / "weights.pt").stat().st_size < 5_000_000
    assert all(knows(c) for c in "0123456789-().,:/~*+₩금원정년월일 ")
