"""One attempt to bring a notice to its recipient: planned, moved from state to state, every change kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, func, select

from config.channels import CHANNELS
from queues import audit, crypto
from queues.models import Dispatch, DispatchEvent, DispatchState, Notice, NoticeState

OVER = frozenset(
    {DispatchState.DELIVERED, DispatchState.RETURNED, DispatchState.FAILED, DispatchState.CANCELLED}
)


def plan(
    session: Session,
    notice: Notice,
    channel: str,
    to: Mapping[str, str],
    *,
    not_before: datetime | None = None,
    actor: str = "bot",
) -> Dispatch:
    """A new attempt, committed with its key before it leaves. The notice moves to "sending".

    channel  one of ``config.channels``
    to       {"name", "postcode", "address", "detail", "phone", "email", "box"}, as far as the channel needs it

    The database refuses (IntegrityError) a second attempt while another of the notice may still leave. Raises
    ValueError for an act (처분) by a channel that does not prove its arrival: not even a person may.
    """
    if notice.official and not (channel in CHANNELS and CHANNELS[channel].proof):
        raise ValueError(f"notice {notice.id} is an act: {channel} does not prove its arrival")
    highest = select(func.coalesce(func.max(Dispatch.number), 0)).where(Dispatch.notice_id == notice.id)
    dispatch = Dispatch(
        notice_id=notice.id,
        number=session.exec(highest).one() + 1,
        channel=channel,
        key=uuid4().hex,
        to_enc=crypto.seal(json.dumps(dict(to), ensure_ascii=False)),
        to_index=place(channel, to),
        sheets=notice.sheets,
        letter_sha256=notice.letter_sha256,
        not_before=not_before,
        made_by=actor,
    )
    session.add(dispatch)
    session.flush()
    _tell(session, dispatch, "planned", actor=actor)
    notice.state, notice.reason = NoticeState.SENDING.value, ""
    notice.version += 1
    session.add(notice)
    audit.record(session, actor, "dispatch.plan", "notice", notice.id, dispatch=dispatch.id, channel=channel)
    return dispatch


def place(channel: str, to: Mapping[str, str]) -> bytes | None:
    """The blind index of where a dispatch goes: one for both kinds of post; None for a channel without address."""
    kind = CHANNELS[channel].address if channel in CHANNELS else "none"
    if kind == "none":
        return None
    where = " ".join(to.get(part, "") for part in ("postcode", "address", "detail"))
    return crypto.blind_index(f"dispatch:{kind}", where if kind == "mail" else to.get(kind, ""))


def recipient(dispatch: Dispatch) -> dict[str, str]:
    """Where a dispatch goes, as it was committed."""
    assert dispatch.to_enc is not None
    found: dict[str, str] = json.loads(crypto.open_(dispatch.to_enc))
    return found


def move(
    session: Session,
    dispatch: Dispatch,
    state: DispatchState,
    *,
    code: str = "",
    detail: Mapping[str, Any] | None = None,
    sha256: str = "",
    happened_at: datetime | None = None,
    actor: str = "bot",
) -> None:
    """Change the state and keep the event. `code` is a reason of ours; `detail` holds nothing personal.

    What is over does not begin again: raises ValueError.
    """
    if dispatch.state in OVER and dispatch.state != state:
        raise ValueError(f"dispatch {dispatch.id} is over ({dispatch.state})")
    dispatch.state, dispatch.reason = state.value, code
    now = happened_at or datetime.now(UTC)
    if state == DispatchState.SENT and dispatch.sent_at is None:
        dispatch.sent_at = now
    if state == DispatchState.DELIVERED:
        dispatch.delivered_at = now
    if state == DispatchState.RETURNED:
        dispatch.returned_at = now
    if state in OVER or state == DispatchState.UNKNOWN:
        dispatch.next_look_at = None
    if sha256:
        dispatch.proof_sha256 = sha256
    session.add(dispatch)
    _tell(
        session, dispatch, state.value, code=code, detail=detail, sha256=sha256, happened_at=now, actor=actor
    )


def note(
    session: Session,
    dispatch: Dispatch,
    code: str,
    *,
    detail: Mapping[str, Any] | None = None,
    sha256: str = "",
    happened_at: datetime | None = None,
    actor: str = "bot",
) -> None:
    """Keep an event that does not change the state (a place on the way, a question asked in vain)."""
    if sha256:
        dispatch.proof_sha256 = sha256
        session.add(dispatch)
    _tell(
        session,
        dispatch,
        dispatch.state,
        code=code,
        detail=detail,
        sha256=sha256,
        happened_at=happened_at,
        actor=actor,
    )


def latest(session: Session, notice_id: int) -> Dispatch | None:
    """The last attempt of a notice."""
    query = select(Dispatch).where(Dispatch.notice_id == notice_id).order_by(col(Dispatch.number).desc())
    return session.exec(query).first()


def _tell(
    session: Session,
    dispatch: Dispatch,
    state: str,
    *,
    code: str = "",
    detail: Mapping[str, Any] | None = None,
    sha256: str = "",
    happened_at: datetime | None = None,
    actor: str,
) -> None:
    session.add(
        DispatchEvent(
            dispatch_id=dispatch.id,
            state=state,
            code=code,
            detail=dict(detail or {}),
            sha256=sha256,
            happened_at=happened_at,
            actor=actor,
        )
    )
