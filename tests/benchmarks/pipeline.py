#!/usr/bin/env python3
"""How long the whole pipeline takes, as a ratio to plain Tesseract over the same pages in the same run.

    tests/benchmarks/pipeline.py SET [--limit N] [--processes P]

SET has deliveries/ and applications.csv. Plain: `tesseract PAGE - -l kor+eng` with OMP_THREAD_LIMIT=1, P at a
time, on page images made beforehand. Pipeline: taking in, reading, understanding, linking, attaching and
previews, in a record of its own, with P child processes. Both are wall-clock seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import psutil
import pypdfium2 as pdfium
from PIL import Image, ImageSequence
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def page_images(files: list[Path], folder: Path) -> list[Path]:
    """Every page as an image file: pixels as they came, PDF pages at 200 dpi."""
    made = []
    for file in files:
        if file.suffix == ".pdf":
            document = pdfium.PdfDocument(file)
            images = [page.render(scale=200 / 72, grayscale=True).to_pil() for page in document]
        else:
            with Image.open(file) as opened:
                images = [frame.copy() for frame in ImageSequence.Iterator(opened)]
        for number, image in enumerate(images, 1):
            path = folder / f"{file.stem}-{number}.png"
            image.save(path)
            made.append(path)
    return made


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and of all processors together."""

    wall: float
    processor: float


def plain_cost(pages: list[Path], processes: int) -> Cost:
    """What plain Tesseract takes over all pages."""
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}

    def read(page: Path) -> None:
        subprocess.run(
            ["tesseract", str(page), "-", "-l", "kor+eng"], env=environment, capture_output=True, check=False
        )

    began, used = time.perf_counter(), processor_seconds()
    with ThreadPoolExecutor(processes) as threads:
        list(threads.map(read, pages))
    return Cost(time.perf_counter() - began, processor_seconds() - used)


def pipeline_cost(cases: Path, files: list[Path]) -> Cost:
    """What it takes from the first file taken to the last one linked."""
    from bots.intake.readers import readers
    from bots.predict import own_record, predictions

    with own_record():
        wait(readers().prepare())
        began, used = time.perf_counter(), processor_seconds()
        for _ in predictions(cases, files, Console(stderr=True)):
            pass
        return Cost(time.perf_counter() - began, processor_seconds() - used)


def processor_seconds() -> float:
    """User and system seconds of this process and all it started, also of those that have ended."""
    me = psutil.Process()
    total = 0.0
    for process in (me, *me.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return total


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="only the first N deliveries")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    os.environ["BACKOFFICE_PROCESSES"] = str(chosen.processes)
    files = sorted(f for f in (chosen.set / "deliveries").iterdir() if f.is_file())
    files = files[: chosen.limit or None]
    with tempfile.TemporaryDirectory() as folder:
        pages = page_images(files, Path(folder))
        plain = plain_cost(pages, chosen.processes)
    whole = pipeline_cost(chosen.set / "applications.csv", files)
    print(f"deliveries: {len(files)}")
    print(f"pages: {len(pages)}")
    print(f"processes: {chosen.processes}")
    print(f"plain_tesseract_seconds: {plain.wall:.1f}")
    print(f"pipeline_seconds: {whole.wall:.1f}")
    print(f"ratio: {whole.wall / plain.wall:.2f}")
    print(f"plain_tesseract_processor_seconds: {plain.processor:.1f}")
    print(f"pipeline_processor_seconds: {whole.processor:.1f}")
    print(f"processor_ratio: {whole.processor / plain.processor:.2f}")


if __name__ == "__main__":
    main()
