"""Whom requests are counted to, and that nobody can choose it."""

import pytest

from middleware.client_address import Client, Clients

CLIENTS = Clients(["10.0.0.0/8", "fd00::1"])


def client(peer: str | None, *forwarded: str) -> Client:
    scope = {
        "type": "http",
        "client": None if peer is None else (peer, 50_000),
        "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded],
    }
    return CLIENTS.of(scope)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["192.0.2.9, 198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["192.0.2.9", "198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["192.0.2.9, 198.51.100.1, 10.9.9.9"], "198.51.100.1"),
        ("fd00::1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["", " , "], "10.1.2.3"),
        ("10.1.2.3", ["not an address"], "unknown"),
        ("not an address", [], "unknown"),
        (None, ["198.51.100.1"], "unknown"),
    ],
)
def test_the_right_most_hop_that_is_no_trusted_proxy_counts(
    peer: str | None, forwarded: list[str], expected: str
) -> None:
    address = None if expected == "unknown" else expected
    assert client(peer, *forwarded) == Client(address, expected)


def test_ipv6_counts_per_64() -> None:
    first, neighbour = client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::9")
    assert first.group == neighbour.group == "2001:db8:1:2::/64"
    assert (first.address, neighbour.address) == ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
    assert client("2001:db8:1:3::1").group != first.group


def test_a_wrong_proxy_is_refused_when_the_application_is_built() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        Clients(["proxy.example.com"])
