"""What goes wrong on a visit. Each says in Korean what happened and where; none holds a secret."""

from __future__ import annotations

from bots.browsing.errors import BrowserGone
from queues.errors import BackOfficeError

__all__ = ["BrowserGone", "NotFetched", "PortalDown", "SignedOut"]


class PortalDown(BackOfficeError):
    """The portal does not answer, answers with errors, or shows something unknown: tried again later."""


class SignedOut(Exception):
    """The session has ended; signing in again helps."""


class NotFetched(Exception):
    """A file did not come as it should; `problem` says how, `site` whether the site itself may be at fault."""

    def __init__(self, problem: str, *, site: bool = False) -> None:
        super().__init__(problem)
        self.problem, self.site = problem, site
