"""A center with a counselor, people and their cases; recordings in a recorder's folder; the bots by hand."""

from __future__ import annotations

import io
import json
import os
import time
import wave
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from uuid import uuid4

import numpy as np
from sqlmodel import Session, col, select

from queues import accounts, bots, database, reviews
from queues.bots import Work
from queues.errors import BusinessError
from queues.models import (
    Account,
    Application,
    CounselingSession,
    Person,
    ReviewTask,
    Role,
    WorkItem,
    WorkState,
)

RATE = 8000
OURS = (
    "counseling.link", "counseling.relink", "counseling.listen", "counseling.read_transcript", "counseling.draft",
    "counseling.apply_decision", "counseling.redact", "counseling.beep",
)  # fmt: skip


def account(session: Session, role: Role = Role.COUNSELOR) -> Account:
    made = accounts.create(session, f"counselor{uuid4().hex[:6]}", "correct horse battery", role=role)
    session.flush()
    return made


def person(session: Session, name: str = "남궁솔비", *, phone: str = "", birth: date | None = None) -> Person:
    made = Person(source_key=uuid4().hex, name=name, phone=phone, birth_date=birth)
    session.add(made)
    session.flush()
    return made


def case(session: Session, of: Person, *, status: str = "open") -> Application:
    number = f"2026-UB-{int(uuid4().hex[:6], 16):08d}"
    made = Application(receipt_no=number, program="ub_application", status=status, person_id=of.id)
    session.add(made)
    session.flush()
    return made


def a_number() -> str:
    """A telephone number that nobody else has."""
    return f"010{int(uuid4().hex[:8], 16) % 10**8:08d}"


def wav(channels: int = 1, seconds: float = 0.2, seed: int | None = None) -> bytes:
    """A sound file of faint noise, other bytes each time."""
    rng = np.random.default_rng(seed)
    samples = rng.integers(-40, 40, size=(int(seconds * RATE), channels), dtype=np.int16)
    return _wav(samples, RATE)


@cache
def talk_wav(*said: tuple[int, str], pause: float = 0.7) -> bytes:
    """A telephone recorder's file: (channel, sentence) one after the other, counselor 0, person 1, by espeak-ng."""
    from bots.sandbox.voices.espeak import SAMPLE_RATE, Voice, speak

    voices = (Voice("f2"), Voice("m3"))
    pieces, at = [], 0.4
    for channel, text in said:
        samples = speak(text, voices[channel]).samples
        pieces.append((channel, at, samples))
        at += len(samples) / SAMPLE_RATE + pause
    whole = np.random.default_rng(1).normal(0, 0.0005, size=(int(at * SAMPLE_RATE), 2)).astype(np.float32)
    for channel, start, samples in pieces:
        first = int(start * SAMPLE_RATE)
        whole[first : first + len(samples), channel] += samples
    return _wav((np.clip(whole, -1, 1) * 32767).astype(np.int16), SAMPLE_RATE)


def _wav(samples: np.ndarray, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def drop(folder: Path, name: str, content: bytes, told: Mapping[str, object] | None = None) -> Path:
    """Put a recording into a folder as a recorder does, long since; `told`: its metadata, in a file beside it."""
    path = folder / name
    path.write_bytes(content)
    if told is not None:
        path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    since = time.time() - 60
    for one in folder.iterdir():
        if one.is_file():
            os.utime(one, (since, since))
    return path


def work_off(*, but: tuple[str, ...] = ()) -> list[str]:
    """Do all work of these bots, as a worker would; their names. What fails for the matter's sake goes to review."""
    worked = []
    while True:
        with database.session() as session:
            query = select(WorkItem).where(
                col(WorkItem.state).in_([WorkState.WAITING, WorkState.QUEUED]),
                col(WorkItem.bot).in_([b for b in OURS if b not in but]),
            )
            item = session.exec(query.order_by(col(WorkItem.priority).desc(), col(WorkItem.id))).first()
            if item is None:
                return worked
            item.state = WorkState.DONE
            session.add(item)
            given = Work(
                id=item.id, bot=item.bot, reference=item.reference, payload=item.payload, attempt=1, tries=1
            )
        worked.append(given.bot)
        try:
            bots.spec(given.bot).run(given)
        except BusinessError as error:
            with database.session() as session:
                failed = session.get_one(WorkItem, given.id)
                failed.state, failed.error_code, failed.error_text = WorkState.REVIEW, error.code, error.text
                session.add(failed)


def talk(session: Session, talk_id: int) -> CounselingSession:
    """As it stands now; the session's transaction ends, so that none is left open for long."""
    session.commit()
    session.expire_all()
    found = session.get_one(CounselingSession, talk_id)
    session.commit()
    return found


def questions(talk_id: int) -> dict[str, ReviewTask]:
    """Open questions about a talk by kind."""
    with database.session() as session:
        query = select(ReviewTask).where(
            ReviewTask.session_id == talk_id, col(ReviewTask.state).in_(["open", "claimed"])
        )
        return {task.kind: task for task in session.exec(query)}


def decide(task: ReviewTask, by: Account, **decision: object) -> ReviewTask:
    """As a person does who has the newest screen."""
    with database.session() as session:
        now = session.get_one(ReviewTask, task.id)
        return reviews.decide(session, task.id, now.version, decision, by)


def undo(task_id: int, by: Account) -> ReviewTask:
    with database.session() as session:
        return reviews.undo(session, task_id, session.get_one(ReviewTask, task_id).version, by)
