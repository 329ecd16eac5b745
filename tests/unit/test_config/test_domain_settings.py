"""Which domain services a deployment's variables select."""

import pytest
from pydantic import ValidationError

from config.settings import DomainSettings

KEY = "at_secret-of-the-account"
REGISTRAR = {
    "DOMAIN_REGISTRAR": "cloudflare",
    "DOMAIN_REGISTRAR_KEY": KEY,
    "DOMAIN_REGISTRAR_ACCOUNT": "0123abcd",
}


def made(monkeypatch: pytest.MonkeyPatch, **variables: str) -> DomainSettings:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    return DomainSettings()


def test_nothing_configured_is_nothing_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    options = made(monkeypatch)

    assert (options.apis, options.registrar) == ([], None)
    assert (options.price_list, options.aftermarket) == ("shipped", False)


def test_services_in_order_and_only_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    options = made(
        monkeypatch,
        DOMAIN_API_1_PROVIDER="whoapi",
        DOMAIN_API_1_KEY=KEY,
        DOMAIN_API_2_PROVIDER="whoisxml",
        DOMAIN_API_2_KEY=KEY,
        DOMAIN_API_2_URL="http://localhost:9",
    )
    assert [(name, url) for name, _, url in options.apis] == [
        ("whoapi", None),
        ("whoisxml", "http://localhost:9"),
    ]
    monkeypatch.setenv("DOMAIN_API_1_KEY", "")
    assert [name for name, _, _ in DomainSettings().apis] == ["whoisxml"]


@pytest.mark.parametrize("variable", ["DOMAIN_REGISTRAR_KEY", "DOMAIN_REGISTRAR_ACCOUNT"])
def test_a_registrar_without_its_account_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    assert made(monkeypatch, **REGISTRAR).registrar == "cloudflare"
    monkeypatch.delenv(variable)

    with pytest.raises(ValidationError, match="DOMAIN_REGISTRAR needs") as caught:
        DomainSettings()
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DOMAIN_API_1_PROVIDER", "whois-xml"),
        ("DOMAIN_REGISTRAR", "godaddy"),
        ("DOMAIN_REGISTRAR_ACCOUNT", "../zones"),
        ("DOMAIN_PRICE_LIST", "namecheap"),
        ("DOMAIN_API_1_URL", "http://vendor.test"),
        ("DOMAIN_API_2_URL", "http://localhost.vendor.test"),
        ("DOMAIN_REGISTRAR_URL", "http://localhost@vendor.test"),
        ("DOMAIN_PRICE_LIST_URL", "ftp://vendor.test"),
        ("DOMAIN_RDAP_BOOTSTRAP_URL", "http://registry.test/dns.json"),
        ("DOMAIN_RDAP_BOOTSTRAP_URL", "never"),
    ],
)
def test_what_nobody_knows_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    with pytest.raises(ValidationError):
        made(monkeypatch, **REGISTRAR | {variable: value})


def test_the_list_of_rdap_servers_is_fetched_unless_it_is_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    iana = "https://data.iana.org/rdap/dns.json"
    for value, url in (("", iana), ("off", "off"), ("http://localhost:9/", "http://localhost:9/")):
        assert made(monkeypatch, DOMAIN_RDAP_BOOTSTRAP_URL=value).rdap_bootstrap_url == url


def test_no_key_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    options = made(monkeypatch, **REGISTRAR, DOMAIN_API_1_PROVIDER="whoapi", DOMAIN_API_1_KEY=KEY)
    assert KEY not in f"{options!r}{options}{options.apis!r}"
