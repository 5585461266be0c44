"""The only module that runs tesseract, by pytesseract: environment, time limit and error text in one place.

Each run gets one thread (`OMP_THREAD_LIMIT=1`): threaded runs side by side are tens of times slower
(tesseract issue 3109). The words come back as TSV.
"""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray

from ocr.problems import NO_ENGINE, TIMEOUT, UnreadableError

LANGUAGES = "kor+eng"


@dataclass(frozen=True, slots=True)
class RawWord:
    """A word as the engine gave it; the box in pixels of the image it was given."""

    text: str
    confidence: float
    left: int
    top: int
    right: int
    bottom: int


class EngineError(Exception):
    """tesseract ran and failed; the text holds its last lines of error, never the page's words."""


@functools.cache
def version() -> str:
    """`5.3.0`; raises `UnreadableError(no_engine)` when there is no tesseract."""
    _check_program()
    return str(pytesseract.get_tesseract_version())


def words(
    image: NDArray[np.uint8],
    *,
    languages: str = LANGUAGES,
    psm: int = 6,
    dpi: int = 300,
    timeout: float = 100.0,
) -> list[RawWord]:
    """Read a gray image (height x width, dark on light).

    Raises `UnreadableError(timeout)` past `timeout` seconds, `EngineError` on any other failure.
    """
    _check_program()
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        # A plain bitmap, written by us: pytesseract would compress it as PNG first.
        path = Path(folder) / "page.pgm"
        if not cv2.imwrite(str(path), image):
            raise EngineError("the image could not be written")
        try:
            tsv = pytesseract.image_to_data(
                str(path), lang=languages, config=f"--psm {psm} --dpi {dpi}", timeout=timeout
            )
        except pytesseract.TesseractError as error:
            raise _explained(error) from None
        except RuntimeError:  # what pytesseract raises on a timeout
            raise UnreadableError(TIMEOUT, f"tesseract ran longer than {timeout:.0f} s") from None
    return list(_parse(str(tsv)))


@functools.cache
def _check_program() -> None:
    """Raise `UnreadableError(no_engine)` when there is no tesseract; set what its runs inherit."""
    if shutil.which(pytesseract.pytesseract.tesseract_cmd) is None:
        raise UnreadableError(NO_ENGINE, "tesseract is not on the PATH")
    os.environ.update(OMP_THREAD_LIMIT="1", LC_ALL="C.UTF-8")


def _explained(error: pytesseract.TesseractError) -> Exception:
    said = str(error.message)
    if "Failed loading language" in said or "Error opening data file" in said:
        return UnreadableError(NO_ENGINE, f"tesseract lacks a language of {LANGUAGES}")
    return EngineError(f"tesseract ended with {error.status}: {said.strip()[-300:]}")


def _parse(tsv: str) -> Iterator[RawWord]:
    for row in tsv.splitlines():
        parts = row.split("\t", 11)
        if len(parts) < 12 or parts[0] != "5" or not parts[11].strip():
            continue
        left, top, width, height = (int(p) for p in parts[6:10])
        confidence = max(0.0, min(1.0, float(parts[10]) / 100))
        yield RawWord(parts[11].strip(), confidence, left, top, left + width, top + height)
