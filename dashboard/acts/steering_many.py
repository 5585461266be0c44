"""The same done to many work items: chosen ones, or all that a list shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.acts.rights import Right, require
from dashboard.acts.steering import CannotSteer
from dashboard.visitor import Visitor
from queues import bulk, database, work_lists
from queues.bulk import MOST, Done
from queues.work_lists import Wanted

_LONGEST = 200


@dataclass(frozen=True)
class Act:
    """What can be done with many. `word` names it, `says` asks for confirmation ("{count}건을 ...")."""

    word: str
    says: str
    done: str
    carry_out: Callable[[Sequence[int], str, str], Done]


ACTS = {
    "retry": Act(
        "다시 시도",
        "작업 {count}건을 다시 시도합니다. 순서는 처음 등록된 차례대로입니다.",
        "다시 시도",
        bulk.do_again,
    ),
    "cancel": Act(
        "취소", "작업 {count}건을 취소합니다. 봇은 이 작업을 더 하지 않습니다.", "취소", bulk.cancel
    ),
    "hand_over": Act(
        "사람에게 넘기기",
        "작업 {count}건을 검토함으로 넘깁니다. 봇은 더 하지 않습니다.",
        "검토함으로 넘김",
        bulk.hand_to_people,
    ),
    "to_this_version": Act(
        "지금 버전으로 옮기기",
        "기다리는 작업 {count}건을 지금 가동 중인 버전의 작업자에게 넘깁니다.",
        "지금 버전으로 옮김",
        lambda ids, actor, _note: bulk.to_this_version(ids, actor),
    ),
}


def do_to(visitor: Visitor, act: str, ids: Sequence[int], note: str = "") -> Done:
    """To the chosen items. Raises `NotAllowed`, `CannotSteer`."""
    require(visitor, Right.RETRY_WORK)
    if act == "to_this_version":
        require(visitor, Right.STEER_BOTS)
    if not ids:
        raise CannotSteer("고른 작업이 없습니다.")
    if len(ids) > MOST:
        raise CannotSteer(f"한 번에 {MOST:,}건까지 할 수 있습니다. 조건을 좁혀 나누어 하십시오.")
    return ACTS[act].carry_out(ids, visitor.actor, note.strip()[:_LONGEST])


def do_to_all(visitor: Visitor, act: str, wanted: Wanted, expected: int, note: str = "") -> Done:
    """To all that the list shows, at most `MOST` of them.

    expected  how many the person was told: when there are many more by now, they are asked again

    Raises `NotAllowed`, `CannotSteer`.
    """
    require(visitor, Right.STEER_BOTS)
    with database.session() as session:
        there = work_lists.count(session, wanted)
        if there > expected * 1.1 + 20:
            raise CannotSteer(f"그 사이 {there:,}건으로 늘었습니다. 목록을 보고 다시 하십시오.")
        ids = work_lists.ids(session, wanted, MOST)
    return do_to(visitor, act, ids, note)
