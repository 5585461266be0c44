"""What the doctor says of the line to the bank."""

from __future__ import annotations

import json

from bots.doctor import bank as doctor
from bots.sandbox.bank.service import DEBIT, PASSWORD, SandboxBank
from config.bank_line import BankLine
from config.settings import Settings
from tests.conftest import environment


def _said(**line: object) -> dict[str, tuple[str, str]]:
    chosen = Settings(bank_line=BankLine.model_validate(line))
    return {check.name: (check.state, f"{check.found} {check.remedy}") for check in doctor.checks(chosen)}


def test_a_line_that_stands_and_what_is_still_assumed(tmp_path):
    with SandboxBank(tmp_path / "bank.sqlite") as bank:
        with environment(BACKOFFICE_BANK_PASSWORDS=json.dumps(dict.fromkeys(DEBIT, PASSWORD))):
            said = _said(**bank.settings())
        assert said["bank line"][0] == said["bank accounts"][0] == "ok"
        state, text = said["bank tables"]
        assert state == "advice" and "7000/300" in text
        assert PASSWORD not in str(said) and not bank.counts


def test_what_is_missing_is_told_with_what_to_do(tmp_path):
    password = tmp_path / "password"
    accounts = {"general": {"account": "10020000000001", "password_file": str(password)}}
    line = {"host": "127.0.0.1", "port": 9, "company_code": "C", "bank_code": "020", "accounts": accounts}
    said = _said(**line, tls=False)
    assert said["bank line"][0] == "advice" and "Connect call failed" in said["bank line"][1]
    assert said["bank accounts"][0] == "missing" and str(password) in said["bank accounts"][1]
    password.write_text("12345678")
    password.chmod(0o644)
    said = _said(**line, ca_file=str(tmp_path / "none.pem"))
    assert said["bank line"][0] == "missing" and "ca_file" in said["bank line"][1]
    assert said["bank accounts"][0] == "advice" and "chmod 600" in said["bank accounts"][1]
    assert list(doctor.checks(Settings(bank_line=None))) == []
