"""Money leaves within the center's window, not before a bank closes, and not on its own days off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.bank_hours import ALWAYS_OPEN, EVERY_BANK, BankHoursError, closed_banks, may_ask_at, may_send_at
from tests.conftest import environment

_KOREA = ZoneInfo("Asia/Seoul")
_HOURS = """
window: {from: "01:00", until: "23:30"}
stop_before_minutes: 30
banks:
  "*": [{from: "23:50", until: "00:30"}]
  "045": [{from: "02:00", until: "06:00", day: second sunday}]
"""


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=_KOREA)


@pytest.fixture(scope="module", autouse=True)
def _hours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("hours")
    (folder / "bank_hours.yaml").write_text(_HOURS)
    with environment(BACKOFFICE_CONFIG_DIR=str(folder)):
        yield folder


@pytest.mark.parametrize(
    ("now", "bank", "sends", "asks"),
    [
        ("2026-11-23 10:00", "088", "2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 22:59", "088", "2026-11-23 22:59", "2026-11-23 22:59"),
        ("2026-11-23 23:00", "088", "2026-11-24 01:00", "2026-11-23 23:00"),
        ("2026-11-23 23:30", "088", "2026-11-24 01:00", "2026-11-24 01:00"),
        ("2026-11-24 00:10", EVERY_BANK, "2026-11-24 01:00", "2026-11-24 01:00"),
        ("2026-11-08 01:29", "045", "2026-11-08 01:29", "2026-11-08 01:29"),
        ("2026-11-08 01:30", "045", "2026-11-08 06:00", "2026-11-08 01:30"),
        ("2026-11-08 03:00", "088", "2026-11-08 03:00", "2026-11-08 03:00"),
        ("2026-11-15 03:00", "045", "2026-11-15 03:00", "2026-11-15 03:00"),
    ],
)
def test_when_it_may_leave(now: str, bank: str, sends: str, asks: str) -> None:
    assert may_send_at(_at(now), bank) == _at(sends)
    assert may_ask_at(_at(now)) == _at(asks)


def test_which_banks_are_closed() -> None:
    assert closed_banks(_at("2026-11-08 03:00")) == (frozenset({"045"}), False)
    assert closed_banks(_at("2026-11-23 23:10")) == (frozenset({"045"}), True)


def test_a_world_without_night_and_a_file_that_cannot_be_understood(tmp_path: Path) -> None:
    file = tmp_path / "bank_hours.yaml"
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        file.write_text(ALWAYS_OPEN)
        assert may_send_at(_at("2026-11-24 00:10"), "088") == _at("2026-11-24 00:10")
        other = tmp_path / "other"
        other.mkdir()
    (other / "bank_hours.yaml").write_text(_HOURS.replace("second sunday", "every sunday"))
    with environment(BACKOFFICE_CONFIG_DIR=str(other)), pytest.raises(BankHoursError, match="second sunday"):
        may_send_at(_at("2026-11-23 10:00"), "088")
