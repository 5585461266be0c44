"""The mailboxes that faxes come in by: whether they let us in, with which certificate, and what their folders hold."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from functools import partial

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.mailboxes import Mailbox
from config.settings import Settings

CONNECT_SECONDS = 5.0


def checks(chosen: Settings) -> Iterator[Check]:
    """One for each mailbox of the settings. Signs in and reads along; changes nothing."""
    for box in chosen.mailboxes:
        yield guarded(f"mailbox {box.name}", partial(_mailbox, box))


def _mailbox(box: Mailbox) -> Check:
    from bots.intake.mailbox import folder
    from bots.intake.mailbox.connection import signed_in
    from bots.intake.mailbox.problems import LineBroken, Refused

    name = f"mailbox {box.name}"
    try:
        with signed_in(box.model_copy(update={"timeout_seconds": CONNECT_SECONDS})) as mailbox:
            for each in box.folders:
                folder.examine(mailbox, each)
            moves = folder.can_move(mailbox)
    except Refused as refused:
        return missing(name, str(refused), "See the setting that the message names.")
    except LineBroken as broken:
        return advice(name, str(broken), "Mails wait in the mailbox until it answers.")
    found = f"{box.host}:{box.at_port}, {box.security}, signs in; looks into {', '.join(box.folders)}"
    if box.after == "move" and not moves:
        return missing(name, f"{found}; its server moves no mails", 'Set "after" to "flag" or "leave".')
    if remedy := _weakness(box):
        return advice(name, found, remedy)
    return ok(name, found)


def _weakness(box: Mailbox) -> str:
    """What had better be otherwise; "" for nothing."""
    file = box.password_file
    if file is not None and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return f"Others may read the password: chmod 600 '{file}'"
    if box.security == "none":
        return 'The password goes over the line in the clear: set "security" to "tls" or "starttls".'
    if not box.check_certificate:
        return 'Anybody may pose as this server: name its authority in "ca_file" instead of "check_certificate": false.'
    return ""
