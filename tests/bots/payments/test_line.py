"""The line to the bank over real sockets: whatever the other end does, nothing is written twice."""

from __future__ import annotations

import asyncio
import socket
import time
from datetime import timedelta

import pytest

from bots.payments.line import Line, LineBroken, NeverLeft, NoReply
from bots.payments.messages import Message, encode, requests
from config.bank_line import now_there
from tests.bots.payments.peer import Peer, frame, head, line_to, notice, peer, transfer, until


def test_many_are_under_way_and_each_gets_its_own_reply():
    waiting: list[Message] = []

    def last_first(message: Message, writer: asyncio.StreamWriter) -> None:
        waiting.append(message)
        if len(waiting) == 50:
            writer.write(b"".join(frame(one.reply("0000")) for one in reversed(waiting)))

    async def run() -> None:
        async with peer(last_first) as bank, line_to(bank, window=50) as (line, strays):
            replies = await asyncio.gather(*(line.ask(transfer(n)) for n in range(1, 51)))
            assert [(r.number, r["amount"], r.code) for r in replies] == [
                (n, 10_000 + 10 * n, "2100/100") for n in range(1, 51)
            ]
            assert encode(replies[0]) == replies[0].raw
            assert not strays

    asyncio.run(run())


def test_no_more_are_under_way_than_the_window_lets():
    async def run() -> None:
        go_on = asyncio.Event()

        async def wait(message: Message, writer: asyncio.StreamWriter) -> None:
            if message.number >= 3:
                await go_on.wait()
                writer.write(b"".join(frame(transfer(n).reply("0000")) for n in range(1, 4)))
            if message.number > 3:
                writer.write(frame(message.reply("0000")))

        async with peer(wait) as bank, line_to(bank, window=3) as (line, _):
            asked = [asyncio.create_task(line.ask(transfer(n))) for n in range(1, 6)]
            await until(lambda: len(bank.got) == 3)
            await asyncio.sleep(0.05)
            assert len(bank.got) == 3
            go_on.set()
            assert [reply.number for reply in await asyncio.gather(*asked)] == [1, 2, 3, 4, 5]

    asyncio.run(run())


def test_a_reply_may_come_in_pieces():
    async def slowly(message: Message, writer: asyncio.StreamWriter) -> None:
        for byte in frame(message.reply("0000")):
            writer.write(bytes([byte]))
            await writer.drain()

    async def run() -> None:
        async with peer(slowly) as bank, line_to(bank) as (line, _):
            assert (await line.ask(transfer(1))).response_code == "0000"

    asyncio.run(run())


def test_late_second_and_foreign_replies_answer_nothing():
    async def run() -> None:
        late = asyncio.Event()

        async def odd(message: Message, writer: asyncio.StreamWriter) -> None:
            reply = message.reply("0000")
            if message.number == 1:  # twice
                writer.write(frame(reply) * 2)
            elif message.number == 2:  # when nobody waits any more
                await late.wait()
                writer.write(frame(reply))
            elif message.number == 3:  # to a message never sent, in another class, of another amount or day
                writer.write(frame(reply.but(number=777)))
                writer.write(frame(reply.but(class_code="2000")))
                writer.write(frame(reply.but(amount=99_990)))
                writer.write(frame(reply.but(day="20200101")))

        async with peer(odd) as bank, line_to(bank) as (line, strays):
            assert (await line.ask(transfer(1))).response_code == "0000"
            with pytest.raises(NoReply):
                await line.ask(transfer(2), timeout=0.05)
            late.set()
            with pytest.raises(NoReply):
                await line.ask(transfer(3), timeout=0.1)
            await until(lambda: len(strays) == 6)
            assert [stray.note for stray in strays] == ["repeated", "late", *["unexpected"] * 4]
            with pytest.raises(ValueError, match="used before"):
                await line.ask(transfer(1))
            assert [message.number for message in bank.got] == [1, 2, 3]

    asyncio.run(run())


BODY = encode(transfer(5).reply("0000"))


@pytest.mark.parametrize(
    ("sent", "note"),
    [
        (b"0299" + BODY[:299], "bad length prefix"),
        (b"0301" + BODY + b" ", "bad length prefix"),
        (b"300 " + BODY, "bad length prefix"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "bad length prefix"),
        (b"\x00\x00\x01\x2c" + BODY, "bad length prefix"),
        (b"0300" + BODY[:150], "broken off after 150 bytes"),
        (b"03", "broken off in the length"),
        (b"", ""),
    ],
)
def test_what_breaks_the_line_leaves_the_question_unknown_and_asks_it_never_again(sent, note):
    def break_it(message: Message, writer: asyncio.StreamWriter) -> None:
        if message.number == 1:
            writer.write(sent)
            writer.close()
        else:
            writer.write(frame(message.reply("0000")))

    async def run() -> None:
        async with peer(break_it) as bank, line_to(bank) as (line, strays):
            with pytest.raises(LineBroken):
                await line.ask(transfer(1))
            await until(lambda: line.is_up and len(strays) == bool(note))
            assert [stray.note for stray in strays] == ([note] if note else [])
            assert not note or strays[0].raw == sent[: len(strays[0].raw)]
            assert (await line.ask(transfer(2))).number == 2
            assert bank.connections == 2 and [message.number for message in bank.got] == [1, 2]

    asyncio.run(run())


