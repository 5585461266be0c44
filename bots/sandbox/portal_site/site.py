"""The provider's site on 127.0.0.1: started, stopped, fed with faxes, and taken down for a while."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType

from bots.sandbox.portal_site.app import Door, make_app
from bots.sandbox.portal_site.clock import Clock
from bots.sandbox.portal_site.inbox import RECEIVED, Inbox
from bots.sandbox.portal_site.members import Member, Members
from bots.sandbox.portal_site.pages import Look
from bots.sandbox.portal_site.troubles import Troubles
from bots.sandbox.serving import Serving

USER, PASSWORD = "employment01", "Sandbox!2026"


class PortalSite:
    """Use start() and stop(), or a with block.

    member     who may sign in; default: `USER` with `PASSWORD`
    troubles   what goes wrong; more may be added while it runs
    clock      the site's clock; its sessions and outages go by it
    session_seconds   after which an unused session ends, by the site's clock
    page_size  rows a page of the inbox
    look       popups, columns, units: what the pages look like; may be changed while it runs
    port       0 takes a free one, which stays the same when it is started again

    `inbox` tells which faxes there are, what was downloaded and marked; `member.failures` how many
    sign-ins were wrong.
    """

    def __init__(
        self,
        *,
        member: Member | None = None,
        troubles: Troubles | None = None,
        clock: Clock | None = None,
        session_seconds: float = 1800.0,
        page_size: int = 20,
        look: Look | None = None,
        port: int = 0,
    ) -> None:
        self.clock = clock or Clock()
        self.member = member or Member(USER, PASSWORD)
        self.members = Members(self.clock, self.member, session_seconds)
        self.inbox = Inbox(self.clock)
        self.troubles = troubles or Troubles()
        self.look = look or Look(page_size=page_size)
        self.door = Door(self.clock)
        self.port = port
        self._serving = Serving("fax portal")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def receive(
        self,
        content: bytes,
        *,
        caller: str = "",
        sender: str = "",
        pages: int = 1,
        received_at: datetime | None = None,
        state: str = RECEIVED,
    ) -> str:
        """A fax (TIFF or PDF of `pages` pages) comes in; returns the provider's number for it."""
        return self.inbox.receive(
            content, caller=caller, sender=sender, pages=pages, received_at=received_at, state=state
        )

    def outage(self, seconds: float, kind: str = "error", *, after: float = 0.0) -> None:
        """For `seconds` of the sandbox, from `after` on, everything answers with an outage.

        kind  "error" (502 of the machine in front), "maintenance" (a page, 200), "silent" (no answer)
        """
        self.door.shut(self.clock.seconds() + after, seconds, kind)

    def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken, TimeoutError when it does not come up."""
        app = make_app(self.inbox, self.members, self.troubles, self.look, self.door)
        self.port = self._serving.start(app, self.port)

    def stop(self) -> None:
        """Nobody answers any more: connections are refused. It may be started again, on the same port."""
        self._serving.stop()

    def __enter__(self) -> PortalSite:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
