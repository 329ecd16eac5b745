"""Sends messages to users' addresses by the Standard Webhooks specification, version 1.0.0.

The addresses are anybody's, so only public hosts are gone to, no redirect is followed, and nothing
of an answer is read but its status and how long to wait.
"""

import base64
import hmac
import time
from collections.abc import Callable
from uuid import UUID

import httpx
from aiohttp.abc import AbstractResolver

from core.exceptions import ProviderUnavailableError
from core.providers.addresses import ForbiddenAddressError, PublicHosts
from core.providers.hints import wait_from
from core.providers.notices.base import Endpoint, WebhookGoneError
from core.providers.outbound import Call, Outbound, Reply, failure

_NAME = "webhook"
_DEADLINE_S = 10.0
_LONGEST_WAIT_S = 3_600.0
_GONE = 410
_WRONG_ADDRESS = frozenset({ForbiddenAddressError.__name__, httpx.InvalidURL.__name__})


class WebhookSender:
    """The `WebhookChannel` over HTTP."""

    def __init__(
        self,
        hosts: PublicHosts,
        *,
        clock: Callable[[], float] = time.time,
        make_lookup: Callable[[], AbstractResolver | None] = lambda: None,
    ) -> None:
        self._hosts = hosts
        self._clock = clock
        self._outbound = Outbound(_NAME, hosts, make_lookup=make_lookup)

    def problem(self, url: str) -> str | None:
        """Why nothing can be sent to an address; None if it can."""
        try:
            return self._hosts.problem(httpx.URL(url))
        except httpx.InvalidURL:
            return "this is not an address"

    async def send(self, endpoint: Endpoint, message_id: UUID, body: bytes) -> int:
        """The status of the receiver's answer.

        Raises ProviderUnavailableError, ProviderRejectedError and WebhookGoneError.
        """
        moment = int(self._clock())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": str(message_id),
            "webhook-timestamp": str(moment),
            "webhook-signature": signature(endpoint.key, message_id, moment, body),
        }
        call = Call(
            "POST", endpoint.url, headers, content=body, deadline_s=_DEADLINE_S, max_bytes=0
        )
        try:
            reply = await self._outbound.send(call)
        except ProviderUnavailableError as error:
            if error.context.get("reason") in _WRONG_ADDRESS:
                raise failure(_NAME, "invalid_request", reason="forbidden address") from None
            raise
        return _judged(reply)

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        await self._outbound.aclose()


def open_sender(*, loopback: bool) -> WebhookSender:
    """A sender to the internet, and to this machine if that is wanted."""
    return WebhookSender(PublicHosts(loopback=loopback))


def _judged(reply: Reply) -> int:
    """The status of a success. Every refusal but "gone" may be a mistake that is repaired."""
    if reply.ok:
        return reply.status
    if reply.status == _GONE:
        raise WebhookGoneError(status=reply.status)
    wait = wait_from(reply.headers.get("retry-after"), _LONGEST_WAIT_S)
    raise failure(_NAME, "transient", status=reply.status, retry_after=wait)


def signature(key: bytes, message_id: UUID, moment: int, body: bytes) -> str:
    """What proves who speaks: HMAC-SHA256 over id, time and body (section "Signature scheme")."""
    signed = f"{message_id}.{moment}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
