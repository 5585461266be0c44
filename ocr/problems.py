"""Why a file or a page could not be read: codes, and what a person is told in Korean."""

from __future__ import annotations

EMPTY = "empty"
TRUNCATED = "truncated"
ENCRYPTED = "encrypted"
MALFORMED = "malformed"
TOO_MANY_PAGES = "too_many_pages"
TOO_LARGE = "too_large"
UNSUPPORTED = "unsupported"
TIMEOUT = "timeout"
MEMORY = "memory"
TINY = "tiny"
CRASHED = "crashed"
NO_ENGINE = "no_engine"

ADVICE: dict[str, str] = {
    EMPTY: "파일이 비어 있습니다. 보낸 분께 다시 보내 달라고 요청하십시오.",
    TRUNCATED: "파일이 중간에서 끊겼습니다. 다시 받으십시오.",
    ENCRYPTED: "암호가 걸린 문서입니다. 암호를 푼 파일을 요청하십시오.",
    MALFORMED: "파일이 손상되어 열 수 없습니다. 다시 받으십시오.",
    TOO_MANY_PAGES: "쪽수가 한도를 넘습니다. 나누어 보내 달라고 요청하십시오.",
    TOO_LARGE: "그림이나 파일의 크기가 한도를 넘습니다. 해상도를 낮추거나 나누어 요청하십시오.",
    UNSUPPORTED: "읽을 수 없는 형식입니다. PDF나 그림(TIFF, JPEG, PNG)으로 요청하십시오.",
    TIMEOUT: "정해진 시간 안에 읽지 못했습니다. 원본을 직접 확인하십시오.",
    MEMORY: "정해진 메모리 안에서 읽지 못했습니다. 원본을 직접 확인하십시오.",
    TINY: "그림이 너무 작아 글자를 읽을 수 없습니다. 다시 받으십시오.",
    CRASHED: "파일을 여는 중에 프로그램이 멈췄습니다. 원본을 직접 확인하십시오.",
    NO_ENGINE: "문자 인식기(tesseract)가 없습니다. `./backoffice doctor`를 실행하십시오.",
}


class UnreadableError(Exception):
    """A file or page cannot be read. `code` is one of this module's; `detail` says what was found.

    `detail` never holds words of the document, so it may be logged.
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
