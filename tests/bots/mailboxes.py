"""A real mail server for tests, and what they ask of the record about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from bots.sandbox.fax_mail import Received
from bots.sandbox.mail_server import MailServer
from config.mailboxes import Mailbox
from config.settings import settings
from queues import database, files
from queues.models import Delivery, ReviewTask
from tests.conftest import environment

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FAX = Received(NOON, "02-2250-5470", "BARUN EDU", 2)
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 8 + b"\n%%EOF\n"


def box_of(server: MailServer, name: str, **more: Any) -> Mailbox:
    """The mailbox of that server under its own name, with its folder of the same name."""
    given = {"host": server.host, "port": server.port, "security": "none", "folders": (name,)}
    return Mailbox(name=name, user=server.user, **{**given, **more})


@contextmanager
def configured(server: MailServer, *boxes: Mailbox) -> Iterator[None]:
    """The settings with these mailboxes and the server's password for each."""
    told = json.dumps([box.model_dump(mode="json", exclude_none=True) for box in boxes])
    passwords = json.dumps({box.name: server.password for box in boxes})
    with environment(BACKOFFICE_MAILBOXES=told, BACKOFFICE_MAIL_PASSWORDS=passwords):
        assert len(settings().mailboxes) == len(boxes)
        yield


@contextmanager
def mailbox(server: MailServer, name: str, **more: Any) -> Iterator[Mailbox]:
    """A mailbox of that server with folders of its own, and the settings that name it alone."""
    box = box_of(server, name, **more)
    for part in box.folders:
        server.make_folder(part)
    with configured(server, box):
        yield box


def deliveries(name: str) -> list[Delivery]:
    """What this mailbox has brought, in the order of entering."""
    with database.session() as session:
        query = select(Delivery).where(Delivery.source == f"mail:{name}").order_by(col(Delivery.id))
        return list(session.exec(query).all())


def papers(name: str) -> list[bytes]:
    return [files.read(d.original_sha256) for d in deliveries(name)]


def questions(name: str) -> list[str]:
    """The reasons of the open questions about this mailbox's deliveries."""
    ids = [d.id for d in deliveries(name)]
    with database.session() as session:
        query = select(ReviewTask.reason).where(
            col(ReviewTask.delivery_id).in_(ids), ReviewTask.state == "open"
        )
        return list(session.exec(query).all())
