"""When the center received what a mail brings.

The processing period starts with it, so it must be neither later than the truth nor what a sender likes best:

1. the gateway's own time of the fax, where the mail names one and the mail arrived within `believe_hours` after
   it: the fax was with the center's gateway then, however long the mail took. Beyond that the gateway's clock
   is wrong or somebody made it up.
2. else when the mail reached the center's mail server: INTERNALDATE, or the topmost Received header where that
   is earlier. INTERNALDATE is the server's word, and unlike Date it is nobody else's; but a mail that a person
   drags in from another program, or a server's migration, gives a mail a new one. The topmost Received was
   written by the center's own server when the mail first came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

# Clocks of two servers differ.
_SKEW = timedelta(minutes=10)


def received_at(
    told: str,
    arrived_at: datetime,
    last_hop: str,
    *,
    formats: Sequence[str],
    believe_hours: float,
    zone: tzinfo,
) -> datetime:
    """The time of reception; `told` and `last_hop` as they stand in the mail, "" for none."""
    hop = moment(last_hop, (), UTC)
    came = min(arrived_at, hop) if hop and hop > datetime(2000, 1, 1, tzinfo=UTC) else arrived_at
    fax = moment(told, formats, zone)
    if fax is not None and came - timedelta(hours=believe_hours) <= fax <= came + _SKEW:
        return min(fax, came)
    return came


def moment(text: str, formats: Sequence[str], zone: tzinfo) -> datetime | None:
    """A time as it stands in a mail; one without a zone is the center's. None where it cannot be read."""
    text = text.strip()
    found = _iso(text) or _of_mail(text) or next((m for f in formats if (m := _by(f, text))), None)
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _of_mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _by(form: str, text: str) -> datetime | None:
    """By a format, also where more follows the time."""
    try:
        return datetime.strptime(text, form)
    except ValueError as error:
        rest = str(error).partition("unconverted data remains: ")[2]
    if not rest or rest[0].isdigit():
        return None
    try:
        return datetime.strptime(text[: len(text) - len(rest)], form)
    except ValueError:
        return None
