"""Which channel is carried by whom. What is not set up carries nothing."""

from __future__ import annotations

from bots.notices.send.electronic import Electronic
from bots.notices.send.email import Email
from bots.notices.send.messages import Messages
from bots.notices.send.way import SetUpWrong, Way
from config.settings import settings

CHANNELS = ("email", "sms", "lms", "alimtalk", "electronic")


def service_of(channel: str) -> str:
    """The outside service by which a channel goes: what is wrong with it is wrong for all of its channels."""
    return "messages" if channel in ("sms", "lms", "alimtalk") else channel


def way_of(channel: str) -> Way:
    """The way by which a channel goes, as it is set up now. Raises `SetUpWrong` when it is not."""
    now = settings()
    if channel == "email" and now.mail_out is not None:
        return Email(now.mail_out)
    if channel in ("sms", "lms", "alimtalk") and now.message_gateway is not None:
        return Messages(now.message_gateway, channel)
    if channel == "electronic" and now.electronic_box is not None:
        return Electronic(now.electronic_box)
    name = {"email": "MAIL_OUT", "electronic": "ELECTRONIC_BOX"}.get(channel, "MESSAGE_GATEWAY")
    raise SetUpWrong(
        f"이 통지를 보낼 곳이 설정되어 있지 않습니다: BACKOFFICE_{name}을(를) 설정하십시오",
        "channel_not_set_up",
    )
