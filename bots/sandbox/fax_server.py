"""A fax server in the manner of HylaFAX, and an MFP scanner that drops files.

The spool of the fax server:

    recvq/fax000000123.tif   written slowly while the call lasts, mode 0600
    etc/xferfaxlog           one tab-separated line a call, written when the call has ended

A reception's line holds, as xferfaxlog(5) lists them,

    date  RECV  commid  modem  file  ""  fax  "local-number"  "TSI"  params  #pages  jobtime  conntime
    "reason"  "CallID1"  "CallID2"  "CallID3..n"  ""  "dcs"

`date` is MM/DD/YY HH:MM in local time; `reason` is empty when all went well; CallID1 is the number that the
telephone network tells, CallID2 the name that goes with it, the TSI what the calling machine says of itself.
The newest line that names a file is the one that counts.

The scanner writes PDF, JPEG or PNG under names that come again (`scan.pdf`): no caller, no log.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

OUR_NUMBER = "02 2250 5470"
# What a server writes when the other side hung up in the middle of a page.
BROKEN_OFF = "Missing EOP/MPS/EOM after page data"
CHUNKS = 6


@dataclass(frozen=True)
class Call:
    """What the fax server knows of a call. `seconds` is how long its pages take to come in."""

    caller: str
    tsi: str
    pages: int
    fine: bool
    reason: str = ""
    seconds: float = 1.0


class FaxServer:
    """Receives calls one at a time into `folder`."""

    def __init__(self, folder: Path, first_number: int = 1) -> None:
        self.folder = folder
        self._recvq, self._log = folder / "recvq", folder / "etc" / "xferfaxlog"
        self._recvq.mkdir(parents=True, exist_ok=True)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._number = first_number - 1
        self._lock = threading.Lock()

    def receive(self, content: bytes, call: Call, answered: datetime) -> Path:
        """Write what comes in bit by bit, then the log's line. Blocks for about `call.seconds`."""
        with self._lock:
            self._number += 1
            number = self._number
        path = self._recvq / f"fax{number:09d}.tif"
        write_slowly(path, content, call.seconds)
        with self._lock, self._log.open("a", encoding="utf-8") as log:
            log.write(log_line(path.relative_to(self.folder), number, call, answered))
        return path


def log_line(file: Path, number: int, call: Call, answered: datetime) -> str:
    """One line of xferfaxlog for a reception."""
    clock = f"{int(call.seconds * 20) // 60}:{int(call.seconds * 20) % 60:02d}"
    words = (
        f"{answered:%m/%d/%y %H:%M}",
        "RECV",
        f"{number:08d}",
        "ttyS0",
        str(file),
        '""',
        "fax",
        f'"{OUR_NUMBER}"',
        f'"{call.tsi}"',
        "1245185" if call.fine else "1245184",
        str(call.pages),
        clock,
        clock,
        f'"{call.reason}"',
        f'"{call.caller}"',
        '""',
        '""',
        '""',
        '"14400,1D,A4"',
    )
    return "\t".join(words) + "\n"


def write_slowly(path: Path, content: bytes, seconds: float) -> None:
    """Write in a few pieces, each visible at once, so that a reader can meet half a file."""
    size = max(1, -(-len(content) // CHUNKS))
    with path.open("wb") as file:
        path.chmod(0o600)
        for start in range(0, len(content), size):
            file.write(content[start : start + size])
            file.flush()
            time.sleep(seconds / CHUNKS)


class Scanner:
    """An MFP that scans to a folder. It writes slowly and has no idea what a unique name is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def scan(self, name: str, content: bytes, seconds: float = 1.0, patience: float = 30.0) -> Path:
        """Write `folder/name`; where that still lies, wait for it to be taken, then count up the name."""
        path, until = self.folder / name, time.monotonic() + patience
        while path.exists() and time.monotonic() < until:
            time.sleep(0.1)
        count = 1
        while path.exists():
            count += 1
            path = self.folder / f"{Path(name).stem} ({count}){Path(name).suffix}"
        write_slowly(path, content, seconds)
        return path
