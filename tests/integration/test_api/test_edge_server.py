"""The real server: its command line, garbage from the network, and an orderly end."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest

from tests.running_service import ROOT, RunningService, running_service


@pytest.fixture(scope="module")
def service(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """`python main.py` on a free port."""
    with running_service(tmp_path_factory.mktemp("server"), database_url) as running:
        yield running


def connected(stack: ExitStack, port: int, sent: bytes) -> socket.socket:
    client = stack.enter_context(closing(socket.create_connection(("127.0.0.1", port))))
    client.sendall(sent)
    return client


def test_garbage_is_refused_and_survived(service: RunningService) -> None:
    with ExitStack() as stack:
        garbage = connected(stack, service.port, b"\x16\x03\x01garbage\r\n\r\n")
        garbage.settimeout(20)
        assert garbage.recv(4096).startswith(b"HTTP/1.1 400 ")

    response = httpx.get(f"{service.address}/health/ready")
    assert response.status_code == 200
    assert "server" not in response.headers


def test_the_log_folder_is_in_the_working_folder(service: RunningService) -> None:
    assert (service.folder / "logs" / "app.log").exists()


def test_sigterm_ends_the_server_although_connections_are_open(service: RunningService) -> None:
    with ExitStack() as stack:
        connected(stack, service.port, b"GET /health/live HT")

        assert service.end(signal.SIGTERM) == 0


def test_help_needs_no_server() -> None:
    shown = subprocess.run(
        [sys.executable, ROOT / "main.py", "--help"], capture_output=True, check=True, text=True
    ).stdout

    for option in ("--host", "--port", "--reload", "--log-level", "--workers"):
        assert option in shown
