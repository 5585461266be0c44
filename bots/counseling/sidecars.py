"""What lies beside a recording: metadata (CSV, JSON) and transcripts (VTT, SRT, JSON), and which file is which.

Metadata is read here; of a transcript only what it is. Nothing here is opened that is larger than a sidecar may be.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.recorders import folded, recorders

MOST_BYTES = 4 * 1024 * 1024
MOST_INDEX_BYTES = 32 * 1024 * 1024
SIDECARS = (".json", ".csv", ".vtt", ".srt")
_TRANSCRIPTS = {".vtt": "vtt", ".srt": "srt"}
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Beside:
    """metadata: its file, the columns told; transcript: its file and format ("vtt", "srt", "json")."""

    metadata: Path | None = None
    facts: Mapping[str, str] | None = None
    transcript: Path | None = None
    transcript_format: str = ""


def beside(audio: Path) -> Beside:
    """What lies beside a file: `NAME.wav.json` or `NAME.json`, `.csv`, `.vtt`, `.srt`; what cannot be read counts as
    not there."""
    metadata: Path | None = None
    facts: Mapping[str, str] | None = None
    transcript: Path | None = None
    format_ = ""
    for path in _candidates(audio):
        if (kind := _TRANSCRIPTS.get(path.suffix.lower())) and transcript is None:
            transcript, format_ = path, kind
        elif path.suffix.lower() == ".csv" and facts is None:
            facts = next(_rows(path, MOST_BYTES), None)
            metadata = path if facts is not None else None
        elif path.suffix.lower() == ".json":
            told = _json(path)
            if isinstance(told, list) and len(told) == 1 and not is_transcript(told):
                (told,) = told
            if is_transcript(told):
                if transcript is None:
                    transcript, format_ = path, "json"
            elif isinstance(told, dict) and facts is None:
                metadata, facts = path, by_column(told)
    if facts and transcript is None and (named := _named(audio.parent, facts.get("transcript", ""))):
        transcript, format_ = named, _TRANSCRIPTS.get(named.suffix.lower(), "json")
    return Beside(metadata, facts, transcript, format_)


def _candidates(audio: Path) -> Iterator[Path]:
    for ending in SIDECARS:
        for path in (audio.with_name(audio.name + ending), audio.with_suffix(ending)):
            if path != audio and _is_readable(path, MOST_BYTES):
                yield path


def _named(folder: Path, name: str) -> Path | None:
    """The transcript that the metadata names, if it lies in the same folder."""
    if not name or "/" in name or "\\" in name or name.startswith("."):
        return None
    path = folder / name
    return path if path.suffix.lower() in SIDECARS and _is_readable(path, MOST_BYTES) else None


def index(folder: Path) -> dict[str, Mapping[str, str]]:
    """What tables (CSV) in a folder that name files tell, by the name of the file in small letters."""
    told: dict[str, Mapping[str, str]] = {}
    for path in sorted(folder.glob("*.csv")):
        if _is_readable(path, MOST_INDEX_BYTES):
            told |= {
                row["file"].replace("\\", "/").rpartition("/")[2].casefold(): row
                for row in _rows(path, MOST_INDEX_BYTES)
                if row.get("file")
            }
    return told


def is_index(path: Path) -> bool:
    """Whether a table tells of files, each in a line of its own."""
    rows = _rows(path, MOST_INDEX_BYTES)
    return bool((next(rows, None) or {}).get("file"))


def is_transcript(told: Any) -> bool:
    """Whether a JSON value is what was said, not what is known of the call."""
    if isinstance(told, list):
        known = recorders().said_keys
        return bool(told) and all(
            isinstance(one, dict) and any(folded(str(key)) in known for key in one) for one in told
        )
    keys = recorders().transcript_keys
    return isinstance(told, dict) and any(
        folded(str(key)) in keys and isinstance(value, list) for key, value in told.items()
    )


def by_column(told: Mapping[Any, Any]) -> dict[str, str]:
    """What is told, by the columns of ``recorders.yaml``; what nobody knows is left out.

    One level of nesting is looked into ({"call": {"agent": ...}}); the outer goes before the inner.
    """
    found: dict[str, str] = {}
    inner: list[Mapping[Any, Any]] = []
    for heading, value in told.items():
        if isinstance(value, dict):
            inner.append(value)
        elif isinstance(value, str | int | float | bool) and (column := recorders().column(str(heading))):
            words = ("true" if value else "false") if isinstance(value, bool) else _legible(str(value))
            if words:
                found.setdefault(column, words[:_LONGEST])
    for one in inner:
        flat = {k: v for k, v in one.items() if not isinstance(v, dict)}
        found = by_column(flat) | found
    return found


def _legible(words: str) -> str:
    """Without what no column holds and no database takes: control characters, halves of signs."""
    return "".join(c for c in words if c.isprintable() or c == " ").strip()


def _is_readable(path: Path, most: int) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= most
    except OSError:
        return False


def _text(path: Path, most: int) -> str:
    """UTF-8 (with or without its mark), UTF-16 with its mark, else CP949. Raises OSError, UnicodeDecodeError."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp949")


def _json(path: Path) -> Any:
    """None for what is no JSON."""
    try:
        return json.loads(_text(path, MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None


def _rows(path: Path, most: int) -> Iterator[dict[str, str]]:
    """The rows of a table by column; nothing of what is no table. The first line names the columns."""
    try:
        text = _text(path, most).replace("\0", "")
        dialect = (
            "\t"
            if "\t" in text.partition("\n")[0]
            else ";"
            if text.partition("\n")[0].count(";") > 1
            else ","
        )
        for row in csv.DictReader(io.StringIO(text), delimiter=dialect):
            told = by_column({k: v for k, v in row.items() if k is not None and isinstance(v, str)})
            if told:
                yield told
    except (OSError, ValueError, csv.Error):
        return
