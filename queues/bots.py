"""What a bot is: a function over a work item, registered under a name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import update

from queues import database, engine
from queues.errors import UnknownBot
from queues.models import WorkItem
from queues.retry import RetryPolicy, through_outages

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """What a run did. `counts` by kind ({"read": 3}); `idle`: there was nothing to do, keep no trace."""

    counts: dict[str, int] = field(default_factory=dict)
    idle: bool = False


class Work:
    """One run of a bot over one item; what the bot function is given.

    id         of the work item
    bot        the bot's name
    reference  what it is about, e.g. "delivery:17"
    payload    ids that the bot needs, as given to `queues.work.add`
    attempt    how often a person had it done again, from 1
    tries      runs of this attempt, this one included
    """

    def __init__(
        self, *, id: int, bot: str, reference: str, payload: Mapping[str, Any], attempt: int, tries: int
    ) -> None:
        self.id = id
        self.bot = bot
        self.reference = reference
        self.payload = dict(payload)
        self.attempt = attempt
        self.tries = tries
        self._last_progress = 0.0

    def step(self, name: str, function: Callable[..., T], *arguments: Any) -> T:
        """Run `function` as a step: once finished it is not run again after a crash.

        A step whose worker dies in the middle is run again. Its result must be plain JSON without
        personal data: ids, counts, codes.
        """
        return engine.step(name, function, *arguments)

    def progress(self, done: int, total: int) -> None:
        """Show how far the run is; written at most once a second, and at the end."""
        now = time.monotonic()
        if now - self._last_progress < 1.0 and done < total:
            return
        self._last_progress = now
        shown = {"done": done, "total": total}

        def write() -> None:
            with database.session() as session:
                session.execute(update(WorkItem).where(WorkItem.id == self.id).values(progress=shown))  # type: ignore[arg-type]

        through_outages(write)


@dataclass(frozen=True)
class BotSpec:
    """A registered bot. `concurrency` is how many of its items one worker process runs at once.

    patient   a second more or less does not matter to its work: it is looked for less often, as that costs
    """

    name: str
    title: str
    run: Callable[[Work], Outcome | None]
    retry: RetryPolicy
    concurrency: int
    patient: bool = False


_registry: dict[str, BotSpec] = {}

BotFunction = Callable[[Work], Outcome | None]


def bot(
    name: str, *, title: str, retry: RetryPolicy | None = None, concurrency: int = 1, patient: bool = False
) -> Callable[[BotFunction], BotFunction]:
    """Register a function as the bot `name` ("intake.read"); `title` is what staff read, in Korean.

    The function may raise `queues.errors.BusinessError` to send the matter to a person; any other
    exception is a system error and is tried again by `retry`.
    """

    def register(function: BotFunction) -> BotFunction:
        known = _registry.get(name)
        if known is not None and known.run.__module__ != function.__module__:
            raise ValueError(f"two bots are named {name}: {known.run.__module__}, {function.__module__}")
        _registry[name] = BotSpec(name, title, function, retry or RetryPolicy(), concurrency, patient)
        return function

    return register


def registered() -> dict[str, BotSpec]:
    """All bots of this process by name."""
    return dict(_registry)


def spec(name: str) -> BotSpec:
    """The bot of that name. Raises `UnknownBot`."""
    try:
        return _registry[name]
    except KeyError:
        raise UnknownBot(f"no bot is named {name}; known are: {', '.join(sorted(_registry))}") from None
