"""Each vendor's simulator with the adapter that knows no other, and the search for its key."""

import traceback
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


def access(url: str, key: str, provider: str = "x") -> VendorAccess:
    return VendorAccess(provider, SecretStr(key), url, registrar.ACCOUNT)


async def opened(
    stack: AsyncExitStack, provider: str, key: str | None = None
) -> tuple[HttpSimulator, Vendor | PorkbunPrices]:
    """The simulator and the adapter of one provider."""
    simulator: HttpSimulator
    vendor: Vendor | PorkbunPrices
    if provider == "porkbun":
        simulator = await stack.enter_async_context(PorkbunSimulator())
        vendor = PorkbunPrices(simulator.url, call_seconds=PATIENCE)
    elif provider == "whoisxml":
        simulator = await stack.enter_async_context(WhoisXmlSimulator())
        vendor = WhoisXml(access(simulator.url, key or whoisxml.KEY), call_seconds=PATIENCE)
    elif provider == "whoapi":
        simulator = await stack.enter_async_context(WhoApiSimulator())
        vendor = WhoApi(access(simulator.url, key or whoapi.KEY), call_seconds=PATIENCE)
    else:
        simulator = await stack.enter_async_context(RegistrarSimulator())
        vendor = CloudflareRegistrar(
            access(simulator.url, key or registrar.KEY), call_seconds=PATIENCE
        )
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
