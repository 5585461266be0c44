"""The bank's messages: frames written by hand, every field's limits in bytes, and all bytes there and back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.payments.messages import Head, Message, MessageFault, decode, encode, requests
from config.bank_messages import MessageField, MessageTable, fields_of, message_table, title_of

_CHARACTERS = st.sampled_from("가힣뷁똠각ABCz09 -.()·①漢字　ㄱ")
HEAD = Head("JOBCENTER", "ULSANJOB01", "004", 7, datetime(2026, 11, 23, 14, 0, 1))

# Written by hand from the published offsets, not with the table.
TRANSFER = (
    b"JOBCENTER" + b"ULSANJOB01  " + b"004" + b"2000" + b"100" + b"1" + b"000007" + b"20261123" + b"140001"
    b"    " + b" " * 44
    + b"90123456789012 " + b"1234    " + b"      " + b"0000001234560" + b" " + b"0" * 13
    + b"088" + b"110234567890   " + b"0" * 9 + b" " * 16
    + "실업급여".encode("cp949") + b" " * 6
    + b" " * 13 + "홍길동".encode("cp949") + b" " * 6
    + b"000000" + b" " + b"  " + b" " * 53
)  # fmt: skip
REPLY_OF_INQUIRY = (
    b"JOBCENTER" + b"ULSANJOB01  " + b"004" + b"6100" + b"100" + b"1" + b"000008" + b"20261123" + b"140002"
    b"0000" + b" " * 44
    + b"110234567890   " + b" " * 13 + "(주)가나다".encode("cp949") + "라".encode("cp949")[:0] + b"  "
    + b"088" + b"0" * 13 + b" " * 15 + b"  "
    + "(주)가나다라마바사아".encode("cp949") + b"N" + b"1" + b" " * 8 + b"  " + b" " * 8 + b" " * 87
)  # fmt: skip
NOTICE = (
    b"JOBCENTER" + b"ULSANJOB01  " + b"004" + b"3000" + b"100" + b"1" + b"950001" + b"20261123" + b"151500"
    b"    " + b" " * 44
    + b"000007" + b"90123456789012 " + b"088" + b"110234567890   "
    + b"0000001234560" + b"0" * 13 + b"0000001234560" + b"  " + b"  " + b"000099" + b"0000001234560" + b"0011"
    + b" " * 13 + b" " * 82
)  # fmt: skip


def _transfer(**other: object) -> Message:
    told: dict[str, object] = {
        "debit_account": "90123456789012",
        "password": "1234",
        "amount_won": 1_234_560,
        "to_bank": "088",
        "to_account": "110234567890",
        "statement_text": "실업급여",
        "holder": "홍길동",
    }
    return requests.transfer(HEAD, **{**told, **other})  # type: ignore[arg-type]


def test_a_transfer_is_what_the_specification_says():
    assert encode(_transfer()) == TRANSFER
    assert decode(TRANSFER) == _transfer()
    assert decode(TRANSFER).key == (date(2026, 11, 23), "004", "ULSANJOB01", 7)


def test_a_reply_and_a_notice_are_read_at_their_offsets():
    reply = decode(REPLY_OF_INQUIRY)
    assert (reply.code, reply.response_code, reply.text("bank")) == ("6100/100", "0000", "088")
    assert (reply.text("holder"), reply.text("holder_long")) == ("(주)가나다", "(주)가나다라마바사아")
    notice = decode(NOTICE)
    assert (notice.number, notice["original_number"], notice["amount_failed"]) == (950001, 7, 1_234_560)
    assert (notice.text("error"), notice.text("other_number")) == ("0011", "000099")
    answer = encode(requests.acknowledgement(notice))
    assert answer == NOTICE[:24] + b"3100" + NOTICE[28:52] + b"0000" + NOTICE[56:]


def test_a_name_cut_in_the_middle_of_a_character_keeps_its_bytes():
    cut = "홍길동과ABC가".encode("cp949")[:12]
    message = decode(TRANSFER[:226] + cut + TRANSFER[238:])
    assert message.bytes_of("holder") == cut and cut[-1:] == "가".encode("cp949")[:1]
    assert encode(message)[226:238] == cut
    shorter = decode(TRANSFER[:226] + cut[-1:].ljust(12) + TRANSFER[238:])
    assert shorter.bytes_of("holder") == cut[-1:]


@pytest.mark.parametrize("size", [0, 299, 301, 600])
def test_a_message_of_another_length_is_none(size):
    with pytest.raises(MessageFault) as wrong:
        decode(TRANSFER[:size].ljust(size))
    assert wrong.value.code == "size" and f"{size} bytes" in str(wrong.value)


@pytest.mark.parametrize(
    ("at", "content", "code", "field", "offset"),
    [
        (129, b"00000012345A0", "not_digits", "amount", 140),
        (129, b"-000001234560", "not_digits", "amount", 129),
        (129, b"     12345   ", "not_digits", "amount", 129),
        (159, b"1102345-7890   ", "not_digits", "to_account", 166),
        (159, b" 110234567890  ", "not_digits", "to_account", 159),
        (38, b"20261131", "not_a_date", "day", 38),
        (46, b"240000", "not_a_time", "time", 46),
        (199, b"\xff\xff", "unknown_bytes", "statement_text", 199),
        (201, b"\xb0 \xb0\xa1", "unknown_bytes", "statement_text", 201),
        (226, b"A\x00", "unknown_bytes", "holder", 227),
        (115, b"12\x80", "unknown_bytes", "password", 117),
        (56, b"\xb0", "unknown_bytes", "reserved_1", 56),
        (24, b"2300", "unknown_message", "", 24),
        (24, b"20A0", "unknown_message", "", 24),
        (28, b"999", "unknown_message", "", 24),
    ],
)
def test_what_cannot_be_read_is_told_with_its_offset(at, content, code, field, offset):
    with pytest.raises(MessageFault) as wrong:
        decode(TRANSFER[:at] + content + TRANSFER[at + len(content) :])
    assert (wrong.value.code, wrong.value.field, wrong.value.at) == (code, field, offset)
    assert f"offset {offset}" in str(wrong.value)


@pytest.mark.parametrize(
    ("told", "code", "at"),
    [
        ({"holder": "홍길동김철수박"}, "too_long", 226),  # 7 characters, 14 bytes
        ({"holder": "정𡨢"}, "not_in_cp949", 226),
        ({"holder": "José"}, "not_in_cp949", 226),
        ({"statement_text": "7월\n"}, "unknown_bytes", 202),
        ({"statement_text": "급여 "}, "not_blank_filled", 199),
        ({"to_account": "1102345678901234"}, "too_long", 159),
        ({"amount_won": 10**13}, "too_long", 129),
        ({"password": "123456789"}, "too_long", 115),
        ({"password": 1234}, "wrong_type", 115),
        ({"balance": -1}, "negative", 143),
        ({"fee": True}, "wrong_type", 174),
        ({"nobody": "x"}, "unknown_field", -1),
    ],
)
def test_what_does_not_fit_is_not_written(told, code, at):
    with pytest.raises(MessageFault) as wrong:
        encode(_transfer(**told))
    assert (wrong.value.code, wrong.value.at) == (code, at)
    assert not any(isinstance(value, str) and value.strip() in str(wrong.value) for value in told.values())


@pytest.mark.parametrize("amount", [0, -10, 1000.0, True])
def test_only_a_whole_amount_above_zero_is_paid(amount):
    with pytest.raises(MessageFault, match="above 0"):
        _transfer(amount_won=amount)


@pytest.mark.parametrize("account", ["", "110-234-567890", "11O234567890", "１１０２３４", " 110234567890"])
def test_an_account_is_digits_only(account):
    with pytest.raises(MessageFault) as wrong:
        _transfer(to_account=account)
    assert wrong.value.code == "account" and (not account or account not in str(wrong.value))
    with pytest.raises(MessageFault):
        requests.holder_inquiry(HEAD, bank="088", account=account)


def test_the_table_has_no_gaps_and_says_what_is_assumed():
    table = message_table()
    assert all(layout.body[-1].end == 300 for layout in table.messages)
    assumed = {layout.code for layout in table.messages if any(field.assumed for field in layout.body)}
    assert assumed == {"1000/100", "7000/200", "7000/300"}
    assert [field.name for field in fields_of("2100", "100") or () if field.secret] == ["password"]
    assert title_of("2100", "100") == "이체 응답"


def test_a_table_that_would_lose_money_or_the_password_is_refused():
    def changed(code: str, which: str, **other: object) -> dict[str, object]:
        told = message_table().model_dump()
        (body,) = [one["body"] for one in told["messages"] if one["code"] == code]
        (field,) = [one for one in body if one["name"] == which]
        field.update(other)
        return told

    for told, why in (
        (changed("2000/100", "amount", at=130), "amount: begins at 130, 129 comes next"),
        (changed("2000/100", "reserved", size=52), "2000/100: ends at 299, not at 300"),
        (changed("2000/100", "password", secret=False), "a password has to be secret"),
        (changed("7000/100", "result", name="outcome"), "7000/100: there is no field result"),
        (changed("7000/200", "reserved", name="balance"), "7000/200: two fields are named balance"),
        (changed("7000/300", "of_day", form="time"), "of_day: form time needs kind D of 6"),
    ):
        with pytest.raises(ValueError, match=why):
            MessageTable.model_validate(told)


def _text(field: MessageField) -> st.SearchStrategy[bytes]:
    """Korean and other text that fits; where the bank may cut, with half a character at its end."""
    plain = st.text(_CHARACTERS, max_size=field.size // 2).map(lambda text: text.rstrip(" ").encode("cp949"))
    if field.cut:
        half = st.tuples(plain, st.sampled_from([b"", b"\xb0", b"\x81", b"\xc6"])).map(b"".join)
        plain = half.filter(lambda text: len(text) <= field.size)
    return plain.map(lambda text: text.ljust(field.size))


def _digits(field: MessageField) -> st.SearchStrategy[bytes]:
    if field.form == "date":
        return st.dates().map(lambda day: day.isoformat().replace("-", "").encode())
    if field.form == "time":
        return st.times().map(lambda time: f"{time:%H%M%S}".encode())
    size = st.integers(0, field.size) if field.kind == "A" else st.just(field.size)
    digits = size.flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))
    return digits.map(lambda text: text.encode().ljust(field.size))


def _content(field: MessageField) -> st.SearchStrategy[bytes]:
    some = _text(field) if field.kind == "X" else _digits(field)
    return some | st.just(b" " * field.size)


@st.composite
def _frames(draw: st.DrawFn) -> bytes:
    layout = draw(st.sampled_from(message_table().messages))
    class_code, task_code = layout.code.split("/")
    reply = f"{class_code[0]}1{class_code[2:]}"
    fixed = {
        "class_code": draw(st.sampled_from([class_code, reply])).encode(),
        "task_code": task_code.encode(),
    }
    fields = message_table().header + layout.body
    return b"".join(fixed.get(field.name) or draw(_content(field)) for field in fields)


@settings(max_examples=30)
@given(_frames())
def test_every_message_comes_back_as_it_was(frame):
    message = decode(frame)
    assert encode(message) == frame and encode(Message(message.values)) == frame


@given(
    st.sampled_from([TRANSFER, REPLY_OF_INQUIRY, NOTICE]),
    st.integers(0, 299),
    st.binary(max_size=4) | st.sampled_from(["가".encode("cp949"), b"    ", b"0000"]),
)
def test_whatever_comes_is_read_whole_or_refused_with_an_offset(frame, at, other):
    content = (frame[:at] + other + frame[at + len(other) :])[:300]
    try:
        message = decode(content)
    except MessageFault as wrong:
        assert 0 <= wrong.at < 300
    else:
        assert encode(message) == content
