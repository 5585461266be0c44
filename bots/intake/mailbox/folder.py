"""One folder of a mailbox, as far as it is needed: which mails it holds, their heads, a piece of one.

Straight to the protocol where imap-tools would do more than is wanted: its `flag` and its `move` without the
server's MOVE expunge the folder, and with it what a person has marked for deletion.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from imap_tools import BaseMailBox, ImapToolsError
from imap_tools.imap_utf7 import utf7_encode

from bots.intake.mailbox.connection import within

HEAD_BYTES = 64 * 1024
_WITHOUT_HEADER = "(UID INTERNALDATE RFC822.SIZE)"
_AT_ONCE = 50
_NO_END = 2**32
_ATTRIBUTES = f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.{HEAD_BYTES}>)"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and the numbers by which its mails are called at present."""

    folder: str
    uid_validity: int
    uid_next: int


@dataclass(frozen=True, slots=True)
class Head:
    """What a server tells of a mail: size in bytes, the time of its arrival, its header as it stands."""

    uid: int
    size: int
    arrived_at: datetime
    header: bytes


def examine(mailbox: BaseMailBox, folder: str) -> Place:
    """Open a folder for reading only: not even "recent" changes for those who read along."""
    with within(mailbox):
        mailbox.folder.set(folder, readonly=True)
    validity = _told_number(mailbox, "UIDVALIDITY")
    if validity is None:
        raise imaplib.IMAP4.error("UIDVALIDITY")
    return Place(folder, validity, _told_number(mailbox, "UIDNEXT") or _NO_END)


def _told_number(mailbox: BaseMailBox, name: str) -> int | None:
    """What the server has just said of the folder that was opened."""
    told = mailbox.client.response(name)[1]
    return int(told[-1]) if told and told[-1] is not None and told[-1].isdigit() else None


def select(mailbox: BaseMailBox, folder: str) -> None:
    """Open a folder for changes."""
    with within(mailbox):
        mailbox.folder.set(folder, readonly=False)


def uids_above(mailbox: BaseMailBox, highest: int, since: date | None = None) -> list[int]:
    """Numbers of the mails beyond `highest`, rising; those that arrived before `since` are left out."""
    criteria = f"UID {highest + 1}:*" + (f" SINCE {imap_date(since)}" if since else "")
    with within(mailbox):
        found = [int(uid) for uid in mailbox.uids(criteria, charset=None) if uid.isdecimal()]
    # "5:*" also names the last mail where all numbers are below 5.
    return sorted(uid for uid in found if uid > highest)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def imap_date(day: date) -> str:
    """A date as SEARCH wants it, in English whatever the machine speaks."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def heads(mailbox: BaseMailBox, uids: Sequence[int]) -> Iterator[Head]:
    """Of those that are still there."""
    for start in range(0, len(uids), _AT_ONCE):
        wanted = set(uids[start : start + _AT_ONCE])
        # A mail without any header is told in another way; it must not be passed over.
        for attributes in (_ATTRIBUTES, _WITHOUT_HEADER):
            if not wanted:
                break
            numbers = ",".join(map(str, sorted(wanted)))
            for told, header in _items(_fetched(mailbox, numbers, attributes)):
                head = _head(told, header)
                if head is not None and head.uid in wanted:
                    wanted.discard(head.uid)
                    yield head


def piece(mailbox: BaseMailBox, uid: int, start: int, length: int) -> bytes | None:
    """Bytes of a mail from `start`, fewer at its end; None when it is no longer here."""
    answer = _fetched(mailbox, str(uid), f"(UID BODY.PEEK[]<{start}.{length}>)")
    for told, content in _items(answer):
        if not re.search(rb"\bUID %d\b" % uid, told) or b"BODY[]" not in told.upper():
            continue  # of another mail, or of its flags: somebody has just changed them
        return content if b"{" in told else _quoted_content(told)
    return None


def _fetched(mailbox: BaseMailBox, numbers: str, attributes: str) -> list[Any]:
    with within(mailbox):
        status, answer = mailbox.client.uid("FETCH", numbers, attributes)
    if status != "OK":
        raise imaplib.IMAP4.error("FETCH")
    return list(answer)


def _quoted_content(told: bytes) -> bytes:
    """What a server tells in quotes, as it may with a few bytes; nothing beyond a mail's end (NIL)."""
    found = re.search(rb'BODY\[\](?:<\d+>)? (?:NIL|"((?:[^"\\]|\\.)*)")', told, re.IGNORECASE)
    if found is None:
        raise imaplib.IMAP4.error("FETCH")
    return re.sub(rb"\\(.)", rb"\1", found[1] or b"")


