"""Letters and short messages from the templates of ``config/notices``.

A value that is missing, unknown or of another kind than declared makes no letter but a `LetterError`.
"""

from bots.notices.letters.render import (
    Letter,
    LetterOrder,
    render_letter,
    render_letters,
    render_text,
)
from bots.notices.letters.templates import template_sha256
from bots.typesetting.problem import LetterError

__all__ = [
    "Letter",
    "LetterError",
    "LetterOrder",
    "render_letter",
    "render_letters",
    "render_text",
    "template_sha256",
]
