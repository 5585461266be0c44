"""Why no engine can listen: codes, and what a person is told."""

from __future__ import annotations

from pathlib import Path

NO_MODEL = "no_model"
NOT_CHOSEN = "model_not_chosen"
BROKEN_MODEL = "broken_model"
NO_DEVICE = "no_device"
BAD_SETTING = "bad_setting"

ADVICE = {
    NO_MODEL: "음성 인식 모델이 없습니다. 아래 파일을 두거나 명령을 실행한 뒤 다시 시도하십시오.",
    NOT_CHOSEN: (
        "음성 인식 모델이 정해져 있지 않습니다. BACKOFFICE_STT_MODEL에 모델 이름이나 파일을 적으십시오. "
        "시연용 모델(demo)은 합성 음성만 알아들으므로 실제 상담에는 쓰지 마십시오."
    ),
    BROKEN_MODEL: "음성 인식 모델 파일이 손상되었습니다. 파일을 다시 받아 두십시오.",
    NO_DEVICE: "설정한 연산 장치가 이 컴퓨터에 없습니다. BACKOFFICE_STT_DEVICE를 확인하십시오.",
    BAD_SETTING: "음성 인식 설정이 맞지 않습니다. BACKOFFICE_STT_* 설정을 확인하십시오.",
}


class EngineError(Exception):
    """No engine can listen until somebody does something about it; the talk itself is not at fault.

    code     one of this module's
    detail   what was found; it names files and settings, never words of a talk
    places   the files that were looked for; command: what brings the model, "" when nothing but a copy does
    """

    def __init__(self, code: str, detail: str, places: tuple[Path, ...] = (), command: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.places = places
        self.command = command

    @property
    def advice(self) -> str:
        """What to do, in Korean."""
        return ADVICE.get(self.code, ADVICE[BAD_SETTING])

    def __str__(self) -> str:
        looked = f" Looked for: {', '.join(map(str, self.places))}." if self.places else ""
        todo = f" To do: {self.command}" if self.command else ""
        return f"{self.code}: {self.detail}{looked}{todo}"


class MissingModelError(EngineError):
    """The weights are not there. Names every file that was looked for, and the command that brings them."""

    def __init__(self, model: str, places: tuple[Path, ...], command: str) -> None:
        super().__init__(NO_MODEL, f"the speech model {model!r} is not installed.", places, command)
        self.model = model
