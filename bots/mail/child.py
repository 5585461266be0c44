"""`python -m bots.mail.child MAIL FOLDER`: opens one mail under limits and writes its papers into FOLDER.

Standard input: JSON with `gateways` and `ignored_names` (see ``config/mail_gateways.yaml``), `memory_bytes`,
`seconds`, `most_files`, `most_bytes`. FOLDER then holds `begun`, the files `0001` and so on, and `found.json`.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
from email import message_from_binary_file
from email.message import Message
from pathlib import Path
from typing import Any

from bots.mail.gateway import is_notice, told
from bots.mail.limits import Limits
from bots.mail.names import header, headers
from bots.mail.papers import Letter, open_mail

_SHOWN = {"From": "보낸 사람", "To": "받는 사람", "Date": "보낸 때", "Subject": "제목"}
_MOST_LINES, _MOST_LINE = 400, 2000
_OWN = ("Message-ID", "Date")
_INSTEAD = ("Date", "From", "To", "Subject", "Received")


def main(mail: Path, folder: Path, asked: dict[str, Any]) -> None:
    """Open `mail`, write what is in it."""
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(asked["seconds"]), int(asked["seconds"]) + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    (folder / "begun").touch()  # what goes wrong from here on is the mail's doing
    ignored = [re.compile(p, re.IGNORECASE) for p in asked["ignored_names"]]
    with mail.open("rb") as file:
        message = message_from_binary_file(file)
    limits = Limits(asked["most_files"], asked["most_bytes"])
    opened = open_mail(message, limits, lambda name: any(p.search(name) for p in ignored))
    papers: dict[str, dict[str, Any]] = {}
    for paper in opened.papers:
        digest = hashlib.sha256(paper.content).hexdigest()
        if digest in papers:  # the same file attached twice
            continue
        name = f"{len(papers) + 1:04d}"
        (folder / name).write_bytes(paper.content)
        papers[digest] = {
            "file": name,
            "name": paper.name,
            "damaged": paper.damaged,
            **told(paper.letter, asked["gateways"]),
        }
    found = {
        "identity": identity(message),
        "body": body_digest(mail),
        "received": _last_hop(message),
        "papers": list(papers.values()),
        "problems": sorted(opened.problems),
        "passed_over": opened.passed_over,
        "twice": len(opened.papers) - len(papers),
        "notice": is_notice(opened.outer, asked["gateways"]),
        "told": told(Letter(message, text=opened.outer.text), asked["gateways"]),
        "words": words(message, opened.outer.text),
    }
    fresh = folder / "found.json.new"
    fresh.write_text(json.dumps(found, ensure_ascii=False), "utf-8", errors="replace")
    fresh.rename(folder / "found.json")


def words(message: Message, text: str) -> list[str]:
    """What a person reads of a mail, in lines: the headers that matter, then its text."""
    heads = [(title, header(message, name)[:_MOST_LINE]) for name, title in _SHOWN.items()]
    body = [line.strip()[:_MOST_LINE] for line in text.splitlines()[:_MOST_LINES]]
    lines = [f"{title}: {told}" for title, told in heads if told]
    return [*lines, "", *(line for line, before in zip(body, ["", *body], strict=False) if line or before)]


def identity(message: Message) -> str:
    """A hash of what makes a mail the one that it is, wherever it lies and however its parts are encoded.

    Message-ID and Date; without a Message-ID, the headers that no other mail is likely to share.
    """
    has_own = bool(header(message, "Message-ID").strip())
    values = []
    for name in _OWN if has_own else _INSTEAD:
        values.append(next(iter(reversed(headers(message, name))), ""))
    plain = "\0".join(" ".join(value.split()) for value in values)
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def body_digest(mail: Path) -> str:
    """A hash of all that comes after the header; servers on the way add to the header only."""
    digest = hashlib.sha256()
    with mail.open("rb") as file:
        while file.readline().strip(b"\r\n"):
            pass
        while piece := file.read(1024 * 1024):
            digest.update(piece)
    return digest.hexdigest()


def _last_hop(message: Message) -> str:
    """The date in the topmost Received, which the server of the mailbox itself has written; "" for none."""
    first = header(message, "Received")
    return first.rpartition(";")[2].strip()[:100] if ";" in first else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), json.load(sys.stdin))
