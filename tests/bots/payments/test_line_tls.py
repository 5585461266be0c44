"""The line with TLS: a bank that is not who it should be is told nothing."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bots.payments.line import Line, NeverLeft
from tests.bots.payments.peer import line_to, peer, transfer


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private


def test_the_bank_and_the_center_show_each_other_who_they_are(tmp_path):
    bank_certificate, bank_key = _certificate(tmp_path, "bank")
    ours, our_key = _certificate(tmp_path, "center")
    other, _ = _certificate(tmp_path, "other")
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ours)
    theirs.load_cert_chain(bank_certificate, bank_key)
    theirs.verify_mode = ssl.CERT_REQUIRED

    async def run() -> None:
        async with peer(ssl=theirs) as bank:
            known = {
                "tls": True,
                "ca_file": bank_certificate,
                "certificate_file": ours,
                "private_key_file": our_key,
            }
            async with line_to(bank, **known) as (line, _):
                assert (await line.ask(transfer(1))).response_code == "0000"
            async with Line(bank.line(**{**known, "ca_file": other})) as line:
                assert not await line.up(0.2)
                assert "certificate verify failed" in line.why_down
                with pytest.raises(NeverLeft):
                    await line.ask(transfer(2))
            assert [message.number for message in bank.got] == [1]

    asyncio.run(run())


def test_a_certificate_that_is_not_there_is_told(tmp_path):
    async def run() -> None:
        async with peer() as bank, Line(bank.line(tls=True, ca_file=tmp_path / "none.pem")) as line:
            assert not await line.up(0.1)
            assert "No such file" in line.why_down

    asyncio.run(run())
