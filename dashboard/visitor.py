"""The person on the other side of a browser."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Visitor:
    """Who is signed in, with which role, from where. `session_id` tells sessions apart, it opens none.

    officer_id   whose cases are theirs, None for one who is no officer
    must_change  the password is not their own yet: nothing is shown before it is
    """

    account_id: int
    username: str
    display_name: str
    role: str
    address: str
    session_id: str
    officer_id: int | None = None
    must_change: bool = False

    @property
    def actor(self) -> str:
        """As `queues.audit` names them."""
        return f"account:{self.account_id}"

    @property
    def shown_name(self) -> str:
        return self.display_name or self.username
