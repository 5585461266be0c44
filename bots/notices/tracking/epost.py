"""The post's open interface over HTTP: `GET {url}?regkey=KEY&rgist=NUMBER` answers XML."""

from __future__ import annotations

from types import TracebackType

import httpx

from bots.notices.tracking.trace import NotUnderstood, Trace, TrackingDown
from bots.notices.tracking.xml_answer import LARGEST, parse
from config.settings import settings

_TIMEOUT = httpx.Timeout(20.0, connect=5.0)


class EpostTracking:
    """Asks about one number at a time over one connection. Close it after use, or use it in a with block."""

    def __init__(self, address: str, key: str) -> None:
        self.address, self._key = address, key
        self._client = httpx.Client(timeout=_TIMEOUT, trust_env=False)

    def look(self, number: str) -> Trace | None:
        """What is known of a registration number; None while nothing is.

        Raises `TrackingDown`, `TrackingBusy`, `TrackingRefused`, `NotUnderstood`.
        """
        try:
            with self._client.stream(
                "GET", self.address, params={"regkey": self._key, "rgist": number}
            ) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise TrackingDown(f"{self._host}: HTTP {answer.status_code}")
                content = b""
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > LARGEST:
                        raise NotUnderstood(f"{self._host}: an answer of more than {LARGEST} bytes")
        except httpx.HTTPError as error:
            raise TrackingDown(f"{self._host}: {type(error).__name__}") from None
        return parse(content, number)

    @property
    def _host(self) -> str:
        return httpx.URL(self.address).host

    def __enter__(self) -> EpostTracking:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def tracking() -> EpostTracking | None:
    """The configured interface; None where the center has none."""
    address, key = settings().tracking_url, settings().tracking_key
    return EpostTracking(address, key.get_secret_value() if key else "") if address else None
