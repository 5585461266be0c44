"""What can be wrong with a message. No error repeats what stood in a field: that may be personal."""

from __future__ import annotations

from queues.errors import BackOfficeError


class MessageFault(BackOfficeError):
    """A message cannot be encoded or decoded.

    code   "size", "unknown_message", "unknown_field", "unknown_bytes", "not_in_cp949", "too_long", "not_digits",
           "negative", "not_a_date", "not_a_time", "not_blank_filled", "wrong_type", "amount", "account"
    at     offset in the message from 0, -1 where none can be told; field: its name, "" for the whole message
    """

    def __init__(self, code: str, text: str, *, at: int = -1, field: str = "") -> None:
        where = f"field {field}: " if field else ""
        super().__init__(f"{where}{text}" + (f" (offset {at})" if at >= 0 else ""))
        self.code = code
        self.at = at
        self.field = field

    @property
    def note(self) -> str:
        """For `bank_message.note`: "not_digits at 129"."""
        return f"{self.code} at {self.at}" if self.at >= 0 else self.code
