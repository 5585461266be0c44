"""The mail server killed, stopped and restarted, the line cut and slow, while faxes are being loaded.

Afterwards every fax is there exactly once, whole, and what had been loaded was not loaded again.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from bots.intake.mailbox import download
from bots.intake.mailbox.connection import within
from bots.intake.mailbox.look import look
from bots.intake.mailbox.problems import LineBroken, MailboxProblem
from bots.sandbox.bad_line import BadLine
from bots.sandbox.fax_mail import Attached, Received, fax_mail
from bots.sandbox.mail_server import MailServer, why_not
from config.mailboxes import Mailbox
from config.settings import settings
from queues.errors import StoreFull
from tests.bots.mailboxes import box_of, configured, deliveries, papers
from tests.conftest import environment

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.usefixtures("database_url"),
]
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def fax(size: int, seed: int = 0) -> bytes:
    return b"%PDF-1.4\n" + random.Random(seed).randbytes(size) + b"\n%%EOF\n"


def put(server: MailServer, name: str, *contents: bytes) -> int:
    """Bring mails, each with one of these papers; returns the bytes of all mails."""
    mails = [
        fax_mail(Received(NOON, "0222505470"), [Attached(f"{n}.pdf", c)]) for n, c in enumerate(contents)
    ]
    for mail in mails:
        server.append(mail, NOON, name)
    return sum(map(len, mails))


def look_until_all_is_there(box: Mailbox, count: int, seconds: float = 60.0) -> int:
    """Look again after each break, as the bot does; returns how many looks it took."""
    until, looks = time.monotonic() + seconds, 0
    while len(deliveries(box.name)) < count:
        looks += 1
        try:
            look(box)
        except MailboxProblem:
            assert time.monotonic() < until, "it does not come to an end"
    return looks


def test_a_line_that_breaks_costs_a_piece_and_not_the_mail(server: MailServer) -> None:
    with BadLine(server.host, server.port) as line:
        box = box_of(server, "cut", port=line.port)
        content = fax(6_000_000)
        size = put(server, "cut", content)
        line.cut_after(1_500_000, 1_500_000, 1_500_000)
        with configured(server, box):
            with pytest.raises(LineBroken, match="끊"):
                look(box)
            assert deliveries("cut") == [], "half a mail is no mail"
            look_until_all_is_there(box, 1)
            assert papers("cut") == [content]
            assert line.bytes_passed < size + 3 * download.LARGEST + 100_000
            assert list(download.pieces_folder().glob("cut-*")) == []
    assert line.connections >= 4


def test_pieces_lie_sealed(server: MailServer) -> None:
    """What is half loaded is somebody's paper already."""
    with BadLine(server.host, server.port) as line:
        box = box_of(server, "sealed", port=line.port)
        put(server, "sealed", b"%PDF-1.4\n" + b"900101-1234567 " * 60_000 + b"%%EOF")
        line.cut_after(400_000)
        with configured(server, box):
            with pytest.raises(LineBroken):
                look(box)
            kept = [p.read_bytes() for p in download.pieces_folder().glob("sealed-*/*")]
            assert kept
            assert not any(b"MTAxLTEyMzQ1" in piece for piece in kept)
            look(box)
    assert len(deliveries("sealed")) == 1


def test_a_mail_of_five_papers_is_taken_whole_or_not_at_all(server: MailServer) -> None:
    with BadLine(server.host, server.port) as line:
        box = box_of(server, "whole", port=line.port)
        five = [Attached(f"{n}.pdf", fax(300_000, n)) for n in range(5)]
        server.append(fax_mail(Received(NOON), five), NOON, "whole")
        with configured(server, box):
            for count in (100_000, 700_000, 600_000):
                line.cut_after(count)
                with pytest.raises(LineBroken):
                    look(box)
                assert deliveries("whole") == []
            line.be_well()
            look(box)
    assert papers("whole") == [f.content for f in five]


@pytest.mark.thorough
def test_the_server_is_killed_and_restarted_over_and_over(server: MailServer) -> None:
    """On a slow line, so that it dies in the middle of mails; more arrive meanwhile."""
    with BadLine(server.host, server.port) as line:
        box = box_of(server, "killed", port=line.port, timeout_seconds=5, after="move", move_to="killed.done")
        first = [fax(400_000, n) for n in range(4)]
        late = [fax(400_000, 10 + n) for n in range(2)]
        put(server, "killed", *first)
        line.slow(4_000_000)
        done = threading.Event()

        def trouble() -> None:
            for content in late:
                time.sleep(0.35)
                server.kill()
                put(server, "killed", content)
                server.start()
            done.set()

        with configured(server, box):
            thread = threading.Thread(target=trouble)
            thread.start()
            assert look_until_all_is_there(box, 6) > 1, "the server died while nothing was loaded"
            thread.join()
            assert done.is_set()
            look(box)
            look(box)
        with server.sign_in() as person:
            person.folder.set("killed.done")
            assert len(person.uids()) == 6
    assert sorted(papers("killed")) == sorted(first + late)


def test_a_line_that_stalls_is_given_up_in_time(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with BadLine(server.host, server.port) as line:
        box = box_of(server, "stalled", port=line.port, timeout_seconds=1)
        content = fax(500_000)
        put(server, "stalled", content)
        with configured(server, box):
            line.stall()
            began = time.monotonic()
            with pytest.raises(LineBroken):
                look(box)
            assert time.monotonic() - began < 20
            # Now it trickles: something comes within every second, but the answer takes for ever.
            line.be_well()
            line.slow(20_000)
            monkeypatch.setattr("bots.intake.mailbox.folder.within", partial(within, seconds=1.0))
            began = time.monotonic()
            with pytest.raises(LineBroken):
                look(box)
            assert time.monotonic() - began < 20
            monkeypatch.undo()
            line.be_well()
            look(box)
    assert papers("stalled") == [content]


def test_a_full_disk_leaves_the_mail_where_it_is(server: MailServer) -> None:
    box = box_of(server, "full")
    content = fax(200_000)
    put(server, "full", content)
    with configured(server, box):
        with environment(BACKOFFICE_MIN_FREE_BYTES=str(2**60)), pytest.raises(StoreFull):
            look(box)
        assert deliveries("full") == []
        look(box)
    assert papers("full") == [content]
    assert list((settings().var_dir / "open").glob("mail-*")) == []