def mark(mailbox: BaseMailBox, uid: int, keyword: str) -> bool:
    """Set a keyword; whether the server took it. Expunges nothing."""
    with within(mailbox):
        status, _ = mailbox.client.uid("STORE", str(uid), "+FLAGS.SILENT", f"({keyword})")
    return status == "OK"


def can_move(mailbox: BaseMailBox) -> bool:
    """Whether the server moves by itself (RFC 6851), or can remove one mail by its number (RFC 4315)."""
    return bool({"MOVE", "UIDPLUS"} & set(mailbox.client.capabilities))


def move(mailbox: BaseMailBox, uid: int, folder: str) -> bool:
    """Move one mail and touch no other; whether it was moved (or is not here any more)."""
    client, target = mailbox.client, _quoted(folder)
    with within(mailbox):
        if "MOVE" in client.capabilities:
            return bool(client.uid("MOVE", str(uid), target)[0] == "OK")
        if client.uid("COPY", str(uid), target)[0] != "OK":
            return False
        client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
        return bool(client.uid("EXPUNGE", str(uid))[0] == "OK")


def is_there(mailbox: BaseMailBox, uid: int) -> bool:
    """Whether a mail is still in the folder that is open; another worker or a person may have moved it."""
    with within(mailbox):
        mailbox.client.noop()
        return str(uid) in mailbox.uids(f"UID {uid}", charset=None)


def make_folder(mailbox: BaseMailBox, folder: str) -> None:
    """Make a folder that is not there yet."""
    with within(mailbox):
        if mailbox.folder.exists(folder):
            return
        try:
            mailbox.folder.create(folder)
        except ImapToolsError:
            if not mailbox.folder.exists(folder):  # nobody else has made it meanwhile
                raise
        mailbox.folder.subscribe(folder, True)


def _quoted(folder: str) -> str:
    name = utf7_encode(folder).decode("ascii")
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _items(answer: Iterable[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Each mail of a FETCH answer: all that was said of it, and its literal (none: no bytes)."""
    parts = [part for part in answer if part]
    number = 0
    while number < len(parts):
        part = parts[number]
        number += 1
        if isinstance(part, bytes):
            yield part, b""
            continue
        after = parts[number] if number < len(parts) and isinstance(parts[number], bytes) else b""
        # What follows a literal goes on with its mail; another mail begins with its number.
        if after and not re.match(rb"\d+ \(", after):
            number += 1
        else:
            after = b""
        yield part[0] + b" " + after, part[1]


def _head(told: bytes, header: bytes) -> Head | None:
    uid = re.search(rb"\bUID (\d+)", told)
    size = re.search(rb"RFC822\.SIZE (\d+)", told)
    if uid is None or size is None:
        return None
    return Head(int(uid[1]), int(size[1]), _internal_date(told), header)


_INTERNAL_DATE = re.compile(
    rb'INTERNALDATE "\s*(\d{1,2})-(\w{3})-(\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})"', re.IGNORECASE
)


def _internal_date(told: bytes) -> datetime:
    """When the server says that a mail arrived; now, where it says nothing that can be read."""
    found = _INTERNAL_DATE.search(told)
    if found is None:
        return datetime.now(UTC)
    day, month, year, clock, zone = (group.decode() for group in found.groups())
    try:
        number = _MONTHS.index(month.title()) + 1
        return datetime.strptime(f"{year}-{number}-{day} {clock} {zone}", "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return datetime.now(UTC)
