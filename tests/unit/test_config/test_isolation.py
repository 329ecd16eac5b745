"""The tests' own promises: no network, no settings of the machine that they run on."""

import os
import socket
from collections.abc import Callable

import pytest

from config.settings import Settings
from tests import network


@pytest.mark.parametrize("address", ["192.0.2.1", "example.com", "8.8.8.8"])
def test_connections_leave_the_machine_only_over_a_refusal(address: str) -> None:
    with pytest.raises(OSError, match="tests may not"):
        socket.create_connection((address, 53), timeout=1)

    assert address in network.REFUSED


def test_datagrams_are_refused_too() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        pytest.raises(OSError, match="tests may not"),
    ):
        udp.sendto(b"x", ("192.0.2.1", 53))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_variables_and_env_files_of_the_machine_do_not_reach_the_settings(
    make_settings: Callable[..., Settings], tmp_path: object
) -> None:
    assert "TEXT_API_KEY" not in os.environ
    assert Settings.model_config["env_file"] is None
    assert make_settings().text.key is None
    assert make_settings().app_env == "test"
