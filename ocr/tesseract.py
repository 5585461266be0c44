"""The only module that runs tesseract: environment, time limit and error text in one place.

Each run gets one thread (`OMP_THREAD_LIMIT=1`): threaded runs side by side are tens of times slower
(tesseract issue 3109). The image goes in by standard input and the words come back as TSV.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
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
    first = _run(["--version"], None, 10.0).decode("utf-8", "replace").split("\n", 1)[0]
    return first.removeprefix("tesseract").strip()


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
    ok, encoded = cv2.imencode(".pgm", image)
    if not ok:
        raise EngineError("the image could not be encoded")
    arguments = ["stdin", "stdout", "-l", languages, "--psm", str(psm), "--dpi", str(dpi), "tsv"]
    return list(_parse(_run(arguments, encoded.tobytes(), timeout).decode("utf-8", "replace")))


def _run(arguments: list[str], data: bytes | None, timeout: float) -> bytes:
    program = shutil.which("tesseract")
    if program is None:
        raise UnreadableError(NO_ENGINE, "tesseract is not on the PATH")
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [program, *arguments],
            input=data,
            capture_output=True,
            timeout=timeout,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableError(TIMEOUT, f"tesseract ran longer than {timeout:.0f} s") from None
    if done.returncode != 0:
        if b"Failed loading language" in done.stderr or b"Error opening data file" in done.stderr:
            raise UnreadableError(NO_ENGINE, f"tesseract lacks a language of {LANGUAGES}")
        tail = done.stderr.decode("utf-8", "replace").strip().splitlines()[-2:]
        raise EngineError(f"tesseract ended with {done.returncode}: {' / '.join(tail)}")
    return done.stdout


def _parse(tsv: str) -> Iterator[RawWord]:
    for row in tsv.splitlines()[1:]:
        parts = row.split("\t", 11)
        if len(parts) < 12 or parts[0] != "5" or not parts[11].strip():
            continue
        left, top, width, height = (int(p) for p in parts[6:10])
        confidence = max(0.0, min(1.0, float(parts[10]) / 100))
        yield RawWord(parts[11].strip(), confidence, left, top, left + width, top + height)
