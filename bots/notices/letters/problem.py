"""Why no letter was made."""

from __future__ import annotations

UNKNOWN_KIND = "unknown_kind"
NO_LETTER = "no_letter"
MISSING = "missing_value"
UNKNOWN = "unknown_value"
WRONG = "wrong_value"
CHARACTER = "bad_character"
TOO_LONG = "too_long"
TEMPLATE = "template_error"
SETTING = "letter_setting"
TIMEOUT = "letter_timeout"
MEMORY = "letter_memory"
CRASHED = "letter_crashed"
NO_FONT = "no_font"


class LetterError(Exception):
    """`code` is one of this module; `text` says in Korean what is wrong and what to do, and quotes no value."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
