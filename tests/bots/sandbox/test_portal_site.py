"""The sandbox's fax portal: it behaves as such sites do, by its script and by its own clock."""

from __future__ import annotations

from contextlib import closing

import httpx
import pytest

from bots.sandbox.portal_site import Clock, Member, PortalSite, Trouble, Troubles


def signed_in(site: PortalSite) -> httpx.Client:
    client = httpx.Client(base_url=site.url, follow_redirects=True)
    answer = client.post(
        "/member/loginProc.do", data={"userId": site.member.user, "userPw": site.member.password}
    )
    assert "님 환영합니다" in answer.text
    return client


def test_a_session_ends_by_the_sites_clock_and_by_another_sign_in() -> None:
    clock = Clock()
    with PortalSite(clock=clock, session_seconds=600) as site:
        first = signed_in(site)
        assert "받은팩스함" in first.get("/fax/inbox.do").text
        clock.skip(601)
        assert "location.href" in first.get("/fax/inbox.do").text, "an alert that leads to the sign-in page"
        second = signed_in(site)
        signed_in(site)
        assert "location.href" in second.get("/fax/inbox.do").text
        first.close()
        second.close()


def test_five_wrong_passwords_lock_the_account() -> None:
    with PortalSite(member=Member("someone", "right")) as site, httpx.Client(base_url=site.url) as client:
        for _ in range(5):
            client.post("/member/loginProc.do", data={"userId": "someone", "userPw": "wrong"})
        assert site.member.locked
        right = client.post("/member/loginProc.do", data={"userId": "someone", "userPw": "right"})
        assert right.status_code == 200
        assert "set-cookie" not in right.headers


def test_downloads_end_early_in_two_ways_and_marks_get_lost() -> None:
    troubles = Troubles(Trouble("cut", "download"), Trouble("short", "download", after=1))
    with PortalSite(troubles=troubles) as site, closing(signed_in(site)) as client:
        number = site.receive(b"II*\0" + b"x" * 100_000, pages=1)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"/fax/download.do?faxNo={number}")
        short = client.get(f"/fax/download.do?faxNo={number}")
        assert len(short.content) == int(short.headers["content-length"]) < 100_004
        assert len(client.get(f"/fax/download.do?faxNo={number}").content) == 100_004
        site.troubles.add("lost", "mark")
        assert client.post("/fax/confirm.do", data={"faxNo": number}).status_code == 500
        assert site.inbox.unfetched == []


def test_an_hour_of_outage_passes_and_it_answers_on_the_same_port() -> None:
    site = PortalSite()
    with site, httpx.Client(base_url=site.url) as client:
        site.outage(1800, "error")
        site.outage(1800, "maintenance", after=1800)
        assert client.get("/member/login.do").status_code == 502
        site.clock.skip(1801)
        page = client.get("/member/login.do")
        assert (page.status_code, "점검 중" in page.text) == (200, True)
        site.clock.skip(1800)
        assert "비밀번호" in client.get("/member/login.do").text
        address = site.url
        site.stop()
        with pytest.raises(httpx.ConnectError):
            httpx.get(address)
        site.start()
        assert site.url == address
        assert httpx.get(f"{address}/member/login.do").status_code == 200


def test_rows_shift_when_faxes_arrive_while_paging() -> None:
    with PortalSite(page_size=2) as site, closing(signed_in(site)) as client:
        numbers = [site.receive(b"II*\0" + bytes([n]), pages=1) for n in range(4)]
        assert numbers[3] in client.get("/fax/inbox.do?pageIndex=1").text
        site.troubles.add("arrivals", "inbox", amount=2)
        assert numbers[3] in client.get("/fax/inbox.do?pageIndex=2").text


def test_the_same_seed_brings_the_same_troubles() -> None:
    drawn = [
        [trouble and trouble.kind for trouble in (troubles.meet("download") for _ in range(200))]
        for troubles in (Troubles(seed=5, share=0.1), Troubles(seed=5, share=0.1))
    ]
    assert drawn[0] == drawn[1]
    assert {"cut", "short", "expired"} <= set(drawn[0])
    with pytest.raises(ValueError, match="no trouble"):
        Trouble("cut", "login")
