"""접수증: what a citizen takes home who has handed papers over."""

from __future__ import annotations

from html import escape

from config.settings import settings
from dashboard.look import FONT_STACK
from dashboard.parts.times import WEEKDAYS, zone
from dashboard.reads.found import entry_number
from dashboard.reads.handed_in import HandedIn

_STYLE = f"""
@page {{size: A5; margin: 14mm}}
* {{box-sizing: border-box}}
body {{margin: 0 auto; max-width: 148mm; padding: 10mm 8mm; color: #000; background: #fff; word-break: keep-all;
  font: 11pt/1.6 {FONT_STACK}}}
h1 {{font-size: 20pt; text-align: center; letter-spacing: .6em; margin: 0 0 8mm; padding-left: .6em}}
table {{border-collapse: collapse; width: 100%; margin-bottom: 6mm}}
th, td {{border: 1px solid #000; padding: 2.2mm 3mm; text-align: left; vertical-align: top}}
th {{width: 34mm; font-weight: 600; background: #f3f3f3}}
.number {{font-size: 15pt; font-weight: 700; letter-spacing: .04em; font-variant-numeric: tabular-nums}}
.say {{font-size: 9.5pt}} .say li {{margin-bottom: 1mm}}
.sign {{text-align: center; font-size: 14pt; font-weight: 700; margin-top: 9mm}}
button {{font: inherit; padding: .4em 1.4em; margin-bottom: 6mm}}
@media print {{body {{padding: 0}} .screen {{display: none}}}}
"""


def confirmation_page(handed: HandedIn) -> str:
    """The HTML of one confirmation. It names neither the citizen nor what the papers say."""
    at = handed.entry.at.astimezone(zone())
    pages = handed.pages
    count = f"파일 {len(handed.files)}개" + (f", 모두 {pages}쪽" if pages else " (쪽수는 판독한 뒤 확인)")
    rows = [
        ("접수확인번호", f'<span class="number">{entry_number(handed.entry.id)}</span>'),
        ("접수 일시", f"{at:%Y년 %m월 %d일}({WEEKDAYS[at.weekday()]}) {at:%H:%M}"),
        ("접수한 곳", escape(_place(handed.entry.source))),
        ("접수한 사람", escape(handed.by)),
        ("제출한 서류", count),
    ]
    if handed.entry.receipt_no:
        rows.append(("관련 신청", escape(handed.entry.receipt_no)))
    body = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in rows)
    return f"""<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>접수증 {entry_number(handed.entry.id)}</title>
<style>{_STYLE}</style></head><body>
<div class="screen"><button type="button" onclick="window.print()" autofocus>인쇄</button></div>
<h1>접수증</h1><table>{body}</table>
<ul class="say"><li>이 접수증은 서류를 위 일시에 받았음을 확인하는 것으로, 심사 결과를 뜻하지 않습니다.</li>
<li>처리 상황을 문의하실 때 접수확인번호를 말씀해 주십시오.</li></ul>
<p class="sign">{escape(settings().center_name)}</p></body></html>"""


def _place(source: str) -> str:
    """`desk:2번 창구` -> `서울고용센터 2번 창구`."""
    name = source.partition(":")[2]
    center = settings().center_name
    return center if name in ("", center) else f"{center} {name}"
