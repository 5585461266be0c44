"""A folder from which the bank's transfer software takes files, and one in which it puts what came.

out_dir/MSGID.xml    to be taken; written under another name first, and put there at once and only once
sent_dir/MSGID.xml   taken (the software moves it there; it may put a time before or after the name)
in_dir/*             from the bank
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from bots.payments.iso.channel import Doubtful, Held, Incoming, NeverThere, NotYet, SetUpWrong
from config.bank_files import BankFiles

_SETTLED_SECONDS = 2.0
_UNFINISHED = (".part", ".tmp", ".new", ".filepart")


class OverFolder:
    """Folders on this machine, or mounted."""

    def __init__(self, files: BankFiles) -> None:
        assert files.out_dir and files.in_dir
        self.out, self.into, self.sent = files.out_dir, files.in_dir, files.sent_dir

    def upload(self, msg_id: str, content: Path) -> Held:
        """See `channel.Channel`."""
        fresh = self.out / f".{msg_id}.{uuid.uuid4().hex[:8]}.part"
        try:
            with content.open("rb") as source, fresh.open("xb") as target:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise NeverThere(
                f"은행 전송 폴더({self.out})에 쓸 수 없습니다 ({error.strerror}). 폴더와 남은 용량을 확인하십시오.",
                "folder",
            ) from None
        try:
            os.link(fresh, self.out / f"{msg_id}.xml")  # unlike a rename it never replaces what is there
        except FileExistsError:
            raise Doubtful(f"은행 전송 폴더에 {msg_id}.xml이 이미 있습니다.", "bank_unclear") from None
        except OSError as error:
            raise Doubtful(
                f"은행 전송 폴더({self.out})에 넣지 못했습니다 ({error.strerror}).", "folder"
            ) from None
        finally:
            fresh.unlink(missing_ok=True)
        return Held(f"{msg_id}.xml")

    def find(self, msg_id: str) -> Held | None:
        """See `channel.Channel`. What the software has taken is known only where it keeps it."""
        waiting = self.out / f"{msg_id}.xml"
        if waiting.exists():
            return Held(waiting.name, _digest(waiting))
        if self.sent is None:
            raise SetUpWrong(
                f"전송된 파일이 남는 폴더(sent_dir)가 없어 {msg_id}.xml이 은행에 갔는지 확인할 수 없습니다.",
                "no_list",
            )
        named = re.compile(rf"(^|[^A-Za-z0-9]){re.escape(msg_id)}($|[^A-Za-z0-9-])")
        try:
            taken = next((one for one in self.sent.iterdir() if named.search(one.name)), None)
        except OSError as error:
            raise NotYet(
                f"전송된 파일의 폴더({self.sent})를 열 수 없습니다 ({error.strerror}).", "folder"
            ) from None
        if taken is None and waiting.exists():
            return Held(waiting.name, _digest(waiting))
        return None if taken is None else Held(taken.name, _digest(taken))

    def incoming(self) -> Iterator[Incoming]:
        """See `channel.Channel`. Files that still grow are left for the next time."""
        try:
            found = [one for one in self.into.iterdir() if one.is_file() and not one.is_symlink()]
        except OSError as error:
            raise NotYet(
                f"은행 수신 폴더({self.into})를 열 수 없습니다 ({error.strerror}).", "folder"
            ) from None
        for one in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name)):
            known = one.stat()
            if one.name.startswith(".") or one.name.endswith(_UNFINISHED):
                continue
            if time.time() - known.st_mtime >= _SETTLED_SECONDS:
                yield Incoming(f"{one.name[:80]}/{known.st_size}/{known.st_mtime_ns}", one.name, one.name)

    def fetch(self, one: Incoming, target: Path) -> None:
        """See `channel.Channel`."""
        source = self.into / one.number
        try:
            before = source.stat()
            shutil.copyfile(source, target)
            after = source.stat()
        except OSError as error:
            raise NotYet(f"은행 수신 폴더의 파일을 읽을 수 없습니다 ({error.strerror}).", "folder") from None
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise NotYet("은행 수신 폴더의 파일이 읽는 동안 바뀌었습니다.", "bank_broken_off")


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
