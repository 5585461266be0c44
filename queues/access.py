"""접속기록: who saw or took whose data, when, from where, why."""

from __future__ import annotations

import getpass
import socket

from sqlmodel import Session

from queues.models import AccessLog, Account


def log_console(session: Session, *, subject: str, action: str, reason: str = "") -> AccessLog:
    """The same of a person at a terminal of the center's machine, who has no account: named by the machine's."""
    if action in ("unmask", "download") and not reason.strip():
        raise ValueError(f"to {action} needs a reason")
    entry = AccessLog(
        account_name=f"console:{getpass.getuser()}",
        address=socket.gethostname(),
        subject=subject,
        action=action,
        reason=reason.strip(),
    )
    session.add(entry)
    return entry


def log_access(
    session: Session, account: Account, *, address: str, subject: str, action: str, reason: str = ""
) -> AccessLog:
    """Note an access in the caller's transaction; do so before showing anything.

    address  the network address it came from
    subject  whose data, by id: "person:3", "document:17", "application:5"
    action   "view", "unmask", "download", "search", "sign_in", ...
    reason   why, as the person gave it; needed to unmask and to download
    """
    if action in ("unmask", "download") and not reason.strip():
        raise ValueError(f"to {action} needs a reason")
    entry = AccessLog(
        account_id=account.id,
        account_name=account.username,
        address=address,
        subject=subject,
        action=action,
        reason=reason.strip(),
    )
    session.add(entry)
    return entry
