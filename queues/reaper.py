"""Takes up what dead workers left: in repeated sweeps, by one process at a time.

A sweep looks at four things: workers whose heartbeat is old (their work is resumed); workflows that
the engine counts as running though no living worker holds them (resumed when two sweeps have seen it);
items that the record counts as under way though the engine has ended them (handed over again);
and items that wait for a bot that is not paused (any more).
Only workflows in the engine's state PENDING are resumed: resuming would also revive cancelled ones.
"""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from config.settings import settings
from queues import bots, database, engine, pausing, reviews, work, workers
from queues.models import ErrorKind, Worker, WorkerState, WorkItem, WorkState

log = logging.getLogger(__name__)

_LOOK_AT_ALL_SECONDS = 30.0


class Reaper:
    """Keeps between its sweeps what it has seen but not yet judged. Times are in seconds."""

    def __init__(self, dead_after: float | None = None) -> None:
        self.dead_after = dead_after if dead_after is not None else settings().dead_after_seconds
        self._suspects: dict[str, float] = {}
        self._last_sweep = time.monotonic()
        self._patient_until: float | None = None
        self._next_look_at_all = 0.0

    def sweep(self) -> int:
        """One sweep; returns how many items were taken up again or sent to a person."""
        now = time.monotonic()
        try:
            return self._sweep(now)
        except SQLAlchemyError:
            # While the database is away nobody's heartbeat is written.
            self._patient_until = time.monotonic() + self.dead_after
            raise

    def _sweep(self, now: float) -> int:
        taken_up = self._bury_the_dead() if self._may_bury(now) else 0
        with database.session() as session:
            held_by = workers.living(session)
            silent = workers.silent(session, self.dead_after)
        for workflow_id, executor in self._stranded(held_by, silent, now):
            # Whoever buried it may have been stopped before it came to this item.
            taken_up += _take_up(workflow_id, died=_is_dead(executor), executor=executor)
        with database.session() as session:
            taken_up += pausing.hand_over_waiting(session, actor="reaper")
        return taken_up + self._settle_ended(now)

    def _may_bury(self, now: float) -> bool:
        """Not right after a long pause: this process or the database may have been away.

        After one such wait the dead are buried, also by a machine so busy that each sweep comes late.
        """
        pause, self._last_sweep = now - self._last_sweep, now
        late = pause > 0.8 * self.dead_after
        if (late and self._patient_until is None) or pause > 3 * self.dead_after:
            self._patient_until = now + self.dead_after
        if self._patient_until is not None and now < self._patient_until:
            return False
        self._patient_until = None
        return True

    def _bury_the_dead(self) -> int:
        with database.session() as session:
            dead = workers.fallen(session, self.dead_after)
            for worker in dead:
                worker.state = WorkerState.DEAD.value
                session.add(worker)
        names = [worker.executor_id for worker in dead]
        for worker in dead:
            log.warning(
                "worker %s has been silent for %.0f s: it is taken for dead",
                worker.executor_id,
                self.dead_after,
            )
        return sum(_take_up(wid, died=True, executor=name) for wid, name in _pending_of(names))

    def _stranded(self, held_by: dict[str, list[str]], silent: set[str], now: float) -> list[tuple[str, str]]:
        """Workflows held by nobody for a while, of workers that live or have ended.

        Of one that has fallen silent they are left to `_bury_the_dead`, which asks what it died of. One that
        was taken for dead and goes on is given the time to say so.
        """
        found, suspects = [], {}
        soon = min(self.dead_after, 2 * settings().heartbeat_seconds)
        for status in engine.pending():
            executor = status.executor_id or ""
            if status.workflow_id in held_by.get(executor, []) or executor in silent:
                continue
            since = self._suspects.get(status.workflow_id, now)
            suspects[status.workflow_id] = since
            ended = executor not in held_by and _is_known(executor)
            if now - since >= (soon if ended else self.dead_after):
                found.append((status.workflow_id, executor))
        self._suspects = suspects | {k: v for k, v in self._suspects.items() if k.startswith("ended:")}
        return found

    def _settle_ended(self, now: float) -> int:
        """Items under way whose workflow has ended or is unknown: their worker failed to say so.

        All that wait are looked through now and then only, there may be very many; and once more when
        there is a suspicion.
        """
        states = [WorkState.RUNNING.value]
        suspicion = any(k.startswith("ended:") for k in self._suspects)
        if suspicion or now >= self._next_look_at_all:
            states.append(WorkState.QUEUED.value)
            self._next_look_at_all = now + _LOOK_AT_ALL_SECONDS
        with database.session() as session:
            items = engine.ended_items(session, states)
        ended = {}
        count = 0
        for item_id, name in items:
            mark = f"ended:{item_id}:{name}"
            ended[mark] = self._suspects.get(mark, now)
            if now - ended[mark] >= 2.0:
                count += _hand_over_again(item_id, name)
        self._suspects = {k: v for k, v in self._suspects.items() if not k.startswith("ended:")} | ended
        return count


