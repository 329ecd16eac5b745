"""The `openai` SDK as a client that sends one chat request and bounds what comes back.

Only this module imports the SDK, which costs half a second and 50 MiB: it is itself imported on
the first request. Behaviour of the SDK: section 3.4 of the contract of text and image providers.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import aiohttp
import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    AsyncOpenAI,
    DefaultAioHttpClient,
    Omit,
    OpenAIError,
)

from core.providers.text.chat_answers import Reply
from core.providers.text.chat_errors import failure

MAX_BODY_BYTES = 1024 * 1024
_CONNECT_S = 3.0
_HEADERS: dict[str, Any] = {  # Any: text or the SDK's sign for leaving one out
    "Accept-Encoding": "identity",  # a packed body could be a bomb, and answers are small
    "OpenAI-Organization": Omit(),
    "OpenAI-Project": Omit(),
}


class _UnusableBodyError(httpx2.RequestError):
    """The body is too long, or packed although nobody asked for that."""


class _CountedStream(httpx2.AsyncByteStream):
    """Breaks off after `MAX_BODY_BYTES`, whatever the headers promised."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_BODY_BYTES
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise _UnusableBodyError("the body is too long")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bounded(response: httpx2.Response) -> None:
    """Count the body before anything reads it, also that of an error."""
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise _UnusableBodyError("the body is packed")
    response.stream = _CountedStream(cast(httpx2.AsyncByteStream, response.stream))


class ChatClient:
    """Connections to one endpoint, for one event loop."""

    def __init__(self, url: str, key: str, headers: Mapping[str, str]) -> None:
        self._headers: dict[str, Any] = {} if key else {"Authorization": Omit()}  # Any: as the SDK
        self._sdk = AsyncOpenAI(
            base_url=url,
            # Nothing is None, or the SDK would take it from variables meant for OpenAI.
            api_key=key,
            admin_api_key="",
            organization="",
            project="",
            webhook_secret="",
            default_headers={**headers, **_HEADERS},
            max_retries=0,  # failover is ours
            http_client=DefaultAioHttpClient(
                timeout=httpx2.Timeout(None, connect=_CONNECT_S),  # the caller has the deadline
                follow_redirects=False,
                trust_env=False,
                event_hooks={"response": [_bounded]},
            ),
        )

    async def send(self, body: Mapping[str, Any]) -> Reply:  # Any: JSON values
        """POST a chat completion. Raises ProviderUnavailableError when no reply can be read."""
        try:
            # Its `chat.completions.create` would walk through the whole body for types of its own,
            # which costs as much as the rest of the call.
            return _reply(
                await self._sdk.post(
                    "/chat/completions",
                    body=body,
                    cast_to=httpx2.Response,
                    options={"headers": self._headers},
                )
            )
        except APIStatusError as error:
            return _reply(error.response)
        except APIConnectionError as error:
            unusable = isinstance(error.__cause__, _UnusableBodyError)
            raise failure("bad_payload" if unusable else "transient") from None
        except (OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, aiohttp.ClientError, OSError):
            raise failure("transient") from None
        except ValueError:  # a key or text that cannot be encoded; the message would hold it
            raise failure("invalid_request") from None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sdk.close()


def _reply(response: httpx2.Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, response.content)
