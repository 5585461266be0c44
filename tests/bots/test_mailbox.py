"""A mailbox over IMAP, against a real dovecot: every paper once, whatever people and servers do meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.intake.mailbox.look import look
from bots.intake.mailbox.problems import LineBroken, Refused
from bots.sandbox.fax_mail import Attached, Received, fax_mail
from bots.sandbox.mail_server import MailServer, why_not
from config.mailboxes import Mailbox
from tests.bots.mailboxes import box_of, configured, deliveries, papers, questions

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.usefixtures("database_url"),
]
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FAX = Received(NOON, "02-2250-5470", "BARUN EDU", 2)
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 8 + b"\n%%EOF\n"


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@contextmanager
def mailbox(server: MailServer, name: str, **more: Any) -> Iterator[Mailbox]:
    box = box_of(server, name, **more)
    for part in box.folders:
        server.make_folder(part)
    with configured(server, box):
        yield box


def test_every_attachment_of_a_mail_is_a_delivery_of_its_own(server: MailServer) -> None:
    five = [Attached(f"통장사본 {n}.pdf", PDF + b"%d" % n) for n in range(5)]
    with mailbox(server, "five") as box:
        server.append(fax_mail(FAX, five, style=1), NOON + timedelta(minutes=3), "five")
        assert look(box)["papers"] == 5
        assert look(box).total() == 0
    taken = deliveries("five")
    assert papers("five") == [f.content for f in five]
    assert [d.original_name for d in taken] == [f.name for f in five]
    assert {(d.caller_number, d.sender_name, d.received_at) for d in taken} == {
        ("0222505470", "BARUN EDU", NOON)
    }
