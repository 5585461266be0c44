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


def unprintable(name: str, character: str, place: int) -> LetterError:
    """A character that cannot be printed: its number, not itself."""
    return LetterError(
        CHARACTER,
        f"값 '{name}'의 {place}번째 글자(U+{ord(character):04X})는 인쇄할 수 없습니다."
        " 행정시스템의 값을 고친 뒤 다시 만드십시오.",
    )
