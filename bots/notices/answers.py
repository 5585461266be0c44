"""What a person may decide about a notice, one function each. Each either does all of it or raises `Refused`."""

from __future__ import annotations

from datetime import UTC, datetime

from bots.notices import anew, planning
from bots.notices.attempts import (
    by_person,
    call_off,
    doubtful,
    is_anothers,
    move_attempt,
    never_was_final,
    under_way,
)
from bots.notices.channels import Choice
from bots.notices.given import Given, Refused, given_day, registered_number
from bots.notices.new_address import move_house, remember
from bots.notices.new_time import give_time
from config.channels import CHANNELS
from queues import approvals, dispatches, notices
from queues.models import DispatchState, NoticeState
from queues.sealed_fields import decided_receiver, decided_to
from queues.ways import ways

INTERNET = "internet"
_CAN_LEAVE = (
    NoticeState.READY,
    NoticeState.SENDING,
    NoticeState.SENT,
    NoticeState.RETURNED,
    NoticeState.REVIEW,
)
_CAME_TO_NOTHING = (NoticeState.RETURNED, NoticeState.REVIEW)


def resend(given: Given) -> None:
    """By the channel that a person chose: the law's bounds hold for them as well, doubts about the address do
    not. Another postal address than the one on file is the recipient's from now on."""
    name = str(given.decision.get("channel", ""))
    if name not in CHANNELS or not CHANNELS[name].by_bot:
        raise Refused("no_channel")
    if notices.readdress(given.session, given.notice):
        return _anew(given, channel=name)
    to = decided_to(given.decision)
    if to and CHANNELS[name].is_post and move_house(given, to):
        return _anew(given, channel=name, to=to)
    if given.notice.state in _CAME_TO_NOTHING and give_time(given.session, given.notice):
        return _anew(given, channel=name, to=to)
    way = ways(given.session, given.notice)[name]
    if way.why_not:
        raise Refused(way.why_not)
    if given.notice.state not in _CAN_LEAVE or never_was_final(given.notice):
        raise Refused("not_ready")
    call_off(given)
    remember(given, channel=name, to=way.to)
    try:
        planning.begin(given.session, given.notice, Choice(name, way.to), actor=given.actor)
    except anew.MayHaveLeft:  # the letter bears another address by now, and the one that left stands
        raise Refused("bears_other_address") from None


def correct_address(given: Given) -> None:
    """The recipient lives elsewhere: the letter is made anew, for the window of its envelope shows where to."""
    to = decided_to(given.decision)
    if not to:
        raise Refused("no_address")
    move_house(given, to)
    _anew(given, to=to)


def was_sent(given: Given) -> None:
    """The outside has it, as its own list says: a person has looked."""
    dispatch = doubtful(given)
    number = registered_number(given)
    if number and is_anothers(given, dispatch, number):
        raise Refused("number_of_another")
    if number:
        dispatch.registered_no = number
    move_attempt(given, dispatch, DispatchState.SENT, "by_person")


def was_not_sent(given: Given) -> None:
    """The outside does not have it: how it goes on is asked next."""
    move_attempt(given, doubtful(given), DispatchState.FAILED, "by_person_not_sent")


def was_served(given: Given) -> None:
    """It arrived, as the post told a person who asked there: with the recipient or one whom the law admits."""
    dispatch = under_way(given)
    if receiver := decided_receiver(given.decision):
        dispatch.receiver = receiver
    move_attempt(given, dispatch, DispatchState.DELIVERED, "by_person", on=given_day(given, "on"))


def was_returned(given: Given) -> None:
    """It lies on the desk again: how it goes on is asked next."""
    on = given_day(given, "on") if given.decision.get("on") else None
    move_attempt(given, under_way(given), DispatchState.RETURNED, "post_returned", on=on)


def other_number(given: Given) -> None:
    """The letter has another registration number: it is followed under that one."""
    dispatch = under_way(given)
    number = registered_number(given)
    if not number:
        raise Refused("bad_number")
    if is_anothers(given, dispatch, number):
        raise Refused("number_of_another")
    dispatch.registered_no = number
    dispatch.next_look_at = datetime.now(UTC)
    dispatches.note(given.session, dispatch, "number_corrected", actor=given.actor)


def public_notice(given: Given) -> None:
    """공시송달: published on a board, in a gazette or newspaper, and on the internet (행정절차법 제14조 제4항)."""
    places = [str(place) for place in given.decision.get("places") or []]
    if INTERNET not in places or len(set(places)) < 2:
        raise Refused("places")
    on = given_day(given, "posted_on")
    dispatch = by_person(given, "public")
    move_attempt(given, dispatch, DispatchState.LEAVING, "by_person")
    move_attempt(given, dispatch, DispatchState.SENT, "by_person", on=on, detail={"places": places})


def handed_over(given: Given) -> None:
    """교부송달: to the recipient, or to a clerk, employee or cohabitant with sense (행정절차법 제14조 제2항)."""
    receiver = decided_receiver(given.decision)
    if not receiver:
        raise Refused("no_receiver")
    on = given_day(given, "on")
    dispatch = by_person(given, "hand")
    dispatch.receiver = receiver
    move_attempt(given, dispatch, DispatchState.DELIVERED, "by_person", on=on)


def prepare(given: Given) -> None:
    """What was wrong has been put right."""
    _anew(given)


def drop(given: Given) -> None:
    """It does not leave, or not once more."""
    call_off(given)
    approvals.void(given.session, given.notice, "dropped", given.actor)
    notices.move(given.session, given.notice, NoticeState.CANCELLED, given.actor, reason="dropped")


def _anew(given: Given, *, channel: str = "", to: dict[str, str] | None = None) -> None:
    call_off(given)
    give_time(given.session, given.notice)
    remember(given, channel=channel, to=to or {})
    try:
        anew.again(given.session, given.notice, given.actor, str(given.decision.get("action")))
    except anew.MayHaveLeft:
        raise Refused("may_be_out") from None
