"""How the screens look: Streamlit's theme and the few rules of style that it has no option for.

Colours carry a meaning and never stand alone: every coloured mark has its word beside it.
No font comes from outside; the first installed of the stack is taken.
"""

from __future__ import annotations

from typing import Any

FONT_STACK = (
    "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', NanumBarunGothic, '나눔바른고딕', "
    "'Apple SD Gothic Neo', 'Malgun Gothic', '맑은 고딕', NanumGothic, sans-serif"
)

INK = "#1c2733"
PRIMARY = "#1f5f8b"
LINE = "#d9e0e6"
PAPER = "#ffffff"
SHADE = "#f3f6f8"

#: tone -> (text, background, border); used by chips, evidence and the marks on a page image
TONES: dict[str, tuple[str, str, str]] = {
    "good": ("#186a43", "#e4f3ea", "#a9d5bd"),
    "busy": ("#1f5f8b", "#e5eff7", "#b3d0e6"),
    "wait": ("#4b5865", "#edf0f3", "#cfd7de"),
    "warn": ("#835400", "#fdf1d8", "#ecd097"),
    "bad": ("#a8281d", "#fbe8e6", "#ecb8b2"),
}


def options(address: str, port: int) -> dict[str, Any]:
    """Streamlit's options, set from here so that they hold wherever the program is started from."""
    return {
        "browser.gatherUsageStats": False,
        "browser.serverAddress": address,
        "browser.serverPort": port,
        "server.address": address,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.enableStaticServing": False,
        "server.enableXsrfProtection": True,
        "server.xsrfCookieSameSite": "strict",
        "server.enableAgentApi": False,
        "server.maxUploadSize": 1,
        "server.showEmailPrompt": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "client.showErrorLinks": False,
        "client.allowedOrigins": [],
        "client.disableDataExport": True,
        "logger.hideWelcomeMessage": True,
        "logger.enableRich": False,
        "runner.magicEnabled": False,
        "theme.base": "light",
        "theme.primaryColor": PRIMARY,
        "theme.backgroundColor": PAPER,
        "theme.secondaryBackgroundColor": SHADE,
        "theme.textColor": INK,
        "theme.borderColor": LINE,
        "theme.linkColor": PRIMARY,
        "theme.font": FONT_STACK,
        "theme.headingFont": FONT_STACK,
        "theme.codeFont": "NanumGothicCoding, 'D2Coding', Consolas, monospace",
        "theme.baseFontSize": 14,
        "theme.baseRadius": "5px",
        "theme.buttonRadius": "5px",
        "theme.showWidgetBorder": True,
        "theme.headingFontSizes": ["1.45rem", "1.2rem", "1.05rem", "1rem", "1rem", "1rem"],
        "theme.headingFontWeights": [700, 700, 600, 600, 600, 600],
    }


def tone_variables() -> str:
    """The tones as CSS custom properties: `--good-ink`, `--good-fill`, `--good-edge`, ..."""
    lines = [
        f"--{name}-ink:{ink};--{name}-fill:{fill};--{name}-edge:{edge};"
        for name, (ink, fill, edge) in TONES.items()
    ]
    return ":root,:host{" + "".join(lines) + "}"


