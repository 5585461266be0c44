"""A file is brought to the bank once: committed before it leaves, and after any doubt the bank's own list is asked.

leaving   with no try behind it: nothing of it is at the bank; after a try the bank may have it, and whoever finds
          it so asks the list for its MsgId before anything else
taken     the bank has it: its answers (pain.002) say the rest
unknown   the list certainly lacks it, and nobody promised that a second upload would be refused: a person answers
refused   the bank said no to it, and its list lacks it; not where an earlier try was in doubt, which may be paid
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bots.payments.iso import asking_about, standing
from bots.payments.iso.alone import alone
from bots.payments.iso.channel import Channel, ChannelError, Doubtful, Held, NeverThere, NotYet, Refused
from bots.payments.runs import Run, still_runs
from config.bank_files import bank_files
from queues import files
from queues.database import session as record
from queues.models import PaymentFile
from queues.models import PaymentFileState as S
from queues.retry import through_outages

_UPLOAD_WITHIN = 10.0
"""Seconds from the commit that it leaves to its first byte; later it does not leave with this try."""


class Halted(Exception):
    """The batch does not run any more: nothing new leaves of it."""


def carry(file_id: int, run: Run, channel: Channel, actor: str) -> str:
    """Bring a file on; the state it is in then. May be called again after any kill.

    Raises `Halted`, and `NotYet`, `NeverThere`, `Doubtful`: call again.
    """
    with alone(file_id) as still_alone:
        file = standing.look(file_id)
        if file.state != S.LEAVING:
            return file.state
        if file.tries:
            found = settle(file, channel, actor, may_repeat=True)
            if found != S.LEAVING:
                return found
        return _upload(file_id, run, channel, still_alone, actor)


def settle(
    file: PaymentFile, channel: Channel, actor: str, *, may_repeat: bool, stopped: bool = False
) -> str:
    """Ask the bank's list about a file that was tried; its state then. "leaving": it certainly is not there, and
    may be uploaded (again).

    may_repeat  it is going to be uploaded if so
    stopped     nothing of the batch leaves any more: what certainly is not there ends here
    Raises `NotYet`, `Doubtful` (not certain yet).
    """
    if file.tries:
        try:
            held = channel.find(file.msg_id)
        except ChannelError:
            if not _too_old(file):
                raise
            return _unknown(file.id, _doubt(file), actor)
        if held is not None:
            return _found(file, held, actor)
        if file.reason != standing.NEVER_THERE:
            _wait_until_certain(file)
    return _not_there(file, actor, may_repeat=may_repeat, stopped=stopped)


def _not_there(file: PaymentFile, actor: str, *, may_repeat: bool, stopped: bool) -> str:
    """It certainly is not at the bank."""
    if file.reason == standing.REFUSED_CODE:
        return _unknown(file.id, _doubt(file), actor) if file.doubted else _refused(file.id, actor)
    if stopped:
        return _not_sent(file.id, actor)
    never_there = file.reason == standing.NEVER_THERE and not file.doubted
    again = not file.tries or never_there or bank_files().refuses_repeats
    if again or not may_repeat:
        return S.LEAVING.value
    return _unknown(file.id, standing.FILE_DOUBT, actor)


def _doubt(file: PaymentFile) -> str:
    refused = file.doubted and file.reason == standing.REFUSED_CODE
    return standing.REFUSED_AGAIN if refused else standing.FILE_DOUBT


def _upload(file_id: int, run: Run, channel: Channel, still_alone: Callable[[], None], actor: str) -> str:
    with record() as session:
        file = standing.held(session, file_id)
        if file.state != S.LEAVING:
            return file.state
        if not still_runs(session, run):
            raise Halted
        standing.tried(session, file, actor)
    before = time.monotonic() + _UPLOAD_WITHIN
    with files.as_path(file.sha256, ".xml") as content:
        try:
            still_alone()
            if time.monotonic() > before:  # it was stopped, and nobody knows what was decided meanwhile
                raise NeverThere("올리기 전에 시간이 지나 올리지 않았습니다.", "too_late", pause=1.0)
            held = channel.upload(file.msg_id, content)
        except (NeverThere, Refused, Doubtful, NotYet) as error:
            _note(file, error, actor)
            raise
    # A database that is away for a moment must not turn what is known into a doubt.
    return through_outages(lambda: _taken(file_id, held, actor, found=False))


def _note(file: PaymentFile, error: ChannelError, actor: str) -> None:
    """Only an upload itself can leave a doubt: what is said before it certainly left nothing."""
    reason = standing.NEVER_THERE if isinstance(error, NeverThere | NotYet) else standing.DOUBT
    if isinstance(error, Refused):
        reason = standing.REFUSED_CODE
    through_outages(lambda: standing.came_of_try(file.id, file.tries, reason, actor))


def _found(file: PaymentFile, held: Held, actor: str) -> str:
    if held.sha256 and held.sha256.lower() != file.sha256:
        return _unknown(file.id, "file_other", actor)
    return _taken(file.id, held, actor, found=True)


def _taken(file_id: int, held: Held, actor: str, *, found: bool) -> str:
    with record() as session:
        file = standing.held(session, file_id)
        standing.taken(session, file, held.number, actor, found=found)
        return file.state


def _not_sent(file_id: int, actor: str) -> str:
    with record() as session:
        file = standing.held(session, file_id)
        if file.state == S.LEAVING:
            standing.refused(session, file, standing.NOT_SENT, actor)
        return file.state


def _refused(file_id: int, actor: str) -> str:
    with record() as session:
        file = standing.held(session, file_id)
        if file.state == S.LEAVING:
            standing.refused(session, file, standing.FILE_REFUSED, actor)
            asking_about.ask(session, file, standing.FILE_REFUSED, actor)
        return file.state


def _unknown(file_id: int, code: str, actor: str) -> str:
    with record() as session:
        file = standing.held(session, file_id)
        if file.state == S.LEAVING:
            standing.unknown(session, file, code, actor)
            asking_about.ask(session, file, code, actor)
        return file.state


def _wait_until_certain(file: PaymentFile) -> None:
    assert file.tried_at is not None
    certain = file.tried_at + timedelta(seconds=bank_files().certain_after_seconds)
    left = (certain - datetime.now(UTC)).total_seconds()
    if left > 0:
        raise Doubtful("은행의 접수 목록에 나타나는지 더 기다립니다.", "bank_waiting", pause=left)


def _too_old(file: PaymentFile) -> bool:
    since = file.tried_at or file.created_at
    return datetime.now(UTC) - since > timedelta(hours=bank_files().answer_hours)


__all__ = ["Halted", "NotYet", "carry", "settle"]
