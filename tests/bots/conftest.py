"""One mail server for all tests of mailboxes; each has folders of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bots.sandbox.mail_server import MailServer


@pytest.fixture(scope="session")
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running
