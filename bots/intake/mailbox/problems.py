"""What can be wrong with a mailbox. The texts name settings and hosts, never an address or a password."""

from __future__ import annotations


class MailboxProblem(Exception):
    """A mailbox cannot be looked into."""


class Refused(MailboxProblem):
    """The server answers, but not to us: password, user, folder, certificate. A setting is at fault."""


class LineBroken(MailboxProblem):
    """The server is not there, or the connection ended in the middle. What was loaded is kept."""


class OutOfTime(MailboxProblem):
    """There is more to load than one look may take; the next one goes on from here."""
