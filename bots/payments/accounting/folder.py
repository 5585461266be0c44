"""An accounting system that is reached by a folder that both see: files lie in `out`, answers in `in`.

A file counts once its mark is there (`NAME.done`, with the SHA-256 of CSV and XLSX), which is written last. An answer is
`*.result.csv`; read ones move to `in/done`, and what cannot be read stays where it is.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from bots.payments.accounting.system import AccountingDown, AccountingRefuses, Answer, Given

MOST_BYTES = 50 * 1024 * 1024


class FolderSystem:
    """`root` is made where it is missing."""

    def __init__(self, root: Path) -> None:
        self.out, self.into = root / "out", root / "in"

    def give(self, file: Given) -> None:
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            for ending, content in ((".csv", file.csv), (".xlsx", file.xlsx), (".done", _mark(file))):
                self._put(self.out / f"{file.name}{ending}", content)
        except OSError as error:
            raise AccountingDown(f"{self.out}: {error.strerror}: check the folder and its rights") from error

    def answers(self) -> Iterator[Answer]:
        try:
            found = sorted(self.into.glob("*.result.csv")) if self.into.is_dir() else []
            for path in found:
                if path.stat().st_size > MOST_BYTES:
                    raise AccountingDown(f"{path}: larger than {MOST_BYTES} bytes: nobody wrote that")
                yield Answer(path.name, path.read_bytes())
        except OSError as error:
            raise AccountingDown(f"{self.into}: {error.strerror}: check the folder and its rights") from error

    def put_away(self, answer: Answer) -> None:
        done = self.into / "done"
        try:
            done.mkdir(exist_ok=True)
            (self.into / answer.name).replace(done / answer.name)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise AccountingDown(f"{done}: {error.strerror}: check the folder and its rights") from error

    def close(self) -> None:
        pass

    def _put(self, path: Path, content: bytes) -> None:
        """Whole or not at all; what is there already must be the same."""
        if path.exists():
            if path.read_bytes() != content:
                raise AccountingRefuses(
                    f"{path} is there with another content: nothing was written over", "other_content"
                )
            return
        fresh = path.with_name(f"{path.name}.new")
        with fresh.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        fresh.replace(path)


def _mark(file: Given) -> bytes:
    return "".join(f"{hashlib.sha256(part).hexdigest()}\n" for part in (file.csv, file.xlsx)).encode()
