"""What a person may decide about a notice, one function each. Each either does all of it or raises `Refused`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from bots.notices import anew, fate, planning
from bots.notices.channels import Choice
from config.channels import CHANNELS
from queues import addresses, approvals, audit, crypto, days, dispatches, notices
from queues.models import (
    Dispatch,
    DispatchState,
    Employer,
    Notice,
    NoticeState,
    Person,
    PostBatch,
    PostBatchState,
    ReviewTask,
)
from queues.sealed_fields import decided_receiver, decided_to
from queues.ways import recipient_of, ways

INTERNET = "internet"
_CAN_LEAVE = (
    NoticeState.READY,
    NoticeState.SENDING,
    NoticeState.SENT,
    NoticeState.RETURNED,
    NoticeState.REVIEW,
)
_MAY_BE_OUT = (DispatchState.LEAVING.value, DispatchState.UNKNOWN.value)


class Refused(Exception):
    """A decision cannot be carried out as things stand; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Given:
    """A decision about a notice whose row is held; `actor` is the person."""

    session: Session
    task: ReviewTask
    notice: Notice
    decision: dict[str, Any]
    actor: str


def resend(given: Given) -> None:
    """By the channel that a person chose: the law's bounds hold for them as well, doubts about the address do
    not. Another postal address than the one on file is the recipient's from now on."""
    name = str(given.decision.get("channel", ""))
    if name not in CHANNELS or not CHANNELS[name].by_bot:
        raise Refused("no_channel")
    to = decided_to(given.decision)
    if to and CHANNELS[name].is_post and _move_house(given, to):
        return _anew(given, channel=name, to=to)
    way = ways(given.session, given.notice)[name]
    if way.why_not:
        raise Refused(way.why_not)
    if given.notice.state not in _CAN_LEAVE or given.notice.ready_at is None:
        raise Refused("not_ready")
    _nothing_out(given)
    _remember(given, channel=name, to=way.to)
    try:
        planning.begin(given.session, given.notice, Choice(name, way.to), actor=given.actor)
    except anew.MayHaveLeft:  # the letter bears another address by now, and the one that left stands
        raise Refused("bears_other_address") from None


def correct_address(given: Given) -> None:
    """The recipient lives elsewhere: the letter is made anew, for the window of its envelope shows where to."""
    to = decided_to(given.decision)
    if not to:
        raise Refused("no_address")
    _move_house(given, to)
    _anew(given, to=to)


def was_sent(given: Given) -> None:
    """The outside has it, as its own list says: a person has looked."""
    dispatch = _doubtful(given)
    number = re.sub(r"[\s-]", "", str(given.decision.get("registered_no") or ""))
    if number and not re.fullmatch(r"[0-9]{13}", number):
        raise Refused("bad_number")
    if number:
        dispatch.registered_no = number
    _move(given, dispatch, DispatchState.SENT, "by_person")


def was_not_sent(given: Given) -> None:
    """The outside does not have it: how it goes on is asked next."""
    _move(given, _doubtful(given), DispatchState.FAILED, "by_person_not_sent")


def public_notice(given: Given) -> None:
    """공시송달: published on a board, in a gazette or newspaper, and on the internet (행정절차법 제14조 제4항)."""
    places = [str(place) for place in given.decision.get("places") or []]
    if INTERNET not in places or len(set(places)) < 2:
        raise Refused("places")
    on = _day(given, "posted_on")
    dispatch = _by_person(given, "public")
    _move(given, dispatch, DispatchState.LEAVING, "by_person")
    _move(given, dispatch, DispatchState.SENT, "by_person", on=on, detail={"places": places})


def handed_over(given: Given) -> None:
    """교부송달: to the recipient, or to a clerk, employee or cohabitant with sense (행정절차법 제14조 제2항)."""
    receiver = decided_receiver(given.decision)
    if not receiver:
        raise Refused("no_receiver")
    on = _day(given, "on")
    dispatch = _by_person(given, "hand")
    dispatch.receiver = receiver
    _move(given, dispatch, DispatchState.DELIVERED, "by_person", on=on)


def prepare(given: Given) -> None:
    """What was wrong has been put right."""
    _anew(given)


def drop(given: Given) -> None:
    """It does not leave, or not once more."""
    _nothing_out(given)
    approvals.void(given.session, given.notice, "dropped", given.actor)
    notices.move(given.session, given.notice, NoticeState.CANCELLED, given.actor, reason="dropped")


