"""`./backoffice up`: worker, scheduler and dashboard together, for real use."""

from __future__ import annotations

import signal
import time
from types import FrameType

from rich.console import Console

from bots.supervisor import Program, Supervisor
from config.settings import settings


def programs() -> list[Program]:
    """What runs on one machine."""
    logs = settings().var_dir / "log"
    host, port = settings().dashboard_host, str(settings().dashboard_port)
    return [
        Program("작업자", "bots.worker", logs / "worker.log"),
        Program("화면", "dashboard.server", logs / "dashboard.log", ("--host", host, "--port", port)),
    ]


def run_up() -> int:
    """Run until Ctrl-C or SIGTERM; returns the exit code."""
    from queues import database

    console = Console()
    now = settings()
    if not now.spool_dirs:
        console.print(
            "[yellow]BACKOFFICE_SPOOL_DIRS가 비어 있어 들어오는 팩스를 받지 못합니다. "
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
