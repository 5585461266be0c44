"""`python -m bots.setting_up.halves`, run by the environment's own interpreter.

pip takes a package for installed once its metadata are there, even if it was killed before the rest.
Names such packages, a line each, and removes their metadata, so that pip installs them once more.
"""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path


def halves() -> Iterator[tuple[str, Path]]:
    """Name and metadata folder of every package of this environment that lacks a file of its record."""
    own = [folder for folder in sys.path if folder.startswith(sys.prefix)]
    for folder in own:
        for metadata in sorted(Path(folder).glob("*.dist-info")):
            if not _whole(importlib.metadata.Distribution.at(metadata)):
                yield metadata.name.partition("-")[0], metadata


def _whole(package: importlib.metadata.Distribution) -> bool:
    files = package.files
    if files is None:
        return False
    return all(Path(str(file.locate())).exists() for file in files if file.suffix != ".pyc")


if __name__ == "__main__":
    for name, metadata in halves():
        print(name)
        shutil.rmtree(metadata, ignore_errors=True)
