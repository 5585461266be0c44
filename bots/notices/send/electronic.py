"""Electronic delivery (전자고지): the letter enters the box that its addressee named, and the service proves when.

    POST /documents    {"key", "to", "title", "pdf" (base64), "sha256"}
    answered           {"number", "request_state"}
    GET /documents/N   {"number", "key", "request_state", "receipt_state": "waiting" | "arrived" | "opened" |
                        "rejected", "arrived_at", "receipt_code"}
    GET /documents/N/certificate   the certificate of circulation (유통증명서), as it is

It has arrived when it was entered in the box, opened or not (행정절차법 제15조 제2항).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bots.notices.send.mail import public_title
from bots.notices.send.service import OverHttp, moment
from bots.notices.send.way import CannotGo, Fate, NotYet, Outgoing, Taken
from config.letterhead import load_letterhead
from config.message_rates import message_price
from config.outside_services import ElectronicBox
from config.settings import settings
from queues import files
from queues.dispatches import recipient
from queues.models import Dispatch, Notice

PATH = "/documents"
_REFUSALS = {"box": "box_unknown", "consent": "box_consent", "pdf": "box_document", "sha256": "box_document"}
_RECEIPTS = {"box": "box_unknown", "consent": "box_consent", "full": "box_full", "expired": "box_expired"}


class Electronic:
    """The way of the channel "electronic"."""

    def __init__(self, box: ElectronicBox) -> None:
        self.http = OverHttp(
            "electronic_box", "전자고지 서비스", box, settings().electronic_box_token, _REFUSALS
        )

    def prepare(self, session: Session, notice: Notice, dispatch: Dispatch) -> Outgoing:
        del session
        letter = dispatch.letter_sha256 or notice.letter_sha256
        if not letter:
            raise CannotGo("이 통지에는 보낼 편지가 없습니다", "notice_no_letter")
        to = recipient(dispatch).get("box", "").strip()
        if not to:
            raise CannotGo("전자문서함이 적혀 있지 않습니다", "box_unknown")
        pdf = files.read(letter)
        body = {
            "key": dispatch.key,
            "to": to,
            "title": f"[{load_letterhead().center}] {public_title(notice.kind)}",
            "pdf": base64.b64encode(pdf).decode(),
            "sha256": hashlib.sha256(pdf).hexdigest(),
        }
        return Outgoing(dispatch.key, to, json.dumps(body, ensure_ascii=False).encode())

    def send(self, outgoing: Outgoing, mark: Callable[[], None]) -> Taken:
        self.http.wait_turn()
        mark()
        return _taken(self.http.hand_over(PATH, outgoing.content))

    def ask(self, key: str, tried_at: datetime) -> Taken | None:
        found = self.http.look_up(PATH, key, tried_at)
        return None if found is None else _taken(found)

    def fate(self, key: str, number: str) -> Fate:
        told = self.http.one(PATH, number)
        if told.get("key") != key:
            raise NotYet("전자고지 서비스가 다른 문서의 결과를 답했습니다", "service_answer")
        request, receipt = str(told.get("request_state", ""))[:40], str(told.get("receipt_state", ""))[:40]
        at = moment(told.get("arrived_at"))
        if receipt in ("arrived", "opened") and at is not None:
            return Fate(
                "delivered", request, receipt, at, number=number,
                proof=self.http.content(f"{PATH}/{number}/certificate"),
            )  # fmt: skip
        if receipt == "rejected" or request == "rejected":
            code = _RECEIPTS.get(str(told.get("receipt_code", "")), "box_rejected")
            proof = json.dumps(told, ensure_ascii=False, indent=1).encode()
            return Fate("returned", request, receipt, code=code, number=number, proof=proof)
        return Fate("", request, receipt, number=number)


def _taken(told: dict[str, object]) -> Taken:
    number, state = str(told.get("number", ""))[:60], str(told.get("request_state", ""))[:40]
    proof = {"number": number, "request_state": state, "accepted_at": told.get("accepted_at")}
    return Taken(number, state, proof, message_price("electronic"))
