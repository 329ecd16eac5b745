"""How code writes a log line; where lines go is decided in `config/logging_config.py`."""

from contextlib import AbstractContextManager
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
