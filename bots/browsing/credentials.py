"""Who signs in at a site: from the environment or a mounted file, never from the program's own folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from config.settings import CONFIG_DIR
from queues import crypto
from queues.errors import BusinessError

_PROGRAM = CONFIG_DIR.parent


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


@dataclass(frozen=True)
class Place:
    """Where the credentials of a site come from.

    prefix  of its settings' names in the environment ("BACKOFFICE_PORTAL")
    title   what the site is called to staff; code: of the error when they cannot be had
    """

    prefix: str
    title: str
    code: str

    def given(self, user: SecretStr | None, password: SecretStr | None, file: Path | None) -> Credentials:
        """Those of the settings. Raises `BusinessError` when they are missing or lie where they must not."""
        if file is not None:
            return self._from_file(file)
        if not user or not password:
            raise BusinessError(
                self.code,
                f"{self.title}의 아이디와 비밀번호가 없습니다. {self.prefix}_USER와 {self.prefix}_PASSWORD, "
                f"또는 {self.prefix}_SECRET_FILE을 설정하십시오.",
            )
        if not any(name.upper() == f"{self.prefix}_PASSWORD" for name in os.environ):
            raise BusinessError(
                self.code,
                f"{self.title}의 비밀번호가 프로그램 폴더의 .env에 적혀 있습니다. 그 줄을 지우고 환경 변수나 "
                f"{self.prefix}_SECRET_FILE로 주십시오.",
            )
        return Credentials(user, password)

    def _from_file(self, path: Path) -> Credentials:
        name = f"{self.prefix}_SECRET_FILE"
        if path.resolve().is_relative_to(_PROGRAM) and not path.resolve().is_relative_to(_PROGRAM / "var"):
            raise BusinessError(
                self.code,
                f"{name}이 프로그램 폴더 안에 있습니다. 저장소에 섞이지 않도록 밖에 두고 다시 지정하십시오.",
            )
        try:
            lines = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise BusinessError(
                self.code,
                f"{name}을 읽지 못했습니다 ({type(error).__name__}). 마운트와 권한을 확인하십시오.",
            ) from None
        if len(lines) != 2:
            raise BusinessError(
                self.code, f"{name}에는 두 줄이 있어야 합니다. 첫 줄은 아이디, 둘째 줄은 비밀번호입니다."
            )
        return Credentials(SecretStr(lines[0]), SecretStr(lines[1]))
