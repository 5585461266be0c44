"""A mail server for the sandbox: a real dovecot that belongs to this process alone.

It runs as an ordinary user (as `nobody` where root starts it), keeps everything in a folder of its own,
listens on high ports of 127.0.0.1 and has one mailbox. What the system's own mail server does, if there is
one, does not matter to it.

    with MailServer() as server:
        server.append(fax_mail(content, "fax.tif"))
        with server.sign_in() as mailbox:          # an imap_tools mailbox: a person who reads along
            print(len(mailbox.uids("ALL")))
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from datetime import datetime
from email.message import Message
from functools import cache
from pathlib import Path
from types import TracebackType

from imap_tools import MailBoxUnencrypted

from bots.sandbox.dovecot import INSTALL, Account, configuration, version, write_certificate
from bots.setting_up.programs import mail_server

_PATIENCE = 20.0
_KNOWN = (2, 3)
# Dovecot goes when this process goes, however it ends: then its standard input is closed.
_LEASH = """
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ cat <&3 >/dev/null; kill $server; } 2>/dev/null &
exec 3<&-
wait $server
"""


@cache
def why_not() -> str:
    """Why no mail server can be played here, in Korean; "" when it can.

    A dovecot newer than those that this was written with is tried once.
    """
    if mail_server() is None:
        return INSTALL
    if version() <= _KNOWN:
        return ""
    server = MailServer()
    try:
        server.start()
    except RuntimeError as error:
        return f"이 기계의 dovecot {version()}이(가) 뜨지 않습니다: {str(error)[-300:]}"
    finally:
        server.remove()
    return ""


class MailServer:
    """One dovecot with one mailbox. `start()` again after `stop()` or `kill()` finds the mails of before.

    host, port, tls_port   where it listens; they stay the same when it is started again
    user, password         of the mailbox; neither may hold a colon
    ca_file                the certificate by which a client knows it (TLS and STARTTLS)
    """

    host = "127.0.0.1"

    def __init__(self, user: str = "fax", password: str = "") -> None:
        self.user, self.password = user, password or secrets.token_hex(8)
        self.port, self.tls_port = _free_port(), _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._delivered = 0
        # A folder whose path is short (its sockets' names must fit in 108 bytes) and open to `nobody`.
        self.folder = Path(tempfile.mkdtemp(prefix="mail-"))
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._uid, self._gid = owner.pw_uid, owner.pw_gid
        self.account = Account(user, self.password, owner.pw_name, grp.getgrgid(owner.pw_gid).gr_name)
        self.ca_file = write_certificate(self.folder)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What the server has written of itself."""
        path = self.folder / "dovecot.log"
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Answers from now on. Raises RuntimeError, with the server's own words, when it does not come up."""
        program = mail_server()
        if program is None:
            raise RuntimeError(INSTALL)
        if self.running:
            return
        self._write_settings()
        as_root = os.geteuid() == 0
        # Shell variables of this process are none of its business: one of them may hold a password.
        self._process = subprocess.Popen(
            ["sh", "-c", _LEASH, "sh", program, "-F", "-c", self.folder / "dovecot.conf"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "start.log").open("ab"),
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            start_new_session=True,
            user=self._uid if as_root else None,
            group=self._gid if as_root else None,
            extra_groups=[] if as_root else None,
        )
        self._await_greeting()

    def stop(self) -> None:
        """End it in order; the mails stay. What it holds open is closed."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it and everything that it has started with SIGKILL, as when the power fails."""
        self._end(signal.SIGKILL)

    def restart(self, pause: float = 0.0) -> None:
        """Stop, wait, start on the same ports."""
        self.stop()
        time.sleep(pause)
        self.start()

    def remove(self) -> None:
        """End it for good, mails included."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> MailServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def append(self, message: bytes | Message, at: datetime | None = None, folder: str = "INBOX") -> Path:
        """Put a mail into a folder as a local delivery agent does, also while the server is down.

        at  the server's time of its arrival (INTERNALDATE), else now; returns the file
        """
        content = message if isinstance(message, bytes) else message.as_bytes()
        place = self.make_folder(folder)
        self._delivered += 1
        name = f"{time.time_ns()}.{os.getpid()}_{self._delivered}.sandbox"
        fresh = place / "tmp" / name
        fresh.write_bytes(content)
        self._give(fresh)
        if at is not None:
            os.utime(fresh, (at.timestamp(), at.timestamp()))
        return fresh.rename(place / "new" / name)

    def make_folder(self, folder: str) -> Path:
        """Make a folder, if it is not there; returns where it lies."""
        place = self.maildir(folder)
        for part in ("tmp", "new", "cur"):
            self._make(place / part)
        return place

    def maildir(self, folder: str = "INBOX") -> Path:
        """Where a folder lies; its name must be plain ASCII here."""
        return self.folder / "mail" / ("" if folder == "INBOX" else "." + folder)

    def sign_in(self) -> MailBoxUnencrypted:
        """A mailbox that is signed in, past every proxy; use it in a with block."""
        mailbox = MailBoxUnencrypted(self.host, self.port, timeout=_PATIENCE)
        mailbox.login_utf8(self.user, self.password)
        return mailbox

    def change_uid_validity(self, folder: str = "INBOX") -> None:
        """Let the folder's UIDs begin anew, as after a restore from a backup. The server must be stopped."""
        if self.running:
            raise RuntimeError("stop the server first: it would write its old numbers back")
        place = self.maildir(folder)
        before = re.match(r"3 V(\d+) ", _first_line(place / "dovecot-uidlist"))
        for path in place.glob("dovecot*"):
            path.unlink()
        (place / "dovecot-uidlist").write_text(f"3 V{int(before[1]) + 1 if before else 1} N1 G{_guid()}\n")
        self._give(place / "dovecot-uidlist")

    def _write_settings(self) -> None:
        users = self.folder / "users"
        users.write_text(f"{self.user}:{{PLAIN}}{self.password}:{self._uid}:{self._gid}::{self.folder}\n")
        settings = configuration(self.folder, self.account, self.port, self.tls_port)
        (self.folder / "dovecot.conf").write_text(settings)
        for part in ("run", "mail", "mail/tmp", "mail/new", "mail/cur"):
            self._make(self.folder / part)
        for path in (self.folder, users, *self.folder.glob("server.*")):
            self._give(path)
        (self.folder / "run" / "master.pid").unlink(missing_ok=True)  # of one that was killed

    def _make(self, path: Path) -> None:
        if not path.exists():
            path.mkdir(parents=True)
        for folder in (path, *path.parents):
            if folder == self.folder.parent:
                break
            self._give(folder)

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._uid, self._gid)

    def _await_greeting(self) -> None:
        until = time.monotonic() + _PATIENCE
        try:
            while self.running and time.monotonic() < until:
                if self._greets():
                    return
                time.sleep(0.05)
        except BaseException:
            self.kill()
            raise
        told = (self.folder / "start.log").read_text(errors="replace") + self.log
        self.kill()
        raise RuntimeError(f"dovecot did not come up in {self.folder}:\n{told[-2000:]}")

    def _greets(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 2) as line:
            line.settimeout(2)
            return line.recv(64).startswith(b"* OK")
        return False

    def _end(self, number: signal.Signals) -> None:
        """End the whole group: dovecot, those who still serve a session, and the leash."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        until = time.monotonic() + 5
        while number != signal.SIGKILL and _listens(self.host, self.port) and time.monotonic() < until:
            time.sleep(0.02)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        if process.stdin:
            process.stdin.close()


def _listens(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False


def _first_line(path: Path) -> str:
    return path.read_text().partition("\n")[0] if path.exists() else ""


def _guid() -> str:
    return secrets.token_hex(16)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
