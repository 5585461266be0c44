"""Leases: the right to be the one that does something, which ends by the database's clock.

A lease must be renewed before it ends. A process that is stopped loses it; when it goes on, its next
renewal fails and it knows. (An advisory lock would stay with a stopped process for ever.)
"""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from config.settings import settings
from queues import database

_TAKE = text(
    "INSERT INTO lease (name, holder, expires_at)"
    " VALUES (:name, :holder, clock_timestamp() + make_interval(secs => :seconds))"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at"
    " WHERE lease.holder = excluded.holder OR lease.expires_at < clock_timestamp()"
    " RETURNING holder"
)
_HOLD = text(
    "SELECT 1 FROM lease WHERE name = :name AND holder = :holder AND expires_at > clock_timestamp() FOR SHARE"
)
_NO_LONGER = text("SELECT set_config('idle_in_transaction_session_timeout', :limit, true)")
_GIVE_BACK = text("DELETE FROM lease WHERE name = :name AND holder = :holder")


def take(name: str, holder: str, seconds: float) -> bool:
    """Take or renew a lease for `seconds`; False while another one holds it."""
    with database.session() as session:
        found = session.execute(_TAKE, {"name": name, "holder": holder, "seconds": seconds})
        return found.first() is not None


def is_held(session: Session, name: str, holder: str) -> bool:
    """Whether `holder` has the lease now; in the caller's transaction, which nobody can overtake.

    One who is stopped in the middle of that transaction keeps the others out for no longer than a lease lasts.
    """
    session.execute(_NO_LONGER, {"limit": f"{max(1, int(settings().lease_seconds * 1000))}ms"})
    return session.execute(_HOLD, {"name": name, "holder": holder}).first() is not None


def give_back(name: str, holder: str) -> None:
    """End one's own lease, so that another need not wait for it."""
    with database.session() as session:
        session.execute(_GIVE_BACK, {"name": name, "holder": holder})
