"""No more in a second than agreed with a service, over all workers: each one is given its moment by the database."""

from __future__ import annotations

import time

from sqlalchemy import text

from bots.notices.send.way import NotYet
from queues import database

LONGEST_WAIT = 10.0
# The moment of the next one stands in a row that nobody holds; whoever asks gets it and moves it on.
_NEXT = text(
    "INSERT INTO lease (name, holder, expires_at)"
    " VALUES (:name, 'pace', clock_timestamp() + make_interval(secs => :gap))"
    " ON CONFLICT (name) DO UPDATE SET expires_at ="
    " greatest(lease.expires_at, clock_timestamp()) + make_interval(secs => :gap)"
    " WHERE lease.expires_at < clock_timestamp() + make_interval(secs => :longest)"
    " RETURNING extract(epoch FROM expires_at - clock_timestamp()) - :gap"
)
_HOLD_BACK = text(
    "INSERT INTO lease (name, holder, expires_at)"
    " VALUES (:name, 'pace', clock_timestamp() + make_interval(secs => :pause))"
    " ON CONFLICT (name) DO UPDATE SET expires_at ="
    " greatest(lease.expires_at, clock_timestamp() + make_interval(secs => :pause))"
)


def wait_turn(service: str, per_second: float) -> None:
    """Wait until one more may go to `service`. Raises `NotYet` when that would take longer than ten seconds."""
    values = {"name": f"pace:{service}", "gap": 1.0 / per_second, "longest": LONGEST_WAIT}
    with database.session() as session:
        given = session.execute(_NEXT, values).scalar_one_or_none()
    if given is None:
        raise NotYet("초당 발송 한도 때문에 기다립니다", "send_pace", pause=LONGEST_WAIT)
    time.sleep(max(0.0, float(given)))


def hold_back(service: str, seconds: float) -> None:
    """The service has asked for a pause: nobody sends to it for so long."""
    with database.session() as session:
        session.execute(_HOLD_BACK, {"name": f"pace:{service}", "pause": min(seconds, 3600.0)})
