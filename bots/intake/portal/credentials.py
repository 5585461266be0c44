"""Who signs in at the portal: from the environment or a mounted file, never from the program's own folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from config.settings import CONFIG_DIR, Settings
from queues import crypto
from queues.errors import BusinessError

_PROGRAM = CONFIG_DIR.parent
NAMES = "BACKOFFICE_PORTAL_USER와 BACKOFFICE_PORTAL_PASSWORD, 또는 BACKOFFICE_PORTAL_SECRET_FILE"


@dataclass(frozen=True)
class Credentials:
    """User and password; printing them shows stars."""

    user: SecretStr
    password: SecretStr

    def fingerprint(self) -> bytes:
        """32 bytes that tell other credentials from these and give nothing away."""
        both = f"{self.user.get_secret_value()}\n{self.password.get_secret_value()}"
        return crypto.blind_index("portal_credential", both)

    def secrets(self) -> tuple[str, ...]:
        """What must appear nowhere."""
        return self.password.get_secret_value(), self.user.get_secret_value()


def credentials(now: Settings) -> Credentials:
    """Those of the settings. Raises `BusinessError` when they are missing or lie where they must not."""
    if now.portal_secret_file is not None:
        return _from_file(now.portal_secret_file)
    if not now.portal_user or not now.portal_password:
        raise BusinessError(
            "portal_settings", f"팩스 포털의 아이디와 비밀번호가 없습니다. {NAMES}를 설정하십시오."
        )
    if not any(name.upper() == "BACKOFFICE_PORTAL_PASSWORD" for name in os.environ):
        raise BusinessError(
            "portal_settings",
            "팩스 포털의 비밀번호가 프로그램 폴더의 .env에 적혀 있습니다. 그 줄을 지우고 환경 변수나 "
            "BACKOFFICE_PORTAL_SECRET_FILE로 주십시오.",
        )
    return Credentials(now.portal_user, now.portal_password)


def _from_file(path: Path) -> Credentials:
    if path.resolve().is_relative_to(_PROGRAM) and not path.resolve().is_relative_to(_PROGRAM / "var"):
        raise BusinessError(
            "portal_settings",
            "BACKOFFICE_PORTAL_SECRET_FILE이 프로그램 폴더 안에 있습니다. 저장소에 섞이지 않도록 "
            "밖에 두고 다시 지정하십시오.",
        )
    try:
        lines = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise BusinessError(
            "portal_settings",
            f"BACKOFFICE_PORTAL_SECRET_FILE을 읽지 못했습니다 ({type(error).__name__}). 마운트와 권한을 확인하십시오.",
        ) from None
    if len(lines) != 2:
        raise BusinessError(
            "portal_settings",
            "BACKOFFICE_PORTAL_SECRET_FILE에는 두 줄이 있어야 합니다. 첫 줄은 아이디, 둘째 줄은 비밀번호입니다.",
        )
    return Credentials(SecretStr(lines[0]), SecretStr(lines[1]))
