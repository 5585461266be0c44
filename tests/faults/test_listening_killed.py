"""kill -9 while a talk is heard: it goes on at the next window, and nothing is there twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlmodel import Session, select

from bots.counseling.listen import listen
from bots.counseling.take import take_folder
from queues import database, recordings
from queues.models import (
    CounselingSession,
    Recording,
    SessionNote,
    SpeechWindow,
    TalkState,
    Transcript,
    Utterance,
)
from queues.postgres import temporary_server
from tests.bots.counseling import talk_world as made
from tests.conftest import ROOT, environment
from tests.faults.world import world
from tests.stt.weights import random_whisper

SAID = tuple(
    (n % 2, text)
    for n, text in enumerate(
        (
            "안녕하세요, 고용센터입니다.",
            "실업급여를 신청하려고 합니다.",
            "언제 그만두셨습니까?",
            "지난달 말입니다.",
        )
        * 2
    )
)
CHILD = "import sys; from bots.counseling.listen import listen; listen(int(sys.argv[1]))"


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Path]:
    path = random_whisper(tmp_path / "random.pt", n_text_ctx=12)
    card = {"prompt": False, "languages": ["ko"], "longest_window": 5.0, "pause": 0.6}
    path.with_suffix(".json").write_text(json.dumps(card))
    with environment(BACKOFFICE_STT_MODEL=str(path)):
        yield path


def _told(counselor: str, receipt_no: str) -> dict[str, str]:
    return {"agent": counselor, "receipt_no": receipt_no, "녹음동의": "예", "started": "2026-11-20 10:00:00"}


@pytest.mark.usefixtures("model")
def test_a_killed_process_leaves_what_it_heard(session: Session, database_url: str, tmp_path: Path) -> None:
    counselor = made.account(session)
    case = made.case(session, made.person(session))
    session.commit()
    spool = tmp_path / "spool"
    spool.mkdir()
    made.drop(spool, "call.wav", made.talk_wav(*SAID), _told(counselor.username, case.receipt_no))
    assert take_folder(spool) == 1
    made.work_off(but=("counseling.listen",))
    talk = session.exec(select(CounselingSession)).one()
    session.commit()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(talk.id)], cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    try:
        _until(lambda: _counted(database_url, "speech_window") >= 2, 120, "no window was heard")
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(10)
    before = _windows(session)
    session.commit()
    assert 2 <= len(before) < len(SAID) and child.returncode == -signal.SIGKILL
    assert made.talk(session, talk.id).state == "listening"
    assert listen(talk.id) == {"heard": 1}
    after = _windows(session)
    assert {w: after[w] for w in before} == before, "what was heard stays, and is not heard again"
    assert len(after) == len({(channel, number) for _, channel, number in after})
    assert made.talk(session, talk.id).state == "heard"
    assert len(session.exec(select(Transcript)).all()) == 1


def _windows(session: Session) -> dict[tuple[int, int, int], bytes]:
    session.expire_all()
    rows = session.exec(select(SpeechWindow)).all()
    return {(w.recording_id, w.channel, w.number): json.dumps(recordings.opened(w)).encode() for w in rows}


def _counted(address: str, table: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _until(condition, seconds: float, what: str) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


@pytest.mark.thorough
@pytest.mark.usefixtures("model")
def test_workers_killed_again_and_again_hear_every_talk_once(tmp_path: Path) -> None:
    rng, count = random.Random(11), 6
    with temporary_server() as server:
        recorder = tmp_path / "recorder"
        recorder.mkdir()
        schedule = {"counseling.take": "1s"}
        more = {
            "BACKOFFICE_RECORDER_DIRS": json.dumps([str(recorder)]),
            "BACKOFFICE_RECORDER_SETTLE_SECONDS": "0.3",
        }
        with world(tmp_path, server, schedule, **more) as here:
            here.prepare([])
            with Session(database.engine()) as session:
                counselor = made.account(session)
                cases = [made.case(session, made.person(session)).receipt_no for _ in range(count)]
                session.commit()
                name = counselor.username
            for n, receipt_no in enumerate(cases):
                content = made.talk_wav(*SAID) + b"junk\x10\0\0\0" + bytes([n]) * 16
                made.drop(recorder, f"call{n}.wav", content, _told(name, receipt_no))
            here.start(2)
            next_kill, kills = time.monotonic() + 12, 0
            while here.number("SELECT count(*) FROM counseling_session WHERE state = 'drafted'") < count:
                here.tend()
                assert time.monotonic() < next_kill + 240, here.ask(
                    "SELECT id, state FROM counseling_session"
                )
                if kills < 5 and time.monotonic() > next_kill:
                    process = rng.choice(here.workers).process
                    if process is not None:
                        os.killpg(process.pid, signal.SIGKILL)
                    kills, next_kill = kills + 1, time.monotonic() + rng.uniform(6, 12)
                time.sleep(0.2)
            here.wait(lambda: here.unfinished() == 0, 60, "work is left over")
        with environment(BACKOFFICE_DATABASE_URL=server.url(), BACKOFFICE_VAR_DIR=str(tmp_path / "var")):
            _check(cases)
        assert kills >= 1


def _check(cases: list[str]) -> None:
    with Session(database.engine()) as session:
        talks = session.exec(select(CounselingSession)).all()
        assert len(talks) == len(cases) and {t.state for t in talks} == {TalkState.DRAFTED}
        assert len(session.exec(select(Recording)).all()) == len(cases)
        assert len(session.exec(select(Transcript)).all()) == len(cases), "one transcript each"
        assert len(session.exec(select(SessionNote)).all()) == len(cases), "one note each"
        heard = session.exec(select(SpeechWindow)).all()
        assert len({(w.recording_id, w.channel, w.number) for w in heard}) == len(heard)
        said = session.exec(select(Utterance)).all()
        assert len({(u.transcript_id, u.number) for u in said}) == len(said)
    database.forget_connections()
