"""The spool folder of a fax server or a scanner: which files have arrived, and what the server says of them.

Two manners are understood, and may share a folder:

- HylaFAX: received faxes lie in ``recvq/`` as ``fax00001234.tif``; the server writes one line a call
  into ``etc/xferfaxlog`` when the call has ended. A file that the log names is complete.
- MFP scanners and simple gateways: files appear in the folder itself, now and then with a sidecar
  ``NAME.json`` that tells the caller and the receive status.

Nothing is deleted: a file that was taken is moved below ``taken/`` with its day.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

TAKEN = "taken"
_IGNORED_SUFFIXES = (".json", ".part", ".tmp", ".crdownload", ".lock", ".log")
_IGNORED_FOLDERS = {TAKEN, "etc", "log", "status", "tmp", "client", "info", "bin", "dev"}
_RECVQ = "recvq"
_HEAD, _TAIL = 16, 2048


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """One file that has stopped growing, and what its server knows of it.

    received_at  the fax server's time of reception, else the file's own time of last change
    caller       the caller's number as the server gives it, or ""
    sender       the name or number that the sending machine announced (TSI), or ""
    status       the server's word on the reception ("" is none given)
    """

    path: Path
    size: int
    modified_ns: int
    received_at: datetime
    caller: str = ""
    sender: str = ""
    status: str = ""
    pages: int | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reception:
    """What a fax server wrote of one call."""

    received_at: datetime
    caller: str
    sender: str
    status: str
    pages: int | None


def arrived(
    folder: Path,
    *,
    settle_seconds: float = 3.0,
    patience_seconds: float = 600.0,
    zone: tzinfo | None = None,
    now: float | None = None,
) -> Iterator[SpoolFile]:
    """Files of `folder` that may be taken now, oldest reception first.

    A file may be taken when the server's log names it; else when it has not changed for
    `settle_seconds` and ends as its format must; else (a transmission that broke off) when it has
    not changed for `patience_seconds`. In HylaFAX's ``recvq/`` nothing but the log's word says that a
    call has ended: minutes may lie between two pages.

    Raises FileNotFoundError when the folder does not exist: a spool that is not mounted must not look
    like a spool that is empty.
    """
    if not folder.is_dir():
        raise FileNotFoundError(
            f"스풀 폴더가 없습니다: {folder} — 마운트와 BACKOFFICE_SPOOL_DIRS를 확인하십시오"
        )
    zone = zone or ZoneInfo("Asia/Seoul")
    log = read_transfer_log(folder, zone)
    moment = time.time() if now is None else now
    found: list[SpoolFile] = []
    for path in _files(folder):
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue  # another worker has just moved it
        age = moment - stat.st_mtime
        reception = log.get(path.name) or read_sidecar(path, zone)
        called = path.parent.name == _RECVQ and (path.parent != folder or bool(_logs(folder)))
        complete = path.name in log or (not called and age >= settle_seconds and ends_properly(path))
        if not complete and age < patience_seconds:
            continue
        found.append(_spool_file(path, stat, reception, zone))
    yield from sorted(found, key=lambda f: (f.received_at, f.path.name))


def _spool_file(path: Path, stat: os.stat_result, reception: Reception | None, zone: tzinfo) -> SpoolFile:
    return SpoolFile(
        path=path,
        size=stat.st_size,
        modified_ns=stat.st_mtime_ns,
        received_at=reception.received_at if reception else datetime.fromtimestamp(stat.st_mtime, zone),
        caller=reception.caller if reception else "",
        sender=reception.sender if reception else "",
        status=reception.status if reception else "",
        pages=reception.pages if reception else None,
    )


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in _IGNORED_FOLDERS and not f.startswith("."))
        for name in sorted(names):
            path = Path(root) / name
            hidden = name.startswith((".", "~")) or name == "seqf"
            if hidden or name.lower().endswith(_IGNORED_SUFFIXES) or path.is_symlink():
                continue  # a link could point at any file of this machine
            yield path


def ends_properly(path: Path) -> bool:
    """Whether the file's end is where its format says it must be; unknown formats count as ended."""
    try:
        with path.open("rb") as f:
            head = f.read(_HEAD)
            size = f.seek(0, os.SEEK_END)
            f.seek(max(0, size - _TAIL))
            tail = f.read()
    except OSError:
        return False
    if head.startswith(b"%PDF"):
        return b"%%EOF" in tail
    if head.startswith(b"\xff\xd8\xff"):
        return b"\xff\xd9" in tail
    if head.startswith(b"\x89PNG"):
        return b"IEND" in tail
    if head[:4] in (b"II*\0", b"MM\0*"):
        order = "little" if head[:2] == b"II" else "big"
        directory = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]
        return 8 <= directory <= size - 2  # 0 until the first page is whole
    return True


