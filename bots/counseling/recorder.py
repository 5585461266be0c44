"""The folder of a telephone recorder: which recordings have arrived, and what the recorder says of each.

A file may be taken once it has stopped growing and ends as its format must, and what belongs beside it has come or
does not come any more. Nothing is deleted: what was taken is moved below ``taken/`` with its day.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from bots.counseling.audio_ends import ends_properly
from bots.counseling.sidecars import SIDECARS, Beside, beside, index
from config.recorders import Recorder, recorders
from config.settings import settings

TAKEN = "taken"
_IGNORED = (".part", ".tmp", ".crdownload", ".lock", ".log", ".filepart", ".writing")
_DIGITS = re.compile(r"\D")
_YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """One recording that may be taken.

    told      by the columns of ``recorders.yaml``: of the metadata, else of the file's name
    by_table  whether a table of many recordings tells of it: by its name alone
    """

    path: Path
    size: int
    modified_ns: int
    recorder: Recorder
    beside: Beside
    started: datetime
    ended: datetime | None
    way: str
    told: Mapping[str, str] = field(default_factory=dict)
    by_table: bool = False


def arrived(
    folder: Path, *, settle_seconds: float, patience_seconds: float, zone: tzinfo, now: float | None = None
) -> Iterator[RecordedFile]:
    """Recordings of `folder` that may be taken now, the oldest call first.

    A file that does not end properly is taken after `patience_seconds` without change: the recorder broke off.
    Raises FileNotFoundError when the folder does not exist: one that is not mounted must not look empty.
    """
    if not folder.is_dir():
        raise FileNotFoundError(
            f"녹취 폴더가 없습니다: {folder} — 마운트와 BACKOFFICE_RECORDER_DIRS를 확인하십시오"
        )
    moment = time.time() if now is None else now
    tables: dict[Path, dict[str, Mapping[str, str]]] = {}
    found: list[RecordedFile] = []
    for path in sounds(folder):
        recorder = recorders().of(path.name)
        if recorder is None:
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue  # another worker has just moved it
        age = moment - stat.st_mtime
        if age < settle_seconds or (age < patience_seconds and not ends_properly(path)):
            continue
        if path.parent not in tables:
            tables[path.parent] = index(path.parent)
        row = tables[path.parent].get(path.name.casefold(), {})
        lies = beside(path)
        by_name = recorder.told_by_name(legible(path.stem))
        since_there = moment - max(stat.st_mtime, stat.st_ctime)
        if since_there < recorder.wait_seconds and _more_to_come(recorder, lies, row, by_name):
            continue
        told = {**by_name, **row, **(lies.facts or {})}
        found.append(recorded(path, stat, recorder, lies, told, zone, by_table=bool(row)))
    yield from sorted(found, key=lambda f: (f.started, f.path.name))


def _more_to_come(
    recorder: Recorder, lies: Beside, row: Mapping[str, str], by_name: Mapping[str, str]
) -> bool:
    """Whether what belongs beside a file is still missing."""
    told = {**row, **(lies.facts or {})}
    if told:
        return bool(told.get("transcript")) and lies.transcript is None
    return recorder.expected or not by_name.get("phone")


def sounds(folder: Path) -> Iterator[Path]:
    """Every file that is neither a sidecar nor still being written, below a folder."""
    for path in _files(folder):
        if path.suffix.lower() not in SIDECARS:
            yield path


def left_over(folder: Path) -> Iterator[Path]:
    """Sidecars whose recording does not lie beside them: they came late, or their recording never came."""
    there = {(path.parent, path.name.casefold()) for path in sounds(folder)}
    stems = {(parent, name.rpartition(".")[0]) for parent, name in there}
    for path in _files(folder):
        if path.suffix.lower() not in SIDECARS:
            continue
        without = path.stem.casefold()
        if (path.parent, without) not in there and (path.parent, without) not in stems:
            yield path


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f != TAKEN and not f.startswith("."))
        for name in sorted(names):
            path = Path(root) / name
            if name.startswith((".", "~")) or name.lower().endswith(_IGNORED):
                continue
            if path.is_symlink() or not path.is_file():
                continue  # a link could point at any file of this machine; a pipe would be waited for
            yield path


def recorded(
    path: Path,
    stat: os.stat_result,
    recorder: Recorder,
    lies: Beside,
    told: Mapping[str, str],
    zone: tzinfo,
    *,
    by_table: bool = False,
) -> RecordedFile:
    """A file with what is told of it; without a time it is told by the file's own."""
    started = moment_of(told.get("started", ""), zone)
    ended = moment_of(told.get("ended", ""), zone)
    length = seconds_of(told.get("duration", ""))
    if started is not None and ended is None and length:
        ended = started + timedelta(seconds=length)
    return RecordedFile(
        path=path,
        size=stat.st_size,
        modified_ns=stat.st_mtime_ns,
        recorder=recorder,
        beside=lies,
        started=started or datetime.fromtimestamp(stat.st_mtime, zone),
        ended=ended if started is not None and ended is not None and ended > started else None,
        way=recorders().way(told.get("way", "")) or recorder.way,
        told=told,
        by_table=by_table,
    )


