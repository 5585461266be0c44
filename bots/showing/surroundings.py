"""The demo's own settings: its record, files and keys, and where its sandbox's ways in are to be found."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from bots.sandbox.bank.service import DEBIT
from bots.sandbox.bank.service import PASSWORD as PASSWORD_OF_ACCOUNTS
from bots.sandbox.portal_site.site import PASSWORD, USER
from bots.sandbox.post_site import site as post_site
from bots.sandbox.world import SandboxWorld
from config.bank_hours import ALWAYS_OPEN
from config.settings import layered, settings

# Of a real center nothing may be touched, whatever the caller's environment says.
_ABSENT = (
    "DATABASE_URL", "FILE_STORE_URL", "KEY_FILE", "CASE_SOURCE_URL", "CASE_SINK_URL", "CASE_TOKEN",
    "BATCH_DIRS", "PORTAL_SECRET_FILE", "PORTAL_PROXY", "MAILBOXES", "MAIL_PASSWORDS", "POST_SECRET_FILE",
    "POST_PROXY", "DOCUMENT_SYSTEM_TOKEN", "MAIL_OUT", "MAIL_OUT_PASSWORD", "MESSAGE_GATEWAY",
    "MESSAGE_GATEWAY_TOKEN", "ELECTRONIC_BOX", "ELECTRONIC_BOX_TOKEN", "TRACKING_KEY", "BANK_LINE",
    "BANK_PASSWORDS", "BANK_FILES", "BANK_FILES_TOKEN", "ACCOUNTING", "ACCOUNTING_TOKEN", "STT_ENGINE",
    "STT_DEVICE", "STT_PRECISION", "NOTE_MODEL", "DIARISATION",
)  # fmt: skip
# A minute is long for those who watch, and a demo does not wait for the next business day.
_OWN = {
    "bots.yaml": """intake.portal: {every: 8s}
intake.mail: {every: 5s}
cases.events: {every: 5s}
notices.supplement: {every: 3s}
notices.dispatch: {every: 10s}
notices.receipts: {every: 3s}
notices.track: {every: 3s}
payments.orders: {every: 5s}
payments.inquire: {every: 2s}
payments.listen: {every: 5s}
payments.reconcile: {every: 2s}
payments.accounting: {every: 3s}
""",
    "bank_hours.yaml": ALWAYS_OPEN,
    "quiet_hours.yaml": """from: "00:00"
until: "00:00"
channels: []
""",
}


@contextmanager
def own_settings(folder: Path, world: SandboxWorld) -> Iterator[None]:
    """For this process and all that it starts; as before afterwards."""
    values = {
        "VAR_DIR": str(folder / "var"),
        "SPOOL_DIRS": json.dumps([str(world.spool), str(world.scans)]),
        "SPOOL_SETTLE_SECONDS": "1.5",
        "SPOOL_PATIENCE_SECONDS": "15",
        "KEY": "demo:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "DASHBOARD_PORT": str(_free_port(settings().dashboard_port)),
        "CENTER_NAME": "가상고용센터",
        "SUPPLEMENT_BY": "auto",
        "CASE_EVENTS_FROM": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
        "SUPPLEMENT_WAIT_MINUTES": "0.2",
        "RECORDER_DIRS": json.dumps([str(world.calls.recorder.folder)]),
        "STT_MODEL": "demo",
    }
    if settings().config_dir is None:
        values["CONFIG_DIR"] = str(_own_files(folder / "config"))
    before = {k: v for k, v in os.environ.items() if k.startswith("BACKOFFICE_")}
    for name in _ABSENT:
        os.environ.pop(f"BACKOFFICE_{name}", None)
    _set(values)
    try:
        yield
    finally:
        for name in [k for k in os.environ if k.startswith("BACKOFFICE_")]:
            del os.environ[name]
        os.environ.update(before)
        settings.cache_clear()


def connect(world: SandboxWorld) -> None:
    """Addresses that are known only once the sandbox runs."""
    values = {
        "CASE_SOURCE_URL": world.record_url,
        "CASE_SINK_URL": world.record_url,
        "PORTAL": "hanbit",
        "PORTAL_URL": world.ways.portal.url,
        "PORTAL_USER": USER,
        "PORTAL_PASSWORD": PASSWORD,
        "POST_SITE": "epost",
        "POST_URL": world.out.post.url,
        "POST_USER": post_site.USER,
        "POST_PASSWORD": post_site.PASSWORD,
        "DOCUMENT_SYSTEM_URL": world.out.documents.url,
        "TRACKING_URL": world.out.post.tracking_url,
        "TRACKING_KEY": post_site.TRACKING_KEY,
        "TRACKING_MINUTES": "0.05",
        "MAIL_OUT": json.dumps(world.out.mail.settings()),
        "MAIL_OUT_PASSWORD": world.out.mail.password,
        "MESSAGE_GATEWAY": json.dumps(world.out.messages.settings()),
        "MESSAGE_GATEWAY_TOKEN": world.out.messages.token,
        "ELECTRONIC_BOX": json.dumps(world.out.boxes.settings()),
        "ELECTRONIC_BOX_TOKEN": world.out.boxes.token,
        "ARRIVAL_MESSAGES": "true",
    }
    if world.bank is not None:
        line = world.bank.settings(inquire_after_seconds=2.0, reply_seconds=5.0, notice_seconds=4.0)
        passwords = dict.fromkeys(DEBIT, PASSWORD_OF_ACCOUNTS)
        values |= {"BANK_LINE": json.dumps(line), "BANK_PASSWORDS": json.dumps(passwords)}
        values["ACCOUNTING"] = json.dumps({"url": world.accounting.url})
    if mail := world.ways.mail:
        box = {
            "name": "fax",
            "host": mail.host,
            "port": mail.tls_port,
            "user": mail.user,
            "ca_file": str(mail.ca_file),
        }
        values |= {"MAILBOXES": json.dumps([box]), "MAIL_PASSWORDS": json.dumps({"fax": mail.password})}
    _set(values)


def _own_files(folder: Path) -> Path:
    """The demo's own schedule and hours; the post's site without its cut-off."""
    for name, text in (_OWN | {"post_sites/epost.yaml": _post_at_any_hour()}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def _post_at_any_hour() -> str:
    site = yaml.safe_load(layered("post_sites/epost.yaml")[-1].read_text("utf-8"))
    site["limits"] |= {"cut_off": None, "settle_seconds": 5}
    return yaml.safe_dump(site, allow_unicode=True)


def _set(values: Mapping[str, str]) -> None:
    os.environ.update({f"BACKOFFICE_{name}": value for name, value in values.items()})
    settings.cache_clear()


def _free_port(wanted: int) -> int:
    """The configured port, or any free one when somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted
