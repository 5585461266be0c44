"""The bank's channel for files: whether it lets us in, and what is needed to pay by it. Nothing is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.bank_files import BankFiles, NoBankFiles
from config.funds import load_funds
from config.settings import Settings

_NAME = "bank files"


def checks(chosen: Settings) -> Iterator[Check]:
    """None where there is no such channel."""
    if chosen.bank_files is None:
        return
    yield guarded(_NAME, partial(_channel, chosen.bank_files))
    yield guarded("bank files: accounts", partial(_accounts, chosen.bank_files))


def _channel(files: BankFiles) -> Check:
    from bots.payments.iso.channel import NotYet, SetUpWrong
    from bots.payments.iso.connect import channel

    for folder in (files.out_dir, files.in_dir, files.sent_dir) if files.way == "folder" else ():
        if folder is not None and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            return missing(
                _NAME, f"{folder} cannot be used", "Make the folder, and let this program write there."
            )
    try:
        channel().find("DOCTOR-000")
    except SetUpWrong as wrong:
        return missing(_NAME, wrong.text, "See the setting that the message names.")
    except NotYet as down:
        return advice(_NAME, down.text, "Files wait until it answers.")
    found = f"{files.url or files.out_dir}, lets us in; {files.payments_per_file:,} transfers a file at most"
    if not files.refuses_repeats:
        return advice(
            _NAME,
            f"{found}; a person answers for every upload in doubt",
            'Where the bank promises to refuse a second file of one MsgId, set "refuses_repeats".',
        )
    return ok(_NAME, found)


def _accounts(files: BankFiles) -> Check:
    name, without = "bank files: accounts", []
    for fund in load_funds().funds:
        try:
            files.account_of(fund)
        except NoBankFiles:
            without.append(fund)
    if without:
        return advice(
            name,
            f"no account for {', '.join(without)}",
            "Name it under accounts, else its batches do not leave.",
        )
    return ok(name, "every fund has one")
