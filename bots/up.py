"""`./backoffice up`: worker, scheduler and dashboard together, for real use."""

from __future__ import annotations

import signal
import time
from types import FrameType

from rich.console import Console

from bots.supervisor import Program, Supervisor
from config.settings import Settings, settings


def programs() -> list[Program]:
    """What runs on one machine."""
    logs = settings().var_dir / "log"
    host, port = settings().dashboard_host, str(settings().dashboard_port)
    return [
        Program("작업자", "bots.worker", logs / "worker.log"),
        Program("화면", "dashboard.server", logs / "dashboard.log", ("--host", host, "--port", port)),
    ]


def ways_in(now: Settings) -> list[str]:
    """What is looked into, in words: `폴더 2곳`, `메일함 1개`, `팩스 업체 hanbit`."""
    folders, boxes = len(now.spool_dirs) + len(now.batch_dirs), len(now.mailboxes)
    ways = [f"폴더 {folders}곳"] if folders else []
    ways += [f"메일함 {boxes}개"] if boxes else []
    return ways + ([f"팩스 업체 {now.portal}"] if now.portal else [])


def run_up() -> int:
    """Run until Ctrl-C or SIGTERM; returns the exit code."""
    from queues import database

    console = Console()
    now = settings()
    ways = ways_in(now)
    if ways:
        console.print(f"받는 곳: {', '.join(ways)}")
    else:
        console.print(
            "[yellow]받는 곳이 정해져 있지 않아 창구 접수만 됩니다. "
            "예: BACKOFFICE_SPOOL_DIRS='[\"/var/spool/hylafax\"]'"
        )
    if not now.case_source_url:
        console.print("[yellow]BACKOFFICE_CASE_SOURCE_URL이 비어 있어 신청 자료를 가져오지 못합니다.")
    console.print("데이터베이스를 준비합니다…")
    database.ensure()
    database.upgrade()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with Supervisor(programs(), now.stop_seconds) as running:
            console.print(f"대시보드: http://{now.dashboard_host}:{now.dashboard_port}")
            console.print(f"기록: {now.var_dir / 'log'} · 마치려면 Ctrl-C")
            _first_account_hint(console)
            _watch(running, console)
    except KeyboardInterrupt:
        console.print("하던 일을 마치고 멈춥니다…")
    finally:
        database.stop_private_server()
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _first_account_hint(console: Console) -> None:
    from sqlmodel import select

    from queues.database import session as record
    from queues.models import Account

    with record() as session:
        if session.exec(select(Account.id)).first() is None:
            console.print(
                "아직 계정이 없습니다. 다른 창에서: [bold]./backoffice accounts create 아이디 --role administrator[/]"
            )


def _watch(running: Supervisor, console: Console) -> None:
    while True:
        for program in running.check():
            if program.deaths:
                console.print(f"[red]{program.name}이(가) 멈춰 다시 시작합니다[/] ({program.log})")
        time.sleep(1.0)
