"""How code writes a log line; where lines go is decided in `config/logging_config.py`."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loguru import logger

if TYPE_CHECKING:
    from loguru import Logger


def get_logger(component: str) -> "Logger":
    """A logger whose lines name their component; arguments fill `{}` in the message."""
    return logger.bind(component=component)


def log_context(**values: object) -> AbstractContextManager[None]:
    """Add values, such as the request id, to every line written inside the block."""
    return logger.contextualize(**values)


def _through_loguru(message: str, values: Mapping[str, str]) -> None:
    logger.bind(**values).info("{}", message)


@dataclass
class RequestLog:
    """Writes the line of a request: a message, and values that begin with the component.

    Loguru would look for the calling function, thread and process, which no line shows, and take
    longer for it than the line itself: once the sink is known, these lines go to it straight.
    """

    write: Callable[[str, Mapping[str, str]], None] = _through_loguru


request_log = RequestLog()
