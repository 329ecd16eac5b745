"""The directory of RDAP servers: the shipped snapshot, and documents of other shapes."""

import orjson
import pytest

from core.providers.domain.bootstrap import (
    RdapDirectory,
    RdapServer,
    listed_servers,
    shipped_directory,
)


@pytest.mark.parametrize(
    ("domain", "base", "trusted"),
    [
        ("brand.com", "https://rdap.verisign.com/com/v1/", True),
        ("brand.ai", "https://rdap.identitydigital.services/rdap/", True),
        ("brand.io", "https://rdap.identitydigital.services/rdap/", False),
        ("brand.co", "https://rdap.registry.co/co/", False),
        ("brand.app", "https://pubapi.registry.google/rdap/", True),
        ("brand.dev", "https://pubapi.registry.google/rdap/", True),
        ("brand.xyz", "https://rdap.centralnic.com/xyz/", True),
        ("brand.co.uk", "https://rdap.nominet.uk/uk/", True),
    ],
)
def test_shipped_servers(domain: str, base: str, trusted: bool) -> None:
    assert shipped_directory().server_for(domain) == RdapServer(base, trusted)


@pytest.mark.parametrize("domain", ["brand.so", "brand.gg", "brand.eu", "brand.ws"])
def test_suffixes_without_rdap(domain: str) -> None:
    assert shipped_directory().server_for(domain) is None


def test_longest_suffix_wins_and_only_https_counts() -> None:
    document = {
        "services": [
            [["COM"], ["http://plain.test/", "https://short.test/rdap"]],
            [["uk.com"], ["https://long.test/"]],
            [["kg"], ["http://plain.test/"]],
        ]
    }
    directory = RdapDirectory.from_documents(orjson.dumps(document))

    assert directory.server_for("brand.com") == RdapServer("https://short.test/rdap/")
    assert directory.server_for("brand.uk.com") == RdapServer("https://long.test/")
    assert directory.server_for("brand.kg") is None
    assert directory.hosts == {"short.test", "long.test"}


def test_a_listed_server_goes_before_an_override() -> None:
    bootstrap = orjson.dumps({"services": [[["io"], ["https://listed.test/"]]]})
    overrides = orjson.dumps({"servers": {"io": "https://override.test/"}})

    directory = RdapDirectory.from_documents(bootstrap, overrides)

    assert directory.server_for("brand.io") == RdapServer("https://listed.test/")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"services": 7}', b"<html>"])
def test_a_broken_document_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        RdapDirectory.from_documents(content)


@pytest.mark.parametrize(
    "base",
    [
        "http://registry.test/",
        "ftp://registry.test/",
        "https://127.0.0.1/rdap/",
        "https://[::1]/rdap/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://localhost/",
        "https://registry.test:8443/",
        "https://user@registry.test/",
        "https://registry.test/?q=",
        "https://registry.test/#",
        "https://registry.test@evil.test/",
        "https://registry.test\\@evil.test/",
        "https://registry.test/a b/",
        "https://registry.test/\n",
        "https:///rdap/",
        "",
    ],
)
def test_a_server_where_we_do_not_go_is_left_out(base: str) -> None:
    services = [[["com"], [base]], [["net"], [base, "https://rdap.Registry.test/x"]]]

    assert listed_servers({"services": services}) == {
        "net": RdapServer("https://rdap.Registry.test/x/")
    }


@pytest.mark.parametrize(
    "services",
    [
        7,
        [7],
        [[["com"]]],
        [[["com"], ["https://a.test/"], ["more"]]],
        [[["com", None], ["https://a.test/"]]],
        [[["com"], [7]]],
        [[["c om"], ["https://a.test/"]]],
        [[["com\u0000"], ["https://a.test/"]]],
        [[[""], ["https://a.test/"]]],
    ],
)
def test_a_list_of_another_shape_is_refused_as_a_whole(services: object) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        listed_servers({"services": services})


def test_a_fetched_list_goes_before_the_shipped_ones() -> None:
    shipped = shipped_directory()
    fetched = {"services": [[["com", "io", "so"], ["https://young.test/"]]]}

    directory = shipped.behind(fetched)

    young = RdapServer("https://young.test/")
    assert [directory.server_for(f"brand.{tld}") for tld in ("com", "io", "so")] == [young] * 3
    for tld in ("net", "co", "de"):
        assert directory.server_for(f"brand.{tld}") == shipped.server_for(f"brand.{tld}")
    assert directory.listed == shipped.listed + 2