def test_a_message_that_cannot_be_read_is_told_and_the_line_stands():
    broken = encode(transfer(1).reply("0000"))[:129] + b"00000000123A0" + encode(transfer(1))[142:]

    def garbled(message: Message, writer: asyncio.StreamWriter) -> None:
        writer.write(b"0300" + broken if message.number == 1 else frame(message.reply("0000")))

    async def run() -> None:
        async with peer(garbled) as bank, line_to(bank) as (line, strays):
            with pytest.raises(NoReply):
                await line.ask(transfer(1), timeout=0.1)
            assert (await line.ask(transfer(2))).number == 2
            assert [(one.note, one.message, one.raw) for one in strays] == [
                ("unreadable: not_digits at 140", None, broken)
            ]
            assert bank.connections == 1

    asyncio.run(run())


def test_a_notice_is_acknowledged_once_it_is_committed_and_not_before():
    took: list[tuple[int, int]] = []

    def take(message: Message, raw: bytes) -> bool:
        took.append((message.number, message.count("original_number")))
        assert raw == encode(message)
        if len(took) == 1:
            raise OSError("the database is away")
        return len(took) > 2

    def tell_again(message: Message, writer: asyncio.StreamWriter) -> None:
        if message.code == "2000/100":  # a notice comes before the reply, again and again
            writer.write(frame(notice(950_001, 9)) * 3)
            writer.write(frame(message.reply("0000")))

    async def run() -> None:
        async with peer(tell_again) as bank, line_to(bank, on_notice=take) as (line, strays):
            assert (await line.ask(transfer(1))).number == 1
            await until(lambda: len(bank.got) == 2)
            assert took == [(950_001, 9)] * 3
            assert bank.got[1].code == "3100/100" and bank.got[1].key == notice(950_001, 9).key
            assert not strays

    asyncio.run(run())


def test_what_certainly_did_not_leave_is_said_so():
    async def run() -> None:
        async with Line(Peer(port=9).line()) as nowhere:
            assert not await nowhere.up(0.1)
            with pytest.raises(NeverLeft, match="no connection"):
                await nowhere.ask(transfer(1))
        async with peer() as bank, line_to(bank) as (line, _):
            with pytest.raises(NeverLeft, match="too late"):
                await line.ask(transfer(1), before=time.monotonic() - 0.001)
            yesterday = requests.opening(head(2)).but(day=f"{now_there() - timedelta(days=1):%Y%m%d}")
            with pytest.raises(NeverLeft, match="its day is over"):
                await line.ask(yesterday)
            await line.close()
            with pytest.raises(NeverLeft):
                await line.ask(transfer(3))
        assert not bank.got

    asyncio.run(run())


def test_what_the_bank_does_not_take_from_the_line_in_time_never_leaves():
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.bind(("127.0.0.1", 0))

    async def run() -> None:
        stuck = asyncio.Event()

        async def wait(message: Message, writer: asyncio.StreamWriter) -> None:
            await stuck.wait()
            writer.write(frame(message.reply("0000")))

        async with peer(wait, sock=small, limit=512) as bank, line_to(bank, window=300) as (line, _):
            transport = line._writer.transport  # type: ignore[union-attr]
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            asked: list[asyncio.Task[Message]] = []
            for pause in (0, 0.05, 0.1):  # until nothing moves any more
                await asyncio.sleep(pause)
                while transport.get_write_buffer_size() == 0:
                    seconds = 60.0 if asked else 2.0
                    question = transfer(len(asked) + 1)
                    asked.append(asyncio.create_task(line.ask(question, timeout=seconds)))
                    await asyncio.sleep(0)
            with pytest.raises(NeverLeft, match="too late"):
                await line.ask(transfer(998), before=time.monotonic() + 0.05)
            ends = await asyncio.gather(*asked, return_exceptions=True)
            assert {type(end) for end in ends} <= {NoReply, LineBroken}
            await until(lambda: bank.connections == 2)  # cut, as the rest of it could have arrived later
            stuck.set()
            assert (await line.ask(transfer(999))).number == 999
            assert 998 not in {message.number for message in bank.got}

    async def quick() -> None:
        async with asyncio.timeout(30):
            await run()

    asyncio.run(quick())
