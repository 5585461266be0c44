"""The sound of a talk for a session that may hear it: piece by piece from the sealed store, as players ask for it."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.acts.rights import NotAllowed
from dashboard.acts.talk_audio import NoSound, Sound, beeped_to_hear, sound_to_hear
from dashboard.visitor import Visitor
from queues import database, files
from queues.errors import NoDatabase, NotStored, Unreadable

_HEADS = (
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"ID3|\xff[\xe0-\xff]"), "audio/mpeg"),
    (re.compile(rb"....ftyp", re.DOTALL), "audio/mp4"),
    (re.compile(rb"\x1aE\xdf\xa3"), "audio/webm"),
    (re.compile(rb"fLaC"), "audio/flac"),
)
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")

Find = Callable[[Session, Visitor], Sound]


def media_of(head: bytes) -> str:
    """What a browser is told that it is, by the first bytes alone: never anything that it would run."""
    return next((media for sign, media in _HEADS if sign.match(head)), "application/octet-stream")


def range_of(asked: str, size: int) -> tuple[int, int] | None:
    """First byte and the one behind the last of `bytes=0-`, `bytes=5-9`, `bytes=-500`; None where there is no such.

    Of several ranges none is given: players ask for one.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.group(0) == "bytes=-" or len(asked) > 60:
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if 0 <= start < end else None


async def sound(request: Request) -> Response:
    """GET /talk/{talk}/sound/{recording}: the recording as it came."""
    talk, recording = request.path_params["talk"], request.path_params["recording"]
    return await _answer(request, lambda s, v: sound_to_hear(s, v, talk, recording))


async def beeped(request: Request) -> Response:
    """GET /talk/{talk}/beeped/{transcript}: with personal data beeped over."""
    talk, transcript = request.path_params["talk"], request.path_params["transcript"]
    return await _answer(request, lambda s, v: beeped_to_hear(s, v, talk, transcript))


async def _answer(request: Request, find: Find) -> Response:
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return PlainTextResponse("로그인이 필요합니다.", 401)
    return await run_in_threadpool(_sound, visitor, find, request.headers.get("range"))


def _sound(visitor: Visitor, find: Find, asked: str | None) -> Response:
    try:
        with database.session() as session:
            found = find(session, visitor)
        size = files.size_of(found.sha256)
        media = media_of(b"".join(files.part(found.sha256, 0, min(size, 16))))
    except NotAllowed as refused:
        return PlainTextResponse(str(refused), 403)
    except NoSound:
        return PlainTextResponse("없는 녹음입니다.", 404)
    except NotStored:
        return PlainTextResponse("파일 저장소에 녹음이 없습니다. 시스템관리자에게 알려 주십시오.", 404)
    except Unreadable:
        return PlainTextResponse("녹음이 손상되어 열 수 없습니다. 시스템관리자에게 알려 주십시오.", 404)
    except (OperationalError, NoDatabase):
        return PlainTextResponse("데이터베이스에 연결할 수 없습니다.", 503)
    return _streamed(found.sha256, size, media, asked)


def _streamed(sha256: str, size: int, media: str, asked: str | None) -> Response:
    headers = {"Accept-Ranges": "bytes", "Content-Disposition": "inline"}
    if asked is None:
        headers["Content-Length"] = str(size)
        return StreamingResponse(files.part(sha256, 0, size), 200, headers, media)
    span = range_of(asked, size)
    if span is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    start, end = span
    headers |= {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return StreamingResponse(files.part(sha256, start, end), 206, headers, media)


ROUTES = [
    Route("/talk/{talk:int}/sound/{recording:int}", sound, methods=["GET"]),
    Route("/talk/{talk:int}/beeped/{transcript:int}", beeped, methods=["GET"]),
]
