"""What a private dovecot is told: its configuration, its certificate, where it is on this machine."""

from __future__ import annotations

import ipaddress
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bots.setting_up.programs import mail_server

INSTALL = "Debian의 dovecot-imapd 꾸러미가 없습니다 (./backoffice doctor가 설치하는 줄을 알려 줍니다)"


@dataclass(frozen=True)
class Account:
    """The one mailbox of the server, and the system user as whom it runs."""

    name: str
    password: str
    system_user: str
    system_group: str


def configuration(folder: Path, account: Account, port: int, tls_port: int) -> str:
    """dovecot.conf for a server that listens on 127.0.0.1 only and keeps everything in `folder`.

    port  also offers STARTTLS, but takes a password in the clear too: it is the sandbox
    """
    newer = version() >= (2, 4)
    return (_HEAD_24 if newer else _HEAD_23).format(
        folder=folder, user=account.system_user, group=account.system_group
    ) + _SERVICES.format(port=port, tls_port=tls_port, user=account.system_user)


@cache
def version() -> tuple[int, int]:
    """Of the dovecot on this machine. Raises RuntimeError where there is none."""
    program = mail_server()
    if program is None:
        raise RuntimeError(INSTALL)
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True)
    found = re.match(r"(\d+)\.(\d+)", told.stdout)
    return (int(found[1]), int(found[2])) if found else (2, 3)


_COMMON = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
instance_name = sandbox
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
auth_failure_delay = 0
namespace inbox {{
  inbox = yes
  separator = .
}}
mail_fsync = never
ssl = yes
"""
_HEAD_23 = (
    _COMMON
    + """\
disable_plaintext_auth = no
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
mail_location = maildir:{folder}/mail
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
"""
)
# 2.4 renamed the half of its settings: https://doc.dovecot.org/2.4.0/installation/upgrade/2.3-to-2.4.html
_HEAD_24 = (
    """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
"""
    + _COMMON
    + """\
auth_allow_cleartext = yes
ssl_server_cert_file = {folder}/server.pem
ssl_server_key_file = {folder}/server.key
mail_driver = maildir
mail_path = {folder}/mail
passdb passwd-file {{
  passwd_file_path = {folder}/users
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}
  }}
}}
"""
)
# Without root nothing can be shut up in a folder of its own (chroot), and every service is the same user.
_SERVICES = """\
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # No waiting after a wrong password: the sandbox has one machine, and who errs on it holds up all others.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


_USAGE = x509.KeyUsage(
    digital_signature=True, key_cert_sign=True, crl_sign=False, content_commitment=False,
    key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


def write_certificate(folder: Path) -> Path:
    """`server.pem` and `server.key` for 127.0.0.1 and localhost, signed by itself; returns the certificate.

    Whoever is to trust the server is given that file as its authority.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox mail server")])
    now = datetime.now(UTC)
    places = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path