def as_named(file: RecordedFile) -> RecordedFile:
    """The same file with no more told of it than its name tells."""
    zone = file.started.tzinfo or UTC
    told = file.recorder.told_by_name(legible(file.path.stem))
    return recorded(file.path, file.path.stat(), file.recorder, file.beside, told, zone)


def legible(name: str) -> str:
    """A file's name as text: one whose bytes are not UTF-8 was written by a Windows machine, in CP949."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("cp949", "replace")
    return name


def moment_of(told: str, zone: tzinfo) -> datetime | None:
    """ "2026-11-23 14:05:12", "20261123140512", "2026.11.23 14:05", ISO with or without a zone; None for no time, or
    for one at which there were no such recorders."""
    found = _moment(told, zone)
    return found if found is not None and found.year in _YEARS else None


def _moment(told: str, zone: tzinfo) -> datetime | None:
    plain = told.strip()
    try:
        found = datetime.fromisoformat(plain.replace("/", "-").replace(". ", "-").replace(".", "-", 2))
        if len(plain) > 10:
            return found if found.tzinfo else found.replace(tzinfo=zone)
    except ValueError:
        pass
    digits = _DIGITS.sub("", plain)
    for form, length in (("%Y%m%d%H%M%S", 14), ("%Y%m%d%H%M", 12)):
        if len(digits) == length:
            try:
                return datetime.strptime(digits, form).replace(tzinfo=zone)
            except ValueError:
                return None
    return None


def seconds_of(told: str) -> float:
    """ "185", "185.2", "00:03:05", "3:05"; 0.0 for no length."""
    parts = told.strip().split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return 0.0
    if len(numbers) > 3 or any(not 0 <= n < 1e6 for n in numbers):
        return 0.0
    return float(sum(n * 60.0**place for place, n in enumerate(reversed(numbers))))


def consent_of(told: Mapping[str, str], recorder: Recorder) -> tuple[str, str]:
    """("given" | "refused" | "unknown", how): what the recorder says. A word that nobody knows says nothing."""
    word = told.get("consent", "")
    if said := recorders().consent(word):
        return said, "ars" if "ars" in told.get("consent_how", "").casefold() else "recorder"
    if recorder.announced and not word:
        return "given", "ars"
    return "unknown", ""


def is_still(file: RecordedFile) -> bool:
    """Whether what lies under the name is what was looked at; False for one that is gone."""
    try:
        stat = file.path.stat()
    except FileNotFoundError:
        return False
    return (stat.st_size, stat.st_mtime_ns) == (file.size, file.modified_ns)


def move_aside(file: RecordedFile, folder: Path, talk_id: int) -> None:
    """Move a taken recording, and what was read beside it, below ``taken/``. Safe to repeat.

    A table of many recordings stays where it is.
    """
    if not is_still(file):
        return  # moved already, or another has come under the name and is taken at the next look
    day = folder / TAKEN / f"{file.started:%Y-%m-%d}"
    for path in (file.path, file.beside.metadata, file.beside.transcript):
        if path is not None:
            put_aside(path, day, talk_id)


def put_aside(path: Path, day: Path, talk_id: int) -> None:
    """Move one file into a day's folder, under the number of its talk, or delete it where the center wants that."""
    try:
        if settings().recorder_remove_taken:
            path.unlink()
            return
        day.mkdir(parents=True, exist_ok=True)
        path.replace(day / f"{talk_id}-{path.name}")
    except FileNotFoundError:
        return  # moved by the run before, or by another worker
