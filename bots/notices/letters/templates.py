"""The files of ``config/notices`` that a letter is made from, those of the center over the defaults."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from bots.typesetting import problem
from bots.typesetting.problem import LetterError
from config.letterhead import Letterhead, LetterheadError, load_letterhead
from config.notice_kinds import NoticeKinds, NoticeKindsError, load_notice_kinds
from config.settings import layered


def template_sha256(kind: str) -> str:
    """What the letter of a kind looks like, as one number: its template, what it takes in, the letterhead.

    Of a kind without a letter: what its message looks like. Raises `LetterError`.
    """
    described = known_kinds().kinds.get(kind)
    if described is None:
        raise unknown(kind)
    return digest(sources(described.letter or described.message), letterhead(), described.subject)


def sources(template: str) -> dict[str, str]:
    """The texts of a template and of all that templates share (their names begin with "_"), by name.

    Raises `LetterError`.
    """
    paths = [p for pattern in ("notices/*.j2", "notices/*.css") for p in layered(pattern)]
    wanted = [p for p in paths if p.name == template or p.name.startswith("_")]
    if template not in {path.name for path in wanted}:
        raise LetterError(problem.TEMPLATE, f"config/notices에 서식 '{template}'이 없습니다.")
    try:
        return {path.name: path.read_text("utf-8") for path in wanted}
    except (OSError, UnicodeDecodeError) as error:
        raise LetterError(problem.TEMPLATE, f"서식을 읽을 수 없습니다: {type(error).__name__}") from error


def digest(texts: Mapping[str, str], head: Letterhead, subject: str) -> str:
    whole = json.dumps([sorted(texts.items()), head.model_dump(), head.center, subject], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def known_kinds() -> NoticeKinds:
    try:
        return load_notice_kinds()
    except NoticeKindsError as error:
        raise LetterError(problem.SETTING, str(error)) from error


def letterhead() -> Letterhead:
    try:
        return load_letterhead()
    except LetterheadError as error:
        raise LetterError(problem.SETTING, str(error)) from error


def unknown(kind: str) -> LetterError:
    return LetterError(problem.UNKNOWN_KIND, f"notices.yaml에 '{kind}' 통지가 없습니다.")
