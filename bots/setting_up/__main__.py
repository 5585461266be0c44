"""`python -m bots.setting_up COMMAND ...`: what `./backoffice` calls when something is not ready yet."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from bots.setting_up import environment, lock, packages, places, programs, say, stamp
from bots.setting_up.problem import SetUpError


def set_up(command: str) -> None:
    """Everything `command` needs, made ready; raises SetUpError with what to type."""
    with lock.alone() as held:
        if not stamp.is_current():
            stamp.remove()
            environment.make()
            packages.install(held)
            stamp.write()
        needed = programs.bring(command)
    if needed:
        raise SetUpError(
            f"`{command}` cannot run without " + ", ".join(f"{p.package} ({p.why})" for p in needed) + ".",
            "Type the line above, then start again.",
        )


def main(arguments: list[str]) -> int:
    command = next((a for a in arguments if not a.startswith("-")), "")
    try:
        set_up(command)
    except SetUpError as e:
        say.step(str(e))
        for line in e.remedy:
            say.detail(line)
        if command != "doctor":
            return 1
        from bots.doctor.plain import main as doctor

        return doctor(arguments)
    except KeyboardInterrupt:
        say.step("Interrupted; the next start goes on from here.")
        return 130
    return _hand_over(arguments)


def _hand_over(arguments: list[str]) -> NoReturn:
    sys.stderr.flush()
    os.execv(places.venv_python(), [str(places.venv_python()), "-m", "bots.cli", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
