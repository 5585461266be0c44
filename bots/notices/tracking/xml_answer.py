"""The XML in which the post answers. Any bytes give a `Trace`, None, or one of the errors of `trace`.

    <...><cmmMsgHeader><successYN>Y</successYN><returnCode>00</returnCode><errMsg/></cmmMsgHeader>
      <rgist>6100000000007</rgist><addrseNm>김*수</addrseNm><dlvySttus>배달완료 ( 배달 )</dlvySttus>
      <longitudinalCombinedList><dlvyDate>2026.11.23</dlvyDate><dlvyTime>19:47</dlvyTime><nowLc>울산남부우체국</nowLc>
        <processSttus>배달완료</processSttus><detailDc>배달 ( 수령인 : 본인 )</detailDc></longitudinalCombinedList>...

Elements are found by their names wherever they stand, with or without a namespace.
"""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from bots.notices.tracking.trace import (
    NotUnderstood,
    Trace,
    TraceEvent,
    TrackingBusy,
    TrackingDown,
    TrackingRefused,
)
from config.settings import settings

LARGEST = 1024 * 1024
_NO_DATA = {"03", "3"}
_BUSY = {"22"}
_REFUSED = {"20", "30", "31", "32"}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]{2,20})["']""")
_DIGITS = re.compile(r"\d+")
_DATE_PARTS, _TIME_PARTS = 3, 2


def parse(content: bytes, number: str) -> Trace | None:
    """The answer about `number`; None when the post knows nothing of it yet.

    Raises `NotUnderstood`, `TrackingBusy`, `TrackingRefused`, `TrackingDown`.
    """
    root = _root(content)
    if _one(root, "successYN") != "Y":
        _refuse(root)
        return None
    told = _one(root, "rgist") or _one(root, "regiNo")
    if told and told.replace("-", "") != number:
        raise NotUnderstood("the answer is about another number")
    events = [_event(line) for line in root.iter() if _child(line, "processSttus") is not None]
    return Trace(
        number=number,
        addressee=_one(root, "addrseNm"),
        status=_one(root, "dlvySttus"),
        events=tuple(sorted(events, key=lambda event: event.at)),
        content=content,
    )


def _root(content: bytes) -> ElementTree.Element:
    if len(content) > LARGEST:
        raise NotUnderstood(f"an answer of more than {LARGEST} bytes")
    declared = _DECLARED.match(content[:200])
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        text = content.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (LookupError, UnicodeError, ValueError):
        raise NotUnderstood("an answer whose characters are not those that it names") from None
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if "<!" in text.replace("<!--", "").replace(
        "<![CDATA[", ""
    ):  # no entities, nothing fetched, nothing grown
        raise NotUnderstood("an answer with a document type")
    try:
        return ElementTree.fromstring(text)  # noqa: S314
    except (ElementTree.ParseError, ValueError, UnicodeError):
        raise NotUnderstood("an answer that is not XML, or breaks off") from None


def _refuse(root: ElementTree.Element) -> None:
    """Raises what the code of a refusal stands for; nothing where there is merely no data yet."""
    code = _one(root, "returnCode") or _one(root, "returnReasonCode")
    if code in _NO_DATA:
        return
    if code in _BUSY:
        raise TrackingBusy(f"the post answers no more for now (code {code})")
    if code in _REFUSED:
        raise TrackingRefused(f"the post refuses the center's key (code {code})")
    if not code:
        raise NotUnderstood("an answer without successYN and returnCode")
    raise TrackingDown(f"the post answers with an error (code {code[:8]})")


def _event(line: ElementTree.Element) -> TraceEvent:
    return TraceEvent(
        at=_moment(_of(line, "dlvyDate"), _of(line, "dlvyTime")),
        place=_of(line, "nowLc"),
        status=_of(line, "processSttus"),
        detail=_of(line, "detailDc"),
    )


def _moment(day: str, time: str) -> datetime:
    """ "2026.11.23" and "19:47"; other separators and none (20261123) are understood, too."""
    parts, clock = _DIGITS.findall(day), _DIGITS.findall(time)
    if len(parts) == 1 and len(parts[0]) == len("20261123"):
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(clock) == 1 and len(clock[0]) in (len("1947"), len("194700")):
        clock = [clock[0][:2], clock[0][2:4]]
    if len(parts) != _DATE_PARTS or (time.strip() and len(clock) < _TIME_PARTS):
        raise NotUnderstood("an event whose date is not understood")
    hour, minute = (int(clock[0]), int(clock[1])) if clock else (0, 0)
    try:
        year, month, of_month = (int(part) for part in parts)
        return datetime(year, month, of_month, hour, minute, tzinfo=ZoneInfo(settings().timezone))
    except (ValueError, OverflowError):
        raise NotUnderstood("an event on a day that does not exist") from None


def _name(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _child(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((one for one in element if _name(one) == name), None)


def _of(element: ElementTree.Element, name: str) -> str:
    found = _child(element, name)
    return " ".join((found.text or "").split()) if found is not None else ""


def _one(root: ElementTree.Element, name: str) -> str:
    found = next((one for one in root.iter() if _name(one) == name), None)
    return " ".join((found.text or "").split()) if found is not None else ""
