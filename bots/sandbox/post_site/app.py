"""The addresses of the site: sign in, upload, confirm, pay, receipt, list, letters, cancel."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bots.sandbox.portal_site.app import COOKIE, MAIN, SIGN_IN
from bots.sandbox.portal_site.members import Answer
from bots.sandbox.portal_site.troubles import Trouble
from bots.sandbox.post_site import upload
from bots.sandbox.post_site.doors import Doors
from bots.sandbox.post_site.ledger import PAID, WAITING, Job, PostLedger, Refused
from bots.sandbox.post_site.pages import ENVELOPES, SERVICES, alert, letters_page, list_page, page

LIST, NEW = "/apply/list.do", "/apply/new.do"
_LONGEST_JOB_NAME = 50


class Views:
    """What the pages do. Each finds the trouble it is to make in `request.state.trouble`."""

    def __init__(self, ledger: PostLedger, doors: Doors, page_size: int) -> None:
        self.ledger, self.doors, self.page_size = ledger, doors, page_size

    @property
    def _user(self) -> str:
        return self.doors.members.member.user

    async def home(self, request: Request) -> Response:
        return RedirectResponse(SIGN_IN, 302)

    async def login(self, request: Request) -> Response:
        return HTMLResponse(page("login", changed=_meets(request, "changed"), user=""))

    async def sign_in(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode("utf-8", errors="replace"), keep_blank_values=True)
        members = self.doors.members
        answer, session = members.sign_in(form.get("userId", [""])[0], form.get("userPw", [""])[0])
        if answer is Answer.WRONG:
            text = (
                "아이디 또는 비밀번호가 일치하지 않습니다.\n"
                f"(오류 {members.member.failures}회 / 5회 오류 시 이용이 제한됩니다)"
            )
            return HTMLResponse(alert(text, SIGN_IN))
        if answer is Answer.LOCKED:
            text = "비밀번호 5회 오류로 계정이 잠겼습니다.\n고객센터(1588-0000)에 문의하여 주십시오."
            return HTMLResponse(alert(text, SIGN_IN))
        welcome = RedirectResponse(MAIN, 302)
        welcome.set_cookie(COOKIE, session, path="/", httponly=True)
        return welcome

    async def main(self, request: Request) -> Response:
        return HTMLResponse(page("main", user=self._user, deposit=self.ledger.deposit))

    async def new(self, request: Request) -> Response:
        changed = _meets(request, "changed")
        return HTMLResponse(page("new", changed=changed, user=self._user, deposit=self.ledger.deposit))

    async def upload(self, request: Request) -> Response:
        if _meets(request, "refused"):
            return HTMLResponse(alert("처리 중 오류가 발생하였습니다.\n잠시 후 다시 시도하여 주십시오.", NEW))
        async with request.form() as form:
            files = [form.get("letterFile"), form.get("addressFile")]
            words = {name: str(form.get(name) or "") for name in ("jobName", "service", "envelope")}
            contents = [await one.read() for one in files if isinstance(one, UploadFile)]
        if words["service"] not in SERVICES or words["envelope"] not in ENVELOPES:
            return HTMLResponse(alert("서비스와 봉투를 선택하여 주십시오.", NEW))
        if not 1 <= len(words["jobName"]) <= _LONGEST_JOB_NAME or len(contents) != len(files):
            return HTMLResponse(alert("접수명, 편지 파일, 주소록을 모두 입력하여 주십시오.", NEW))
        pdf, listed = contents
        try:
            letters, wrong = await run_in_threadpool(upload.read, words["envelope"], listed, pdf)
        except Refused as refusal:
            return HTMLResponse(alert(str(refusal), NEW))
        if wrong:
            return HTMLResponse(page("errors", user=self._user, wrong=wrong))
        job = self.ledger.take(words["jobName"], words["service"], words["envelope"], letters, pdf)
        return self._uploaded(job, request.state.trouble)

    def _uploaded(self, job: Job, trouble: Trouble | None) -> Response:
        kind, amount = (trouble.kind, trouble.amount) if trouble else ("", 0.0)
        if kind == "price":
            job.extra_won = round(amount) * 100
        if kind == "sheets":
            job.extra_sheets = round(amount)
        if kind in ("lagging", "lost_lagging"):
            job.shown_from += amount
        if kind in ("lost", "lost_lagging"):
            return HTMLResponse(page("error"), 500)
        return RedirectResponse(f"/apply/confirm.do?jobNo={job.number}", 302)

    async def confirm(self, request: Request) -> Response:
        job = self.ledger.find(request.query_params.get("jobNo", ""))
        if job is None:
            return _unknown()
        trouble: Trouble | None = request.state.trouble
        more = round(trouble.amount) if trouble else 0
        return HTMLResponse(
            page(
                "confirm",
                changed=_meets(request, "changed"),
                user=self._user,
                job=job,
                deposit=self.ledger.deposit,
                more_won=more * 100 if _meets(request, "price") else 0,
                more_sheets=more if _meets(request, "sheets") else 0,
            )
        )

    async def pay(self, request: Request) -> Response:
        job = await self._of_form(request)
        if job is None:
            return _unknown()
        here = f"/apply/confirm.do?jobNo={job.number}"
        trouble: Trouble | None = request.state.trouble
        kind, amount = (trouble.kind, trouble.amount) if trouble else ("", 0.0)
        late = amount if kind in ("late", "lost_late") else 0.0
        try:
            if kind == "refused":
                raise Refused("예치금 잔액이 부족합니다.")
            if kind == "closed":
                raise Refused("금일 접수가 마감되었습니다.")
            self.ledger.pay(job, late=late, numbers_late=amount if kind == "numbers_late" else 0.0)
        except Refused as refusal:
            return HTMLResponse(alert(str(refusal), here))
        if kind in ("lost", "lost_late"):
            return HTMLResponse(page("error"), 500)
        return RedirectResponse(here if late else f"/apply/receipt.do?jobNo={job.number}", 302)

    async def receipt(self, request: Request) -> Response:
        job = self.ledger.find(request.query_params.get("jobNo", ""))
        if job is None or job.state != PAID:
            return _unknown()
        return HTMLResponse(page("receipt", changed=_meets(request, "changed"), user=self._user, job=job))

    async def cancel(self, request: Request) -> Response:
        job = await self._of_form(request)
        if job is None:
            return _unknown()
        here = f"/apply/confirm.do?jobNo={job.number}"
        if _meets(request, "refused"):
            return HTMLResponse(
                alert("처리 중 오류가 발생하였습니다.\n잠시 후 다시 시도하여 주십시오.", here)
            )
        try:
            self.ledger.cancel(job)
        except Refused as refusal:
            return HTMLResponse(alert(str(refusal), here))
        if _meets(request, "lost"):
            return HTMLResponse(page("error"), 500)
        return HTMLResponse(alert("취소되었습니다.", LIST))

    async def list(self, request: Request) -> Response:
        name = request.query_params.get("jobName", "")
        jobs = self.ledger.listing(name)
        changed = _meets(request, "changed")
        return HTMLResponse(
            list_page(jobs, _page_of(request), self.page_size, self._user, name, changed=changed)
        )

    async def letters(self, request: Request) -> Response:
        job = self.ledger.find(request.query_params.get("jobNo", ""))
        if job is None or job.state == WAITING:
            return _unknown()
        letters = job.letters[:-1] if _meets(request, "wrong_count") else job.letters
        changed = _meets(request, "changed")
        return HTMLResponse(letters_page(job, letters, _page_of(request), self._user, changed=changed))

    async def _of_form(self, request: Request) -> Job | None:
        form = parse_qs((await request.body()).decode("utf-8", errors="replace"))
        return self.ledger.find(form.get("jobNo", [""])[0])


def _meets(request: Request, kind: str) -> bool:
    trouble: Trouble | None = request.state.trouble
    return trouble is not None and trouble.kind == kind


def _page_of(request: Request) -> int:
    number = request.query_params.get("pageIndex", "1")
    return max(1, int(number)) if number.isdecimal() else 1


def _unknown() -> Response:
    return HTMLResponse(alert("접수 내역이 없습니다.", LIST))


def routes(ledger: PostLedger, doors: Doors, page_size: int) -> list[Route]:
    """The web site's addresses."""
    views, at = Views(ledger, doors, page_size), doors.at
    return [
        Route("/", at("", views.home, open_=True)),
        Route(SIGN_IN, at("login", views.login, open_=True)),
        Route("/member/loginProc.do", at("login", views.sign_in, open_=True), methods=["POST"]),
        Route(MAIN, at("main", views.main)),
        Route(NEW, at("new", views.new)),
        Route("/apply/upload.do", at("upload", views.upload), methods=["POST"]),
        Route("/apply/confirm.do", at("confirm", views.confirm)),
        Route("/apply/pay.do", at("pay", views.pay), methods=["POST"]),
        Route("/apply/receipt.do", at("receipt", views.receipt)),
        Route("/apply/cancel.do", at("cancel", views.cancel), methods=["POST"]),
        Route(LIST, at("list", views.list)),
        Route("/apply/letters.do", at("letters", views.letters)),
    ]
