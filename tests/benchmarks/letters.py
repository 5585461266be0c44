"""How long 1,000 letters take and how much memory: `python -m tests.benchmarks.letters`.

Letters of every kind in turn, each about another case, made by two children; acts with their seal. Memory is that
of this process and its children together, the highest of what is seen twice a second. Every letter is
counted, and every fiftieth is looked into: its name is on it and its code is read back from its first page.

Measured with other work on the two cores: 1,000 letters (1,333 pages) in 59 s with two children, 89 s of
processor in them; at most 441 MiB of memory.
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import resource
import threading
import time
from collections.abc import Iterator

import numpy as np
import pdfplumber
import psutil
import pypdfium2

from bots.notices.letters import Letter, LetterOrder, render_letters
from bots.notices.letters.samples import sample_values
from bots.sandbox.seal import seal_picture
from config.case_code import CaseCode, CodeKind
from config.notice_kinds import load_notice_kinds
from ocr.barcodes import find_barcodes

SECONDS, MIBIBYTES = 60.0, 1024.0
_FAMILY, _GIVEN = "김이박최정강조윤장임", "가나다라마바사아자차"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    orders = list(itertools.islice(_orders(), asked.letters))
    watch = _Watch()
    began, pages, size, checked = time.monotonic(), 0, 0, 0.0
    with watch:
        for number, (order, letter) in enumerate(
            zip(orders, render_letters(orders, asked.processes), strict=True)
        ):
            assert isinstance(letter, Letter), f"letter {number}: {letter}"
            pages, size = pages + letter.pages, size + len(letter.pdf)
            if number % 50 == 0:
                started = time.monotonic()
                _look_into(order, letter)
                checked += time.monotonic() - started
    seconds = time.monotonic() - began
    print(f"{len(orders)} letters, {pages} pages, {size / 2**20:.1f} MiB, {asked.processes} children")
    print(
        f"{seconds:.1f} s ({len(orders) / seconds:.1f} letters/s; {checked:.1f} s of it looking into letters)"
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime:.1f} s of processor in the children")
    print(f"at most {watch.highest / 2**20:.0f} MiB of memory, this process included")
    met = seconds <= SECONDS * len(orders) / 1000 and watch.highest <= MIBIBYTES * 2**20
    print("target met" if met else "TARGET MISSED")
    raise SystemExit(not met)


def _orders() -> Iterator[LetterOrder]:
    kinds = [(name, kind.official) for name, kind in load_notice_kinds().kinds.items() if kind.letter]
    seal = seal_picture("견본고용센터장")
    for number, (kind, official) in enumerate(itertools.cycle(kinds)):
        name = _FAMILY[number % 10] + _GIVEN[number // 10 % 10] + _GIVEN[number // 100 % 10]
        receipt_no = f"2026-UB-{number + 1:07d}"
        values = {**sample_values(kind), "to_name": name, "receipt_no": receipt_no}
        code = CaseCode(CodeKind.LETTER, receipt_no)
        yield LetterOrder(kind, values, code, seal=seal if official else None)


def _look_into(order: LetterOrder, letter: Letter) -> None:
    with pdfplumber.open(io.BytesIO(letter.pdf)) as document:
        assert str(order.values["to_name"]) in (document.pages[0].extract_text() or "")
    document = pypdfium2.PdfDocument(letter.pdf)
    image = np.asarray(document[0].render(scale=204 / 72).to_pil().convert("L"))
    document.close()
    assert order.code.text in {found.text for found in find_barcodes(image)}


class _Watch:
    """The memory of this process and all below it; a context manager."""

    def __init__(self) -> None:
        self.highest = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        own = psutil.Process(os.getpid())
        while not self._over.wait(0.5):
            total = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue
            self.highest = max(self.highest, total)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


if __name__ == "__main__":
    main()
