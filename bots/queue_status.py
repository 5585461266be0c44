"""The bot queue on the console: the same bots and alarms that the dashboard shows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from config.settings import settings
from queues import database
from queues.alarms import Alarm, alarms
from queues.bot_health import Health, healths
from queues.errors import NoDatabase

_COLOURS = {"good": "green", "warn": "yellow", "bad": "red", "wait": "dim"}


def main(*, as_json: bool = False, console: Console | None = None) -> int:
    """Print bots and alarms; 0 when nothing stands still, 1 when something does, 2 without a database."""
    console = console or Console()
    try:
        with database.session() as session:
            bots, found = healths(session, _midnight()), alarms(session)
    except (NoDatabase, SQLAlchemyError) as error:
        text = "데이터베이스가 응답하지 않습니다. ./backoffice up 으로 시작하십시오 · the database does not answer"
        console.print_json(json.dumps({"error": type(error).__name__})) if as_json else console.print(text)
        return 2
    if as_json:
        told = {"bots": [_bot(b) for b in bots], "alarms": [_alarm(a) for a in found]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print(console, bots, found)
    return 1 if any(alarm.tone == "bad" for alarm in found) else 0


def _midnight() -> datetime:
    return datetime.now(ZoneInfo(settings().timezone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _print(console: Console, bots: list[Health], found: list[Alarm]) -> None:
    table = Table("봇", "상태", "다음", "처리 중", "대기", "오늘 완료", "실패·검토", box=None, pad_edge=False)
    for bot in bots:
        tone, words = bot.judge()
        table.add_row(
            f"{bot.bot.title} [dim]{bot.bot.name}[/]",
            f"[{_COLOURS[tone]}]{words}[/]"
            + (f" ({escape(bot.bot.paused_reason)})" if bot.bot.paused_reason else ""),
            _clock(bot.next_at) or "일이 생길 때",
            *(str(n) for n in (bot.running, bot.waiting, bot.done_today, bot.trouble)),
        )
    console.print(table)
    console.print()
    for alarm in found:
        since = f" ({_clock(alarm.since)}부터)" if alarm.since else ""
        seen = f" · {alarm.seen_by} 확인" if alarm.is_seen else ""
        console.print(
            f"[{_COLOURS[alarm.tone]}]경보[/] {escape(alarm.what)}{since}{seen}\n     → {escape(alarm.to_do)}"
        )
    if not found:
        console.print("경보가 없습니다 · no alarms")


def _clock(moment: datetime | None) -> str:
    return moment.astimezone(ZoneInfo(settings().timezone)).strftime("%m-%d %H:%M:%S") if moment else ""


def _bot(health: Health) -> dict[str, Any]:
    tone, words = health.judge()
    return {
        "name": health.bot.name,
        "title": health.bot.title,
        "paused": health.bot.paused,
        "health": tone,
        "words": words,
        "next_at": health.next_at.isoformat() if health.next_at else None,
        "running": health.running,
        "waiting": health.waiting,
        "done_today": health.done_today,
        "trouble": health.trouble,
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "name": alarm.name,
        "tone": alarm.tone,
        "what": alarm.what,
        "since": alarm.since.isoformat() if alarm.since else None,
        "to_do": alarm.to_do,
        "seen_by": alarm.seen_by,
    }
