"""The ways by which things reach the sandbox's center: telephone line, scanner, fax provider, mail."""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bots.sandbox.deliveries import Delivery
from bots.sandbox.fax_mail import Attached, Received, any_style, fax_mail
from bots.sandbox.fax_server import Call, FaxServer, Scanner
from bots.sandbox.mail_server import MailServer, why_not
from bots.sandbox.portal_site import PortalSite, Troubles

SEOUL = ZoneInfo("Asia/Seoul")
Landed = Callable[[str, str], None]
"""Called with the way in and the file's name there once something has landed."""


class Line:
    """Something that brings one delivery after another: a telephone line, a scanner's glass."""

    def __init__(self, name: str) -> None:
        self._queue: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, bring: Callable[[], None]) -> None:
        self._queue.put(bring)

    def close(self) -> None:
        """Wait until all that was put has been brought; raises what went wrong first."""
        self._queue.put(None)
        self._thread.join()
        if self._failure:
            raise self._failure

    def _run(self) -> None:
        while bring := self._queue.get():
            try:
                bring()
            except Exception as error:
                self._failure = self._failure or error


class WaysIn:
    """A fax server with its spool, a scanner with its folder, a fax provider's site, a mailbox.

    mail      None where no mail server is to be had on this machine; what would come by it is scanned
    troubles  whether the provider's site misbehaves now and then
    """

    def __init__(self, seed: int, folder: Path, *, troubles: bool) -> None:
        self.spool, self.scans = folder / "spool", folder / "scans"
        self.portal = PortalSite(troubles=Troubles(seed=seed, share=0.05 if troubles else 0.0))
        self.mail = None if why_not() else MailServer()
        self._rng = random.Random(f"ways {seed}")

    def open(self) -> None:
        """Everything answers, and both folders are there, when it returns."""
        self._fax_server, self._scanner = FaxServer(self.spool), Scanner(self.scans)
        self.portal.start()
        if self.mail:
            self.mail.start()

    def close(self) -> None:
        self.portal.stop()
        if self.mail:
            self.mail.remove()

    def __enter__(self) -> WaysIn:
        """The lines stand; they are emptied on leaving."""
        self._fax, self._glass = Line("fax line"), Line("scanner")
        return self

    def __exit__(self, *_: object) -> None:
        self._fax.close()
        self._glass.close()

    def bring(self, way: str, content: bytes, delivery: Delivery, reason: str, landed: Landed) -> None:
        """One delivery goes its way: "portal", "mail", else by what it is. `reason`: why the call broke off."""
        if way == "portal":
            self._by_portal(content, delivery, landed)
        elif way == "mail" and self.mail:
            self._by_mail(self.mail, content, delivery, landed)
        elif delivery.media.startswith("fax"):
            self._by_telephone(content, delivery, reason, landed)
        else:
            self.scan(f"scan{Path(delivery.path).suffix}", content, landed)

    def scan(self, name: str, content: bytes, landed: Landed) -> None:
        """Lay something on the scanner's glass."""
        seconds = self._rng.uniform(0.2, 0.8)
        self._glass.put(lambda: landed("scanner", self._scanner.scan(name, content, seconds).name))

    def _by_telephone(self, content: bytes, delivery: Delivery, reason: str, landed: Landed) -> None:
        call = Call(
            caller=delivery.caller.replace("-", ""),
            tsi=delivery.sender,
            pages=delivery.page_count,
            fine=delivery.media == "fax_fine",
            reason=reason,
            seconds=self._rng.uniform(0.3, 1.2),
        )
        self._fax.put(
            lambda: landed("fax", self._fax_server.receive(content, call, datetime.now(SEOUL)).name)
        )

    def _by_portal(self, content: bytes, delivery: Delivery, landed: Landed) -> None:
        number = self.portal.receive(
            content, caller=delivery.caller, sender=delivery.sender, pages=delivery.page_count
        )
        landed("portal", f"{number}{Path(delivery.path).suffix}")

    def _by_mail(self, server: MailServer, content: bytes, delivery: Delivery, landed: Landed) -> None:
        name = f"fax{delivery.number:06d}{Path(delivery.path).suffix}"
        received = Received(datetime.now(SEOUL), delivery.caller, delivery.sender, delivery.page_count)
        server.append(fax_mail(received, [Attached(name, content)], style=any_style(self._rng)))
        landed("mail", name)
