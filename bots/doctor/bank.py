"""The line to the bank: whether it stands, and what is needed to pay over it. Nothing is sent."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.bank_line import BankLine, NoBankLine
from config.settings import Settings

_CONNECT_SECONDS = 5.0
_SETTING = "BACKOFFICE_BANK_LINE"


def checks(chosen: Settings) -> Iterator[Check]:
    """The line, the accounts from which is paid, and the tables of messages, answers and hours."""
    if chosen.bank_line is None:
        return
    yield guarded("bank line", partial(_line, chosen.bank_line))
    yield guarded("bank accounts", partial(_accounts, chosen.bank_line))
    yield guarded("bank tables", _tables)


def _line(chosen: BankLine) -> Check:
    name = "bank line"
    why = asyncio.run(_why_down(chosen))
    if "certificate" in why or "No such file" in why:
        return missing(
            name, f"{chosen.host}:{chosen.port}: {why}", f"Set ca_file or certificate_file in {_SETTING}."
        )
    if why:
        return advice(name, f"{chosen.host}:{chosen.port}: {why}", "Payments wait until it answers.")
    found = f"{chosen.host}:{chosen.port}, {'TLS' if chosen.tls else 'in the clear'}, stands"
    if not chosen.tls and not chosen.is_here:
        return advice(name, found, "Set tls, or make sure that the line is a leased one or inside a VPN.")
    if chosen.tls and not chosen.check_certificate:
        return advice(name, found, "Anybody may pose as the bank: set check_certificate.")
    return ok(name, found)


async def _why_down(chosen: BankLine) -> str:
    """ "" when a connection comes about, which is then closed again."""
    from bots.payments.line.connecting import connect, hang_up

    try:
        _, writer = await connect(chosen.model_copy(update={"connect_seconds": _CONNECT_SECONDS}))
    except (OSError, TimeoutError) as error:
        return str(error) or "no answer"
    await hang_up(writer)
    return ""


def _accounts(chosen: BankLine) -> Check:
    name = "bank accounts"
    for fund, account in chosen.accounts.items():
        try:
            empty = not chosen.password_of(fund).get_secret_value()
        except NoBankLine as error:
            return missing(name, str(error), "Without the account's password nothing is paid from it.")
        if empty:
            return missing(name, f"the password of fund {fund} is empty", "Write it into its file.")
        if _others_read(account.password_file):
            return advice(
                name,
                f"others may read the password of fund {fund}",
                f"chmod 600 '{account.password_file}'",
            )
    return ok(name, f"passwords of {', '.join(sorted(chosen.accounts))} are there")


def _tables() -> Check:
    from config.bank_answers import answer
    from config.bank_hours import bank_hours
    from config.bank_messages import message_table

    name = "bank tables"
    messages = message_table().messages
    if answer("0000").means != "paid" or answer("VTIM").means != "unknown":
        return missing(
            name,
            "bank_answers.yaml gives 0000 or VTIM another meaning",
            "Put it right before anything is paid.",
        )
    hours = bank_hours()
    assumed = [one.code for one in messages if any(field.assumed for field in one.body)]
    found = f"{len(messages)} messages; open {hours.window.begin:%H:%M}-{hours.window.until:%H:%M}"
    if assumed:
        return advice(
            name,
            f"{found}; assumed: {', '.join(assumed)}",
            "Compare these with the bank's own paper, then put bank_messages.yaml right.",
        )
    return ok(name, found)


def _others_read(file: Path | None) -> bool:
    return file is not None and file.exists() and bool(stat.S_IMODE(file.stat().st_mode) & 0o077)
