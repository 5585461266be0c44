"""What telephone recorders tell beside their files, and how it is read: ``recorders.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import yaml

from config.settings import layered

WAYS = ("phone", "desk", "video")
_LEFT_RIGHT = ("counselor", "person")


@dataclass(frozen=True)
class Recorder:
    """One kind of recorder; see the file for the meaning of each.

    files     patterns of file names, folded to small letters
    names     regular expressions over a file's name without its ending
    channels  whose voice is left and right of a recording with two
    expected  metadata certainly comes; announced: that a call is recorded is announced, going on is consent
    """

    name: str
    files: tuple[str, ...]
    names: tuple[re.Pattern[str], ...]
    way: str
    expected: bool
    wait_seconds: float
    announced: bool
    channels: tuple[str, str]
    extensions: dict[str, str]

    def makes(self, file_name: str) -> bool:
        """Whether a file of this name is this recorder's."""
        return any(fnmatchcase(file_name.casefold(), pattern) for pattern in self.files)

    def told_by_name(self, stem: str) -> dict[str, str]:
        """What a file's name (without its ending) tells, by column; {} when it fits no pattern."""
        for pattern in self.names:
            if found := pattern.match(stem):
                return {key: value for key, value in found.groupdict().items() if value}
        return {}


@dataclass(frozen=True)
class Recorders:
    """columns, consents and ways map a folded word to what it means."""

    recorders: tuple[Recorder, ...]
    columns: dict[str, str]
    consents: dict[str, str]
    ways: dict[str, str]
    transcript_keys: frozenset[str]
    said_keys: frozenset[str]

    def of(self, file_name: str) -> Recorder | None:
        """The first recorder that makes files of this name."""
        return next((r for r in self.recorders if r.makes(file_name)), None)

    def named(self, name: str) -> Recorder | None:
        """The recorder of this name."""
        return next((r for r in self.recorders if r.name == name), None)

    def column(self, heading: str) -> str:
        """The column that a heading names, "" when nobody has said."""
        return self.columns.get(folded(heading), "")

    def consent(self, word: str) -> str:
        """ "given", "refused", or "" for a word that says neither."""
        return self.consents.get(folded(word), "")

    def way(self, word: str) -> str:
        """ "phone", "desk", "video", or ""."""
        return self.ways.get(folded(word), "")


def folded(word: str) -> str:
    """A heading as it is compared: small letters, no blanks, no signs."""
    return re.sub(r"[\s_\-.()]", "", word).casefold()


@lru_cache
def recorders() -> Recorders:
    """As the files say; what a center says of its own goes over the default.

    Raises ValueError naming the recorder and what is wrong with it.
    """
    merged: dict[str, Any] = {}
    for file in layered("recorders.yaml"):
        told = yaml.safe_load(file.read_text("utf-8")) or {}
        for key, value in told.items():
            merged[key] = (merged.get(key) or {}) | value if isinstance(value, dict) else value
    return Recorders(
        recorders=tuple(_recorder(entry) for entry in merged["recorders"]),
        columns=_by_word(merged["columns"]),
        consents=_by_word(merged["consent"]),
        ways=_by_word(merged["ways"]),
        transcript_keys=frozenset(folded(word) for word in merged["transcript_keys"]),
        said_keys=frozenset(folded(word) for word in merged["said_keys"]),
    )


def _by_word(lists: dict[str, list[Any]]) -> dict[str, str]:
    return {folded(str(word)): meaning for meaning, words in lists.items() for word in words}


def _recorder(entry: dict[str, Any]) -> Recorder:
    name = str(entry.get("name") or "")
    way = str(entry.get("way") or "phone")
    metadata, consent = str(entry.get("metadata") or "maybe"), str(entry.get("consent") or "asked")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise ValueError(f"recorders.yaml: a recorder's name is small letters, digits, _ and -, not {name!r}")
    if way not in WAYS or metadata not in ("maybe", "expected") or consent not in ("asked", "announced"):
        raise ValueError(f"recorders.yaml: {name}: way {way!r}, metadata {metadata!r} or consent {consent!r}")
    left, right = (entry.get("channels") or _LEFT_RIGHT)[:2]
    if {left, right} != set(_LEFT_RIGHT):
        raise ValueError(
            f"recorders.yaml: {name}: channels are counselor and person, not {left!r} and {right!r}"
        )
    try:
        patterns = tuple(re.compile(p, re.IGNORECASE) for p in entry.get("names") or ())
    except re.error as error:
        raise ValueError(f"recorders.yaml: {name}: names: {error}") from None
    return Recorder(
        name=name,
        files=tuple(str(p).casefold() for p in entry.get("files") or ("*",)),
        names=patterns,
        way=way,
        expected=metadata == "expected",
        wait_seconds=float(entry.get("wait_seconds", 15)),
        announced=consent == "announced",
        channels=(left, right),
        extensions={str(k): str(v) for k, v in (entry.get("extensions") or {}).items()},
    )
