"""What all tests share: one private PostgreSQL for the session, a fresh database for each module.

Ask for `database_url` (the environment then points at it, child processes included) or `session`.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest

from config.settings import settings
from queues import database, engine
from queues.postgres import DATABASE, temporary_server

_TEMPLATE = "template_of_tests"

# How long one example takes says more about what else the machine does than about the code.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)


_LONG = ("tests/acceptance", "tests/faults", "tests/dashboard")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="run the long tests, too")


def pytest_configure(config: pytest.Config) -> None:
    """The quick run tries the same examples every time, the thorough one others each time."""
    hypothesis.settings.load_profile("patient" if config.getoption("--thorough") else "steady")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins, so that nothing long is left over for one process at the end."""
    if not config.getoption("--thorough"):
        left_out = [item for item in items if item.get_closest_marker("thorough")]
        items[:] = [item for item in items if item not in set(left_out)]
        config.hook.pytest_deselected(items=left_out)
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


@pytest.fixture(scope="session")
def thorough(pytestconfig: pytest.Config) -> bool:
    """Whether a test that can be made longer should be."""
    return bool(pytestconfig.getoption("--thorough"))


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    """The address of a server that has a template with the whole schema."""
    with temporary_server() as server:
        address = server.url()
        _ask(address, f'CREATE DATABASE "{_TEMPLATE}"')
        database.upgrade(_named(address, _TEMPLATE))
        yield address


@pytest.fixture(scope="module")
def database_url(_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh database with the schema, and an empty folder for files and keys."""
    name = f"test_{uuid.uuid4().hex[:10]}"
    _ask(_server, f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}"')
    address = _named(_server, name)
    with environment(BACKOFFICE_DATABASE_URL=address, BACKOFFICE_VAR_DIR=str(tmp_path_factory.mktemp("var"))):
        yield address
        database.forget_connections()
        engine.forget_connections()
    _ask(_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def session(database_url: str) -> Iterator[database.Session]:
    """A session whose changes are committed only by `session.commit()`."""
    with database.Session(database.engine(), expire_on_commit=False) as opened:
        yield opened


class environment:
    """Sets environment variables for a while; the settings are read again before and after."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        self.before = {name: os.environ.get(name) for name in self.values}
        os.environ.update(self.values)
        settings.cache_clear()

    def __exit__(self, *_: object) -> None:
        for name, value in self.before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()


def _ask(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


def _named(address: str, name: str) -> str:
    return address.replace(f"/{DATABASE}?", f"/{name}?")


ROOT = Path(__file__).resolve().parent.parent
