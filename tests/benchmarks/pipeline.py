#!/usr/bin/env python3
"""How long the whole pipeline takes, as a ratio to plain Tesseract over the same pages in the same run.

    tests/benchmarks/pipeline.py SET [--limit N] [--processes P]

SET has deliveries/ and applications.csv. Plain: `tesseract PAGE - -l kor+eng` with OMP_THREAD_LIMIT=1, P at a
time, on page images made beforehand. Pipeline: taking in, reading, understanding, linking, attaching and
previews, in a record of its own, with P child processes. Both are wall-clock seconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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


def plain_seconds(pages: list[Path], processes: int) -> float:
    """Wall-clock seconds of plain Tesseract over all pages."""
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}

    def read(page: Path) -> None:
        subprocess.run(
            ["tesseract", str(page), "-", "-l", "kor+eng"], env=environment, capture_output=True, check=False
        )

    began = time.perf_counter()
    with ThreadPoolExecutor(processes) as threads:
        list(threads.map(read, pages))
    return time.perf_counter() - began


def pipeline_seconds(cases: Path, files: list[Path]) -> float:
    """Wall-clock seconds from taking the first file to the last one linked; start-up is not counted."""
    from bots.intake.readers import readers
    from bots.predict import own_record, predictions

    with own_record():
        pool = readers()
        pool.inspect(files[0])
        began = time.perf_counter()
        for _ in predictions(cases, files, Console(stderr=True)):
            pass
        return time.perf_counter() - began


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
        plain = plain_seconds(pages, chosen.processes)
    whole = pipeline_seconds(chosen.set / "applications.csv", files)
    print(f"deliveries: {len(files)}")
    print(f"pages: {len(pages)}")
    print(f"processes: {chosen.processes}")
    print(f"plain_tesseract_seconds: {plain:.1f}")
    print(f"pipeline_seconds: {whole:.1f}")
    print(f"ratio: {whole / plain:.2f}")


if __name__ == "__main__":
    main()