# xferfaxlog(5), a reception: tab-separated; 1 date MM/DD/YY HH:MM, 2 RECV, 3 commid, 4 modem, 5 the file,
# 6 empty, 7 "fax", 8 our own number, 9 TSI, 10 params, 11 pages, 12 jobtime, 13 conntime, 14 reason,
# 15 CallID1 (the caller's number), 16 CallID2 (the caller's name) ...
_RECV = "RECV"


def read_transfer_log(folder: Path, zone: tzinfo) -> dict[str, Reception]:
    """The RECV lines of HylaFAX's ``xferfaxlog`` below `folder`, by the name of the received file.

    Lines that do not have the fields of xferfaxlog(5) are passed over: a log is written while it is read.
    """
    receptions: dict[str, Reception] = {}
    for log in _logs(folder):
        for text in log.read_text("utf-8", errors="replace").splitlines():
            parts = [p.strip().strip('"') for p in text.split("\t")]
            if len(parts) < 14 or parts[1] != _RECV:
                continue
            when = _log_time(parts[0], zone)
            if when is None:
                continue
            receptions[Path(parts[4]).name] = Reception(
                received_at=when,
                caller=_number(parts[14]) if len(parts) > 14 else "",
                sender=parts[8],
                status=parts[13],
                pages=int(parts[10]) if parts[10].isdecimal() else None,
            )
    return receptions


def _logs(folder: Path) -> list[Path]:
    """Also where the spool folder is HylaFAX's ``recvq/`` itself: its log lies beside it."""
    above = [folder.parent / "etc"] if folder.name == _RECVQ else []
    places = (folder / "etc", folder / "log", folder, *above)
    return [log for place in places if (log := place / "xferfaxlog").is_file()]


def _log_time(text: str, zone: tzinfo) -> datetime | None:
    for form in ("%m/%d/%y %H:%M:%S", "%m/%d/%y %H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    return None


def read_sidecar(path: Path, zone: tzinfo) -> Reception | None:
    """``NAME.json`` beside a file: received_at (ISO 8601), caller, sender (tsi), status, pages; all optional."""
    beside = path.with_name(path.name + ".json")
    try:
        data = json.loads(beside.read_text("utf-8"))
        if not isinstance(data, dict):
            return None
        when = data.get("received_at")
        received = (
            datetime.fromisoformat(str(when)) if when else datetime.fromtimestamp(path.stat().st_mtime, zone)
        )
    except (OSError, ValueError):
        return None
    pages = data.get("pages")
    return Reception(
        received_at=received if received.tzinfo else received.replace(tzinfo=zone),
        caller=_number(str(data.get("caller") or "")),
        sender=str(data.get("sender") or data.get("tsi") or "").strip(),
        status=str(data.get("status") or "").strip(),
        pages=pages if isinstance(pages, int) else None,
    )


def _number(text: str) -> str:
    return re.sub(r"[^0-9+]", "", text)


def _is_still(file: SpoolFile) -> bool:
    """Whether what lies under the name is what was taken. A file that is gone was moved already."""
    try:
        stat = file.path.stat()
    except FileNotFoundError:
        return True
    return (stat.st_size, stat.st_mtime_ns) == (file.size, file.modified_ns)


def move_aside(file: SpoolFile, folder: Path, delivery_id: int) -> Path:
    """Move a taken file (and its sidecar) below ``taken/``; returns where it lies. Safe to repeat."""
    if not _is_still(file):
        return file.path  # another has come under the name meanwhile, and is taken at the next look
    day = folder / TAKEN / f"{file.received_at:%Y-%m-%d}"
    day.mkdir(parents=True, exist_ok=True)
    target = day / f"{delivery_id}-{file.path.name}"
    sidecar = file.path.with_name(file.path.name + ".json")
    for source, to in ((file.path, target), (sidecar, target.with_name(target.name + ".json"))):
        try:
            source.replace(to)
        except FileNotFoundError:
            continue  # moved by the run before, or by another worker
    return target