def _doubtful(given: Given) -> Dispatch:
    found = given.session.exec(
        select(Dispatch)
        .where(Dispatch.notice_id == given.notice.id, Dispatch.state == DispatchState.UNKNOWN.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise Refused("not_in_doubt")
    return found


def _nothing_out(given: Given) -> None:
    """What is planned is called off; what may be out already must be settled first: never twice."""
    query = select(Dispatch).where(
        Dispatch.notice_id == given.notice.id,
        col(Dispatch.state).in_([*_MAY_BE_OUT, DispatchState.PLANNED.value]),
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    for dispatch in given.session.exec(locked).all():
        if dispatch.state in _MAY_BE_OUT or not _still_here(given.session, dispatch):
            raise Refused("may_be_out")
        dispatches.move(given.session, dispatch, DispatchState.CANCELLED, code="other_way", actor=given.actor)
    given.session.flush()


def _still_here(session: Session, dispatch: Dispatch) -> bool:
    if dispatch.batch_id is None:
        return True
    batch = session.get_one(PostBatch, dispatch.batch_id, with_for_update=True, populate_existing=True)
    return batch.state == PostBatchState.PLANNED


def _by_person(given: Given, channel: str) -> Dispatch:
    """An attempt that a person made."""
    if not given.notice.letter_sha256 or (given.notice.official and given.notice.document_no is None):
        raise Refused("not_ready")
    who = recipient_of(given.session, given.notice)
    if who is None:
        raise Refused("no_recipient")
    _nothing_out(given)
    return dispatches.plan(given.session, given.notice, channel, {"name": who.name}, actor=given.actor)


def _move(
    given: Given,
    dispatch: Dispatch,
    state: DispatchState,
    code: str,
    *,
    on: date | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    now = datetime.now(UTC)
    at = min(days.begins(on), now) if on and on < days.today() else now
    dispatches.move(
        given.session, dispatch, state, code=code, detail=detail, happened_at=at, actor=given.actor
    )
    fate.settle(given.session, dispatch, actor=given.actor)


def _day(given: Given, name: str) -> date:
    """A day that has come. Raises `Refused`."""
    try:
        day = date.fromisoformat(str(given.decision.get(name, "")))
    except ValueError:
        raise Refused("bad_day") from None
    if day > days.today():
        raise Refused("bad_day")
    return day


def _move_house(given: Given, to: dict[str, str]) -> bool:
    """Note the recipient's postal address; whether it is another than the one on file.

    Raises `Refused` where it is no address of theirs: the name is the system of record's to change.
    """
    session, notice = given.session, given.notice
    who = recipient_of(session, notice)
    if who is None:
        raise Refused("no_recipient")
    if to.get("name", who.name) != who.name:
        raise Refused("other_name")
    address = _whole(to)
    found = addresses.check(to.get("postcode", ""), address, firm=notice.employer_id is not None)
    if not found.ok and not given.decision.get("sure"):
        raise Refused("doubtful_address")
    if (who.postcode, " ".join(who.address.split())) == (to.get("postcode", ""), address):
        return False
    if notice.employer_id is not None:
        firm = session.get_one(Employer, notice.employer_id, with_for_update=True)
        firm.postcode, firm.address = to.get("postcode", ""), address
        session.add(firm)
    else:
        assert notice.person_id is not None
        person = session.get_one(Person, notice.person_id, with_for_update=True)
        person.postcode, person.address = to.get("postcode", ""), address
        session.add(person)
    audit.record(session, given.actor, "address.correct", "notice", notice.id)
    session.flush()
    return True


def _anew(given: Given, *, channel: str = "", to: dict[str, str] | None = None) -> None:
    _nothing_out(given)
    _remember(given, channel=channel, to=to or {})
    try:
        anew.again(given.session, given.notice, given.actor, str(given.decision.get("action")))
    except anew.MayHaveLeft:
        raise Refused("may_be_out") from None


def _remember(given: Given, *, channel: str, to: dict[str, str]) -> None:
    """What a person has chosen holds for a letter that is made anew first: channel, and that the address is right."""
    told = notices.values_of(given.notice)
    if channel:
        told["_channel"] = channel
    if to.get("address"):
        where = dispatches.place("registered", _parted(to))
        told["_sure"] = where.hex() if where else ""
    given.notice.values_enc = crypto.seal(json.dumps(told, ensure_ascii=False))
    given.session.add(given.notice)


def _parted(to: dict[str, str]) -> dict[str, str]:
    road, detail = addresses.split(_whole(to))
    return {"postcode": to.get("postcode", ""), "address": road, "detail": detail}


def _whole(to: dict[str, str]) -> str:
    return ", ".join(" ".join(part.split()) for part in (to.get("address", ""), to.get("detail", "")) if part)
