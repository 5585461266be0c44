"""The one list of the packages that hold bots; importing them registers their bots."""

from __future__ import annotations

from importlib import import_module

PACKAGES = (
    "bots.cases.pull",
    "bots.cases.events",
    "bots.intake",
    "bots.intake.mailbox",
    "bots.intake.portal.bot",
    "bots.notices",
    "bots.payments",
    "bots.counseling",
    "bots.housekeeping",
)


def load() -> None:
    """Import every package of the list."""
    for package in PACKAGES:
        import_module(package)
