"""Bots, runs, workers and work items in every state, to look at."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw
from sqlmodel import Session

from queues import engine, evidence, pausing, work
from queues.models import Bot, BotRun, Firing, Lease, Worker, WorkItem, WorkState


@dataclass(frozen=True)
class Shop:
    """Numbers of items: waiting for its next run, failed with a picture, running, done."""

    backoff: int
    failed: int
    running: int
    done: int
    waiting: int
    evidence_id: int


def fill_work(session: Session) -> Shop:
    """A worker that lives, six bots, and a few items of each kind."""
    now = datetime.now(UTC)
    worker = Worker(executor_id="worker-1", host="backoffice-1", pid=4711, version=engine.VERSION)
    worker.heartbeat_at = now + timedelta(hours=1)  # however long the test takes
    session.add(worker)
    session.add(Lease(name="scheduler", holder="scheduler-worker-1", expires_at=now + timedelta(hours=1)))
    for name, title, schedule in (
        ("intake.spool", "팩스·스캔 수신", {"every": 3.0}),
        ("intake.portal", "팩스 포털 수신", {"every": 300.0, "hours": "office"}),
        ("intake.mail", "팩스 메일 수신", {"every": 60.0}),
        ("intake.link", "신청에 연결", None),
        ("cases.pull", "신청 자료 가져오기", {"every": 60.0, "missed": "once"}),
        ("system.tidy", "정리", {"cron": "30 3 * * *"}),
    ):
        session.merge(Bot(name=name, title=title, schedule=schedule, concurrency=2))
    for name, error in (
        ("intake.spool", ""),
        ("cases.pull", ""),
        ("intake.portal", "PortalDown"),
        ("system.tidy", ""),
    ):
        for back in range(3):
            at = now - timedelta(minutes=5 * back)
            run = BotRun(bot=name, due_at=at, started_at=at, ended_at=at + timedelta(seconds=2), error=error)
            run.counts = {} if error else {"taken": 3 - back}
            session.add(run)
        session.add(Firing(bot=name, due_at=now))
    session.commit()
    return _items(session, now)


def _items(session: Session, now: datetime) -> Shop:
    backoff = work.add(
        session, "intake.mail", "due:2026-11-23T16:00:00+0900", due_at=now + timedelta(minutes=4)
    )
    backoff.tries, backoff.error_kind, backoff.error_code = 2, "system", "ConnectionError"
    backoff.error_text = "ConnectionError: 메일 서버에 연결할 수 없습니다"
    failed = work.add(
        session, "intake.portal", "due:2026-11-23T15:55:00+0900", payload={"trigger": "schedule"}
    )
    failed.error_kind, failed.error_code = "system", "PortalDown"
    failed.error_text = "PortalDown: 포털이 응답하지 않습니다"
    engine.withdraw(session, failed.workflow_id or "")
    work.move(session, failed, WorkState.FAILED, "PortalDown", "bot")
    running = work.add(session, "intake.read", "delivery:41", payload={"delivery_id": 1})
    running.executor_id, running.started_at, running.progress = "worker-1", now, {"done": 3, "total": 12}
    engine.withdraw(session, running.workflow_id or "")
    work.move(session, running, WorkState.RUNNING, "", "bot")
    done = work.add(session, "intake.link", "delivery:40")
    engine.withdraw(session, done.workflow_id or "")
    work.move(session, done, WorkState.DONE, "", "bot")
    pausing.pause_bot(session, "intake.link", "대상자 자료 점검", "system")
    waiting = work.add(session, "intake.link", "delivery:42")
    session.commit()
    kept = evidence.keep(failed.id, "screenshot", picture(), "portal.png", "image/png")
    evidence.keep(failed.id, "trace", b"PK\x03\x04 a trace", "trace.zip", "application/zip")
    return Shop(backoff.id, failed.id, running.id, done.id, waiting.id, kept)


def many(session: Session, count: int, state: WorkState = WorkState.FAILED) -> list[int]:
    """So many items of one kind."""
    found = []
    for number in range(count):
        item = WorkItem(bot="intake.link", reference=f"delivery:{1000 + number}", state=state.value)
        item.ended_at, item.error_kind, item.error_code = datetime.now(UTC), "system", "TimeoutError"
        session.add(item)
        session.flush()
        found.append(item.id)
    session.commit()
    return found


def picture() -> bytes:
    """What a browser showed."""
    image = Image.new("RGB", (1280, 720), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1280, 60), fill="#335577")
    draw.text((560, 340), "503 Service Unavailable", fill="black")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
