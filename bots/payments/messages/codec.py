"""300 bytes to a message and back, by the table of fields alone (``config/bank_messages.yaml``).

`encode(decode(x)) == x` for all bytes that `decode` takes.
"""

from __future__ import annotations

from datetime import date, time

from bots.payments.messages.faults import MessageFault
from bots.payments.messages.message import Message, Value
from config.bank_messages import CHARSET, MessageField, fields_of, message_table, where_class_and_task_are

_BLANK = b" "


def encode(message: Message) -> bytes:
    """The message as the bank reads it. Raises `MessageFault`, which says where it does not fit the table."""
    if not message.raw:
        object.__setattr__(message, "raw", _encoded(message))
    return message.raw


def _encoded(message: Message) -> bytes:
    fields = layout(message.class_code, message.task_code)
    if unknown := message.values.keys() - {field.name for field in fields}:
        raise MessageFault("unknown_field", f"{message.code} has no field {', '.join(sorted(unknown))}")
    return b"".join(_written(field, message.values.get(field.name)) for field in fields)


def decode(content: bytes) -> Message:
    """What stands in a message. Raises `MessageFault` with the offset of the first byte that cannot be read."""
    size = message_table().size
    if len(content) != size:
        raise MessageFault("size", f"a message of {len(content)} bytes, not of {size}")
    parts = where_class_and_task_are()
    fields = fields_of(*(content[part].decode("latin-1") for part in parts))
    if fields is None:
        raise MessageFault("unknown_message", "class and task are not in the table", at=parts[0].start)
    return Message(
        {field.name: _read(field, content[field.at : field.end]) for field in fields}, bytes(content)
    )


def layout(class_code: str, task_code: str) -> tuple[MessageField, ...]:
    """The fields of a message. Raises `MessageFault` where the table has none."""
    fields = fields_of(class_code, task_code)
    if fields is None:
        raise MessageFault("unknown_message", f"{class_code}/{task_code} is not in the table")
    return fields


def text_bytes(field: MessageField, text: str) -> bytes:
    """Text in the bank's characters, without filling. A half character at the end stays what it is where the
    field may be cut. Raises `MessageFault`, code "not_in_cp949"."""
    try:
        content = text.encode(CHARSET)
    except UnicodeEncodeError as error:
        half = field.cut and error.start == len(text) - 1 and 0xDC80 <= ord(text[-1]) <= 0xDCFF
        if not half:
            raise MessageFault(
                "not_in_cp949",
                f"character {error.start + 1} (U+{ord(text[error.start]):04X}) is not in CP949",
                at=field.at,
                field=field.name,
            ) from None
        content = text.encode(CHARSET, "surrogateescape")
    if (bad := _control(content)) >= 0:
        raise MessageFault("unknown_bytes", "a control character", at=field.at + bad, field=field.name)
    return content


def _written(field: MessageField, value: Value) -> bytes:
    if value is None:
        return _BLANK * field.size
    if field.kind == "9":
        return _number(field, value)
    if not isinstance(value, str):
        raise MessageFault("wrong_type", "text is needed", at=field.at, field=field.name)
    content = text_bytes(field, value)
    if len(content) > field.size:
        raise MessageFault(
            "too_long", f"{len(content)} bytes, at most {field.size}", at=field.at, field=field.name
        )
    if content.endswith(_BLANK):
        raise MessageFault("not_blank_filled", "ends with a blank", at=field.at, field=field.name)
    filled = content.ljust(field.size)
    _check_digits(field, filled)
    return filled


def _number(field: MessageField, value: Value) -> bytes:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MessageFault("wrong_type", "a whole number is needed", at=field.at, field=field.name)
    if value < 0:
        raise MessageFault("negative", "a number is not negative", at=field.at, field=field.name)
    if value >= 10**field.size:
        raise MessageFault("too_long", f"more than {field.size} digits", at=field.at, field=field.name)
    return b"%0*d" % (field.size, value)


def _read(field: MessageField, content: bytes) -> Value:
    if field.kind == "9":
        if content.isspace() and not content.strip(_BLANK):
            return None
        if not content.isdigit():
            raise _not_digits(field, content)
        return int(content)
    plain = content.rstrip(_BLANK)
    _check_digits(field, content)
    if (bad := _control(plain)) >= 0:
        raise MessageFault("unknown_bytes", "a control character", at=field.at + bad, field=field.name)
    try:
        return plain.decode(CHARSET)
    except UnicodeDecodeError as error:
        half = field.cut and error.start == len(plain) - 1 and 0x81 <= plain[-1] <= 0xFE
        if not half:
            raise MessageFault(
                "unknown_bytes", "bytes that are no CP949", at=field.at + error.start, field=field.name
            ) from None
        return plain.decode(CHARSET, "surrogateescape")


def _check_digits(field: MessageField, content: bytes) -> None:
    """Of kinds D and A, filled to the whole size."""
    if field.kind == "X":
        return
    plain = content.rstrip(_BLANK)
    if not plain:
        return
    if not (plain if field.kind == "A" else content).isdigit():
        raise _not_digits(field, plain if field.kind == "A" else content)
    if field.form:
        _check_form(field, plain.decode())


def _check_form(field: MessageField, digits: str) -> None:
    try:
        if field.form == "date":
            date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        else:
            time(int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise MessageFault(
            f"not_a_{field.form}", f"is no {field.form}", at=field.at, field=field.name
        ) from None


def _not_digits(field: MessageField, content: bytes) -> MessageFault:
    bad = next((n for n, byte in enumerate(content) if not 0x30 <= byte <= 0x39), 0)
    return MessageFault("not_digits", "something that is no digit", at=field.at + bad, field=field.name)


def _control(content: bytes) -> int:
    """Where the first control character stands, -1 without one."""
    return next((n for n, byte in enumerate(content) if byte < 0x20 or byte == 0x7F), -1)
