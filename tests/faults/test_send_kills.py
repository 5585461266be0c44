"""kill -9 at every step of a message, an electronic delivery and a mail: each is taken over exactly once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.notices.send.once import carry
from bots.notices.send.way import NotYet
from bots.sandbox.mail_server import MailServer, why_not
from tests.bots.send_world import Out, dispatch, key_of, letter_of, planned, ways_out
from tests.faults.send_child import ASKED, HTTP_STEPS, MAIL_DOUBTED, MAIL_SAFE, Runs


@pytest.fixture(scope="module")
def out(database_url: str) -> Iterator[Out]:
    with ways_out() as found:
        yield found


@pytest.fixture(scope="module")
def runs(out: Out) -> Iterator[Runs]:
    with Runs() as found:
        yield found


@pytest.mark.parametrize("channel", ["sms", "electronic"])
def test_killed_at_every_step(out: Out, runs: Runs, channel: str) -> None:
    service, steps = (out.gateway, HTTP_STEPS) if channel == "sms" else (out.box, HTTP_STEPS[3:5])
    for step in steps:
        number = planned(channel)
        runs.start(number, at=step)
        assert runs.end().killed, step
        for asked in ASKED if step == "service:OverHttp.hand_over:after" else ():
            runs.start(number, at=asked)
            runs.end()
        assert runs.carry(number).state == "sent", step
        assert service.taken[key_of(number)] == 1, step
        assert letter_of(number).state == "sent"


def test_a_mail_is_sent_once_where_that_can_be_known(out: Out, runs: Runs) -> None:
    for step in MAIL_SAFE:
        number = planned("email")
        runs.start(number, at=step)
        assert runs.end().killed, step
        assert (runs.carry(number).state, out.smtp.taken[key_of(number)]) == ("sent", 1), step


def test_a_mail_whose_end_was_sent_is_a_persons_matter(out: Out, runs: Runs) -> None:
    for step in MAIL_DOUBTED:
        number = planned("email")
        runs.start(number, at=step)
        assert runs.end().killed, step
        assert runs.carry(number).state == "unknown", step
        assert out.smtp.taken[key_of(number)] <= 1, step
        assert letter_of(number).reason == "notice_unknown"


@pytest.mark.skipif(bool(why_not()), reason="no dovecot on this machine")
def test_with_an_archive_nobody_need_be_asked(database_url: str) -> None:
    with (
        MailServer(user="archive") as box,
        ways_out(archive=box, archive_seconds=20.0) as out,
        Runs() as runs,
    ):
        for step in ("smtp:_end:after", "once:_end:before"):
            number = planned("email")
            runs.start(number, at=step)
            assert runs.end().killed, step
            assert (runs.carry(number).state, out.smtp.taken[key_of(number)]) == ("sent", 1), step


def test_a_stopped_worker_is_not_overtaken(out: Out, runs: Runs) -> None:
    number = planned("sms")
    pid = runs.start(number, at="service:OverHttp.hand_over:before", signal_=signal.SIGSTOP)
    try:
        _await_stop(pid)
        with pytest.raises(NotYet, match="다른 작업자"):
            carry(number)
        assert dispatch(number).state == "leaving"
    finally:
        os.kill(pid, signal.SIGCONT)
    assert runs.end().state == "sent"
    assert (carry(number), out.gateway.taken[key_of(number)]) == ("sent", 1)


def _await_stop(pid: int) -> None:
    until = time.monotonic() + 20
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < until
        time.sleep(0.02)
