from __future__ import annotations

from typing import Any

import pytest

from dashboard.parts.schedules import schedule_words


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (None, "일이 생길 때"),
        ({"every": "3s"}, "3초마다"),
        ({"every": "3.0"}, "3초마다"),
        ({"every": 60.0}, "1분마다"),
        ({"every": "90s"}, "90초마다"),
        ({"every": "2h", "hours": "bank"}, "2시간마다 (은행 시간)"),
        ({"cron": "30 3 * * *", "missed": "once"}, "매일 03:30"),
        ({"cron": "0 9 * * *", "days": "business"}, "근무일 09:00"),
        ({"cron": "0 9 * * mon,thu"}, "월·목요일 09:00"),
        ({"cron": "*/5 * * * *"}, "정해진 시각(*/5 * * * *)"),
    ],
)
def test_words(schedule: dict[str, Any] | None, words: str) -> None:
    assert schedule_words(schedule) == words
