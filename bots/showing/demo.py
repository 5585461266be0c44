"""`./backoffice demo`: faxes of a sandbox world arrive and are dealt with, for all to see."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bots.sandbox.world import SandboxWorld
from bots.showing.letters import Letters, LettersStory, channel_list, letters, letters_settled, state_list
from bots.showing.outcome import Outcome, is_quiet, outcome
from bots.showing.payday import Paid, Payday, PaymentsStory, appoint, day_list, paid
from bots.showing.payday import state_list as payment_states
from bots.showing.people import SignIn, open_accounts
from bots.showing.reasons import reason, type_title, way_in
from bots.showing.story import Story
from bots.showing.surroundings import connect, own_settings
from bots.showing.talks import Counselor, Talks, TalksStory, talks
from bots.showing.talks import state_list as state_list_of_talks
from bots.supervisor import Supervisor
from bots.up import programs
from config.settings import settings

_PATIENCE_SECONDS = 1200.0


class AlreadyRunning(Exception):
    """Another demo runs in the same folder."""


@dataclass
class Options:
    """How a demo runs. `within` is the time in which the faxes arrive, in seconds; `payments`: how many are paid; `talks`:
    how many recorded talks come in."""

    once: bool
    json_file: Path | None
    deliveries: int
    seed: int
    within: float = 40.0
    payments: int = 50
    talks: int = 7


def run_demo(
    *, once: bool, json_file: Path | None, deliveries: int, payments: int, talks: int, seed: int
) -> int:
    """Run the demo; returns the exit code. 0 only if all was dealt with and nothing wrongly attached."""
    console = Console()
    options = Options(once, json_file, deliveries, seed, payments=payments, talks=talks)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(options, console)
    except AlreadyRunning as error:
        console.print(f"[red]{error}")
        return 2
    except KeyboardInterrupt:
        console.print("\n데모를 마칩니다.")
        return 130 if once else 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(options: Options, console: Console) -> int:
    from queues import database
    from queues.database import session as record

    began = time.monotonic()
    folder = settings().var_dir / "demo"
    _say(console, "가상의 고용센터를 준비합니다", folder)
    _clear(folder)
    world = SandboxWorld(
        options.seed,
        folder / "world",
        options.deliveries,
        within=options.within,
        answers=True,
        payments=options.payments,
        talks=options.talks,
    )
    with own_settings(folder, world):
        try:
            database.start_private_server()
            database.upgrade()
            with record() as session:
                people, password = open_accounts(session, world.book)
                appoint(session, world.today)
            with world:
                connect(world)
                return _watch_and_tell(options, console, world, (people, password), began)
        finally:
            database.stop_private_server(remove=True)


def _watch_and_tell(
    options: Options, console: Console, world: SandboxWorld, sign_in: tuple[list[SignIn], str], began: float
) -> int:
    with Supervisor(programs(), stop_seconds=10) as running:
        _show_sign_in(console, *sign_in, early=True)
        settled = _watch(world, running, console, Payday(options.payments), Counselor(options.talks))
        results = _outcome(world)
        _report(console, results, time.monotonic() - began)
        _write(options.json_file, results, time.monotonic() - began)
        if not settled:
            logs = settings().var_dir / "log"
            console.print("[red]정해진 시간 안에 끝나지 않았습니다. 기록:[/]", str(logs))
        if options.once:
            return 0 if settled and results.good else 1
        _show_sign_in(console, *sign_in, early=False)
        while True:
            running.check()
            time.sleep(1.0)


def _say(console: Console, what: str, folder: Path) -> None:
    console.print(f"[bold]고용센터 업무지원 데모[/] · {what} ({folder})")
    console.print(
        "팩스 서버, 팩스 업체, 메일함, 행정시스템, 우체국, 은행, 녹취 장비는 가상이고, "
        "판독·연결·검토·통지·지급·음성 인식은 실제와 같은 프로그램이 합니다.\n"
    )


def _clear(folder: Path) -> None:
    """Each demo begins with an empty record. Only what a demo has made is removed."""
    from queues.postgres import PrivatePostgres

    server = folder / "var" / "postgres"
    if PrivatePostgres.is_owned(server):
        raise AlreadyRunning(f"이 폴더에서 데모가 이미 실행 중입니다: {folder}")
    if folder.exists():
        PrivatePostgres(server).remove()
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _watch(
    world: SandboxWorld, running: Supervisor, console: Console, payday: Payday, counselor: Counselor
) -> bool:
    """Tell what happens until all is dealt with; returns whether it was in time."""
    from queues.database import session as record

    end = time.monotonic() + _PATIENCE_SECONDS
    story, others = Story(), (LettersStory(), PaymentsStory(), TalksStory())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown:
        bar = shown.add_task("처리한 배달", total=world.deliveries)
        while time.monotonic() < end:
            if world.failure is not None:
                console.print(f"[red]가상 세계가 멈췄습니다: {world.failure}")
                return False
            for program in running.check():
                if program.deaths:
                    console.print(f"[red]{program.name} 다시 시작[/]\n{program.last_words()}")
            with record() as session:
                payday.act(session)
            with record() as session:
                counselor.act(session)
            with record() as session:
                for line in chain(story.news(session), *(one.news(session) for one in others)):
                    shown.console.print(line)
                quiet = is_quiet(session, world.deliveries) and letters_settled(session)
                quiet = quiet and payday.settled(session) and counselor.settled(session)
            shown.update(bar, completed=story.settled, total=world.deliveries)
            if quiet and world.finished and len(world.truth) >= world.deliveries and story.nothing_new(quiet):
                return True
            time.sleep(0.5)
    return False


@dataclass(frozen=True)
class _Results:
    told: Outcome
    sent: Letters
    paid: Paid
    talks: Talks

    @property
    def good(self) -> bool:
        return self.told.good and self.sent.good and self.paid.good and self.talks.good


def _outcome(world: SandboxWorld) -> _Results:
    from queues.database import session as record

    assert world.bank is not None
    with record() as session:
        return _Results(
            outcome(session, world.truth),
            letters(session, world.out),
            paid(session, world.bank),
            talks(session),
        )


def _report(console: Console, results: _Results, seconds: float) -> None:
    told, sent, paid_out = results.told, results.sent, results.paid
    table = Table(title="무슨 일이 있었나", show_header=False, title_justify="left", min_width=60)
    table.add_column(style="bold")
    table.add_column()
    table.add_row("들어온 배달", f"{told.sent}건 ({_list(told.deliveries)})")
    table.add_row("알아본 문서", f"{sum(told.documents.values())}건, {told.pages}쪽")
    for kind, number in told.documents.most_common():
        table.add_row("", f"{type_title(kind)} {number}")
    table.add_row("신청에 연결", f"{told.attached}건, 행정시스템 확인 {told.acknowledged}건")
    table.add_row("이미 받은 것", f"{told.duplicates}건")
    table.add_row("붙일 것 아님", f"{told.discarded}건 (표지·광고·빈 쪽)")
    table.add_row("사람이 볼 것", f"{sum(told.review.values())}건")
    for code, number in told.review.most_common():
        table.add_row("", f"{reason(code)} {number}")
    table.add_row(
        "나간 통지", f"{sum(sent.channels.values())}건 ({channel_list(sent)}), 우편료 {sent.won:,}원"
    )
    table.add_row("", state_list(sent))
    style = "green" if sent.good else "red"
    table.add_row("두 번·잃은 통지", f"[{style}]{sent.doubled}건 · {sent.lost}건[/]")
    table.add_row("지급", f"{sum(paid_out.states.values())}건 ({payment_states(paid_out)})")
    style = "green" if paid_out.good else "red"
    table.add_row(
        "원장과 은행", f"[{style}]{paid_out.won:,}원 · {paid_out.bank_won:,}원[/], {day_list(paid_out)}"
    )
    table.add_row("두 번·잘못 지급", f"[{style}]{paid_out.twice}건 · {paid_out.wrong + paid_out.lost}건[/]")
    _report_talks(table, results.talks)
    style = "red" if told.wrong else "green"
    table.add_row("잘못 연결", f"[{style}]{len(told.wrong)}건[/]" + "".join(f"\n{w}" for w in told.wrong))
    if told.missing or told.unsettled:
        table.add_row("처리하지 못함", f"[red]{', '.join(told.missing + told.unsettled)}")
    table.add_row("걸린 시간", f"{seconds:.0f}초")
    console.print()
    console.print(table)


def _report_talks(table: Table, found: Talks) -> None:
    if not found.states:
        return
    table.add_row("상담 녹음", f"{sum(found.states.values())}건 ({state_list_of_talks(found)})")
    heard, given = found.sources["recognised"], found.sources["delivered"]
    table.add_row(
        "", f"음성 인식 {heard}건, 녹취록 {given}건, 발화 {found.utterances}개(의심 {found.doubtful})"
    )
    style = "red" if found.without_cite else "green"
    table.add_row(
        "상담일지", f"{found.lines}줄, [{style}]근거 없는 줄 {found.without_cite}개[/], 서명 {found.signed}건"
    )


def _list(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{way_in(name)} {number}" for name, number in counts.items())


def _write(file: Path | None, results: _Results, seconds: float) -> None:
    if file is not None:
        counts = results.told.as_json(seconds) | results.sent.as_json() | results.paid.as_json()
        counts |= results.talks.as_json()
        file.write_text(json.dumps(counts, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _show_sign_in(console: Console, people: Sequence[SignIn], password: str, *, early: bool) -> None:
    address = f"http://{settings().dashboard_host}:{settings().dashboard_port}"
    console.print(f"대시보드  [bold]{address}[/]")
    names = ", ".join(f"{person.username}({person.name})" for person in people)
    console.print(f"로그인    {names} · 비밀번호 모두 [bold]{password}[/]")
    if not early:
        console.print("계속 실행 중입니다. 마치려면 Ctrl-C\n")
