"""Loading a mail piece by piece, so that a line that breaks costs one piece and not the mail.

Pieces lie sealed below ``var/mail`` until the mail is whole; each is written beside its place and then renamed.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from imap_tools import BaseMailBox

from bots.intake.mailbox.folder import Head, Place, piece
from bots.intake.mailbox.problems import OutOfTime
from config.settings import settings
from queues.errors import Unreadable
from queues.sealed_stream import open_stream, seal_stream

SMALLEST, LARGEST = 32 * 1024, 1024 * 1024
_QUICK, _SLOW = 1.0, 10.0
_OPENED = "mail-"
_STALE_SECONDS = 2 * 86_400.0


class Gone(Exception):
    """The mail was moved or deleted by somebody while it was loaded."""


class TooLarge(Exception):
    """The mail is larger than the setting `max_mail_bytes`, whatever the server said of its size."""


class Pieces:
    """What has been loaded of one mail, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loaded = 0
        self._found: list[Path] = []
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while (following := self._at(self.loaded)) is not None:
            self._found.append(following)
            self.loaded += _length(following)

    def add(self, content: bytes) -> None:
        target = self.folder / f"{self.loaded:012d}-{len(content)}"
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            seal_stream(io.BytesIO(content), file)
        fresh.replace(target)
        self._found.append(target)
        self.loaded += len(content)

    def write_to(self, path: Path) -> None:
        """The mail as far as it was loaded. Raises `Unreadable` when a piece was altered: load it anew."""
        with path.open("wb") as target:
            for part in self._found:
                with part.open("rb") as source:
                    for content in open_stream(source):
                        target.write(content)

    def forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _at(self, start: int) -> Path | None:
        return next(
            (p for p in self.folder.glob(f"{start:012d}-*") if p.suffix != ".new" and _length(p)), None
        )


def _length(path: Path) -> int:
    return int(path.name.partition("-")[2])


def _name(mailbox: str, place: Place, head: Head) -> str:
    folder = place.folder.encode("utf-8").hex()[:80]
    return f"{mailbox}-{place.uid_validity}-{head.uid}-{head.size}-{folder}"


@contextmanager
def _pieces(mailbox: str, place: Place, head: Head) -> Iterator[Pieces]:
    """Those of an earlier look; fresh ones, not kept, while another worker on this machine has those in hand.

    That one was stopped and its lease ran out; it may go on at any moment.
    """
    folder = pieces_folder() / _name(mailbox, place, head)
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder.parent / f"{mailbox}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pieces = Pieces(folder.with_name(f"{folder.name}-{uuid.uuid4().hex}"))
            try:
                yield pieces
            finally:
                pieces.forget()
        else:
            yield Pieces(folder)


def pieces_folder() -> Path:
    return settings().var_dir / "mail"


@contextmanager
def loaded(
    mailbox: BaseMailBox, name: str, place: Place, head: Head, *, until: float, alive: Callable[[], None]
) -> Iterator[Path]:
    """A folder with the mail as ``mail.eml``, gone at the end of the block; pieces are kept until then.

    until  the monotonic time by which a look must end; alive: called after each piece
    Raises `Gone`, `TooLarge`, `OutOfTime`; the errors of a broken line as they come.
    """
    with _pieces(name, place, head) as pieces:
        _load(mailbox, head.uid, pieces, until, alive)
        working = settings().var_dir / "open"
        working.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = Path(mkdtemp(prefix=_OPENED, dir=working))
        try:
            _write(pieces, folder / "mail.eml")
            yield folder
            pieces.forget()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _write(pieces: Pieces, path: Path) -> None:
    try:
        pieces.write_to(path)
    except Unreadable:
        pieces.forget()  # altered, or sealed with a key that is gone: loaded anew at the next look
        raise


def _load(mailbox: BaseMailBox, uid: int, pieces: Pieces, until: float, alive: Callable[[], None]) -> None:
    """All that is missing. A piece shorter than asked for is the last: sizes that servers tell may be wrong."""
    size = SMALLEST
    most = settings().max_mail_bytes
    while True:
        began = time.monotonic()
        content = piece(mailbox, uid, pieces.loaded, size)
        if content is None:
            pieces.forget()
            raise Gone
        if content:
            pieces.add(content)
        if pieces.loaded > most:
            pieces.forget()
            raise TooLarge
        if len(content) < size:
            return
        alive()
        took = time.monotonic() - began
        if took < _QUICK:
            size = min(size * 2, LARGEST)
        elif took > _SLOW:
            size = max(size // 2, SMALLEST)
        if time.monotonic() > until:
            raise OutOfTime


def forget_stale() -> None:
    """Remove pieces of mails that nobody has asked for in two days, and what a worker that died had opened."""
    for folder in (*pieces_folder().glob("*"), *(settings().var_dir / "open").glob(f"{_OPENED}*")):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
