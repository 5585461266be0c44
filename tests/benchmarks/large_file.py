#!/usr/bin/env python3
"""Memory of a worker while it reads a long scan: `tests/benchmarks/large_file.py [--pages 200]`.

Makes a PDF of that many A4 pages at 300 dpi (no text layer), reads it page by page as `intake.read` does, and
prints the largest resident memory of the parent and of any child process, in MiB.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

A4_AT_300 = (2480, 3508)


def scanned(pages: int, path: Path) -> None:
    """A PDF of gray JPEG pages with a few lines of type each."""
    document = pdfium.PdfDocument.new()
    font = ImageFont.load_default(48)
    for number in range(1, pages + 1):
        picture = Image.effect_noise(A4_AT_300, 6).point(lambda v: min(255, v + 110))
        draw = ImageDraw.Draw(picture)
        for line in range(12):
            draw.text(
                (300, 300 + 120 * line), f"Page {number} line {line} 010-{number:04d}-{line:04d}", 0, font
            )
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=70)
        image = pdfium.PdfImage.new(document)
        image.load_jpeg(buffer, inline=True)
        image.set_matrix(pdfium.PdfMatrix().scale(595, 842))
        page = document.new_page(595, 842)
        page.insert_obj(image)
        page.gen_content()
    document.save(path)


class Watch(threading.Thread):
    """Looks at the resident memory of this process and of its children, ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own = 0
        self.child = 0
        self.total = 0

    def run(self) -> None:
        me = psutil.Process()
        while True:
            try:
                own = me.memory_info().rss
                children = [c.memory_info().rss for c in me.children(recursive=True)]
            except psutil.Error:
                continue
            self.own = max(self.own, own)
            self.child = max([self.child, *children])
            self.total = max(self.total, own + sum(children))
            time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    from ocr.children import PageReaders

    with tempfile.TemporaryDirectory() as folder, PageReaders(chosen.processes) as readers:
        path = Path(folder) / "long.pdf"
        scanned(chosen.pages, path)
        watch = Watch()
        watch.start()
        began = time.perf_counter()
        count = readers.inspect(path).page_count
        problems = [
            page.problem for page, _ in readers.read_and_render(path, range(1, count + 1)) if page.problem
        ]
        seconds = time.perf_counter() - began
    print(f"pages: {count}")
    print(f"pages_with_a_problem: {len(problems)}")
    print(f"seconds_a_page: {seconds / count:.2f}")
    print(f"parent_mib: {watch.own / 2**20:.0f}")
    print(f"largest_child_mib: {watch.child / 2**20:.0f}")
    print(f"all_together_mib: {watch.total / 2**20:.0f}")


if __name__ == "__main__":
    main()
