"""The sandbox's post: what it takes in, refuses, counts and tells, over real HTTP."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import httpx
import pikepdf
import pytest

from bots.sandbox.post_site import PASSWORD, TRACKING_KEY, USER, PostSite
from config import post_rates
from tests.bots.papers import text_pdf

HEAD = "순번,고객관리번호,받는분,우편번호,주소,상세주소,시작쪽,쪽수\n"
TWO = "1,key-a,김철수,44677,울산 남구 돋질로 1,101동,1,2\n2,key-b,이영희,44677,울산 남구 돋질로 2,,3,1\n"


def pdf(pages: int, size: tuple[float, float] = (595.276, 841.89)) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=size)
        made.save(out)
    return out.getvalue()


class Client(httpx.Client):
    """Somebody who is signed in."""

    def __init__(self, site: PostSite) -> None:
        super().__init__(base_url=site.url, follow_redirects=True, trust_env=False, verify=False)
        self.post("/member/loginProc.do", data={"userId": USER, "userPw": PASSWORD})

    def upload(
        self, rows: str = TWO, pages: int = 3, *, service: str = "registered", **more: str
    ) -> httpx.Response:
        return self.post(
            "/apply/upload.do",
            data={"jobName": "job", "service": service, "envelope": "small"} | more,
            files={
                "letterFile": ("letters.pdf", pdf(pages)),
                "addressFile": ("list.csv", (HEAD + rows).encode("utf-8-sig")),
            },
        )

    def job(self) -> str:
        return self.upload().url.params["jobNo"]

    def pay(self, number: str) -> httpx.Response:
        return self.post("/apply/pay.do", data={"jobNo": number})


@pytest.fixture
def site() -> Iterator[PostSite]:
    with PostSite(deposit=20_000, session_seconds=100_000) as opened:
        yield opened


@pytest.fixture
def client(site: PostSite) -> Iterator[Client]:
    opened = Client(site)
    yield opened
    opened.close()


def said(answer: httpx.Response) -> str:
    """What an alert says."""
    found = re.search(r'alert\("(.*?)"\);', answer.text)
    assert found, answer.text[-800:]
    return found[1].encode().decode("unicode_escape")


def test_a_job_is_paid_once_and_each_letter_counted(site: PostSite, client: Client) -> None:
    number = client.job()
    price = sum(post_rates.price("registered", "small", sheets) for sheets in (2, 1))
    assert f"{price:,}원" in client.get("/apply/confirm.do", params={"jobNo": number}).text
    assert not site.posted
    receipt = client.pay(number)
    assert receipt.url.path == "/apply/receipt.do" and f"{price:,}원" in receipt.text
    assert "이미 결제된" in said(client.pay(number))
    assert site.posted == {"key-a": 1, "key-b": 1}
    assert (site.deposit, site.payments, site.double_pay_attempts) == (20_000 - price, [(number, price)], 1)
    letters = client.get("/apply/letters.do", params={"jobNo": number}).text
    numbers = re.findall(r"<td>([0-9]{13})</td>", letters)
    assert len(set(numbers)) == 2 and "김*수" in letters and "김철수" not in letters


def test_the_same_name_twice_is_two_jobs(site: PostSite, client: Client) -> None:
    """The site does not help a client that is not sure whether it has uploaded."""
    for number in (client.job(), client.job()):
        client.pay(number)
    assert site.posted == {"key-a": 2, "key-b": 2}
    found = client.get("/apply/list.do", params={"jobName": "job"}).text
    assert found.count("접수완료") == 2
    assert "조회된 내역이 없습니다" in client.get("/apply/list.do", params={"jobName": "jo"}).text


@pytest.mark.parametrize(
    ("rows", "pages", "problem"),
    ids=["more_pages", "fewer_pages", "postcode", "same_key", "long_name", "emoji", "too_many_sheets"],
    argvalues=[
        (TWO, 4, "쪽 범위"),
        (TWO, 2, "쪽 범위"),
        (TWO.replace("44677", "4467", 1), 3, "우편번호"),
        (TWO.replace("key-b", "key-a"), 3, "중복"),
        (TWO.replace("김철수", "가" * 101), 3, "받는 분"),
        (TWO.replace("김철수", "김😀수"), 3, "문자"),
        ("1,key-a,김철수,44677,울산 남구 돋질로 1,,1,7\n", 7, "매수"),
    ],
)
def test_a_wrong_row_refuses_the_whole_upload(
    site: PostSite, client: Client, rows: str, pages: int, problem: str
) -> None:
    assert problem in client.upload(rows, pages).text.split('id="errorList"')[1]
    assert not site.jobs


def test_files_that_are_none_are_refused(site: PostSite, client: Client) -> None:
    files = {"letterFile": ("a.pdf", b"%PDF-1.7 broken"), "addressFile": ("a.csv", (HEAD + TWO).encode())}
    form = {"jobName": "job", "service": "post", "envelope": "small"}
    assert "파일 형식" in said(client.post("/apply/upload.do", data=form, files=files))
    files = {"letterFile": ("a.pdf", pdf(3, (612, 792))), "addressFile": ("a.csv", (HEAD + TWO).encode())}
    assert "A4" in client.post("/apply/upload.do", data=form, files=files).text
    assert not site.jobs


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_it_pays_and_the_answer_is_lost(site: PostSite, client: Client, kind: str) -> None:
    number = client.job()
    site.troubles.add(kind, "pay")
    if kind == "cut":
        with pytest.raises(httpx.RemoteProtocolError):
            client.pay(number)
    else:
        assert client.pay(number).status_code == 500
    assert site.posted == {"key-a": 1, "key-b": 1}


def test_a_payment_that_takes_its_time(site: PostSite, client: Client) -> None:
    number = client.job()
    site.troubles.add("late", "pay", amount=60)
    assert "결제처리중" in client.pay(number).text
    assert "이미 결제된" in said(client.pay(number))
    assert not site.posted
    site.clock.skip(61)
    assert site.posted == {"key-a": 1, "key-b": 1}


def test_a_deposit_that_is_too_small_and_a_day_that_is_over(client: Client, site: PostSite) -> None:
    number = client.job()
    site.ledger.deposit = 100
    assert "잔액이 부족" in said(client.pay(number))
    site.ledger.deposit, site.ledger.cutoff = 20_000, "00:00"
    assert "마감" in said(client.pay(number))
    assert not site.posted and site.deposit == 20_000


def test_within_an_hour_a_job_can_be_called_back(site: PostSite, client: Client) -> None:
    first, second = client.job(), client.job()
    client.pay(first)
    client.pay(second)
    assert "취소되었습니다" in said(client.post("/apply/cancel.do", data={"jobNo": first}))
    site.clock.skip(3601)
    assert "취소 가능 시간" in said(client.post("/apply/cancel.do", data={"jobNo": second}))
    assert site.posted == {"key-a": 1, "key-b": 1} and site.ledger.paid == {"key-a": 2, "key-b": 2}


def test_a_job_that_the_list_shows_later(site: PostSite, client: Client) -> None:
    site.troubles.add("lost_lagging", "upload", amount=30)
    assert client.upload().status_code == 500
    assert "조회된 내역이 없습니다" in client.get("/apply/list.do").text
    site.clock.skip(31)
    assert "결제대기" in client.get("/apply/list.do").text


def test_the_page_changes(site: PostSite, client: Client) -> None:
    number = client.job()
    site.troubles.add("changed", "confirm")
    page = client.get("/apply/confirm.do", params={"jobNo": number}).text
    assert 'id="btnPay"' not in page and "예약번호" in page


def test_letters_arrive_and_come_back(site: PostSite, client: Client) -> None:
    site.journeys.delivered_after = 100.0
    client.post("/sandbox/returns", json={"keys": ["key-b"], "reason": "이사불명"})
    client.pay(client.job())
    numbers = {letter.key: letter.registered_no for letter in site.jobs[0].letters}

    def ask(key: str) -> str:
        params = {"regkey": TRACKING_KEY, "rgist": numbers[key]}
        return client.get("/openapi/trace", params=params).text

    assert "접수" in ask("key-a") and "배달완료" not in ask("key-a")
    client.post("/sandbox/skip", json={"seconds": 101})
    assert "배달완료 ( 배달 )" in ask("key-a")
    assert "<processSttus>반송</processSttus>" in ask("key-b") and "이사불명" in ask("key-b")
    refused = client.get("/openapi/trace", params={"regkey": "wrong", "rgist": numbers["key-a"]}).text
    assert "<successYN>N</successYN>" in refused
    assert client.get("/sandbox/state").json()["posted"] == {"key-a": 1, "key-b": 1}
    with pikepdf.open(io.BytesIO(client.get("/sandbox/letters/key-a").content)) as letter:
        assert len(letter.pages) == 2


def test_a_letter_in_the_wrong_envelope_is_noticed(site: PostSite, client: Client) -> None:
    letters = text_pdf([["(44677) 울산 남구 돋질로 1", "김철수 귀하"], ["붙임"], ["(44677)", "박영희 귀하"]])
    files = {"letterFile": ("a.pdf", letters), "addressFile": ("a.csv", (HEAD + TWO).encode())}
    form = {"jobName": "job", "service": "post", "envelope": "small"}
    client.post("/apply/upload.do", data=form, files=files)
    assert client.get("/sandbox/misaddressed").json() == ["key-b"]
