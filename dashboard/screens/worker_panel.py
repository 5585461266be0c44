"""The worker processes on the screen 봇과 작업."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.empty import empty
from dashboard.parts.korean import Label
from dashboard.parts.table import Column, chip, muted, table
from dashboard.parts.times import ago, short
from dashboard.reads.bots import WorkerRow

COLUMNS = (
    Column("state", "상태", "10em"),
    Column("host", "컴퓨터"),
    Column("beat", "마지막 신호", "9em"),
    Column("held", "맡은 작업", "7em", "right"),
    Column("since", "시작", "12em"),
    Column("version", "버전", "8em"),
)


def show_workers(rows: list[WorkerRow]) -> None:
    if not rows:
        empty("작업자가 없습니다.", "서버에서 ./backoffice up 으로 시작하면 여기에 나타납니다.")
        return
    table("workers", COLUMNS, [_row(row) for row in rows], label="작업자 목록", opens=False)
    st.caption(
        "작업자가 멈추면 다른 작업자가 그 일을 이어받습니다. 일정 담당은 정해진 시각에 봇을 시작하는 프로세스입니다."
    )


def _row(row: WorkerRow) -> dict[str, object]:
    worker = row.worker
    state: list[object] = [chip(row.label)]
    if row.keeps_time:
        state.append(chip(Label("일정 담당", "busy")))
    return {
        "id": worker.executor_id,
        "cells": {
            "state": state,
            "host": [worker.host, muted(f"프로세스 {worker.pid}")],
            "beat": ago(worker.heartbeat_at),
            "held": f"{len(worker.held)}건",
            "since": short(worker.started_at),
            "version": muted(worker.version),
        },
    }
