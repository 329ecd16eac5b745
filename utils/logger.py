"""How code writes a log line; where lines go is decided in `config/logging_config.py`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loguru import logger

if TYPE_CHECKING:
    from loguru import Logger


def get_logger(component: str) -> "Logger":
    """A logger whose lines name their component; arguments fill `{}` in the message."""
    return logger.bind(component=component)


@contextmanager
def log_context(**values: object) -> Iterator[None]:
    """Add values, such as the request id, to every line written inside the block."""
    with logger.contextualize(**values):
        yield
