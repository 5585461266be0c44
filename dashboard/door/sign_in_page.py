"""The HTML of the sign-in page."""

from __future__ import annotations

from html import escape

from dashboard.look import FONT_STACK, INK, LINE, PRIMARY, SHADE, tone_variables

STYLE = f"""
{tone_variables()}
*{{box-sizing:border-box}}
body{{margin:0;word-break:keep-all;min-height:100vh;display:grid;place-items:center;background:{SHADE};color:{INK};
 font:15px/1.55 {FONT_STACK}}}
main{{width:min(25rem,92vw)}}
form,.box{{background:#fff;border:1px solid {LINE};border-radius:8px;padding:1.6rem 1.7rem 1.5rem}}
h1{{font-size:1.35rem;margin:0;letter-spacing:-.02em}}
.center{{color:#5a6875;margin:.1rem 0 1.2rem}}
label{{display:block;font-weight:600;margin:.9rem 0 .25rem}}
input[type=text],input[type=password]{{width:100%;font:inherit;padding:.5rem .65rem;border:1px solid #b9c4cd;
 border-radius:5px;background:#fff;color:inherit}}
input:focus-visible,button:focus-visible{{outline:2px solid {PRIMARY};outline-offset:2px}}
button{{width:100%;margin-top:1.3rem;font:inherit;font-weight:700;color:#fff;background:{PRIMARY};border:0;
 border-radius:5px;padding:.6rem;cursor:pointer}}
button:hover{{background:#184d72}}
.say{{border:1px solid;border-radius:5px;padding:.5rem .7rem;margin:0 0 .3rem}}
.error{{color:var(--bad-ink);background:var(--bad-fill);border-color:var(--bad-edge)}}
.notice{{color:var(--busy-ink);background:var(--busy-fill);border-color:var(--busy-edge)}}
.small{{color:#5a6875;font-size:.88rem;margin:1rem .2rem 0}}
"""


def page(
    center: str, form_token: str, target: str, username: str = "", *, notice: str = "", error: str = ""
) -> str:
    """The page; every value that comes from outside is escaped."""
    say = ""
    if error:
        say = f'<p class="say error" role="alert">{escape(error)}</p>'
    elif notice:
        say = f'<p class="say notice" role="status">{escape(notice)}</p>'
    focus_name, focus_password = ("", " autofocus") if username else (" autofocus", "")
    return f"""<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>로그인 · 고용센터 업무지원</title><style>{STYLE}</style></head><body><main>
<form method="post" action="/signin" autocomplete="on">
<h1>업무지원</h1><p class="center">{escape(center)}</p>
{say}
<input type="hidden" name="form_token" value="{escape(form_token)}">
<input type="hidden" name="next" value="{escape(target)}">
<label for="username">아이디</label>
<input id="username" name="username" type="text" value="{escape(username)}" autocomplete="username"
 autocapitalize="none" spellcheck="false" required{focus_name}>
<label for="password">비밀번호</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{focus_password}>
<button type="submit">로그인</button>
</form>
<p class="small">허가받은 직원만 사용할 수 있습니다. 개인정보를 조회한 기록은 법에 따라 보관됩니다.<br>
아이디가 없거나 비밀번호를 잊었으면 시스템관리자에게 문의하십시오.</p>
</main></body></html>"""
