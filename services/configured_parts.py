"""Reads from the settings which parts the service is made of.

Strangers may read it: no addresses, no folders, no versions, and no secrets.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from config.settings import Settings
from core.providers.domain.nameserver import parse_nameserver
from core.providers.probe import (
    PROBE_TIMEOUT_S,
    Reach,
    Target,
    models_target,
    probe,
    probe_adapter,
    probe_port,
    probe_redis,
    probe_vendor,
)
from services.outside_access import domain_accesses, price_access
from services.settings_check import Part, Source


class ProbedProvider(Protocol):
    """An adapter with a call that costs nothing and shows whether the key is accepted."""

    name: str

    async def probe(self) -> None:
        """Raises ProviderUnavailableError and ProviderRejectedError."""


def configured_parts(
    settings: Settings,
    database_answers: Callable[[], Awaitable[bool]],
    image_apis: Sequence[ProbedProvider],
) -> list[Part]:
    """Every part in the order in which people look for trouble."""
    return [
        _database(settings, database_answers),
        _accounts(settings),
        _files(settings),
        _texts(settings),
        _images(settings, image_apis),
        _domains(settings),
        _prices(settings),
        _jobs(settings),
        _mail(settings),
        _limits(settings),
    ]


def _database(settings: Settings, answers: Callable[[], Awaitable[bool]]) -> Part:
    async def ask() -> Reach:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            return "reachable" if await answers() else "not reachable"

    if settings.database.url is None:
        return Part("database", (), "the embedded PostgreSQL")
    return Part("database", (Source("PostgreSQL", ask),), "")


def _accounts(settings: Settings) -> Part:
    embedded, supabase = "local accounts", settings.supabase
    if supabase.url is None:
        return Part("accounts", (), embedded)
    if supabase.missing:
        lacking = f"SUPABASE_URL is set without {', '.join(supabase.missing)}"
        return Part("accounts", (), embedded, lacking)
    keys = f"{supabase.url.rstrip('/')}/auth/v1/.well-known/jwks.json"
    # No stand-in: accounts of a project are not those of our own database.
    return Part("accounts", (Source("Supabase Auth", partial(probe, Target(keys))),), "")


def _files(settings: Settings) -> Part:
    embedded, supabase = "a folder of this machine", settings.supabase
    if supabase.url is None or supabase.anon_key is None or supabase.service_key is None:
        return Part("files", (), embedded)
    key = supabase.service_key
    is_token = not key.get_secret_value().startswith("sb_")  # the newer keys are no bearer tokens
    target = Target(
        f"{supabase.url.rstrip('/')}/storage/v1/bucket",
        key if is_token else None,
        more={"apikey": key},
    )
    return Part("files", (Source("Supabase Storage", partial(probe, target)),), "")


def _texts(settings: Settings) -> Part:
    text = settings.text
    if not text.models:
        missing = "TEXT_API_KEY is set without TEXT_MODEL_1" if text.key else ""
        return Part("text models", (), "the built-in engine", missing)
    if not text.is_reachable:
        return Part("text models", (), "the built-in engine", "TEXT_API_KEY is missing")
    name = f"{text.provider} with {', '.join(text.models)}"
    target = models_target(text.provider, text.url, text.key)
    return Part("text models", (Source(name, partial(probe, target)),), "the built-in engine")


def _images(settings: Settings, apis: Sequence[ProbedProvider]) -> Part:
    sources = [Source(api.name, partial(probe_adapter, api.probe)) for api in apis]
    unkeyed = [api.provider for api in settings.images.image_api.values() if api.key is None]
    missing = f"{', '.join(unkeyed)} without a key" if unkeyed else ""
    return Part("image providers", tuple(sources), "the built-in engine", missing)


def _domains(settings: Settings) -> Part:
    domains = settings.domains
    vendors = [Source(a.provider, partial(probe_vendor, a)) for a in domain_accesses(settings)]
    given = [name for name in (domains.api_1_provider, domains.api_2_provider) if name]
    unkeyed = [name for name in given if name not in {vendor.name for vendor in vendors}]
    missing = f"{', '.join(unkeyed)} without a key" if unkeyed else ""
    resolvers = Source("DNS", partial(_any_resolver, domains.nameservers))
    offers = Source("aftermarket offers", partial(_any_resolver, domains.nameservers[:1]))
    sources = (resolvers, Source("RDAP"), *vendors, *([offers] if domains.aftermarket else ()))
    return Part("domains", sources, "RDAP", missing, together=True)


async def _any_resolver(nameservers: Sequence[str]) -> Reach:
    servers = map(parse_nameserver, nameservers)
    reached = await asyncio.gather(*(probe_port(each.address, each.port) for each in servers))
    return "reachable" if "reachable" in reached else "not reachable"


def _prices(settings: Settings) -> Part:
    access = price_access(settings)
    fetched = (Source(access.provider, partial(probe_vendor, access)),) if access else ()
    return Part("domain prices", fetched, "the list that the service came with")


def _jobs(settings: Settings) -> Part:
    if settings.redis_url is None:
        return Part("jobs", (), "this process, with the database as memory")
    source = Source("Celery workers by Redis", partial(probe_redis, settings.redis_url))
    return Part("jobs", (source,), "the database, until they can be reached")


def _mail(settings: Settings) -> Part:
    mail = settings.mail
    if mail.way == "smtp":
        source = Source("SMTP", partial(probe_port, mail.host, mail.port))
        return Part("completion mail", (source,), "")
    if mail.way == "supabase":
        return Part("completion mail", (Source("Supabase Edge Function"),), "")
    return Part("completion mail", (), "no mail")


def _limits(settings: Settings) -> Part:
    limits = settings.limits
    quota = f"{limits.generations} generations in {limits.window_minutes} minutes"
    requests = "request limits of this process" if limits.requests_enabled else "no request limits"
    return Part("limits", (), f"{quota}; {requests}")
