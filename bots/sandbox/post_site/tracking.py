"""The post's open interface: a registration number in, the letter's way in XML out."""

from __future__ import annotations

import random
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.sandbox.portal_site.troubles import Trouble
from bots.sandbox.post_site.doors import Doors
from bots.sandbox.post_site.journey import Event, Journeys
from bots.sandbox.post_site.pages import SERVICES

TRACE = "/openapi/trace"
NO_KEY, NO_DATA, TOO_MANY, BAD_NUMBER = (
    ("30", "SERVICE KEY IS NOT REGISTERED ERROR."),
    ("03", "NODATA_ERROR"),
    ("22", "LIMITED NUMBER OF SERVICE REQUESTS EXCEEDS ERROR."),
    ("10", "INVALID REQUEST PARAMETER ERROR."),
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NUMBER_DIGITS = 13


class Interface:
    """Answers `GET /openapi/trace?regkey=KEY&rgist=NUMBER`; counts what it was asked in `asked`."""

    def __init__(self, journeys: Journeys, key: str) -> None:
        self.journeys, self.key = journeys, key
        self.asked = 0

    async def answer(self, request: Request) -> Response:
        self.asked += 1
        trouble: Trouble | None = request.state.trouble
        kind = trouble.kind if trouble else ""
        number = request.query_params.get("rgist", "")
        if request.query_params.get("regkey") != self.key:
            return _xml(_refusal(*NO_KEY))
        if kind == "busy":
            return _xml(_refusal(*TOO_MANY))
        if not (len(number) == _NUMBER_DIGITS and number.isdecimal()):
            return _xml(_refusal(*BAD_NUMBER))
        events = self.journeys.events(number)
        if not events or kind == "no_data":
            return _xml(_refusal(*NO_DATA))
        if kind == "shuffled":
            random.Random(number).shuffle(events)
        told = f"{int(number) + 7}" if kind == "other" else number
        text = _found(told, self._name(number), events)
        return _xml(text[: len(text) * 2 // 3] if kind == "garbled" else text)

    def _name(self, number: str) -> str:
        parcel = self.journeys.find(number)
        return f"{parcel.name[:1]}*{parcel.name[2:]}" if parcel else ""


def _xml(text: str) -> Response:
    return Response(_HEAD + text, media_type="application/xml; charset=UTF-8")


def _refusal(code: str, words: str) -> str:
    return (
        "<LongitudinalCombinedListResponse><cmmMsgHeader><successYN>N</successYN>"
        f"<returnCode>{code}</returnCode><errMsg>{words}</errMsg></cmmMsgHeader>"
        "</LongitudinalCombinedListResponse>"
    )


def _found(number: str, name: str, events: list[Event]) -> str:
    latest = max(events, key=lambda event: event.at)
    lines = "".join(_line(event) for event in events)
    return (
        "<LongitudinalCombinedListResponse><cmmMsgHeader><successYN>Y</successYN><returnCode>00</returnCode>"
        f"<errMsg></errMsg></cmmMsgHeader><rgist>{number}</rgist><addrseNm>{escape(name)}</addrseNm>"
        f"<trtmntSe>{SERVICES['registered']}</trtmntSe><dlvySttus>{escape(_status(latest))}</dlvySttus>"
        f"{lines}</LongitudinalCombinedListResponse>"
    )


def _line(event: Event) -> str:
    return (
        f"<longitudinalCombinedList><dlvyDate>{event.at:%Y.%m.%d}</dlvyDate>"
        f"<dlvyTime>{event.at:%H:%M}</dlvyTime><nowLc>{escape(event.place)}</nowLc>"
        f"<processSttus>{escape(event.status)}</processSttus><detailDc>{escape(event.detail)}</detailDc>"
        "</longitudinalCombinedList>"
    )


def _status(event: Event) -> str:
    """As the post writes it: "배달완료 ( 배달 )", "배달완료 ( 반송 )"."""
    if event.status != "배달완료":
        return event.status
    return f"배달완료 ( {'반송' if event.detail == '반송' else '배달'} )"


def routes(interface: Interface, doors: Doors) -> list[Route]:
    """The interface's one address."""
    return [Route(TRACE, doors.at("track", interface.answer, open_=True))]
