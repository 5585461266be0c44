"""`python -m bots.setting_up.pins > constraints.txt`: what is installed of what pyproject.toml needs."""

from __future__ import annotations

import importlib.metadata
import sys

from packaging.requirements import Requirement

from bots.setting_up.packages import asked_for, normal

HEAD = """\
# Every version that pip resolves for pyproject.toml (tests included), on CPython 3.11.
# Made by: .venv/bin/python -m bots.setting_up.pins
# PyTorch is pinned without a local part (+cpu): which build it is, the machine's own pip settings say.
"""


def pins() -> dict[str, str]:
    """Name and version of everything that pyproject.toml asks for, directly or through others.

    Raises LookupError for a requirement that is not installed.
    """
    waiting = [Requirement(text) for text in asked_for()]
    followed: set[tuple[str, frozenset[str]]] = set()
    versions: dict[str, str] = {}
    while waiting:
        wanted = waiting.pop()
        key = normal(wanted.name), frozenset(wanted.extras)
        if key in followed:
            continue
        followed.add(key)
        try:
            package = importlib.metadata.distribution(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            raise LookupError(f"{wanted} is not installed") from None
        versions[key[0]] = package.version.partition("+")[0]
        waiting += [
            need for text in package.requires or () if _applies(need := Requirement(text), wanted.extras)
        ]
    return versions


def _applies(need: Requirement, extras: set[str]) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras or {""})


if __name__ == "__main__":
    sys.stdout.write(HEAD + "".join(f"{name}=={version}\n" for name, version in sorted(pins().items())))
