"""The letters of a batch in the record: which are to go, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from bots.notices import fate
from bots.notices.post.upload import Letter, Row
from config.post_rates import price
from queues import dispatches, notices
from queues.models import Application, Dispatch, DispatchState, Notice, PostBatch, SupplementRequest

ACTOR = "bot:notices.post"
TO_GO = (DispatchState.PLANNED.value, DispatchState.LEAVING.value, DispatchState.UNKNOWN.value)


@dataclass(frozen=True)
class Locked:
    """A batch with its letters, all locked: nobody changes them meanwhile."""

    session: Session
    batch: PostBatch
    letters: tuple[Dispatch, ...]

    def to_go(self) -> Iterator[Dispatch]:
        return (dispatch for dispatch in self.letters if dispatch.state in TO_GO)


def lock(session: Session, batch_id: int) -> Locked:
    """In the order in which everybody locks: applications and supplement requests, notices, dispatches, the batch.

    Raises ValueError when there is no such batch.
    """
    of_batch = col(Notice.id).in_(select(Dispatch.notice_id).where(Dispatch.batch_id == batch_id))
    asking = (of_batch, col(Notice.supplement_id).is_not(None))
    for table, told in ((Application, Notice.application_id), (SupplementRequest, Notice.supplement_id)):
        held = select(table.id).where(col(table.id).in_(select(told).where(*asking)))
        session.exec(held.order_by(col(table.id)).with_for_update()).all()
    session.exec(select(Notice.id).where(of_batch).order_by(col(Notice.id)).with_for_update()).all()
    found = session.exec(
        select(Dispatch)
        .where(Dispatch.batch_id == batch_id)
        .order_by(col(Dispatch.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    batch = session.get(PostBatch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None:
        raise ValueError(f"there is no post batch {batch_id}")
    return Locked(session, batch, tuple(found))


def to_go(session: Session, batch_id: int) -> list[Letter]:
    """The letters of a batch that have not been settled, in the order in which they are uploaded."""
    query = (
        select(Dispatch, Notice)
        .join(Notice, col(Notice.id) == col(Dispatch.notice_id))
        .where(Dispatch.batch_id == batch_id, col(Dispatch.state).in_(TO_GO))
        .order_by(col(Dispatch.id))
    )
    return [
        Letter(
            dispatch.id, dispatch.key, dispatches.recipient(dispatch), dispatch.letter_sha256,
            stays="recipient_changed" if notices.is_anothers(session, notice) else "",
        )
        for dispatch, notice in session.exec(query)
    ]  # fmt: skip


def leave(locked: Locked, rows: tuple[Row, ...]) -> None:
    """From now on the outside may have them. What is not in the upload has no place in it."""
    by_id = {dispatch.id: dispatch for dispatch in locked.letters}
    for dispatch in locked.letters:
        dispatch.position = 0
        locked.session.add(dispatch)
    for position, row in enumerate(rows, 1):
        dispatch = by_id[row.dispatch_id]
        dispatch.position, dispatch.sheets, dispatch.price_won = position, row.sheets, row.won
        dispatch.envelope = locked.batch.envelope
        locked.session.add(dispatch)
        if dispatch.state != DispatchState.LEAVING:
            _settle(locked, dispatch, DispatchState.LEAVING, "")


def leave_again(locked: Locked, dispatch: Dispatch) -> None:
    """It did not leave after all, and is about to."""
    _settle(locked, dispatch, DispatchState.LEAVING, "")


def fail(locked: Locked, reasons: Mapping[int, str]) -> None:
    """These certainly did not leave; reasons by the dispatch's id."""
    for dispatch in locked.to_go():
        if reason := reasons.get(dispatch.id):
            _settle(locked, dispatch, DispatchState.FAILED, reason)


def all_failed(locked: Locked, reason: str) -> None:
    for dispatch in locked.to_go():
        _settle(locked, dispatch, DispatchState.FAILED, reason)


def unknown(locked: Locked, reason: str) -> None:
    """Only a person can tell whether they left."""
    for dispatch in locked.to_go():
        if dispatch.state != DispatchState.UNKNOWN:
            _settle(locked, dispatch, DispatchState.UNKNOWN, reason)


def called_back(locked: Locked, proof: str) -> None:
    """The post gave them back unposted."""
    for dispatch in locked.letters:
        if dispatch.state in (*TO_GO, DispatchState.SENT.value):
            _settle(locked, dispatch, DispatchState.CANCELLED, "post_called_back", proof)


def uploaded_keys(locked: Locked) -> set[str]:
    """Of the letters that the upload holds, whatever was decided about them since."""
    return {dispatch.key for dispatch in locked.letters if dispatch.position}


def count_anew(locked: Locked) -> int:
    """What the letters cost by the rates as they are now, in won. Raises `config.post_rates.PostRatesError`."""
    going = list(locked.to_go())
    for dispatch in going:
        dispatch.price_won = price(locked.batch.service, locked.batch.envelope, dispatch.sheets)
        locked.session.add(dispatch)
    return sum(dispatch.price_won for dispatch in going)


def sent(locked: Locked, numbers: Mapping[str, str], proof: str) -> int:
    """The post has taken them over; registration numbers by key, as far as they are known.

    Returns how many stand otherwise in the record by a person's decision: of those only a note is made.
    """
    differently = 0
    for dispatch in locked.letters:
        given = numbers.get(dispatch.key, "")
        if dispatch.state in TO_GO:
            dispatch.registered_no = given
            dispatch.provider_no = locked.batch.site_no
            _settle(locked, dispatch, DispatchState.SENT, "", proof, at=locked.batch.paid_at)
        elif dispatch.state == DispatchState.SENT:
            if given and not dispatch.registered_no:
                dispatch.registered_no = given
                dispatch.next_look_at = datetime.now(UTC) + fate.first_look()
                dispatches.note(locked.session, dispatch, "post_number", sha256=proof, actor=ACTOR)
        elif dispatch.state in (DispatchState.FAILED, DispatchState.CANCELLED) and dispatch.position:
            differently += dispatch.key in numbers or not numbers
    return differently


def _settle(
    locked: Locked,
    dispatch: Dispatch,
    state: DispatchState,
    reason: str,
    proof: str = "",
    *,
    at: datetime | None = None,
) -> None:
    detail = {"batch": locked.batch.id}
    dispatches.move(
        locked.session, dispatch, state, code=reason, detail=detail, sha256=proof, happened_at=at, actor=ACTOR
    )
    fate.settle(locked.session, dispatch)