def _is_known(executor: str) -> bool:
    with database.session() as session:
        return session.get(Worker, executor) is not None


def _is_dead(executor: str) -> bool:
    with database.session() as session:
        worker = session.get(Worker, executor)
        return worker is not None and worker.state == WorkerState.DEAD


def _pending_of(executors: list[str]) -> list[tuple[str, str]]:
    if not executors:
        return []
    return [(s.workflow_id, s.executor_id or "") for s in engine.pending() if s.executor_id in executors]


def _take_up(workflow_id: str, *, died: bool, executor: str) -> bool:
    """Resume the item of a workflow, or send it to a person when too many workers died on it."""
    with database.session() as session:
        item = session.exec(
            select(WorkItem).where(WorkItem.workflow_id == workflow_id).with_for_update()
        ).one_or_none()
        if item is None or item.state not in (WorkState.QUEUED, WorkState.RUNNING):
            engine.cancel(workflow_id)
            return False
        # A worker dies on what it ran; what it had only fetched is innocent.
        if died and item.state == WorkState.RUNNING and item.executor_id == executor:
            item.deaths += 1
        if item.deaths >= settings().max_deaths:
            _send_to_person(session, item)
            engine.cancel(workflow_id)
            return True
        if not engine.take_back(session, workflow_id, item.bot, executor):
            session.rollback()
            return False  # another reaper was quicker, and another worker has it by now
        work.move(
            session,
            item,
            WorkState(item.state),
            f"worker {'died' if died else 'left it'}: {executor}",
            "reaper",
        )
        item.executor_id = None
    return True


def _send_to_person(session: Session, item: WorkItem) -> None:
    item.error_kind = ErrorKind.SYSTEM.value
    item.error_code = "worker_died"
    item.error_text = f"{item.deaths} workers died while doing this"
    item.executor_id = None
    work.move(session, item, WorkState.REVIEW, "worker_died", "reaper")
    reviews.open_for_item(
        session,
        item,
        kind="system_error",
        question=f"이 작업을 하던 프로세스가 {item.deaths}번 멈추어 더 시도하지 않습니다. "
        "원본을 확인하십시오.",
    )


def _hand_over_again(item_id: int, workflow_id: str | None) -> bool:
    with database.session() as session:
        item = session.exec(
            select(WorkItem).where(col(WorkItem.id) == item_id).with_for_update()
        ).one_or_none()
        if item is None or item.workflow_id != workflow_id:
            return False
        if item.state not in (WorkState.QUEUED, WorkState.RUNNING):
            return False
        item.deaths += 1
        if item.deaths >= settings().max_deaths or item.bot not in bots.registered():
            _send_to_person(session, item)
        else:
            work.hand_over(session, item, actor="reaper", reason="the engine had ended it")
        return True
