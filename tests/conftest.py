"""What all tests share: settings, one PostgreSQL database a worker, the application, no network.

The environment is set when this file is imported, before any test imports the application.
"""

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from loguru import logger
from pydantic import AliasChoices
from pydantic_settings import BaseSettings
from sqlalchemy import make_url

import config.settings
from config.logging_config import QUIET
from config.settings import DatabaseSettings, Settings
from database.client import engine_options
from database.embedded import start_embedded_postgres
from database.migrate import upgrade_to_head
from database.models import Base
from database.unit_of_work import Database
from tests import network
from tests.browser import find_chromium
from utils.logger import request_log

if TYPE_CHECKING:
    from services.container import Container

TESTS = Path(__file__).parent
OWNS_SERVER_FOLDER = "TEST_SERVER_FOLDER" not in os.environ
if OWNS_SERVER_FOLDER:  # the first process of a run; its workers inherit the variable
    os.environ["TEST_SERVER_FOLDER"] = tempfile.mkdtemp(prefix="bpg-test-")
SERVER_FOLDER = Path(os.environ["TEST_SERVER_FOLDER"])
DATABASE_NAME = f"bpg_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
DATABASE_URL = f"postgresql+asyncpg://postgres:@/{DATABASE_NAME}?host={SERVER_FOLDER / 'postgres'}"
KEPT_TABLES = {"alembic_version"}

ENVIRONMENT = {
    "APP_ENV": "test",
    "DATABASE_URL": DATABASE_URL,
    # Without lifespan the TestClient has an event loop a request: no connection may be kept.
    "DATABASE_POOL_SIZE": "0",
    "DATA_DIR": str(SERVER_FOLDER / f"data-{DATABASE_NAME}"),
    "JWT_SECRET_KEY": "Zq8-only-for-tests-vT3mWc5yLr1uJd7bHn",
    "PASSWORD_PEPPER": "Kp4-only-for-tests-xB9sFe2gQa6oYi0tRz",
    "BCRYPT_COST": "4",
    "RATE_LIMIT_REQUESTS": "false",
    "DOMAIN_RDAP_BOOTSTRAP_URL": "off",
    "ENGINE_PROCESSES": "1",
    "LOG_LEVEL": "WARNING",
}


def _isolate_settings() -> None:
    """Let neither the caller's variables nor a `.env` file reach the settings."""
    for group in vars(config.settings).values():
        if not (isinstance(group, type) and issubclass(group, BaseSettings)):
            continue
        group.model_config["env_file"] = None
        for name, field in group.model_fields.items():
            alias = field.validation_alias or name
            for choice in alias.choices if isinstance(alias, AliasChoices) else [alias]:
                os.environ.pop(str(choice).upper(), None)
            if group.model_config.get("env_nested_delimiter"):
                for variable in [each for each in os.environ if each.startswith(name.upper())]:
                    del os.environ[variable]
    os.environ.update(ENVIRONMENT)


_isolate_settings()
network.allow_loopback_only()


def pytest_xdist_auto_num_workers() -> int:
    """More processes than cores: tests of crashes and time-outs mostly wait."""
    cores = os.cpu_count() or 1
    return cores + (cores + 1) // 2


def pytest_unconfigure() -> None:
    """Remove the server's files when the first process of the run ends."""
    if OWNS_SERVER_FOLDER:
        shutil.rmtree(SERVER_FOLDER, ignore_errors=True)


async def _execute(url: str, *statements: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def database_url() -> str:
    """The URL of this worker's own database, whose schema the migrations have made."""
    server_url = start_embedded_postgres(SERVER_FOLDER / "postgres")
    assert make_url(server_url).query["host"] == make_url(DATABASE_URL).query["host"]
    asyncio.run(
        _execute(
            server_url,
            "alter system set fsync = off",
            "alter system set full_page_writes = off",
            "alter system set synchronous_commit = off",
            "select pg_reload_conf()",
            f'create database "{DATABASE_NAME}"',
        )
    )
    upgrade_to_head(DATABASE_URL)
    return DATABASE_URL


@pytest.fixture(autouse=True)
def server_for_all_but_unit_tests(request: pytest.FixtureRequest) -> None:
    """Tests that import `main.app` reach the database without asking for a fixture."""
    if request.path.relative_to(TESTS).parts[0] != "unit":
        request.getfixturevalue("database_url")


@pytest.fixture
def make_settings(database_url: str, tmp_path: Path) -> Callable[..., Settings]:
    """Settings for one test, with its own data folder, a small pool and any field replaced."""

    def make(**changes: Any) -> Settings:
        values: dict[str, Any] = {
            "database": DatabaseSettings(DATABASE_POOL_SIZE=4),
            "data_dir": tmp_path / "data",
        }
        return Settings(**(values | changes))

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """The settings that tests without a wish of their own use."""
    return make_settings()


@pytest.fixture
async def database(settings: Settings, database_url: str) -> AsyncIterator[Database]:
    """This worker's database, without a row in it."""
    assert "_test" in DATABASE_NAME, "refusing to empty a real database"
    tables = [t.name for t in reversed(Base.metadata.sorted_tables) if t.name not in KEPT_TABLES]
    await _execute(database_url, ";".join(f'delete from "{table}"' for table in tables))
    database = Database(lambda: database_url, engine_options(settings.database))
    yield database
    await database.close()


@pytest.fixture
async def container(settings: Settings, database: Database) -> AsyncIterator["Container"]:
    """Everything the application is made of, on an empty database; nothing is started."""
    from services.container import Container  # here: tests of the engine alone stay quick

    container = Container(settings)
    yield container
    await container.aclose()


@pytest.fixture
def app(container: "Container") -> FastAPI:
    """The whole application, without lifespan."""
    from api.application import create_app

    return create_app(container.settings, container)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the application in this event loop; an error of ours is seen as its answer."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def signed_in(client: httpx.AsyncClient) -> dict[str, str]:
    """The headers of a new account."""
    body = {"email": "founder@example.com", "password": "four plain words here"}
    response = await client.post("/api/auth/signup", json=body)
    assert response.status_code == 201, response.text
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; without one the test is left out, or fails where it is required."""
    program = find_chromium()
    if program is None:
        message = "no Chromium is installed: tests of pages in a browser are left out"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)  # CI sets REQUIRE_BROWSER, where it fails instead
    return program


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was left out."""
    if find_chromium() is None:
        terminalreporter.write_line("LEFT OUT: tests in a browser, for no Chromium is installed")


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """For tests that configure logging: afterwards it is as it was before."""
    handlers, level, write = logging.root.handlers[:], logging.root.level, request_log.write
    libraries = {name: logging.getLogger(name).level for name in QUIET}
    yield
    logger.remove()
    logger.configure(patcher=lambda _: None)
    request_log.write = write
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    for name, own_level in libraries.items():
        logging.getLogger(name).setLevel(own_level)
