"""Where requests may go."""

import socket

import httpx
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from core.providers.addresses import (
    AllowedHosts,
    CheckedResolver,
    ForbiddenAddressError,
    PublicHosts,
    is_public,
)

HOSTS = AllowedHosts(("api.bfl.ai", "delivery-*.bfl.ai", "cdn.example.com:8443"))


@pytest.mark.parametrize("address", ["8.8.8.8", "104.16.0.1", "2606:4700::1111", "2a00:1450::5"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "192.88.99.1", "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
        "64:ff9b::a9fe:a9fe", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::",
        "2001:db8::1", "3fff::1", "not an address", "2130706433", "0x7f000001", "127.1", "",
    ],
)  # fmt: skip
def test_addresses_that_lead_elsewhere_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.bfl.ai/v1/x?id=1",
        "https://API.bfl.ai/",
        "https://delivery-us1.bfl.ai/r.png",
        "https://cdn.example.com:8443/r.png",
        "https://api.bfl.ai:443/",
    ],
)
def test_hosts_on_the_list_are_allowed(url: str) -> None:
    assert HOSTS.allows(httpx.URL(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.bfl.ai/",
        "https://api.bfl.ai:8443/",
        "https://key@api.bfl.ai/",
        "https://api.bfl.ai@evil.example/",
        "https://api.bfl.ai.evil.example/",
        "https://evilapi.bfl.ai/",
        "https://delivery-.evil.example/bfl.ai",
        "https://apixbfl.ai/",
        "https://api.bfl.ai./",
        "https://cdn.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "http://localhost:8000/",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "ftp://api.bfl.ai/",
        "file:///etc/passwd",
        "//api.bfl.ai/",
        "relative/path",
    ],
)
def test_everything_else_is_not(url: str) -> None:
    assert not HOSTS.allows(httpx.URL(url))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8011/x", True),
        ("http://localhost:8011/x", True),
        ("http://[::1]:8011/x", True),
        ("http://127.0.0.2:8011/x", False),
        ("http://127.1:8011/x", False),
        ("http://0.0.0.0:8011/x", False),
        ("http://a@127.0.0.1:8011/x", False),
        ("http://api.bfl.ai/", False),
    ],
)
def test_simulators_on_this_machine_need_the_explicit_word(url: str, allowed: bool) -> None:
    assert AllowedHosts(HOSTS.names, loopback=True).allows(httpx.URL(url)) is allowed


def test_the_operators_own_address_is_added() -> None:
    hosts = AllowedHosts(()).including("https://Gateway.example.com:9443/v1")
    assert hosts.allows(httpx.URL("https://gateway.example.com:9443/v1/images"))
    assert not hosts.allows(httpx.URL("https://gateway.example.com/v1/images"))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook?token=1#part",
        "https://EXAMPLE.com:443/",
        "https://hooks.example.com.:8443/a",
        "https://bücher.example/",
        "https://xn--bcher-kva.example/",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]:8443/",
        "https://10.0.0.1.example.com/",
    ],
)
def test_any_public_host_is_gone_to(url: str) -> None:
    assert PublicHosts().problem(httpx.URL(url)) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.com/", "https://"),
        ("http://127.0.0.1:8011/", "https://"),
        ("ftp://example.com/", "https://"),
        ("example.com/hook", "https://"),
        ("//example.com/", "https://"),
        ("https:///hook", "no host"),
        ("https:example.com", "no host"),
        ("https://user@example.com/", "user name"),
        ("https://user:word@example.com/", "user name"),
        ("https://example.com@127.0.0.1/", "user name"),
        ("https://example.com:80/", "port"),
        ("https://example.com:22/", "port"),
        ("https://localhost/", "public"),
        ("https://localhost./", "public"),
        ("https://a.localhost/", "public"),
        ("https://intranet/", "public"),
        ("https://127.0.0.1/", "public"),
        ("https://127.0.0.1./", "public"),
        ("https://127.1/", "public"),
        ("https://0/", "public"),
        ("https://0x7f.0.0.1/", "public"),
        ("https://0x7f000001/", "public"),
        ("https://0X7F000001/", "public"),
        ("https://2130706433/", "public"),
        ("https://example.0x/", "public"),
        ("https://10.0.0.1/", "public"),
        ("https://172.16.0.1/", "public"),
        ("https://192.168.1.1/", "public"),
        ("https://169.254.169.254/latest/meta-data", "public"),
        ("https://100.64.0.1/", "public"),
        ("https://192.0.0.192/", "public"),
        ("https://[::1]/", "public"),
        ("https://[::]/", "public"),
        ("https://[fe80::1]/", "public"),
        ("https://[fd00::1]/", "public"),
        ("https://[::ffff:127.0.0.1]/", "no host"),
        ("https://[::ffff:7f00:1]/", "public"),
        ("https://[64:ff9b::a9fe:a9fe]/", "public"),
        ("https://[2002:7f00:1::]/", "public"),
    ],
)
def test_why_nobody_is_gone_to_is_told(url: str, problem: str) -> None:
    assert problem in str(PublicHosts().problem(httpx.URL(url)))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8011/x", True),
        ("http://[::1]:8011/x", True),
        ("https://example.com/", True),
        ("https://127.0.0.1:8443/x", False),
        ("http://127.1:8011/x", False),
        ("http://a@127.0.0.1:8011/x", False),
        ("http://10.0.0.1/", False),
        ("http://example.com/", False),
    ],
)
def test_of_this_machine_only_simulators_are_among_the_public(url: str, allowed: bool) -> None:
    assert PublicHosts(loopback=True).allows(httpx.URL(url)) is allowed


class Told(AbstractResolver):
    """Knows the addresses that it was told."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in self._addresses
        ]

    async def close(self) -> None:
        pass


async def test_a_host_with_public_addresses_is_resolved_once() -> None:
    told = Told("8.8.8.8", "2606:4700::1111")
    found = await CheckedResolver(lookup=told).resolve("api.bfl.ai", 443)
    assert [entry["host"] for entry in found] == ["8.8.8.8", "2606:4700::1111"]
    assert {entry["hostname"] for entry in found} == {"api.bfl.ai"}
    assert told.asked == 1


@pytest.mark.parametrize("addresses", [(), ("10.0.0.1",), ("8.8.8.8", "127.0.0.1")])
async def test_one_forbidden_address_is_enough(addresses: tuple[str, ...]) -> None:
    with pytest.raises(ForbiddenAddressError):
        await CheckedResolver(lookup=Told(*addresses)).resolve("api.bfl.ai", 443)


async def test_loopback_needs_the_explicit_word_here_too() -> None:
    checked = CheckedResolver(loopback=True, lookup=Told("127.0.0.1"))
    assert await checked.resolve("localhost", 80)
    with pytest.raises(ForbiddenAddressError):
        await CheckedResolver(loopback=True, lookup=Told("10.0.0.1")).resolve("x", 80)
