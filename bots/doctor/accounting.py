"""The accounting system: whether its folder can be used, or its address answers. Nothing is told to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.accounting_system import AccountingLine
from config.settings import Settings

_NAME = "accounting system"
_WAIT = "What was booked waits until then; nothing is lost."


def checks(chosen: Settings) -> Iterator[Check]:
    """One, where an accounting system is set up."""
    if chosen.accounting is not None:
        yield guarded(_NAME, partial(_look, chosen.accounting))


def _look(line: AccountingLine) -> Check:
    from bots.payments.accounting.connect import accounting_system
    from bots.payments.accounting.system import AccountingDown, AccountingRefuses

    if line.folder is not None:
        if not line.folder.is_dir() or not os.access(line.folder, os.W_OK | os.X_OK):
            return missing(
                _NAME, f"{line.folder} is no folder that we may write to", "Make it, or mend its rights."
            )
        return ok(_NAME, f"{line.folder} can be written to")
    system = accounting_system()
    try:
        waiting = len(list(system.answers())) if system is not None else 0
    except (AccountingDown, AccountingRefuses) as error:
        return advice(_NAME, str(error), _WAIT)
    except OSError as error:
        return missing(
            _NAME, f"{line.token_file}: {error.strerror}", "See BACKOFFICE_ACCOUNTING, token_file."
        )
    finally:
        if system is not None:
            system.close()
    return ok(_NAME, f"{line.url} answers; {waiting} answers lie ready")
