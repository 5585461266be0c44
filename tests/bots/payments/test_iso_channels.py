"""Folders and HTTPS: what is certainly there, certainly not, and what nobody can know."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from bots.doctor import bank_files
from bots.payments.iso.channel import Doubtful, NeverThere, NotYet, SetUpWrong
from bots.payments.iso.over_folder import OverFolder
from bots.payments.iso.over_https import OverHttps
from config.bank_files import BankFiles
from config.settings import settings
from tests.conftest import environment


def folder_channel(place: Path, *, keeps: bool = True) -> OverFolder:
    for name in ("out", "sent", "in"):
        (place / name).mkdir(exist_ok=True)
    told = {
        "way": "folder",
        "out_dir": place / "out",
        "in_dir": place / "in",
        "company_code": "C",
        "bank_code": "020",
    }
    return OverFolder(BankFiles.model_validate(told | ({"sent_dir": place / "sent"} if keeps else {})))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    path = tmp_path / "content"
    path.write_bytes(b"<Document/>")
    return path


def test_a_file_is_put_once_and_found_wherever_it_is(tmp_path: Path, content: Path) -> None:
    channel = folder_channel(tmp_path)
    assert channel.find("B1-001") is None
    channel.upload("B1-001", content)
    waiting = tmp_path / "out" / "B1-001.xml"
    assert waiting.read_bytes() == b"<Document/>"
    with pytest.raises(Doubtful):
        channel.upload("B1-001", content)
    assert channel.find("B1-001") is not None
    assert channel.find("B1-00") is None  # the name of another
    waiting.rename(tmp_path / "sent" / "20261123T090000_B1-001.xml")
    found = channel.find("B1-001")
    assert found is not None and len(found.sha256) == 64
    assert channel.find("B1-0011") is None and channel.find("1-001") is None
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == []


def test_a_folder_that_keeps_nothing_leaves_it_to_people(tmp_path: Path, content: Path) -> None:
    channel = folder_channel(tmp_path, keeps=False)
    with pytest.raises(SetUpWrong, match="sent_dir"):
        channel.find("B1-001")


def test_a_folder_that_is_full_or_gone_took_nothing(tmp_path: Path, content: Path) -> None:
    channel = folder_channel(tmp_path)
    (tmp_path / "out").rmdir()
    with pytest.raises(NeverThere):
        channel.upload("B1-001", content)
    (tmp_path / "sent").rmdir()
    with pytest.raises(NotYet):
        channel.find("B1-001")


def test_what_still_grows_is_left_for_later(tmp_path: Path) -> None:
    channel = folder_channel(tmp_path)
    for name, age in (("old.xml", 60), ("fresh.xml", 0), ("half.xml.part", 60), (".hidden", 60)):
        path = tmp_path / "in" / name
        path.write_bytes(name.encode())
        os.utime(path, (time.time() - age,) * 2)
    [one] = channel.incoming()
    assert one.name == "old.xml"
    channel.fetch(one, tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == b"old.xml"
    path = tmp_path / "in" / "old.xml"
    path.write_bytes(b"another")
    os.utime(path, (time.time() - 30,) * 2)
    assert [other.reference for other in channel.incoming()] != [one.reference]


def test_nobody_at_the_other_end_took_nothing(content: Path) -> None:
    told = {"url": "http://127.0.0.1:1", "company_code": "C", "bank_code": "020"}
    channel = OverHttps(BankFiles.model_validate(told), SecretStr("t"))
    with pytest.raises(NeverThere):
        channel.upload("B1-001", content)
    with pytest.raises(NotYet):
        channel.find("B1-001")


@pytest.mark.parametrize(
    "told",
    [
        {"url": "http://bank.example"},
        {"url": ""},
        {"way": "folder"},
        {"url": "https://b", "timeout_seconds": 60, "certain_after_seconds": 100},
        {"url": "https://b", "accounts": {"general": "12-34"}},
        {"url": "https://b", "accounts": {"general": "1", "other": "1"}},
        {"url": "https://b", "payments_per_file": 0},
    ],
)
def test_settings_that_cannot_work_are_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        BankFiles.model_validate({"company_code": "C", "bank_code": "020"} | told)


def test_the_doctor_says_whether_files_can_go(tmp_path: Path) -> None:
    folder_channel(tmp_path)
    told = {
        "way": "folder", "out_dir": str(tmp_path / "out"), "in_dir": str(tmp_path / "in"),
        "sent_dir": str(tmp_path / "sent"), "company_code": "C", "bank_code": "020", "accounts": {"general": "1"},
    }  # fmt: skip
    with environment(BACKOFFICE_BANK_FILES=json.dumps(told)):
        channel, accounts = bank_files.checks(settings())
        assert (channel.state, accounts.state) == ("advice", "advice")
        assert "employment_insurance" in accounts.found
        (tmp_path / "sent").rmdir()
        channel, _ = bank_files.checks(settings())
        assert (channel.state, str(tmp_path / "sent") in channel.found) == ("missing", True)
