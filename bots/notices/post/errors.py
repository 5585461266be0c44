"""What goes wrong with the post's site. Each says in Korean what happened and where; none holds a secret."""

from __future__ import annotations

from bots.browsing.errors import BrowserGone
from bots.intake.portal.errors import PortalDown, SignedOut
from queues.errors import BackOfficeError

__all__ = ["BrowserGone", "NoJob", "NotNow", "PortalDown", "SignedOut", "SiteChanged", "SiteDown", "Stopped"]


class SiteDown(PortalDown):
    """The site does not answer, answers with errors, or its answer is unclear: looked at again later."""


class NoJob(Exception):
    """The site says that it has no job of that number."""


class SiteChanged(BackOfficeError):
    """A page is not as the site's description says: a person mends the description. `text` is in Korean."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotNow(BackOfficeError):
    """It cannot be done now and will be tried by itself in `seconds`; `tell`: a person should know why.

    code  of the reason, as in ``review_reasons.yaml``
    """

    def __init__(self, code: str, text: str, seconds: float, *, tell: bool = True) -> None:
        super().__init__(text)
        self.code, self.text, self.seconds, self.tell = code, text, seconds, tell


class Stopped(BackOfficeError):
    """The site does not let us in, a person has been told, and nothing has changed since."""
