"""By which channel a notice goes: the first of its program's order that consent, address and law allow."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from bots.notices.addresses import DECEASED, NOT_AT_HOME, doubts, is_deceased
from config.channels import CHANNELS, order, proving, rules
from config.notice_kinds import load_notice_kinds
from config.programs import load_programs
from queues import dispatches, notices
from queues.models import Dispatch, DispatchState, Notice
from queues.ways import Way, ways

ADDRESS, NO_CHANNEL = "notice_address", "notice_no_channel"
_NOT_ITS_FAULT = (
    "channel_down",
    "by_person_not_sent",
    "post_cancelled_outside",
    "post_letter_broken",
    "recipient_changed",
)
"""Reasons for which an attempt did not leave that say nothing against its channel."""
_TRIED = (DispatchState.RETURNED.value, DispatchState.FAILED.value, DispatchState.DELIVERED.value)


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel, and where it goes there (as `queues.dispatches.plan` takes it)."""

    channel: str
    to: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person is offered. `channel` is "" when nothing is left; `reasons` are codes."""

    channel: str
    reasons: tuple[str, ...] = ()


class NoChannel(Exception):
    """No channel may be used as things stand: a person is asked.

    reason   `ADDRESS` (the address is missing or doubtful) or `NO_CHANNEL`
    channel  the one that the order would have taken, "" for none
    reasons  codes, nothing personal
    """

    def __init__(self, reason: str, channel: str = "", reasons: tuple[str, ...] = ()) -> None:
        super().__init__(f"{reason}: {channel} {', '.join(reasons)}")
        self.reason, self.channel, self.reasons = reason, channel, reasons


def order_of(notice: Notice) -> tuple[str, ...]:
    """The channels to try for a notice, by its program, its kind and the center; for an act with proof only."""
    program = load_programs().get(notice.program)
    kind = load_notice_kinds().kinds.get(notice.kind)
    return order(
        notice.kind,
        official=notice.official,
        own=program.channels if program else None,
        named=kind.channels if kind else (),
    )


def choose(session: Session, notice: Notice) -> Choice:
    """The channel of a notice that is ready. Raises `NoChannel`.

    A channel without consent or address is passed over, and so is a number or mailbox that did not work
    before. A doubtful postal address is not: a person puts it right before money is spent on it, and before
    the letter takes a way that its program does not put first.
    """
    if is_deceased(session, notice):
        raise NoChannel(NO_CHANNEL, "", (DECEASED,))
    open_ways = ways(session, notice)
    passed: list[str] = []
    for name in dict.fromkeys((*_chosen(notice), *order_of(notice))):
        way = open_ways[name]
        if way.why_not == "no_address" and CHANNELS[name].is_post:
            raise NoChannel(ADDRESS, name, ("no_address",))
        if way.why_not:
            passed.append(way.why_not)
            continue
        against = doubts(session, notice, name, way.to)
        if not against:
            return Choice(name, way.to)
        if CHANNELS[name].is_post:
            raise NoChannel(ADDRESS, name, against)
        passed += against
    raise NoChannel(NO_CHANNEL, "", tuple(dict.fromkeys(passed)))


def _chosen(notice: Notice) -> tuple[str, ...]:
    """The channel that a person chose for a letter that was made anew first."""
    name = str(notices.values_of(notice).get("_channel") or "")
    return (name,) if name in CHANNELS and CHANNELS[name].by_bot else ()


def next_channel(session: Session, notice: Notice) -> Proposal:
    """The channel to propose to a person after an attempt did not reach the recipient.

    In this order: the same once more, when it only failed to leave; the same address once more, when only
    nobody was at home (``channels.yaml``: attempts); what follows in the notice's order and was not tried in
    vain; for an act 공시송달, for other letters whatever way is open. Nothing for one who died.
    """
    if is_deceased(session, notice):
        return Proposal("", (DECEASED,))
    last = dispatches.latest(session, notice.id)
    open_ways = ways(session, notice)
    why = (last.reason,) if last is not None and last.reason else ()
    if last is not None and _may_repeat(session, notice, last, open_ways):
        return Proposal(last.channel, why)
    tried = _tried_in_vain(session, notice)
    ordered = order_of(notice)
    others = proving() if notice.official else ("registered", *CHANNELS)
    for name in dict.fromkeys((*ordered, *others)):
        if CHANNELS[name].by_bot and _is_open(session, notice, open_ways[name], tried):
            return Proposal(name, why)
    return Proposal("public" if notice.official else "", (*why, "no_other_way"))


def _may_repeat(session: Session, notice: Notice, last: Dispatch, open_ways: dict[str, Way]) -> bool:
    way = open_ways.get(last.channel)
    if way is None or way.why_not or doubts(session, notice, last.channel, way.to):
        return False
    if last.state == DispatchState.CANCELLED or last.reason in _NOT_ITS_FAULT:
        return True
    if last.state == DispatchState.RETURNED and last.reason in NOT_AT_HOME:
        same = select(Dispatch.id).where(
            Dispatch.notice_id == notice.id,
            Dispatch.channel == last.channel,
            Dispatch.to_index == last.to_index,
            Dispatch.state == DispatchState.RETURNED.value,
        )
        return len(session.exec(same).all()) < rules().attempts
    return False


def _tried_in_vain(session: Session, notice: Notice) -> set[tuple[str, bytes | None]]:
    """Channel and place of the attempts that are over: each has had its chance with this notice."""
    query = select(Dispatch.channel, Dispatch.to_index).where(
        Dispatch.notice_id == notice.id,
        col(Dispatch.state).in_(_TRIED),
        col(Dispatch.reason).not_in(_NOT_ITS_FAULT),
    )
    return set(session.exec(query).all())


def _is_open(session: Session, notice: Notice, way: Way, tried: set[tuple[str, bytes | None]]) -> bool:
    if way.why_not or (way.channel, dispatches.place(way.channel, way.to)) in tried:
        return False
    return not doubts(session, notice, way.channel, way.to)
