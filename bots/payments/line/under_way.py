"""Which questions are under way, and whether what comes back answers one of them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from bots.payments.messages import Key, Message
from config.bank_messages import fields_of, reply_class

_REMEMBERED = 20_000


def answers(question: Message, reply: Message) -> bool:
    """Whether `reply` is the reply to `question`: its class, and all that the bank has to repeat unchanged."""
    fields = fields_of(question.class_code, question.task_code) or ()
    return reply.class_code == reply_class(question.class_code) and all(
        question.values.get(field.name) == reply.values.get(field.name) for field in fields if field.echo
    )


class UnderWay:
    """Questions that wait for their replies, by key. Ended ones are remembered for a while, to tell a second
    reply and a late one from one that was never asked for."""

    def __init__(self) -> None:
        self._waiting: dict[Key, tuple[Message, asyncio.Future[Message]]] = {}
        self._ended: OrderedDict[Key, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, question: Message) -> asyncio.Future[Message]:
        """Raises ValueError where a question of that number was put on this line before."""
        if question.key in self._waiting or question.key in self._ended:
            raise ValueError(f"message number {question.number} was used before")
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[question.key] = (question, future)
        return future

    def end(self, question: Message) -> None:
        """Nobody waits for its reply any more, because it is there or will not be waited for."""
        found = self._waiting.pop(question.key, None)
        if found is None:
            return
        future = found[1]
        answered = future.done() and not future.cancelled() and future.exception() is None
        self._ended[question.key] = "repeated" if answered else "late"
        while len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)

    def give(self, reply: Message) -> str:
        """Hand a reply to who waits for it: "", else what it is: "late", "repeated", "unexpected"."""
        found = self._waiting.get(reply.key)
        if found is None:
            return self._ended.get(reply.key, "unexpected")
        question, future = found
        if not answers(question, reply):
            return "unexpected"
        if future.done():
            return "repeated"
        future.set_result(reply)
        return ""

    def break_off(self, error: Exception) -> int:
        """None of those that wait will get a reply on this connection; how many they are."""
        waiting = [future for _, future in self._waiting.values() if not future.done()]
        for future in waiting:
            future.set_exception(error)
        return len(waiting)
