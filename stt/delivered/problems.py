"""Why a delivered transcript cannot be read: codes, and what a person is told in Korean."""

from __future__ import annotations

EMPTY = "empty"
TOO_LARGE = "too_large"
NOT_TEXT = "not_text"
MALFORMED = "malformed"
NO_WORDS = "no_words"
UNKNOWN_FORMAT = "unknown_format"

ADVICE = {
    EMPTY: "녹취 파일이 비어 있습니다. 녹음기에서 다시 내려받거나, 녹취 없이 음성을 인식하게 하십시오.",
    TOO_LARGE: "녹취 파일이 너무 큽니다. 녹음기에서 상담 한 건의 녹취만 내려받으십시오.",
    NOT_TEXT: "녹취 파일이 글자 파일이 아닙니다. 녹음기의 내보내기 형식(VTT, SRT, JSON)을 확인하십시오.",
    MALFORMED: "녹취 파일의 형식이 맞지 않습니다. 녹음기의 내보내기 형식(VTT, SRT, JSON)을 확인하십시오.",
    NO_WORDS: "녹취 파일에 말이 하나도 없습니다. 녹음기에서 다시 내려받거나, 음성을 인식하게 하십시오.",
    UNKNOWN_FORMAT: "알 수 없는 녹취 형식입니다. VTT, SRT, JSON 파일이어야 합니다.",
}


class UnreadableTranscriptError(Exception):
    """A transcript cannot be read. `code` is one of this module's; `detail` says what was found.

    `detail` never holds words of the talk, so it may be logged.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def advice(self) -> str:
        """What staff should do, in Korean."""
        return ADVICE.get(self.code, ADVICE[MALFORMED])

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code
