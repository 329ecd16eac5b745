"""Each vendor's simulator with the adapter that knows no other, and the search for its key."""

import traceback
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from core.exceptions import AppError, ProviderRejectedError, ProviderUnavailableError
from core.providers.domain.cloudflare import CloudflareRegistrar
from core.providers.domain.porkbun import PorkbunPrices
from core.providers.domain.vendor import Vendor, VendorAccess, VendorAnswer
from core.providers.domain.whoapi import WhoApi
from core.providers.domain.whoisxml import WhoisXml
from tests.simulators import registrar, whoapi, whoisxml
from tests.simulators.http_server import HttpSimulator
from tests.simulators.porkbun import PorkbunSimulator
from tests.simulators.registrar import RegistrarSimulator
from tests.simulators.whoapi import WhoApiSimulator
from tests.simulators.whoisxml import WhoisXmlSimulator

SECRETS = (whoisxml.KEY, whoapi.KEY, registrar.KEY)
PATIENCE = 0.5


def access(url: str, key: str | None = None, provider: str = "x") -> VendorAccess:
    secret = SecretStr(key) if key else None
    return VendorAccess(provider, secret, url, registrar.ACCOUNT, loopback=True)


_SIMULATORS: dict[str, Callable[[], HttpSimulator]] = {
    "porkbun": PorkbunSimulator,
    "whoisxml": WhoisXmlSimulator,
    "whoapi": WhoApiSimulator,
    "cloudflare": RegistrarSimulator,
}


def made(
    provider: str, url: str, key: str | None = None, *, call_seconds: float = PATIENCE
) -> Vendor | PorkbunPrices:
    """The adapter of one provider at an address."""
    if provider == "porkbun":
        return PorkbunPrices(access(url), call_seconds=call_seconds)
    if provider == "whoisxml":
        return WhoisXml(access(url, key or whoisxml.KEY), call_seconds=call_seconds)
    if provider == "whoapi":
        return WhoApi(access(url, key or whoapi.KEY), call_seconds=call_seconds)
    return CloudflareRegistrar(access(url, key or registrar.KEY), call_seconds=call_seconds)


async def opened(
    stack: AsyncExitStack, provider: str, key: str | None = None
) -> tuple[HttpSimulator, Vendor | PorkbunPrices]:
    """The simulator and the adapter of one provider."""
    simulator = await stack.enter_async_context(_SIMULATORS[provider]())
    vendor = made(provider, simulator.url, key)
    stack.push_async_callback(vendor.aclose)
    return simulator, vendor


async def called(vendor: Vendor | PorkbunPrices, *domains: str) -> object:
    if isinstance(vendor, PorkbunPrices):
        return await vendor.fetch()
    return await vendor.ask(domains or ("brand.com",))


async def failure(vendor: Vendor | PorkbunPrices) -> AppError:
    with pytest.raises((ProviderUnavailableError, ProviderRejectedError)) as caught:
        await called(vendor)
    error = caught.value
    assert error.context["provider"] == getattr(vendor, "name", None)
    assert error.__cause__ is None
    assert error.__context__ is None, "it could hold the address with the key"
    assert_no_secret("".join(traceback.format_exception(error)), repr(error.context))
    return error


def assert_no_secret(*texts: str) -> None:
    for secret in SECRETS:
        assert not [text for text in texts if secret in text]


async def asked(vendor: object, domain: str = "brand.com") -> VendorAnswer:
    assert isinstance(vendor, WhoisXml | WhoApi | CloudflareRegistrar)
    return (await vendor.ask([domain]))[domain]
