"""Why a recording cannot be listened to: codes, and what a person is told in Korean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

EMPTY = "empty"
TOO_LARGE = "too_large"
TOO_LONG = "too_long"
NOT_AUDIO = "not_audio"
VIDEO = "video"
NO_SOUND = "no_sound"
BROKEN = "broken"
TOO_MANY_CHANNELS = "too_many_channels"
TIMEOUT = "timeout"
NO_PROGRAM = "no_program"

ADVICE: dict[str, str] = {
    EMPTY: "녹음 파일이 비어 있습니다. 녹음기에서 다시 내려받으십시오.",
    TOO_LARGE: "녹음 파일이 너무 큽니다. 압축한 음성 파일(MP3, M4A)로 다시 올리십시오.",
    TOO_LONG: "녹음이 한도보다 깁니다. 상담별로 나누어 다시 올리십시오.",
    NOT_AUDIO: "음성 파일이 아닙니다. WAV, MP3, M4A, OGG, WEBM 파일을 올리십시오.",
    VIDEO: "영상 파일입니다. 음성만 따로 저장해 올리십시오.",
    NO_SOUND: "파일에 소리가 들어 있지 않습니다. 녹음기의 설정을 확인하십시오.",
    BROKEN: "녹음 파일이 손상되어 열 수 없습니다. 녹음기에서 다시 내려받으십시오.",
    TOO_MANY_CHANNELS: "채널이 너무 많은 녹음입니다. 두 채널 이하로 저장해 다시 올리십시오.",
    TIMEOUT: "정해진 시간 안에 녹음 파일을 열지 못했습니다. 파일을 확인한 뒤 다시 시도하십시오.",
    NO_PROGRAM: "음성을 여는 프로그램(ffmpeg)이 없습니다. `./backoffice doctor`를 실행하십시오.",
}


class StatedError(Exception):
    """Something that came cannot be used. `code` is one of its module's; `detail` says what was found.

    `detail` never holds a file's name or anything that was said, so it may be logged.
    """

    advices: ClassVar[Mapping[str, str]] = {}
    otherwise: ClassVar[str] = ""
    """The code whose advice holds for those that have none."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def advice(self) -> str:
        """What staff should do, in Korean."""
        return self.advices.get(self.code, self.advices[self.otherwise])

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class SoundError(StatedError):
    """A recording cannot be listened to."""

    advices = ADVICE
    otherwise = BROKEN
