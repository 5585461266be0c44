"""Why a delivered transcript cannot be read: codes, and what a person is told in Korean."""

from __future__ import annotations

from stt.errors import StatedError

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


class UnreadableTranscriptError(StatedError):
    """A transcript cannot be read."""

    advices = ADVICE
    otherwise = MALFORMED
