"""Whether letters can be made on this machine, from the templates that the center has."""

from __future__ import annotations

from collections.abc import Iterator

from bots.doctor.check import Check, advice, guarded, missing, ok
from bots.setting_up import debian, programs

NAME = "letters"
# A center that asks for other values than the program's own list does not fit our made-up ones.
_OF_VALUES = ("missing_value", "unknown_value", "wrong_value", "too_long")


def checks() -> Iterator[Check]:
    yield guarded(NAME, _letters)


def _letters() -> Check:
    """Every kind of letter with made-up values: a template that is wrong is found before somebody waits for it."""
    from bots.notices.letters import LetterError, render_letters
    from bots.notices.letters.samples import sample_orders

    packages = [p.package for p in programs.PROGRAMS if "notices" in p.needed_for and not p.there()]
    if packages:
        return advice(NAME, "cannot be made; others go on", debian.line_to_type(packages))
    orders = list(sample_orders())
    wrong = {
        order.kind: made.text
        for order, made in zip(orders, render_letters(orders, 1), strict=True)
        if isinstance(made, LetterError) and made.code not in _OF_VALUES
    }
    if wrong:
        told = "; ".join(f"{kind}: {text}" for kind, text in wrong.items())
        return missing(NAME, told, "Correct the templates in the folder notices/ of your configuration.")
    return ok(NAME, f"{len(orders)} kinds can be made")
