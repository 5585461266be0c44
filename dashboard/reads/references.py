"""What a work item is about, in words: `delivery:17` -> `배달 17`."""

from __future__ import annotations

NOUNS = {
    "delivery": "배달",
    "document": "문서",
    "review": "검토",
    "attachment": "연결",
    "application": "접수 건",
    "tick": "정기 실행",
    "due": "정기 실행",
}


def about(reference: str) -> str:
    """An unknown kind of reference is shown as it is."""
    kind, _, rest = reference.partition(":")
    noun = NOUNS.get(kind)
    return f"{noun} {rest.split(':')[0]}" if noun and rest else reference
