"""Response headers as ASGI sends them: a list of bytes, quicker than Starlette's mappings."""

from collections.abc import Iterable, Mapping

from starlette.types import Message

RawHeader = tuple[bytes, bytes]


def raw_headers(headers: Mapping[str, str]) -> list[RawHeader]:
    """Names in lower case and values, as bytes."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def with_defaults(message: Message, defaults: Iterable[RawHeader]) -> list[RawHeader]:
    """The headers of a response start, and those defaults that it does not set itself."""
    headers: list[RawHeader] = list(message.get("headers", ()))
    present = dict(headers)  # ASGI names are in lower case
    return headers + [header for header in defaults if header[0] not in present]
