"""A row of 내 업무함."""

from __future__ import annotations

from dashboard.parts.korean import Label
from dashboard.parts.review_rows import due_cell, officer_cell
from dashboard.parts.senders import sender
from dashboard.parts.table import Column, chip, muted, strong
from dashboard.parts.times import day, short, until
from dashboard.reads.my_papers import Papers
from dashboard.reads.my_work import BACK, HELD, PAPERS, REVIEW, Job
from dashboard.reads.review_list import Waiting

COLUMNS = (
    Column("due", "처리 기한", "12.6em", "nowrap"),
    Column("kind", "구분", "6.5em", "nowrap"),
    Column("what", "할 일"),
    Column("where", "신청 · 보낸 곳", "24em"),
    Column("officer", "담당자", "8.5em", "nowrap"),
    Column("since", "수신", "8.6em", "nowrap"),
)

KIND_LABELS = {
    REVIEW: Label("검토", "warn"),
    PAPERS: Label("새 서류", "good"),
    BACK: Label("보류 복귀", "busy"),
    HELD: Label("보류 중", "wait"),
}


def job_row(job: Job) -> dict[str, object]:
    """As `dashboard.parts.table` takes it."""
    row = _of_task(job.task) if job.task else _of_papers(job)
    return {"id": job.key, "cells": {"kind": chip(KIND_LABELS[job.kind]), **row}}


def _of_task(task: Waiting) -> dict[str, object]:
    what: list[object] = [strong(task.reason), muted(f"{task.document} · {task.about}")]
    if task.other_center:
        what.append(chip(Label(f"{task.other_center} 관할", "warn"), "이송을 검토하십시오."))
    if task.holder and not task.mine:
        what.append(chip(Label(f"{task.holder} 보는 중", "wait")))
    return {
        "due": due_cell(task),
        "what": what,
        "where": sender(task.sender, task.caller_number, task.source) if task.source else muted("통지"),
        "officer": officer_cell(task.officer, task.stand_in),
        "since": short(task.received_at),
    }


def _of_papers(job: Job) -> dict[str, object]:
    papers = job.papers
    assert papers is not None
    left, tone = until(job.due_at)
    due: list[object] = [chip(Label(left, tone)) if left else muted("기한 없음")]
    if papers.due_on:
        due.append(muted(f"법정 {day(papers.due_on)}"))
    return {
        "due": due,
        "what": [strong(arrived(papers)), *completeness(papers)],
        "where": [papers.receipt_no, muted(" · ".join(w for w in (papers.program, papers.name) if w))],
        "officer": officer_cell(papers.officer, papers.stand_in),
        "since": short(papers.arrived_at),
    }


def arrived(papers: Papers) -> str:
    """`통장사본`, `통장사본 외 2건`."""
    first = papers.titles[0] if papers.titles else "서류"
    return f"{first} 외 {len(papers.titles) - 1}건" if len(papers.titles) > 1 else first


def completeness(papers: Papers) -> list[object]:
    """What the case still lacks, or that it lacks nothing."""
    if papers.missing is None:
        return []
    if not papers.missing:
        return [chip(Label("서류 완비", "good"))]
    return [muted(f"부족: {', '.join(papers.missing)}")]
