from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from dashboard.door.guard import is_open, same_origin
from dashboard.door.sign_in import safe_next
from dashboard.door.sign_in_page import page
from dashboard.door.throttle import Throttle


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/signin?x"]
)
def test_leads_nowhere_else_after_sign_in(target: str) -> None:
    assert safe_next(target) == "/"


def test_leads_back_to_where_one_was() -> None:
    assert safe_next("/review?task=3") == "/review?task=3"


@pytest.mark.parametrize("path", ["/", "/media/a", "/page-image/1", "/_stcore/stream", "/static/../media/a"])
def test_closed_without_a_session(path: str) -> None:
    assert not is_open(path)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"host": "a:1", "origin": "http://a:1"}, True),
        ({"host": "a:1", "origin": "http://b:1"}, False),
        ({"host": "a:1", "origin": "null"}, False),
        ({"host": "a:1", "sec-fetch-site": "cross-site"}, False),
        ({"host": "a:1", "sec-fetch-site": "same-site"}, False),
        ({"host": "a:1"}, True),
    ],
)
def test_requests_of_other_sites_are_told_apart(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(Headers(headers)) is ours


def test_the_page_escapes_what_was_typed() -> None:
    html = page("센터", "t", "/", '"><script>alert(1)</script>', error="<b>")
    assert "<script>" not in html and "<b>" not in html


def test_one_address_waits_after_many_failures_and_others_do_not() -> None:
    clock = [0.0]
    throttle = Throttle(limit=3, seconds=60, clock=lambda: clock[0])
    for _ in range(3):
        assert throttle.wait_seconds("a") == 0
        throttle.failed("a")
    assert throttle.wait_seconds("a") == 60
    assert throttle.wait_seconds("b") == 0
    clock[0] = 61
    assert throttle.wait_seconds("a") == 0
