"""A letter as it looks: its pages in the viewer."""

from __future__ import annotations

from dashboard.door.letters import HEIGHT, WIDTH
from dashboard.parts.empty import empty
from dashboard.parts.viewer import Sheet, viewer
from queues.models import Notice


def letter_view(notice: Notice, why: str = "") -> None:
    """The pages of a letter. `why` there is none yet; what is only a short message says so."""
    if not notice.letter_sha256:
        if notice.text_enc and not why:
            empty("편지 없이 문자로 알리는 통지입니다.", "문안은 오른쪽에 있습니다.")
        else:
            empty("아직 통지서가 없습니다.", why or "작성이 끝나면 여기에 보입니다.")
        return
    pages_view(f"letter-{notice.letter_sha256}", f"/letter/{notice.id}", notice.pages, notice.letter_sha256)


def pages_view(subject: str, address: str, pages: int, version: str, title: str = "통지서") -> None:
    """`pages` pictures from `address`; another `version` is fetched anew."""
    sheets = [
        Sheet(
            number=n,
            title=title,
            width=WIDTH,
            height=HEIGHT,
            image=f"{address}/page/{n}?v={version[:12]}",
            thumb=f"{address}/page/{n}?small=1&v={version[:12]}",
        )
        for n in range(1, pages + 1)
    ]
    viewer("letter_viewer", subject, sheets)
