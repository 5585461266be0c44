"""One worker at a time about one file: `queues.alone`, in the words of this channel."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from bots.payments.iso.channel import NotYet
from queues import alone as locks


def alone(file_id: int) -> AbstractContextManager[Callable[[], None]]:
    """For the block nobody else deals with this file. Raises `NotYet` while another does.

    Gives a function that raises `NotYet` once the lock may be lost: to be called right before anything leaves.
    """
    return locks.alone(
        "payment file",
        file_id,
        busy=NotYet("다른 작업자가 이 이체 파일을 다루고 있습니다.", "file_busy", pause=5.0),
        lost=NotYet("데이터베이스와의 연결이 끊겨 올리지 않았습니다.", "file_lock_lost"),
    )
