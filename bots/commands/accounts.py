"""`./backoffice accounts ...`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

app = typer.Typer(help="계정 · Who may sign in to the dashboard.", no_args_is_help=True)

ROLES = ("staff", "supervisor", "counselor", "administrator")


@app.callback()
def _group() -> None:
    """계정 · Who may sign in to the dashboard."""


@app.command()
def create(
    username: Annotated[str, typer.Argument(help="로그인 이름 · to sign in with")],
    name: Annotated[str, typer.Option("--name", help="화면에 보이는 이름 · shown on screen")] = "",
    role: Annotated[str, typer.Option(help=" | ".join(ROLES))] = "staff",
    officer: Annotated[
        str, typer.Option(help="담당자번호 · the officer's number, once the system of record has told it")
    ] = "",
    initial: Annotated[
        bool,
        typer.Option("--initial", help="처음 로그인할 때 바꾸게 함 · to be changed at the first sign-in"),
    ] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="비밀번호를 표준 입력에서 · from a pipe")
    ] = False,
) -> None:
    """계정 만들기 · Creates an account; asks twice for a password of ten characters or more.

    Roles: staff 담당자, supervisor 관리자, counselor 상담사, administrator 시스템 관리자.
    """
    if role not in ROLES:
        raise typer.BadParameter(f"{role!r}: one of {', '.join(ROLES)}", param_hint="--role")
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = typer.prompt("비밀번호 · password", hide_input=True, confirmation_prompt=True)
    from queues import accounts, database
    from queues.models import Role

    database.ensure()
    database.upgrade()
    try:
        with database.session() as session:
            made = accounts.create(
                session,
                username,
                password,
                role=Role(role),
                display_name=name,
                must_change=initial,
                actor="command line",
            )
            if officer:
                accounts.sit_at(session, made, _officer_id(session, officer), "command line")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{username} ({role}): 만들었습니다 · created")


@app.command()
def officer(
    username: Annotated[str, typer.Argument(help="로그인 이름 · whose")],
    number: Annotated[
        str, typer.Argument(help="담당자번호; 비우면 해제 · the officer's number; '' for none")
    ],
) -> None:
    """담당자 지정 · Says which officer the person is; their cases then stand in 내 업무함."""
    from queues import accounts, database

    database.ensure()
    try:
        with database.session() as session:
            account = accounts.find(session, username)
            if account is None:
                raise typer.BadParameter(f"{username!r}: 그런 계정이 없습니다 · no such account")
            found = _officer_id(session, number) if number else None
            accounts.sit_at(session, account, found, "command line")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{username}: 지정했습니다 · assigned")


def _officer_id(session: Session, number: str) -> int:
    from sqlmodel import select

    from queues.models import Officer

    found = session.exec(select(Officer.id).where(Officer.number == number)).one_or_none()
    if found is None:
        raise typer.BadParameter(f"{number!r}: 그런 담당자번호가 없습니다 · no officer of that number")
    return found


@app.command()
def password(
    username: Annotated[str, typer.Argument(help="로그인 이름 · whose")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="비밀번호를 표준 입력에서 · from a pipe")
    ] = False,
) -> None:
    """비밀번호 바꾸기 · Sets a new password, unlocks the account and ends its sessions."""
    new = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else typer.prompt("새 비밀번호 · new password", hide_input=True, confirmation_prompt=True)
    )
    from queues import accounts, database

    database.ensure()
    with database.session() as session:
        account = accounts.find(session, username)
        if account is None:
            raise typer.BadParameter(f"{username!r}: 그런 계정이 없습니다 · no such account")
        try:
            accounts.set_password(session, account, new, "command line")
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    typer.echo(f"{username}: 바꾸었습니다 · changed")
