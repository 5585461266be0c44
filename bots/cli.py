"""`./backoffice`: every command of the suite by name. What each does is in bots/commands/."""

from __future__ import annotations

import sys

import typer

from bots.commands import (
    accounts,
    audit,
    dashboard,
    db,
    demo,
    doctor,
    notices,
    ocr,
    payments,
    predict,
    queue,
    sandbox,
    scheduler,
    separators,
    stt,
    test,
    up,
    worker,
)

ROOMS = {"bots", "config", "dashboard", "ocr", "queues", "stt"}

START = "시작 · Start here"
RUN = "여러 대로 운영 · One process each"
KEEP = "관리 · Keep it in order"
LOOK = "판독과 측정 · Read and measure"

EXAMPLES = """[bold]예 · Examples[/bold]

  ./backoffice demo                [dim]샘플 팩스로 전체 과정 · on sample faxes[/dim]

  ./backoffice demo --once --json out.json   [dim]끝까지, 집계 · to the end[/dim]

  ./backoffice up                  [dim]실제 운영 · with your own folders[/dim]

  ./backoffice ocr read fax.tif    [dim]파일 하나 판독 · read one file[/dim]

  ./backoffice doctor              [dim]빠진 것과 할 일 · what is missing[/dim]

설정은 BACKOFFICE_* 환경 변수 · Settings are BACKOFFICE_* variables: README.ko.md, README.md
"""

app = typer.Typer(
    name="backoffice",
    help=(
        "고용센터 백오피스: 들어온 팩스를 읽어 신청에 연결하고, 애매한 것은 사람에게 묻습니다.\n\n"
        "Back office of an employment center: faxes find their application; doubt goes to a person."
    ),
    epilog=EXAMPLES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo", rich_help_panel=START)(demo.demo)
app.command("up", rich_help_panel=START)(up.up)
app.command("doctor", rich_help_panel=START)(doctor.doctor)
app.command("test", rich_help_panel=START, context_settings=test.PASS_ON)(test.test)

app.command("worker", rich_help_panel=RUN)(worker.worker)
app.command("scheduler", rich_help_panel=RUN)(scheduler.scheduler)
app.command("dashboard", rich_help_panel=RUN)(dashboard.dashboard)

app.add_typer(queue.app, name="queue", rich_help_panel=KEEP)
app.add_typer(accounts.app, name="accounts", rich_help_panel=KEEP)
app.add_typer(db.app, name="db", rich_help_panel=KEEP)
app.add_typer(audit.app, name="audit", rich_help_panel=KEEP)

app.add_typer(separators.app, name="separators", rich_help_panel=KEEP)
app.add_typer(notices.app, name="notices", rich_help_panel=KEEP)
app.add_typer(payments.app, name="payments", rich_help_panel=KEEP)

app.add_typer(ocr.app, name="ocr", rich_help_panel=LOOK)
app.add_typer(stt.app, name="stt", rich_help_panel=LOOK)
app.command("predict", rich_help_panel=LOOK)(predict.predict)
app.add_typer(sandbox.app, name="sandbox", rich_help_panel=LOOK)


def main() -> None:
    try:
        app(prog_name="./backoffice")
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:
        # An error of our own says what happened and what to do; a traceback would hide it.
        if type(error).__module__.partition(".")[0] not in ROOMS:
            raise
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
