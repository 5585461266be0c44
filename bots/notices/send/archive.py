"""The mailbox that gets a blind copy of every mail and what comes back: the only one that can be asked about a mail.

A copy that is there proves that the server took the mail over, for both leave in one transaction. One that is not
there proves nothing: it may be late.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from imap_tools import BaseMailBox

from bots.intake.mailbox.connection import signed_in
from bots.intake.mailbox.problems import MailboxProblem, Refused
from bots.notices.send.way import NotYet, SetUpWrong
from config.mailboxes import Mailbox

_KEY = re.compile(r"<?([0-9a-f]{32})@")
_MOST = 200
_known: set[str] = set()


@dataclass(frozen=True)
class Returned:
    """A mail that could not be delivered. `status` of RFC 3463 ("5.1.1"), `to` whom, `raw` as it came back."""

    key: str
    status: str
    to: str
    at: datetime | None
    raw: bytes
    place: str = ""


def holds_copy(box: Mailbox, message_id: str) -> bool:
    """Whether the mail of this Message-ID is in the archive. Raises `NotYet`, `SetUpWrong`."""
    try:
        with signed_in(box) as mailbox:
            for folder in box.folders:
                mailbox.folder.set(folder)
                if mailbox.uids(f'HEADER Message-ID "{message_id}"'):
                    return True
    except MailboxProblem as problem:
        raise _ours(problem) from None
    return False


def returned(box: Mailbox, since: date) -> list[Returned]:
    """Mails of ours that came back since a day and were not `handled`; none is marked as read or moved.

    Raises `NotYet`, `SetUpWrong`.
    """
    found: list[Returned] = []
    try:
        with signed_in(box) as mailbox:
            for folder in box.folders:
                mailbox.folder.set(folder)
                validity = mailbox.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"]
                found += list(_reports(mailbox, since, f"{box.name}:{folder}:{validity}"))
    except MailboxProblem as problem:
        raise _ours(problem) from None
    return found


def handled(report: Returned) -> None:
    """It need not be loaded again, as long as this process lives."""
    _known.add(report.place)


def _reports(mailbox: BaseMailBox, since: date, folder: str) -> Iterator[Returned]:
    query = f'SINCE {since:%d-%b-%Y} HEADER Content-Type "delivery-status"'
    new = [uid for uid in mailbox.uids(query) if f"{folder}:{uid}" not in _known]
    for uid in new[-_MOST:]:
        _, answer = mailbox.client.uid("fetch", uid, "(BODY.PEEK[])")
        raw = next((part[1] for part in answer or () if isinstance(part, tuple)), b"")
        if report := read_report(raw, f"{folder}:{uid}"):
            yield report
        elif raw:
            _known.add(f"{folder}:{uid}")


def read_report(raw: bytes, place: str = "") -> Returned | None:
    """A report of failure about a mail of ours (RFC 3464); None for anything else, such as one of mere delay."""
    message = email.message_from_bytes(raw)
    told: dict[str, str] = {}
    key = ""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for group in _inner(part):
                told |= {name.lower(): str(value).strip() for name, value in group.items()}
        elif part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            key = _key_of(part) or key
    if told.get("action", "").lower() != "failed" or not key:
        return None
    found = re.match(r"[245]\.\d{1,3}\.\d{1,3}", told.get("status", ""))
    to = told.get("original-recipient") or told.get("final-recipient", "")
    return Returned(
        key, found[0] if found else "", to.rpartition(";")[2].strip().lower(), _date_of(message), raw, place
    )


def _key_of(part: Message) -> str:
    """The key in the Message-ID of the mail that came back."""
    if part.get_content_type() == "message/rfc822":
        told = next((str(inner.get("Message-ID", "")) for inner in _inner(part)), "")
    else:
        head = part.get_payload(decode=True)
        found = re.search(rb"(?im)^Message-ID:\s*(\S+)", head if isinstance(head, bytes) else b"")
        told = found[1].decode("ascii", "replace") if found else ""
    match = _KEY.match(told.strip())
    return match[1] if match else ""


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _date_of(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo is not None else None


def _ours(problem: MailboxProblem) -> NotYet:
    if isinstance(problem, Refused):
        return SetUpWrong(str(problem), "mail_set_up")
    return NotYet(str(problem), "mail_archive_down")
