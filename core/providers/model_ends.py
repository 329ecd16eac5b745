"""Models that their vendor will switch off, told before it happens (contract: 3.2 and 7)."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic import SecretStr

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.providers.addresses import AllowedHosts
from core.providers.outbound import Call, Outbound, bearer
from utils.logger import get_logger

MAX_LIST_BYTES = 8 << 20  # OpenRouter lists several hundred models with all their prices
TELLING = frozenset({"openai", "openrouter"})  # others' lists hold no days

_LIST_S = 10.0

log = get_logger("models")


async def warn_of_ends(api: Outbound, call: Call, models: Collection[str]) -> None:
    """Log which of the models will end, or are not listed by `call`.

    An API that cannot be asked is left alone: the first request will tell.
    """
    try:
        listed = _listed((await api.ask(call)).json())
    except (ProviderUnavailableError, ProviderRejectedError):
        return
    for model in models if listed else ():
        name = model if model in listed else model.partition(":")[0]
        if name not in listed and not name.startswith("~"):  # which stands for the newest
            log.warning("{} does not list the model {}", api.provider, model)
        elif (end := listed.get(name)) is not None:
            log.warning("{} switches the model {} off on {}", api.provider, model, end)


async def warn_of_text_ends(
    provider: str, url: str, key: SecretStr | None, models: Collection[str], *, loopback: bool
) -> None:
    """The same for the models of a text endpoint."""
    api = Outbound(provider, AllowedHosts((), loopback).including(url))
    try:
        await warn_of_ends(
            api, models_call(f"{url.rstrip('/')}/models", bearer(key) if key else {}), models
        )
    finally:
        await api.aclose()


def models_call(url: str, headers: Mapping[str, str]) -> Call:
    """A request for the list of models."""
    return Call("GET", url, headers, deadline_s=_LIST_S, max_bytes=MAX_LIST_BYTES)


def _listed(document: Mapping[str, Any]) -> dict[str, date | None]:  # Any: foreign JSON
    """Every model that is named, with the day of its end if there is one."""
    found: dict[str, date | None] = {}
    rows = document.get("data")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            end = _day(row.get("expiration_date") or row.get("shutdown_date"))
            names = (row.get("id"), row.get("canonical_slug"))
            found |= {name: end for name in names if isinstance(name, str)}
    return found


def _day(told: object) -> date | None:
    """A day from a date, a time or a moment since 1970; None for anything else."""
    try:
        if isinstance(told, str):
            return date.fromisoformat(told[:10])
        if isinstance(told, int | float):
            return datetime.fromtimestamp(told, UTC).date()
    except (ValueError, OverflowError, OSError):
        pass
    return None
