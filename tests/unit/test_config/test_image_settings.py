"""Image providers in the environment: as many as there are numbers, in their order."""

from decimal import Decimal

import pytest
from pydantic import SecretStr, ValidationError

from config.settings import ImageApiSettings, Settings


def configured(monkeypatch: pytest.MonkeyPatch, **variables: str) -> ImageApiSettings:
    for name, value in variables.items():
        monkeypatch.setenv(f"IMAGE_API_{name}", value)
    return ImageApiSettings()


def test_nothing_is_configured_by_default() -> None:
    assert ImageApiSettings().in_order == []


def test_the_lines_of_the_documentation_configure_two(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = configured(
        monkeypatch,
        **{
            "1_PROVIDER": "flux",
            "1_KEY": "your-key",
            "1_URL": "https://api.flux.ai/v1",
            "1_MODEL": "flux-pro",
            "2_PROVIDER": "ideogram",
            "2_KEY": "your-key",
        },
    ).in_order
    assert (first.provider, first.key, first.url, first.model) == (
        "flux",
        SecretStr("your-key"),
        "https://api.flux.ai/v1",
        "flux-pro",
    )
    assert (second.provider, second.url, second.model) == ("ideogram", None, None)


def test_numbers_give_the_order_and_may_have_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    found = configured(
        monkeypatch,
        **{
            "12_PROVIDER": "Recraft ",
            "12_KEY": "k",
            "2_PROVIDER": "dalle",
            "2_KEY": "k",
            "2_PRICE": "0.053",
            "2_OUTPUT_PRICE": "30",
            "3_PROVIDER": "stability",
            "4_KEY": "of nobody",
            "SOMETHING": "else",
        },
    ).in_order
    assert [api.provider for api in found] == ["dalle", "recraft"]
    assert (found[0].price, found[0].output_price) == (Decimal("0.053"), Decimal(30))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("1_PROVIDER", "midjourney"),
        ("1_URL", "not an address"),
        ("1_URL", "ftp://api.example.com"),
        ("1_URL", "https://user:secret-canary@api.example.com"),
        ("1_PRICE", "-1"),
        ("1_OUTPUT_PRICE", "-1"),
    ],
)
def test_what_cannot_work_is_refused_without_showing_secrets(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {"1_PROVIDER": "flux", "1_KEY": "sk-canary"} | {variable: value}
    with pytest.raises(ValidationError) as refusal:
        configured(monkeypatch, **variables)
    assert "canary" not in str(refusal.value)


def test_keys_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    configured(monkeypatch, **{"1_PROVIDER": "flux", "1_KEY": "sk-canary"})
    assert "canary" not in f"{Settings()!r} {Settings()}"
