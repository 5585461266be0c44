"""A letter that cannot be made, and why."""

from __future__ import annotations

from bots.notices.letters import LetterError

AT_FAULT = ("letter_timeout", "letter_memory", "letter_crashed")
"""Errors of this machine rather than of the letter: tried again."""
_OF_TEMPLATE = ("template_error", "no_font", "no_letter", "letter_setting", "unknown_kind")


class Unfit(Exception):
    """A letter that cannot be made; `reason` of ``review_reasons.yaml``, `problem` in Korean."""

    def __init__(self, reason: str, problem: str = "") -> None:
        super().__init__(reason)
        self.reason, self.problem = reason, problem


def unfit(error: LetterError) -> Unfit:
    """What a letter's error means for its notice; raises it again where it is the machine's."""
    if error.code in AT_FAULT:
        raise error
    reason = "notice_template_error" if error.code in _OF_TEMPLATE else "notice_value_missing"
    return Unfit(reason, error.text)
