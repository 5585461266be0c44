"""Letters that the center sent and that come back: with its code, so that nobody has to guess their case."""

from __future__ import annotations

from bots.sandbox.papers import environment, qr
from config.case_code import CaseCode, CodeKind


def reply_slip(receipt_no: str, name: str) -> str:
    """The page to be sent back with papers that were asked for, as HTML of one A4 page."""
    code = qr(CaseCode(CodeKind.LETTER, receipt_no).text)
    return environment().get_template("reply_slip.html").render(code=code, name=name)
