"""The two programs of PostgreSQL that are run, and with which settings."""

from __future__ import annotations

from pathlib import Path

from queues.postgres_home import Home, reachable_binaries

# Personal data must not reach the server's log: no statements, no "Key (...)=(...)" details.
_SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_parallel_workers_per_gather": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
}


def initdb_command(home: Home, user: str, password: Path, *, durable: bool) -> list[str]:
    """Makes the data folder; `user` is the superuser, whose password is in the file `password`."""
    command = [
        str(reachable_binaries(home) / "initdb"),
        f"--pgdata={home.data}",
        f"--username={user}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-instructions",
    ]
    return command if durable else [*command, "--no-sync"]


def server_command(home: Home, *, durable: bool) -> list[str]:
    """Runs the server in the foreground."""
    values = dict(_SERVER_SETTINGS, unix_socket_directories=str(home.socket))
    if not durable:
        values |= {"fsync": "off", "full_page_writes": "off"}
    command = [str(reachable_binaries(home) / "postgres"), "-D", str(home.data)]
    for name, value in values.items():
        command += ["-c", f"{name}={value}"]
    return command


def clean_environment(home: Home) -> dict[str, str]:
    """Nothing of ours (PGHOST, PGOPTIONS, locale) reaches the programs."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(home.folder)}
