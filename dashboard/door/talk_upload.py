"""Recordings that are handed in as files: each taken as a stream, then entered with what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.talk_upload import MOST_TRANSCRIPT, Handed, hand_in, keep_file, most_bytes
from dashboard.door.calls import say
from dashboard.door.desk import desk_route
from dashboard.visitor import Visitor
from queues import files
from queues.errors import StoreFull


async def take_file(request: Request) -> Response:
    """PUT /talk/upload/{what}: the bytes of a "sound" or a "transcript", as they are."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return say("로그인이 필요합니다.", 401)
    if not may(visitor, Right.RECORD_TALKS):
        return say(str(NotAllowed(Right.RECORD_TALKS)), 403)
    try:
        return await _kept(request, visitor, transcript=request.path_params["what"] == "transcript")
    except _TooMuch as too_much:
        return say(f"파일이 너무 큽니다. {too_much.most // 2**20:,} MB까지 올릴 수 있습니다.", 413)
    except Refused as refused:
        return say(str(refused), 422)
    except (StoreFull, OSError):
        return say("저장할 자리가 모자라 올리지 못했습니다. 시스템관리자에게 알려 주십시오.", 507)


class _TooMuch(Exception):
    """More came than may come."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} bytes")
        self.most = most


async def _kept(request: Request, visitor: Visitor, *, transcript: bool) -> Response:
    with files.unsealed() as path:
        await _receive(request, path, MOST_TRANSCRIPT if transcript else most_bytes())
        kept = await run_in_threadpool(keep_file, visitor, path, transcript=transcript)
    return JSONResponse({"sha256": kept.sha256, "size": kept.size, "ticket": kept.ticket})


async def _receive(request: Request, path: Path, most: int) -> None:
    """Raises `_TooMuch` as soon as more comes than may come."""
    size = 0
    with path.open("wb") as target:
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                raise _TooMuch(most)
            await run_in_threadpool(target.write, piece)


def enter(session: Session, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    """{sound, ticket, name, held_at, way, consent, receipt_no, transcript, transcript_ticket, transcript_format}."""
    beside = str(asked.get("transcript") or "")
    talk_id, again = hand_in(
        session,
        visitor,
        Handed(
            sound=(str(asked["sound"]), str(asked["ticket"])),
            name=str(asked.get("name", "")),
            held_at=str(asked.get("held_at", "")),
            way=str(asked.get("way", "")),
            consent=asked.get("consent"),
            receipt_no=str(asked.get("receipt_no", "")),
            transcript=(beside, str(asked.get("transcript_ticket", ""))) if beside else None,
            transcript_format=str(asked.get("transcript_format", "")),
        ),
    )
    return {"talk": talk_id, "again": again}


ROUTES = [
    Route("/talk/upload/{what:str}", take_file, methods=["PUT"]),
    desk_route("/talk/call/hand-in", enter),
]
