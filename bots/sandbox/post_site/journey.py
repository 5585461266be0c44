"""The way of a registered letter through the post: what happens to it when, by the sandbox's clock."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime

from bots.sandbox.portal_site.clock import Clock

TWO_DAYS = 2 * 86400.0
OFFICES = ("울산중부우체국", "울산남부우체국", "동울산우체국", "언양우체국", "울산무거동우체국")
CENTRE = "부산우편집중국"
RECEIVERS = ("본인", "본인", "가족", "동거인", "직장동료")
REASONS = ("수취인불명", "이사불명", "폐문부재", "수취거절", "주소불명", "보관기간경과")


@dataclass(frozen=True)
class Event:
    """One line of the tracking: when, where, what ("배달완료"), and more about it ("배달", "수취인불명")."""

    at: datetime
    place: str
    status: str
    detail: str = ""


@dataclass
class Parcel:
    """A registered letter; `left` is when it was handed in, in seconds of the clock."""

    number: str
    key: str
    name: str
    left: float


class Journeys:
    """Thread-safe. Letters arrive `delivered_after` seconds after they were handed in; some come back.

    share    of the letters that come back, drawn from their keys
    lag      seconds after which the open interface tells of an event
    """

    def __init__(self, clock: Clock, delivered_after: float = TWO_DAYS) -> None:
        self.clock, self.delivered_after = clock, delivered_after
        self.share, self.lag = 0.0, 0.0
        self._lock = threading.Lock()
        self._parcels: dict[str, Parcel] = {}
        self._returns: dict[str, str] = {}

    def begin(self, number: str, key: str, name: str, left: float) -> None:
        with self._lock:
            self._parcels[number] = Parcel(number, key, name, left)

    def stop(self, number: str) -> None:
        """It was called back before it went."""
        with self._lock:
            self._parcels.pop(number, None)

    def come_back(self, key_or_number: str, reason: str = REASONS[0]) -> None:
        """This letter, by its key or its registration number, will be returned to its sender."""
        with self._lock:
            self._returns[key_or_number] = reason

    def find(self, number: str) -> Parcel | None:
        with self._lock:
            return self._parcels.get(number)

    def returned(self, number: str) -> str:
        """Why the letter comes back, "" when it does not."""
        parcel = self.find(number)
        if parcel is None:
            return ""
        with self._lock:
            told = self._returns.get(parcel.key) or self._returns.get(number)
        if told:
            return told
        drawn = _drawn(parcel.key, "returned", 10_000)
        return REASONS[drawn % len(REASONS)] if drawn < self.share * 10_000 else ""

    def events(self, number: str) -> list[Event]:
        """What the open interface tells of a number by now, the oldest first. Unknown numbers have none."""
        parcel = self.find(number)
        if parcel is None:
            return []
        seconds = self.clock.seconds()
        told = []
        for share, place, status, detail in self._way(parcel):
            at = parcel.left + share * self.delivered_after
            if at + self.lag <= seconds:
                told.append(Event(self.clock.at(at), place, status, detail))
        return told

    def _way(self, parcel: Parcel) -> list[tuple[float, str, str, str]]:
        office = OFFICES[_drawn(parcel.key, "office", len(OFFICES))]
        way = [
            (0.0, "온라인우편", "접수", ""),
            (0.2, CENTRE, "발송", ""),
            (0.5, office, "도착", ""),
            (0.8, office, "배달준비", "집배원 배달준비"),
        ]
        if reason := self.returned(parcel.number):
            return [
                *way,
                (0.95, office, "미배달", reason),
                (1.0, office, "반송", reason),
                (1.6, "울산고용센터", "배달완료", "반송"),
            ]
        receiver = RECEIVERS[_drawn(parcel.key, "receiver", len(RECEIVERS))]
        return [*way, (1.0, office, "배달완료", f"배달 ( 수령인 : {receiver} )")]


def _drawn(key: str, what: str, below: int) -> int:
    digest = hashlib.sha256(f"{key} {what}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % below
