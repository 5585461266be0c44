"""`python -m bots.setting_up.installed`, run by the environment's own interpreter: a line for each package.

`NAME VERSION` for a package that is there; `NAME half` for one that lacks files, and its metadata are
then removed: pip takes a package for installed once its metadata are there, even if it was killed
before the rest, and so installs it once more.
"""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path


def packages() -> Iterator[tuple[Path, str, str]]:
    """Metadata folder, name and version of every package of this environment; version "half" if it lacks files."""
    for folder in (entry for entry in sys.path if entry.startswith(sys.prefix)):
        for metadata in sorted(Path(folder).glob("*.dist-info")):
            package = importlib.metadata.Distribution.at(metadata)
            if _whole(package):
                yield metadata, package.metadata["Name"], package.version
            else:
                yield metadata, metadata.name.partition("-")[0], "half"


def _whole(package: importlib.metadata.Distribution) -> bool:
    files = package.files
    if files is None:
        return False
    return all(Path(str(file.locate())).exists() for file in files if file.suffix != ".pyc")


if __name__ == "__main__":
    for metadata, name, version in packages():
        print(name, version)
        if version == "half":
            shutil.rmtree(metadata, ignore_errors=True)