STYLE = (
    tone_variables()
    + """
header[data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stDecoration"] {display:none}
.block-container, [data-testid="stMainBlockContainer"] {
  padding: 0.6rem 1.4rem 2rem 1.4rem; max-width: 1680px;}
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stExpandSidebarButton"] {display:none}
[data-testid="stVerticalBlock"] {gap: 0.55rem}
h1, h2, h3 {letter-spacing: -0.01em; padding: 0}
h1 {padding: 0.1rem 0 !important}
p {line-height: 1.5}
.stHtml, p, label, button {word-break: keep-all}
[data-testid="stColumn"]:has(.st-key-page_side) {position: sticky; top: .4rem; align-self: flex-start}
*:focus-visible {outline: 2px solid #1f5f8b; outline-offset: 2px; border-radius: 3px}
.st-key-topbar {border-bottom: 1px solid #d9e0e6; padding-bottom: 0.35rem; margin-bottom: 0.2rem}
.st-key-topbar [data-testid="stPageLink-NavLink"] {padding: 0.25rem 0.7rem; border-radius: 5px}
.st-key-topbar [data-testid="stPageLink-NavLink"][aria-current="page"] {background: #e5eff7}
.st-key-topbar [data-testid="stPageLink-NavLink"][aria-current="page"] p {color:#1f5f8b; font-weight: 700}
.st-key-topbar p {font-size: 1rem}
.st-key-topbar_group {border-bottom: 1px solid #e6ebef; padding-bottom: .2rem; margin: -.2rem 0 .2rem 0}
.st-key-topbar_group [data-testid="stPageLink-NavLink"] {padding: 0.05rem .7rem; border-radius: 5px}
.st-key-topbar_group p {font-size: .95rem; color: #46535f}
.st-key-topbar_group [data-testid="stPageLink-NavLink"][aria-current="page"] {background: #e5eff7}
.st-key-topbar_group [data-testid="stPageLink-NavLink"][aria-current="page"] p {color:#1f5f8b; font-weight: 700}
@media (max-width: 1340px) {
  .st-key-topbar [data-testid="stPageLink-NavLink"] {padding: .2rem .3rem}
  .st-key-topbar p {font-size: .92rem}
  .st-key-finder_place {min-width: 9rem}
  .bo-brand {padding-right: .3rem} .bo-brand small {display: none}}
.st-key-finder_place {min-width: 15rem; max-width: 40rem; margin: 0 auto; flex: none}
.bo-brand {font-weight: 800; font-size: 1.02rem; letter-spacing: -0.02em; color: #1c2733;
  padding-right: 0.8rem; white-space: nowrap}
.bo-brand small {font-weight: 500; color: #5a6875; margin-left: .4rem}
.bo-chip {display:inline-block; padding: 0 .5em; border-radius: 4px; font-size: .86em; line-height: 1.6;
  border: 1px solid; white-space: nowrap; font-weight: 600}
.bo-good {color:var(--good-ink); background:var(--good-fill); border-color:var(--good-edge)}
.bo-busy {color:var(--busy-ink); background:var(--busy-fill); border-color:var(--busy-edge)}
.bo-wait {color:var(--wait-ink); background:var(--wait-fill); border-color:var(--wait-edge)}
.bo-warn {color:var(--warn-ink); background:var(--warn-fill); border-color:var(--warn-edge)}
.bo-bad {color:var(--bad-ink); background:var(--bad-fill); border-color:var(--bad-edge)}
.bo-muted {color:#5a6875}
.bo-file {display:inline-block; border:1px solid #b9c4cd; border-radius:5px; padding:.1rem .7rem; color:#1f5f8b;
  text-decoration:none; font-weight:600}
.bo-file:hover {background:#e5eff7}
.bo-figures {display:flex; gap:0; border:1px solid #d9e0e6; border-radius:6px; overflow:hidden;
  background:#fff; flex-wrap: wrap}
.bo-figures > div {padding:.4rem 1.1rem; border-right:1px solid #e6ebef; min-width: 7.5rem; flex: 1}
.bo-figures > div:last-child {border-right:0}
.bo-figures b {display:block; font-size:1.35rem; line-height:1.3; font-variant-numeric: tabular-nums}
.bo-figures span {color:#5a6875; font-size:.9rem}
.bo-facts {padding:0 !important; display:grid; grid-template-columns:max-content 1fr; gap:.1rem .9rem; margin:0}
.bo-facts dt {color:#5a6875} .bo-facts dd {margin:0; font-variant-numeric: tabular-nums}
.bo-empty {padding:2.2rem 1rem; text-align:center; color:#5a6875; border:1px dashed #cfd7de;
  border-radius:6px; background:#fafbfc}
[class*="st-key-alarm_"], [class*="st-key-alarmbox_"] {border:1px solid; border-radius:6px; padding:.3rem .8rem}
.st-key-alarm_bad, [class*="st-key-alarmbox_bad"] {background:var(--bad-fill); border-color:var(--bad-edge)}
.st-key-alarm_warn, [class*="st-key-alarmbox_warn"] {background:var(--warn-fill); border-color:var(--warn-edge)}
[class*="st-key-alarmbox_seen"] {background:#fafbfc; border-color:#d9e0e6}
.bo-evidence img {max-width:min(100%, 720px); max-height:340px; border:1px solid #d9e0e6; border-radius:4px;
  margin:.4rem .4rem 0 0}
.bo-matrix {border-collapse:collapse; margin:.2rem 0 .6rem 0; font-variant-numeric: tabular-nums; white-space:nowrap}
.bo-matrix th, .bo-matrix td {padding:.2rem .7rem; border-bottom:1px solid #edf1f4; text-align:right; font-weight:400}
.bo-matrix thead th {color:#46535f; background:#f3f6f8; font-weight:600}
.bo-matrix th:first-child {text-align:left; white-space:normal; min-width:5rem}
.bo-matrix tr > :last-child, .bo-matrix tbody tr:last-child {font-weight:600}
.bo-events {list-style:none; margin:.1rem 0 .5rem 0; padding:0 0 0 .8rem; border-left:2px solid #d9e0e6}
.bo-events li {padding:.05rem 0; line-height:1.5; font-variant-numeric: tabular-nums}
.bo-progress {display:flex; height:12px; border-radius:6px; overflow:hidden; background:#e6ebef; margin:.2rem 0}
.bo-progress i {display:block; min-width:2px} .bo-progress .good {background:#4f9a72}
.bo-progress .busy {background:#6fa3c7} .bo-progress .warn {background:#dba437}
.bo-progress .bad {background:#c4483b} .bo-progress .wait {background:#cfd7de}
.bo-event {border-left:2px solid #d9e0e6; padding:.1rem 0 .1rem .8rem; font-variant-numeric: tabular-nums}
.bo-message summary {cursor:pointer; color:#1f5f8b; list-style-position:inside}
.bo-message dl {border:1px solid #e6ebef; border-radius:5px; padding:.3rem .7rem !important; background:#fafbfc;
  margin:.2rem 0 .3rem 0}
.bo-weekday {text-align:center; color:#46535f; font-weight:600; background:#f3f6f8; border-radius:4px}
[class*="st-key-day_"] {border:1px solid #e6ebef; border-radius:5px; padding:.15rem .4rem .3rem; min-height:4.2rem}
[class*="st-key-day_closed"] {background:#f7f8f9} [class*="st-key-day_closed"] .bo-day b {color:#a8281d}
[class*="st-key-day_today"] {border-color:#1f5f8b; box-shadow:inset 0 0 0 1px #1f5f8b}
.bo-day {display:flex; gap:.3rem; align-items:baseline; font-variant-numeric:tabular-nums}
.bo-day-won {margin-left:auto; font-size:.86em; color:#5a6875}
[class*="st-key-run_"] button {padding:0 .35rem; min-height:1.5rem; line-height:1.4; width:100%;
  justify-content:flex-start; text-align:left; border-left:3px solid #cfd7de; border-radius:2px}
[class*="st-key-run_"] button p {font-size:.88rem; overflow:hidden; text-overflow:ellipsis; white-space:nowrap}
[class*="st-key-run_good"] button {border-left-color:#4f9a72}
[class*="st-key-run_busy"] button {border-left-color:#6fa3c7}
[class*="st-key-run_warn"] button {border-left-color:#dba437}
[class*="st-key-run_bad"] button {border-left-color:#c4483b}
.bo-words {white-space:pre-wrap; border:1px solid #d9e0e6; border-radius:6px; background:#fafbfc;
  padding:.5rem .8rem; margin:.2rem 0}
.bo-empty b {display:block; color:#1c2733; font-size:1.05rem; margin-bottom:.25rem}
"""
)
