"""When a system error is tried again, and when it goes to a person: one policy per bot."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

T = TypeVar("T")


@dataclass(frozen=True)
class RetryPolicy:
    """Decides from the exception and the number of tries so far. Subclass it for another rule.

    tries    runs in all, the first included
    first    seconds before the second run; each later pause is `factor` times as long,
             at most `longest`
    never    errors that are not tried again
    """

    tries: int = 5
    first: float = 2.0
    factor: float = 4.0
    longest: float = 900.0
    never: tuple[type[Exception], ...] = ()

    def pause(self, error: Exception, tries: int) -> float | None:
        """Seconds until the next run after `tries` runs, or None: a person is to look at it."""
        if isinstance(error, self.never) or tries >= self.tries:
            return None
        return float(min(self.first * self.factor ** (tries - 1), self.longest))


NO_RETRY = RetryPolicy(tries=1)


def is_outage(error: BaseException) -> bool:
    """Whether the database was away, as opposed to having refused what was asked of it."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError)


def through_outages(action: Callable[[], T], *, seconds: float = 300.0) -> T:
    """Do a whole transaction, again if need be, while the database comes back.

    `action` must open and end its own transaction. Raises the last error after `seconds`.
    """
    until = time.monotonic() + seconds
    pause = 0.1
    while True:
        try:
            return action()
        except DBAPIError as error:
            if not is_outage(error) or time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(pause * 2, 3.0)
