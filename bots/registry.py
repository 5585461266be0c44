"""The one list of the packages that hold bots; importing them registers their bots."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

PACKAGES = ("bots.intake", "bots.housekeeping")


def load() -> None:
    """Import every package of the list that is part of this program."""
    for package in PACKAGES:
        if find_spec(package) is not None:
            import_module(package)
