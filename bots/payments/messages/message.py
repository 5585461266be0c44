"""A message of the bank as values by field name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from config.bank_messages import is_reply, reply_class

Value = str | int | None
"""Text for kinds X, D and A (without filling), a number for 9; None: all blank."""

Key = tuple[date, str, str, int]
"""What makes a message unique: day, bank code, company code, message number. A reply bears its request's."""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """What stands in a message, header and body, by the names of ``config/bank_messages.yaml``.

    A field that is not in `values` goes out blank. A name that the bank cut in the middle of a Korean character
    ends in a lone surrogate; `bytes_of` gives the bytes to compare.
    raw  its bytes, once it was decoded or encoded; b"" before
    """

    values: Mapping[str, Value]
    raw: bytes = field(default=b"", compare=False)

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def text(self, name: str) -> str:
        """A field of kind X, D or A, "" where it is blank."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def count(self, name: str) -> int:
        """A field of kind 9 (won, or how many), 0 where it is blank."""
        value = self.values.get(name)
        return value if isinstance(value, int) else 0

    def bytes_of(self, name: str) -> bytes:
        """A text field as the bank sent it, in CP949, without filling."""
        return self.text(name).encode("cp949", "surrogateescape")

    def but(self, **values: Value) -> Message:
        """The same with other values."""
        return Message({**self.values, **values})

    def reply(self, response_code: str, **values: Value) -> Message:
        """The reply to it, as a bank gives it: class + 100, the same otherwise but for `values`."""
        return self.but(class_code=reply_class(self.class_code), response_code=response_code, **values)

    @property
    def class_code(self) -> str:
        return self.text("class_code")

    @property
    def task_code(self) -> str:
        return self.text("task_code")

    @property
    def code(self) -> str:
        """Class and task: "2000/100"."""
        return f"{self.class_code}/{self.task_code}"

    @property
    def number(self) -> int:
        return self.count("number")

    @property
    def day(self) -> date:
        """Of the header. Raises ValueError where it is blank."""
        day = self.text("day")
        return date(int(day[:4]), int(day[4:6]), int(day[6:]))

    @property
    def key(self) -> Key:
        return (self.day, self.text("bank_code"), self.text("company_code"), self.number)

    @property
    def response_code(self) -> str:
        return self.text("response_code")

    @property
    def is_reply(self) -> bool:
        return is_reply(self.class_code)

    def __repr__(self) -> str:
        return f"Message({self.code} number {self.number}, response {self.response_code!r})"
