"""Whether a notice may be sent to where it would go: the form of the address, and what became of others there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from config.channels import CHANNELS
from queues import addresses, dispatches, notices
from queues.models import Dispatch, DispatchState, Notice

CAME_BACK = "came_back"
_ENDED = (DispatchState.RETURNED.value, DispatchState.DELIVERED.value)
_EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_MOBILE = re.compile(r"(?:\+?82-?|0)1[016789]-?\d{3,4}-?\d{4}")
NOT_AT_HOME = frozenset({"post_absent", "post_not_collected"})
"""Reasons for which a letter came back though the address is right: nobody was there to take it."""
DECEASED = "post_deceased"
_ADDRESS_IS_RIGHT = NOT_AT_HOME | {
    "post_refused_by_receiver", DECEASED, "sms_off", "sms_full", "sms_expired", "sms_carrier", "mail_full",
    "box_full", "box_expired",
}  # fmt: skip
_NOT_TO_BE_REACHED = (
    "post_refused_address", "mail_no_recipient", "mail_address", "sms_number", "sms_no_such_number",
    "box_unknown", "box_consent", "alimtalk_not_a_member",
)  # fmt: skip
"""Reasons for which nothing was taken over for an address: it will not be the next time."""
_NO_SUCH_PLACE = (DispatchState.RETURNED.value, "post_no_such_address")
_NO_NUMBER = ("sms_number", "sms_no_such_number")


def doubts(session: Session, notice: Notice, channel: str, to: Mapping[str, str]) -> tuple[str, ...]:
    """Why a letter or message should not go there, codes; () when nothing speaks against it."""
    kind = CHANNELS[channel].address
    if kind == "mail" and _is_sure(notice, channel, to):
        return ()
    if kind == "mail":
        found = addresses.check(
            to.get("postcode", ""),
            to.get("address", ""),
            to.get("detail", ""),
            firm=notice.employer_id is not None,
        ).reasons
    elif kind == "email":
        found = () if _EMAIL.fullmatch(to.get("email", "")) else ("bad_email",)
    elif kind == "phone":
        found = () if _MOBILE.fullmatch(to.get("phone", "").replace(" ", "")) else ("bad_phone",)
    else:
        found = ()
    return found or ((CAME_BACK,) if came_back(session, notice, channel, to) else ())


def _is_sure(notice: Notice, channel: str, to: Mapping[str, str]) -> bool:
    """A person has said that this address is right, for this notice."""
    where = dispatches.place(channel, to)
    return where is not None and notices.values_of(notice).get("_sure") == where.hex()


def came_back(session: Session, notice: Notice, channel: str, to: Mapping[str, str]) -> bool:
    """Whether the last that is known of this recipient there is that nothing reaches them.

    A household has one address: what came back of another person says nothing of this one, unless the post
    says that there is no such address. A letter that arrived there since, or one that came back though the
    address is right, does not count. A telephone without 알림톡 still takes messages.
    """
    where = dispatches.place(channel, to)
    if where is None:
        return False
    ended = (
        select(Dispatch)
        .join(Notice, col(Notice.id) == col(Dispatch.notice_id))
        .where(
            Dispatch.to_index == where,
            or_(col(Dispatch.state).in_(_ENDED), col(Dispatch.reason).in_(_NOT_TO_BE_REACHED)),
            or_(col(Dispatch.channel).in_(_alike(channel)), col(Dispatch.reason).in_(_NO_NUMBER)),
        )
        .order_by(col(Dispatch.id).desc())
    )
    anybody = session.exec(ended.limit(1)).first()
    if anybody is not None and (anybody.state, anybody.reason) == _NO_SUCH_PLACE:
        return True
    last = session.exec(ended.where(_same_recipient(notice)).limit(1)).first()
    return last is not None and last.state != DispatchState.DELIVERED and last.reason not in _ADDRESS_IS_RIGHT


def _alike(channel: str) -> list[str]:
    """The channels whose end says something of this one: both kinds of post have one address."""
    if CHANNELS[channel].is_post:
        return [name for name, other in CHANNELS.items() if other.is_post]
    return [channel]


def is_deceased(session: Session, notice: Notice) -> bool:
    """Whether the post has told that the recipient died: nothing more is sent, only a person can say to whom."""
    told = (
        select(Dispatch.id)
        .join(Notice, col(Notice.id) == col(Dispatch.notice_id))
        .where(_same_recipient(notice), Dispatch.reason == DECEASED)
        .where(Dispatch.state == DispatchState.RETURNED.value)
    )
    return notice.person_id is not None and session.exec(told.limit(1)).first() is not None


def _same_recipient(notice: Notice) -> ColumnElement[bool]:
    if notice.employer_id is not None:
        return col(Notice.employer_id) == notice.employer_id
    return col(Notice.person_id) == notice.person_id
