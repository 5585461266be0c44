"""The ways by which notices leave: whether the mail server and the services let us in. Nothing is sent."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.mail_out import MailOut
from config.outside_services import Service
from config.settings import Settings

CONNECT_SECONDS = 5.0
_WAIT = "Notices wait until it answers."


def checks(chosen: Settings) -> Iterator[Check]:
    """One for each way out of the settings, and one for what they cost and when they are quiet."""
    if chosen.post_site or chosen.tracking_url:
        yield guarded("tracking of registered letters", partial(_tracking, chosen))
    if chosen.mail_out is not None:
        yield guarded("mail out", partial(_mail, chosen.mail_out))
    for channel, service in (("sms", chosen.message_gateway), ("electronic", chosen.electronic_box)):
        if service is not None:
            name = {"sms": "message gateway", "electronic": "electronic box"}[channel]
            yield guarded(name, partial(_service, name, channel, service))
    if chosen.message_gateway is not None or chosen.electronic_box is not None:
        yield guarded("message rates", _rates)


def _mail(server: MailOut) -> Check:
    from bots.notices.send import smtp
    from bots.notices.send.way import NotYet, SetUpWrong

    try:
        smtp.look(server.model_copy(update={"timeout_seconds": CONNECT_SECONDS}))
    except SetUpWrong as refused:
        return missing("mail out", refused.text, "See the setting that the message names.")
    except NotYet as down:
        return advice("mail out", down.text, _WAIT)
    found = f"{server.host}:{server.at_port}, {server.security}, lets us in"
    if _others_read(server.password_file):
        return advice("mail out", found, f"Others may read the password: chmod 600 '{server.password_file}'")
    if server.security == "none" or not server.check_certificate:
        return advice(
            "mail out", found, 'Mails go in the clear or to anybody: set "security" and "check_certificate".'
        )
    if server.archive is None:
        return advice(
            "mail out",
            f"{found}; no archive of copies",
            'With "copy_to" and "archive" fewer mails become a question to people, and those that come back are seen.',
        )
    return ok("mail out", found)


def _service(name: str, channel: str, service: Service) -> Check:
    from bots.notices.send.way import NotYet, SetUpWrong
    from bots.notices.send.ways import way_of

    try:
        way_of(channel).ask("0" * 32, datetime.min.replace(tzinfo=UTC))
    except SetUpWrong as refused:
        return missing(name, refused.text, "See the setting that the message names.")
    except NotYet as down:
        return advice(name, down.text, _WAIT)
    found = f"{service.url}, lets us in; {service.per_second:g} a second at most"
    if _others_read(service.token_file):
        return advice(name, found, f"Others may read the token: chmod 600 '{service.token_file}'")
    return ok(name, found)


def _tracking(chosen: Settings) -> Check:
    name = "tracking of registered letters"
    if not chosen.tracking_url:
        return advice(
            name,
            "none: letters are posted, but it is never known that one arrived",
            "Set BACKOFFICE_TRACKING_URL and BACKOFFICE_TRACKING_KEY.",
        )
    if not chosen.tracking_key:
        return missing(name, "the address is set, the key is not", "Set BACKOFFICE_TRACKING_KEY.")
    return ok(name, "address and key are set")


def _rates() -> Check:
    from config.message_rates import message_rates
    from config.quiet_hours import may_leave_at

    may_leave_at("sms", datetime.now(UTC))
    if not message_rates().confirmed:
        return advice(
            "message rates",
            "those of an example",
            "Compare message_rates.yaml with your contracts, then set confirmed: true.",
        )
    return ok("message rates", "confirmed by the center")


def _others_read(file: Path | None) -> bool:
    return file is not None and file.exists() and bool(stat.S_IMODE(file.stat().st_mode) & 0o077)
