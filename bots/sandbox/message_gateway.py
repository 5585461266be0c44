"""A gateway for SMS, LMS and 알림톡, as `bots.notices.send.messages` speaks to it.

    POST /messages     refused with {"error": "number" | "text" | "length" | "template" | "sender"}
    GET  /messages/N   {"request_state", "receipt_state", "receipt_code", "received_at", "sent_as"}

What 알림톡 cannot bring (its addressee is no member) goes as SMS or LMS, where the request says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from bots.sandbox.taking_service import Held, TakingService

SENDER = "02-2250-5470"
SENDER_KEY = "sandbox-channel"
_LIMITS = {"SMS": 90, "LMS": 2000}


class MessageGateway(TakingService):
    """`unreachable`: what becomes of messages to a number ({"01023450007": "off"}); `not_members` of Kakao.

    templates  the registered ones; None: all are
    """

    path, name = "/messages", "messages"

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.unreachable: dict[str, str] = {}
        self.not_members: set[str] = set()
        self.templates: set[str] | None = None

    def settings(self, **more: Any) -> dict[str, Any]:
        """What `BACKOFFICE_MESSAGE_GATEWAY` says of it."""
        return {"url": self.url, "sender": SENDER, "sender_key": SENDER_KEY, "per_second": 100.0, **more}

    def refuse(self, body: dict[str, Any]) -> str:
        if re.sub(r"\D", "", SENDER) != body.get("from"):
            return "sender"
        if not re.fullmatch(r"01\d{8,9}", str(body.get("to", ""))):
            return "number"
        if body.get("type") == "ALIMTALK":
            if body.get("sender_key") != SENDER_KEY:
                return "sender"
            if self.templates is not None and body.get("template") not in self.templates:
                return "template"
            parts = [body["fallback"]] if body.get("fallback") else []
        else:
            parts = [body]
        return next((code for part in parts if (code := _fault(part))), "") or super().refuse(body)

    def fate(self, held: Held) -> dict[str, Any]:
        to, sent_as = str(held.body["to"]), str(held.body["type"])
        code = self.unreachable.get(to, "")
        if sent_as == "ALIMTALK" and to in self.not_members:
            fallback = held.body.get("fallback") or {}
            sent_as, code = str(fallback.get("type") or sent_as), code if fallback else "not_a_member"
        return {
            "receipt_state": "failed" if code else "delivered",
            "receipt_code": code,
            "received_at": datetime.now(UTC).isoformat(),
            "sent_as": sent_as,
        }


def _fault(part: dict[str, Any]) -> str:
    text = str(part.get("text", ""))
    try:
        length = len(text.encode("euc_kr"))
    except UnicodeEncodeError:
        return "text"
    return "length" if not text or length > _LIMITS.get(str(part.get("type")), 0) else ""
