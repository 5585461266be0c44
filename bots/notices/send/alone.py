"""One worker at a time about one dispatch: `queues.alone`, in the words of sending."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from bots.notices.send.way import NotYet
from queues import alone as locks


def alone(dispatch_id: int) -> AbstractContextManager[Callable[[], None]]:
    """For the block nobody else deals with this dispatch. Raises `NotYet` while another does.

    Gives a function that raises `NotYet` once the lock may be lost: to be called right before something leaves.
    """
    return locks.alone(
        "dispatch",
        dispatch_id,
        busy=NotYet("다른 작업자가 이 통지를 보내고 있습니다", "send_busy", pause=15.0),
        lost=NotYet("데이터베이스와의 연결이 끊겨 보내지 않았습니다", "send_lock_lost"),
    )
