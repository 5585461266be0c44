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
from email import policy
from email.message import Message

from imap_tools import BaseMailBox

from bots.intake.mailbox.connection import signed_in
from bots.intake.mailbox.problems import MailboxProblem, Refused
from bots.notices.send.way import NotYet, SetUpWrong
from config.mailboxes import Mailbox

_KEY = re.compile(r"<?([0-9a-f]{32})@")
_MOST = 200


@dataclass(frozen=True)
class Returned:
    """A mail that could not be delivered. `status` of RFC 3463 ("5.1.1"), `raw` as it came back."""

    key: str
    status: str
    at: datetime | None
    raw: bytes


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
    """Mails of ours that came back since a day, the newest few hundred; none is marked as read or moved.

    Raises `NotYet`, `SetUpWrong`.
    """
    found: list[Returned] = []
    try:
        with signed_in(box) as mailbox:
            for folder in box.folders:
                mailbox.folder.set(folder)
                found += list(_reports(mailbox, since))
    except MailboxProblem as problem:
        raise _ours(problem) from None
    return found


def _reports(mailbox: BaseMailBox, since: date) -> Iterator[Returned]:
    query = f'SINCE {since:%d-%b-%Y} HEADER Content-Type "delivery-status"'
    for uid in mailbox.uids(query)[-_MOST:]:
        _, answer = mailbox.client.uid("fetch", uid, "(BODY.PEEK[])")
        raw = next((part[1] for part in answer or () if isinstance(part, tuple)), b"")
        if report := read_report(raw):
            yield report


def read_report(raw: bytes) -> Returned | None:
    """A report of failure about a mail of ours (RFC 3464); None for anything else, such as one of mere delay."""
    message = email.message_from_bytes(raw, policy=policy.default)
    status, action, key = "", "", ""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for group in _inner(part):
                action = str(group.get("Action", action)).strip().lower()
                status = str(group.get("Status", status)).strip()
        elif part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            key = _key_of(part) or key
    if action != "failed" or not key:
        return None
    found = re.match(r"[245]\.\d{1,3}\.\d{1,3}", status)
    return Returned(key, found[0] if found else "", _date_of(message), raw)


def _key_of(part: Message) -> str:
    """The key in the Message-ID of the mail that came back."""
    if part.get_content_type() == "message/rfc822":
        told = next((str(inner.get("Message-ID", "")) for inner in _inner(part)), "")
    else:
        found = re.search(r"(?im)^Message-ID:\s*(\S+)", part.as_string())
        told = found[1] if found else ""
    match = _KEY.match(told.strip())
    return match[1] if match else ""


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _date_of(message: Message) -> datetime | None:
    header = message.get("Date")
    found = getattr(header, "datetime", None)
    return found if found is not None and found.tzinfo is not None else None


def _ours(problem: MailboxProblem) -> NotYet:
    if isinstance(problem, Refused):
        return SetUpWrong(str(problem), "mail_set_up")
    return NotYet(str(problem), "mail_archive_down")
