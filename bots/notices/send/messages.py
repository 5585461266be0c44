"""SMS, LMS and 알림톡 over a gateway, which keeps the state of the request apart from the state of receipt.

    POST /messages   {"key", "type": "SMS" | "LMS" | "ALIMTALK", "from", "to", "subject", "text",
                      "sender_key", "template", "fallback": {"type", "subject", "text"}}
    answered         {"number", "request_state"}
    GET /messages/N  {"number", "key", "request_state", "receipt_state", "receipt_code", "received_at", "sent_as"}

What 알림톡 cannot bring, the gateway itself sends as SMS or LMS, under the same request. Where it does not know the
template, the request is refused and made once more as SMS or LMS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bots.notices.send import charset
from bots.notices.send.service import OverHttp, moment
from bots.notices.send.way import CannotGo, Fate, NotYet, Outgoing, Taken
from config.letterhead import load_letterhead
from config.message_rates import message_price
from config.notice_kinds import notice_kind
from config.outside_services import MessageGateway
from config.settings import settings
from queues import crypto
from queues.dispatches import recipient
from queues.models import Dispatch, Notice

PATH = "/messages"
TEMPLATE = "alimtalk_template"
_ALIMTALK_MOST = 1000
_MOBILE = re.compile(r"01[016789]\d{7,8}")
_REFUSALS = {
    "number": "sms_number", "text": "sms_characters", "length": "sms_too_long",
    "template": TEMPLATE, "blocked": "sms_blocked",
}  # fmt: skip
_RECEIPTS = {
    "no_such_number": "sms_no_such_number", "off": "sms_off", "full": "sms_full", "blocked": "sms_blocked",
    "expired": "sms_expired", "carrier": "sms_carrier", "not_a_member": "alimtalk_not_a_member",
    "number": "sms_number", "text": "sms_characters",
}  # fmt: skip


class Messages:
    """The way of the channels "sms" (or "lms") and "alimtalk"."""

    def __init__(self, gateway: MessageGateway, channel: str) -> None:
        self.gateway, self.channel = gateway, channel
        token = settings().message_gateway_token
        self.http = OverHttp("message_gateway", "문자 발송 서비스", gateway, token, _REFUSALS)

    def prepare(self, session: Session, notice: Notice, dispatch: Dispatch) -> Outgoing:
        del session
        if notice.text_enc is None:
            raise CannotGo("이 통지에는 문자로 보낼 글이 없습니다", "notice_no_text")
        words = crypto.open_(notice.text_enc)
        to = _mobile(recipient(dispatch).get("phone", ""))
        body: dict[str, Any] = {"key": dispatch.key, "from": _digits(self.gateway.sender), "to": to}
        template = notice_kind(notice.kind).alimtalk if self.channel == "alimtalk" else ""
        if template and self.gateway.sender_key and len(words.strip()) <= _ALIMTALK_MOST:
            body |= {
                "type": "ALIMTALK", "text": words.strip(), "sender_key": self.gateway.sender_key,
                "template": template, "fallback": self._as_sms(words, may_fail=True),
            }  # fmt: skip
        else:
            body |= self._as_sms(words)
        sent_as = str(body["type"])
        return Outgoing(dispatch.key, to, json.dumps(body, ensure_ascii=False).encode(), {"as": sent_as})

    def send(self, outgoing: Outgoing, mark: Callable[[], None]) -> Taken:
        self.http.wait_turn()
        mark()
        try:
            told = self.http.hand_over(PATH, outgoing.content)
        except CannotGo as refused:
            instead = _without_template(outgoing) if refused.code == TEMPLATE else None
            if instead is None:
                raise
            return _taken(
                self.http.hand_over(PATH, json.dumps(instead, ensure_ascii=False).encode()), instead["type"]
            )
        return _taken(told, str(outgoing.detail["as"]))

    def ask(self, key: str, tried_at: datetime) -> Taken | None:
        found = self.http.look_up(PATH, key, tried_at)
        return (
            None if found is None else _taken(found, str(found.get("sent_as") or found.get("type") or "SMS"))
        )

    def fate(self, key: str, number: str) -> Fate:
        told = self.http.one(PATH, number)
        if told.get("key") != key:
            raise NotYet("문자 발송 서비스가 다른 문자의 결과를 답했습니다", "service_answer")
        receipt = str(told.get("receipt_state", ""))
        ends = {"delivered": "delivered", "failed": "returned"}
        if told.get("request_state") == "rejected":
            receipt = "failed"
        end = ends.get(receipt, "")
        code = _RECEIPTS.get(str(told.get("receipt_code", "")), "sms_failed") if end == "returned" else ""
        return Fate(
            end=end, request=str(told.get("request_state", ""))[:40], receipt=receipt[:40],
            at=moment(told.get("received_at")), code=code, number=number,
            won=_price(str(told.get("sent_as", ""))),
            proof=json.dumps(told, ensure_ascii=False, indent=1).encode() if end else b"",
        )  # fmt: skip

    def _as_sms(self, words: str, *, may_fail: bool = False) -> dict[str, Any]:
        """The message as SMS or LMS. What cannot be written so raises `CannotGo`; as a fallback it is {}."""
        text = charset.plain(words)
        if charset.lacking(text, self.gateway.charset):
            if may_fail:
                return {}
            raise CannotGo("문자로 쓸 수 없는 글자가 있습니다", "sms_characters")
        kind = charset.kind_of(text, self.gateway.charset)
        if not kind:
            if may_fail:
                return {}
            raise CannotGo("문자로 보내기에는 너무 긴 글입니다", "sms_too_long")
        subject = f"[{load_letterhead().center}]" if kind == "LMS" else ""
        return {
            "type": kind, "text": text,
            "subject": charset.cut(subject, charset.SUBJECT_BYTES, self.gateway.charset),
        }  # fmt: skip


def _without_template(outgoing: Outgoing) -> dict[str, Any] | None:
    """The fallback of a 알림톡 whose template the gateway does not know, as a request of its own; None: it has none.

    The gateway has refused the other, so nothing stands under the key yet.
    """
    body: dict[str, Any] = json.loads(outgoing.content)
    fallback = body.get("fallback") or {}
    return {name: body[name] for name in ("key", "from", "to")} | fallback if fallback else None


def _taken(told: dict[str, Any], sent_as: str) -> Taken:
    number, state = str(told.get("number", ""))[:60], str(told.get("request_state", ""))[:40]
    proof = {"number": number, "request_state": state, "as": sent_as, "accepted_at": told.get("accepted_at")}
    return Taken(number, state, proof, _price(sent_as) or 0)


def _price(sent_as: str) -> int | None:
    """Won; None while the service does not tell as what it went."""
    return message_price(sent_as.lower()) if sent_as in ("SMS", "LMS", "ALIMTALK") else None


def _mobile(phone: str) -> str:
    digits = _digits(phone)
    if digits.startswith("82"):
        digits = "0" + digits[2:]
    if not _MOBILE.fullmatch(digits):
        raise CannotGo("휴대전화 번호가 아닙니다", "sms_number")
    return digits


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)
