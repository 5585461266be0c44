"""The HTML of the page on which people change their own password."""

from __future__ import annotations

from html import escape

from dashboard.door.sign_in_page import STYLE
from dashboard.visitor import Visitor
from queues.accounts import SHORTEST_PASSWORD


def page(center: str, form_token: str, visitor: Visitor, *, notice: str = "", error: str = "") -> str:
    """The page; every value that comes from outside is escaped."""
    say = f'<p class="say notice" role="status">{escape(notice)}</p>' if notice else ""
    if error:
        say = f'<p class="say error" role="alert">{escape(error)}</p>'
    back = "" if visitor.must_change else '<p class="small"><a href="/">바꾸지 않고 돌아가기</a></p>'
    return f"""<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>비밀번호 바꾸기 · 고용센터 업무지원</title><style>{STYLE}</style></head><body><main>
<form method="post" action="/password" autocomplete="on">
<h1>비밀번호 바꾸기</h1><p class="center">{escape(center)} · {escape(visitor.shown_name)}</p>
{say}
<input type="hidden" name="form_token" value="{escape(form_token)}">
<input type="text" name="username" value="{escape(visitor.username)}" autocomplete="username" hidden>
<label for="current">현재 비밀번호</label>
<input id="current" name="current" type="password" autocomplete="current-password" required autofocus>
<label for="new">새 비밀번호</label>
<input id="new" name="new" type="password" autocomplete="new-password" minlength="{SHORTEST_PASSWORD}" required>
<label for="again">새 비밀번호 확인</label>
<input id="again" name="again" type="password" autocomplete="new-password" minlength="{SHORTEST_PASSWORD}" required>
<button type="submit">바꾸기</button>
</form>
<p class="small">{SHORTEST_PASSWORD}자 이상, 글자·숫자·기호 가운데 두 가지 이상을 섞어 주십시오.
바꾸면 다른 곳에 로그인되어 있던 화면은 모두 끝납니다.</p>{back}
</main></body></html>"""
