"""The mark that setting up is done; `./backoffice` compares it before it starts any Python."""

from __future__ import annotations

import hashlib
import os

from bots.setting_up import places


def expected() -> str:
    """Hash of the versions asked for, and the interpreter that they were installed for."""
    asked = hashlib.sha256(places.CONSTRAINTS.read_bytes() + places.PYPROJECT.read_bytes())
    return f"{asked.hexdigest()} {os.path.realpath(places.venv_python())}"


def is_current() -> bool:
    try:
        return places.STAMP.read_text().strip() == expected()
    except FileNotFoundError:
        return False


def write() -> None:
    """Whole or not at all: a start that is interrupted leaves the old mark or none."""
    beside = places.STAMP.with_name(f".ready.{os.getpid()}")
    beside.write_text(expected() + "\n")
    beside.replace(places.STAMP)


def remove() -> None:
    places.STAMP.unlink(missing_ok=True)
