"""발송 비용: what letters cost, by channel and month, as a chart, a table and a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import streamlit as st

from config.channels import CHANNELS
from dashboard.acts.rights import Right, require
from dashboard.parts.empty import empty
from dashboard.parts.notice_words import channel
from dashboard.parts.table import Column, strong, table
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.notice_costs import Cost, by_month, years
from queues import database

COLUMNS = (
    Column("month", "월", "7em", "nowrap"),
    Column("channel", "발송 방법"),
    Column("letters", "건수", "8em", "right"),
    Column("sheets", "매수", "8em", "right"),
    Column("returned", "반송", "7em", "right"),
    Column("won", "금액(원)", "10em", "right"),
    Column("each", "건당(원)", "8em", "right"),
)
_HUES = ("#1f5f8b", "#6fa3c7", "#186a43", "#835400", "#c08a2e", "#7a5c99", "#8894a0", "#a8281d")
_EMPTY = "비용이 없습니다."


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_COSTS)
    with database.session() as session:
        known = years(session)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("통지", key="costs_back", icon=":material/arrow_back:"):
            go("notices")
        st.html('<b style="font-size:1.1rem">발송 비용</b>', width="content")
        year = st.selectbox("연도", known, key="costs_year", label_visibility="collapsed", width=110)
        st.space("stretch")
        with database.session() as session:
            costs = by_month(session, int(year))
        st.download_button(
            "CSV 내려받기",
            as_csv(costs).encode("utf-8-sig"),
            f"발송비용-{year}.csv",
            "text/csv",
            key="costs_csv",
            disabled=not costs,
        )
    if not costs:
        empty(
            f"{year}년에 발송한 통지가 없습니다.", "통지가 나가면 월별·발송 방법별 비용이 여기에 나타납니다."
        )
        return
    _figures(costs)
    _chart(costs)
    table("costs", COLUMNS, _rows(costs), label="월별 발송 비용", opens=False)


def as_csv(costs: Sequence[Cost]) -> str:
    """The same as a file that a spreadsheet opens; a row for each month and channel."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["월", "발송 방법", "건수", "매수", "반송", "금액(원)"])
    writer.writerows([c.month, channel(c.channel), c.letters, c.sheets, c.returned, c.won] for c in costs)
    return out.getvalue()


def _figures(costs: Sequence[Cost]) -> None:
    won, letters = sum(c.won for c in costs), sum(c.letters for c in costs)
    back = sum(c.returned for c in costs)
    months = len({c.month for c in costs})
    cells = (
        ("금액 합계", f"{won:,}원"),
        ("월 평균", f"{round(won / months):,}원"),
        ("발송", f"{letters:,}건"),
        ("건당", f"{round(won / letters):,}원"),
        ("반송", f"{back:,}건 ({back / letters:.1%})"),
    )
    st.html(
        '<div class="bo-figures">'
        + "".join(f"<div><span>{name}</span><b>{value}</b></div>" for name, value in cells)
        + "</div>"
    )


def _chart(costs: Sequence[Cost]) -> None:
    """Won by month, stacked by channel."""
    ways = [c for c in (*CHANNELS, "lms") if any(cost.channel == c and cost.won for cost in costs)]
    if not ways:
        return
    hues = {way: _HUES[i % len(_HUES)] for i, way in enumerate(ways)}
    months = sorted({c.month for c in costs})
    spec = {
        "data": {
            "values": [
                {"월": c.month, "방법": channel(c.channel), "원": c.won, "순서": ways.index(c.channel)}
                for c in costs
                if c.channel in hues
            ]
        },
        "mark": {"type": "bar", "size": 34},
        "height": 230,
        "encoding": {
            "x": {"field": "월", "type": "ordinal", "title": None, "sort": months, "axis": {"labelAngle": 0}},
            "y": {"field": "원", "type": "quantitative", "title": "금액(원)", "axis": {"format": ",d"}},
            "color": {
                "field": "방법",
                "type": "nominal",
                "title": None,
                "scale": {"domain": [channel(w) for w in ways], "range": [hues[w] for w in ways]},
                "legend": {"orient": "top"},
            },
            "order": {"field": "순서"},
            "tooltip": [
                {"field": "월"},
                {"field": "방법"},
                {"field": "원", "type": "quantitative", "format": ",d"},
            ],
        },
    }
    st.vega_lite_chart(spec, width="stretch")


def _rows(costs: Sequence[Cost]) -> list[dict[str, object]]:
    """The latest month first, each with its sum."""
    rows: list[dict[str, object]] = []
    for month in sorted({c.month for c in costs}, reverse=True):
        own = [c for c in costs if c.month == month]
        rows.append(_row(f"{month}-sum", month, "합계", own, total=True))
        rows += [_row(f"{month}-{c.channel}", "", channel(c.channel), [c]) for c in own]
    return rows


def _row(key: str, month: str, name: str, costs: Sequence[Cost], *, total: bool = False) -> dict[str, object]:
    letters, won = sum(c.letters for c in costs), sum(c.won for c in costs)
    cells: dict[str, object] = {
        "month": month,
        "channel": name,
        "letters": f"{letters:,}",
        "sheets": f"{sum(c.sheets for c in costs):,}",
        "returned": f"{sum(c.returned for c in costs):,}",
        "won": f"{won:,}",
        "each": f"{won / letters:,.0f}" if letters else "",
    }
    return {"id": key, "cells": {k: strong(str(v)) for k, v in cells.items()} if total else cells}
