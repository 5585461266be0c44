"""Messages of 300 bytes as the bank reads and writes them: by place, straight from the published layout.

The bodies of 1000/100, 7000/200 and 7000/300 are not published: theirs are assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

SIZE = 300
PREFIX = b"0300"
Place = tuple[int, int]
"""Offset and length in bytes."""

CODE, COMPANY, BANK, CLASS, TASK = (0, 9), (9, 12), (21, 3), (24, 4), (28, 3)
SENT, NUMBER, DATE, TIME, RESPONSE = (31, 1), (32, 6), (38, 8), (46, 6), (52, 4)


class Transfer:
    """2000/100."""

    DEBIT, PASSWORD, AMOUNT = (100, 15), (115, 8), (129, 13)
    SIGN, BALANCE, BANK, ACCOUNT, FEE = (142, 1), (143, 13), (156, 3), (159, 15), (174, 9)
    TEXT, HOLDER = (199, 14), (226, 12)


class Holder:
    """6000/100."""

    ACCOUNT, NAME, BANK, LONG_NAME, STATE = (100, 15), (128, 12), (140, 3), (173, 20), (194, 1)


class Result:
    """7000/100."""

    NUMBER, DEBIT, ACCOUNT, ASKED = (100, 6), (106, 15), (124, 15), (139, 13)
    DONE, FAILED, FEE, TIME, RESULT = (152, 13), (165, 13), (178, 9), (187, 6), (193, 4)


class Failure:
    """3000/100."""

    NUMBER, DEBIT, ACCOUNT, ASKED = (100, 6), (106, 15), (124, 15), (139, 13)
    DONE, FAILED, AMOUNT, ERROR = (152, 13), (165, 13), (188, 13), (201, 4)
    DAY = (205, 8)  # of the transfer; the published layout does not say what stands here


class Balance:
    """7000/200, assumed."""

    DEBIT, SIGN, BALANCE, FREE_SIGN, FREE = (100, 15), (115, 1), (116, 13), (129, 1), (130, 13)


class Totals:
    """7000/300, assumed."""

    DEBIT, DAY, PAID, PAID_WON, RETURNED = (100, 15), (115, 8), (123, 7), (130, 15), (145, 7)
    RETURNED_WON, REFUSED, REFUSED_WON, RESULT = (152, 15), (167, 7), (174, 15), (189, 4)


class Unreadable(Exception):
    """What came is no message; says at which byte."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it came, 300 bytes."""

    data: bytes

    def text(self, place: Place) -> str:
        """A field of kind X without its blanks. Raises `Unreadable`."""
        offset, length = place
        try:
            return self.data[offset : offset + length].decode("cp949").rstrip(" ")
        except UnicodeDecodeError as error:
            raise Unreadable(f"byte {offset + error.start} is no character of CP949") from error

    def number(self, place: Place) -> int:
        """A field of kind 9. Raises `Unreadable`."""
        offset, length = place
        digits = self.data[offset : offset + length]
        if not digits.isdigit():
            raise Unreadable(f"bytes {offset} to {offset + length - 1} are no number")
        return int(digits)

    @property
    def kind(self) -> str:
        """Class and task, "2000/100"."""
        return f"{self.text(CLASS)}/{self.text(TASK)}"

    @property
    def day(self) -> date:
        try:
            return datetime.strptime(self.text(DATE), "%Y%m%d").date()
        except ValueError as error:
            raise Unreadable("bytes 38 to 45 are no date") from error

    @property
    def key(self) -> str:
        """What makes a message one: date, bank, company and number."""
        return f"{self.text(DATE)}:{self.text(BANK)}:{self.text(COMPANY)}:{self.number(NUMBER):06d}"

    def key_of(self, number: int) -> str:
        """The key of another message of the same sender and day."""
        return f"{self.text(DATE)}:{self.text(BANK)}:{self.text(COMPANY)}:{number:06d}"

    def reply(self, code: str, values: dict[Place, str | int | bytes] | None = None) -> bytes:
        """The answer to it: its own bytes, the class + 100, a response code and further values."""
        head: dict[Place, str | int | bytes] = {CLASS: self.number(CLASS) + 100, RESPONSE: code}
        return filled(self.data, head | (values or {}))


def filled(data: bytes, values: dict[Place, str | int | bytes]) -> bytes:
    """A copy with values in their places: text to the left, numbers to the right; text is cut by bytes."""
    made = bytearray(data)
    for (offset, length), value in values.items():
        if isinstance(value, int):
            written = b"%0*d" % (length, value)
        else:
            raw = value.encode("cp949") if isinstance(value, str) else value
            written = raw[:length].ljust(length)
        if len(written) != length:
            raise ValueError(f"{value!r} does not fit into {length} bytes at {offset}")
        made[offset : offset + length] = written
    return bytes(made)


def cut(name: str, length: int, *, whole: bool = True) -> bytes:
    """A name as it fits into so many bytes; not `whole`: even in the middle of a character."""
    raw = name.encode("cp949", "replace")[:length]
    while whole:
        try:
            raw.decode("cp949")
            break
        except UnicodeDecodeError:
            raw = raw[:-1]
    return raw
