"""A mail server that takes mails to be sent: a real SMTP server with STARTTLS and passwords, late, wrong and down.

    with SmtpServer() as server:
        server.trouble("drop_after")      # takes the next mail over and breaks the line without a word
        ...
        print(server.taken)               # how often each key (of its Message-ID) was taken over

What it does with mails: it keeps them (`mails`), puts the copy for `copy_to` into the mailbox `archive`, and sends
back those to addresses in `bouncing`.
"""

from __future__ import annotations

import asyncio
import email
import random
import re
import secrets
import shutil
import socket
import ssl
import tempfile
import threading
from collections import Counter
from email import policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bots.sandbox.bounce import bounce
from bots.sandbox.dovecot import write_certificate
from bots.sandbox.mail_server import MailServer

# Nothing is taken over: "busy" 421 at MAIL, "greylist" 451 at RCPT, "later" 451 and "refuse" 554 after the content,
# "drop_before" a line that breaks instead. Taken over: "drop_after" a line that breaks, "slow" a late answer.
KINDS = ("busy", "greylist", "later", "refuse", "drop_before", "drop_after", "slow")
_DRAWN = ("busy", "greylist", "later")


class SmtpServer:
    """Listens on 127.0.0.1; `start()` again after `stop()` has the same port and the mails of before.

    seed, share  so many of the mails meet a trouble that is drawn, none of which leaves a doubt
    unknown      addresses that it refuses; bouncing: that it takes and sends back, with the status
    """

    host = "127.0.0.1"

    def __init__(
        self, *, user: str = "notice", seed: int | None = None, share: float = 0.0,
        archive: MailServer | None = None, copy_to: str = "archive@center.example",
    ) -> None:  # fmt: skip
        self.user, self.password = user, secrets.token_hex(8)
        self.archive, self.copy_to = archive, copy_to
        self.share = share if seed is not None else 0.0
        self.port = _free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="smtp-"))
        self.ca_file = write_certificate(self.folder)
        self.mails: list[tuple[str, bytes]] = []
        self.unknown: set[str] = set()
        self.bouncing: dict[str, str] = {}
        self.met: Counter[str] = Counter()
        self._troubles: list[tuple[str, float]] = []
        self._rng = random.Random(f"smtp {seed}")
        self._lock = threading.Lock()
        self._controller: Controller | None = None

    @property
    def taken(self) -> Counter[str]:
        """How often the mail of each key was taken over for its recipient."""
        with self._lock:
            return Counter(key for key, _ in self.mails)

    def mail(self, key: str) -> EmailMessage:
        """The mail of a key, as it came."""
        raw = next(raw for found, raw in self.mails if found == key)
        return email.message_from_bytes(raw, EmailMessage, policy=policy.default)

    def settings(self, **more: Any) -> dict[str, Any]:
        """What `BACKOFFICE_MAIL_OUT` says of it; the password is `password`."""
        return {
            "host": self.host, "port": self.port, "security": "starttls", "user": self.user,
            "ca_file": str(self.ca_file), "sender": "notice@center.example", **more,
        }  # fmt: skip

    def trouble(self, kind: str, *, times: int = 1, amount: float = 1.0) -> None:
        """The next `times` mails meet this; `amount` in seconds."""
        if kind not in KINDS:
            raise ValueError(f"no trouble is of the kind {kind}")
        with self._lock:
            self._troubles += [(kind, amount)] * times

    def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken."""
        if self._controller is not None:
            return
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        self._controller = Controller(
            _Handler(self), hostname=self.host, port=self.port, ready_timeout=10.0, ident="sandbox",
            tls_context=context, require_starttls=True, auth_required=True, authenticator=self._sign_in,
        )  # fmt: skip
        self._controller.start()

    def stop(self) -> None:
        """Connections are refused from now on."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def remove(self) -> None:
        """End it for good."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def meet(self) -> tuple[str, float]:
        """The trouble that this mail meets, ("", 0) for none."""
        with self._lock:
            if self._troubles:
                found = self._troubles.pop(0)
            elif self._rng.random() < self.share:
                found = (self._rng.choice(_DRAWN), 0.0)
            else:
                return "", 0.0
            self.met[found[0]] += 1
            return found

    def take(self, recipients: list[str], content: bytes) -> None:
        """The mail is the server's from now on."""
        key = _key(content)
        for to in recipients:
            if to == self.copy_to:
                if self.archive is not None:
                    self.archive.append(content)
                continue
            with self._lock:
                self.mails.append((key, content))
            if to in self.bouncing and self.archive is not None:
                self.archive.append(bounce(content, to, self.bouncing[to]))

    def _sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        del server, session, envelope
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        fits = (data.login, data.password) == (self.user.encode(), self.password.encode())
        return AuthResult(success=fits, handled=False, message=None if fits else "535 5.7.8 no")


class _Handler:
    """What aiosmtpd asks at each command."""

    def __init__(self, server: SmtpServer) -> None:
        self.server = server

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server
        trouble = session.trouble = self.server.meet()  # type: ignore[attr-defined]
        if trouble[0] == "busy":
            return "421 4.3.2 Service not available"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, options
        if session.trouble[0] == "greylist":  # type: ignore[attr-defined]
            return "451 4.7.1 Greylisting in action, please come back later"
        if address in self.server.unknown:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        kind, amount = session.trouble  # type: ignore[attr-defined]
        if kind == "later":
            return "451 4.3.0 Try again later"
        if kind == "refuse":
            return "554 5.7.1 Message refused"
        if kind != "drop_before":
            self.server.take(envelope.rcpt_tos, envelope.original_content or b"")
        if kind in ("drop_before", "drop_after"):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        if kind == "slow":
            await asyncio.sleep(amount)
        return "250 2.0.0 OK queued"


def _key(content: bytes) -> str:
    found = re.search(rb"(?im)^Message-ID:\s*<([^@>]+)@", content)
    return found[1].decode() if found else ""


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
