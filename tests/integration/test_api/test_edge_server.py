"""The real server: its command line, garbage from the network, and an orderly end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def server(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, subprocess.Popen[bytes], Path]]:
    """`python main.py` on a free port, with its process and its working folder."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    process = subprocess.Popen(
        [sys.executable, ROOT / "main.py", "--port", str(port), "--log-level", "warning"],
        cwd=folder,
        env=os.environ | {"DATA_DIR": str(folder / "data"), "DATABASE_URL": database_url},
    )
    try:
        wait_until_alive(port, process)
        yield port, process, folder
    finally:
        process.kill()
        process.wait()


def wait_until_alive(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert process.poll() is None, "the server ended"
        try:
            httpx.get(f"http://127.0.0.1:{port}/health/live").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def connected(stack: ExitStack, port: int, sent: bytes) -> socket.socket:
    client = stack.enter_context(closing(socket.create_connection(("127.0.0.1", port))))
    client.sendall(sent)
    return client


def test_garbage_is_refused_and_survived(
    server: tuple[int, subprocess.Popen[bytes], Path],
) -> None:
    port, _, _ = server
    with ExitStack() as stack:
        garbage = connected(stack, port, b"\x16\x03\x01garbage\r\n\r\n")
        garbage.settimeout(20)
        assert garbage.recv(4096).startswith(b"HTTP/1.1 400 ")

    response = httpx.get(f"http://127.0.0.1:{port}/health/ready")
    assert response.status_code == 200
    assert "server" not in response.headers


def test_the_log_folder_is_in_the_working_folder(
    server: tuple[int, subprocess.Popen[bytes], Path],
) -> None:
    _, _, folder = server
    assert (folder / "logs" / "app.log").exists()


def test_sigterm_ends_the_server_although_connections_are_open(
    server: tuple[int, subprocess.Popen[bytes], Path],
) -> None:
    port, process, _ = server
    with ExitStack() as stack:
        connected(stack, port, b"GET /health/live HT")
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=30) == 0


def test_help_needs_no_server() -> None:
    shown = subprocess.run(
        [sys.executable, ROOT / "main.py", "--help"], capture_output=True, check=True, text=True
    ).stdout

    for option in ("--host", "--port", "--reload", "--log-level", "--workers"):
        assert option in shown
