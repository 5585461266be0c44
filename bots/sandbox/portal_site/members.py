"""Members of the site: passwords, failed sign-ins, locks, and sessions that end."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from enum import Enum

from bots.sandbox.portal_site.clock import Clock

FAILURES_UNTIL_LOCKED = 5


class Answer(Enum):
    """What becomes of a sign-in."""

    WELCOME = "welcome"
    WRONG = "wrong"
    LOCKED = "locked"
    MUST_CHANGE = "must_change"
    MAY_CHANGE = "may_change"


@dataclass
class Member:
    """An account. `change` asks for a new password: "must", "may" (later will do) or ""."""

    user: str
    password: str
    change: str = ""
    failures: int = 0
    sign_ins: int = 0

    @property
    def locked(self) -> bool:
        return self.failures >= FAILURES_UNTIL_LOCKED

    def lock(self) -> None:
        self.failures = FAILURES_UNTIL_LOCKED

    def unlock(self) -> None:
        self.failures = 0


class Members:
    """One member, and the one session he may have: a new one ends the one before, as sites do.

    lifetime  of a session nobody uses, in seconds of the sandbox
    """

    def __init__(self, clock: Clock, member: Member, lifetime: float) -> None:
        self.member, self.lifetime = member, lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, float] = {}

    def sign_in(self, user: str, password: str) -> tuple[Answer, str]:
        """The answer, and a session where there is one."""
        with self._lock:
            member = self.member
            if member.locked:
                return Answer.LOCKED, ""
            if user != member.user or not secrets.compare_digest(password.encode(), member.password.encode()):
                member.failures += 1
                return (Answer.LOCKED if member.locked else Answer.WRONG), ""
            member.failures = 0
            member.sign_ins += 1
            session = secrets.token_hex(16).upper()
            self._sessions = {session: self._clock.seconds()}
            changes = {"must": Answer.MUST_CHANGE, "may": Answer.MAY_CHANGE}
            return changes.get(member.change, Answer.WELCOME), session

    def is_in(self, session: str) -> bool:
        """Whether the session lives; using it makes it live longer."""
        with self._lock:
            last = self._sessions.get(session)
            if last is None or self._clock.seconds() - last > self.lifetime:
                self._sessions.pop(session, None)
                return False
            self._sessions[session] = self._clock.seconds()
            return True

    def end_sessions(self) -> None:
        """Every session ends, as when the provider restarts its server."""
        with self._lock:
            self._sessions.clear()
