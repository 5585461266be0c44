"""The child process in which letters are made: `python -m bots.typesetting.child MEMORY_BYTES`.

It answers requests from standard input on what was standard output, both as frames (see `ocr.frames`), with
its fonts kept open from letter to letter. It limits its memory and, with each request, its processor time,
and ends with its parent.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import threading
import time
from datetime import date
from typing import Any

from bots.typesetting import problem
from bots.typesetting.compose import compose, revive
from bots.typesetting.paper import check_glyphs, picture, qr, to_pdf
from bots.typesetting.problem import LetterError
from ocr.frames import read_frame, write_frame

Json = dict[str, Any]
STYLE = "_style.css"
LETTERS_BETWEEN_CLEARING = 10


def main() -> None:
    """Serve requests until standard input closes."""
    memory_bytes = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the frames
    requests = os.fdopen(0, "rb")
    gc.disable()  # a letter leaves much behind, which is cheaper to clear away now and then
    answered = 0
    while (frame := read_frame(requests)) is not None:
        _allow_seconds(frame[0]["seconds"])
        found, body = _answer(*frame)
        write_frame(answers, {**found, "resident_bytes": _resident_bytes()}, body)
        answered += 1
        if answered % LETTERS_BETWEEN_CLEARING == 0:
            gc.collect()


def _answer(request: Json, seal: bytes) -> tuple[Json, bytes]:
    try:
        values = {**request["values"], **revive(request["values"])}
        check_glyphs(request["values"], request["labels"])
        context = {**values, **request["about"]}
        if request["do"] == "text":
            return {"words": compose(request["sources"], request["template"], context).strip()}, b""
        context["subject"] = compose({"subject": request["subject"]}, "subject", context)
        context["qr"], context["seal"] = qr(request["code"]), picture(seal) if seal else ""
        html = compose(request["sources"], request["template"], context)
        style = compose(request["sources"], STYLE, {"head": request["about"]["head"]})
        pdf, pages = to_pdf(html, style, date.fromisoformat(request["made_on"]))
    except LetterError as error:
        return {"problem": error.code, "text": error.text}, b""
    except MemoryError:
        return {"problem": problem.MEMORY, "text": "편지를 만드는 데 메모리가 모자랍니다."}, b""
    except Exception as error:  # whatever the renderer raises; its message may quote the letter
        text = f"편지를 만들지 못했습니다 ({type(error).__name__}). 서식과 값을 확인하십시오."
        return {"problem": problem.TEMPLATE, "text": text}, b""
    return {"pages": pages}, pdf


def _resident_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - once a letter
        return int(file.read().split()[1]) * resource.getpagesize()


def _allow_seconds(seconds: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _end_with(parent: int) -> None:
    """Kill this whole process group once the parent is gone."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
