"""Programs that come as a service which nobody here wants: installed, but never started.

Debian starts a service as soon as its package is installed, and again at every boot. Masking the units
beforehand stops both under systemd; elsewhere a policy forbids starting while the package is installed, and its
init script is switched off afterwards.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from bots.setting_up import debian, say

MASKS = Path("/etc/systemd/system")
POLICY = Path("/usr/sbin/policy-rc.d")
_MASK = """
for unit in "$@"; do
    [ -e {masks}/$unit ] || [ -L {masks}/$unit ] || ln -s /dev/null {masks}/$unit
done
"""
_MARK = "set up by backoffice for a moment"
_FORBID = """
[ -e {policy} ] || { printf '#!/bin/sh\\n# %s\\nexit 101\\n' '{mark}' >{policy}; chmod 755 {policy}; }
"""
_ALLOW = """
! grep -q '{mark}' {policy} 2>/dev/null || rm -f {policy}
! command -v update-rc.d >/dev/null || update-rc.d "$1" disable >/dev/null 2>&1 || :
"""


def units(service: str) -> list[str]:
    return [f"{service}.service", f"{service}.socket"]


def line_to_type(package: str, service: str) -> str:
    return f"sudo systemctl mask {' '.join(units(service))}; " + debian.line_to_type([package])


def is_kept_down(service: str) -> bool:
    """Whether systemd will not start it."""
    mask = MASKS / units(service)[0]
    return mask.is_symlink() and mask.readlink() == Path("/dev/null")


def install(package: str, service: str) -> bool:
    """Install a package whose service is not to run; False when it did not work (the reason has been shown)."""
    if not debian.may_install():
        return False
    say.step(f"Debian: {package}, without its service")
    if not _as_root(_MASK, units(service)):
        say.detail(f"{service}'s service could not be masked; {package} is not installed")
        return False
    without_systemd = not Path("/run/systemd/system").is_dir()
    if without_systemd:
        _as_root(_FORBID)
    try:
        return debian.install([package])
    finally:
        if without_systemd:
            _as_root(_ALLOW)
            _as_root(
                f"! command -v update-rc.d >/dev/null || update-rc.d {service} disable >/dev/null 2>&1 || :"
            )


def _as_root(script: str, arguments: Sequence[str] = ()) -> bool:
    text = script.replace("{masks}", str(MASKS)).replace("{policy}", str(POLICY))
    text = text.replace("{mark}", _MARK)
    command = [*debian.prefix(), "sh", "-ec", f"mkdir -p {MASKS}\n{text}", "sh", *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
