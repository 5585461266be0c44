"""How well and how fast pages are read, on a labelled set of deliveries.

    python -m tests.benchmarks.reading SET [--media fax_std] [--every 3] [--pages OUT]

For each page of SET/truth.jsonl: whether the truth's values stand in the page's text (letters and digits
compared), or else among the other readings kept with a line; whether it was turned the right way; and
the seconds it took in a child process against plain `tesseract -l kor+eng` on the same pixels, one
process each, by turns. With --pages each page's reading is written to OUT as JSON.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image

from ocr.children import PageReaders
from ocr.page import open_page
from ocr.types import PageRead


def main() -> None:
    """Read the arguments, measure, print a line per medium."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("set", type=Path)
    options.add_argument("--media", help="only these, separated by commas")
    options.add_argument("--every", type=int, default=1, help="every n-th delivery")
    options.add_argument("--pages", type=Path, help="write each page's reading here")
    options.add_argument("--verbose", action="store_true", help="name the fields that were not found")
    chosen = options.parse_args()
    truth = [json.loads(line) for line in (chosen.set / "truth.jsonl").open(encoding="utf-8")]
    totals: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    with PageReaders(processes=1) as readers:
        readers.inspect(chosen.set / truth[0]["file"])
        for delivery in truth[:: chosen.every]:
            if chosen.media and delivery["media"] not in chosen.media.split(","):
                continue
            for number, rotation in enumerate(delivery["rotation"], 1):
                path = chosen.set / delivery["file"]
                started = time.monotonic()
                read = readers.submit_page(path, number).result()
                ours = time.monotonic() - started
                count = totals[delivery["media"]]
                count.update(pages=1, turned_right=read.rotation == rotation)
                count.update({"milliseconds": round(ours * 1000), "plain_milliseconds": plain(path, number)})
                missed = judge(read, delivery, number, count)
                if chosen.verbose and missed:
                    print(path.name, number, " ".join(missed), flush=True)
                if chosen.pages:
                    chosen.pages.mkdir(parents=True, exist_ok=True)
                    text = json.dumps(read.to_dict(), ensure_ascii=False)
                    (chosen.pages / f"{path.stem}-{number}.json").write_text(text, encoding="utf-8")
    everything: collections.Counter[str] = collections.Counter()
    for media in sorted(totals):
        print(line(media, totals[media]))
        everything.update(totals[media])
    print(line("all", everything))


def judge(
    read: PageRead, delivery: dict[str, Any], number: int, count: collections.Counter[str]
) -> list[str]:
    """Count the truth's values that the page's text holds; names of those it does not."""
    text = signs(read.text)
    others = " ".join(signs(a) for ln in read.lines for a, _ in ln.alternatives)
    missed = []
    for part in delivery["parts"]:
        if part["pages"][0] != number:
            continue
        hand = "_hand" if part.get("handwritten") else ""
        for name, value in part["fields"].items():
            found = signs(value) in text
            count["fields" + hand] += 1
            count["found" + hand] += found
            count["kept" + hand] += found or signs(value) in others
            if not found:
                missed.append(name)
    return missed


def plain(path: Path, number: int) -> int:
    """Milliseconds that plain tesseract takes for the pixels of the page as they lie in the file."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "page.png"
        Image.fromarray(open_page(path, number).gray).save(image, compress_level=1)
        started = time.monotonic()
        subprocess.run(
            ["tesseract", image, Path(folder) / "out", "-l", "kor+eng"],
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            capture_output=True,
            check=True,
        )
        return round((time.monotonic() - started) * 1000)


def line(media: str, count: collections.Counter[str]) -> str:
    """One line of the table."""

    def share(part: str, whole: str) -> str:
        return f"{count[part]}/{count[whole]}" if count[whole] else "-"

    ours, theirs = count["milliseconds"] / count["pages"], count["plain_milliseconds"] / count["pages"]
    return (
        f"{media:9} pages {count['pages']:4}  turned right {share('turned_right', 'pages'):9}"
        f" printed found {share('found', 'fields'):9} or kept {share('kept', 'fields'):9}"
        f" by hand found {share('found_hand', 'fields_hand'):7} or kept {share('kept_hand', 'fields_hand'):7}"
        f" seconds {ours / 1000:.2f}, plain {theirs / 1000:.2f}, ratio {ours / theirs:.2f}"
    )


def signs(text: str) -> str:
    """Letters and digits only."""
    return re.sub(r"[^0-9A-Za-z가-힣]", "", text)


if __name__ == "__main__":
    main()
